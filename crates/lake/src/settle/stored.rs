//! What the tables already hold, asked for by name: which files may have a name is told by small
//! sets of hashes in memory and by the files' own filters, so that few files are read.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::compute::{concat_batches, filter_record_batch};
use datafusion::arrow::datatypes::Schema;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{ArrowPredicateFn, RowFilter};
use datafusion::parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
use datafusion::parquet::file::statistics::Statistics;
use futures::TryStreamExt;
use jiff::Timestamp;
use trueup_evidence::Table;

use super::target::Target;
use crate::columns::ORPHAN;
use crate::error::Error;
use crate::keys::{Key, KeyMap, KeySet, key};
use crate::store::file::fitted;
use crate::store::parquet::Reader;
use crate::store::read::{open, read_columns};
use crate::store::{DataFile, Snapshot};

/// All hashes in memory.
const MOST_BYTES: usize = 80 << 20;
/// Of longer files the ids are not kept in memory: the filters in the file must do.
const MOST_IDS: u64 = 1 << 19;

/// Small sets of hashes, for each file. All of it can be read again from the files.
#[derive(Debug, Default)]
pub struct Index {
    inner: Mutex<Sets>,
}

#[derive(Debug, Default)]
struct Sets {
    by_name: HashMap<SetName, Set>,
    bytes: usize,
    /// Counts up with each use, so that the longest unused is known.
    uses: u64,
}

/// A file's path and what is kept of it.
type SetName = (String, &'static str);

#[derive(Debug)]
struct Set {
    hashes: Arc<[u64]>,
    used: u64,
}

impl Index {
    fn get(&self, name: &SetName) -> Option<Arc<[u64]>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.uses += 1;
        let used = inner.uses;
        let set = inner.by_name.get_mut(name)?;
        set.used = used;
        Some(Arc::clone(&set.hashes))
    }

    fn put(&self, name: &SetName, hashes: Arc<[u64]>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.uses += 1;
        let used = inner.uses;
        inner.bytes += weight(name, &hashes);
        if let Some(before) = inner.by_name.insert(name.clone(), Set { hashes, used }) {
            inner.bytes -= weight(name, &before.hashes);
        }
        if inner.bytes > MOST_BYTES {
            inner.forget();
        }
    }
}

impl Sets {
    /// Drops a quarter: what was not used for longest.
    fn forget(&mut self) {
        let mut by_use: Vec<(u64, SetName)> =
            self.by_name.iter().map(|(name, set)| (set.used, name.clone())).collect();
        by_use.sort_unstable();
        for (_, name) in by_use {
            if self.bytes <= MOST_BYTES / 4 * 3 {
                break;
            }
            if let Some(set) = self.by_name.remove(&name) {
                self.bytes -= weight(&name, &set.hashes);
            }
        }
    }
}

fn weight(name: &SetName, hashes: &[u64]) -> usize {
    const ENTRY: usize = 120;
    ENTRY + name.0.len() + size_of_val(hashes)
}

/// Half of a key: enough to tell where to look.
pub fn hash(key: Key) -> u64 {
    u64::try_from(key & Key::from(u64::MAX)).expect("half of 128 bits is 64 bits")
}

/// Names that are looked for.
#[derive(Debug, Default, Clone)]
pub struct Wanted {
    names: KeyMap<Arc<str>>,
}

impl Wanted {
    pub fn add(&mut self, name: &str) {
        self.names.entry(key(name)).or_insert_with(|| name.into());
    }

    pub fn remove(&mut self, key: Key) {
        self.names.remove(&key);
    }

    pub fn extend(&mut self, others: &Wanted) {
        self.names.extend(others.names.iter().map(|(key, name)| (*key, Arc::clone(name))));
    }

    pub fn retain(&mut self, mut keep: impl FnMut(Key) -> bool) {
        self.names.retain(|key, _| keep(*key));
    }

    pub fn has(&self, key: Key) -> bool {
        self.names.contains_key(&key)
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names, sorted as a search of many files goes fastest.
    pub fn sorted(&self) -> Vec<(Key, &str)> {
        let mut names: Vec<(Key, &str)> = self.iter().collect();
        names.sort_unstable_by_key(|(key, _)| hash(*key));
        names
    }

    pub fn iter(&self) -> impl Iterator<Item = (Key, &str)> {
        self.names.iter().map(|(key, name)| (*key, name.as_ref()))
    }
}

/// The tables at one moment, to be asked.
pub struct Stored<'a> {
    pub index: &'a Index,
    /// In the order of [`Table::STORED`].
    pub tables: &'a [Snapshot; 5],
}

