//! How far apart two variants are: treatment minus control, and the same relative to control.
//!
//! Both arms are lists of units (people), assigned at random and independent of each other. Where
//! the same unit has a value under both variants, the data are [`paired`], which is far narrower.
//!
//! - [`means`]: numbers within a known range, guaranteed at any number of units. Each unit of the
//!   smaller arm is matched with its share of the larger one, in the order in which they come; the
//!   difference of each such block is one bounded number whose mean is the difference of the arms,
//!   so [`mean::bounded`] applies. **Pass units in the order of a hash of their names.**
//! - [`of`]: any two estimates of the same kind (ratios, quantiles, errors), by squaring and adding
//!   the distances to their ends. It takes over what the single intervals know about skewness and
//!   about units not seen, and holds as far as they do.
//! - [`uplift`]: the relative difference, treatment / control - 1, from two such estimates.
//!
//! Source: Zou & Donner 2008, Statistics in Medicine 27:1693 (difference); Donner & Zou 2012,
//! Statistical Methods in Medical Research 21:347 (ratio).

use crate::estimate::{Estimate, Method};
use crate::looks::Looks;
use crate::{mean, quantile, ratio};

const MEANS: Method = Method {
    name: "betting interval for the difference of means, units matched at random",
    source: "Waudby-Smith & Ramdas 2024, arXiv 2010.09686",
};

const PAIRED: Method = Method {
    name: "betting interval for the mean of paired differences",
    source: "Waudby-Smith & Ramdas 2024, arXiv 2010.09686",
};

const SQUARE_AND_ADD: Method = Method {
    name: "difference of two estimates, distances to their ends squared and added",
    source: "Zou & Donner 2008, Statistics in Medicine 27:1693",
};

const UPLIFT: Method = Method {
    name: "relative difference of two estimates, from the distances to their ends",
    source: "Donner & Zou 2012, Statistical Methods in Medical Research 21:347",
};

/// Estimates mean of `treatment` minus mean of `control`, both of values within `range`, with an
/// interval at [`Looks::alpha_per_look`] within plus or minus the width of the range.
///
/// The order of the values must not depend on them; see the module. `None` if an arm is empty, with
/// a value that is not a number, and for a range without width or end. One unit in an arm leaves
/// no standard error and usually the whole range.
#[must_use]
pub fn means(
    treatment: &[f64],
    control: &[f64],
    range: (f64, f64),
    looks: Looks,
) -> Option<Estimate> {
    let width = range.1 - range.0;
    let (treated, error) = mean::value_and_error(treatment, range)?;
    let (controlled, other_error) = mean::value_and_error(control, range)?;
    let blocks = differences(treatment, control);
    let found = mean::bounded(&blocks, (-width, width), looks)?;
    let value = treated - controlled;
    Some(Estimate {
        value,
        low: found.low.min(value),
        high: found.high.max(value),
        standard_error: added(error, other_error),
        units: treatment.len() + control.len(),
        method: MEANS,
    })
}

/// The difference of each block: as many as the smaller arm has units, each with an equal share of
/// both arms, in order.
fn differences(treatment: &[f64], control: &[f64]) -> Vec<f64> {
    let blocks = treatment.len().min(control.len());
    (0..blocks)
        .map(|block| block_mean(treatment, block, blocks) - block_mean(control, block, blocks))
        .collect()
}

fn block_mean(values: &[f64], block: usize, blocks: usize) -> f64 {
    let share = &values[block * values.len() / blocks..(block + 1) * values.len() / blocks];
    share.iter().sum::<f64>() / share.len() as f64
}

/// Estimates the mean of `values`, each the difference between a unit's value under treatment and
/// under control, with values within `range` under both.
///
/// It is [`mean::bounded`] over these differences, with the same rules.
#[must_use]
pub fn paired(values: &[f64], range: (f64, f64), looks: Looks) -> Option<Estimate> {
    let width = range.1 - range.0;
    let found = mean::bounded(values, (-width, width), looks)?;
    Some(Estimate { method: PAIRED, ..found })
}

