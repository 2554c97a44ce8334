//! What every method returns: a value, an interval, and how they were found.

/// How an interval was found, in words for a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    pub name: &'static str,
    /// The paper or book that the formula is from.
    pub source: &'static str,
}

/// A value with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub value: f64,
    /// `low <= value <= high`; infinite where the data say nothing.
    pub low: f64,
    pub high: f64,
    /// The standard deviation of `value` over repetitions; `None` where it has none (a plain count)
    /// or where there are too few units to tell.
    pub standard_error: Option<f64>,
    /// Independent units it rests on.
    pub units: usize,
    pub method: Method,
}

impl Estimate {
    /// A count of all there is. It has no sampling error, so its interval is the value itself.
    #[must_use]
    pub fn count(value: f64, units: usize) -> Estimate {
        let method =
            Method { name: "count", source: "a count of all there is has no sampling error" };
        Estimate { value, low: value, high: value, standard_error: None, units, method }
    }
}
