//! What others put beside the same numbers, for comparison only.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use statrs::function::beta::ln_beta;

pub type Interval = (f64, f64);

/// Number, sum and sum of squares of what is taken as independent.
#[derive(Clone, Copy, Default)]
pub struct Moments {
    pub n: f64,
    pub sum: f64,
    pub squares: f64,
}

impl Moments {
    pub fn of(values: impl IntoIterator<Item = f64>) -> Moments {
        values.into_iter().fold(Moments::default(), |m, value| Moments {
            n: m.n + 1.0,
            sum: m.sum + value,
            squares: m.squares + value * value,
        })
    }

    pub fn mean(self) -> f64 {
        self.sum / self.n
    }

    pub fn variance(self) -> f64 {
        ((self.squares - self.sum * self.sum / self.n) / (self.n - 1.0)).max(0.0)
    }
}

/// Student's interval for one look.
pub fn student(moments: Moments, alpha: f64) -> Interval {
    let reach = StudentsT::new(0.0, 1.0, moments.n - 1.0).map_or(f64::INFINITY, |student| {
        student.inverse_cdf(1.0 - alpha / 2.0) * (moments.variance() / moments.n).sqrt()
    });
    (moments.mean() - reach, moments.mean() + reach)
}

/// The same for the difference of two arms, as of one list with the variance of the difference and all
/// units of both (`GrowthBook` does so).
pub fn difference(
    [treatment, control]: [Moments; 2],
    alpha: f64,
    method: impl Fn(Moments, f64) -> Interval,
) -> Interval {
    let n = treatment.n + control.n;
    let value = treatment.mean() - control.mean();
    let error = treatment.variance() / treatment.n + control.variance() / control.n;
    // Moments with this mean, and this variance of the mean.
    let variance = error * n;
    let squares = variance * (n - 1.0) + value * value * n;
    method(Moments { n, sum: value * n, squares }, alpha)
}

/// Wilson 1927, JASA 22:209, for one look.
pub fn wilson(moments: Moments, alpha: f64) -> Interval {
    let z = Normal::standard().inverse_cdf(1.0 - alpha / 2.0);
    let (n, share) = (moments.n, moments.mean());
    let centre = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let reach = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    (centre - reach, centre + reach)
}

/// The asymptotic confidence sequence of Waudby-Smith et al., arXiv 2103.06476, equation 9, tuned as
/// experiment platforms do for five thousand observations (equation 161 there).
pub fn asymptotic(moments: Moments, alpha: f64) -> Interval {
    const TUNED_FOR: f64 = 5000.0;
    let level = -2.0 * alpha.ln();
    let rho_squared = (level + (level + 1.0).ln()) / TUNED_FOR;
    let inner = moments.n * rho_squared + 1.0;
    let reach = (moments.variance() * 2.0 * inner * (inner.sqrt() / alpha).ln()
        / (moments.n * moments.n * rho_squared))
        .sqrt();
    (moments.mean() - reach, moments.mean() + reach)
}

/// Below the mean, what people of a kind that was not met may take off it: with chance `alpha` none
/// of them is among those seen, so no interval that always holds can be narrower.
pub fn unseen(moments: Moments, alpha: f64) -> Interval {
    let share = 1.0 - alpha.powf(1.0 / moments.n);
    (moments.mean() * (1.0 - share), moments.mean())
}

/// The beta-binomial mixture sequence with a flat prior (Robbins 1970; Howard et al. 2021, arXiv
/// 1810.08240): a share is kept while the mixture explains the counts less than `1 / alpha` times
/// better. It also holds for numbers within 0..1, whose sum then stands for the successes.
pub fn beta_binomial(moments: Moments, alpha: f64) -> Interval {
    let (hits, misses) = (moments.sum, moments.n - moments.sum);
    let mixture = ln_beta(1.0 + hits, 1.0 + misses.max(0.0));
    let kept = |share: f64| {
        let fits = hits * share.ln() + misses * (-share).ln_1p();
        mixture - fits < -alpha.ln()
    };
    let mean = moments.mean();
    (halve(1e-12, mean, kept), halve(1.0 - 1e-12, mean, kept))
}

/// The last share between `outside` and `inside` that is kept.
fn halve(mut outside: f64, mut inside: f64, kept: impl Fn(f64) -> bool) -> f64 {
    if kept(outside) {
        return outside;
    }
    for _ in 0..40 {
        let middle = f64::midpoint(outside, inside);
        if kept(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    inside
}

/// Units in order of first use, each with what it did in its closed window: the predictable plug-in
/// empirical Bernstein sequence of Waudby-Smith & Ramdas 2024, arXiv 2010.09686, theorem 2.
pub fn empirical_bernstein(values: &[f64], alpha: f64) -> Interval {
    let (mut seen, mut sum, mut squares) = (1.0, 0.5, 0.25_f64);
    let (mut bets, mut weighted, mut spent) = (0.0, 0.0, 0.0);
    let level = (2.0 / alpha).ln();
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for (index, value) in values.iter().enumerate() {
        let t = index as f64 + 1.0;
        let (mean, variance) = (sum / seen, squares / seen);
        let bet = (2.0 * level / (variance * t * (1.0 + t).ln())).sqrt().min(0.5);
        bets += bet;
        weighted += bet * value;
        spent += (value - mean).powi(2) * (-(-bet).ln_1p() - bet);
        let reach = (level + spent) / bets;
        low = low.max(weighted / bets - reach);
        high = high.min(weighted / bets + reach);
        seen += 1.0;
        sum += value;
        squares += (value - sum / seen).powi(2);
    }
    (low, high)
}
