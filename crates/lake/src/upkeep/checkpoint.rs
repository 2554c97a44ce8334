//! A checkpoint now and then, so that a reader need not go through the whole log; and what it makes
//! superfluous is deleted.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Maintained, Upkeep, before};
use crate::error::Error;
use crate::store::{Snapshot, checkpoint, log};

/// Writes a checkpoint if one is due, and deletes what lies before the newest.
pub async fn checkpoint(
    snapshot: &Snapshot,
    upkeep: &Upkeep,
    now: Timestamp,
    done: &mut Maintained,
) -> Result<(), Error> {
    let (disk, table) = (&snapshot.disk, snapshot.layout.name);
    let Some(version) = snapshot.version else { return Ok(()) };
    let mut last = log::last_checkpoint(disk, table).await?.map(|(version, _)| version);
    let behind = last.map_or(version + 1, |last| version - last.min(version));
    if behind >= upkeep.checkpoint_every.max(1) {
        let mut log = snapshot.log.as_ref().clone();
        let kept = before(now, upkeep.grace);
        log.removed.retain(|_, it| it.deletion_timestamp.is_none_or(|at| at >= kept));
        checkpoint::write(disk, table, &log).await?;
        disk.logs().keep(table, Some(Arc::new(log)));
        done.checkpoints.push((table.to_owned(), version));
        last = Some(version);
    }
    let Some(last) = last else { return Ok(()) };
    clean(snapshot, last, before(now, upkeep.log_kept), done).await
}

/// Deletes entries and checkpoints before the newest checkpoint that are old enough.
async fn clean(
    snapshot: &Snapshot,
    last: u64,
    kept: i64,
    done: &mut Maintained,
) -> Result<(), Error> {
    let folder = log::folder(snapshot.layout.name);
    let superfluous = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        let version = name.split_once('.').and_then(|(digits, _)| digits.parse::<u64>().ok());
        version.is_some_and(|version| version < last)
    };
    let found = snapshot.disk.list(&folder).await?.into_iter();
    let old = found.filter(|found| found.modified < kept && superfluous(&found.path));
    let old: Vec<String> = old.map(|found| found.path).collect();
    done.log_objects += old.len() as u64;
    // Oldest first, so that what is left after a crash has no gap.
    snapshot.disk.delete(old).await
}
