//! How each feature fares in the story: the one table to tune.
//!
//! What happens to a number over the eight weeks is a [`Trend`]. Everything not said of a feature is
//! as in [`TYPICAL`].

use crate::judging::{Judging, UNJUDGED};

/// A number that moves from the first day of the telemetry to the last.
#[derive(Debug, Clone, Copy)]
pub struct Trend {
    first: f64,
    last: f64,
}

const fn steady(value: f64) -> Trend {
    Trend { first: value, last: value }
}

const fn from_to(first: f64, last: f64) -> Trend {
    Trend { first, last }
}

impl Trend {
    /// In even steps; `progress` is 0 on the first day and 1 on the last.
    pub fn at(self, progress: f64) -> f64 {
        self.first + (self.last - self.first) * progress
    }

    /// In even ratios. Both ends must be above 0.
    pub fn at_ratio(self, progress: f64) -> f64 {
        self.first * (self.last / self.first).powf(progress)
    }

    pub fn highest(self) -> f64 {
        self.first.max(self.last)
    }
}

/// A model of this story; none of them exists.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    pub name: &'static str,
    pub usd_per_million_in: f64,
    pub usd_per_million_out: f64,
}

const LARGE: Model =
    Model { name: "tern-large-2", usd_per_million_in: 2.5, usd_per_million_out: 10.0 };
const SMALL: Model =
    Model { name: "tern-small-2", usd_per_million_in: 0.6, usd_per_million_out: 2.4 };
const OWN: Model =
    Model { name: "harbour-churn-1", usd_per_million_in: 1.2, usd_per_million_out: 4.8 };

/// One variant of a feature, for as many people as each of the others.
#[derive(Debug, Clone, Copy)]
pub struct Arm {
    pub name: &'static str,
    /// How long people look, compared with what the feature's row says.
    pub look: f64,
    /// How much better it is marked, on a scale from 0 to 1.
    pub mark: f64,
}

/// Summaries of five lines, as they have always been, and of two. People split by chance.
static SUMMARY_LENGTHS: [Arm; 2] =
    [Arm { name: "long", look: 1.0, mark: 0.0 }, Arm { name: "short", look: 0.8, mark: 0.1 }];

/// How one feature is used, and how it fares.
#[derive(Debug, Clone, Copy)]
pub struct Behaviour {
    /// As the product's logs call it; the bet has dashes where this has underscores.
    pub feature_key: &'static str,
    pub model: Model,
    /// Parts of all interactions.
    pub volume: Trend,
    /// People who use it, at 120,000 interactions in all.
    pub users: f64,
    /// The weeks over which those join who were not there on the first day.
    pub joining_weeks: f64,
    /// The share of answers that people decide on; the others are left standing.
    pub decided: f64,
    /// The share of decisions that accept.
    pub accepted: Trend,
    /// How much people are alike in accepting; larger is more.
    pub agreement: f64,
    /// How much likelier people accept what is right than what is wrong.
    pub attention: f64,
    /// The share of refusals where the person does it by hand instead.
    pub overridden: f64,
    /// The median look, in seconds. Moves in even ratios.
    pub look_s: Trend,
    /// The mean share of an accepted text that people change.
    pub changed: f64,
    /// The share of answers that are right.
    pub right: Trend,
    /// The share of cases whose true answer is yes.
    pub positive: f64,
    /// How far the model's confidence is above the truth, as a share of the way to 1.
    pub overconfident: f64,
    /// The share of calls that fail.
    pub failed: Trend,
    /// The mean cost of a call, in USD. Moves in even ratios.
    pub cost_usd: Trend,
    /// The share of calls whose price nobody knows.
    pub unpriced: f64,
    /// The median time to the whole answer, in milliseconds.
    pub answer_ms: f64,
    /// The spread of the logarithm of that time.
    pub answer_spread: f64,
    /// The share of calls whose truth somebody looks up later.
    pub labelled: f64,
    /// The share of calls with an error planted to see whether people look.
    pub planted: f64,
    /// The share of planted errors that people catch.
    pub caught: f64,
    /// The share of accepted texts that are looked at again after a day.
    pub looked_at_again: f64,
    /// The arms of its experiment; none if there is no experiment.
    pub arms: &'static [Arm],
    /// What others say of it afterwards.
    pub judging: Judging,
}

/// A feature of which nothing special is to be said.
const TYPICAL: Behaviour = Behaviour {
    feature_key: "",
    model: LARGE,
    volume: steady(1.0),
    users: 100.0,
    joining_weeks: 4.0,
    decided: 0.97,
    accepted: steady(0.65),
    agreement: 24.0,
    attention: 0.25,
    overridden: 0.35,
    look_s: from_to(24.0, 21.0),
    changed: 0.15,
    right: steady(0.90),
    positive: 0.5,
    overconfident: 0.05,
    failed: steady(0.008),
    cost_usd: steady(0.01),
    unpriced: 0.0,
    answer_ms: 1900.0,
    answer_spread: 0.35,
    labelled: 0.05,
    planted: 0.0,
    caught: 0.75,
    looked_at_again: 0.0,
    arms: &[],
    judging: UNJUDGED,
};

