//! The vocabulary between the halves of Trueup: what an event is, what may be asked of the store,
//! and what comes back.
//!
//! This crate does no input or output and knows neither roadmaps nor verdicts nor an engine.
//!
//! Reading order: [`schema`] (the tables and their fields), [`event`] (one row on its way in),
//! [`window`] (a span of time), [`plan`] (what is asked), [`summary`] (what comes back), [`profile`] (the
//! counts of a table before a bet is framed), [`browse`] (single interactions).

pub mod browse;
pub mod event;
pub mod plan;
pub mod profile;
pub mod schema;
pub mod summary;
pub mod window;

pub use event::{Event, Value};
pub use plan::{Condition, Measure, Plan, Request, Tally, Test};
pub use schema::{Field, Kind, Table};
pub use summary::{
    Answer, Bin, Classes, DaySums, Days, Histogram, Moments, Pair, Pairs, Summary, UnitBins,
    UnitClasses, UnitDays, UnitPairs, UnitSums,
};
pub use window::Window;
