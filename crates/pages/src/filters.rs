//! What templates do to a text.

use askama::filters::Safe;
use askama::{Result, Values};
use trueup_verdict::render::markup;

/// Sets what stands in backticks as code; all else is escaped.
#[askama::filter_fn]
pub fn code(text: impl std::fmt::Display, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(markup::code(&text.to_string())))
}

/// A text that may go on in a new line after each slash, as units and paths do.
#[askama::filter_fn]
pub fn breakable(text: impl std::fmt::Display, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(markup::escaped(&text.to_string()).replace('/', "/<wbr>")))
}

/// A clause as a sentence, with what stands in backticks as code.
#[askama::filter_fn]
pub fn sentence(text: impl std::fmt::Display, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(markup::code(&crate::text::sentence(&text.to_string()))))
}
