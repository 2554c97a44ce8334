//! `[measure]`: how a metric is computed.

use trueup_evidence::{Field, Kind, Table, Tally};

use super::tally::{counted, field, scores, tallies, tally};
use super::{Fields, Value};
use crate::diagnostic::as_text;
use crate::duration;
use crate::metric::{Distribution, Measure};

const KINDS: [&str; 17] = [
    "rate",
    "ratio",
    "perplexity",
    "quantile",
    "calibration-error",
    "miscalibration",
    "auc",
    "count",
    "units",
    "top-decile-share",
    "adoption",
    "drift",
    "class-drift",
    "retention",
    "novelty",
    "agreement",
    "judged-mean",
];

const BINS: u32 = 10;
/// More bins than this hold too few rows each to say anything.
const BINS_AT_MOST: u32 = 100;

/// Rows within a bin are tied, so these are many.
const AUC_BINS: u32 = 1000;
const AUC_BINS_AT_MOST: u32 = 1_000_000;

/// Who has not come for so long is taken to be gone.
const GAP_DAYS: u32 = 14;

pub(super) fn measure(fields: &Fields<'_>) -> Option<Measure> {
    let kind = fields.required("kind")?.one_of(&KINDS)?;
    let measure = match kind.as_str() {
        "rate" => fraction(fields, (0.0, 1.0)).map(|of| Measure::Rate {
            numerator: of.numerator,
            minus: of.minus,
            denominator: of.denominator,
            range: of.range,
        }),
        "ratio" => fraction(fields, (0.0, f64::INFINITY)).map(|of| Measure::Ratio {
            numerator: of.numerator,
            minus: of.minus,
            denominator: of.denominator,
            range: of.range,
        }),
        "perplexity" => over(fields)
            .map(|(numerator, denominator)| Measure::Perplexity { numerator, denominator }),
        "quantile" => quantile(fields),
        "calibration-error" => {
            binned(fields, BINS, BINS_AT_MOST, |of, bins| Measure::CalibrationError { of, bins })
        }
        "miscalibration" => {
            binned(fields, BINS, BINS_AT_MOST, |of, bins| Measure::Miscalibration { of, bins })
        }
        "auc" => binned(fields, AUC_BINS, AUC_BINS_AT_MOST, |of, bins| Measure::Auc { of, bins }),
        "count" => of(fields).map(|of| Measure::Count { of }),
        "units" => of(fields).map(|of| Measure::Units { of }),
        "adoption" => of(fields).map(|of| Measure::Adoption { of }),
        "drift" => drift(fields, of_values(fields).map(Distribution::Numbers)),
        "class-drift" => drift(fields, classes(fields)),
        "retention" => retention(fields),
        "novelty" => novelty(fields),
        "agreement" => agreement(fields),
        "judged-mean" => judged_mean(fields),
        _ => of(fields).map(|of| Measure::TopDecileShare { of }),
    };
    fields.finish();
    measure
}

struct Fraction {
    numerator: Vec<Tally>,
    minus: Vec<Tally>,
    denominator: Vec<Tally>,
    range: (f64, f64),
}

fn fraction(fields: &Fields<'_>, standard: (f64, f64)) -> Option<Fraction> {
    let both = over(fields);
    let minus = match fields.optional("minus") {
        Some(value) => tallies(&value),
        None => Some(Vec::new()),
    };
    let range = ranged(fields, standard);
    let (numerator, denominator) = both?;
    Some(Fraction { numerator, minus: minus?, denominator, range: range? })
}

fn over(fields: &Fields<'_>) -> Option<(Vec<Tally>, Vec<Tally>)> {
    let numerator = fields.required("numerator").and_then(|value| tallies(&value));
    let denominator = fields.required("denominator").and_then(|value| tallies(&value));
    Some((numerator?, denominator?))
}

fn ranged(fields: &Fields<'_>, standard: (f64, f64)) -> Option<(f64, f64)> {
    fields.optional("range").map_or(Some(standard), |value| range(&value))
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

/// Scores with an outcome, by the confidence of what they judge.
fn binned(
    fields: &Fields<'_>,
    standard: u32,
    at_most: u32,
    measure: fn(Tally, u32) -> Measure,
) -> Option<Measure> {
    let of = of_values(fields);
    let bins = match fields.optional("bins") {
        Some(value) => value.whole_within(2, at_most),
        None => Some(standard),
    };
    Some(measure(of?, bins?))
}

fn drift(fields: &Fields<'_>, of: Option<Distribution>) -> Option<Measure> {
    let statistic = fields.required("statistic").and_then(|value| value.word());
    let reference = fields.required("reference").and_then(|value| days(&value));
    Some(Measure::Drift { of: of?, statistic: statistic?, reference_days: reference? })
}

fn classes(fields: &Fields<'_>) -> Option<Distribution> {
    let of = fields.required("of").and_then(|value| counted(&value));
    let by = fields.required("by")?;
    let of = of?;
    let by = text_field(of.table, &by)?;
    Some(Distribution::Classes(of, by))
}

fn text_field(table: Table, value: &Value<'_>) -> Option<&'static Field> {
    let field = field(table, &value.spanned_text()?, value, as_text)?;
    if field.kind == Kind::Text {
        return Some(field);
    }
    value.complain(format!("`{}` is not a text, so it has no classes", field.name), None)
}

fn days(value: &Value<'_>) -> Option<u32> {
    value.duration(duration::days)
}

fn retention(fields: &Fields<'_>) -> Option<Measure> {
    let of = of(fields);
    let after = fields.required("after").and_then(|value| days(&value));
    let gap = fields.optional("gap").map_or(Some(GAP_DAYS), |value| days(&value));
    Some(Measure::Retention { of: of?, after_days: after?, gap_days: gap? })
}

fn novelty(fields: &Fields<'_>) -> Option<Measure> {
    let both = over(fields);
    let burn_in = fields.optional("burn_in").map_or(Some(0), |value| days(&value));
    let (numerator, denominator) = both?;
    Some(Measure::Novelty { numerator, denominator, burn_in_days: burn_in? })
}

/// Two tallies of scores, of which numbers or labels are compared.
fn two(fields: &Fields<'_>, numbers: bool) -> Option<(Tally, Tally)> {
    let sum = Table::Scores.field("value").filter(|_| numbers);
    let read = |name| {
        let scores = scores(&fields.required(name)?)?;
        Some(Tally { sum, ..scores })
    };
    let (judge, person) = (read("judge"), read("person"));
    Some((judge?, person?))
}

fn agreement(fields: &Fields<'_>) -> Option<Measure> {
    let compared = fields.optional("compare").map(|value| value.one_of(&["value", "label"]));
    let numbers = compared.as_ref().is_some_and(|word| word.as_deref() == Some("value"));
    let two = two(fields, numbers);
    let statistic = fields.required("statistic").and_then(|value| value.word());
    compared.unwrap_or(Some(String::new()))?;
    let (judge, person) = two?;
    Some(Measure::Agreement { judge, person, statistic: statistic? })
}

fn judged_mean(fields: &Fields<'_>) -> Option<Measure> {
    let two = two(fields, true);
    let range = ranged(fields, (0.0, 1.0));
    let (judge, person) = two?;
    Some(Measure::JudgedMean { judge, person, range: range? })
}
