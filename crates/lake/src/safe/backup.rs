//! A copy of a store at one moment, on another disk, and the way back.

use std::collections::BTreeSet;

use futures::TryStreamExt;
use object_store::{ObjectStoreExt, WriteMultipart};

use crate::Lake;
use crate::columns::Layout;
use crate::disk::{Disk, location};
use crate::error::Error;
use crate::store::{Snapshot, checkpoint, log};

/// Bytes that are copied at once; object stores take no less than 5 MB.
const PART_BYTES: usize = 8 << 20;
/// What is neither rows nor can be made again from them.
const OTHERS: [&str; 1] = ["receipts"];

/// What was copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copied {
    pub files: u64,
    pub bytes: u64,
}

impl Lake {
    /// Copies the store to another disk, which has to be empty: the write-ahead objects first, then
    /// each table as it is then. So a row may be in both, and never in neither; the merge finds
    /// that it is there already.
    pub async fn backup(&self, to: &Disk) -> Result<Copied, Error> {
        let _lock = self.lock().await?;
        refuse_taken(to).await?;
        let mut copied = Copied::default();
        let objects = self.disk.list("wal").await?;
        for found in &objects {
            // One that is gone was merged meanwhile, and its rows are in the tables.
            copy(&self.disk, to, &found.path, &mut copied).await?;
        }
        for layout in Layout::all() {
            copy_table(&Snapshot::read(&self.disk, layout).await?, to, &mut copied).await?;
        }
        for folder in OTHERS {
            for found in self.disk.list(folder).await? {
                copy(&self.disk, to, &found.path, &mut copied).await?;
            }
        }
        Ok(copied)
    }

    /// Makes this store, which has to be empty, what another disk holds.
    pub async fn restore(&self, from: &Disk) -> Result<Copied, Error> {
        let there = Lake::on(from.clone());
        there.backup(&self.disk).await
    }
}

/// The files of a table, then a log that begins with a checkpoint: until then nobody sees a table.
async fn copy_table(snapshot: &Snapshot, to: &Disk, copied: &mut Copied) -> Result<(), Error> {
    let Some(version) = snapshot.version else { return Ok(()) };
    let (disk, table) = (&snapshot.disk, snapshot.layout.name);
    let mut paths: BTreeSet<String> =
        snapshot.files.iter().map(|file| snapshot.path(file)).collect();
    paths.insert(log::entry(table, version));
    for path in &paths {
        if !copy(disk, to, path, copied).await? {
            return Err(Error::unreadable(&disk.path(path), "it is missing"));
        }
    }
    let mut log = snapshot.log.as_ref().clone();
    log.removed.clear();
    checkpoint::write(to, table, &log).await
}

/// Copies one object; says whether there was one.
async fn copy(from: &Disk, to: &Disk, path: &str, copied: &mut Copied) -> Result<bool, Error> {
    let mut parts = match from.store().get(&location(path)).await {
        Err(object_store::Error::NotFound { .. }) => return Ok(false),
        read => read.map_err(from.unreadable(path))?.into_stream(),
    };
    let upload = to.store().put_multipart(&location(path)).await;
    let upload = upload.map_err(to.unwritable(path))?;
    let mut upload = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
    while let Some(part) = parts.try_next().await.map_err(from.unreadable(path))? {
        copied.bytes += part.len() as u64;
        upload.put(part);
        upload.wait_for_capacity(2).await.map_err(to.unwritable(path))?;
    }
    upload.finish().await.map_err(to.unwritable(path))?;
    copied.files += 1;
    Ok(true)
}

async fn refuse_taken(disk: &Disk) -> Result<(), Error> {
    let tables = Layout::all().map(|layout| layout.name.to_owned());
    for folder in tables.chain(["wal".to_owned()]) {
        if !disk.list(&folder).await?.is_empty() {
            return Err(Error::Taken { path: disk.path("") });
        }
    }
    Ok(())
}
