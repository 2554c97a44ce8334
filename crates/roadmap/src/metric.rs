//! What is measured: a definition with its denominator, its unit of inference and its window.
//!
//! A metric is text, `metrics/*.toml`, whether it is standard or the team's own:
//!
//! ```toml
//! id = "acceptance"
//! title = "Acceptance rate"
//! definition = "Of all decisions a person took on a suggestion, the share that accepted it."
//! side = "product"        # model | product | business | cost | trust | ops
//! unit = "share"          # `money/interaction`, where money stands for the bet's currency
//! better = "up"           # up | down | neither
//! per = "user"            # unit of inference, user by default
//! window = "1h"           # how old an interaction must be before it counts, 0h by default
//! units_at_least = 20     # optional
//!
//! [measure]
//! kind = "rate"           # one of the kinds below
//! numerator = { table = "actions", where = { kind = "accept" } }
//! denominator = { table = "actions", where = { kind = ["accept", "reject", "override"] } }
//! range = [0, 1]          # optional: [0, 1] for a rate, from 0 up for a ratio
//! ```
//!
//! | kind | keys |
//! |---|---|
//! | `rate`, `ratio` | `numerator`, `denominator` (a tally, or an array of tallies, which are added), `minus` (tallies taken off the numerator), `range` |
//! | `perplexity` | `numerator` (natural log probabilities), `denominator` (tokens) |
//! | `quantile` | `of` (a tally with `sum`), `q` |
//! | `calibration-error`, `miscalibration` | `of` (a tally with `sum`, the outcome 0 or 1), `bins` (10) |
//! | `auc` | `of` (a tally with `sum`, the outcome 0 or 1), `bins` (1000) |
//! | `count`, `units`, `top-decile-share`, `adoption` | `of` (a tally) |
//! | `drift` | `of` (a tally with `sum`), `statistic`, `reference` |
//! | `class-drift` | `of` (a tally), `by` (a text field), `statistic`, `reference` |
//! | `retention` | `of` (a tally), `after`, `gap` (`2w`) |
//! | `novelty` | `numerator`, `denominator`, `burn_in` (`0d`) |
//! | `agreement` | `judge`, `person` (tallies of scores without `sum`), `compare` (`value` or `label`, by default), `statistic` |
//! | `judged-mean` | `judge`, `person` (tallies of scores without `sum`), `range` |
//!
//! A tally is `{ table = "actions", where = { kind = "accept" }, sum = "dwell_ms" }`: it counts
//! rows, or with `sum` adds up a number field. Tables and fields are those of
//! [`trueup_evidence::schema`]. In `where`, a field may be a text, an array of texts, a number, or
//! `{ not = ... }`, `{ present = true }`, `{ at_least = 1, at_most = 2 }`, `{ same_as = "field" }`.

use schemars::JsonSchema;
use trueup_evidence::{Condition, Field, Tally, Test};

use crate::schema::written;
use crate::word::words;
use crate::{Spanned, Suppression};

pub(crate) mod text;

/// A metric, standard or the team's own: both are text in the same language.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Metric {
    /// Lower-case words with dashes or underscores.
    #[schemars(with = "written::MetricName")]
    pub id: Spanned<String>,
    /// What people call it.
    pub title: String,
    /// One sentence a product manager understands.
    pub definition: String,
    /// Whose dashboard it belongs on.
    pub side: MetricSide,
    /// What it is measured in, for example `share`, `ms`, `USD/interaction`. The word `money` stands
    /// for the currency of the bet.
    pub unit: String,
    /// Which way is better.
    pub better: Better,
    /// The unit of inference: `user` by default.
    #[schemars(default = "user")]
    pub per: String,
    /// How old an interaction must be before what followed counts, for example `1d`; `0h` by default.
    #[schemars(rename = "window", with = "Option<written::Length>")]
    pub window_hours: f64,
    /// Smallest number of units that decides anything; policy's if absent.
    #[schemars(range(min = 1))]
    pub units_at_least: Option<u32>,
    /// How it is computed.
    #[schemars(with = "text::Measure")]
    pub measure: Measure,
    /// Lints that are suppressed in this file, each with a reason and an end.
    #[schemars(default)]
    pub allow: Vec<Suppression>,
    /// `b3:` and the start of the BLAKE3 hash of the canonical definition.
    #[schemars(skip)]
    pub digest: String,
    /// True when it is embedded in the binary.
    #[schemars(skip)]
    pub standard: bool,
}

fn user() -> String {
    "user".to_owned()
}

words! {
    /// Whose dashboard it belongs on.
    pub enum MetricSide {
        /// How good the model is.
        Model = "model",
        /// What users do.
        Product = "product",
        /// What the business gets.
        Business = "business",
        /// What it costs.
        Cost = "cost",
        /// Whether people rely on it as they should.
        Trust = "trust",
        /// Whether it runs.
        Ops = "ops",
    }
}

