//! Which files make up a table at its newest version.

use std::fs::File;
use std::path::{Path, PathBuf};

use datafusion::arrow::array::RecordBatch;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use deltalake_core::{DeltaTableBuilder, ensure_table_uri};
use jiff::civil::Date;

use crate::columns::{DAY, Layout};
use crate::error::Error;

/// One table at one version.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub layout: Layout,
    pub folder: PathBuf,
    /// `None` when nothing was ever written.
    pub version: Option<u64>,
    /// Sorted by day, then path, so that every run reads in the same order.
    pub files: Vec<DataFile>,
}

/// One Parquet file of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataFile {
    /// Days since 1970.
    pub day: i32,
    /// Relative to the table's folder.
    pub path: String,
    pub bytes: u64,
    pub rows: u64,
}

impl Snapshot {
    /// Reads the newest version; a table that was never written is empty.
    pub async fn read(store: &Path, layout: Layout) -> Result<Snapshot, Error> {
        let folder = store.join(layout.name);
        if !folder.join("_delta_log").is_dir() {
            return Ok(Snapshot { layout, folder, version: None, files: Vec::new() });
        }
        let unreadable = |why: &dyn std::fmt::Display| Error::unreadable(&folder, why);
        let url = ensure_table_uri(folder.to_string_lossy()).map_err(|why| unreadable(&why))?;
        let builder = DeltaTableBuilder::from_url(url).map_err(|why| unreadable(&why))?;
        let table = builder.load().await.map_err(|why| unreadable(&why))?;
        let state = table.snapshot().map_err(|why| unreadable(&why))?;
        let mut files = Vec::new();
        for file in state.log_data().iter() {
            let day = file.partition_values_map().remove(DAY).flatten();
            let day = day.as_deref().and_then(days_since_1970);
            let path = file.object_store_path().to_string();
            if file.deletion_vector_descriptor().is_some() {
                return Err(unreadable(&format!("rows of `{path}` were marked as deleted")));
            }
            files.push(DataFile {
                day: day.ok_or_else(|| unreadable(&format!("`{path}` belongs to no day")))?,
                path,
                bytes: u64::try_from(file.size()).unwrap_or(0),
                rows: file.num_records().unwrap_or(0) as u64,
            });
        }
        files.sort();
        Ok(Snapshot { layout, version: Some(state.version()), folder, files })
    }

    /// The files of one day.
    pub fn of_day(&self, day: i32) -> Vec<PathBuf> {
        let of_day = self.files.iter().filter(|file| file.day == day);
        of_day.map(|file| self.folder.join(&file.path)).collect()
    }

    /// All files.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.files.iter().map(|file| self.folder.join(&file.path)).collect()
    }
}

/// Hands some columns of a file, in the order named, to `each`, batch by batch. Blocks.
pub fn read_columns(
    path: &Path,
    columns: &[&str],
    each: &mut dyn FnMut(&RecordBatch),
) -> Result<(), Error> {
    let file = File::open(path).map_err(|why| Error::unreadable(path, why))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|why| Error::unreadable(path, why))?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let reader =
        builder.with_projection(mask).build().map_err(|why| Error::unreadable(path, why))?;
    for batch in reader {
        let batch = batch.map_err(|why| Error::unreadable(path, why))?;
        let order: Option<Vec<usize>> =
            columns.iter().map(|name| batch.schema().index_of(name).ok()).collect();
        let order = order.ok_or_else(|| Error::unreadable(path, "a column is missing"))?;
        each(&batch.project(&order).expect("the indices were just looked up"));
    }
    Ok(())
}

fn days_since_1970(text: &str) -> Option<i32> {
    let day: Date = text.parse().ok()?;
    let epoch = Date::constant(1970, 1, 1);
    Some(day.duration_since(epoch).as_hours().div_euclid(24).try_into().expect("a Date is near"))
}
