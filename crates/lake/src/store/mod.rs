//! The tables on disk: Delta tables of Parquet files, one folder for each day.
//!
//! Reading order: `log` (what a table's log says), `snapshot` (which files make up a table), `scan`
//! (how the engine reads them), `read` (how we read single files, over `parquet`), `file` (how rows become a file), `writing` (the same for a file that is
//! too large for memory),
//! `append` (rows of many days), `commit` (how files become part of the table, and stop to be),
//! `rewrite` (files with some of their rows changed).

pub mod action;
pub mod append;
pub mod checkpoint;
pub mod commit;
pub mod file;
pub mod in_order;
pub mod log;
pub mod parquet;
pub mod read;
pub mod rewrite;
pub mod scan;
pub mod snapshot;
pub mod writing;

pub use append::Appender;
pub use commit::Commit;
pub use snapshot::{DataFile, Snapshot};
pub use writing::Writing;
