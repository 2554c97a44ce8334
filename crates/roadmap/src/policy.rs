//! Policy: the numbers that are ours until a roadmap says otherwise.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;

use crate::diagnostic::Severity;
use crate::explain::severity;
use crate::schema::written;

/// The table `[policy]`.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct Policy {
    /// Chance of a wrong interval over all looks together. Default 0.05.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub alpha: f64,
    /// The currency of costs, unless a bet names another. Default `USD`.
    #[schemars(with = "written::Currency")]
    pub currency: String,
    /// How many looks to allow for where a bet has no time-box: one a day. Default 90.
    #[schemars(range(min = 1))]
    pub looks: u32,
    /// A goal whose chance to be met by `decide_by` is below this ends the bet. Default 0.05.
    #[schemars(range(min = 0, max = 1))]
    pub give_up_below: f64,
    /// How often a bet may pivot before the next is a kill. Default 2.
    pub pivots_at_most: u32,
    /// Fewer units of inference than this decide nothing. Default 10.
    #[schemars(range(min = 1))]
    pub units_at_least: u32,
    /// Approval above this, with other signs, is rubber-stamping. Default 0.95.
    #[schemars(range(min = 0, max = 1))]
    pub approve_at_most: f64,
    /// A median look shorter than this, with other signs, is rubber-stamping. Default `20s`.
    #[schemars(
        rename = "dwell_at_least",
        with = "written::ShortLength",
        extend("default" = format!("{}s", Policy::default().dwell_at_least_s))
    )]
    pub dwell_at_least_s: f64,
    /// A smaller share of planted errors caught, with other signs, is rubber-stamping. Default 0.6.
    #[schemars(range(min = 0, max = 1))]
    pub catch_at_least: f64,
    /// The smallest probability that may be shown to customers. Default 0.85.
    #[schemars(range(min = 0, max = 1))]
    pub promise: f64,
    /// A data review is stale after this. Default `183d`.
    #[schemars(
        rename = "review_lasts",
        with = "written::Length",
        extend("default" = in_days(Policy::default().review_lasts_days))
    )]
    pub review_lasts_days: u32,
    /// A note may be corrected for so long. Default `7d`.
    #[schemars(
        rename = "note_settles",
        with = "written::Length",
        extend("default" = in_days(Policy::default().note_settles_days))
    )]
    pub note_settles_days: u32,
    /// More demos than this without a user in production are a loop. Default 3.
    pub demos_at_most: u32,
    /// A harness may take so many times the effort of closing its gap. Default 4.
    #[schemars(range(min = 0))]
    pub harness_ratio: f64,
    /// The share of use that the most active tenth may have. Default 0.5.
    #[schemars(range(min = 0, max = 1))]
    pub top_decile_at_most: f64,
    /// The share of all requests that may go to a premium model before routing is due. Default 0.9.
    #[schemars(range(min = 0, max = 1))]
    pub premium_at_most: f64,
    /// When a ritual is due after its occasion.
    pub rituals: Rituals,
    /// How much each part counts in the order of bets: exponents. Default 1 each.
    pub order: OrderWeights,
    /// How much each mark counts in RIBS. Default 1 each; risk counts against.
    pub ribs: RibsWeights,
    /// What every report says of the evidence as a whole, for example that it is simulated.
    pub notice: Option<String>,
    /// The levels of lints by code.
    #[schemars(with = "written::Levels")]
    pub levels: BTreeMap<String, Level>,
    /// The levels of what a team may insist on, by name.
    #[schemars(with = "written::Requirements")]
    pub require: BTreeMap<String, Level>,
    /// Industries: words that do not name a profession, beside the built-in ones.
    pub industries: Vec<String>,
}

/// What policy makes of a lint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nothing is said.
    Allow,
    Warn,
    Deny,
    /// Warned of now, denied from the day on; without a day, some day.
    FutureDeny(Option<Date>),
}