words! {
    /// Which way is better.
    pub enum Better {
        /// More is better.
        Up = "up",
        /// Less is better.
        Down = "down",
        /// Neither is better in itself.
        Neither = "neither",
    }
}

/// How it is computed.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// Each unit's own mean of values that lie in `range`, averaged over units.
    /// Per unit: (numerator - minus) ÷ denominator.
    Rate { numerator: Vec<Tally>, minus: Vec<Tally>, denominator: Vec<Tally>, range: (f64, f64) },
    /// The sum of all numerators, less what is taken off, over the sum of all denominators. `range`
    /// holds what is possible.
    Ratio { numerator: Vec<Tally>, minus: Vec<Tally>, denominator: Vec<Tally>, range: (f64, f64) },
    /// `exp(-(sum of natural log probabilities) ÷ tokens)`.
    Perplexity { numerator: Vec<Tally>, denominator: Vec<Tally> },
    /// The value below which the share `q` of all values lies.
    Quantile { of: Tally, q: f64 },
    /// Expected calibration error over `bins` bins of equal width.
    CalibrationError { of: Tally, bins: u32 },
    /// Expected calibration error over `bins` bins of equal mass, less what a faultless model would
    /// show on as many rows.
    Miscalibration { of: Tally, bins: u32 },
    /// How often a row with outcome 1 has the higher confidence of two with different outcomes; in
    /// `bins` bins of equal width, within which rows are tied.
    Auc { of: Tally, bins: u32 },
    /// How many.
    Count { of: Tally },
    /// How many different units.
    Units { of: Tally },
    /// The share of all rows that belongs to the most active tenth of the units.
    TopDecileShare { of: Tally },
    /// How many different units, of all that the bet says are eligible.
    Adoption { of: Tally },
    /// How far a distribution has moved since the first `reference_days` of the time-box.
    Drift { of: Distribution, statistic: DriftStatistic, reference_days: u32 },
    /// The share of units that still come `after_days` after they first came. A unit is gone when it has
    /// not come for `gap_days`.
    Retention { of: Tally, after_days: u32, gap_days: u32 },
    /// By how much a unit's own mean changes a day from when it first came, beyond `burn_in_days`.
    Novelty { numerator: Vec<Tally>, denominator: Vec<Tally>, burn_in_days: u32 },
    /// How far two judgements of the same target agree.
    Agreement { judge: Tally, person: Tally, statistic: AgreementStatistic },
    /// The mean that persons would give to all that the judge has judged.
    JudgedMean { judge: Tally, person: Tally, range: (f64, f64) },
}

/// What is compared with what it was.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// The values of the number field that the tally sums.
    Numbers(Tally),
    /// How many rows carry each text of a field.
    Classes(Tally, &'static Field),
}

impl Distribution {
    /// The rows that are looked at.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        match self {
            Distribution::Numbers(tally) | Distribution::Classes(tally, _) => tally,
        }
    }
}

words! {
    /// How a difference between two distributions is measured.
    pub enum DriftStatistic {
        /// Population stability index.
        Psi = "psi",
        /// Jensen-Shannon distance.
        JensenShannon = "js",
        /// Kolmogorov-Smirnov distance.
        KolmogorovSmirnov = "ks",
    }
}

words! {
    /// How agreement is measured.
    pub enum AgreementStatistic {
        /// The share of pairs that are equal.
        Share = "share",
        /// Cohen's kappa: agreement beyond chance.
        Kappa = "kappa",
        /// Cohen's kappa with quadratic weights, for numbers on a scale.
        WeightedKappa = "weighted-kappa",
        /// Rank correlation: Spearman's rho.
        Spearman = "spearman",
        /// Rank correlation: Kendall's tau-b.
        Kendall = "kendall",
    }
}

impl Measure {
    /// The values that are possible.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        match self {
            Measure::Rate { range, .. }
            | Measure::Ratio { range, .. }
            | Measure::JudgedMean { range, .. } => *range,
            Measure::CalibrationError { .. }
            | Measure::Auc { .. }
            | Measure::TopDecileShare { .. }
            | Measure::Adoption { .. }
            | Measure::Retention { .. }
            | Measure::Miscalibration { .. }
            | Measure::Agreement { statistic: AgreementStatistic::Share, .. } => (0.0, 1.0),
            Measure::Agreement { .. } => (-1.0, 1.0),
            Measure::Perplexity { .. } => (1.0, f64::INFINITY),
            // Less what chance alone would show, so that it may come out below 0.
            Measure::Drift { .. } | Measure::Novelty { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Measure::Quantile { .. } | Measure::Count { .. } | Measure::Units { .. } => {
                (0.0, f64::INFINITY)
            }
        }
    }
}