/// Every feature that leaves traces.
pub static BEHAVIOURS: [Behaviour; 9] = [
    // Ready to ship: everything comfortably on the right side, week after week.
    Behaviour {
        feature_key: "reply_draft",
        volume: steady(28.0),
        users: 320.0,
        accepted: steady(0.72),
        right: steady(0.93),
        cost_usd: steady(0.011),
        labelled: 0.10,
        planted: 0.004,
        caught: 0.85,
        looked_at_again: 0.15,
        judging: Judging {
            marked: 0.15,
            asked: 0.02,
            satisfied: 0.88,
            recommending: 0.003,
            followed: 0.06,
            completed: (0.92, 0.55),
            ..UNJUDGED
        },
        ..TYPICAL
    },
    // Honestly undecided: few people yet, just above the threshold of .60.
    Behaviour {
        feature_key: "thread_summary",
        volume: from_to(3.0, 6.0),
        users: 70.0,
        joining_weeks: 8.0,
        accepted: steady(0.63),
        agreement: 8.0,
        right: steady(0.87),
        cost_usd: steady(0.007),
        looked_at_again: 0.2,
        labelled: 0.12,
        arms: &SUMMARY_LENGTHS,
        judging: Judging { marked: 0.4, ..UNJUDGED },
        ..TYPICAL
    },
    // Pilot purgatory: neither good nor bad by any of the criteria it has had.
    Behaviour {
        feature_key: "ticket_routing",
        model: SMALL,
        volume: steady(20.0),
        users: 260.0,
        accepted: steady(0.56),
        agreement: 10.0,
        look_s: from_to(9.0, 8.0),
        changed: 0.0,
        right: steady(0.825),
        overconfident: 0.3,
        cost_usd: steady(0.0011),
        answer_ms: 700.0,
        labelled: 0.04,
        // It names a team, and seldom why.
        judging: Judging { audited: 0.04, explained: 0.38, ..UNJUDGED },
        ..TYPICAL
    },
    // Rubber-stamping: nearly everything is approved, ever faster, planted errors too.
    Behaviour {
        feature_key: "refund_approvals",
        volume: steady(6.0),
        users: 90.0,
        joining_weeks: 2.0,
        accepted: from_to(0.972, 0.992),
        agreement: 80.0,
        attention: 0.0,
        look_s: from_to(25.0, 3.0),
        changed: 0.0,
        right: steady(0.94),
        positive: 0.7,
        cost_usd: steady(0.006),
        answer_ms: 1500.0,
        labelled: 0.08,
        planted: 0.007,
        caught: 0.06,
        // A few times the agent is asked first: then almost always does what the AI says all the same.
        judging: Judging {
            audited: 0.15,
            explained: 0.95,
            decides_first: 0.15,
            first_right: 0.75,
            ..UNJUDGED
        },
        ..TYPICAL
    },
    // Cost outgrows value: liked and used ever more, with ever longer prompts.
    Behaviour {
        feature_key: "call_notes",
        volume: from_to(7.0, 19.0),
        users: 200.0,
        joining_weeks: 7.0,
        accepted: steady(0.71),
        look_s: from_to(40.0, 38.0),
        right: steady(0.90),
        cost_usd: from_to(0.03, 0.15),
        answer_ms: 6500.0,
        answer_spread: 0.4,
        looked_at_again: 0.1,
        labelled: 0.10,
        // Each note brings what it did on the first day, and costs five times as much on the last.
        judging: Judging { asked: 0.02, satisfied: 0.92, paid: 0.2, revenue_usd: 0.56, ..UNJUDGED },
        ..TYPICAL
    },
    // A broken guardrail: closes what is not solved, and agents stop looking.
    Behaviour {
        feature_key: "auto_close",
        model: SMALL,
        volume: steady(9.0),
        users: 150.0,
        accepted: steady(0.80),
        look_s: from_to(14.0, 12.0),
        changed: 0.0,
        right: steady(0.78),
        positive: 0.6,
        overconfident: 0.6,
        failed: from_to(0.03, 0.05),
        cost_usd: steady(0.004),
        answer_ms: 900.0,
        labelled: 0.15,
        // What it closes wrongly is opened again.
        judging: Judging { followed: 0.2, completed: (0.93, 0.12), ..UNJUDGED },
        ..TYPICAL
    },
    // An exploration that answered its question.
    Behaviour {
        feature_key: "churn_signals",
        model: OWN,
        volume: steady(3.0),
        users: 90.0,
        joining_weeks: 2.0,
        accepted: steady(0.60),
        look_s: from_to(60.0, 60.0),
        changed: 0.0,
        right: steady(0.80),
        overconfident: 0.0,
        cost_usd: steady(0.003),
        unpriced: 0.35,
        answer_ms: 2400.0,
        labelled: 0.6,
        ..TYPICAL
    },
    // Live, and worth keeping.
    Behaviour {
        feature_key: "smart_search",
        model: SMALL,
        volume: steady(22.0),
        users: 480.0,
        accepted: steady(0.66),
        look_s: from_to(16.0, 15.0),
        changed: 0.0,
        right: steady(0.91),
        cost_usd: steady(0.002),
        answer_ms: 800.0,
        labelled: 0.03,
        judging: Judging {
            asked: 0.02,
            satisfied: 0.8,
            recommending: 0.008,
            paid: 0.15,
            revenue_usd: 0.1,
            ..UNJUDGED
        },
        ..TYPICAL
    },
    // On no roadmap: somebody's experiment that costs money all the same.
    Behaviour { feature_key: "tone_check", volume: steady(1.5), users: 60.0, ..TYPICAL },
];
