//! The pages of the server: who may come in, and what they are shown, kept as new as it is.

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use jiff::Timestamp;
use tokio::sync::watch;
use trueup_lake::Lake;
use trueup_server::{Known, Purpose};
use trueup_site::people::key::Scope;
use trueup_site::people::{Access, Keys, may_listen};
use trueup_site::{People, Site};

use super::LOOK;
use super::workspace::OnDisk;
use crate::args::{Role, Serve};
use crate::commands::import::keep_out_of_git;

/// What is shown.
pub type Shown = Arc<Site<OnDisk>>;

/// Who may come in, and where that is kept.
pub struct Entry {
    /// `None` where nobody logs in.
    pub access: Option<Access>,
    state: PathBuf,
}

pub fn shows(args: &Serve) -> bool {
    args.pages.roles.iter().any(|role| matches!(role, Role::All | Role::Pages))
}

pub fn receives(args: &Serve) -> bool {
    args.pages.roles.iter().any(|role| matches!(role, Role::All | Role::Receiver))
}

/// Reads who may come in; refuses what would let in everybody.
pub fn entry(args: &Serve, has_roadmap: bool, store: &Path) -> Result<Entry> {
    if !receives(args) && (args.otlp_http.or(args.otlp_grpc)).is_some() {
        bail!("`--otlp-http` and `--otlp-grpc` are of the role `receiver`, which is not asked for");
    }
    if args.pages.roles.contains(&Role::Pages) && !has_roadmap {
        bail!("there is no roadmap here to show; name its folder, or start one with `trueup init`");
    }
    let access = args.pages.access.as_deref().map(Access::read).transpose()?;
    if shows(args) && has_roadmap {
        may_listen(args.listen, access.as_ref()).map_err(|why| {
            anyhow!("{why}; `--role receiver` shows no pages, and asks for a key alone")
        })?;
    }
    Ok(Entry { access, state: state(args.pages.state.as_deref(), store) })
}

/// The folder of keys, sessions and the log: the one named, or the one beside the store.
pub fn state(named: Option<&Path>, store: &Path) -> PathBuf {
    match named {
        Some(named) => named.to_owned(),
        None if store.to_string_lossy().contains("://") => PathBuf::from(".trueup/state"),
        None => store.with_file_name("state"),
    }
}

impl Entry {
    /// Whether a key is one that was made for what it is shown for.
    pub fn known(&self) -> Result<Known> {
        let keys = Keys::open(&self.state)?;
        Ok(Arc::new(move |shown, purpose| {
            let Ok(found) = keys.find(shown, Timestamp::now()) else { return false };
            purpose == Purpose::Watch || found.key.scopes.contains(&Scope::Ingest)
        }))
    }
}

/// Makes everything that the pages need. The evidence is read in the background where it takes long.
pub fn open(
    args: &Serve,
    entry: Entry,
    (folder, lake): (&Path, Lake),
    patience: Option<Duration>,
) -> Result<Shown> {
    let Entry { access, state } = entry;
    keep_out_of_git(&state)?;
    let people = match access {
        Some(access) => People::with_login(access, &state),
        None => People::at_this_machine(&state),
    };
    let people = people.map_err(|why| anyhow!(why))?;
    let read_only = "this server was started with `--read-only`";
    let read_only = args.pages.read_only.then(|| read_only.to_owned());
    let workspace = OnDisk::open(folder, lake, read_only)?;
    let site = Arc::new(Site::with_people(workspace, people));
    let (read, wait) = mpsc::channel();
    let first = Arc::clone(&site);
    thread::spawn(move || {
        first.workspace().refresh(Timestamp::now());
        let _ = read.send(());
    });
    match patience {
        Some(patience) => drop(wait.recv_timeout(patience)),
        None => drop(wait.recv()),
    }
    Ok(site)
}

/// Makes a new snapshot whenever anything changes that it rests on.
pub async fn follow(site: Shown, mut stopped: watch::Receiver<bool>) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = look.tick() => {}
        }
        let site = Arc::clone(&site);
        let looking =
            tokio::task::spawn_blocking(move || site.workspace().refresh(Timestamp::now()));
        if let Err(error) = looking.await {
            tracing::error!(%error, "a snapshot could not be made");
        }
    }
}
