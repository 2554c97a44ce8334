//! What is wrong with the user's text: where, why, and the way out.

use schemars::JsonSchema;
use serde::Serialize;

use crate::source::Place;

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Note,
    Warn,
    Deny,
}

impl Severity {
    /// What the text calls it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Severity::Deny => "error",
            Severity::Warn => "warning",
            Severity::Note => "note",
        }
    }
}

/// One thing to say about one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A code that `trueup explain` knows, for example `F02`.
    pub code: &'static str,
    pub severity: Severity,
    /// Lower case, the thing in backticks.
    pub message: String,
    pub place: Place,
    /// What to read beside the place itself.
    pub label: Option<String>,
    /// What to do next.
    pub help: Option<String>,
    /// A replacement for the text at the place, when the mending is mechanical.
    pub patch: Option<String>,
}

impl Diagnostic {
    /// Makes a diagnostic of the severity that stops `check`, without label, help or patch.
    pub(crate) fn deny(code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Deny,
            message: message.into(),
            place,
            label: None,
            help: None,
            patch: None,
        }
    }

    /// Says one more thing to do.
    pub(crate) fn add_help(&mut self, more: &str) {
        match &mut self.help {
            Some(help) => {
                help.push_str("; ");
                help.push_str(more);
            }
            None => self.help = Some(more.to_owned()),
        }
    }

    /// Adds the nearest known name and how to write it in TOML, or else the help.
    pub(crate) fn meant(
        mut self,
        nearest: Option<&str>,
        write: impl FnOnce(&str) -> String,
        otherwise: impl FnOnce() -> String,
    ) -> Diagnostic {
        match nearest {
            Some(name) => {
                self.message = format!("{}; did you mean `{name}`?", self.message);
                self.patch = Some(write(name));
            }
            None => self.help = Some(otherwise()),
        }
        self
    }
}

/// A name as a key.
pub(crate) fn as_key(name: &str) -> String {
    name.to_owned()
}

/// A name as a text.
pub(crate) fn as_text(name: &str) -> String {
    format!("\"{name}\"")
}

/// Counts what was found: "2 errors, 1 warning". Empty text for nothing.
#[must_use]
pub fn summary_line(diagnostics: &[Diagnostic]) -> String {
    let severities = [Severity::Deny, Severity::Warn, Severity::Note];
    let counted = severities.into_iter().filter_map(|severity| {
        let count = diagnostics.iter().filter(|found| found.severity == severity).count();
        (count > 0).then(|| counted(count, severity.word()))
    });
    counted.collect::<Vec<_>>().join(", ")
}

/// "1 error", "2 errors".
pub(crate) fn counted(count: usize, name: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {name}{plural}")
}

/// True for the codes that leave nothing to judge: the text itself could not be read.
#[must_use]
pub fn blocks_verdict(code: &str) -> bool {
    code.starts_with('F')
}
