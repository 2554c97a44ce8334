//! The roadmap on disk with its history and its store, as the pages see it and change it.
//!
//! Reading order: here (what is shown now), `sight` (what tells that something has changed), `build` (a snapshot),
//! `kept` (what pages ask the store beside it), `write` (a change, on disk and committed).

pub mod build;
mod kept;
mod sight;
#[cfg(test)]
mod tests;
mod write;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::watch;
use trueup_evidence::browse::{Filter, Listing, Start, Trail};
use trueup_lake::Lake;
use trueup_pages::Snapshot;
use trueup_pages::evidence::{Sample, Spending};
use trueup_roadmap::Diagnostic;
use trueup_site::{Author, Change, NotSaved, NotShown, Saved, Workspace};
use trueup_verdict::Report;
use trueup_verdict::oversight::Oversight;

use self::kept::{Kept, Shared};
use self::sight::Sight;
use super::{MONTHS, evidence_for_pages};
use crate::commands::document::Document;
use crate::commands::remembered::Remembered;

/// The store is looked at no more often than this, and than [`REST`] times as long as its last answer took.
const EVERY: Duration = Duration::from_secs(3);
const REST: u32 = 10;
/// Whoever saves waits for the verdicts on what they saved only if those took no longer the last time.
const AT_ONCE: Duration = Duration::from_secs(1);
const BEHIND: &str =
    "The verdicts here are from before the last change; they are being made again.";

/// A roadmap's folder and its store.
pub struct OnDisk {
    folder: PathBuf,
    lake: Lake,
    /// Why nothing may be changed, whatever the folder allows.
    read_only: Option<String>,
    /// Whom git named when it was opened.
    author: Option<Author>,
    shown: RwLock<Arc<Snapshot>>,
    changed: watch::Sender<String>,
    /// Held while verdicts are made.
    built: Mutex<Built>,
    /// Held from reading a text to showing it, so that no older one is shown after a newer.
    showing: Mutex<()>,
    /// Held while files are changed.
    writing: Mutex<()>,
    /// By bet.
    oversights: Kept<String, Oversight>,
    /// By days.
    spent: Kept<u16, Spending>,
    /// By bet, metric and segment.
    samples: Kept<(String, String, Option<String>), Sample>,
    /// By filter, start and length, of the store as it is at each look.
    listings: Kept<String, Arc<Listing>>,
    /// How far the store is.
    store: Shared<String>,
}

/// What the snapshot that is shown was made from.
struct Built {
    sight: Sight,
    /// What the store answered, as long as it and the day stay the same.
    remembered: Remembered,
    /// When the store may be looked at again.
    next_look: Instant,
    /// How long it took; `None` before the first is made.
    took: Option<Duration>,
}

impl OnDisk {
    /// Shows the roadmap in a folder without its evidence, which the first [`OnDisk::refresh`] brings.
    pub fn open(folder: &Path, lake: Lake, read_only: Option<String>) -> Result<OnDisk> {
        let folder = folder.canonicalize();
        let folder = folder.context("the roadmap's folder cannot be found")?;
        let document = Document::read(Some(&folder), None)?;
        let mut snapshot = build::without_evidence(document, read_only.as_ref());
        Snapshot::UNREAD.clone_into(&mut snapshot.id);
        let author = crate::git::Author::of(&folder);
        let author = author.map(|author| Author { name: author.name, email: author.email });
        Ok(OnDisk {
            folder,
            author,
            lake,
            read_only,
            changed: watch::Sender::new(snapshot.id.clone()),
            shown: RwLock::new(Arc::new(snapshot)),
            built: Mutex::new(Built {
                sight: Sight::default(),
                remembered: Remembered::default(),
                next_look: Instant::now(),
                took: None,
            }),
            showing: Mutex::default(),
            writing: Mutex::default(),
            oversights: Kept::default(),
            spent: Kept::default(),
            samples: Kept::default(),
            listings: Kept::default(),
            store: Shared::default(),
        })
    }

    /// Makes a new snapshot if anything that it rests on is no longer what it was. Until it is there the old one is
    /// shown; where none can be made, that one stays and says why.
    pub fn refresh(&self, now: Timestamp) {
        self.renew(&mut lock(&self.built), now);
    }

    fn renew(&self, built: &mut Built, now: Timestamp) {
        let mut sight = Sight::of_text(&self.folder, now);
        sight.evidence.clone_from(&built.sight.evidence);
        if sight == built.sight && Instant::now() < built.next_look {
            return;
        }
        let begun = Instant::now();
        sight.evidence = sight::evidence(&self.lake);
        if sight != built.sight {
            if sight.evidence != built.sight.evidence || sight.day != built.sight.day {
                built.remembered = Remembered::default();
            }
            let read_only = self.read_only.as_ref();
            match build::snapshot(&self.folder, &self.lake, read_only, &mut built.remembered) {
                Ok(snapshot) => {
                    self.show_built(snapshot, &sight, now);
                    built.sight = sight;
                    built.took = Some(begun.elapsed());
                }
                // It is tried again the next time: what keeps it from being read may pass.
                Err(error) => self.keep(&error),
            }
        }
        built.next_look = Instant::now() + EVERY.max(begun.elapsed() * REST);
    }

