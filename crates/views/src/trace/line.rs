//! One thing on the line of sight.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::Role;
use trueup_roadmap::bet::Stage;
use trueup_verdict::report::{State, Threshold, Word};

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Outcome,
    KeyResult,
    Bet,
    Criterion,
    Metric,
    Capability,
    Workflow,
    Stage,
    Note,
    Model,
}

/// One thing on the line of sight, and what hangs on it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Line {
    pub kind: Kind,
    /// A key result is written `outcome/key-result`, a stage of work `workflow/stage`; a criterion goes by
    /// its metric or by what is vouched for.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What else is to be said of it.
    pub about: Option<String>,
    /// Of a bet.
    pub stage: Option<Stage>,
    /// Of a bet; `null` without evidence.
    pub verdict: Option<Word>,
    /// Of an outcome or key result.
    pub change: Option<Change>,
    /// Of a criterion.
    pub asked: Option<Asked>,
    /// Of a criterion; `null` without evidence.
    pub found: Option<Found>,
    /// Where the line breaks off here.
    pub missing: Vec<String>,
    pub lines: Vec<Line>,
}

/// A value that should change.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    pub metric: String,
    pub from: f64,
    pub to: f64,
    pub unit: String,
    pub by: Date,
    /// As people read it: `30 % → 60 % by 2027-03-31`.
    pub text: String,
}

/// What a criterion asks.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Asked {
    /// The gate it stands in; `null` for that of a capability.
    pub gate: Option<String>,
    pub role: Role,
    /// Missing for what a person vouches for.
    pub threshold: Option<Threshold>,
    /// What the threshold is measured in.
    pub unit: String,
    pub among: Option<String>,
    /// As people read it: `at least 55 %`; empty while nobody vouches.
    pub text: String,
}

/// What the evidence says.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Found {
    pub state: State,
    pub estimate: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub units: Option<u64>,
    /// One sentence.
    pub text: String,
}

impl Kind {
    /// In a sentence: `key result`.
    #[must_use]
    pub const fn spoken(self) -> &'static str {
        match self {
            Kind::KeyResult => "key result",
            kind => kind.name(),
        }
    }

    /// Before an id: `key-result`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Outcome => "outcome",
            Kind::KeyResult => "key-result",
            Kind::Bet => "bet",
            Kind::Criterion => "criterion",
            Kind::Metric => "metric",
            Kind::Capability => "capability",
            Kind::Workflow => "workflow",
            Kind::Stage => "stage",
            Kind::Note => "note",
            Kind::Model => "model",
        }
    }
}

impl Line {
    /// A line of which no more is known than what it is called.
    pub(super) fn bare(kind: Kind, id: impl Into<String>, title: impl Into<String>) -> Line {
        Line {
            kind,
            id: id.into(),
            title: title.into(),
            about: None,
            stage: None,
            verdict: None,
            change: None,
            asked: None,
            found: None,
            missing: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// What it is and how it is called: ``bet `skill-match` ``.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} `{}`", self.kind.spoken(), self.id)
    }
}
