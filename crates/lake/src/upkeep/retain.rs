//! Days that are too old: taken out of the table by an entry in its log. The files are deleted
//! later, when no reader can be at them.

use jiff::Timestamp;

use super::{Maintained, Upkeep};
use crate::columns::day_of;
use crate::error::Error;
use crate::store::{Commit, Snapshot};

/// Drops the days of a table that its retention no longer covers.
pub async fn retain(
    snapshot: Snapshot,
    upkeep: &Upkeep,
    now: Timestamp,
    done: &mut Maintained,
) -> Result<Snapshot, Error> {
    let rule = upkeep.retention.iter().find(|rule| rule.table == snapshot.layout.name);
    let Some(rule) = rule else { return Ok(snapshot) };
    let kept = i64::from(day_of(now.as_microsecond())) - i64::from(rule.days);
    let removes: Vec<_> =
        snapshot.files.iter().filter(|file| i64::from(file.day) < kept).cloned().collect();
    if removes.is_empty() {
        return Ok(snapshot);
    }
    done.dropped.extend(removes.iter().map(|file| snapshot.path(file)));
    let commit = Commit { removes, operation: "DELETE", ..Commit::adding(Vec::new()) };
    snapshot.commit(&commit, now).await?;
    Snapshot::read(&snapshot.disk, snapshot.layout).await
}
