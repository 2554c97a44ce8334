//! What templates do to a text.

use askama::filters::Safe;
use askama::{Result, Values};

/// Sets what stands in backticks as code; all else is escaped.
#[askama::filter_fn]
pub fn code(text: impl std::fmt::Display, _: &dyn Values) -> Result<Safe<String>> {
    let escaped = escaped(&text.to_string());
    let mut html = String::new();
    let mut rest = escaped.as_str();
    while let Some((before, (inside, after))) =
        rest.split_once('`').and_then(|(before, rest)| Some((before, rest.split_once('`')?)))
    {
        html += before;
        html += "<code>";
        html += inside;
        html += "</code>";
        rest = after;
    }
    Ok(Safe(html + rest))
}

/// A text that cannot be taken for markup, in content and in quoted attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(letter),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}
