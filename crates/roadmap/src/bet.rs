//! A bet: one AI feature or exploration, why, by what criteria and until when.
//!
//! What it says of data, of money, of variants and of the way to users is in [`data`], [`economics`],
//! [`experiment`] and [`delivery`].

use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::schema::written;
use crate::word::words;
use crate::{Gate, Place, Spanned, Suppression};

pub mod data;
pub mod delivery;
pub mod economics;
pub mod experiment;

use data::DataReview;
use delivery::{
    Acknowledged, Artifact, Component, Constraint, Deployment, Done, Path, Promise, Risk,
};
use economics::{Alternative, Baseline, Cost, Sourcing, SourcingKind};
use experiment::{Eligible, Experiment};

/// One AI feature or exploration.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Bet {
    /// Lower-case words with dashes.
    #[schemars(with = "written::Name")]
    pub id: Spanned<String>,
    /// What people call it; what it does for them, not how.
    pub title: Spanned<String>,
    /// A horizon's id.
    pub horizon: Spanned<String>,
    /// How far it has come.
    pub stage: Spanned<Stage>,
    /// Which of the two tracks it runs on.
    pub track: Option<Spanned<Track>>,
    /// Key results, each written `outcome/key-result`.
    #[schemars(default)]
    pub serves: Vec<Spanned<String>>,
    /// Metrics to show beside the criteria; they decide nothing.
    #[schemars(default)]
    pub watch: Vec<Spanned<String>>,
    /// Capabilities of the model that it needs: the second column.
    #[schemars(default)]
    pub needs: Vec<Spanned<String>>,
    /// The stage of work it serves, written `workflow/stage`.
    pub workflow: Option<Spanned<String>>,
    /// Who gets it first.
    pub audience: Option<Spanned<Audience>>,
    /// The problem in numbers, before any feature.
    pub problem: Option<Problem>,
    /// What it does and what it does not.
    pub scope: Option<Scope>,
    /// Who decides: the person or the machine.
    pub mode: Option<Mode>,
    /// RIBS: risk, impact, business, scale.
    pub score: Option<Score>,
    /// The data review.
    pub data: Option<DataReview>,
    /// Rules, buy, fine-tune or build.
    pub sourcing: Option<Sourcing>,
    /// Alternatives that a pivot could take.
    #[schemars(rename = "option", default)]
    pub options: Vec<Alternative>,
    /// What it may cost and what it brings.
    pub cost: Option<Cost>,
    /// What there is without the bet.
    pub baseline: Option<Baseline>,
    /// The variants that are compared.
    pub experiment: Option<Experiment>,
    /// How many could use it.
    pub eligible: Option<Eligible>,
    /// What it is built of.
    #[schemars(rename = "component", default)]
    pub components: Vec<Component>,
    /// What could go wrong, and what is done about it.
    #[schemars(rename = "risk", default)]
    pub risks: Vec<Risk>,
    /// What one side must live with, said early.
    #[schemars(rename = "constraint", default)]
    pub constraints: Vec<Constraint>,
    /// The way to production.
    pub path: Option<Path>,
    /// Who uses it already, each under a gate.
    #[schemars(rename = "deployment", default)]
    pub deployments: Vec<Deployment>,
    /// What discovery hands to delivery.
    pub artifact: Option<Artifact>,
    /// When the work is done: packaged, tested, deployed.
    #[schemars(default)]
    pub done: Vec<Done>,
    /// What was said to customers.
    pub promise: Option<Promise>,
    /// The model version that the product owner has read about.
    pub acknowledged: Option<Acknowledged>,
    /// The time-box.
    #[schemars(rename = "box")]
    pub time_box: Option<TimeBox>,
    /// Who answers for it.
    pub owners: Option<Owners>,
    /// The people who work on it, of both sides.
    #[schemars(default)]
    pub team: Vec<Spanned<String>>,
    /// Gates by name, in the order written. The verdict rests on `graduate`, or the only one.
    #[schemars(rename = "gate", with = "written::ByName<Gate>", default)]
    pub gates: Vec<Gate>,
    /// The bet that it follows: it pivoted from it, or takes its artifact over.
    pub from: Option<Spanned<String>>,
    /// Lints that are suppressed in this file, each with a reason and an end.
    #[schemars(default)]
    pub allow: Vec<Suppression>,
    /// The whole file.
    #[schemars(skip)]
    pub place: Place,
}

