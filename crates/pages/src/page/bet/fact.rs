//! One line of what a bet's text says.

use schemars::JsonSchema;
use serde::Serialize;

/// A name and what is said under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fact {
    pub name: String,
    pub text: String,
    /// The path of the page about it.
    pub page: Option<String>,
    /// Where it can be seen elsewhere; only `http` and `https`.
    pub link: Option<String>,
}

impl Fact {
    pub(in crate::page) fn new(name: impl Into<String>, text: impl Into<String>) -> Fact {
        Fact { name: name.into(), text: text.into(), page: None, link: None }
    }

    /// With the page about it.
    pub(in crate::page) fn on(self, page: String) -> Fact {
        Fact { page: Some(page), ..self }
    }

    /// With a place elsewhere, if a browser may follow it.
    pub(super) fn at(self, link: Option<&String>) -> Fact {
        Fact { link: link.filter(|link| is_web(link)).cloned(), ..self }
    }
}

/// True for an address that a browser opens as a page and never runs.
pub(in crate::page) fn is_web(link: &str) -> bool {
    let lower = link.trim_start().to_ascii_lowercase();
    lower.starts_with("https://") || lower.starts_with("http://")
}
