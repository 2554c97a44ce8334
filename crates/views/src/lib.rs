//! One document from many sides: each view is a struct of what it says, made by a pure function from
//! what is [`Seen`], and a [`Page`] of how it is said. Nothing here is stored, and nothing does input
//! or output.
//!
//! Reading order: [`seen`] (what a view may look at), [`page`] (text and Markdown of any view), then
//! one file for each view: [`board`], [`trace`], [`order`], [`sourcing`], [`capabilities`] with its
//! [`harness`], [`professions`], [`review`] with its [`because`], and [`customers`]. Told by other crates
//! and laid out here: `explanation` (a verdict to three readers), `outlook` (forecasts), `oversight` (who
//! decides, and how they look). [`profile`] is a view of counts instead: of a table before a bet is framed.

pub mod because;
pub mod board;
pub mod capabilities;
pub mod customers;
mod explanation;
pub mod harness;
pub mod order;
mod outlook;
mod oversight;
pub mod page;
pub mod professions;
pub mod profile;
pub mod review;
pub mod seen;
pub mod sourcing;
pub mod trace;

pub use page::{Block, Branch, Page, Table, View};
pub use seen::{Seen, Unknown};
