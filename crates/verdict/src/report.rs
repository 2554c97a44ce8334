//! What is said in the end: one object behind the text, the JSON, the pages and the exit code.

mod shape;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

pub use shape::{ClassShare, ConfidenceBin, DayShare, Shape, ValueBin};

/// The name and version of this format.
pub const FORMAT: &str = "trueup/report/1";

/// The answer for every bet that was asked about.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// The version of this format.
    pub schema: String,
    /// The moment the answer is for, RFC 3339; later events were not looked at.
    pub now: String,
    /// The digest of the roadmap's text and, in a git repository, the commit that holds
    /// this very text; none while there are changes.
    pub roadmap: RoadmapVersion,
    /// The version of each table of the store that was read. Empty: there is no store yet.
    pub store: Vec<StoreVersion>,
    pub bets: Vec<BetReport>,
    /// Interactions of the store that name no bet of this roadmap; `null` if that was not asked.
    pub unattributed: Option<u64>,
    /// Actions and scores of the store whose interaction is not known; `null` if that was not asked.
    pub orphans: Option<u64>,
    /// Rows that were refused on the way into the store, for any bet; `null` if that was not asked.
    pub quarantined: Option<u64>,
    /// Interactions of the store that name no person, and so count as one; `null` if that was not asked.
    pub nameless: Option<u64>,
    /// Said of the evidence as a whole, for example that it is simulated.
    pub notices: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoadmapVersion {
    pub digest: String,
    pub commit: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StoreVersion {
    pub table: String,
    pub version: u64,
}

/// What a criterion that is a comparison compares.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ComparedReport {
    /// `control` or `before`.
    pub versus: String,
    /// The arm that is compared with control.
    pub arm: Option<String>,
    /// The value of that arm, or of now.
    pub value: Option<f64>,
    /// The value of control, or of before.
    pub other: Option<f64>,
    pub relative: Option<Relative>,
    /// The share of the variance within arms that what people did before explains (CUPED).
    pub explained: Option<f64>,
    /// Why this is weaker than an experiment, and what would make it stronger.
    pub weaker: Option<String>,
}

/// A difference as a share of what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Relative {
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// An experiment and what it says so far.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExperimentReport {
    pub control: String,
    pub arms: Vec<ArmReport>,
    /// People who met more than one arm.
    pub in_several: u64,
    pub sample_ratio: Option<SampleRatioReport>,
    /// Why the arms must not be compared; `null` if they may.
    pub unreadable: Option<String>,
    /// Each arm beside control, by each metric of the gate and each that is watched.
    pub comparisons: Vec<ComparisonReport>,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ArmReport {
    pub name: String,
    /// The share of the people that it should have.
    pub planned: f64,
    pub units: u64,
    pub interactions: u64,
}

/// Whether people are split as planned.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SampleRatioReport {
    /// Of Pearson's chi-square test, for one look.
    pub p_value: f64,
    /// At any number of looks.
    pub always_valid_p: f64,
    pub mismatch: bool,
}

/// One arm beside control, by one metric.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ComparisonReport {
    pub metric: String,
    pub title: String,
    pub arm: String,
    pub measured_in: String,
    /// Which way is better: `up`, `down` or `neither`.
    pub better: String,
    pub value: Option<f64>,
    pub control: Option<f64>,
    /// The arm's value minus control's, with an interval over all planned looks.
    pub difference: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub relative: Option<Relative>,
    /// Over all planned looks; `null` for very many people.
    pub p_value: Option<f64>,
    /// The share of the variance within arms that what people did before explains (CUPED).
    pub explained: Option<f64>,
    /// Events in both arms' denominators.
    pub n: u64,
    /// People of both arms.
    pub units: u64,
    pub method: Option<String>,
    pub source: Option<String>,
}

/// How good the model is beside what it does for people and the business.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Dashboard {
    pub quadrant: Quadrant,
    pub panels: Vec<Panel>,
    /// Metrics of which nothing has been recorded.
    pub unmeasured: Vec<String>,
}

/// Where a bet stands by model and by impact: each `passes`, `fails`, is `undecided` or `unasked`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Quadrant {
    pub model: String,
    pub impact: String,
    pub text: String,
}

/// The metrics of one side.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Panel {
    /// `model`, `trust`, `ops`, `product`, `business` or `cost`.
    pub side: String,
    pub title: String,
    /// `model` or `impact`.
    pub column: String,
    pub rows: Vec<CriterionReport>,
}

/// The answer for one bet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BetReport {
    pub id: String,
    pub title: String,
    pub horizon: String,
    pub stage: String,
    /// `null` when the document is denied (rule 0) or the bet is over.
    pub verdict: Option<Word>,
    /// The number of the first rule that held, 0 to 6.
    pub rule: u8,
    /// That rule in words.
    pub because: String,
    /// What exactly to do, where the word alone does not say it: `ship the baseline`.
    pub action: String,
    /// Strongest first.
    pub reasons: Vec<Reason>,
    pub criteria: Vec<CriterionReport>,
    /// Metrics that the bet watches; they decide nothing.
    pub watched: Vec<CriterionReport>,
    /// What would have to happen for another verdict.
    pub would_change: Vec<String>,
    pub forecast: Option<Forecast>,
    pub purgatory: Purgatory,
    pub evidence: Evidence,
    pub time_box: Option<TimeBoxReport>,
    /// The variants that the bet compares.
    pub experiment: Option<ExperimentReport>,
    /// All metrics by side; only if it was asked for.
    pub dashboard: Option<Dashboard>,
}

/// The verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    Ship,
    Continue,
    Pivot,
    Kill,
    Learned,
}