impl Stored<'_> {
    pub fn table(&self, table: Table) -> &Snapshot {
        &self.tables[super::place(table)]
    }

    /// The rows of a file in which `column` holds one of the names, with some columns.
    pub async fn find<'n>(
        &self,
        table: Table,
        column: &'static str,
        names: impl Iterator<Item = (Key, &'n str)>,
        file: &DataFile,
        columns: &[&str],
    ) -> Result<Option<RecordBatch>, Error> {
        let snapshot = self.table(table);
        let mut candidates: Vec<(Key, &str)> = names.collect();
        if column == "trace" || (column == "id" && file.rows <= MOST_IDS) {
            let hashes = self.hashes(snapshot, file, column).await?;
            candidates = among(candidates, &hashes);
        }
        look_up(snapshot, file, column, &candidates, columns).await
    }

    /// The hashes of all names in a column of a file, sorted.
    async fn hashes(
        &self,
        snapshot: &Snapshot,
        file: &DataFile,
        column: &'static str,
    ) -> Result<Arc<[u64]>, Error> {
        let name = (snapshot.path(file), column);
        if let Some(hashes) = self.index.get(&name) {
            return Ok(hashes);
        }
        let mut hashes: Vec<u64> = Vec::with_capacity(usize::try_from(file.rows).unwrap_or(0));
        read_columns(snapshot, file, &[column], &mut |batch| {
            let names = batch.column(0).as_string::<i32>();
            let mut last = None;
            for name in names.iter().flatten() {
                if last != Some(name) {
                    hashes.push(hash(key(name)));
                }
                last = Some(name);
            }
        })
        .await?;
        hashes.sort_unstable();
        hashes.dedup();
        let hashes: Arc<[u64]> = hashes.into();
        self.index.put(&name, Arc::clone(&hashes));
        Ok(hashes)
    }

    /// The files in which rows wait for their target, and what they wait for.
    pub async fn waiting(&self, table: Table) -> Result<Vec<(&DataFile, Arc<[u64]>)>, Error> {
        let snapshot = self.table(table);
        let mut waiting = Vec::new();
        for file in &snapshot.files {
            let targets = self.orphans(table, snapshot, file).await?;
            if !targets.is_empty() {
                waiting.push((file, targets));
            }
        }
        Ok(waiting)
    }

    /// The rows of a file that wait for their target.
    pub async fn orphan_rows(
        &self,
        table: Table,
        file: &DataFile,
        columns: &[&str],
    ) -> Result<Option<RecordBatch>, Error> {
        let snapshot = self.table(table);
        let builder = open(snapshot, file).await?;
        let groups = groups_with_orphans(&builder);
        let rows = read_some(snapshot, file, builder, groups, None, columns).await?;
        let orphans = rows.column_by_name(ORPHAN).expect("all columns are read").as_boolean();
        let rows = filter_record_batch(&rows, orphans);
        let rows = rows.map_err(|why| Error::unreadable(&snapshot.disk.path(&file.path), why))?;
        Ok((rows.num_rows() > 0).then_some(rows))
    }

    /// What the orphans of a file wait for.
    async fn orphans(
        &self,
        table: Table,
        snapshot: &Snapshot,
        file: &DataFile,
    ) -> Result<Arc<[u64]>, Error> {
        let name = (snapshot.path(file), ORPHAN);
        if let Some(hashes) = self.index.get(&name) {
            return Ok(hashes);
        }
        let mut hashes = BTreeSet::new();
        let builder = open(snapshot, file).await?;
        let groups = groups_with_orphans(&builder);
        if !groups.is_empty() {
            let columns: Vec<&str> =
                Target::columns(table).iter().copied().chain([ORPHAN]).collect();
            let rows = read_some(snapshot, file, builder, groups, None, &columns).await?;
            let orphans = rows.column(columns.len() - 1).as_boolean();
            for (row, target) in Target::of_rows(table, &rows).into_iter().enumerate() {
                if orphans.is_valid(row) && orphans.value(row) {
                    hashes.extend(target.map(Target::hash));
                }
            }
        }
        let hashes: Arc<[u64]> = hashes.into_iter().collect();
        self.index.put(&name, Arc::clone(&hashes));
        Ok(hashes)
    }
}

/// The rows of a file in which `column` holds one of the names, found by the filters in the file alone.
pub async fn look_up(
    snapshot: &Snapshot,
    file: &DataFile,
    column: &str,
    candidates: &[(Key, &str)],
    columns: &[&str],
) -> Result<Option<RecordBatch>, Error> {
    if candidates.is_empty() {
        return Ok(None);
    }
    let mut builder = open(snapshot, file).await?;
    let groups = groups_with(snapshot, file, &mut builder, column, candidates).await?;
    if groups.is_empty() {
        return Ok(None);
    }
    let matching = Some((column, candidates.iter().map(|(key, _)| *key).collect()));
    let rows = read_some(snapshot, file, builder, groups, matching, columns).await?;
    Ok((rows.num_rows() > 0).then_some(rows))
}