words! {
    /// Where a bet stands: `proposed → framed → discovery → pilot → live → retired`, or an exit.
    pub enum Stage {
        /// An idea.
        Proposed = "proposed",
        /// The problem is stated in numbers, with evidence.
        Framed = "framed",
        /// Explored within a time-box, beside a baseline.
        Discovery = "discovery",
        /// Used by some, under a gate that both sides signed.
        Pilot = "pilot",
        /// Shipped.
        Live = "live",
        /// Taken out of service.
        Retired = "retired",
        /// Ended: it did not work out.
        Killed = "killed",
        /// Ended: it taught what it should teach.
        Learned = "learned",
        /// Ended: another bet follows.
        Pivoted = "pivoted",
    }
}

words! {
    /// The two tracks of work.
    pub enum Track {
        /// Ends in an artifact or a learning.
        Discovery = "discovery",
        /// Ends in a feature.
        Delivery = "delivery",
    }
}

words! {
    /// Who gets it; each in its turn.
    pub enum Audience {
        /// Our own people.
        Internal = "internal",
        /// Professionals at customers.
        Enterprise = "enterprise",
        /// Everybody.
        Consumer = "consumer",
    }
}

/// The problem in numbers.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Problem {
    /// Who has it.
    pub who: Spanned<String>,
    /// What should improve: decision time, errors, cost, risk, revenue.
    pub improve: String,
    /// Measured today.
    pub from: f64,
    /// What it should be.
    pub to: f64,
    /// What both are measured in, for example `min/shortlist`.
    pub unit: String,
    /// Notes that show the demand, each written `note:ID`.
    #[schemars(default, with = "Vec<written::NoteReference>")]
    pub evidence: Vec<Spanned<String>>,
    /// The table itself.
    #[schemars(skip)]
    pub place: Place,
}

/// What it does and what it does not.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Scope {
    /// What it does.
    #[schemars(default)]
    pub does: Vec<Spanned<String>>,
    /// What it does not, however easy it looks.
    #[schemars(default)]
    pub does_not: Vec<Spanned<String>>,
    /// The table itself.
    #[schemars(skip)]
    pub place: Place,
}

words! {
    /// Who decides.
    pub enum ModeKind {
        /// A person, with help.
        Augment = "augment",
        /// The machine, watched by persons.
        Automate = "automate",
    }
}

/// Who decides, and what keeps it so.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Mode {
    /// Augment or automate.
    pub kind: Spanned<ModeKind>,
    /// The person who decides or may stop it.
    pub decides: Option<String>,
    /// What the person can do, for example `side-by-side`, `explanation`, `override`.
    #[schemars(default)]
    pub controls: Vec<Spanned<String>>,
    /// Laws that it falls under, for example `eu-ai-act:annex-3-employment`.
    #[schemars(default)]
    pub regulated: Vec<Spanned<String>>,
    /// Where the assessment that those laws ask for lies.
    pub assessment: Option<String>,
    /// How long records of decisions are kept, for example `6mo`.
    pub retention: Option<String>,
    /// Limits against rubber-stamping; policy's where absent.
    #[schemars(default)]
    pub drift: Drift,
    /// The table itself.
    #[schemars(skip)]
    pub place: Place,
}

/// Limits against rubber-stamping.
#[derive(Debug, Clone, PartialEq, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Drift {
    /// Approval above this share is a sign.
    #[schemars(range(min = 0, max = 1))]
    pub approve_at_most: Option<f64>,
    /// A median look shorter than this is a sign, for example `20s`.
    #[schemars(rename = "dwell_at_least", with = "Option<written::ShortLength>")]
    pub dwell_at_least_s: Option<f64>,
    /// The share of planted errors that must be caught.
    #[schemars(range(min = 0, max = 1))]
    pub catch_at_least: Option<f64>,
}

