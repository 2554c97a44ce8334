//! What a view may look at.

use jiff::civil::Date;
use trueup_roadmap::{Bet, Diagnostic, History, Roadmap, nearest};
use trueup_verdict::Report;
use trueup_verdict::report::BetReport;

/// The roadmap as of a day, and what is known beside its text.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    pub roadmap: &'a Roadmap,
    pub today: Date,
    /// What `check` says of it.
    pub diagnostics: &'a [Diagnostic],
    /// `None` where no git repository holds the roadmap.
    pub history: Option<&'a History>,
    /// The verdicts; `None` where there is no evidence.
    pub report: Option<&'a Report>,
}

/// Nothing goes by the name that a view was asked about; says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown(pub String);

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unknown {}

impl<'a> Seen<'a> {
    /// Finds a bet; says the nearest when there is no such bet.
    pub fn bet(&self, id: &str) -> Result<&'a Bet, Unknown> {
        let bets = &self.roadmap.bets;
        let known: Vec<&str> = bets.iter().map(|bet| bet.id.value.as_str()).collect();
        self.roadmap.bet(id).ok_or_else(|| {
            Unknown(match nearest(id, known.iter().copied()) {
                Some(near) => format!("no bet `{id}`; did you mean `{near}`?"),
                None => format!("no bet `{id}`; there are: {}", known.join(", ")),
            })
        })
    }

    /// The verdict on a bet, if there is evidence.
    #[must_use]
    pub fn judged(&self, bet: &str) -> Option<&'a BetReport> {
        self.report?.bets.iter().find(|judged| judged.id == bet)
    }
}
