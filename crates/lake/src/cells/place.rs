//! Where cells lie: objects in one folder of the store, each put as a whole.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

use super::column;
use super::manifest::{Block, Column, Manifest};
use crate::answer::tallied::Tallied;
use crate::disk::{Disk, location};
use crate::error::Error;

const FOLDER: &str = "cells";
const MANIFEST: &str = "cells/manifest";
/// A pack is put when it is as large as this.
const PACK_BYTES: usize = 64 << 20;

/// The newest manifest; none where none can be read.
pub async fn manifest(disk: &Disk) -> Result<Option<Manifest>, Error> {
    Ok(disk.get(MANIFEST).await?.and_then(|bytes| Manifest::decoded(&bytes)))
}

/// Makes a manifest the newest, then takes away the packs that only the one before the last named.
pub async fn replace(disk: &Disk, old: &Manifest, mut new: Manifest) -> Result<(), Error> {
    let named = new.packs();
    let left = old.packs().into_iter().filter(|pack| !named.contains(pack)).cloned().collect();
    new.left = left;
    disk.put(MANIFEST, new.encoded()).await?;
    disk.delete(old.left.iter().map(|pack| format!("{FOLDER}/{pack}")).collect()).await
}

/// Reads parts of a pack; `None` if it is gone.
pub async fn read(
    disk: &Disk,
    pack: &str,
    ranges: &[Range<u64>],
) -> Result<Option<Vec<Bytes>>, Error> {
    let path = format!("{FOLDER}/{pack}");
    match disk.store().get_ranges(&location(&path), ranges).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(Error::unreadable(&disk.path(&path), error)),
    }
}

/// Collects blocks into objects.
pub struct Packs<'a> {
    disk: &'a Disk,
    name: Arc<str>,
    bytes: Vec<u8>,
}

impl<'a> Packs<'a> {
    pub fn new(disk: &'a Disk) -> Packs<'a> {
        Packs { disk, name: new_name(), bytes: Vec::new() }
    }

    /// Fills in where a block lies, and writes if there is much to write.
    pub async fn add(
        &mut self,
        mut block: Block,
        columns: &[(u64, &Tallied)],
    ) -> Result<Block, Error> {
        block.pack = self.name.clone();
        block.offset = self.bytes.len() as u64;
        for (key, tallied) in columns {
            let bytes = column::encoded(tallied);
            block.columns.push(Column {
                key: *key,
                bytes: u32::try_from(bytes.len()).expect("a column is far below 4 GB"),
                checksum: xxh3_64(&bytes),
            });
            self.bytes.extend(bytes);
        }
        if self.bytes.len() >= PACK_BYTES {
            self.flush().await?;
        }
        Ok(block)
    }

    /// Copies a block as it is.
    pub async fn copy(&mut self, block: &mut Block, bytes: &[u8]) -> Result<(), Error> {
        block.pack = self.name.clone();
        block.offset = self.bytes.len() as u64;
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() >= PACK_BYTES {
            self.flush().await?;
        }
        Ok(())
    }

    /// Reads a part of a pack, which may not be put yet; `None` if it is gone.
    pub async fn read(&self, pack: &str, range: Range<u64>) -> Result<Option<Bytes>, Error> {
        if range.is_empty() {
            return Ok(Some(Bytes::new()));
        }
        if *pack == *self.name {
            let place = |at: u64| usize::try_from(at).expect("it is in memory");
            let bytes = &self.bytes[place(range.start)..place(range.end)];
            return Ok(Some(Bytes::copy_from_slice(bytes)));
        }
        let read = read(self.disk, pack, &[range]).await?;
        Ok(read.and_then(|read| read.into_iter().next()))
    }

    /// Makes durable what was added so far.
    pub async fn flush(&mut self) -> Result<(), Error> {
        // Named by a block even if none of its columns has bytes.
        let name = std::mem::replace(&mut self.name, new_name());
        let bytes = std::mem::take(&mut self.bytes);
        if bytes.is_empty() {
            return Ok(());
        }
        self.disk.put(&format!("{FOLDER}/{name}"), bytes).await
    }
}

/// Nobody else ever makes the same.
fn new_name() -> Arc<str> {
    Uuid::now_v7().simple().to_string().into()
}
