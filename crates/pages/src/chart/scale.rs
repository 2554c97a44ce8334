//! From values to places, and values worth a line of their own.

/// A stretch of values over a stretch of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// Over all finite values, with a little air; shares keep within 0 and 1. Runs from `start` to `end`, which may lie
    /// before it.
    pub fn over(values: impl Iterator<Item = f64>, is_share: bool, start: f64, end: f64) -> Scale {
        // What is larger could not be told apart on a picture, and overflows.
        let drawable = values.filter(|value| value.is_finite() && value.abs() < 1e200);
        let (from, to) = drawable.fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), value| {
            (from.min(value), to.max(value))
        });
        let (from, to) = match to - from {
            span if span > 0.0 => (from - span * 0.08, to + span * 0.08),
            _ if from.is_finite() => {
                (from - from.abs().max(1.0) * 0.1, to + to.abs().max(1.0) * 0.1)
            }
            _ => (0.0, 1.0),
        };
        let (from, to) = if is_share { (from.max(0.0), to.min(1.0)) } else { (from, to) };
        let to = if to > from { to } else { from + 1.0 };
        Scale { from, to, start, end }
    }

    /// From one value to another, without air; of one value alone a stretch above it.
    pub fn between(from: f64, to: f64, start: f64, end: f64) -> Scale {
        let known = |value: f64| if value.is_finite() { value } else { 0.0 };
        let (from, to) = (known(from), known(to));
        Scale { from, to: if to > from { to } else { from + 1.0 }, start, end }
    }

    /// The places of the smallest and of the largest value.
    pub fn ends(&self) -> (f64, f64) {
        (self.start, self.end)
    }

    /// The place of a value, at the edge for what lies outside.
    pub fn at(&self, value: f64) -> f64 {
        let share = ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        let share = if share.is_nan() { 0.0 } else { share };
        self.start + share * (self.end - self.start)
    }

    /// Round values within it, at most five.
    pub fn ticks(&self) -> Vec<f64> {
        let rough = (self.to - self.from) / 4.0;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0]
            .into_iter()
            .map(|part| part * power)
            .find(|step| *step >= rough);
        let step = step.unwrap_or(rough);
        let first = (self.from / step).ceil();
        (0..6).map(|at| (first + f64::from(at)) * step).filter(|tick| *tick <= self.to).collect()
    }
}

/// A value that can be drawn.
pub fn drawable(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn values_lie_in_order_and_ticks_are_round() {
        let scale = Scale::over([0.31, 0.64].into_iter(), true, 0.0, 100.0);
        assert!(scale.at(0.31) > 0.0 && scale.at(0.31) < scale.at(0.64) && scale.at(0.64) < 100.0);
        assert!((scale.at(9.0) - 100.0).abs() < 1e-9);
        let ticks = scale.ticks();
        assert!((2..=5).contains(&ticks.len()), "{ticks:?}");
        assert!(
            ticks.iter().all(|tick| ((tick * 20.0) - (tick * 20.0).round()).abs() < 1e-9),
            "{ticks:?}"
        );
    }

    #[test]
    fn one_value_and_none_have_a_scale() {
        for values in [vec![], vec![0.0], vec![1.0], vec![f64::NAN]] {
            let scale = Scale::over(values.into_iter(), true, 0.0, 10.0);
            assert!(scale.at(0.5).is_finite());
            assert!(!scale.ticks().is_empty());
        }
    }
}
