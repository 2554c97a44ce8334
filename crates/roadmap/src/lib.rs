//! The roadmap language: text in, a [`Roadmap`] and [`Diagnostic`]s out.
//!
//! This crate does no input or output and never asks what time it is.
//!
//! Reading order: [`source`] (files and places in them), [`diagnostic`], [`roadmap`] (the whole),
//! then one file for each noun: [`outcome`], [`metric`], [`bet`], [`gate`], [`capability`],
//! [`workflow`], [`note`] ... Then [`parse()`], which reads each file (`decode`) and follows names;
//! [`history`], which reads every version there was, and [`change`], what moved between them;
//! [`effect`], what a change to the text brings; [`sign`], [`stage`] and [`decide`], by which people
//! agree; [`check()`], which says what is wrong with what
//! the text says; [`render()`] and [`explain()`] speak to people, [`render_as()`] to
//! their tools too, [`schema()`] to editors. [`edit()`], [`format()`] and [`fix()`] change the text and
//! nothing else.

pub mod bet;
pub mod capability;
pub mod change;
pub mod decide;
pub mod diagnostic;
pub mod edit;
pub mod effect;
pub mod gate;
pub mod history;
pub mod horizon;
pub mod length;
pub mod metric;
pub mod model;
pub mod note;
pub mod outcome;
pub mod policy;
pub mod roadmap;
pub mod sign;
pub mod source;
pub mod stage;
pub mod suppression;
pub mod word;
pub mod workflow;

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
mod schema;
mod standard;
mod syntax;

pub use bet::Bet;
pub use canonical::digest;
pub use capability::Capability;
pub use change::{Change, Log, changes, log_schema};
pub use check::{Circumstances, check};
pub use decide::decide;
pub use diagnostic::{Diagnostic, Severity, blocks_verdict, summary_line};
pub use edit::{Edit, EditError, edit, fields};
pub use effect::{Effect, effect, effect_schema};
pub use explain::{code_name, codes, explain, severity};
pub use fix::{Fixed, fix};
pub use format::format;
pub use gate::{Criterion, Gate, Measured, Role, differences};
pub use history::History;
pub use horizon::Horizon;
pub use init::init_files;
pub use length::Length;
pub use metric::Metric;
pub use model::Model;
pub use name::nearest;
pub use note::Note;
pub use outcome::{KeyResult, Outcome};
pub use parse::{Parsed, parse};
pub use policy::Policy;
pub use render::{Checked, Format, check_schema, render, render_as};
pub use roadmap::{Person, Roadmap, Side};
pub use schema::{FileKind, schema, schema_files, schema_line};
pub use sign::sign;
pub use source::{Place, Source, Spanned};
pub use standard::{standard_metrics, standard_text};
pub use suppression::Suppression;
pub use workflow::Workflow;
