//! What outlasts a power cut, a full disk and an object store that fails.

mod bucket;
mod faults;
mod forgetful;
mod full;
mod power;
