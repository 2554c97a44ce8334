//! The way in: rows become write-ahead objects, durable before their caller is answered.
//!
//! Reading order: `writer` (callers share a write), `columns` (events become columns), `object` (what
//! an object holds), `objects` (which there are).

mod columns;
pub mod object;
pub mod objects;
mod writer;

pub use objects::Backlog;
pub use writer::{AppendError, Writer, WriterOptions};

/// The folder of all objects.
pub const WAL: &str = "wal";

/// Where an object of a writer lies.
fn object_path(writer: &str, number: u64) -> String {
    format!("{WAL}/{writer}/{number:020}.arrow")
}
