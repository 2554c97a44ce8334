//! Files that are part of no table any more, or never were: deleted when no reader can still be at
//! them and no writer about to commit them.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use super::{Maintained, Upkeep, before};
use crate::crash;
use crate::disk::Disk;
use crate::disk::staged::{Place, is_temporary};
use crate::error::Error;
use crate::store::append::blocking;
use crate::store::{Snapshot, log};

/// Files that are deleted at a time.
const AT_ONCE: usize = 256;

/// Deletes the files of a table's folder that nothing refers to.
pub async fn vacuum(
    snapshot: &Snapshot,
    upkeep: &Upkeep,
    now: Timestamp,
    done: &mut Maintained,
) -> Result<(), Error> {
    let kept = before(now, upkeep.grace);
    let log = log::folder(snapshot.layout.name) + "/";
    let table = format!("{}/", snapshot.layout.name);
    let unused = |path: &str| {
        let Some(path) = path.strip_prefix(&table) else { return false };
        let removed = snapshot.log.removed.get(path);
        let read = removed.is_some_and(|it| it.deletion_timestamp.is_some_and(|at| at >= kept));
        !snapshot.log.files.contains_key(path) && !read
    };
    let found = snapshot.disk.list(snapshot.layout.name).await?.into_iter();
    let old: Vec<_> = found
        .filter(|it| it.modified < kept && !it.path.starts_with(&log) && unused(&it.path))
        .collect();
    for some in old.chunks(AT_ONCE) {
        snapshot.disk.delete(some.iter().map(|found| found.path.clone()).collect()).await?;
        done.deleted += some.len() as u64;
        done.deleted_bytes += some.iter().map(|found| found.bytes).sum::<u64>();
        crash::point("vacuum.midway");
    }
    Ok(())
}

/// Takes temporary names away that a writer left behind, and folders that are empty.
pub async fn sweep(
    disk: &Disk,
    upkeep: &Upkeep,
    now: Timestamp,
    done: &mut Maintained,
) -> Result<(), Error> {
    let Some((place, folder)) = disk.place() else { return Ok(()) };
    let kept = u64::try_from(before(now, upkeep.grace)).unwrap_or(0);
    let kept = SystemTime::UNIX_EPOCH + Duration::from_millis(kept);
    let whole = folder.clone();
    let swept = blocking(move || {
        let mut swept = 0;
        swept_below(&place, &folder, kept, &mut swept).map_err(Error::unwritable(&whole))?;
        Ok(swept)
    });
    done.swept += swept.await?;
    Ok(())
}

/// Goes through a folder; says whether nothing is left in it.
fn swept_below(
    place: &Place,
    folder: &Path,
    kept: SystemTime,
    swept: &mut u64,
) -> io::Result<bool> {
    let mut empty = true;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = match entry.metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            metadata => metadata?,
        };
        let old = metadata.modified()? < kept;
        let path: PathBuf = entry.path();
        if metadata.is_dir() {
            let gone = swept_below(place, &path, kept, swept)? && old;
            // That somebody has put a file there meanwhile is no error.
            empty &= gone && place.remove_folder(&path).is_ok();
        } else if old && is_temporary(&entry.file_name().to_string_lossy()) {
            place.remove(&path)?;
            *swept += 1;
        } else {
            empty = false;
        }
    }
    Ok(empty)
}
