//! Whether an experiment may be read: are people split between variants as planned, and how
//! surprising is what is seen, however often one looks.
//!
//! **Sample-ratio mismatch.** A split of 50 to 50 that arrives as 52 to 48 among many people says
//! that assignment or recording loses people of one variant, and who is lost decides what is seen.
//! The alarm may be looked at every day: it rests on a Bayes factor that under the planned split
//! exceeds `1 / level` at any time with chance `level` at most. The chi-square test is reported
//! beside it, for one look.
//!
//! **Always-valid p values** of a difference that is about normal: the inverse of the factor by
//! which a mixture of alternatives explains the data better than no difference. For bounded means
//! [`p_value`] inverts the interval instead.
//!
//! Source: Lindon & Malek 2022, arXiv 2011.03567 (multinomial); Robbins 1970, Annals of
//! Mathematical Statistics 41:1397 and Johari, Pekelis & Walsh 2017, arXiv 1512.04922 (mixture).

use statrs::distribution::{ChiSquared, ContinuousCDF};
use statrs::function::gamma::ln_gamma;

use crate::estimate::Estimate;
use crate::looks::Looks;

/// How seldom a correct split may raise the alarm, however often one looks.
pub const MISMATCH_LEVEL: f64 = 0.001;

/// The priors are centred on the planned split and differ in how sure they are of it, in people. The
/// sure ones find small shifts among many, the others large shifts among few. Their factors are
/// averaged with equal weights.
const PRIOR_PEOPLE: [f64; 4] = [10.0, 100.0, 1_000.0, 10_000.0];

/// How the split of people between variants compares with the plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleRatio {
    pub people: u64,
    /// Chi-square test of the planned split, valid for one look.
    pub p_value: f64,
    /// How many times better than the planned split other splits explain the counts.
    pub e_value: f64,
    /// `1 / e_value`, at most 1: valid at any number of looks.
    pub always_valid_p: f64,
    /// Whether `always_valid_p` is below [`MISMATCH_LEVEL`]: the comparison must not be read.
    pub mismatch: bool,
}

/// Compares `counts`, each `(people, planned weight)`, with the planned split. Weights need not sum
/// to 1.
///
/// `None` without people, with fewer than two arms, or with a weight that is negative, infinite or
/// not a number, or if all are 0. People in an arm of weight 0 are a mismatch beyond doubt.
#[must_use]
pub fn sample_ratio(counts: &[(u64, f64)]) -> Option<SampleRatio> {
    let people: u64 = counts.iter().map(|(people, _)| people).sum();
    let weights: f64 = counts.iter().map(|(_, weight)| weight).sum();
    let valid = counts.iter().all(|(_, weight)| *weight >= 0.0);
    if people == 0 || counts.len() < 2 || !valid || !(weights > 0.0 && weights.is_finite()) {
        return None;
    }
    let shares: Vec<(f64, f64)> = counts
        .iter()
        .map(|(people, weight)| (*people as f64, weight / weights))
        .filter(|(people, share)| *people > 0.0 || *share > 0.0)
        .collect();
    let e_value = evidence(&shares);
    let always_valid_p = (1.0 / e_value).min(1.0);
    let p_value = chi_square(&shares);
    let mismatch = always_valid_p < MISMATCH_LEVEL;
    Some(SampleRatio { people, p_value, e_value, always_valid_p, mismatch })
}

/// Pearson's test of the shares, for one look.
fn chi_square(shares: &[(f64, f64)]) -> f64 {
    let people: f64 = shares.iter().map(|(people, _)| people).sum();
    let statistic: f64 =
        shares.iter().map(|(seen, share)| (seen - people * share).powi(2) / (people * share)).sum();
    match ChiSquared::new(shares.len() as f64 - 1.0) {
        Ok(distribution) => distribution.sf(statistic),
        // One arm left: all people are where all should be.
        Err(_) => 1.0,
    }
}

/// The mean over the priors of the probability of the counts under a Dirichlet prior over that under
/// the planned shares.
fn evidence(shares: &[(f64, f64)]) -> f64 {
    let sum: f64 = PRIOR_PEOPLE.iter().map(|sure| log_factor(shares, *sure).exp()).sum();
    sum / PRIOR_PEOPLE.len() as f64
}

fn log_factor(shares: &[(f64, f64)], sure: f64) -> f64 {
    if shares.iter().any(|(_, share)| *share == 0.0) {
        return f64::INFINITY;
    }
    let people: f64 = shares.iter().map(|(people, _)| people).sum();
    let arms: f64 = shares
        .iter()
        .map(|(people, share)| {
            ln_gamma(sure * share + people) - ln_gamma(sure * share) - people * share.ln()
        })
        .sum();
    ln_gamma(sure) - ln_gamma(sure + people) + arms
}

/// The p value of a difference that is about normal, against no difference, valid at any number of
/// looks; for amounts and other numbers without bounds, from about a hundred units in each arm. For
/// shares near 0 or 1 it errs far too often: use [`p_value`] there.
///
/// `expected` is the size of difference that it is best at, for example the smallest that matters.
/// 1 where the standard error is 0 or not a number.
///
/// Source: Johari, Pekelis & Walsh 2017, arXiv 1512.04922 (mixture sequential test).
#[must_use]
pub fn mixture_p(difference: f64, standard_error: f64, expected: f64) -> f64 {
    let (variance, mixing) = (standard_error * standard_error, expected * expected);
    let both = variance + mixing;
    let log_factor =
        0.5 * (variance / both).ln() + mixing * difference * difference / (2.0 * variance * both);
    if variance > 0.0 && log_factor.is_finite() { (-log_factor).exp().min(1.0) } else { 1.0 }
}

/// The smallest alpha over all looks together at which `interval` shuts out `null`: a p value that
/// holds over all planned looks, because the interval does. 1 where no alpha does.
///
/// It is found to one percent, and not below 1e-12.
#[must_use]
pub fn p_value(interval: impl Fn(Looks) -> Option<Estimate>, null: f64, looks: Looks) -> f64 {
    let shuts_out = |log_alpha: f64| {
        let found = interval(Looks { alpha: log_alpha.exp(), ..looks });
        found.is_some_and(|found| null < found.low || null > found.high)
    };
    let (mut inside, mut outside) = (SMALLEST_P.ln(), 0.0);
    if !shuts_out(outside) {
        return 1.0;
    }
    if shuts_out(inside) {
        return SMALLEST_P;
    }
    while outside - inside > 0.01 {
        let middle = f64::midpoint(inside, outside);
        if shuts_out(middle) {
            outside = middle;
        } else {
            inside = middle;
        }
    }
    outside.exp()
}

const SMALLEST_P: f64 = 1e-12;
