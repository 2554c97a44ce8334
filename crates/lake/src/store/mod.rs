//! The tables on disk: Delta tables of Parquet files, one folder for each day.
//!
//! Reading order: `snapshot` (which files make up a table), `scan` (how the engine reads them),
//! `append` (how rows become files), `commit` (how files become part of the table).

pub mod append;
pub mod commit;
pub mod scan;
pub mod snapshot;

pub use append::Appender;
pub use snapshot::{DataFile, Snapshot};
