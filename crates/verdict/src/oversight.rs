//! The report on human oversight of one bet: who decided on suggestions, how long they looked, what they
//! let slip, whether they rely on it as they should, and who stopped it when.
//!
//! Counting is the store's ([`records`]); here the counts become shares with intervals and signs, and
//! the roadmap's text and history become the log of the stop switch ([`switch`]). Reviewers are
//! pseudonyms throughout, as the store holds them.
//!
//! Reading order: [`oversee`], [`records`] (what was counted), `reviewer` (one reviewer in one month),
//! `together` (all of them), `reliance` (over- and under-reliance, the team beside each alone),
//! [`switch`].

pub mod records;
mod reliance;
mod reviewer;
pub mod switch;
mod together;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{Bet, History, Roadmap};
use trueup_stats::{Estimate, Looks, mean, proportion};

pub use records::{Records, Tally};
pub use reliance::{Reliance, Team};
pub use reviewer::{Reviewed, Sign};
pub use switch::Switch;
pub use together::{OfMonth, Together};

use crate::report::StoreVersion;

/// The name and version of this format.
pub const FORMAT: &str = "trueup/oversight/1";

/// Fewer decisions of a reviewer in a month than this are shown and not judged. Ours.
pub const DECISIONS_AT_LEAST: u64 = 20;

/// Words that an adult reads in a minute, silently and in English, on average over 190 studies:
/// Brysbaert 2019, Journal of Memory and Language 109:104047.
pub const WORDS_A_MINUTE: f64 = 238.0;

/// Words that a token stands for, on average over English text.
pub const WORDS_A_TOKEN: f64 = 0.75;

/// The time that reading the words of one token takes, milliseconds.
pub const MS_A_TOKEN: f64 = WORDS_A_TOKEN / WORDS_A_MINUTE * 60_000.0;

/// Human oversight of one bet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Oversight {
    /// The version of this format.
    pub schema: String,
    /// The moment the answer is for, RFC 3339.
    pub now: String,
    /// The first day that is looked at.
    pub from: String,
    /// The last day, which is included.
    pub to: String,
    pub bet: String,
    pub title: String,
    pub stage: String,
    pub rules: Rules,
    /// Reviewer by reviewer and month by month; none is named but by the pseudonym.
    pub reviewers: Vec<Reviewed>,
    /// All reviewers, the reviewer being the unit.
    pub together: Together,
    pub reliance: Reliance,
    pub team: Team,
    /// Decisions, starts and stops, oldest first.
    pub switches: Vec<Switch>,
    /// What would have to be recorded for what is not known here.
    pub missing: Vec<String>,
    /// What is said of the evidence as a whole, for example that it is simulated.
    pub notices: Vec<String>,
    pub roadmap: String,
    pub store: Vec<StoreVersion>,
}

/// What the roadmap says about who decides, and the limits that signs are measured by.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Rules {
    /// `augment` or `automate`; `null` where the text does not say.
    pub mode: Option<String>,
    /// Who decides or may stop it.
    pub decides: Option<String>,
    pub controls: Vec<String>,
    pub regulated: Vec<String>,
    pub assessment: Option<String>,
    pub retention: Option<String>,
    pub approve_at_most: f64,
    pub dwell_at_least_s: f64,
    pub catch_at_least: f64,
    /// Fewer decisions of a reviewer in a month are not judged.
    pub decisions_at_least: u64,
    /// The chance of error of each interval, for one look.
    pub alpha: f64,
}

/// A count among others, with an interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Share {
    pub count: u64,
    pub of: u64,
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

/// A mean over reviewers, with an interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Mean {
    /// Cases of all of them.
    pub n: u64,
    pub reviewers: u64,
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

/// What the report is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub roadmap: &'a Roadmap,
    pub history: Option<&'a History>,
    pub bet: &'a Bet,
    pub now: Timestamp,
    /// The first day.
    pub from: Date,
}

