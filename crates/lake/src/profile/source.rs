//! What is profiled: files that together are one table, or a table of the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::common::TableReference;
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::ScalarUDF;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};

use super::functions::Code;
use super::pass::said;
use crate::Lake;
use crate::columns::{COPIED, DAY, ORPHAN};
use crate::error::{Error, short};
use crate::import::sources::{self, Types};
use crate::query::explained::nearest;
use crate::store::scan::Scan;

/// What the engine calls it.
pub const TABLE: &str = "profiled";
/// Temporary files of one profile.
const MOST_SPILLED_BYTES: u64 = 64 << 30;
/// More files are not read as one table.
const MOST_FILES: usize = 10_000;

/// A table that can be read more than once.
pub struct Source {
    pub context: SessionContext,
    pub columns: Vec<String>,
    /// The source names the types of its columns.
    pub is_typed: bool,
    /// About how many rows it has.
    pub rows: Option<u64>,
    /// How it is called in messages.
    pub name: String,
    most_memory: usize,
}

impl Source {
    /// Files and folders of files; all of them must have columns of the same names.
    pub async fn of_files(named: &[PathBuf], most_memory: usize) -> Result<Source, Error> {
        let files = files(named)?;
        let context = session(most_memory)?;
        let mut whole: Option<DataFrame> = None;
        let mut rows = Some(0);
        for (at, file) in files.iter().enumerate() {
            let name = format!("file_{at}");
            let read = sources::register_file(&context, &name, file, Types::OfText).await?;
            rows = rows.zip(read).map(|(rows, more)| rows + more);
            let failed = |why: DataFusionError| Error::source(file, short(&why));
            let frame = context.table(TableReference::bare(name)).await.map_err(failed)?;
            whole = Some(match whole {
                None => frame,
                Some(whole) => {
                    let same = alike(&whole, &frame);
                    same.map_err(|why| Error::source(file, why))?;
                    whole.union_by_name(frame).map_err(failed)?
                }
            });
        }
        let whole = whole.expect("there is a file");
        let is_typed = !files.iter().all(|file| sources::is_csv(file));
        let name =
            named.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        Source::new(context, whole, name, is_typed, rows, most_memory)
    }

    /// A table of the store as it is now, with what is not merged yet.
    pub async fn of_store(lake: &Lake, table: &str, most_memory: usize) -> Result<Source, Error> {
        let whole = crate::tail::read(lake).await?;
        let snapshot = whole.tables.into_iter().find(|snapshot| snapshot.layout.name == table);
        let snapshot =
            snapshot.ok_or_else(|| Error::Query(format!("there is no table `{table}`")))?;
        let context = session(most_memory)?;
        let failed = |why: DataFusionError| Error::Query(short(&why));
        let frame = context.read_table(Arc::new(Scan::new(&snapshot)?)).map_err(failed)?;
        // How the store keeps its rows says nothing of them.
        let frame = frame.drop_columns(&[DAY, ORPHAN, COPIED]).map_err(failed)?;
        Source::new(context, frame, table.to_owned(), true, None, most_memory)
    }

    fn new(
        context: SessionContext,
        frame: DataFrame,
        name: String,
        is_typed: bool,
        rows: Option<u64>,
        most_memory: usize,
    ) -> Result<Source, Error> {
        let columns = frame.schema().fields().iter().map(|field| field.name().clone()).collect();
        let failed = |why: DataFusionError| Error::Query(short(&why));
        context.register_table(TABLE, frame.into_view()).map_err(failed)?;
        context.register_udf(ScalarUDF::from(Code::of_row()));
        context.register_udf(ScalarUDF::from(Code::of_value()));
        Ok(Source { context, columns, is_typed, rows, name, most_memory })
    }

    /// All of it.
    pub async fn frame(&self) -> Result<DataFrame, Error> {
        self.context.table(TABLE).await.map_err(|why| self.failed(&why))
    }

    pub fn workers(&self) -> usize {
        self.context.state().config().target_partitions()
    }

    pub fn failed(&self, why: &DataFusionError) -> Error {
        match why.find_root() {
            DataFusionError::ResourcesExhausted(_) => Error::TooLarge { most: self.most_memory },
            _ => Error::source(Path::new(&self.name), said(why)),
        }
    }

    /// Refuses a name that no column has.
    pub fn has(&self, name: &str) -> Result<(), Error> {
        if self.columns.iter().any(|column| column == name) {
            return Ok(());
        }
        let hint = match nearest(name, self.columns.iter().map(String::as_str)) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("there are: `{}`", self.columns.join("`, `")),
        };
        Err(Error::source(Path::new(&self.name), format!("there is no column `{name}`; {hint}")))
    }
}

fn session(most_memory: usize) -> Result<SessionContext, Error> {
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(most_memory)))
        .with_max_temp_directory_size(MOST_SPILLED_BYTES)
        .build_arc()
        .map_err(|why| Error::Query(short(&why)))?;
    let config = SessionConfig::new()
        .set_bool("datafusion.sql_parser.enable_ident_normalization", false)
        .with_information_schema(false);
    Ok(SessionContext::new_with_config_rt(config, runtime))
}

/// The files that are named, and those in folders that are named, whose endings can be read.
fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        within(path, &mut files)?;
        if files.len() == before {
            return Err(Error::source(path, "it is a folder without a file that can be read"));
        }
    }
    if files.len() > MOST_FILES {
        let why = format!("these are {} files; more than {MOST_FILES} are not read", files.len());
        return Err(Error::source(&named[0], why));
    }
    Ok(files)
}

/// Adds the files in a folder and below it, in the order of their names; not what begins with a dot or
/// an underscore, which writers of data leave beside it.
fn within(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |why: std::io::Error| Error::source(folder, why);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(['.', '_']) {
            continue;
        }
        if path.is_dir() {
            within(&path, files)?;
        } else if sources::can_be_read(&path) {
            files.push(path);
        }
    }
    Ok(())
}

/// Says why two files are no one table.
fn alike(whole: &DataFrame, more: &DataFrame) -> Result<(), String> {
    let names = |frame: &DataFrame| {
        let fields = frame.schema().fields().iter();
        fields.map(|field| field.name().clone()).collect::<std::collections::BTreeSet<_>>()
    };
    let (whole, more) = (names(whole), names(more));
    match whole.symmetric_difference(&more).next() {
        None => Ok(()),
        Some(name) if whole.contains(name) => {
            Err(format!("it has no column `{name}`, as the files before it have; profile it alone"))
        }
        Some(name) => Err(format!(
            "it has a column `{name}`, which the files before have not; profile it alone"
        )),
    }
}
