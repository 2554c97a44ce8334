//! A local folder as an object store that outlasts a power cut: what was put is on disk, whole, when
//! the call returns.
//!
//! `object_store`'s own local store has no call to sync; reading and listing are its.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{
    CopyMode, CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions,
    RenameTargetMode, Result, UploadPart,
};

use super::files::{Files, Local};
use super::staged::{Place, Staged, Taken};

/// The local file system, from its root.
#[derive(Debug)]
pub struct Synced {
    reads: LocalFileSystem,
    place: Arc<Place>,
}

/// What was done to which file.
#[derive(Debug, thiserror::Error)]
#[error("`{path}`: {source}")]
struct Failed {
    path: String,
    source: io::Error,
}

impl Synced {
    /// Objects below a folder, which need not exist yet.
    #[must_use]
    pub fn new(base: &Path) -> Synced {
        Synced::over(Arc::new(Local), base)
    }

    /// The same, over other primitives.
    pub fn over(files: Arc<dyn Files>, base: &Path) -> Synced {
        let place = Arc::new(Place::new(files, base.to_owned()));
        Synced { reads: LocalFileSystem::new(), place }
    }

    /// What is below.
    #[must_use]
    pub fn place(&self) -> Arc<Place> {
        Arc::clone(&self.place)
    }

    fn path(&self, location: &ObjectPath) -> Result<PathBuf> {
        self.reads.path_to_filesystem(location)
    }
}

impl Display for Synced {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Synced")
    }
}

#[async_trait]
impl ObjectStore for Synced {
    async fn put_opts(
        &self,
        location: &ObjectPath,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let taken = match options.mode {
            PutMode::Overwrite => Taken::Replace,
            PutMode::Create => Taken::Refuse,
            PutMode::Update(_) => return Err(unsupported("a put that depends on a version")),
        };
        let (path, place) = (self.path(location)?, Arc::clone(&self.place));
        beside(path, move |path| {
            let mut staged = place.stage(path)?;
            payload.iter().try_for_each(|bytes| staged.append(bytes))?;
            staged.publish(taken)
        })
        .await?;
        Ok(PutResult { e_tag: None, version: None })
    }

    async fn put_multipart_opts(
        &self,
        location: &ObjectPath,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let (path, place) = (self.path(location)?, Arc::clone(&self.place));
        let staged = beside(path.clone(), move |path| place.stage(path)).await?;
        let parts = Parts { staged: Some(staged), next: 0, waiting: BTreeMap::new() };
        Ok(Box::new(Upload { path, begun: 0, parts: Arc::new(Mutex::new(parts)) }))
    }

    async fn get_opts(&self, location: &ObjectPath, options: GetOptions) -> Result<GetResult> {
        self.reads.get_opts(location, options).await
    }

    async fn get_ranges(
        &self,
        location: &ObjectPath,
        ranges: &[std::ops::Range<u64>],
    ) -> Result<Vec<Bytes>> {
        self.reads.get_ranges(location, ranges).await
    }

