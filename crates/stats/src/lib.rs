//! Numbers in, numbers out: estimates with intervals that hold under daily looking, with the
//! person as unit of inference.
//!
//! This crate knows nothing of bets, metrics or stores.
//!
//! Reading order: [`estimate`] (what every method returns), [`looks`] (what looking often costs),
//! `interval` (what the methods share), then one file for each method: [`mean`], [`ratio`],
//! [`quantile`], [`calibration`], [`concentration`]; [`difference`] compares two variants,
//! [`cuped`] makes that narrower and [`experiment`] says whether it may be read; [`predict`] looks
//! ahead from any of them. Models: [`auc`], [`drift`]. Judges: [`agreement`], [`correlation`],
//! [`ppi`]. Time: [`survival`], [`novelty`]. One report after a fixed number: [`proportion`], [`nps`].
//! Forecasts: [`posterior`], [`delivery`], [`arrival`], and how good they were: [`scoring`]; [`needed`] says
//! before there is data how many units it takes.
//!
//! Every function is pure: the same numbers give the same answer, the resampling ones too, because
//! their randomness has a fixed seed. None panics on empty or degenerate input and none returns
//! NaN: what cannot be said is `None`, an infinite end or the end of the range.

pub mod agreement;
pub mod arrival;
pub mod auc;
mod bootstrap;
pub mod calibration;
pub mod concentration;
pub mod correlation;
pub mod cuped;
pub mod delivery;
pub mod difference;
pub mod drift;
pub mod estimate;
pub mod experiment;
mod influence;
mod interval;
pub mod looks;
pub mod mean;
pub mod needed;
pub mod novelty;
pub mod nps;
pub mod posterior;
pub mod ppi;
pub mod predict;
pub mod proportion;
pub mod quantile;
pub mod ratio;
pub mod scoring;
pub mod survival;

pub use estimate::{Estimate, Method};
pub use looks::Looks;
