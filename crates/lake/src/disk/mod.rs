//! Where the store is: a folder of this machine, a bucket, or memory. Everything that the store
//! reads and writes goes through here, and what was put is durable when the call returns.
//!
//! Reading order: `synced` (a folder as an object store that outlasts a power cut), `staged` (how
//! one object gets there), `files` (the primitives below), `lock` (one at a time).

pub mod files;
pub mod lock;
pub mod staged;
mod synced;

use std::fmt::{Debug, Formatter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::memory::InMemory;
use object_store::path::Path as ObjectPath;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use url::Url;

use crate::error::Error;
use crate::store::log::Logs;
use crate::store::parquet::Footers;

pub use lock::Lock;
pub use synced::Synced;

/// Where a store is. Cheap to clone.
#[derive(Clone)]
pub struct Disk {
    store: Arc<dyn ObjectStore>,
    /// Where it is on this machine, if it is.
    folder: Option<PathBuf>,
    place: Option<Arc<staged::Place>>,
    name: Arc<str>,
    kept: Arc<Kept>,
}

/// What was read before and still holds.
#[derive(Default)]
struct Kept {
    logs: Logs,
    footers: Footers,
}

/// An object as a listing tells of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Relative to the store.
    pub path: String,
    pub bytes: u64,
    /// Milliseconds since 1970, by the clock of the disk.
    pub modified: i64,
}

impl Disk {
    /// A folder, which need not exist yet, or `s3://bucket/prefix`. The latter takes its keys,
    /// region and endpoint from the usual variables (`AWS_ACCESS_KEY_ID` and so on).
    pub fn open(place: &Path) -> Result<Disk, Error> {
        match place.to_str().filter(|text| text.starts_with("s3://")) {
            Some(address) => Disk::bucket(address),
            None => Disk::folder_at(place, Synced::new),
        }
    }

    /// A folder with other primitives below it.
    pub fn over(files: Arc<dyn files::Files>, place: &Path) -> Result<Disk, Error> {
        Disk::folder_at(place, |base| Synced::over(files, base))
    }

    /// In memory, for tests.
    #[must_use]
    pub fn in_memory() -> Disk {
        Disk::with(Arc::new(InMemory::new()))
    }

    /// In any object store that can put a name only if it is free.
    #[must_use]
    pub fn with(store: Arc<dyn ObjectStore>) -> Disk {
        let name = store.to_string();
        Disk { store, folder: None, place: None, name: name.into(), kept: Arc::default() }
    }

    fn folder_at(place: &Path, synced: impl FnOnce(&Path) -> Synced) -> Result<Disk, Error> {
        let unreadable = |why: &dyn std::fmt::Display| Error::unreadable(place, why);
        if place.exists() && !place.is_dir() {
            return Err(unreadable(&"it is a file, and a store is a folder"));
        }
        let folder = std::path::absolute(place).map_err(|why| unreadable(&why))?;
        let root = ObjectPath::from_absolute_path(&folder).map_err(|why| unreadable(&why))?;
        let synced = synced(&folder);
        let below = Some(synced.place());
        let store = Arc::new(PrefixStore::new(synced, root));
        let name = place.display().to_string().into();
        Ok(Disk { store, folder: Some(folder), place: below, name, kept: Arc::default() })
    }

    fn bucket(address: &str) -> Result<Disk, Error> {
        let unreadable = |why: &dyn std::fmt::Display| Error::unreadable(Path::new(address), why);
        let url = Url::parse(address).map_err(|why| unreadable(&why))?;
        let builder = AmazonS3Builder::from_env().with_url(address);
        let bucket = builder.build().map_err(|why| unreadable(&why))?;
        let root = ObjectPath::from_url_path(url.path()).map_err(|why| unreadable(&why))?;
        let store = Arc::new(PrefixStore::new(bucket, root));
        let name = address.trim_end_matches('/').into();
        Ok(Disk { store, folder: None, place: None, name, kept: Arc::default() })
    }

