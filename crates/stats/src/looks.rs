//! What looking often costs.

/// The chance of error that is allowed over all looks together, and how much of it today's look may
/// use: `alpha / planned`.
///
/// The parts of all looks sum to `alpha` (Bonferroni), which holds under any dependence between looks:
/// users who come back, means that move, looks that overlap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Looks {
    /// Between 0 and 1, both excluded.
    pub alpha: f64,
    /// Into how many parts alpha is cut, of which today's look uses one. At least 1. With equal looks
    /// it is their number.
    pub planned: u32,
}

impl Looks {
    /// One look a day for `days` days, of which today is number `day`, from 1.
    ///
    /// The last look, on which somebody has to decide, has half of alpha; those before it share the
    /// other half. So the interval of the last day is little wider than for one look, and the earlier
    /// ones are little wider than with equal parts. A day beyond the last has what the last has and is
    /// not paid for. The designs that were tried are in `docs/decisions/0010-looking-every-day.md`.
    #[must_use]
    pub fn daily(alpha: f64, days: u32, day: u32) -> Looks {
        let planned = match days {
            0 | 1 => 1,
            _ if day >= days => 2,
            _ => (days - 1).saturating_mul(2),
        };
        Looks { alpha, planned }
    }

    /// The chance of error that one look may use.
    #[must_use]
    pub fn alpha_per_look(self) -> f64 {
        // An alpha outside its bounds is the caller's bug; it must not become NaN further on.
        (self.alpha / f64::from(self.planned.max(1))).clamp(f64::MIN_POSITIVE, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Looks;

    #[test]
    fn daily_looks_spend_alpha_and_no_more() {
        for days in [1, 2, 3, 30, 90, 365] {
            let parts = (1..=days).map(|day| Looks::daily(0.05, days, day).alpha_per_look());
            let spent: f64 = parts.sum();
            assert!((spent - 0.05).abs() < 1e-12, "{days} days spend {spent}");
        }
    }

    #[test]
    fn the_last_look_has_half() {
        assert_eq!(Looks::daily(0.05, 90, 90).planned, 2);
        assert_eq!(Looks::daily(0.05, 90, 89).planned, 178);
        assert_eq!(Looks::daily(0.05, 90, 120).planned, 2);
        assert_eq!(Looks::daily(0.05, 0, 0).planned, 1);
    }
}
