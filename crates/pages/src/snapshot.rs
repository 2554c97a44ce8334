//! What pages look at: the roadmap as of a moment, and the verdicts on it.

use jiff::Timestamp;
use jiff::civil::Date;
use trueup_roadmap::{Diagnostic, History, Parsed, Roadmap, Source};
use trueup_verdict::Report;
use trueup_verdict::report::{BetReport, CriterionReport};
use trueup_views::Seen;

/// The roadmap with everything that is known beside its text; never changed, only replaced.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Tells one snapshot from another: text, evidence and day.
    pub id: String,
    /// What the roadmap goes by: the name of its folder or repository.
    pub name: String,
    pub sources: Vec<Source>,
    pub parsed: Parsed,
    /// What `check` says of it.
    pub diagnostics: Vec<Diagnostic>,
    /// `None` where no git repository holds the roadmap.
    pub history: Option<History>,
    /// Verdicts with the dashboard of every bet; `None` where there is no evidence.
    pub report: Option<Report>,
    pub now: Timestamp,
    /// Why nothing can be changed here; `None` where it can.
    pub read_only: Option<String>,
    /// What must be said of the snapshot itself, for example that the roadmap cannot be read now and this is how it was.
    pub notices: Vec<String>,
}

impl Snapshot {
    /// The id of a snapshot whose evidence is still being read for the first time.
    pub const UNREAD: &str = "unread";

    #[must_use]
    pub fn roadmap(&self) -> &Roadmap {
        &self.parsed.roadmap
    }

    /// The day that answers are for (UTC).
    #[must_use]
    pub fn today(&self) -> Date {
        trueup_verdict::today(self.now)
    }

    /// As the views look at it.
    #[must_use]
    pub fn seen(&self) -> Seen<'_> {
        Seen {
            roadmap: self.roadmap(),
            today: self.today(),
            diagnostics: &self.diagnostics,
            history: self.history.as_ref(),
            report: self.report.as_ref(),
        }
    }

    /// The verdict on a bet, if there is evidence.
    #[must_use]
    pub fn judged(&self, bet: &str) -> Option<&BetReport> {
        self.report.as_ref()?.bets.iter().find(|judged| judged.id == bet)
    }

    /// A file of the roadmap by its path.
    #[must_use]
    pub fn source(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.path == path)
    }
}

/// What a bet's report shows of a metric for everybody, with an estimate: no segment, no comparison.
#[must_use]
pub(crate) fn measured<'a>(judged: &'a BetReport, metric: &str) -> Option<&'a CriterionReport> {
    let panels = judged.dashboard.iter().flat_map(|dashboard| &dashboard.panels);
    let others = panels.flat_map(|panel| &panel.rows);
    let mut all = judged.criteria.iter().chain(&judged.watched).chain(others);
    all.find(|found| {
        let is_of_all = found.among.is_none() && found.compared.is_none();
        found.metric == metric && is_of_all && found.estimate.is_some()
    })
}
