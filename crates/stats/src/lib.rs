//! Numbers in, numbers out: estimates with intervals that hold under daily looking, with the
//! person as unit of inference.
//!
//! This crate knows nothing of bets, metrics or stores.
//!
//! Reading order: [`estimate`] (what every method returns), [`looks`] (what looking often costs),
//! `interval` (what the methods share), then one file for each method: [`mean`], [`ratio`],
//! [`quantile`], [`calibration`], [`concentration`]; [`difference`] compares two variants,
//! [`cuped`] makes that narrower and [`experiment`] says whether it may be read; [`predict`] looks
//! ahead from any of them.
//!
//! Every function is pure: the same numbers give the same answer, the resampling ones too, because
//! their randomness has a fixed seed. None panics on empty or degenerate input and none returns
//! NaN: what cannot be said is `None`, an infinite end or the end of the range.

mod bootstrap;
pub mod calibration;
pub mod concentration;
pub mod cuped;
pub mod difference;
pub mod estimate;
pub mod experiment;
mod interval;
pub mod looks;
pub mod mean;
pub mod predict;
pub mod quantile;
pub mod ratio;

pub use estimate::{Estimate, Method};
pub use looks::Looks;
