//! What the server writes to: the binary gives it the evidence store, tests give it memory.

use std::time::Duration;

use jiff::Timestamp;
use trueup_evidence::Event;

/// Takes events durably, and says how it is.
pub trait Store: Send + Sync + 'static {
    /// Returns once the events would outlast the loss of power; then they are acknowledged.
    fn append(&self, events: Vec<Event>) -> impl Future<Output = Result<(), Refused>> + Send;

    /// How full and how late it is.
    fn state(&self) -> State;
}

/// Why events were not taken. The client keeps them and sends them again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the store has no room left")]
    NoRoom,
    #[error("more arrives than the store can take")]
    Overloaded,
    #[error("the store is closing")]
    Closed,
    #[error("the store failed: {0}")]
    Failed(String),
}

/// How full and how late a store is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// Why nothing can be taken at the moment.
    pub blocked: Option<String>,
    /// Accepted, not durable yet.
    pub queued_bytes: u64,
    /// Durable, not merged into the tables yet.
    pub unmerged_objects: u64,
    pub unmerged_bytes: u64,
    /// When the oldest object that is not merged was written.
    pub oldest_unmerged: Option<Timestamp>,
    pub last_merge: Option<Merge>,
    /// Rows that were there already, since the start.
    pub duplicates: u64,
}

/// One run of the merger.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    pub ended: Timestamp,
    pub took: Duration,
    /// What went wrong, in words.
    pub error: Option<String>,
}
