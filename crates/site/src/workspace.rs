//! What the site works on: the binary gives it a roadmap on disk with its git history and its store, tests give it memory.

use std::sync::Arc;

use jiff::civil::Date;
use tokio::sync::watch;
use trueup_evidence::browse::{Filter, Listing, Start, Trail};
use trueup_pages::Snapshot;
use trueup_pages::evidence::{Sample, Spending};
use trueup_roadmap::{Diagnostic, Source};
use trueup_verdict::oversight::Oversight;

/// A roadmap and its evidence. Its functions may take long: they are called off the threads that serve connections.
pub trait Workspace: Send + Sync + 'static {
    /// The newest snapshot. Quick.
    fn snapshot(&self) -> Arc<Snapshot>;

    /// The id of the newest snapshot, whenever it changes.
    fn changes(&self) -> watch::Receiver<String>;

    /// Who decided on the suggestions of a bet over the last twelve months, how they looked, and who stopped it when.
    fn oversight(&self, bet: &str) -> Result<Oversight, NotShown>;

    /// What the uses of the last days cost, today's among them, by bet, model and tier.
    fn spending(&self, days: u16) -> Result<Spending, NotShown>;

    /// A page of interactions that pass a filter, with what was done and how it turned out.
    fn interactions(
        &self,
        filter: &Filter,
        start: &Start,
        limit: usize,
    ) -> Result<Arc<Listing>, NotShown>;

    /// All that is known of one interaction, which is found sooner if the day (UTC) is known; `None` if there is none.
    fn interaction(&self, id: &str, near: Option<Date>) -> Result<Option<Trail>, NotShown>;

    /// The query that finds the rows behind a number, and some of them.
    fn sample(&self, bet: &str, metric: &str, among: Option<&str>) -> Result<Sample, NotShown>;

    /// What `check` said of the roadmap as it was on a day; `None` where no history reaches back to it.
    fn checked_on(&self, day: Date) -> Option<Vec<Diagnostic>>;

    /// Who writes at this machine, as git is told. Quick.
    fn author(&self) -> Option<Author> {
        None
    }

    /// Changes files of the roadmap and commits them in the name of their author.
    ///
    /// `change` is given the files as they are and returns those that it makes anew or otherwise. It is called again for
    /// the files as they are committed, where others than the author changed those on disk, so that the commit holds
    /// this change alone; so it must depend on nothing but what it is given.
    fn write(&self, author: &Author, message: &str, change: &Change<'_>)
    -> Result<Saved, NotSaved>;
}

/// Makes of the files of a roadmap those that a change writes.
pub type Change<'a> = dyn Fn(&[Source]) -> Result<Vec<Source>, NotSaved> + Sync + 'a;

/// Why something is not there to be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotShown {
    /// Nothing goes by that name; the text says what does.
    #[error("{0}")]
    Unknown(String),
    /// The world failed; whoever asks may try again.
    #[error("{0}")]
    Failed(String),
}

/// In whose name a change is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub name: String,
    pub email: String,
}

/// A change that is on disk and committed.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The commit, whole.
    pub commit: String,
    /// What the roadmap is now.
    pub snapshot: Arc<Snapshot>,
}

/// Why nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSaved {
    /// What the author saw is not what is there: look again.
    #[error("{0}")]
    Conflict(String),
    /// The change makes no sense, whatever is there.
    #[error("{0}")]
    Refused(String),
    /// Nothing can be changed here.
    #[error("{0}")]
    ReadOnly(String),
    /// The world failed; the author may try again.
    #[error("{0}")]
    Failed(String),
}
