//! The pages over HTTP: routes, forms, people, what each may do, and the JSON API.
//!
//! It decides who may see and change what. What is shown is decided by `trueup-pages`, what a change does by the roadmap
//! language; files, git and the store are behind a [`Workspace`] that the binary gives.
//!
//! Reading order: [`workspace`] (what it works on), [`site`] (all it holds), `paths` (every route, and its description),
//! `openapi` (all of them in one document), `changes` (open pages learn that there is a newer snapshot),
//! [`people`] (who may come in, and what each may do), `visit` (who asks), `form` (what is sent), `editing` (who may
//! change the roadmap), `answer` (HTML or JSON, headers, errors), `kept` (pages that were made already), then `page`
//! (reading) and `change` (writing).

#![allow(
    clippy::result_large_err,
    reason = "what is refused is the whole answer, made where it is refused"
)]

pub mod people;
pub mod site;
pub mod workspace;

mod answer;
mod change;
mod changes;
mod editing;
mod form;
mod kept;
mod openapi;
mod page;
mod paths;
mod visit;

pub use people::People;
pub use site::{Site, beside, router};
pub use workspace::{Author, Change, NotSaved, NotShown, Saved, Workspace};
