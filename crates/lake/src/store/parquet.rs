//! One Parquet file of the store, for reading parts of it. Footers are kept, since a file never
//! changes.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use datafusion::parquet::arrow::arrow_reader::ArrowReaderOptions;
use datafusion::parquet::arrow::async_reader::AsyncFileReader;
use datafusion::parquet::errors::{ParquetError, Result};
use datafusion::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use futures::FutureExt;
use futures::future::BoxFuture;
use object_store::ObjectStoreExt;

use crate::disk::{Disk, location};

/// Footers in memory, over all tables. Beyond this all are forgotten, and read again.
const MOST_FOOTER_BYTES: usize = 32 << 20;
/// What is read at first, in the hope that the footer is in it.
const FOOTER_GUESS: usize = 64 << 10;

/// Reads ranges of a file.
pub struct Reader {
    disk: Disk,
    path: String,
    bytes: u64,
}

/// The footers that were read, by path.
#[derive(Debug, Default)]
pub struct Footers(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    footers: HashMap<String, Arc<ParquetMetaData>>,
    bytes: usize,
}

impl Reader {
    /// A file of a known size; the path is relative to the store.
    #[must_use]
    pub fn new(disk: &Disk, path: &str, bytes: u64) -> Reader {
        Reader { disk: disk.clone(), path: path.to_owned(), bytes }
    }
}

impl AsyncFileReader for Reader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes>> {
        let store = self.disk.store();
        let read = async move { store.get_range(&location(&self.path), range).await };
        read.map(|read| read.map_err(failed)).boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, Result<Vec<Bytes>>> {
        let store = self.disk.store();
        let read = async move { store.get_ranges(&location(&self.path), &ranges).await };
        read.map(|read| read.map_err(failed)).boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        _: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>>> {
        async move {
            if let Some(footer) = self.disk.footers().known(&self.path) {
                return Ok(footer);
            }
            let (disk, path, bytes) = (self.disk.clone(), self.path.clone(), self.bytes);
            let reader = ParquetMetaDataReader::new().with_prefetch_hint(Some(FOOTER_GUESS));
            let footer = Arc::new(reader.load_and_finish(&mut *self, bytes).await?);
            disk.footers().keep(path, &footer);
            Ok(footer)
        }
        .boxed()
    }
}

impl Footers {
    fn known(&self, path: &str) -> Option<Arc<ParquetMetaData>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).footers.get(path).cloned()
    }

    fn keep(&self, path: String, footer: &Arc<ParquetMetaData>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + footer.memory_size() > MOST_FOOTER_BYTES {
            *kept = Kept::default();
        }
        kept.bytes += footer.memory_size();
        kept.footers.insert(path, Arc::clone(footer));
    }
}

fn failed(why: object_store::Error) -> ParquetError {
    ParquetError::External(Box::new(why))
}
