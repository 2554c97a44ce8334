//! An object store that fails now and then, sometimes after it has done what it was asked.

use std::collections::BTreeSet;
use std::fmt::{Display, Formatter};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use trueup_lake::{Disk, Lake, block_on};

use crate::{Desk, NOW, at};

#[derive(Debug)]
struct Moody {
    inner: Arc<InMemory>,
    mood: Mutex<ChaCha8Rng>,
}

impl Moody {
    fn fails(&self) -> Result<()> {
        let mut mood = self.mood.lock().expect("nobody panics with it");
        let why = "connection reset".into();
        if mood.random_bool(0.05) {
            Err(Error::Generic { store: "moody", source: why })
        } else {
            Ok(())
        }
    }
}

impl Display for Moody {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("moody")
    }
}

#[async_trait]
impl ObjectStore for Moody {
    async fn put_opts(&self, to: &Path, bytes: PutPayload, how: PutOptions) -> Result<PutResult> {
        self.fails()?;
        tokio::task::yield_now().await;
        let done = self.inner.put_opts(to, bytes, how).await?;
        self.fails()?;
        Ok(done)
    }

    async fn put_multipart_opts(
        &self,
        to: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.fails()?;
        self.inner.put_multipart_opts(to, how).await
    }

    async fn get_opts(&self, from: &Path, how: GetOptions) -> Result<GetResult> {
        self.fails()?;
        tokio::task::yield_now().await;
        self.inner.get_opts(from, how).await
    }

    async fn get_ranges(&self, from: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.fails()?;
        self.inner.get_ranges(from, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.fails()?;
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, how: CopyOptions) -> Result<()> {
        self.fails()?;
        self.inner.copy_opts(from, to, how).await
    }
}

/// Four writers at once, each of which repeats its import until it is told that it is done. An
/// import whose commit was overtaken, or failed, is done again as a whole.
#[test]
fn writers_on_a_failing_store_lose_nothing_and_add_nothing_twice() {
    const SQL: &str = "INSERT INTO interactions SELECT id, at, 'b' AS bet FROM rows";
    for seed in 0..8 {
        let inner = Arc::new(InMemory::new());
        let desk = Desk::new();
        let writers = (0..4u64).map(|writer| {
            let mood = Mutex::new(ChaCha8Rng::seed_from_u64(seed * 4 + writer));
            let lake = Lake::on(Disk::with(Arc::new(Moody { inner: Arc::clone(&inner), mood })));
            let rows = [0, 1, 2].map(|row| format!("{writer}-{row},2026-11-01\n")).concat();
            let folder = desk.path(&format!("{writer}"));
            std::fs::create_dir(&folder).expect("the folder is ours");
            let file = desk.file(&format!("{writer}/rows.csv"), &format!("id,at\n{rows}"));
            let import = desk.import_of(&file, SQL, NOW);
            async move {
                for attempt in 0..200 {
                    match lake.import(&import, &mut |_| ()).await {
                        Ok(_) => return attempt,
                        Err(error) => assert!(!error.to_string().is_empty()),
                    }
                }
                panic!("200 attempts failed");
            }
        });
        let attempts = block_on(futures::future::join_all(writers));
        let lake = Lake::on(Disk::with(inner));
        let counted = block_on(lake.attribution(at(NOW))).expect("a store that does not fail");
        assert_eq!(counted.interactions.values().sum::<u64>(), 12, "{seed}: {attempts:?}");
        let disk = lake.disk().clone();
        let entries = block_on(disk.list("interactions/_delta_log")).expect("it is there");
        let entries: BTreeSet<_> = entries.into_iter().map(|found| found.path).collect();
        assert!(entries.len() >= 4, "{entries:?}");
        assert_eq!(block_on(lake.check()).expect("it is there").faults, []);
    }
}
