//! What templates do to a text.

use askama::filters::Safe;
use askama::{Result, Values};
use trueup_verdict::render::markup;

/// Sets what stands in backticks as code; all else is escaped.
#[askama::filter_fn]
pub fn code(text: impl std::fmt::Display, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(markup::code(&text.to_string())))
}
