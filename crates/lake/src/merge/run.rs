//! Merging in the background, when it is due: enough has arrived, or something has waited long.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::{MergeOptions, Merged, merge};
use crate::Lake;
use crate::error::Error;
use crate::wal::Backlog;

/// When what is due.
#[derive(Debug, Clone)]
pub struct RunOptions {
    pub merge: MergeOptions,
    /// So many bytes that are not merged are merged at once.
    pub merge_bytes: u64,
    /// Nothing waits longer to be merged.
    pub merge_age: Duration,
    /// How often it is looked.
    pub every: Duration,
    /// After an error the next try waits, longer each time, up to this.
    pub longest_wait: Duration,
    /// What time it is.
    pub now: fn() -> Timestamp,
}

impl Default for RunOptions {
    fn default() -> RunOptions {
        RunOptions {
            merge: MergeOptions::default(),
            merge_bytes: 4 << 20,
            merge_age: Duration::from_secs(10),
            every: Duration::from_millis(250),
            longest_wait: Duration::from_mins(1),
            now: Timestamp::now,
        }
    }
}

/// What the runner has done so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunState {
    /// What waits to be merged, as of the last look.
    pub backlog: Backlog,
    pub merges: u64,
    pub failures: u64,
    /// Rows added, dropped as duplicates, and repaired, over all tables.
    pub added: u64,
    pub duplicates: u64,
    pub repaired: u64,
    pub last: Option<LastMerge>,
}

/// How the last merge went.
#[derive(Debug, Clone, PartialEq)]
pub struct LastMerge {
    pub ended: Timestamp,
    pub took: Duration,
    /// What went wrong, in words.
    pub error: Option<String>,
}

/// Merges when it is due. Clones share one state.
#[derive(Debug, Clone)]
pub struct Runner {
    lake: Lake,
    options: RunOptions,
    state: Arc<Mutex<RunState>>,
}

impl Runner {
    pub(crate) fn new(lake: Lake, options: RunOptions) -> Runner {
        Runner { lake, options, state: Arc::default() }
    }

    /// What it has done so far.
    #[must_use]
    pub fn state(&self) -> RunState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs until `shutdown` is done. A merge that is under way then is finished; what is left stays
    /// durable where it is.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        tokio::pin!(shutdown);
        let mut wait = self.options.every;
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = tokio::time::sleep(wait) => {}
            }
            wait = match self.once().await {
                Ok(true) => Duration::ZERO,
                Ok(false) => self.options.every,
                Err(_) => (wait * 2).max(self.options.every).min(self.options.longest_wait),
            };
        }
    }

    /// Merges if it is due. True if there is more to do at once.
    async fn once(&self) -> Result<bool, Error> {
        let backlog = self.lake.backlog().await?;
        self.change(|state| state.backlog = backlog);
        if !self.is_due(&backlog) {
            return Ok(false);
        }
        let begun = Instant::now();
        let merged =
            on_a_thread_of_its_own(&self.lake, self.options.merge, (self.options.now)()).await;
        if matches!(merged, Err(Error::Busy { .. } | Error::Overtaken { .. })) {
            // Somebody else is at it.
            return Ok(false);
        }
        self.tell(&merged, begun.elapsed());
        merged.map(|merged| merged.left > 0)
    }

    fn is_due(&self, backlog: &Backlog) -> bool {
        let Some(oldest) = backlog.oldest else { return false };
        let waited = (self.options.now)().as_millisecond().saturating_sub(oldest);
        let most = i64::try_from(self.options.merge_age.as_millis()).unwrap_or(i64::MAX);
        // A clock that was set back must not keep things waiting.
        backlog.bytes >= self.options.merge_bytes || waited >= most || waited < 0
    }

    fn tell(&self, merged: &Result<Merged, Error>, took: Duration) {
        let error = merged.as_ref().err().map(ToString::to_string);
        let ended = (self.options.now)();
        self.change(|state| {
            match merged {
                Ok(merged) => {
                    state.merges += 1;
                    state.added += merged.added.values().sum::<u64>();
                    state.duplicates += merged.duplicates.values().sum::<u64>();
                    state.repaired += merged.repaired.values().sum::<u64>();
                }
                Err(_) => state.failures += 1,
            }
            state.last = Some(LastMerge { ended, took, error });
        });
    }

    fn change(&self, change: impl FnOnce(&mut RunState)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Merging computes for long stretches, during which others must go on.
async fn on_a_thread_of_its_own(
    lake: &Lake,
    options: MergeOptions,
    now: Timestamp,
) -> Result<Merged, Error> {
    let (lake, runtime) = (lake.clone(), tokio::runtime::Handle::current());
    let merged = tokio::task::spawn_blocking(move || runtime.block_on(merge(&lake, options, now)));
    merged.await.expect("merging does not panic")
}