    /// Shows what was made from `sight`; of a text that has changed meanwhile, the verdicts alone.
    fn show_built(&self, snapshot: Snapshot, sight: &Sight, now: Timestamp) {
        let _in_order = lock(&self.showing);
        if Sight::of_text(&self.folder, now).is_of_same_text(sight) {
            self.show(Snapshot { id: sight.id(&snapshot), ..snapshot });
        } else {
            self.show_text(snapshot.report, now);
        }
    }

    /// Shows what was saved: judged where that is quick, else its text now and its verdicts when they are made.
    fn show_saved(&self, now: Timestamp) {
        if let Ok(mut built) = self.built.try_lock()
            && built.took.is_some_and(|took| took <= AT_ONCE)
        {
            return self.renew(&mut built, now);
        }
        let _in_order = lock(&self.showing);
        self.show_text(self.snapshot().report.clone(), now);
    }

    /// Shows the text as it is, beside verdicts that may be older.
    fn show_text(&self, report: Option<Report>, now: Timestamp) {
        let document = match Document::read(Some(&self.folder), None) {
            Ok(document) => document,
            Err(error) => return self.keep(&error),
        };
        let mut snapshot = build::without_evidence(document, self.read_only.as_ref());
        if report.is_some() {
            snapshot.notices.push(BEHIND.to_owned());
        }
        let is_unread = report.is_none() && self.snapshot().id == Snapshot::UNREAD;
        snapshot.report = report;
        let id = if is_unread {
            Snapshot::UNREAD.to_owned()
        } else {
            Sight::of_text(&self.folder, now).id(&snapshot)
        };
        self.show(Snapshot { id, ..snapshot });
    }

    /// Goes on with the last snapshot that could be made, which says why there is no newer one.
    fn keep(&self, error: &anyhow::Error) {
        let kept = build::kept(&self.snapshot(), error);
        if kept.notices != self.snapshot().notices {
            tracing::warn!("the roadmap is not read again: {error:#}");
            self.show(kept);
        }
    }

    fn show(&self, snapshot: Snapshot) {
        let id = snapshot.id.clone();
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        self.changed.send_if_modified(|shown| {
            let is_new = *shown != id;
            *shown = id;
            is_new
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Workspace for OnDisk {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn changes(&self) -> watch::Receiver<String> {
        self.changed.subscribe()
    }

    fn oversight(&self, bet: &str) -> Result<Oversight, NotShown> {
        self.oversights.get(&self.snapshot().id, bet.to_owned(), || {
            let document = Document::read(Some(&self.folder), None).map_err(failed)?;
            document.bet(bet).map_err(|error| NotShown::Unknown(error.to_string()))?;
            crate::commands::oversight::of(&document, &self.lake, bet, MONTHS).map_err(failed)
        })
    }

    fn spending(&self, days: u16) -> Result<Spending, NotShown> {
        let snapshot = self.snapshot();
        self.spent.get(&snapshot.id, days, || {
            evidence_for_pages::spending(&self.lake, snapshot.today(), days).map_err(failed)
        })
    }

    fn interactions(
        &self,
        filter: &Filter,
        start: &Start,
        limit: usize,
    ) -> Result<Arc<Listing>, NotShown> {
        // Whoever sends a trace looks for it at once, so it is not waited for the next snapshot.
        let store = self.store.get(|| sight::evidence(&self.lake).join(" "));
        self.listings.get(&store, format!("{filter:?} {start:?} {limit}"), || {
            let found = evidence_for_pages::interactions(&self.lake, filter, start, limit);
            found.map(Arc::new).map_err(failed)
        })
    }

    fn interaction(&self, id: &str, near: Option<Date>) -> Result<Option<Trail>, NotShown> {
        evidence_for_pages::interaction(&self.lake, id, near).map_err(failed)
    }

    fn sample(&self, bet: &str, metric: &str, among: Option<&str>) -> Result<Sample, NotShown> {
        let snapshot = self.snapshot();
        let asked = (bet.to_owned(), metric.to_owned(), among.map(str::to_owned));
        self.samples.get(&snapshot.id, asked, || {
            let document = Document::read(Some(&self.folder), None).map_err(failed)?;
            evidence_for_pages::sample(&document, &self.lake, snapshot.now, (bet, metric), among)
        })
    }

    fn checked_on(&self, day: Date) -> Option<Vec<Diagnostic>> {
        let snapshot = self.snapshot();
        snapshot.history.as_ref()?;
        let then = Document::read(Some(&self.folder), Some(&day.to_string())).ok()?;
        then.notice.is_none().then(|| then.check())
    }

    fn author(&self) -> Option<Author> {
        self.author.clone()
    }

    fn write(
        &self,
        author: &Author,
        message: &str,
        change: &Change<'_>,
    ) -> Result<Saved, NotSaved> {
        let commit = self.save(author, message, change)?;
        self.show_saved(Timestamp::now());
        Ok(Saved { commit, snapshot: self.snapshot() })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn failed(error: anyhow::Error) -> NotShown {
    tracing::warn!("{error:#}");
    NotShown::Failed(format!("{error:#}"))
}
