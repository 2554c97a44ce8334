//! What people do on the pages, at the real router over a roadmap in memory.

mod adding;
mod client;
mod deciding;
mod editing;
mod hostile;
mod keeping;
mod memory;
mod ordering;
mod reading;