    /// Names that were taken away stay away when the stream has ended.
    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<ObjectPath>>,
    ) -> BoxStream<'static, Result<ObjectPath>> {
        let (reads, place) = (self.reads.clone(), Arc::clone(&self.place));
        let folders = Arc::new(Mutex::new(BTreeSet::new()));
        let touched = Arc::clone(&folders);
        let deleted = locations.and_then(move |location| {
            let (path, place) = (reads.path_to_filesystem(&location), Arc::clone(&place));
            let touched = Arc::clone(&touched);
            async move {
                let path = path?;
                let folder = path.parent().map(Path::to_owned);
                beside(path, move |path| place.remove(path)).await?;
                touched.lock().unwrap_or_else(PoisonError::into_inner).extend(folder);
                Ok(location)
            }
        });
        let place = Arc::clone(&self.place);
        let synced = futures::stream::once(async move {
            let folders =
                std::mem::take(&mut *folders.lock().unwrap_or_else(PoisonError::into_inner));
            for folder in folders {
                let place = Arc::clone(&place);
                beside(folder, move |folder| gone_is_synced(place.sync_folder(folder))).await?;
            }
            Ok(None)
        });
        deleted.map_ok(Some).chain(synced).try_filter_map(|it| async move { Ok(it) }).boxed()
    }

    fn list(&self, prefix: Option<&ObjectPath>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.reads.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&ObjectPath>,
        offset: &ObjectPath,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.reads.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&ObjectPath>) -> Result<ListResult> {
        self.reads.list_with_delimiter(prefix).await
    }

    /// Objects never change, so a copy is a second name.
    async fn copy_opts(
        &self,
        from: &ObjectPath,
        to: &ObjectPath,
        options: CopyOptions,
    ) -> Result<()> {
        let taken = match options.mode {
            CopyMode::Overwrite => Taken::Replace,
            CopyMode::Create => Taken::Refuse,
        };
        let (from, to, place) = (self.path(from)?, self.path(to)?, Arc::clone(&self.place));
        beside(from, move |from| place.copy(from, &to, taken)).await
    }

    async fn rename_opts(
        &self,
        from: &ObjectPath,
        to: &ObjectPath,
        options: RenameOptions,
    ) -> Result<()> {
        let taken = match options.target_mode {
            RenameTargetMode::Overwrite => Taken::Replace,
            RenameTargetMode::Create => Taken::Refuse,
        };
        let (from, to, place) = (self.path(from)?, self.path(to)?, Arc::clone(&self.place));
        beside(from, move |from| {
            place.copy(from, &to, taken)?;
            place.remove(from)?;
            from.parent().map_or(Ok(()), |folder| place.sync_folder(folder))
        })
        .await
    }
}

/// An object that comes in parts, each of which may be ready before the one before it.
#[derive(Debug)]
struct Upload {
    path: PathBuf,
    begun: usize,
    parts: Arc<Mutex<Parts>>,
}

#[derive(Debug)]
struct Parts {
    /// `None` after an error, and when all is done.
    staged: Option<Staged>,
    next: usize,
    waiting: BTreeMap<usize, PutPayload>,
}

impl Parts {
    /// Writes what is next in line.
    fn take(&mut self, number: usize, payload: PutPayload) -> io::Result<()> {
        self.waiting.insert(number, payload);
        while let Some(payload) = self.waiting.remove(&self.next) {
            let staged = self.staged.as_mut().ok_or_else(|| io::Error::other("a part failed"))?;
            if let Err(error) = payload.iter().try_for_each(|bytes| staged.append(bytes)) {
                self.staged = None;
                return Err(error);
            }
            self.next += 1;
        }
        Ok(())
    }
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, payload: PutPayload) -> UploadPart {
        let (path, parts) = (self.path.clone(), Arc::clone(&self.parts));
        let number = self.begun;
        self.begun += 1;
        Box::pin(beside(path, move |_| {
            parts.lock().unwrap_or_else(PoisonError::into_inner).take(number, payload)
        }))
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let (parts, begun) = (Arc::clone(&self.parts), self.begun);
        beside(self.path.clone(), move |_| {
            let mut parts = parts.lock().unwrap_or_else(PoisonError::into_inner);
            let staged = parts.staged.take().filter(|_| parts.next == begun);
            staged.ok_or_else(|| io::Error::other("a part is missing"))?.publish(Taken::Replace)
        })
        .await?;
        Ok(PutResult { e_tag: None, version: None })
    }

    async fn abort(&mut self) -> Result<()> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).staged = None;
        Ok(())
    }
}

/// Runs what blocks beside the event loop.
async fn beside<T: Send + 'static>(
    path: PathBuf,
    work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(move || work(&path).map_err(|why| told(&path, why)));
    done.await.expect("file operations do not panic")
}

/// A folder that is no longer there holds no name that could come back.
fn gone_is_synced(synced: io::Result<()>) -> io::Result<()> {
    match synced {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn told(path: &Path, error: io::Error) -> Error {
    let kind = error.kind();
    let path = path.display().to_string();
    let source = Box::new(Failed { path: path.clone(), source: error });
    match kind {
        io::ErrorKind::NotFound => Error::NotFound { path, source },
        io::ErrorKind::AlreadyExists => Error::AlreadyExists { path, source },
        io::ErrorKind::PermissionDenied => Error::PermissionDenied { path, source },
        _ => Error::Generic { store: "folder", source },
    }
}

fn unsupported(operation: &str) -> Error {
    Error::NotImplemented { operation: operation.to_owned(), implementer: "Synced".to_owned() }
}