/// Estimates the difference of two ratios of sums, each unit `(numerator, denominator)`; see
/// [`ratio::linearised`]. A mean of amounts without a ceiling is the ratio whose denominators are 1.
#[must_use]
pub fn ratios(
    treatment: &[(f64, f64)],
    control: &[(f64, f64)],
    range: (f64, f64),
    looks: Looks,
) -> Option<Estimate> {
    let treatment = ratio::linearised(treatment, range, looks)?;
    Some(of(&treatment, &ratio::linearised(control, range, looks)?))
}

/// Estimates the difference of two quantiles; see [`quantile::woodruff`].
#[must_use]
pub fn quantiles(
    treatment: &[&[(i32, u64)]],
    control: &[&[(i32, u64)]],
    middle: impl Fn(i32) -> f64,
    q: f64,
    looks: Looks,
) -> Option<Estimate> {
    let treatment = quantile::woodruff(treatment, &middle, q, looks)?;
    Some(of(&treatment, &quantile::woodruff(control, &middle, q, looks)?))
}

/// Treatment minus control, from two independent estimates at the same looks.
///
/// An end is infinite where an end that it comes from is. Without spread in both it has the width
/// that so few units leave to each.
#[must_use]
pub fn of(treatment: &Estimate, control: &Estimate) -> Estimate {
    let value = treatment.value - control.value;
    let below = (treatment.value - treatment.low).hypot(control.high - control.value);
    let above = (treatment.high - treatment.value).hypot(control.value - control.low);
    Estimate {
        value,
        low: value - below,
        high: value + above,
        standard_error: added(treatment.standard_error, control.standard_error),
        units: treatment.units + control.units,
        method: SQUARE_AND_ADD,
    }
}

/// Treatment / control - 1, from two independent estimates at the same looks of something that
/// cannot be negative: .1 is ten percent more than control.
///
/// `None` unless all of control's interval lies above 0: what nothing is compared with has no
/// percentage. The standard error is that of the linearised ratio.
#[must_use]
pub fn uplift(treatment: &Estimate, control: &Estimate) -> Option<Estimate> {
    let positive = control.low > 0.0 && control.value.is_finite() && treatment.value >= 0.0;
    positive.then(|| {
        let value = treatment.value / control.value;
        Estimate {
            value: value - 1.0,
            low: lowest_ratio(treatment, control) - 1.0,
            high: highest_ratio(treatment, control) - 1.0,
            standard_error: treatment
                .standard_error
                .zip(control.standard_error)
                .map(|(treatment, other)| treatment.hypot(value * other) / control.value),
            units: treatment.units + control.units,
            method: UPLIFT,
        }
    })
}

/// The ratio below treatment / control at which the distance between treatment and so many times
/// control is just the root of the squared distances to their ends.
fn lowest_ratio(treatment: &Estimate, control: &Estimate) -> f64 {
    let low = treatment.low.max(0.0);
    if low == 0.0 || control.high.is_infinite() {
        return 0.0;
    }
    let (far, near) = (mirrored(treatment.value, low), mirrored(control.value, control.high));
    let product = treatment.value * control.value;
    far / (product + (product * product - far * near).max(0.0).sqrt())
}

/// The same above it.
fn highest_ratio(treatment: &Estimate, control: &Estimate) -> f64 {
    if treatment.high.is_infinite() {
        return f64::INFINITY;
    }
    let far = mirrored(treatment.value, treatment.high);
    let near = mirrored(control.value, control.low);
    let product = treatment.value * control.value;
    (product + (product * product - far * near).max(0.0).sqrt()) / near
}

/// An end times its mirror image at the value.
fn mirrored(value: f64, end: f64) -> f64 {
    end * (2.0 * value - end)
}

/// The standard error of a sum or difference of two independent estimates.
fn added(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.zip(other).map(|(one, other)| one.hypot(other))
}