words! {
    /// Why it pays.
    pub enum ValueKind {
        /// The same work with less effort.
        Automation = "automation",
        /// Better work by the same people.
        Augmentation = "augmentation",
        /// Work that was not possible before.
        Transformation = "transformation",
    }
}

/// RIBS, 1 to 5 each; risk counts against.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Score {
    /// The marks that both sides agreed on.
    #[schemars(flatten)]
    pub agreed: Marks,
    /// Why it pays.
    pub value: Option<Spanned<ValueKind>>,
    /// Who agreed.
    #[schemars(default)]
    pub by: Vec<Spanned<String>>,
    /// What each gave before they talked.
    #[schemars(default)]
    pub blind: Vec<BlindMarks>,
    /// The table itself.
    #[schemars(skip)]
    pub place: Place,
}

/// Marks from 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Marks {
    /// How bad it is if it goes wrong.
    #[schemars(range(min = 1, max = 5))]
    pub risk: u8,
    /// How much it changes for its users.
    #[schemars(range(min = 1, max = 5))]
    pub impact: u8,
    /// How much it brings.
    #[schemars(range(min = 1, max = 5))]
    pub business: u8,
    /// How far it carries.
    #[schemars(range(min = 1, max = 5))]
    pub scale: u8,
}

/// The marks of one person.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BlindMarks {
    /// Who gave them.
    pub by: Spanned<String>,
    /// The marks.
    #[schemars(flatten)]
    pub marks: Marks,
}

/// The time-box.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TimeBox {
    /// The first day.
    pub starts: Date,
    /// The day of the decision: the one date that is committed to.
    pub decide_by: Spanned<Date>,
    /// What was chosen beforehand for the day when the evidence does not decide.
    pub if_undecided: IfUndecided,
}

words! {
    /// What was chosen beforehand for the day when the evidence does not decide.
    pub enum IfUndecided {
        /// The baseline goes out.
        ShipBaseline = "ship-baseline",
        /// Another option is tried.
        Pivot = "pivot",
        /// It ends.
        Kill = "kill",
    }
}

/// Who answers for what.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Owners {
    /// Who decides about the model.
    pub model: Option<Spanned<String>>,
    /// Who decides about the product.
    pub product: Option<Spanned<String>>,
    /// Where a conflict of the two goes, in order.
    #[schemars(default)]
    pub escalate: Vec<String>,
    /// The table itself.
    #[schemars(skip)]
    pub place: Place,
}

impl Mode {
    /// True when the machine decides.
    #[must_use]
    pub fn automates(&self) -> bool {
        self.kind.value == ModeKind::Automate
    }
}

impl Bet {
    /// The gate that a verdict rests on: `graduate`, or the only one there is.
    #[must_use]
    pub fn graduation(&self) -> Option<&Gate> {
        self.gates
            .iter()
            .find(|gate| gate.name.value == "graduate")
            .or_else(|| if self.gates.len() == 1 { self.gates.first() } else { None })
    }

    /// True when it is built of rules, without a model.
    #[must_use]
    pub fn is_rules(&self) -> bool {
        self.sourcing.as_ref().is_some_and(|sourcing| sourcing.kind.value == SourcingKind::Rules)
    }

    /// The capabilities that it needs, by name or by the harness that stands for them.
    #[must_use]
    pub fn wants(&self) -> BTreeSet<&str> {
        let gaps = self.components.iter().filter_map(|part| part.stands_for.as_ref());
        self.needs.iter().chain(gaps).map(|capability| capability.value.as_str()).collect()
    }

    /// True from the stage on, while the bet has not ended.
    #[must_use]
    pub fn has_reached(&self, stage: Stage) -> bool {
        (stage..=Stage::Live).contains(&self.stage.value)
    }
}