impl Measure {
    /// All that is counted for it.
    #[must_use]
    pub fn tallies(&self) -> Vec<&Tally> {
        match self {
            Measure::Rate { numerator, minus, denominator, .. }
            | Measure::Ratio { numerator, minus, denominator, .. } => {
                numerator.iter().chain(minus).chain(denominator).collect()
            }
            Measure::Perplexity { numerator, denominator }
            | Measure::Novelty { numerator, denominator, .. } => {
                numerator.iter().chain(denominator).collect()
            }
            Measure::Quantile { of, .. }
            | Measure::CalibrationError { of, .. }
            | Measure::Miscalibration { of, .. }
            | Measure::Auc { of, .. }
            | Measure::Count { of }
            | Measure::Units { of }
            | Measure::TopDecileShare { of }
            | Measure::Adoption { of }
            | Measure::Retention { of, .. } => vec![of],
            Measure::Drift { of, .. } => vec![of.tally()],
            Measure::Agreement { judge, person, .. }
            | Measure::JudgedMean { judge, person, .. } => {
                vec![judge, person]
            }
        }
    }

    /// What is counted and of how many, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let one = std::slice::from_ref;
        let over = |numerator: &[Tally], minus: &[Tally], denominator: &[Tally]| {
            let off = if minus.is_empty() {
                String::new()
            } else {
                format!(", less {}", describe(minus))
            };
            format!("{}{off}; of {}", describe(numerator), describe(denominator))
        };
        match self {
            Measure::Rate { numerator, minus, denominator, .. }
            | Measure::Ratio { numerator, minus, denominator, .. } => {
                over(numerator, minus, denominator)
            }
            Measure::Perplexity { numerator, denominator }
            | Measure::Novelty { numerator, denominator, .. } => over(numerator, &[], denominator),
            Measure::Drift { of, reference_days, .. } => {
                let by = match of {
                    Distribution::Numbers(_) => String::new(),
                    Distribution::Classes(_, by) => format!(" by their {}", by.name),
                };
                let days = reference_days;
                format!("{}{by}, against the first {days} days", describe(one(of.tally())))
            }
            Measure::Agreement { judge, person, .. }
            | Measure::JudgedMean { judge, person, .. } => {
                format!("{}; beside {}", describe(one(judge)), describe(one(person)))
            }
            // One tally, of which nothing more is to be said.
            other => other.tallies().into_iter().map(one_tally).collect(),
        }
    }
}

/// The currency of a unit such as `EUR/interaction`, or `money`; `None` for what is not money.
pub(crate) fn currency(unit: &str) -> Option<&str> {
    let first = unit.split('/').next().unwrap_or(unit).trim();
    let is_code = first.len() == 3 && first.bytes().all(|byte| byte.is_ascii_uppercase());
    (first == "money" || is_code).then_some(first)
}

/// A range in words: "between 0 and 1".
pub(crate) fn limits((low, high): (f64, f64)) -> String {
    if high.is_infinite() {
        format!("at {low} or above")
    } else {
        format!("between {low} and {high}")
    }
}

/// Tallies in words: "rows of actions where kind is accept or reject".
#[must_use]
pub fn describe(tallies: &[Tally]) -> String {
    tallies.iter().map(one_tally).collect::<Vec<_>>().join(" plus ")
}

fn one_tally(tally: &Tally) -> String {
    let table = tally.table.name();
    let what = match tally.sum {
        Some(field) => format!("sum of {} over {table}", field.name),
        None => format!("rows of {table}"),
    };
    let conditions: Vec<String> = tally.conditions.iter().map(one_condition).collect();
    if conditions.is_empty() { what } else { format!("{what} where {}", conditions.join(" and ")) }
}

fn one_condition(condition: &Condition) -> String {
    let name = condition.field.name;
    match &condition.test {
        Test::In(texts) => format!("{name} is {}", texts.join(" or ")),
        Test::NotIn(texts) => format!("{name} is not {}", texts.join(" or ")),
        Test::Present => format!("{name} is present"),
        Test::Absent => format!("{name} is absent"),
        Test::SameAs(other) => format!("{name} equals {}", other.name),
        Test::Between { at_least, at_most } => match (at_least, at_most) {
            (Some(low), Some(high)) if low >= high => format!("{name} is {low}"),
            (Some(low), Some(high)) => format!("{name} is from {low} to {high}"),
            (Some(low), None) => format!("{name} is at least {low}"),
            (None, Some(high)) => format!("{name} is at most {high}"),
            (None, None) => format!("{name} is a number"),
        },
    }
}
