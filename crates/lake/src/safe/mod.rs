//! Whether a store is whole, and copies of it for the day on which it is not.

mod backup;
mod check;

pub use backup::Copied;
pub use check::{Checked, Fault};
