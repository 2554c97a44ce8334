//! Who understands what arrives: the binary gives the intake with the roadmap's rules in force.

use jiff::Timestamp;
use trueup_evidence::Event;

use crate::encoding::{Encoding, Signal};

/// Makes events of bodies. Pure and quick to answer, but not instant: it is called off the threads that
/// serve connections.
pub trait Intake: Send + Sync + 'static {
    /// The events of an OTLP export.
    fn export(
        &self,
        signal: Signal,
        encoding: Encoding,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Export, Malformed>;

    /// The events of a JSON array or of JSON lines; with a feedback token for each interaction, if asked.
    fn events(&self, body: &[u8], tokens: bool, now: Timestamp) -> Lines;

    /// The event of a feedback that carries a token.
    fn feedback(&self, body: &[u8], now: Timestamp) -> Result<Event, NoFeedback>;
}

/// What an export holds.
#[derive(Debug, Default)]
pub struct Export {
    pub events: Vec<Event>,
    /// Spans, log records or points that are not kept, and must not be sent again.
    pub rejected: u64,
    /// Why, or what the client should know though nothing was rejected.
    pub message: String,
}

/// The body is not what its type says; sending it again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

/// What a list of events holds.
#[derive(Debug, Default)]
pub struct Lines {
    pub events: Vec<Event>,
    pub rejected: Vec<BadLine>,
    /// The interaction's id and its token.
    pub tokens: Vec<(String, String)>,
}

/// A line, or an element of an array, that is no event.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BadLine {
    /// Counted from 1.
    pub line: usize,
    pub error: String,
}

/// Why a feedback is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoFeedback {
    /// The token is missing, forged or too old.
    #[error("{0}")]
    Token(String),
    #[error("{0}")]
    Malformed(String),
}
