//! Who may come in and what they may, at the real router over TCP, with an identity provider beside it.

mod browser;
mod keys;
mod local;
mod login;
mod provider;
mod rights;

#[path = "../change/memory.rs"]
#[allow(dead_code, reason = "the tests of changes use more of it")]
mod memory;
