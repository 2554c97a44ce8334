//! The net promoter score of one survey, for a report: promoters less detractors, in points of 100.
//!
//! The interval adds three answers, ¾ promoters, 1½ passives and ¾ detractors, and is then the
//! usual one (adjusted Wald). Each answer must be of another person. At a hundred answers it is
//! about 15 points to each side: most movements of a score are noise. A verdict uses the mean over
//! people instead ([`crate::mean`], promoter 1, passive 0, detractor -1).
//!
//! Source: Rocks 2016, The American Statistician 70:365, doi 10.1080/00031305.2016.1173124; the
//! weights after Lewis & Sauro, measuringu.com.

use crate::estimate::{Estimate, Method};
use crate::looks::Looks;
use crate::proportion::normal_critical;

const METHOD: Method = Method {
    name: "net promoter score, adjusted Wald interval",
    source: "Rocks 2016, The American Statistician 70:365",
};

const POINTS: f64 = 100.0;

/// Estimates the score within -100..100 from counts of answers, with an interval at
/// [`Looks::alpha_per_look`]. `None` without answers.
#[must_use]
pub fn score(promoters: u64, passives: u64, detractors: u64, looks: Looks) -> Option<Estimate> {
    let (up, down) = (promoters as f64, detractors as f64);
    let n = up + passives as f64 + down;
    if n <= 0.0 {
        return None;
    }
    let value = (up - down) / n;
    let adjusted = n + 3.0;
    let (up_share, down_share) = ((up + 0.75) / adjusted, (down + 0.75) / adjusted);
    let middle = up_share - down_share;
    let error = ((up_share + down_share - middle * middle) / adjusted).sqrt();
    let reach = normal_critical(looks.alpha_per_look()) * error;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a sum of counts")]
    let units = n as usize;
    Some(Estimate {
        value: POINTS * value,
        low: POINTS * (middle - reach).max(-1.0).min(value),
        high: POINTS * (middle + reach).min(1.0).max(value),
        standard_error: Some(POINTS * error),
        units,
        method: METHOD,
    })
}
