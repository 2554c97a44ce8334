//! What is to be expected, told from a report and the history of the roadmap: for each bet the chance
//! to pass and the dates on which it will be known, for the team when what is open will be decided,
//! and how good such forecasts were before.
//!
//! Reading order: [`outlook`], `expected` (one bet), `planning` (before there is evidence), [`delivery`]
//! (the team's own pace), [`past`] (forecasts beside what became of them).

pub mod delivery;
mod expected;
pub mod past;
mod planning;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{History, Roadmap};

pub use delivery::Delivery;
pub use expected::{Awaited, Expected};
pub use past::{Calibration, Earlier, PastForecast};
pub use planning::Need;

use crate::report::Report;

/// The name and version of this format.
pub const FORMAT: &str = "trueup/outlook/1";

/// What is to be expected.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Outlook {
    /// The version of this format.
    pub schema: String,
    /// The moment the answer is for, RFC 3339.
    pub now: String,
    /// The day that it is for.
    pub today: Date,
    /// The bets that are open and not live.
    pub bets: Vec<Expected>,
    pub delivery: Delivery,
    pub calibration: Calibration,
    /// What is said of the evidence as a whole, for example that it is simulated.
    pub notices: Vec<String>,
}

/// Two dates: as likely early as late, and one to promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dates {
    pub p50: Date,
    pub p85: Date,
}

/// Looks ahead from a report.
///
/// `earlier` holds what was said on earlier days of bets whose end is known; see [`past::calibration`].
#[must_use]
pub fn outlook(
    report: &Report,
    roadmap: &Roadmap,
    history: Option<&History>,
    today: Date,
    earlier: &[Earlier],
) -> Outlook {
    let bets = report.bets.iter().filter_map(|judged| {
        let bet = roadmap.bet(&judged.id)?;
        expected::expected(judged, bet, roadmap, today)
    });
    Outlook {
        schema: FORMAT.to_owned(),
        now: report.now.clone(),
        today,
        bets: bets.collect(),
        delivery: delivery::delivery(roadmap, history, today),
        calibration: past::calibration(earlier),
        notices: report.notices.clone(),
    }
}
