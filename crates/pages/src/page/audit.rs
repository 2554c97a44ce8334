//! The audit log, newest first.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use super::Page;
use crate::filters;
use crate::frame::{Frame, Section};

/// A part of the audit log.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "audit.html")]
pub struct AuditPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub deeds: Vec<DeedRow>,
    /// The path of the part before this one.
    pub earlier: Option<String>,
    /// What following the chain of hashes found, if it was asked for.
    pub chain: Option<Chain>,
}

/// Whether nobody changed the log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Chain {
    pub holds: bool,
    pub said: String,
}

/// One thing that somebody did.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DeedRow {
    pub at: String,
    pub event: String,
    pub who: String,
    /// The address of their machine.
    pub from: Option<String>,
    pub what: String,
    pub commit: Option<String>,
}

impl DeedRow {
    /// As much of the commit as tells it from others.
    fn short(&self) -> Option<&str> {
        self.commit.as_deref().map(|commit| commit.get(..7).unwrap_or(commit))
    }
}

impl AuditPage {
    fn section(&self) -> Section {
        Section::Access
    }
}

impl Page for AuditPage {}
