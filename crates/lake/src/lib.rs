//! The evidence store: imports and appends events durably, answers plans.
//!
//! It counts and never concludes: it knows neither roadmaps nor verdicts. It is the only crate that
//! may use arrow, `DataFusion` and Delta.
//!
//! Reading order: `columns` (the tables), `disk` (where bytes lie), `store` (their files), `import`
//! (files become events), `wal`, `settle` and `merge` (events that arrive become rows), `tail` (what is
//! not merged yet), `upkeep` (what keeps it small), `safe` (whether it is whole, and copies),
//! `answer` (plans become SQL, rows become summaries), `cells` (what was counted before), `query` (a
//! person's own SQL), `browse` (single uses), `export` (uses with their whole path), `profile` (any
//! table before a bet is framed), `erase` (one person is removed), `status`
//! (what there is).

mod answer;
mod browse;
mod cells;
mod checks;
pub mod columns;
mod crash;
pub mod disk;
mod erase;
mod error;
mod export;
mod import;
mod keys;
mod merge;
mod profile;
mod query;
mod safe;
mod settle;
mod status;
pub mod store;
mod tail;
mod upkeep;
mod wal;

use std::collections::BTreeMap;
use std::future::Future;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use trueup_evidence::browse::{Filter, Listing, Start, Trail};
use trueup_evidence::summary::TableVersion;
use trueup_evidence::{Answer, Plan};

pub use answer::{RowsBehind, rows_behind};
pub use cells::RolledUp;
pub use disk::{Disk, Lock};
pub use erase::{Erased, Erasure, Proof};
pub use error::Error;
pub use export::{Export, ExportForm, Exported};
pub use import::{Import, Imported, Progress, TableImport};
pub use merge::run::{LastMerge, RunOptions, RunState, Runner};
pub use merge::{MergeOptions, Merged};
pub use profile::{Profiled, Step, profile};
pub use query::{Form, Question, Told};
pub use safe::{Checked, Copied, Fault};
pub use status::{Status, TableStatus};
pub use upkeep::{Compacted, Maintained, Retention, Upkeep};
pub use wal::{AppendError, Backlog, Writer, WriterOptions};

/// A store, in a folder or in a bucket.
#[derive(Debug, Clone)]
pub struct Lake {
    disk: Disk,
    /// What this process remembers of the files.
    index: Arc<settle::Index>,
    last_tail: Arc<tail::Last>,
}

/// One statement that a plan becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The table it reads.
    pub table: String,
    pub sql: String,
}

/// How many events there are, whose they are, and what is wrong with the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attribution {
    /// Interactions by bet; `None` is unattributed.
    pub interactions: BTreeMap<Option<String>, u64>,
    /// Events by table.
    pub rows: BTreeMap<String, u64>,
    /// By table: actions and scores whose interaction is not known.
    pub orphans: BTreeMap<String, u64>,
    /// Rows that were refused, by reason.
    pub quarantined: BTreeMap<String, u64>,
}

/// What no verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Strays {
    /// Interactions that name none of the bets asked about.
    pub unattributed: u64,
    /// Actions and scores whose interaction is not known.
    pub orphans: u64,
    /// Rows that were refused on the way in, whatever they belong to.
    pub quarantined: u64,
    /// Uses that name no person; together they count as one.
    pub nameless: u64,
}

impl Lake {
    /// Names the store in a folder, or in `s3://bucket/prefix`. It need not exist yet: what comes
    /// first creates it.
    pub fn open(place: &Path) -> Result<Lake, Error> {
        Disk::open(place).map(Lake::on)
    }

    /// The store on a disk.
    #[must_use]
    pub fn on(disk: Disk) -> Lake {
        Lake { disk, index: Arc::default(), last_tail: Arc::default() }
    }

