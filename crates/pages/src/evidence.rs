//! What is read from the store for one page, and is in no report: whoever serves the pages asks for it.

pub mod asked;
mod sample;
mod spending;

pub use asked::{Asked, Problem};
pub use sample::Sample;

pub use spending::{SPAN, SPANS, Spending, Spent, span};
