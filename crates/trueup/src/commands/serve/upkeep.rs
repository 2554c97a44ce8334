//! What keeps a store small and quick while it is written to: files are put together, old days dropped,
//! what is replaced goes away, and what verdicts ask for is counted in advance.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use tokio::sync::watch;
use trueup_evidence::Table;
use trueup_lake::{Error, Lake, Maintained, Retention, RolledUp, Upkeep};

use crate::args::Serve;
use crate::commands::document::Document;

/// How often there may be something to do.
const EVERY: Duration = Duration::from_mins(1);
/// How long others may be at the store before it is tried again.
const TURN: Duration = Duration::from_millis(200);

/// What the arguments ask for.
pub fn upkeep(args: &Serve) -> Result<Upkeep> {
    let retention = args.retention.iter().map(|text| retention(text)).collect::<Result<_>>()?;
    let grace = Duration::from_secs(60 * args.keep_replaced_min);
    Ok(Upkeep { retention, grace, log_kept: grace, ..Upkeep::default() })
}

/// `TABLE=DAYS`
fn retention(text: &str) -> Result<Retention> {
    let (table, days) = text
        .split_once('=')
        .with_context(|| format!("`{text}` is no retention; write for example `payloads=30`"))?;
    let names = Table::STORED.map(Table::name);
    if !names.contains(&table) {
        bail!("there is no table `{table}`; there are: {}", names.join(", "));
    }
    let days = days.parse().ok().filter(|days| *days > 0);
    let days = days.with_context(|| format!("`{text}` names no number of days above 0"))?;
    Ok(Retention { table: table.to_owned(), days })
}

/// Keeps the store in order until it is told to stop; what has begun is finished.
pub async fn run(
    lake: Lake,
    upkeep: Upkeep,
    roadmap: Option<PathBuf>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut due = tokio::time::interval(EVERY);
    due.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = due.tick() => {}
        }
        if let Err(error) = keep_in_order(&lake, &upkeep, &stopped).await {
            tracing::warn!(%error, "the store cannot be kept in order now");
        }
        if let Some(folder) = &roadmap
            && let Err(error) = count_in_advance(&lake, folder, &stopped).await
        {
            tracing::warn!("nothing is counted in advance now: {error:#}");
        }
    }
}

async fn keep_in_order(
    lake: &Lake,
    upkeep: &Upkeep,
    stopped: &watch::Receiver<bool>,
) -> Result<(), Error> {
    while !*stopped.borrow() {
        match maintain(lake, upkeep).await {
            Ok(done) => {
                tell(&done);
                if done.done {
                    break;
                }
            }
            // A merge or an import has its turn, which is short.
            Err(Error::Busy { .. } | Error::Overtaken { .. }) => tokio::time::sleep(TURN).await,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Counts what the verdicts on the roadmap ask for, so that they do not wait for history.
async fn count_in_advance(
    lake: &Lake,
    roadmap: &Path,
    stopped: &watch::Receiver<bool>,
) -> Result<()> {
    while !*stopped.borrow() {
        let Some(done) = roll_up(lake, roadmap).await? else { break };
        if done.days > 0 {
            tracing::info!(days = done.days, blocks = done.blocks, "counted in advance");
        }
        if done.left == 0 {
            break;
        }
    }
    Ok(())
}

/// `None` while a merge or an import has its turn.
async fn roll_up(lake: &Lake, roadmap: &Path) -> Result<Option<RolledUp>> {
    let (lake, roadmap) = (lake.clone(), roadmap.to_owned());
    let runtime = tokio::runtime::Handle::current();
    let work = move || {
        let document = Document::read(Some(&roadmap), None)?;
        let plan = document.whole_plan(document.now).plan;
        match runtime.block_on(lake.roll_up(&plan)) {
            Ok(done) => Ok(Some(done)),
            Err(Error::Busy { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    };
    tokio::task::spawn_blocking(work).await.expect("counting does not panic")
}

/// It computes for long stretches, during which others must go on.
async fn maintain(lake: &Lake, upkeep: &Upkeep) -> Result<Maintained, Error> {
    let (lake, upkeep) = (lake.clone(), upkeep.clone());
    let runtime = tokio::runtime::Handle::current();
    let work = move || runtime.block_on(lake.maintain(&upkeep, Timestamp::now()));
    tokio::task::spawn_blocking(work).await.expect("upkeep does not panic")
}

fn tell(done: &Maintained) {
    let (compacted, dropped, deleted) = (done.compacted.len(), done.dropped.len(), done.deleted);
    if compacted + dropped > 0 || deleted > 0 {
        let bytes = done.deleted_bytes;
        tracing::info!(compacted, dropped, deleted, bytes, "the store was kept in order");
    }
}

#[cfg(test)]
mod tests {
    use super::retention;

    #[test]
    fn a_retention_is_a_table_and_days() {
        let kept = retention("payloads=30").expect("it is one");
        assert_eq!((kept.table.as_str(), kept.days), ("payloads", 30));
        for wrong in ["payloads", "users=3", "payloads=", "payloads=0", "payloads=-1", "=3"] {
            assert!(retention(wrong).is_err(), "{wrong}");
        }
    }
}