    /// For engines that read by themselves; paths are relative to the store.
    #[must_use]
    pub fn store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.store)
    }

    /// The folder, if the store is one of this machine.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// How local names are taken away, for sweeping.
    pub(crate) fn place(&self) -> Option<(Arc<staged::Place>, PathBuf)> {
        self.place.clone().zip(self.folder.clone())
    }

    /// What to call an object in a message.
    #[must_use]
    pub fn path(&self, path: &str) -> PathBuf {
        if path.is_empty() {
            return PathBuf::from(self.name.as_ref());
        }
        Path::new(self.name.as_ref()).join(path)
    }

    pub(crate) fn logs(&self) -> &Logs {
        &self.kept.logs
    }

    pub(crate) fn footers(&self) -> &Footers {
        &self.kept.footers
    }

    /// Reads an object; `None` if there is none.
    pub async fn get(&self, path: &str) -> Result<Option<Bytes>, Error> {
        let read = async { self.store.get(&location(path)).await?.bytes().await };
        match read.await {
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            read => read.map(Some).map_err(self.unreadable(path)),
        }
    }

    /// Puts an object, whatever was there before. It is durable when this returns.
    pub async fn put(&self, path: &str, bytes: impl Into<Bytes>) -> Result<(), Error> {
        let put = self.store.put(&location(path), bytes.into().into()).await;
        put.map(drop).map_err(self.unwritable(path))
    }

    /// Puts an object unless there is one of its name; says whether it did. It is durable when this
    /// returns.
    pub async fn create(&self, path: &str, bytes: impl Into<Bytes>) -> Result<bool, Error> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&location(path), bytes.into().into(), options).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(self.unwritable(path)(error)),
        }
    }

    /// Takes objects away, for good. That one is gone already is no error.
    pub async fn delete(&self, paths: Vec<String>) -> Result<(), Error> {
        let first = paths.first().cloned().unwrap_or_default();
        let locations = paths.into_iter().map(|path| Ok(location(&path)));
        let mut deleted = self.store.delete_stream(futures::stream::iter(locations).boxed());
        while let Some(deleted) = deleted.next().await {
            match deleted {
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(self.unwritable(&first)(error)),
            }
        }
        Ok(())
    }

    /// The objects in a folder and below, sorted by name.
    pub async fn list(&self, folder: &str) -> Result<Vec<Found>, Error> {
        self.listed(folder, self.store.list(folder_location(folder).as_ref())).await
    }

    /// The objects in a folder whose path is greater than another, sorted by name.
    pub async fn list_after(&self, folder: &str, after: &str) -> Result<Vec<Found>, Error> {
        let after = location(after);
        let found = self.store.list_with_offset(folder_location(folder).as_ref(), &after);
        self.listed(folder, found).await
    }

    async fn listed(
        &self,
        folder: &str,
        found: futures::stream::BoxStream<'_, object_store::Result<object_store::ObjectMeta>>,
    ) -> Result<Vec<Found>, Error> {
        let found = found.map_ok(|meta| Found {
            path: meta.location.to_string(),
            bytes: meta.size,
            modified: meta.last_modified.timestamp_millis(),
        });
        let mut found: Vec<Found> = match found.try_collect().await {
            Err(object_store::Error::NotFound { .. }) => Vec::new(),
            found => found.map_err(self.unreadable(folder))?,
        };
        found.sort();
        Ok(found)
    }

    /// For `map_err` on a read of an object.
    pub(crate) fn unreadable(&self, path: &str) -> impl Fn(object_store::Error) -> Error + use<> {
        let path = self.path(path);
        move |why| Error::unreadable(&path, root(&why))
    }

    /// For `map_err` on making an object's bytes.
    pub(crate) fn unencoded(
        &self,
        path: &str,
    ) -> impl Fn(datafusion::parquet::errors::ParquetError) -> Error + use<> {
        let path = self.path(path);
        move |why| Error::unwritten(&path, &why)
    }

    /// For `map_err` on a write of an object. A full disk has an error of its own.
    pub(crate) fn unwritable(&self, path: &str) -> impl Fn(object_store::Error) -> Error + use<> {
        let path = self.path(path);
        move |why| Error::unwritten(&path, &why)
    }
}

impl Debug for Disk {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "Disk({})", self.name)
    }
}

/// Where an object is in the engine's terms.
#[must_use]
pub fn location(path: &str) -> ObjectPath {
    path.split('/').collect()
}

fn folder_location(folder: &str) -> Option<ObjectPath> {
    (!folder.is_empty()).then(|| location(folder))
}

/// The innermost cause, which says what happened without the wrapping.
fn root(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
