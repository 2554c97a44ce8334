//! Who may come in: people and their roles, keys of programs, and browsers that are logged in.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use super::Page;
use crate::filters;
use crate::frame::{Frame, Section};

/// People, keys and sessions.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "access.html")]
pub struct AccessPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    /// The identity provider; none where whoever sits at this machine may come in.
    pub provider: Option<String>,
    /// Who is a viewer: everybody who can log in, or nobody.
    pub viewers: String,
    pub people: Vec<Row>,
    /// None where the server keeps no state.
    pub keys: Option<Vec<KeyRow>>,
    pub sessions: Vec<SessionRow>,
    /// The key that was just made. It is shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made: Option<Made>,
    /// Why no key was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What was filled in, where no key was made.
    #[serde(skip)]
    #[schemars(skip)]
    pub draft: Draft,
}

/// Somebody of the roadmap, or who has logged in.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Row {
    /// In the roadmap's `[people]`.
    pub id: Option<String>,
    pub name: String,
    pub email: Option<String>,
    pub role: String,
    /// When they last logged in.
    pub last: Option<String>,
    /// Why they cannot act, if so.
    pub remark: Option<String>,
}

/// What is known of a key.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KeyRow {
    pub id: String,
    pub name: String,
    pub scopes: Vec<String>,
    /// The person in whose name it writes.
    #[serde(rename = "as")]
    pub person: Option<String>,
    pub made: String,
    pub made_by: String,
    pub expires: Option<String>,
    /// The last day on which it was used.
    pub used: Option<String>,
    /// "open", "expired" or "revoked".
    pub state: String,
}

/// One browser of somebody.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SessionRow {
    pub id: String,
    pub email: String,
    pub since: String,
    pub seen: String,
    /// True for the browser that asks.
    pub own: bool,
}

/// A new key.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Made {
    pub id: String,
    pub name: String,
    pub key: String,
}

/// Fields of a key that was not made.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub name: String,
    pub scopes: Vec<String>,
    pub person: String,
    pub days: String,
}

impl KeyRow {
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }
}

impl AccessPage {
    /// Scopes, and what each is for.
    const SCOPES: [(&'static str, &'static str); 4] = [
        ("ingest", "send telemetry and feedback"),
        ("read", "look at everything, texts among it"),
        ("write", "look, and change the roadmap as a person"),
        ("admin", "make and revoke keys, read the audit log"),
    ];

    fn wants(&self, scope: &str) -> bool {
        self.draft.scopes.iter().any(|wanted| wanted == scope)
    }

    fn section(&self) -> Section {
        Section::Access
    }
}

impl Page for AccessPage {}
