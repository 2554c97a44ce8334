//! `trueup serve`: takes in telemetry, events and feedback, and shows the pages, until it is told to stop.

mod evidence;
pub(super) mod evidence_for_pages;
mod log;
pub(super) mod memory;
pub(super) mod pages;
mod rules;
mod secret;
mod upkeep;
mod watch;
pub(super) mod workspace;

use std::fmt::Write as _;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::net::TcpListener;
use tokio::sync::watch as channel;
use trueup_intake::{Capture, Rules, Secret, Settings};
use trueup_lake::{Lake, RunOptions, Runner, Upkeep, WriterOptions};
use trueup_server::{
    Access, Limits, Reader, Receiver, grpc_router, otlp_router, router, status_router,
};

use self::evidence::Evidence;
use self::pages::{Entry, Shown, receives, shows};
use self::watch::Watched;
use super::Said;
use super::judged::store;
use crate::args::{CaptureText, Serve};
use crate::folder;

/// How often it is looked whether the roadmap has changed.
const LOOK: Duration = Duration::from_secs(1);
/// How many months of oversight pages look back.
pub const MONTHS: u32 = 12;
/// How long the first reading of the evidence may keep the server from listening. Then pages say that they wait for it.
const PATIENCE: Duration = Duration::from_secs(10);
/// Files that a process keeps open besides connections.
const OTHER_FILES: u64 = 512;

/// Everything that is decided before the first connection.
struct Prepared {
    lake: Lake,
    /// `None` where no pages are shown.
    shown: Option<Shown>,
    access: Access,
    settings: Settings,
    folder: Option<PathBuf>,
    roadmap: Option<Watched>,
    rules: Rules,
    upkeep: Upkeep,
}

pub fn run(args: &Serve) -> Result<Said> {
    run_after(args, Some(PATIENCE))
}

