//! The counts of any table before a bet is framed: what is missing, repeated, rare, old, or tells too
//! much.
//!
//! Reading order: `source` (what is read), `pass` (one pass over all rows), with `cells` (what a value
//! is), `code` (its hash), `column`, `distinct`, `sentinel`, `times` and `sample` (what is counted);
//! then `repeats` (groups by hash, in SQL, with the `functions` for it).
//!
//! Memory: the pass holds a batch for each core and, for each column and core, at most 32,768 hashes,
//! 1,000 values and 100,000 numbers (fewer where there are more than 100 columns); the groups hold what they are allowed and go on in temporary files.

mod cells;
mod code;
mod column;
mod distinct;
mod functions;
mod pass;
mod repeats;
mod sample;
mod sentinel;
mod source;
mod times;

use std::path::PathBuf;

use trueup_evidence::profile::{Column, Counts, Distinct, Features, Holds, Roles};

use crate::Lake;
use crate::error::Error;
use pass::Passed;
use source::Source;

/// Where the rows are.
#[derive(Debug, Clone)]
pub enum Profiled {
    /// Files and folders that together are one table.
    Files(Vec<PathBuf>),
    /// A table of the store.
    Table(Lake, String),
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What is being done.
    pub what: &'static str,
    /// Rows read so far in it.
    pub rows: u64,
    /// About how many there are.
    pub of: Option<u64>,
}

/// Counts a table. Beyond `most_memory` bytes for groups the engine writes to temporary files.
pub async fn profile(
    of: &Profiled,
    roles: &Roles,
    most_memory: usize,
    progress: &mut dyn FnMut(Step),
) -> Result<Counts, Error> {
    let source = match of {
        Profiled::Files(files) => Source::of_files(files, most_memory).await?,
        Profiled::Table(lake, table) => Source::of_store(lake, table, most_memory).await?,
    };
    let named = [&roles.label, &roles.time, &roles.id];
    for name in named.into_iter().flatten().chain(&roles.groups) {
        source.has(name)?;
    }
    let (what, of) = ("reading:", source.rows);
    let passed = pass::pass(&source, roles, &mut |rows| progress(Step { what, rows, of })).await?;
    compare(&source, roles, passed, progress).await
}

/// What takes groups of rows, in further passes.
async fn compare(
    source: &Source,
    roles: &Roles,
    passed: Passed,
    progress: &mut dyn FnMut(Step),
) -> Result<Counts, Error> {
    let Passed { rows, mut columns, classes, times, sample } = passed;
    let label = roles.label.as_deref().filter(|_| classes.is_some());
    let mut tell = |what, read| progress(Step { what, rows: read, of: Some(rows) });
    let told = &mut |read| tell("comparing rows:", read);
    let whole_rows = repeats::of_columns(source, &source.columns, None, told).await?;
    let told = &mut |read| tell("comparing ids:", read);
    let ids = match &roles.id {
        Some(id) => Some(repeats::of_id(source, id, label, told).await?),
        None => None,
    };
    let id = columns.iter_mut().find(|column| Some(&column.name) == roles.id.as_ref());
    if let Some((column, ids)) = id.zip(ids) {
        column.distinct = Distinct { values: ids.keys, is_exact: true };
    }
    let seen = features(&columns, roles, rows);
    let features = match label.filter(|_| !seen.is_empty()) {
        Some(label) => {
            let told = &mut |read| tell("comparing features:", read);
            let repeats = repeats::of_columns(source, &seen, Some(label), told).await?;
            Some(Features { columns: seen, repeats })
        }
        None => None,
    };
    Ok(Counts { rows, columns, classes, whole_rows, ids, features, times, sample })
}

/// What a model may see: not the label, the id and the time, nor what is told apart in nearly every row,
/// as other ids are; numbers with a fraction, times and prose may be.
fn features(columns: &[Column], roles: &Roles, rows: u64) -> Vec<String> {
    let named = |name: &String| {
        [&roles.label, &roles.id, &roles.time].into_iter().flatten().any(|role| role == name)
    };
    let tells_apart = |column: &Column| {
        let all = column.distinct.values as f64 >= 0.9 * rows as f64;
        let may_name = matches!(column.holds, Holds::Text | Holds::Whole | Holds::Nested);
        rows > 1 && all && may_name && !column.is_prose
    };
    let columns = columns.iter().filter(|column| !named(&column.name) && !tells_apart(column));
    columns.map(|column| column.name.clone()).collect()
}