/// Writes the report from what was counted; `None` where there is no store.
#[must_use]
pub fn oversee(asked: &Asked<'_>, records: Option<&Records>) -> Oversight {
    let rules = rules(asked);
    let none = Records::default();
    let counted = records.unwrap_or(&none);
    let bet = asked.bet;
    Oversight {
        schema: FORMAT.to_owned(),
        now: asked.now.to_string(),
        from: asked.from.to_string(),
        to: crate::span::today(asked.now).to_string(),
        bet: bet.id.value.clone(),
        title: bet.title.value.clone(),
        stage: bet.stage.value.name().to_owned(),
        reviewers: reviewer::reviewed(&rules, counted),
        together: together::together(&rules, counted),
        reliance: reliance::reliance(&rules, counted),
        team: reliance::team(&rules, counted),
        switches: switch::switches(asked),
        missing: missing(records),
        notices: asked.roadmap.policy.notice.clone().into_iter().collect(),
        roadmap: String::new(),
        store: counted.store.clone(),
        rules,
    }
}

fn rules(asked: &Asked<'_>) -> Rules {
    let (policy, mode) = (&asked.roadmap.policy, asked.bet.mode.as_ref());
    let drift = mode.map(|mode| &mode.drift);
    let texts = |list: &[trueup_roadmap::Spanned<String>]| -> Vec<String> {
        list.iter().map(|text| text.value.clone()).collect()
    };
    Rules {
        mode: mode.map(|mode| mode.kind.value.name().to_owned()),
        decides: mode.and_then(|mode| mode.decides.clone()),
        controls: mode.map(|mode| texts(&mode.controls)).unwrap_or_default(),
        regulated: mode.map(|mode| texts(&mode.regulated)).unwrap_or_default(),
        assessment: mode.and_then(|mode| mode.assessment.clone()),
        retention: mode.and_then(|mode| mode.retention.clone()),
        approve_at_most: drift
            .and_then(|drift| drift.approve_at_most)
            .unwrap_or(policy.approve_at_most),
        dwell_at_least_s: drift
            .and_then(|drift| drift.dwell_at_least_s)
            .unwrap_or(policy.dwell_at_least_s),
        catch_at_least: drift
            .and_then(|drift| drift.catch_at_least)
            .unwrap_or(policy.catch_at_least),
        decisions_at_least: DECISIONS_AT_LEAST,
        alpha: policy.alpha,
    }
}

/// What nothing was recorded of, and how it would be.
fn missing(records: Option<&Records>) -> Vec<String> {
    let Some(records) = records else {
        return vec![
            "there is no evidence yet: bring some in with `trueup serve` or `trueup import`"
                .to_owned(),
        ];
    };
    let sum = |of: fn(&Tally) -> u64| records.tallies.iter().map(of).sum::<u64>();
    let scored = |name: &str| records.tallies.iter().any(|tally| tally.scores.contains_key(name));
    let decisions = sum(|tally| tally.decisions);
    let absent = [
        (decisions == 0, "decisions: actions of the kind `accept`, `reject` or `override`"),
        (
            decisions > 0 && sum(|tally| tally.looked) == 0,
            "how long people looked: `dwell_ms` with each decision",
        ),
        (
            decisions > 0 && sum(|tally| tally.read) == 0,
            "how long reading takes: `tokens_out` of the interaction",
        ),
        (!scored("planted"), "whether people notice: scores `planted`, 1 caught, 0 missed"),
        (
            !scored("first_answer") && !scored("accuracy_before"),
            "what people would have decided alone: scores `first_answer` or `accuracy_before`, of a sample that answers first",
        ),
        (
            !scored("over_reliance") && !scored("under_reliance"),
            "whether people rely on it rightly: scores `over_reliance` and `under_reliance`",
        ),
    ];
    absent
        .into_iter()
        .filter(|(is_absent, _)| *is_absent)
        .map(|(_, what)| what.to_owned())
        .collect()
}

/// The share of one reviewer's own cases. The one place that says which interval that is: it never errs
/// more often than it says, and takes the cases to be alike and independent.
fn share(rules: &Rules, count: u64, of: u64) -> Option<Share> {
    let looks = Looks { alpha: rules.alpha, planned: 1 };
    let found = proportion::clopper_pearson(count, of, looks)?;
    Some(Share { count, of, share: found.value, low: found.low, high: found.high })
}

/// The mean over reviewers of values within a range, each reviewer counting once.
fn over_reviewers(rules: &Rules, values: &[f64], n: u64, range: (f64, f64)) -> Option<Mean> {
    let looks = Looks { alpha: rules.alpha, planned: 1 };
    let Estimate { value, low, high, .. } = mean::bounded(values, range, looks)?;
    Some(Mean { n, reviewers: values.len() as u64, mean: value, low, high })
}
