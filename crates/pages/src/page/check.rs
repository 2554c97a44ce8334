//! What a change would do, as a part that a script puts below its form.

use std::collections::BTreeMap;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use super::Page;
use crate::consequence::{self, Consequences};
use crate::filters;

/// What a change would do, or why it cannot be made.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "check.html")]
pub struct CheckPage {
    pub consequences: Option<Consequences>,
    /// By path: what is wrong with what was typed.
    pub wrong: BTreeMap<String, String>,
}

impl CheckPage {
    #[must_use]
    pub fn of(consequences: Consequences) -> CheckPage {
        CheckPage { consequences: Some(consequences), wrong: BTreeMap::new() }
    }

    #[must_use]
    pub fn wrong(wrong: BTreeMap<String, String>) -> CheckPage {
        CheckPage { consequences: None, wrong }
    }
}

impl Page for CheckPage {}