/// The two ways to write a [`Level`].
#[derive(JsonSchema)]
#[schemars(untagged, rename = "Level")]
#[expect(dead_code, reason = "only its schema is used")]
enum LevelText {
    Word(LevelWord),
    /// Warned of now, denied from the day on.
    From(LevelFrom),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct LevelFrom {
    /// The first day on which it is denied.
    deny_from: Date,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only its schema is used")]
enum LevelWord {
    /// Nothing is said.
    Allow,
    /// It is said.
    Warn,
    /// It makes the exit code 1.
    Deny,
    /// Warned of now, denied some day.
    FutureDeny,
}

impl JsonSchema for Level {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        LevelText::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        LevelText::json_schema(generator)
    }
}

/// When a ritual is due after its occasion, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct Rituals {
    /// A retro after a bet went live. Default `14d`.
    #[schemars(with = "written::Length", extend("default" = in_days(Rituals::default().retro)))]
    pub retro: u32,
    /// A postmortem after what happened. Default `7d`.
    #[schemars(with = "written::Length", extend("default" = in_days(Rituals::default().postmortem)))]
    pub postmortem: u32,
    /// A learning after a bet ended. Default `14d`.
    #[schemars(with = "written::Length", extend("default" = in_days(Rituals::default().learning)))]
    pub learning: u32,
    /// A review of both sides after the last one; none by default.
    #[schemars(with = "Option<written::Length>")]
    pub review: Option<u32>,
}

/// Exponents of the parts of the order score.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct OrderWeights {
    /// Of the value.
    #[schemars(range(min = 0))]
    pub value: f64,
    /// Of the chance to pass.
    #[schemars(range(min = 0))]
    pub chance: f64,
    /// Of one plus the share of missing training data that it brings.
    #[schemars(range(min = 0))]
    pub data: f64,
    /// Of the cost.
    #[schemars(range(min = 0))]
    pub cost: f64,
}

/// Weights of the marks of RIBS.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct RibsWeights {
    /// Of the risk, which counts against.
    #[schemars(range(min = 0))]
    pub risk: f64,
    /// Of the impact.
    #[schemars(range(min = 0))]
    pub impact: f64,
    /// Of what it brings.
    #[schemars(range(min = 0))]
    pub business: f64,
    /// Of how far it carries.
    #[schemars(range(min = 0))]
    pub scale: f64,
}

/// As it is written.
fn in_days(days: u32) -> String {
    format!("{days}d")
}

impl Policy {
    /// How bad a code is on a day; `None` where nothing is to be said.
    #[must_use]
    pub fn severity(&self, code: &str, today: Date) -> Option<Severity> {
        // A code's own level goes before that of a requirement.
        match self.levels.get(code).or_else(|| self.require.get(code)) {
            Some(Level::Allow) => None,
            Some(Level::Deny) => Some(Severity::Deny),
            Some(Level::FutureDeny(Some(from))) if *from <= today => Some(Severity::Deny),
            Some(Level::Warn | Level::FutureDeny(_)) => Some(Severity::Warn),
            None => Some(severity(code)),
        }
    }

    /// From when on a code will be denied that is warned of today: some day, if no day is known.
    #[must_use]
    pub fn denied_later(&self, code: &str, today: Date) -> Option<Option<Date>> {
        match self.levels.get(code).or_else(|| self.require.get(code))? {
            Level::FutureDeny(from) if from.is_none_or(|from| today < from) => Some(*from),
            _ => None,
        }
    }
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            alpha: 0.05,
            currency: "USD".to_owned(),
            looks: 90,
            give_up_below: 0.05,
            pivots_at_most: 2,
            units_at_least: 10,
            approve_at_most: 0.95,
            dwell_at_least_s: 20.0,
            catch_at_least: 0.6,
            promise: 0.85,
            review_lasts_days: 183,
            note_settles_days: 7,
            demos_at_most: 3,
            harness_ratio: 4.0,
            top_decile_at_most: 0.5,
            premium_at_most: 0.9,
            rituals: Rituals::default(),
            order: OrderWeights::default(),
            ribs: RibsWeights::default(),
            notice: None,
            levels: BTreeMap::new(),
            require: BTreeMap::new(),
            industries: Vec::new(),
        }
    }
}

impl Default for Rituals {
    fn default() -> Rituals {
        Rituals { retro: 14, postmortem: 7, learning: 14, review: None }
    }
}

impl Default for OrderWeights {
    fn default() -> OrderWeights {
        OrderWeights { value: 1.0, chance: 1.0, data: 1.0, cost: 1.0 }
    }
}

impl Default for RibsWeights {
    fn default() -> RibsWeights {
        RibsWeights { risk: 1.0, impact: 1.0, business: 1.0, scale: 1.0 }
    }
}
