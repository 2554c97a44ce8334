//! A narrower comparison of variants by what was known of each person before: CUPED.
//!
//! Who was active before is active after, under either variant. What a person's number before the
//! experiment predicts of their number in it is taken off; what stays varies less, and the
//! difference between the arms is the same, because random assignment makes the arms alike before.
//! The number before must lie wholly before the person's first exposure.
//!
//! The adjusted numbers have a known range no longer, so the interval of their difference is
//! [`difference::ratios`] with denominators of 1: approximate, from some tens of people in each arm.
//!
//! Source: Deng, Xu, Kohavi & Walker 2013, WSDM (CUPED), section 3.1; the coefficient is pooled over
//! the arms.
//!
//! [`difference::ratios`]: crate::difference::ratios

/// The outcome of a person in the experiment, and their number before it if they were there.
pub type Outcome = (f64, Option<f64>);

/// Outcomes without what the time before predicts of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjusted {
    /// For each arm, one number for each person, in the order given. Over all arms together their
    /// mean is that of the outcomes.
    pub arms: Vec<Vec<f64>>,
    /// How much one more before means for the outcome.
    pub theta: f64,
    /// The share of the variance within arms that is gone, 0 to 1.
    pub variance_reduction: f64,
}

/// Takes off each outcome what the number before predicts of it.
///
/// People without a number before count as the mean of those with one, so nothing is taken off
/// theirs. Without any, or where the numbers before do not vary, outcomes stay as they are. `None`
/// with a number that is infinite or not a number.
#[must_use]
pub fn adjust(arms: &[&[Outcome]]) -> Option<Adjusted> {
    let all = || arms.iter().flat_map(|arm| arm.iter());
    if all().any(|(outcome, before)| !(outcome.is_finite() && before.unwrap_or(0.0).is_finite())) {
        return None;
    }
    let usual = mean(all().filter_map(|(_, before)| *before)).unwrap_or(0.0);
    let centre = mean(all().map(|(outcome, _)| *outcome)).unwrap_or(0.0);
    let (mut products, mut squares) = (0.0, 0.0);
    for (outcome, before) in all() {
        let moved = before.unwrap_or(usual) - usual;
        products += moved * (outcome - centre);
        squares += moved * moved;
    }
    let theta = if squares > 0.0 { products / squares } else { 0.0 };
    let adjusted: Vec<Vec<f64>> = arms
        .iter()
        .map(|arm| {
            let left =
                |(outcome, before): &Outcome| outcome - theta * (before.unwrap_or(usual) - usual);
            arm.iter().map(left).collect()
        })
        .collect();
    let outcomes = arms.iter().map(|arm| arm.iter().map(|(outcome, _)| *outcome).collect());
    let (before, after) = (squares_within(outcomes), squares_within(adjusted.iter().cloned()));
    let variance_reduction = if before > 0.0 { (1.0 - after / before).max(0.0) } else { 0.0 };
    Some(Adjusted { arms: adjusted, theta, variance_reduction })
}

/// The sum over arms of squared distances to the mean of the arm.
fn squares_within(arms: impl Iterator<Item = Vec<f64>>) -> f64 {
    arms.map(|arm| {
        let centre = mean(arm.iter().copied()).unwrap_or(0.0);
        arm.iter().map(|value| (value - centre).powi(2)).sum::<f64>()
    })
    .sum()
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}