/// The names whose hashes are among those of a file. Names that come sorted by hash, as those of
/// [`Wanted::sorted`] do, cost least: both sides are gone through once.
fn among<'n>(mut names: Vec<(Key, &'n str)>, hashes: &[u64]) -> Vec<(Key, &'n str)> {
    if names.len() < hashes.len() / 64 {
        names.retain(|(key, _)| hashes.binary_search(&hash(*key)).is_ok());
        return names;
    }
    if !names.is_sorted_by_key(|(key, _)| hash(*key)) {
        names.sort_unstable_by_key(|(key, _)| hash(*key));
    }
    let mut rest = hashes;
    names.retain(|(key, _)| {
        let smaller = rest.iter().take_while(|it| **it < hash(*key)).count();
        rest = &rest[smaller..];
        rest.first() == Some(&hash(*key))
    });
    names
}

/// The row groups that may have one of these names, by the filters in the file.
async fn groups_with(
    snapshot: &Snapshot,
    file: &DataFile,
    builder: &mut ParquetRecordBatchStreamBuilder<Reader>,
    column: &str,
    candidates: &[(Key, &str)],
) -> Result<Vec<usize>, Error> {
    let place = builder.parquet_schema().columns().iter().position(|it| it.name() == column);
    let Some(place) = place else { return Ok(Vec::new()) };
    let mut groups = Vec::new();
    for group in 0..builder.metadata().num_row_groups() {
        let filter = builder.get_row_group_column_bloom_filter(group, place).await;
        let path = snapshot.path(file);
        let filter = filter.map_err(|why| Error::unreadable(&snapshot.disk.path(&path), why))?;
        let may_have = filter
            .is_none_or(|filter| candidates.iter().any(|(_, name)| filter.check(name.as_bytes())));
        if may_have {
            groups.push(group);
        }
    }
    Ok(groups)
}

/// The row groups in which some row is an orphan, or which do not tell.
fn groups_with_orphans(builder: &ParquetRecordBatchStreamBuilder<Reader>) -> Vec<usize> {
    let columns = builder.parquet_schema().columns();
    let Some(place) = columns.iter().position(|column| column.name() == ORPHAN) else {
        return Vec::new();
    };
    let metadata = builder.metadata();
    let may_have = |group: &usize| match metadata.row_group(*group).column(place).statistics() {
        Some(Statistics::Boolean(values)) => values.max_opt() != Some(&false),
        _ => true,
    };
    (0..metadata.num_row_groups()).filter(may_have).collect()
}

/// Some columns of some row groups; of the rows whose `matching` column holds one of some names.
async fn read_some(
    snapshot: &Snapshot,
    file: &DataFile,
    mut builder: ParquetRecordBatchStreamBuilder<Reader>,
    groups: Vec<usize>,
    matching: Option<(&str, KeySet)>,
    columns: &[&str],
) -> Result<RecordBatch, Error> {
    let path = snapshot.disk.path(&snapshot.path(file));
    let unreadable = |why: &dyn std::fmt::Display| Error::unreadable(&path, why);
    let column = |name: &&str| snapshot.layout.columns.field(snapshot.layout.index(name)).clone();
    let wanted = Arc::new(Schema::new(columns.iter().map(column).collect::<Vec<_>>()));
    let projection = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    if let Some((column, keys)) = matching {
        let mask = ProjectionMask::columns(builder.parquet_schema(), [column]);
        let matches = ArrowPredicateFn::new(mask, move |batch| {
            let names = batch.column(0).as_string::<i32>();
            Ok(names.iter().map(|name| Some(keys.contains(&key(name?)))).collect::<BooleanArray>())
        });
        builder = builder.with_row_filter(RowFilter::new(vec![Box::new(matches)]));
    }
    let batches = builder.with_row_groups(groups).with_projection(projection).build();
    let batches = batches.map_err(|why| unreadable(&why))?;
    let batches: Vec<RecordBatch> = batches.try_collect().await.map_err(|why| unreadable(&why))?;
    let batches: Result<Vec<RecordBatch>, String> =
        batches.iter().map(|batch| fitted(&wanted, batch)).collect();
    concat_batches(&wanted, &batches.map_err(|why| unreadable(&why))?)
        .map_err(|why| unreadable(&why))
}

/// The earliest and the latest target time of a file's rows, if the log says it.
pub fn time_bounds(table: Table, file: &DataFile) -> Option<(i64, i64)> {
    let stats: serde_json::Value = serde_json::from_str(&file.stats).ok()?;
    let time = |bound: &str| {
        let text = stats.get(bound)?.get(table.target_time())?.as_str()?;
        Some(text.parse::<Timestamp>().ok()?.as_microsecond())
    };
    Some((time("minValues")?, time("maxValues")?))
}