/// Serves once the evidence was read for the first time, or somebody has waited long enough for it.
pub fn run_after(args: &Serve, patience: Option<Duration>) -> Result<Said> {
    log::start(args.log)?;
    memory::bound();
    let prepared = prepare(args, patience)?;
    let connections = u64::try_from(args.connections).unwrap_or(u64::MAX);
    // Where the system allows less, connections wait: that is no reason not to start.
    if let Err(error) = rlimit::increase_nofile_limit(connections.saturating_add(OTHER_FILES)) {
        tracing::warn!(%error, "cannot raise the number of open files");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("cannot start threads")?;
    runtime.block_on(serve(args, prepared))?;
    Ok(Said::good(String::new()))
}

fn prepare(args: &Serve, patience: Option<Duration>) -> Result<Prepared> {
    let folder = roadmap_folder(args.roadmap.as_deref())?;
    let upkeep = upkeep::upkeep(args)?;
    let place = match (&args.store.store, &folder) {
        (Some(named), _) => named.clone(),
        (None, Some(folder)) => store(None, folder),
        (None, None) => bail!("there is no roadmap here; name the store with `--store`"),
    };
    let entry = pages::entry(args, folder.is_some(), &place)?;
    let access = access(args, &entry)?;
    let lake = Lake::open(&place)?;
    let settings = settings(args, secret::secret(args.secret_file.as_deref(), &lake)?);
    let mut roadmap = folder.clone().map(Watched::new);
    let rules = match &mut roadmap {
        Some(watched) => watched.changed(&settings)?.expect("nothing was read before"),
        None => Rules::new(settings.clone()),
    };
    let shown = match &folder {
        Some(folder) if shows(args) => {
            Some(pages::open(args, entry, (folder, lake.clone()), patience)?)
        }
        _ => None,
    };
    Ok(Prepared { lake, shown, access, settings, folder, roadmap, rules, upkeep })
}

/// Whoever can reach the server may send, so it is either for this machine alone or asks for a key.
fn access(args: &Serve, entry: &Entry) -> Result<Access> {
    let key = secret::api_key(args.key_file.as_deref())?;
    if key.is_some() || entry.access.is_some() {
        let access = key.map_or_else(Access::open, Access::with_key);
        return Ok(access.or_known(entry.known()?));
    }
    let addresses = [Some(args.listen), args.otlp_http, args.otlp_grpc];
    match addresses.into_iter().flatten().find(|address| !address.ip().is_loopback()) {
        Some(open) if receives(args) => bail!(
            "{open} can be reached from other machines, and there is no key; set `TRUEUP_API_KEY` \
             or `--key-file`, or listen on 127.0.0.1"
        ),
        _ => Ok(Access::open()),
    }
}

/// The roadmap named, or the one found from here; none is fine.
fn roadmap_folder(named: Option<&Path>) -> Result<Option<PathBuf>> {
    match named {
        Some(_) => folder::locate(named).map(Some),
        None => Ok(folder::locate(None).ok()),
    }
}

fn settings(args: &Serve, secret: Secret) -> Settings {
    let mut settings = Settings::new(secret);
    let mut keys = args.bet_attribute.clone();
    keys.append(&mut settings.bet_keys);
    settings.bet_keys = keys;
    settings.allow.clone_from(&args.allow_attribute);
    settings.capture = match args.capture {
        CaptureText::Off => Capture::Off,
        CaptureText::Redacted => Capture::Redacted,
        CaptureText::Text => Capture::Whole,
    };
    settings
}

async fn serve(args: &Serve, prepared: Prepared) -> Result<()> {
    let Prepared { lake, shown, access, settings, folder, roadmap, rules, upkeep } = prepared;
    let stop = stop()?;
    let reader = Arc::new(Reader::new(rules));
    let writer = lake.writer(WriterOptions::default());
    let runner = lake.runner(RunOptions::default());
    let evidence = Evidence::new(writer.clone(), runner.clone());
    let receiver = Receiver::new(evidence, Arc::clone(&reader), access, limits(args))
        .with_feedback_origins(args.feedback_origin.clone());
    let receiver = Arc::new(receiver);

    let paths = if receives(args) { router(&receiver) } else { status_router(&receiver) };
    let paths = match &shown {
        Some(site) => trueup_site::beside(site, paths),
        None => paths,
    };
    let mut listeners = vec![(bind(args.listen).await?, paths)];
    let mut said = format!("listening on http://{}\n", listeners[0].0.local_addr()?);
    for (address, what, paths) in [
        (args.otlp_http, "http", otlp_router(&receiver)),
        (args.otlp_grpc, "grpc", grpc_router(&receiver)),
    ] {
        let Some(address) = address else { continue };
        let listener = bind(address).await?;
        let _ = writeln!(said, "otlp {what} on {}", listener.local_addr()?);
        listeners.push((listener, paths));
    }
    tell(&said)?;

    let (stopping, stopped) = channel::channel(false);
    let mut working = tokio::task::JoinSet::new();
    if receives(args) {
        working.spawn(merge(runner, stopped.clone()));
        // With threads of its own: hours of counting must not keep those waiting who ask and send.
        let upkeep = upkeep::run(lake, upkeep, folder, stopped.clone());
        working.spawn_blocking(move || trueup_lake::block_on(upkeep));
    }
    if let Some(site) = shown.clone() {
        working.spawn(pages::follow(site, stopped.clone()));
    }
    if let Some(watched) = roadmap {
        tokio::spawn(follow(watched, settings, reader, stopped));
    }
    let stop = async {
        stop.await;
        if let Some(site) = &shown {
            site.close();
        }
    };
    let all_answered = trueup_server::serve(&receiver, listeners, stop).await;
    if !all_answered {
        tracing::warn!(
            "some requests were not answered in time; their clients keep what they sent"
        );
    }
    writer.close().await;
    let _ = stopping.send(true);
    while let Some(ended) = working.join_next().await {
        ended.context("what runs beside the server failed")?;
    }
    tracing::info!("stopped");
    Ok(())
}

fn limits(args: &Serve) -> Limits {
    let defaults = Limits::default();
    let body_bytes = args.body_mib.saturating_mul(1 << 20);
    Limits {
        body_bytes,
        in_flight_bytes: defaults.in_flight_bytes.max(body_bytes.saturating_mul(2)),
        connections: args.connections,
        ..defaults
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.with_context(|| format!("cannot listen on {address}; is it taken? name another address"))
}

/// What is bound, at once, for programs that wait for it.
fn tell(said: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(said.as_bytes()).context("cannot write to standard output")?;
    out.flush().context("cannot write to standard output")
}

/// Makes what comes in part of the tables.
async fn merge(runner: Runner, mut stopped: channel::Receiver<bool>) {
    let stopped = async {
        let _ = stopped.changed().await;
    };
    runner.run(stopped).await;
}

/// Reads the roadmap again whenever it changes.
async fn follow(
    mut watched: Watched,
    settings: Settings,
    reader: Arc<Reader>,
    mut stopped: channel::Receiver<bool>,
) {
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = look.tick() => {}
        }
        // Files may lie far away: the threads that serve do not wait for them.
        let settings = settings.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let changed = watched.changed(&settings);
            (watched, changed)
        });
        let Ok((same, changed)) = looked.await else { return };
        watched = same;
        match changed {
            Ok(Some(rules)) => reader.replace(rules),
            Ok(None) => {}
            Err(error) => tracing::warn!("the roadmap is not read again: {error:#}"),
        }
    }
}

/// Ends with the signal to stop: SIGTERM or Ctrl-C.
fn stop() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let context = "cannot listen for signals";
        let mut terminated = signal(SignalKind::terminate()).context(context)?;
        let mut interrupted = signal(SignalKind::interrupt()).context(context)?;
        Ok(async move {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = interrupted.recv() => {}
            }
            tracing::info!("stopping: answering what is in flight");
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
