//! A workspace in memory: files, a history, and commits as the real one makes them.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::watch;
use trueup_evidence::browse::{Filter, Listing, Start, Trail};
use trueup_pages::Snapshot;
use trueup_pages::evidence::{Sample, Spending};
use trueup_roadmap::history::{FileChange, Revision};
use trueup_roadmap::{Circumstances, Diagnostic, History, Source, check, parse};
use trueup_site::{Author, NotSaved, NotShown, Saved, Workspace};
use trueup_verdict::oversight::{Asked, Oversight, oversee};

/// The moment at which everything happens.
pub const NOW: &str = "2026-11-26T09:00:00Z";

/// Clones are the same workspace.
#[derive(Clone)]
pub struct Memory {
    state: Arc<Mutex<State>>,
    changes: watch::Sender<String>,
}

struct State {
    files: Vec<Source>,
    history: History,
    commits: Vec<Commit>,
    author: Option<Author>,
    /// What is shown until something changes.
    shown: Option<Arc<Snapshot>>,
    /// How often somebody asked for what only history or evidence tells.
    asked: usize,
}

/// What was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    pub author: String,
    pub message: String,
    /// Paths of what changed.
    pub paths: Vec<String>,
}

impl Memory {
    pub fn new(files: Vec<Source>) -> Memory {
        let (changes, _) = watch::channel("0".to_owned());
        let mut history = History::default();
        history.append(revision(0, "Ada Product", "Begin"), all(&files));
        let commits = Vec::new();
        let state = State { files, history, commits, author: None, shown: None, asked: 0 };
        Memory { state: Arc::new(Mutex::new(state)), changes }
    }

    /// The roadmap of the demo, with its history.
    pub fn demo() -> Memory {
        let versions = trueup_demo::history(today());
        let last = versions.last().expect("the demo has commits").files.clone();
        let revision = |at: usize, version: &trueup_demo::Snapshot| {
            let on = trueup_verdict::today(version.on);
            Revision { on, ..revision(at, &version.author.name, &version.message) }
        };
        let read = versions.iter().enumerate();
        let read = read.map(|(at, version)| (revision(at, version), all(&version.files)));
        let memory = Memory::new(last);
        memory.state.lock().expect("nobody panics").history = History::read(read, false);
        memory
    }

    /// Git is told who writes here.
    pub fn is_of(&self, name: &str) {
        let email = format!("{name}@example.com");
        let author = Author { name: name.to_owned(), email };
        self.state.lock().expect("nobody panics").author = Some(author);
    }

    pub fn text(&self, path: &str) -> String {
        let state = self.state.lock().expect("nobody panics");
        let file = state.files.iter().find(|file| file.path == path);
        file.map(|file| file.text.clone()).unwrap_or_default()
    }

    pub fn files(&self) -> Vec<Source> {
        self.state.lock().expect("nobody panics").files.clone()
    }

    pub fn commits(&self) -> Vec<Commit> {
        self.state.lock().expect("nobody panics").commits.clone()
    }

    /// How often somebody asked for what only history or evidence tells.
    pub fn asked(&self) -> usize {
        self.state.lock().expect("nobody panics").asked
    }

    /// As an editor or a pull changes a file.
    pub fn put(&self, path: &str, text: &str, by: &str) {
        let author = Author { name: by.to_owned(), email: String::new() };
        let file = Source { path: path.to_owned(), text: text.to_owned() };
        let change = move |_: &[Source]| Ok(vec![file.clone()]);
        self.write(&author, "By hand", &change).expect("it is a change");
    }
}

impl State {
    fn shown(&mut self) -> Arc<Snapshot> {
        let shown = self.shown.take().unwrap_or_else(|| Arc::new(self.snapshot()));
        self.shown = Some(Arc::clone(&shown));
        shown
    }

    fn snapshot(&self) -> Snapshot {
        let parsed = parse(&self.files);
        let now: Timestamp = NOW.parse().expect("it is a moment");
        let history = Some(&self.history);
        Snapshot {
            id: self.commits.len().to_string(),
            name: "demo".to_owned(),
            diagnostics: check(&parsed, &Circumstances { today: today(), history }),
            sources: self.files.clone(),
            parsed,
            history: Some(self.history.clone()),
            report: None,
            now,
            read_only: None,
            notices: Vec::new(),
        }
    }
}

impl Workspace for Memory {
    fn snapshot(&self) -> Arc<Snapshot> {
        self.state.lock().expect("nobody panics").shown()
    }

    fn changes(&self) -> watch::Receiver<String> {
        self.changes.subscribe()
    }

    fn oversight(&self, bet: &str) -> Result<Oversight, NotShown> {
        let snapshot = self.snapshot();
        let bet = snapshot.seen().bet(bet).map_err(|none| NotShown::Unknown(none.to_string()))?;
        let (now, from) = (snapshot.now, today());
        let asked = Asked {
            roadmap: snapshot.roadmap(),
            history: snapshot.history.as_ref(),
            bet,
            now,
            from,
        };
        Ok(oversee(&asked, None))
    }

    fn spending(&self, days: u16) -> Result<Spending, NotShown> {
        let first = today().saturating_sub(jiff::ToSpan::days(i64::from(days) - 1));
        Ok(Spending { from: first.to_string(), to: today().to_string(), rows: Vec::new() })
    }

    fn interactions(&self, _: &Filter, _: &Start, _: usize) -> Result<Arc<Listing>, NotShown> {
        Ok(Arc::default())
    }

    fn interaction(&self, _: &str, _: Option<Date>) -> Result<Option<Trail>, NotShown> {
        Ok(None)
    }

    fn sample(&self, _: &str, _: &str, _: Option<&str>) -> Result<Sample, NotShown> {
        self.state.lock().expect("nobody panics").asked += 1;
        Err(NotShown::Failed("no evidence in memory".to_owned()))
    }

    fn checked_on(&self, _: Date) -> Option<Vec<Diagnostic>> {
        self.state.lock().expect("nobody panics").asked += 1;
        None
    }

    fn author(&self) -> Option<Author> {
        self.state.lock().expect("nobody panics").author.clone()
    }

    fn write(
        &self,
        author: &Author,
        message: &str,
        change: &trueup_site::Change<'_>,
    ) -> Result<Saved, NotSaved> {
        let mut state = self.state.lock().expect("nobody panics");
        let changed = change(&state.files)?;
        let at = state.history.revisions.len();
        state.history.append(revision(at, &author.name, message), all(&changed));
        state.commits.push(Commit {
            author: author.name.clone(),
            message: message.to_owned(),
            paths: changed.iter().map(|file| file.path.clone()).collect(),
        });
        state.files = trueup_pages::consequence::after(&state.files, &changed);
        state.shown = None;
        self.changes.send_replace(state.commits.len().to_string());
        Ok(Saved { commit: commit(at), snapshot: state.shown() })
    }
}

/// The day at which everything happens.
pub fn today() -> Date {
    trueup_verdict::today(NOW.parse().expect("it is a moment"))
}

fn commit(at: usize) -> String {
    format!("{at:040x}")
}

fn revision(at: usize, by: &str, message: &str) -> Revision {
    Revision {
        commit: commit(at),
        on: today(),
        by: by.to_owned(),
        email: String::new(),
        subject: message.to_owned(),
    }
}

fn all(files: &[Source]) -> Vec<FileChange> {
    let change = |file: &Source| FileChange {
        path: file.path.clone(),
        text: Some(file.text.clone()),
        found: false,
    };
    files.iter().map(change).collect()
}
