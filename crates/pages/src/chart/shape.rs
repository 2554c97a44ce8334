//! What a number is made of, as the picture that fits it.

use trueup_verdict::report::{ClassShare, Shape, ValueBin};

use super::shift::Pair;
use super::{Figure, calibration, retention, shift};

/// Draws it; `per` is the unit of inference.
#[must_use]
pub fn shape(id: &str, title: &str, per: &str, of: &Shape) -> Figure {
    match of {
        Shape::Calibration { bins } => calibration::calibration(id, title, per, bins),
        Shape::Shift { field, measured_in, n_reference, n, bins } => {
            let pairs = values(bins, measured_in);
            shift::shift(id, title, &words(field), (*n_reference, *n), &pairs)
        }
        Shape::Mix { field, n_reference, n, classes: of } => {
            shift::shift(id, title, &words(field), (*n_reference, *n), &classes(of))
        }
        Shape::Retention { after_days, days } => {
            retention::retention(id, title, per, *after_days, days)
        }
    }
}

/// The same without words, for a row that says the number; empty where there is nothing to draw.
#[must_use]
pub fn small(id: &str, title: &str, per: &str, of: &Shape) -> String {
    match of {
        Shape::Calibration { bins } => calibration::small(id, title, bins),
        Shape::Shift { field, measured_in, n_reference, n, bins } => {
            let pairs = values(bins, measured_in);
            shift::small(id, title, &words(field), (*n_reference, *n), &pairs)
        }
        Shape::Mix { field, n_reference, n, classes: of } => {
            shift::small(id, title, &words(field), (*n_reference, *n), &classes(of))
        }
        Shape::Retention { after_days, days } => {
            retention::small(id, title, per, *after_days, days)
        }
    }
}

fn values(bins: &[ValueBin], unit: &str) -> Vec<Pair> {
    bins.iter().map(|bin| Pair::of_values(bin, unit)).collect()
}

fn classes(classes: &[ClassShare]) -> Vec<Pair> {
    classes.iter().map(Pair::of_class).collect()
}

/// A field's name as people say it.
fn words(field: &str) -> String {
    field.replace('_', " ")
}
