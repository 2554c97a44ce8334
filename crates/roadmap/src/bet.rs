//! A bet: one AI feature or exploration, why, by what criteria and until when.

use jiff::civil::Date;

use crate::{Gate, Place, Spanned};

/// One AI feature or exploration.
#[derive(Debug, Clone, PartialEq)]
pub struct Bet {
    pub id: Spanned<String>,
    pub title: Spanned<String>,
    pub horizon: Spanned<String>,
    pub stage: Spanned<Stage>,
    pub track: Option<Track>,
    /// `outcome/key-result`.
    pub serves: Vec<Spanned<String>>,
    /// Metrics to show beside the criteria; they decide nothing.
    pub watch: Vec<Spanned<String>>,
    /// Capabilities it needs.
    pub needs: Vec<Spanned<String>>,
    pub workflow: Option<String>,
    pub audience: Option<String>,
    pub problem: Option<Problem>,
    pub scope: Option<Scope>,
    pub mode: Option<Mode>,
    pub score: Option<Score>,
    pub data: Option<DataReview>,
    pub sourcing: Option<Sourcing>,
    /// Alternatives that a pivot could take.
    pub options: Vec<Alternative>,
    pub cost: Option<Cost>,
    pub baseline: Option<Baseline>,
    pub components: Vec<Component>,
    pub risks: Vec<Risk>,
    /// The key `box`.
    pub time_box: Option<TimeBox>,
    pub owners: Option<Owners>,
    pub team: Vec<Spanned<String>>,
    /// `[gate.NAME]`, in the order written.
    pub gates: Vec<Gate>,
    /// The bet that it pivoted from.
    pub from: Option<Spanned<String>>,
    /// The whole file.
    pub place: Place,
}

/// Where a bet stands: `proposed → framed → discovery → pilot → live → retired`, or an exit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    Proposed,
    Framed,
    Discovery,
    Pilot,
    Live,
    Retired,
    Killed,
    Learned,
    Pivoted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Track {
    Discovery,
    Delivery,
}

/// The problem in numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub who: String,
    pub improve: String,
    pub from: f64,
    pub to: f64,
    pub unit: String,
    pub evidence: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Scope {
    pub does: Vec<String>,
    pub does_not: Vec<String>,
}

/// Who decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Mode {
    /// The key `kind`.
    pub automate: bool,
    pub decides: Option<String>,
    pub controls: Vec<String>,
    pub regulated: Vec<String>,
    /// The key `drift`: limits against rubber-stamping; policy's where absent.
    pub approve_at_most: Option<f64>,
    pub dwell_at_least_s: Option<f64>,
    pub catch_at_least: Option<f64>,
}

/// RIBS, 1 to 5 each.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    pub risk: u8,
    pub impact: u8,
    pub business: u8,
    pub scale: u8,
    pub value: Option<String>,
    pub by: Vec<Spanned<String>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DataReview {
    pub reviewed_on: Option<Date>,
    pub reviewed_by: Vec<Spanned<String>>,
    pub bias: Option<String>,
    pub sparsity: Option<String>,
    pub labels: Option<Labels>,
    pub fresh: Option<String>,
    pub cannot: Vec<String>,
    pub assumes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Labels {
    pub cost: Option<f64>,
    pub currency: Option<String>,
    pub have: u64,
    pub need: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Sourcing {
    pub kind: String,
    pub because: Option<String>,
    pub next: Option<(String, String)>,
}

/// An alternative: `[[option]] what, tried`.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    pub what: String,
    pub chosen: bool,
    pub tried: bool,
}

/// What it may cost and what it brings, per interaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    pub per_interaction_at_most: Option<f64>,
    pub currency: Option<String>,
    pub revenue_per_interaction: Option<f64>,
    /// Multiples of today's use to plan for.
    pub loads: Vec<f64>,
    pub place: Place,
}

/// What there is without the bet, measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    pub kind: String,
    pub what: String,
    pub metric: Option<Spanned<String>>,
    pub value: Option<f64>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    pub id: String,
    pub kind: String,
    pub stands_for: Option<String>,
    pub goes_when: Option<String>,
    pub effort: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Risk {
    pub what: String,
    pub mitigate: Option<String>,
    pub owner: Option<Spanned<String>>,
}

/// The time-box.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeBox {
    pub starts: Date,
    pub decide_by: Spanned<Date>,
    pub if_undecided: IfUndecided,
}

/// What was chosen beforehand for the day when the evidence does not decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfUndecided {
    ShipBaseline,
    Pivot,
    Kill,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Owners {
    pub model: Option<Spanned<String>>,
    pub product: Option<Spanned<String>>,
    pub escalate: Vec<String>,
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
}
