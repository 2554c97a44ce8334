//! Whatever arrives becomes events: OTLP in every dialect, and JSON lines. Pure: no input or output.

pub mod attributes;
pub mod attribution;
pub mod dialect;
pub mod lines;
mod normal;
pub mod otlp;
pub mod prices;
pub mod rules;
pub mod secret;
mod text;
pub mod token;
mod value;

pub use prices::{Price, PriceTable};
pub use rules::{Bet, Capture, NameRule, Named, Rules, Settings};
pub use secret::Secret;
