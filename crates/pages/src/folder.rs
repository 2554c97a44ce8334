//! The pages as files of a folder that any host can serve: which there are, and each as HTML.

use std::collections::BTreeMap;

use trueup_roadmap::{Diagnostic, codes};
use trueup_verdict::oversight::Oversight;
use trueup_views::harness::running;

use crate::evidence::{SPAN, Spending};
use crate::frame::{Frame, Viewer};
use crate::link::{Links, file};
use crate::page::why::{self, Meant};
use crate::page::{
    BetPage, BoardPage, CapabilitiesPage, DefinitionPage, DefinitionsPage, DiagnosticsPage,
    EconomicsPage, ExplanationPage, NotePage, OutcomePage, OutcomesPage, OversightPage,
    OversightsPage, RefusedPage, ReviewPage, WhyPage, WorkflowsPage, board, definitions,
    diagnostics, review,
};
use crate::{Page, Snapshot};

/// What is read from the store beside the report.
#[derive(Debug, Clone)]
pub struct Beside {
    /// Over the last [`SPAN`] days.
    pub spending: Result<Spending, String>,
    /// By bet; those that are not here have no page.
    pub oversight: BTreeMap<String, Oversight>,
    /// What `check` said on the day of the last review.
    pub before: Option<Vec<Diagnostic>>,
}

/// One page of the folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    /// Where it lies: `bets/skill-match.html`.
    pub path: String,
    which: Which,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Which {
    Board,
    Outcomes,
    Outcome(String),
    Bet(String),
    Why(String, String),
    Note(String),
    Capabilities,
    Workflows,
    Economics,
    Oversights,
    Oversight(String),
    /// Only a server looks into the store; the way there is not dead.
    Interactions,
    Definitions,
    Definition(String),
    Review,
    Diagnostics,
    Explanation(String),
}

/// Every page that there is.
#[must_use]
pub fn files(snapshot: &Snapshot, beside: &Beside) -> Vec<File> {
    let roadmap = snapshot.roadmap();
    let mut all = vec![
        Which::Board,
        Which::Outcomes,
        Which::Capabilities,
        Which::Workflows,
        Which::Economics,
        Which::Oversights,
        Which::Interactions,
        Which::Definitions,
        Which::Review,
        Which::Diagnostics,
    ];
    all.extend(roadmap.outcomes.iter().map(|outcome| Which::Outcome(outcome.id.value.clone())));
    all.extend(bets(snapshot).map(Which::Bet));
    all.extend(why::all(snapshot).into_iter().map(|(bet, metric)| Which::Why(bet, metric)));
    all.extend(roadmap.notes.iter().map(|note| Which::Note(note.id.value.clone())));
    all.extend(beside.oversight.keys().cloned().map(Which::Oversight));
    all.extend(roadmap.metrics.iter().map(|metric| Which::Definition(metric.id.value.clone())));
    all.extend(codes().iter().map(|(code, _)| Which::Explanation((*code).to_owned())));
    let mut files: Vec<File> = all.into_iter().filter_map(Which::lies).collect();
    files.sort();
    files.dedup();
    files
}

/// Those that can be read, those that are only judged, and by the names of their files those that cannot be read.
fn bets(snapshot: &Snapshot) -> impl Iterator<Item = String> {
    let bets = &snapshot.roadmap().bets;
    let judged = snapshot.report.iter().flat_map(|report| &report.bets);
    let unread = snapshot.sources.iter().filter_map(|source| {
        let stem = source.path.strip_prefix("bets/")?.strip_suffix(".toml")?;
        let is_read = bets.iter().any(|bet| bet.place.path == source.path);
        (!is_read).then(|| stem.to_owned())
    });
    let read = bets.iter().map(|bet| bet.id.value.clone());
    read.chain(judged.map(|bet| bet.id.clone())).chain(unread)
}

/// The bets whose report on oversight belongs into the folder.
pub fn overseen(snapshot: &Snapshot) -> impl Iterator<Item = &str> {
    running(&snapshot.roadmap().bets).map(|bet| bet.id.value.as_str())
}

