//! Pages for readers, over a story with its history and made-up evidence: what they say, and that they keep the rules
//! of every page.

mod capabilities;
mod definitions;
mod diagnostics;
mod economics;
mod oversight;
mod review;
mod rules;
mod search;
mod story;
mod workflows;
