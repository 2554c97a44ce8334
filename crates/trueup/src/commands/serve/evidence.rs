//! The evidence store as the server writes to it, and how it is seen to be.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use trueup_evidence::Event;
use trueup_lake::{AppendError, Runner, Writer};
use trueup_server::{Merge, Refused, State, Store};

/// A store that took nothing is said to be blocked for so long. Then it is the next client that tries:
/// who is told for ever that it is blocked never sends what would show that it is not.
const BLOCKED: Duration = Duration::from_secs(10);

/// The store behind the server.
#[derive(Clone)]
pub struct Evidence {
    writer: Writer,
    runner: Runner,
    /// When it last took nothing, and why.
    refused: Arc<Mutex<Option<(Instant, String)>>>,
}

impl Evidence {
    pub fn new(writer: Writer, runner: Runner) -> Evidence {
        Evidence { writer, runner, refused: Arc::default() }
    }

    /// Remembers how the last append went; says when that changes.
    fn notice(&self, refused: Option<String>) {
        let mut before = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*before, &refused) {
            (None, Some(why)) => {
                tracing::error!(%why, "nothing is taken; clients are told to wait");
            }
            (Some(_), None) => tracing::info!("events are taken again"),
            _ => {}
        }
        *before = refused.map(|why| (Instant::now(), why));
    }

    fn blocked(&self) -> Option<String> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = refused.as_ref().filter(|(since, _)| since.elapsed() < BLOCKED);
        lately.map(|(_, why)| why.clone())
    }
}

impl Store for Evidence {
    async fn append(&self, events: Vec<Event>) -> Result<(), Refused> {
        let appended = self.writer.append(events).await.map_err(|error| match error {
            AppendError::NoRoom => Refused::NoRoom,
            AppendError::Overloaded => Refused::Overloaded,
            AppendError::Closed => Refused::Closed,
            AppendError::Failed(why) => Refused::Failed(why),
        });
        match &appended {
            // The store is well; it is only asked too much, or told to close.
            Err(Refused::Overloaded | Refused::Closed) => {}
            Err(why) => self.notice(Some(why.to_string())),
            Ok(()) => self.notice(None),
        }
        appended
    }

    fn state(&self) -> State {
        let seen = self.runner.state();
        let oldest = seen.backlog.oldest;
        State {
            blocked: self.blocked(),
            queued_bytes: self.writer.queued_bytes() as u64,
            unmerged_objects: seen.backlog.objects,
            unmerged_bytes: seen.backlog.bytes,
            oldest_unmerged: oldest.and_then(|millis| Timestamp::from_millisecond(millis).ok()),
            last_merge: seen.last.map(|last| Merge {
                ended: last.ended,
                took: last.took,
                error: last.error,
            }),
            duplicates: seen.duplicates,
        }
    }
}
