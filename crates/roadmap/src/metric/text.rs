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
    /// Calibration error beyond what a faultless model would show, over `bins` bins of equal mass.
    Miscalibration {
        /// The field with the outcome, 0 or 1.
        of: Values,
        /// How many bins; 10 by default.
        #[schemars(range(min = 2, max = 100))]
        bins: Option<u32>,
    },
    /// How often the case with outcome 1 has the higher confidence of two.
    Auc {
        /// The field with the outcome, 0 or 1.
        of: Values,
        /// Cases within one of so many bins are tied; 1000 by default.
        #[schemars(range(min = 2, max = 1_000_000))]
        bins: Option<u32>,
    },
    /// `exp(-(sum of natural log probabilities) ÷ tokens)`.
    Perplexity {
        /// Sums of natural log probabilities.
        numerator: Tallies,
        /// How many tokens they are of.
        denominator: Tallies,
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
    /// How many different units, of all that the bet says are eligible.
    Adoption {
        /// Whose units are counted.
        of: Tally,
    },
    /// How far a distribution has moved since the start of the time-box, less what chance would show.
    Drift {
        /// The field whose values are looked at.
        of: Values,
        /// How the difference is measured.
        statistic: super::DriftStatistic,
        /// The time from the start that is compared with, for example `2w`.
        #[schemars(with = "written::Length")]
        reference: (),
    },
    /// How far the mix of classes has moved since the start of the time-box, less what chance would
    /// show.
    ClassDrift {
        /// Where the rows are.
        of: Counted,
        /// The text field with the class.
        #[schemars(with = "written::TextField")]
        by: (),
        /// How the difference is measured.
        statistic: super::DriftStatistic,
        /// The time from the start that is compared with, for example `2w`.
        #[schemars(with = "written::Length")]
        reference: (),
    },
    /// The share of units that still come so long after they first came.
    Retention {
        /// What counts as coming.
        of: Tally,
        /// How long after, for example `4w`.
        #[schemars(with = "written::Length")]
        after: (),
        /// Who has not come for so long is gone; `2w` by default.
        #[schemars(with = "Option<written::Length>")]
        gap: (),
    },
    /// By how much a unit's own mean changes a day from when it first came.
    Novelty {
        /// What counts.
        numerator: Tallies,
        /// Of how many.
        denominator: Tallies,
        /// Days of a unit that are left out at first, for example `1w`; none by default.
        #[schemars(with = "Option<written::Length>")]
        burn_in: (),
    },
    /// How far two judgements of the same target agree.
    Agreement {
        /// One judgement.
        judge: Judgement,
        /// The other judgement.
        person: Judgement,
        /// What of the scores is compared; `label` by default.
        compare: Option<Compared>,
        /// How agreement is measured.
        statistic: super::AgreementStatistic,
    },
    /// The mean that persons would give to all that the judge has judged.
    JudgedMean {
        /// The judge's scores: many.
        judge: Judgement,
        /// Persons' scores of some of the same targets: few.
        person: Judgement,
        /// The values that are possible; `[0, 1]` by default.
        range: Option<[f64; 2]>,
    },
}

/// One amount over another.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Fraction {
    /// What counts.
    numerator: Tallies,
    /// What is taken off the numerator.
    minus: Option<Tallies>,
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

/// Rows to count.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Counted {
    /// Where the rows are.
    table: Table,
    /// Tests by field; a row counts that passes all.
    #[schemars(rename = "where", with = "Option<written::Conditions>")]
    conditions: (),
}

/// Scores by one kind of judge.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Judgement {
    /// Always the same.
    table: ScoresOnly,
    /// Tests by field; a row counts that passes all.
    #[schemars(rename = "where", with = "Option<written::Conditions>")]
    conditions: (),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum ScoresOnly {
    /// One judgement, whenever it comes.
    Scores,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum Compared {
    /// Numbers.
    Value,
    /// Classes.
    Label,
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
