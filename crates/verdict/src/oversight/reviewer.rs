//! One reviewer in one month: shares with intervals, and signs of rubber-stamping.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::records::{Records, Tally};
use super::{Rules, Share, share};
use crate::estimate::whole;

/// A look that falls to this part of what it was is a sign.
const HALF: f64 = 0.5;
const MS_PER_SECOND: f64 = 1000.0;

/// What one reviewer did in one month.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Reviewed {
    /// A pseudonym.
    pub reviewer: String,
    /// `2026-11`.
    pub month: String,
    pub decisions: u64,
    pub approved: Option<Share>,
    pub overridden: Option<Share>,
    /// Texts changed, over decisions; a change may come without a decision.
    pub edited: u64,
    /// Explanations opened.
    pub explained: u64,
    /// The median time to decide.
    pub dwell_s: Option<f64>,
    /// The median time that reading takes, at 238 words a minute.
    pub reading_s: Option<f64>,
    /// Decisions that took less time than reading does.
    pub hurried: Option<Share>,
    /// Planted errors caught.
    pub caught: Option<Share>,
    /// False where there are too few decisions; then no sign is looked for.
    pub judged: bool,
    pub signs: Vec<Sign>,
}

/// Something that speaks for approving without looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// Approval above the cap.
    ApprovesNearlyAll,
    /// The median look is shorter than the least, or half of the first month's.
    LooksShortly,
    /// Most decisions took less time than reading does.
    DoesNotRead,
    /// Even the upper end of the share of planted errors caught is under the floor.
    MissesPlanted,
    /// Approves nearly all, and looks shortly or misses planted errors: A03 for one reviewer.
    RubberStamp,
}

impl Sign {
    /// All of them, the gravest first.
    pub const ALL: [Sign; 5] = [
        Sign::RubberStamp,
        Sign::ApprovesNearlyAll,
        Sign::LooksShortly,
        Sign::DoesNotRead,
        Sign::MissesPlanted,
    ];

    /// One letter, for a table.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Sign::RubberStamp => 'S',
            Sign::ApprovesNearlyAll => 'A',
            Sign::LooksShortly => 'L',
            Sign::DoesNotRead => 'R',
            Sign::MissesPlanted => 'P',
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Sign::ApprovesNearlyAll => "approves nearly all",
            Sign::LooksShortly => "looks shortly",
            Sign::DoesNotRead => "does not read",
            Sign::MissesPlanted => "misses planted errors",
            Sign::RubberStamp => "rubber stamp: A with L or P",
        }
    }
}

/// By reviewer, then month.
pub(super) fn reviewed(rules: &Rules, records: &Records) -> Vec<Reviewed> {
    let mut tallies: Vec<&Tally> = records.tallies.iter().collect();
    tallies.sort_by(|one, other| (&one.reviewer, &one.month).cmp(&(&other.reviewer, &other.month)));
    let mut first_look: BTreeMap<&str, f64> = BTreeMap::new();
    let mut reviewed = Vec::new();
    for tally in tallies {
        let first = tally.dwell_ms.map(|ms| *first_look.entry(&tally.reviewer).or_insert(ms));
        reviewed.push(of_month(rules, tally, first));
    }
    reviewed
}

fn of_month(rules: &Rules, tally: &Tally, first_ms: Option<f64>) -> Reviewed {
    let of_decisions = |count| share(rules, count, tally.decisions);
    let planted = tally.scores.get("planted");
    let judged = tally.decisions >= rules.decisions_at_least;
    let mut reviewed = Reviewed {
        reviewer: tally.reviewer.clone(),
        month: tally.month.clone(),
        decisions: tally.decisions,
        approved: of_decisions(tally.approvals),
        overridden: of_decisions(tally.overrides),
        edited: tally.edited,
        explained: tally.explained,
        dwell_s: tally.dwell_ms.map(|ms| ms / MS_PER_SECOND),
        reading_s: tally.reading_ms.map(|ms| ms / MS_PER_SECOND),
        hurried: share(rules, tally.hurried, tally.read),
        caught: planted.and_then(|planted| share(rules, whole(planted.sum), planted.n)),
        judged,
        signs: Vec::new(),
    };
    if judged {
        reviewed.signs = signs(rules, &reviewed, first_ms.map(|ms| ms / MS_PER_SECOND));
    }
    reviewed
}

fn signs(rules: &Rules, reviewed: &Reviewed, first_s: Option<f64>) -> Vec<Sign> {
    let approves = reviewed.approved.is_some_and(|found| found.share > rules.approve_at_most);
    let short = reviewed.dwell_s.is_some_and(|dwell| {
        let halved = first_s.is_some_and(|first| dwell <= first * HALF);
        dwell < rules.dwell_at_least_s || halved
    });
    let hurried = reviewed.hurried.is_some_and(|found| found.share > HALF);
    let misses = reviewed.caught.is_some_and(|found| found.high < rules.catch_at_least);
    let all = [
        (approves && (short || misses), Sign::RubberStamp),
        (approves, Sign::ApprovesNearlyAll),
        (short, Sign::LooksShortly),
        (hurried, Sign::DoesNotRead),
        (misses, Sign::MissesPlanted),
    ];
    all.into_iter().filter(|(holds, _)| *holds).map(|(_, sign)| sign).collect()
}
