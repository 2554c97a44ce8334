//! What looking often costs.

/// The chance of error that is allowed over all looks together, and how many looks are planned.
///
/// Each look gets an equal part (Bonferroni), which holds under any dependence between looks: users
/// who come back, means that move, looks that overlap. One look a day from the start of the
/// time-box to `decide_by` is what Trueup plans for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Looks {
    /// Between 0 and 1, both excluded.
    pub alpha: f64,
    /// At least 1.
    pub planned: u32,
}

impl Looks {
    /// The chance of error that one look may use.
    #[must_use]
    pub fn alpha_per_look(self) -> f64 {
        // An alpha outside its bounds is the caller's bug; it must not become NaN further on.
        (self.alpha / f64::from(self.planned.max(1))).clamp(f64::MIN_POSITIVE, 1.0)
    }
}
