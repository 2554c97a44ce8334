//! The judgement: a roadmap becomes a plan, the answers to it become estimates, and these become
//! verdicts and a report. No input or output: the same document, evidence and time give the same
//! bytes.
//!
//! Reading order: [`report`] (what is said in the end), [`question`] (what it is said about),
//! [`plan`] with `needs` (what must be asked for that), `estimate` (what an answer is worth),
//! `comparison` and `experiment` (with what it is compared), `criterion` (met, refuted, undecided),
//! `dashboard` (all there is to see), `signals` and `reason` (what goes wrong on the way, one file each),
//! [`judge()`] with `judge/rules` (the first rule that holds), `change` (what would change it),
//! [`render`] (text, Markdown, HTML), [`explain`] (the same in the words of three readers); [`oversight`] and
//! [`outlook`] are reports of their own. Others write numbers and money as it does, with [`number`] and
//! [`currency`].

pub mod currency;
pub mod explain;
pub mod number;
pub mod outlook;
pub mod oversight;
pub mod plan;
pub mod question;
pub mod render;
pub mod report;

mod change;
mod comparison;
mod control;
mod criterion;
mod dashboard;
mod estimate;
mod experiment;
mod facts;
mod forecast;
mod judge;
mod needs;
mod premium;
mod reason;
mod signals;
mod span;
mod watch;

pub use judge::judge;
pub use plan::{Asked, ask};
pub use question::Question;
pub use report::{Report, schema};
pub use span::today;
pub use trueup_roadmap::history::Move;
