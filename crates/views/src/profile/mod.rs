//! Whether a table is ready for a bet: findings of its counts, strongest first, and the `[data]` that
//! they fill in.
//!
//! Reading order: [`Readiness`] (what is said), `rate` (shares and how many rows they need), then one
//! file for each kind of finding: `columns`, `label`, `groups`, `leaks`, `fresh`; `block` (the text for
//! a bet) and `say` (the page).

mod block;
mod columns;
mod fresh;
mod groups;
mod label;
mod leaks;
mod rate;
mod say;

use jiff::Timestamp;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use trueup_evidence::profile::{Counts, Roles};

pub use columns::ColumnLine;
pub use fresh::Freshness;
pub use groups::{Group, Grouping};
pub use label::{ClassLine, LabelLine};
pub use rate::{Gap, HALF_WIDTH, Rate, needed};

/// What is asked of the counts.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What was counted, as the person named it.
    pub source: &'a str,
    pub roles: &'a Roles,
    /// The class whose share is looked at.
    pub positive: Option<&'a str>,
    /// Groups and classes with fewer labelled rows are too small to say anything of.
    pub floor: u64,
    pub counts: &'a Counts,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Readiness {
    /// In one line.
    pub answer: String,
    /// Nothing blocks.
    pub ready: bool,
    /// What was counted.
    pub source: String,
    pub as_of: Timestamp,
    pub rows: u64,
    /// Strongest first.
    pub findings: Vec<Finding>,
    pub label: Option<LabelLine>,
    pub groups: Vec<Grouping>,
    pub freshness: Option<Freshness>,
    pub columns: Vec<ColumnLine>,
    /// What a single column tells of the label was looked at in so many rows; the others are not in it.
    pub sampled: u64,
    /// `[data]` of a bet, to be completed.
    pub data: String,
}

/// Something that a person must know.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Finding {
    pub level: Level,
    pub kind: Kind,
    pub column: Option<String>,
    /// In a few words.
    pub short: String,
    /// With its numbers.
    pub text: String,
    /// Rows that it is about.
    pub rows: u64,
    /// Of so many.
    pub of: u64,
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A bet on this table cannot be judged.
    Blocks,
    Concern,
    Note,
}

/// What it is about, in the order in which equals are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    NoRows,
    Label,
    Leakage,
    Inverted,
    Disagreement,
    Ids,
    Duplicates,
    Groups,
    Future,
    Freshness,
    Missing,
    Sentinels,
    MixedTypes,
    Infinite,
    Constant,
    NearKey,
}

/// A class that the label has not got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchClass {
    pub named: String,
    pub classes: Vec<String>,
}

impl std::error::Error for NoSuchClass {}

impl std::fmt::Display for NoSuchClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let classes = self.classes.join("`, `");
        match trueup_roadmap::nearest(&self.named, self.classes.iter().map(String::as_str)) {
            Some(nearest) => {
                write!(f, "the label has no class `{}`; did you mean `{nearest}`?", self.named)
            }
            None if self.classes.is_empty() => {
                write!(f, "the label has no classes, so none is `{}`", self.named)
            }
            None => write!(f, "the label has no class `{}`; it has: `{classes}`", self.named),
        }
    }
}

/// Judges what was counted.
///
/// # Errors
///
/// The positive class that is named is none of the label's.
pub fn readiness(question: &Question<'_>) -> Result<Readiness, NoSuchClass> {
    let counts = question.counts;
    let positive = label::positive(question)?;
    let mut findings = Vec::new();
    let label = label::label(question, positive, &mut findings);
    let groups = groups::groups(question, positive, &mut findings);
    let freshness = fresh::freshness(question, &mut findings);
    leaks::leaks(question, positive, &mut findings);
    columns::columns(question, &mut findings);
    let share = |finding: &Finding| finding.rows as f64 / finding.of.max(1) as f64;
    findings.sort_by(|one, other| {
        let levels = (one.level, one.kind).cmp(&(other.level, other.kind));
        levels.then_with(|| share(other).total_cmp(&share(one)))
    });
    let mut readiness = Readiness {
        answer: say::answer(&findings),
        ready: findings.iter().all(|finding| finding.level != Level::Blocks),
        source: question.source.to_owned(),
        as_of: question.roles.as_of,
        rows: counts.rows,
        findings,
        label,
        groups,
        freshness,
        columns: counts.columns.iter().map(|column| columns::line(column, counts.rows)).collect(),
        sampled: counts.sample.rows,
        data: String::new(),
    };
    readiness.data = block::data(&readiness, question);
    Ok(readiness)
}

/// The JSON Schema of [`Readiness`].
#[must_use]
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = generator.into_root_schema_for::<Readiness>();
    serde_json::to_string_pretty(&schema).expect("a schema holds only texts, numbers and lists")
}

/// Most of a finding, for those that make them.
struct About<'a> {
    level: Level,
    kind: Kind,
    column: Option<&'a str>,
    short: String,
    rows: u64,
    of: u64,
}

impl About<'_> {
    fn say(self, text: impl Into<String>) -> Finding {
        Finding {
            level: self.level,
            kind: self.kind,
            column: self.column.map(str::to_owned),
            short: self.short,
            text: text.into(),
            rows: self.rows,
            of: self.of,
        }
    }
}