impl Word {
    /// As in the JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Word::Ship => "ship",
            Word::Continue => "continue",
            Word::Pivot => "pivot",
            Word::Kill => "kill",
            Word::Learned => "learned",
        }
    }
}

/// Something that speaks for the verdict, or that goes wrong on the way.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Reason {
    /// The code of the lint it belongs to (`trueup explain CODE`), the metric it is about, or
    /// `denied` for a text that cannot be judged.
    pub code: String,
    pub weight: Weight,
    /// True when policy counts it as bad news, which a strong reason turns into exit code 1.
    pub deny: bool,
    pub text: String,
}

/// How much a reason matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    Note,
    Warning,
    Strong,
    Decisive,
}

/// One criterion of the gate and what the evidence says of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CriterionReport {
    /// The metric's id; for readiness, what is attested.
    pub metric: String,
    pub title: String,
    pub role: String,
    pub state: State,
    pub estimate: Option<f64>,
    /// Missing where the data do not bound it.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The value over all events together, where `estimate` is the mean over units.
    pub pooled: Option<f64>,
    /// Events in the denominator.
    pub n: Option<u64>,
    /// Units of inference (people, unless the metric says otherwise).
    pub units: Option<u64>,
    pub threshold: Threshold,
    /// What estimate, low, high and threshold are measured in.
    pub measured_in: String,
    /// The unit of inference.
    pub per: String,
    pub among: Option<String>,
    /// The windows that must agree, newest first.
    pub windows: Vec<WindowReport>,
    /// Its last whole weeks, newest first, each at one look of its own; they decide nothing. Only of a
    /// criterion, and only if the dashboard was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub over_time: Vec<WindowReport>,
    /// How the interval was found, and where the method is from.
    pub method: Option<String>,
    pub source: Option<String>,
    /// The chance that this criterion is met by `decide_by`, if use goes on as before.
    pub chance: Option<f64>,
    /// How many more units an answer needs, at today's estimate.
    pub more_units: Option<u64>,
    /// What `estimate` is the difference of, where the criterion is a comparison.
    pub compared: Option<ComparedReport>,
    /// What is counted, denominator included, in words.
    pub counts: String,
    /// What a reader has to know to read the number right.
    pub remark: Option<String>,
    /// What the number is made of, for a picture; only of some kinds of metric.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    /// One sentence on the state.
    pub text: String,
}

impl CriterionReport {
    /// Nothing but what it is about and what is said of it: where all else starts from.
    #[must_use]
    pub fn empty(metric: String, title: String, state: State, text: String) -> CriterionReport {
        CriterionReport {
            metric,
            title,
            role: String::new(),
            state,
            estimate: None,
            low: None,
            high: None,
            pooled: None,
            n: None,
            units: None,
            threshold: Threshold::default(),
            measured_in: String::new(),
            per: String::new(),
            among: None,
            windows: Vec::new(),
            over_time: Vec::new(),
            method: None,
            source: None,
            chance: None,
            more_units: None,
            compared: None,
            counts: String::new(),
            remark: None,
            shape: None,
            text,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema, Default)]
pub struct Threshold {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

/// What the evidence says of a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Met,
    Refuted,
    Undecided,
    NoData,
    Invalid,
    /// Shown beside the criteria; decides nothing.
    Watched,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WindowReport {
    pub from: String,
    pub to: String,
    pub state: State,
    pub estimate: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub n: Option<u64>,
    pub units: Option<u64>,
}

/// What is to be expected by `decide_by`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Forecast {
    /// The chance that all measured criteria are met by then: the smallest of theirs.
    pub chance: f64,
    /// More units until the last undecided criterion is decided, at today's estimates.
    pub more_units: Option<u64>,
    /// When that is reached at today's pace, as a date.
    pub date: Option<String>,
}

/// How stuck a pilot is: the number of distinct P codes it carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, Default)]
pub struct Purgatory {
    /// 0 clear, 1 watch, 2 or more in purgatory.
    pub level: u8,
    pub codes: Vec<String>,
}

impl State {
    /// In words: `no data`.
    #[must_use]
    pub const fn spoken(self) -> &'static str {
        match self {
            State::Met => "met",
            State::Refuted => "refuted",
            State::Undecided => "undecided",
            State::NoData => "no data",
            State::Invalid => "invalid",
            State::Watched => "watched",
        }
    }
}

/// What the verdict rests on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, Default)]
pub struct Evidence {
    pub interactions: u64,
    pub units: u64,
    /// The share of interactions that carry a price in the bet's currency; `null` without any.
    pub priced: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TimeBoxReport {
    pub starts: String,
    pub decide_by: String,
    /// Negative when overdue.
    pub days_left: i64,
    pub if_undecided: String,
}

impl Report {
    /// True when somebody has to act: a bet ends or turns, or something strong is denied.
    /// The exit code rests on it.
    #[must_use]
    pub fn has_bad_news(&self) -> bool {
        self.bets.iter().any(BetReport::has_bad_news)
    }

    /// The published JSON. The same report gives the same bytes.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report holds only texts, numbers and lists")
    }
}

impl BetReport {
    pub(crate) fn has_bad_news(&self) -> bool {
        let ends = matches!(self.verdict, Some(Word::Kill | Word::Pivot));
        ends || self.reasons.iter().any(|reason| reason.deny && reason.weight >= Weight::Strong)
    }
}

/// The JSON Schema (draft 2020-12) of the published JSON.
#[must_use]
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = generator.into_root_schema_for::<Report>();
    serde_json::to_string_pretty(&schema).expect("a schema holds only texts, numbers and lists")
}
