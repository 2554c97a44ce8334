//! A measure as it is written, for the JSON Schema.
#![expect(dead_code, reason = "only its schema is used")]

use schemars::JsonSchema;

use crate::schema::written;

/// How a metric is computed.
#[derive(JsonSchema)]
#[schemars(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Measure {
    /// Each unit's own mean of values that lie in `range`, averaged over units.
    Rate(Fraction),
    /// The sum of all numerators over the sum of all denominators.
    Ratio(Fraction),
    /// The value below which the share `q` of all values lies.
    Quantile {
        /// The field whose values are looked at.
        of: Values,
        /// The share, for example `0.95`.
        #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
        q: f64,
    },
    /// Expected calibration error over `bins` bins of equal width.
    CalibrationError {
        /// The field whose values are looked at.
        of: Values,
        /// How many bins; 10 by default.
        #[schemars(range(min = 2, max = 100))]
        bins: Option<u32>,
    },
    /// How many.
    Count {
        /// What is counted.
        of: Tally,
    },
    /// How many different units.
    Units {
        /// Whose units are counted.
        of: Tally,
    },
    /// The share of all rows that belongs to the most active tenth of the units.
    TopDecileShare {
        /// What is counted.
        of: Tally,
    },
}

/// One amount over another.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Fraction {
    /// What counts.
    numerator: Tallies,
    /// Of how many.
    denominator: Tallies,
    /// The values that are possible, for example `[0, 1]`.
    range: Option<[f64; 2]>,
}

/// One tally, or several that are added.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Tallies {
    One(Tally),
    Several(#[schemars(length(min = 1))] Vec<Tally>),
}

/// Rows to count, or a number field of them to add up.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Tally {
    /// Where the rows are.
    table: Table,
    /// Tests by field; a row counts that passes all.
    #[schemars(rename = "where", with = "Option<written::Conditions>")]
    conditions: (),
    /// The number field to add up.
    #[schemars(with = "Option<written::NumberField>")]
    sum: (),
}

/// Rows, and a number field whose values are looked at one by one.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Values {
    /// Where the rows are.
    table: Table,
    /// Tests by field; a row counts that passes all.
    #[schemars(rename = "where", with = "Option<written::Conditions>")]
    conditions: (),
    /// The number field.
    #[schemars(with = "written::NumberField")]
    sum: (),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum Table {
    /// One use of an AI feature by one person.
    Interactions,
    /// One step of a person or a machine on an interaction.
    Actions,
    /// One judgement, whenever it comes.
    Scores,
}

/// What a field must be for a row to count.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(crate) enum Test {
    /// This text.
    Text(String),
    /// This number.
    Number(f64),
    /// One of these texts.
    Texts(#[schemars(length(min = 1))] Vec<String>),
    /// A test written out.
    Written(WrittenTest),
}

/// Exactly one of `not`, `present`, `same_as`, or limits.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct WrittenTest {
    /// None of these texts.
    #[schemars(with = "Option<written::OneOrMore<String>>")]
    not: (),
    /// True: it is there. False: it is absent.
    present: Option<bool>,
    /// The smallest number that passes.
    at_least: Option<f64>,
    /// The largest number that passes.
    at_most: Option<f64>,
    /// A field that holds the same text.
    same_as: Option<String>,
}