    /// Where it is.
    #[must_use]
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    /// True when something ever came in. Of a bucket this is taken for granted; one in which there
    /// is nothing answers as an empty store does.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.disk.folder().is_none_or(|folder| {
            let tables = trueup_evidence::Table::STORED.iter();
            let mut logs = tables.map(|table| folder.join(table.name()).join("_delta_log"));
            folder.join("wal").is_dir() || logs.any(|log| log.is_dir())
        })
    }

    /// Keeps every other import, merge, upkeep and erasure out, or says that one is going on.
    pub async fn lock(&self) -> Result<Lock, Error> {
        self.disk.lock().await
    }

    /// Answers every request of a plan, in its order: from what was rolled up, and from rows where
    /// there is nothing, or something newer.
    pub async fn answer(&self, plan: &Plan) -> Result<Answer, Error> {
        cells::answer(self, plan).await
    }

    /// The same answer from the rows alone. Counts and bins are equal, and sums of fractions but for
    /// the order in which they were added up.
    pub async fn answer_from_rows(&self, plan: &Plan) -> Result<Answer, Error> {
        answer::from_rows(plan, &answer::Tables::read(self).await?).await
    }

    /// Counts what such a plan asks for and what is not counted yet, a limited number of days in one
    /// call. Does little if nothing has changed. Takes the lock.
    pub async fn roll_up(&self, plan: &Plan) -> Result<RolledUp, Error> {
        cells::roll_up(self, plan).await
    }

    /// The very SQL that [`Lake::answer_from_rows`] runs.
    pub async fn queries(&self, plan: &Plan) -> Result<Vec<Query>, Error> {
        answer::queries(self, plan).await
    }

    /// Takes in files, shaped by SQL. Returns when all of it is on disk.
    pub async fn import(
        &self,
        import: &Import,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Imported, Error> {
        import::import(self, import, progress).await
    }

    /// Runs a person's own SQL, which can only read, and writes what it finds.
    pub async fn ask(
        &self,
        question: &Question,
        form: Form,
        out: &mut (dyn Write + Send),
    ) -> Result<Told, Error> {
        query::ask(self, question, form, out).await
    }

    /// As [`Lake::ask`], for a program that ends afterwards: what cannot be interrupted is left behind.
    pub fn ask_and_leave(
        &self,
        question: &Question,
        form: Form,
        out: &mut (dyn Write + Send),
    ) -> Result<Told, Error> {
        query::ask_and_leave(self, question, form, out)
    }

    /// Finds uses that pass a filter, newest first, from a place on; also among what is not merged yet.
    /// A filter that few pass may end the search before the page is full.
    pub async fn browse(
        &self,
        filter: &Filter,
        start: &Start,
        limit: usize,
    ) -> Result<Listing, Error> {
        browse::browse(self, filter, start, limit).await
    }

    /// All that belongs to one interaction. Faster if the day (UTC) is known on which it happened.
    pub async fn trail(&self, id: &str, near: Option<Date>) -> Result<Option<Trail>, Error> {
        browse::trail(self, id, near).await
    }

    /// Writes uses with their whole path, day by day.
    pub async fn export(
        &self,
        export: &Export,
        out: &mut (dyn Write + Send),
    ) -> Result<Exported, Error> {
        export::export(self, export, out).await
    }

    /// Removes one person from the store, and proves it.
    pub async fn erase(&self, erasure: &Erasure) -> Result<Erased, Error> {
        erase::erase(self, erasure).await
    }

    /// What the store holds, also of what is not merged yet.
    pub async fn status(&self) -> Result<Status, Error> {
        status::status(self).await
    }

    /// Begins to take in rows. Needs a runtime.
    #[must_use]
    pub fn writer(&self, options: WriterOptions) -> Writer {
        Writer::start(self.disk.clone(), options)
    }

    /// Makes what was taken in part of the tables: the oldest of it, up to a size.
    pub async fn merge(&self, options: MergeOptions, now: Timestamp) -> Result<Merged, Error> {
        merge::merge(self, options, now).await
    }

    /// Prepares to merge in the background, when it is due.
    #[must_use]
    pub fn runner(&self, options: RunOptions) -> Runner {
        Runner::new(self.clone(), options)
    }

    /// How far the store is: where that is the same, so is every answer. Reads no rows.
    pub async fn versions(&self) -> Result<Vec<TableVersion>, Error> {
        tail::versions(self).await
    }

    /// What was taken in and is not part of the tables yet.
    pub async fn backlog(&self) -> Result<Backlog, Error> {
        Ok(Backlog::of(&wal::objects::list(&self.disk).await?))
    }

    /// Counts what belongs to none of the bets of a roadmap. Reads little where there is little.
    pub async fn strays(&self, bets: &[&str], now: Timestamp) -> Result<Strays, Error> {
        answer::strays(self, bets, now).await
    }

    /// Counts all events as of a moment.
    pub async fn attribution(&self, now: Timestamp) -> Result<Attribution, Error> {
        answer::attribution(self, now).await
    }
}

/// Runs a future of this crate to its end.
pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("threads can be started")
        .block_on(future)
}
