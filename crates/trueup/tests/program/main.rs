//! The program as a user meets it: arguments in, text and exit code out.
//!
//! One binary for all program tests, so that they link once.

mod agreement;
mod formats;
mod history;
mod language;
mod meetings;
mod newcomer;
mod recruiting;
mod run;
mod story;
mod trace;

#[cfg(feature = "evidence")]
mod demo;
#[cfg(feature = "evidence")]
mod documents;
#[cfg(feature = "evidence")]
mod evidence;
#[cfg(feature = "evidence")]
mod pages;
#[cfg(feature = "evidence")]
mod profile;
#[cfg(feature = "evidence")]
mod reality;
#[cfg(feature = "evidence")]
mod serve;
#[cfg(feature = "evidence")]
mod telling;
#[cfg(feature = "evidence")]
mod working;
