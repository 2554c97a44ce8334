//! The pages: what a browser shows of the roadmap and its evidence.
//!
//! A page is a struct of what it says, serialised as the JSON of the same URL, and a template of the same stem. Nothing
//! here does input or output, or knows who is allowed what: it is given a [`Snapshot`] and a [`Frame`].
//!
//! Reading order: [`snapshot`] (what pages look at), [`frame`] (what stands around each of them), [`link`] (where they
//! lie, on a server and in a folder), [`evidence`] (what is read from the store for one page), [`asset`] (style and script), `chart` (pictures with their numbers), then one file
//! for each page in [`page`], all of them as a folder in [`folder`]; [`form`] makes a form of any file, and changes of what was typed.

#![allow(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    clippy::ref_option,
    reason = "templates call what they need as methods and pass everything by reference"
)]
#![allow(
    clippy::inline_always,
    clippy::unnecessary_wraps,
    reason = "askama asks for it of filters"
)]

pub mod asset;
pub mod consequence;
pub mod evidence;
pub mod folder;
pub mod form;
pub mod frame;
pub mod link;
pub mod page;
pub mod search;
pub mod snapshot;

pub mod chart;
mod deed;
mod filters;
mod line;
mod markdown;
mod said;
mod text;

pub use frame::{Frame, Section, Viewer};
pub use page::Page;
pub use snapshot::Snapshot;
