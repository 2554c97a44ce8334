//! Cells: what was counted before, so that an answer costs the same whether the store holds a week or
//! a year.
//!
//! A block holds, for one bet in one table and one span of days, what each measure comes to for each
//! unit. Blocks add up, as the rows of disjoint files do. The manifest says which files the blocks of a
//! day have counted; files that came later are read as rows and added, and blocks over files that are
//! gone are not used. So cells need no queue of what is to be counted again: it is what the manifest
//! and the tables do not agree on. `docs/decisions/0009-cells.md` says more.
//!
//! Reading order: `answered` (a plan's answer from blocks and rows), `known` (which blocks are true),
//! `cover` (which of them make up a window), `rolled` and `edges` (what is counted anew), `work` (how), `carried`, `manifest`,
//! `place`, `column`, `span` and `bytes` (how it lies on disk).

mod answered;
mod bytes;
mod carried;
mod column;
mod cover;
mod edges;
mod known;
mod manifest;
mod place;
mod rolled;
mod span;
mod work;

pub use answered::answer;
pub use carried::carry;
pub use rolled::{RolledUp, roll_up};
