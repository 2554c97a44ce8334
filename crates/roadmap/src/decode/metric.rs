//! `metrics/*.toml`, the team's own and the standard ones.

use trueup_evidence::Tally;

use super::suppression::suppressions;
use super::tally::{tallies, tally};
use super::{Fields, Value};
use crate::duration;
use crate::metric::{Measure, Metric};
use crate::name::is_metric_name;

const MEASURES: [&str; 7] =
    ["rate", "ratio", "quantile", "calibration-error", "count", "units", "top-decile-share"];

const BINS: u32 = 10;
/// More bins than this hold too few rows each to say anything.
const BINS_AT_MOST: u32 = 100;

pub(crate) fn metric(fields: &Fields<'_>) -> Option<Metric> {
    let id = fields.own_id(is_metric_name);
    let text = |name| fields.required(name).and_then(|value| value.text());
    let (title, definition, unit) = (text("title"), text("definition"), text("unit"));
    let side = fields.required("side").and_then(|value| value.word());
    let better = fields.required("better").and_then(|value| value.word());
    let per = fields.text("per").unwrap_or_else(|| "user".to_owned());
    let window = fields.optional("window").map(|value| value.duration(duration::hours));
    let units_at_least =
        fields.optional("units_at_least").and_then(|value| value.whole_within(1, u32::MAX));
    let measure = fields
        .required("measure")
        .and_then(|value| value.fields("`[measure]`"))
        .and_then(|table| measure(&table));
    let allow = suppressions(fields);
    let metric = Metric {
        id: id?,
        title: title?,
        definition: definition?,
        side: side?,
        unit: unit?,
        better: better?,
        per,
        window_hours: window.unwrap_or(Some(0.0))?,
        units_at_least,
        measure: measure?,
        allow,
        digest: String::new(),
        standard: false,
    };
    Some(Metric { digest: crate::canonical::metric_digest(&metric), ..metric })
}

fn measure(fields: &Fields<'_>) -> Option<Measure> {
    let kind = fields.required("kind")?.one_of(&MEASURES)?;
    let measure = match kind.as_str() {
        "rate" => fraction(fields, (0.0, 1.0))
            .map(|(numerator, denominator, range)| Measure::Rate { numerator, denominator, range }),
        "ratio" => fraction(fields, (0.0, f64::INFINITY)).map(|(numerator, denominator, range)| {
            Measure::Ratio { numerator, denominator, range }
        }),
        "quantile" => quantile(fields),
        "calibration-error" => calibration_error(fields),
        "count" => of(fields).map(|of| Measure::Count { of }),
        "units" => of(fields).map(|of| Measure::Units { of }),
        _ => of(fields).map(|of| Measure::TopDecileShare { of }),
    };
    fields.finish();
    measure
}

type Fraction = (Vec<Tally>, Vec<Tally>, (f64, f64));

fn fraction(fields: &Fields<'_>, standard: (f64, f64)) -> Option<Fraction> {
    let numerator = fields.required("numerator").and_then(|value| tallies(&value));
    let denominator = fields.required("denominator").and_then(|value| tallies(&value));
    let range = match fields.optional("range") {
        Some(value) => range(&value),
        None => Some(standard),
    };
    Some((numerator?, denominator?, range?))
}

/// `[low, high]`, the first below the second.
pub(crate) fn range(value: &Value<'_>) -> Option<(f64, f64)> {
    let [low, high] = &value.items()[..] else {
        return value.complain(
            "a range has two ends".to_owned(),
            Some("write for example `[0, 1]`".to_owned()),
        );
    };
    let (low, high) = (low.bound(), high.bound());
    let (low, high) = (low?, high?);
    if low < high {
        return Some((low, high));
    }
    value.complain(format!("{low} must be below {high}"), None)
}

fn of(fields: &Fields<'_>) -> Option<Tally> {
    tally(&fields.required("of")?)
}

/// The tally whose field's values are looked at one by one.
fn of_values(fields: &Fields<'_>) -> Option<Tally> {
    let value = fields.required("of")?;
    let of = tally(&value)?;
    if of.sum.is_some() {
        return Some(of);
    }
    value.complain("`of` needs `sum`, the field whose values are meant".to_owned(), None)
}

fn quantile(fields: &Fields<'_>) -> Option<Measure> {
    let of = of_values(fields);
    let q = fields.required("q").and_then(|value| {
        let q = value.number()?;
        let inside = 0.0 < q && q < 1.0;
        let message = || "`q` lies between 0 and 1, both excluded".to_owned();
        if inside { Some(q) } else { value.complain(message(), None) }
    });
    Some(Measure::Quantile { of: of?, q: q? })
}

fn calibration_error(fields: &Fields<'_>) -> Option<Measure> {
    let of = of_values(fields);
    let bins = match fields.optional("bins") {
        Some(value) => value.whole_within(2, BINS_AT_MOST),
        None => Some(BINS),
    };
    Some(Measure::CalibrationError { of: of?, bins: bins? })
}
