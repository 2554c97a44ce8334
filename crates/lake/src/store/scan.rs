//! How the engine reads a table: the snapshot's files, pruned by day and by bet.
//!
//! Not the Delta library's own table provider: `docs/decisions/0002-store.md` says why.

use std::sync::Arc;

use super::Snapshot;
use super::file::LOOKED_UP;
use super::in_order::InOrder;
use crate::columns::{DAY, day_column};
use crate::disk::{Disk, location};
use crate::error::{Error, short};
use crate::tail;
use async_trait::async_trait;
use datafusion::arrow::array::{AsArray, Date32Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field as Column, Schema, SchemaRef};
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, Result, ScalarValue, project_schema};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;

/// Beyond this the engine writes to temporary files.
const MOST_MEMORY_BYTES: usize = 1500 << 20;

/// What a run of queries shares: its memory, its temporary files, the files' footers.
pub fn runtime() -> Result<Arc<RuntimeEnv>, Error> {
    RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(MOST_MEMORY_BYTES)))
        .build_arc()
        .map_err(|why| Error::Query(short(&why)))
}

/// A table of the store, to be registered with the engine.
#[derive(Debug)]
pub struct Scan {
    disk: Disk,
    columns: TableSchema,
    files: Vec<PartitionedFile>,
    /// Rows that are in no file yet.
    tail: Vec<RecordBatch>,
}

impl Scan {
    pub fn new(snapshot: &Snapshot) -> Result<Scan, Error> {
        let columns = TableSchema::builder(Arc::new(as_views(&snapshot.layout.columns)))
            .with_table_partition_cols(vec![Arc::new(day_column())])
            .build();
        let mut files = Vec::with_capacity(snapshot.files.len());
        for file in &snapshot.files {
            let mut read = PartitionedFile::new("", file.bytes);
            read.object_meta.location = location(&snapshot.path(file));
            files.push(read.with_partition_values(vec![ScalarValue::Date32(Some(file.day))]));
        }
        let schema = columns.table_schema();
        let with_day = |rows| tail::with_day(&snapshot.layout, rows, schema);
        let tail = snapshot.tail.iter().map(with_day).collect();
        Ok(Scan { disk: snapshot.disk.clone(), columns, files, tail })
    }

    /// The rows that are in no file yet.
    fn scan_tail(&self, projection: Option<&Vec<usize>>) -> Result<Arc<dyn ExecutionPlan>> {
        let tail = std::slice::from_ref(&self.tail);
        let scan = MemorySourceConfig::try_new_exec(tail, self.schema(), projection.cloned())?;
        Ok(scan)
    }

    /// The files of those days that the filters let through; the others are not even opened.
    fn files_of_days(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<PartitionedFile>> {
        let days = self.files.iter().map(|file| match file.partition_values[..] {
            [ScalarValue::Date32(day)] => day,
            _ => None,
        });
        let schema = Arc::new(Schema::new(vec![day_column()]));
        let days =
            RecordBatch::try_new(schema.clone(), vec![Arc::new(days.collect::<Date32Array>())])?;
        let schema = DFSchema::try_from(schema)?;
        let mut kept = vec![true; self.files.len()];
        for filter in filters.iter().filter(|filter| is_about_day(filter)) {
            let passes = state.create_physical_expr(filter.clone(), &schema)?.evaluate(&days)?;
            let passes = passes.into_array(kept.len())?;
            for (kept, passes) in kept.iter_mut().zip(passes.as_boolean()) {
                *kept &= passes == Some(true);
            }
        }
        let kept = self.files.iter().zip(kept).filter(|(_, kept)| *kept);
        Ok(kept.map(|(file, _)| file.clone()).collect())
    }
}

fn is_about_day(filter: &Expr) -> bool {
    let columns = filter.column_refs();
    !columns.is_empty() && columns.iter().all(|column| column.name == DAY)
}

/// Text is read as views into a file's pages instead of copies.
fn as_views(columns: &Schema) -> Schema {
    let view = |column: &Arc<Column>| match column.data_type() {
        DataType::Utf8 => Column::new(column.name(), DataType::Utf8View, true),
        _ => column.as_ref().clone(),
    };
    Schema::new(columns.fields().iter().map(view).collect::<Vec<_>>())
}

/// True when a filter names single rows, so that it is worth asking each row group whether it may
/// have them.
fn looks_up(filter: &Expr) -> bool {
    let columns = filter.column_refs();
    columns.len() == 1 && columns.iter().all(|column| LOOKED_UP.contains(&column.name.as_str()))
}

/// What the engine knows a disk by.
fn address(disk: &Disk) -> Result<ObjectStoreUrl> {
    let hash = xxhash_rust::xxh3::xxh3_64(disk.path("").as_os_str().as_encoded_bytes());
    ObjectStoreUrl::parse(format!("trueup://{hash:016x}"))
}

#[async_trait]
impl TableProvider for Scan {
    fn schema(&self) -> SchemaRef {
        self.columns.table_schema().clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// The reader skips days, row groups and rows by them.
    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.files_of_days(state, filters)?;
        if files.is_empty() && !self.tail.is_empty() {
            return self.scan_tail(projection);
        }
        if files.is_empty() {
            let schema = project_schema(&self.schema(), projection)?;
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let url = address(&self.disk)?;
        let runtime = state.runtime_env();
        runtime.register_object_store(url.as_ref(), self.disk.store());
        let footers = runtime.cache_manager.get_file_metadata_cache();
        let reader = CachedParquetFileReaderFactory::new(self.disk.store(), footers);
        let mut options = state.table_options().parquet.clone();
        options.global.bloom_filter_on_read = filters.iter().any(looks_up);
        let source = ParquetSource::new(self.columns.clone())
            .with_table_parquet_options(options)
            .with_parquet_file_reader_factory(Arc::new(reader));
        let groups = FileGroup::new(files).split_files(state.config().target_partitions());
        let scan = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(groups)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        let scan = DataSourceExec::from_data_source(scan);
        if self.tail.is_empty() {
            return Ok(scan);
        }
        Ok(InOrder::of(vec![scan, self.scan_tail(projection)?]))
    }
}
