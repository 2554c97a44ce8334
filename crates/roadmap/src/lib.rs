//! The roadmap language: text in, a [`Roadmap`] and [`Diagnostic`]s out.
//!
//! This crate does no input or output and never asks what time it is.
//!
//! Reading order: [`source`] (files and places in them), [`diagnostic`], [`roadmap`] (the whole),
//! then one file for each noun: [`outcome`], [`metric`], [`bet`], [`gate`]. Then [`parse()`], which
//! reads each file (`decode`), follows names and judges criteria (`check`); [`render()`] and
//! [`explain()`] speak to people, [`render_as()`] to their tools too. [`edit()`], [`format()`] and
//! [`fix()`] change the text and nothing else.

pub mod bet;
pub mod diagnostic;
pub mod edit;
pub mod gate;
pub mod metric;
pub mod outcome;
pub mod roadmap;
pub mod source;

mod canonical;
mod check;
mod decode;
mod duration;
mod explain;
mod fix;
mod format;
mod init;
mod name;
mod parse;
mod render;
mod standard;
mod syntax;

pub use bet::Bet;
pub use canonical::digest;
pub use diagnostic::{Diagnostic, Severity, blocks_verdict, summary_line};
pub use edit::{Edit, EditError, edit, fields};
pub use explain::{codes, explain};
pub use fix::{Fixed, fix};
pub use format::format;
pub use gate::{Criterion, Gate, Role, differences};
pub use init::init_files;
pub use metric::Metric;
pub use name::nearest;
pub use outcome::{KeyResult, Outcome};
pub use parse::{Parsed, parse};
pub use render::{Checked, Format, check_schema, render, render_as};
pub use roadmap::{Person, Policy, Roadmap, Side};
pub use source::{Place, Source, Spanned};
pub use standard::standard_metrics;