impl Which {
    fn lies(self) -> Option<File> {
        let path = match &self {
            Which::Board => "/board".to_owned(),
            Which::Outcomes => "/outcomes".to_owned(),
            Which::Outcome(id) => format!("/outcomes/{}", name(id)?),
            Which::Bet(id) => format!("/bets/{}", name(id)?),
            Which::Why(bet, metric) => format!("/bets/{}/why/{}", name(bet)?, name(metric)?),
            Which::Note(id) => format!("/notes/{}", name(id)?),
            Which::Capabilities => "/capabilities".to_owned(),
            Which::Workflows => "/workflows".to_owned(),
            Which::Economics => "/economics".to_owned(),
            Which::Oversights => "/oversight".to_owned(),
            Which::Oversight(bet) => format!("/oversight/{}", name(bet)?),
            Which::Interactions => "/interactions".to_owned(),
            Which::Definitions => "/definitions".to_owned(),
            Which::Definition(id) => format!("/definitions/{}", name(id)?),
            Which::Review => "/review".to_owned(),
            Which::Diagnostics => "/diagnostics".to_owned(),
            Which::Explanation(code) => format!("/diagnostics/{}", name(code)?),
        };
        Some(File { path: file(&path), which: self })
    }
}

/// A name that stays where it is put, on every system. Whatever else somebody calls a thing, it gets no page.
fn name(id: &str) -> Option<&str> {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_. ".contains(letter);
    let stays = !id.is_empty() && !id.starts_with(['.', ' ']) && id.chars().all(is_plain);
    stays.then_some(id)
}

impl File {
    /// The page as HTML; `None` where there is nothing to show.
    #[must_use]
    pub fn html(&self, snapshot: &Snapshot, beside: &Beside) -> Option<String> {
        let depth = self.path.matches('/').count();
        let frame = Frame::new(snapshot, Links::Folder { depth }, Viewer::default());
        match &self.which {
            Which::Bet(id) => BetPage::new(snapshot, frame, id).ok().map(|page| page.html()),
            Which::Outcome(id) => {
                OutcomePage::new(snapshot, frame, id).ok().map(|page| page.html())
            }
            Which::Note(id) => NotePage::new(snapshot, frame, id).ok().map(|page| page.html()),
            Which::Why(bet, metric) => {
                let elsewhere = "rows are shown where `trueup serve` runs".to_owned();
                let meant = Meant { among: None, role: None };
                let page = WhyPage::new(snapshot, frame, (bet, metric), meant, Err(elsewhere));
                page.ok().map(|page| page.html())
            }
            Which::Definition(id) => {
                DefinitionPage::new(snapshot, frame, id).map(|page| page.html())
            }
            Which::Explanation(code) => {
                ExplanationPage::new(snapshot, frame, code).map(|page| page.html())
            }
            Which::Oversight(bet) => {
                let report = beside.oversight.get(bet)?;
                Some(OversightPage::new(frame, report.clone()).html())
            }
            which => Some(which.whole(snapshot, frame, beside)),
        }
    }
}

impl Which {
    /// The pages about everything.
    fn whole(&self, snapshot: &Snapshot, frame: Frame, beside: &Beside) -> String {
        match self {
            Which::Outcomes => OutcomesPage::new(snapshot, frame).html(),
            Which::Capabilities => CapabilitiesPage::new(snapshot, frame).html(),
            Which::Workflows => WorkflowsPage::new(snapshot, frame).html(),
            Which::Economics => {
                EconomicsPage::new(snapshot, frame, (SPAN, beside.spending.clone())).html()
            }
            Which::Oversights => OversightsPage::new(snapshot, frame).html(),
            Which::Definitions => {
                DefinitionsPage::new(snapshot, frame, definitions::Of::All).html()
            }
            Which::Review => {
                let since = review::Since::new(snapshot, None);
                ReviewPage::new(snapshot, frame, since, beside.before.as_deref()).html()
            }
            Which::Diagnostics => {
                DiagnosticsPage::new(snapshot, frame, diagnostics::Asked::default()).html()
            }
            Which::Interactions => {
                let said = "Single interactions are looked at where `trueup serve` runs: they stay in the store.";
                RefusedPage::new(frame, 404, "Only on a server", said, None).html()
            }
            _ => BoardPage::new(snapshot, frame, board::Shown::default()).html(),
        }
    }
}
