//! Rows are durable when their caller is answered, and many callers share one write.
//!
//! While one object is on its way to the disk, the callers that come meanwhile are collected for
//! the next. So few callers wait for little and many do not wait for one another.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use trueup_evidence::{Event, Value};
use uuid::Uuid;

use super::columns::rows_of;
use super::object::encode;
use super::object_path;
use crate::crash;
use crate::disk::Disk;
use crate::error::Error;

/// How rows are collected.
#[derive(Debug, Clone)]
pub struct WriterOptions {
    /// How long the first caller of a group waits for others.
    pub linger: Duration,
    /// A group of this many bytes waits no longer.
    pub group_bytes: usize,
    /// With this many bytes of rows that are not durable yet, callers are turned away.
    pub most_queued_bytes: usize,
    /// What time it is.
    pub now: fn() -> Timestamp,
}

impl Default for WriterOptions {
    fn default() -> WriterOptions {
        WriterOptions {
            linger: Duration::from_millis(3),
            group_bytes: 4 << 20,
            most_queued_bytes: 64 << 20,
            now: Timestamp::now,
        }
    }
}

/// Why rows were not taken.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum AppendError {
    #[error("there is no room left on the disk; make room, then send again")]
    NoRoom,
    #[error("more arrives than can be written; send again later")]
    Overloaded,
    #[error("the store is shutting down; send again later")]
    Closed,
    #[error("{0}; send again later")]
    Failed(String),
}

/// Takes in rows. Cheap to clone; all clones share one queue.
#[derive(Debug, Clone)]
pub struct Writer {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: WriterOptions,
    name: String,
    /// Gone once the writer is closed.
    calls: Mutex<Option<mpsc::UnboundedSender<Call>>>,
    task: Mutex<Option<JoinHandle<()>>>,
    queued: Arc<AtomicUsize>,
    no_room: Arc<AtomicBool>,
}

/// Rows of one caller, who waits.
struct Call {
    events: Vec<Event>,
    bytes: usize,
    answer: oneshot::Sender<Result<(), AppendError>>,
}

impl Writer {
    /// Begins a writer of its own name, so that any number of them share a store. Needs a runtime.
    pub(crate) fn start(disk: Disk, options: WriterOptions) -> Writer {
        let (sender, calls) = mpsc::unbounded_channel();
        let name = Uuid::now_v7().to_string();
        let (queued, no_room) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let loop_ = Loop {
            disk,
            options: options.clone(),
            name: name.clone(),
            calls,
            queued: Arc::clone(&queued),
            no_room: Arc::clone(&no_room),
        };
        let task = tokio::spawn(loop_.run());
        let shared = Shared {
            options,
            name,
            calls: Mutex::new(Some(sender)),
            task: Mutex::new(Some(task)),
            queued,
            no_room,
        };
        Writer { shared: Arc::new(shared) }
    }

    /// Takes in rows, all or none. They are durable when this returns; until then they may get lost,
    /// and after an error the caller should send them again: what is stored is not stored twice.
    pub async fn append(&self, events: Vec<Event>) -> Result<(), AppendError> {
        if events.is_empty() {
            return Ok(());
        }
        let bytes = events.iter().map(weight).sum();
        let before = self.shared.queued.fetch_add(bytes, Ordering::Relaxed);
        if before > 0 && before + bytes > self.shared.options.most_queued_bytes {
            self.shared.queued.fetch_sub(bytes, Ordering::Relaxed);
            return Err(AppendError::Overloaded);
        }
        let (answer, answered) = oneshot::channel();
        let call = Call { events, bytes, answer };
        let sent = match &*self.shared.calls.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(calls) => calls.send(call).is_ok(),
            None => false,
        };
        if !sent {
            self.shared.queued.fetch_sub(bytes, Ordering::Relaxed);
            return Err(AppendError::Closed);
        }
        answered.await.unwrap_or(Err(AppendError::Closed))
    }

    /// Turns new callers away and returns when those before are answered.
    pub async fn close(&self) {
        drop(self.shared.calls.lock().unwrap_or_else(PoisonError::into_inner).take());
        let task = self.shared.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            task.await.expect("the writer does not panic");
        }
    }

    /// The folder of its objects, below `wal/`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.shared.name
    }

    /// About how many bytes of rows are not durable yet.
    #[must_use]
    pub fn queued_bytes(&self) -> usize {
        self.shared.queued.load(Ordering::Relaxed)
    }

    /// True if the last write found no room on the disk.
    #[must_use]
    pub fn is_out_of_room(&self) -> bool {
        self.shared.no_room.load(Ordering::Relaxed)
    }
}

/// About how many bytes an event holds.
fn weight(event: &Event) -> usize {
    const FIELD: usize = 40;
    let values = event.values().map(|(_, value)| match value {
        Value::Text(text) => FIELD + text.len(),
        Value::Texts(texts) => FIELD + texts.iter().map(|text| FIELD + text.len()).sum::<usize>(),
        Value::Number(_) | Value::Integer(_) | Value::Time(_) => FIELD,
    });
    FIELD + values.sum::<usize>()
}

/// The task that writes.
struct Loop {
    disk: Disk,
    options: WriterOptions,
    name: String,
    calls: mpsc::UnboundedReceiver<Call>,
    queued: Arc<AtomicUsize>,
    no_room: Arc<AtomicBool>,
}

/// Callers whose rows go into one object.
#[derive(Default)]
struct Group {
    events: Vec<Event>,
    bytes: usize,
    waiting: Vec<oneshot::Sender<Result<(), AppendError>>>,
}

impl Loop {
    async fn run(mut self) {
        let mut number = 0;
        let mut before: Option<JoinHandle<u64>> = None;
        while let Some(group) = self.next_group(before.as_ref()).await {
            let now = (self.options.now)();
            let Group { events, bytes, waiting } = group;
            let encoded = tokio::task::spawn_blocking(move || {
                encode(&rows_of(&events, now)).expect("rows are written to memory")
            });
            let encoded = encoded.await.expect("encoding does not panic");
            if let Some(before) = before.take() {
                number = before.await.expect("writing does not panic");
            }
            before = Some(tokio::spawn(self.put(number, encoded, bytes, waiting)));
        }
        if let Some(before) = before {
            before.await.expect("writing does not panic");
        }
    }

    /// Waits for a caller, and then a little for others, but not while the disk waits for us.
    async fn next_group(&mut self, before: Option<&JoinHandle<u64>>) -> Option<Group> {
        let mut group = Group::default();
        group.add(self.calls.recv().await?);
        let linger = tokio::time::sleep(self.options.linger);
        tokio::pin!(linger);
        while group.bytes < self.options.group_bytes {
            tokio::select! {
                biased;
                call = self.calls.recv() => match call {
                    Some(call) => group.add(call),
                    None => break,
                },
                () = &mut linger => {
                    if before.is_none_or(JoinHandle::is_finished) {
                        break;
                    }
                    linger.as_mut().reset(tokio::time::Instant::now() + self.options.linger);
                }
            }
        }
        Some(group)
    }

    /// Puts one object and answers its callers. Gives the number of the next object.
    fn put(
        &self,
        number: u64,
        bytes: Vec<u8>,
        queued: usize,
        waiting: Vec<oneshot::Sender<Result<(), AppendError>>>,
    ) -> impl Future<Output = u64> + Send + use<> {
        let (disk, name) = (self.disk.clone(), self.name.clone());
        let (all_queued, no_room) = (Arc::clone(&self.queued), Arc::clone(&self.no_room));
        async move {
            let (next, outcome) = put_next(&disk, &name, number, bytes.into()).await;
            if outcome.is_ok() {
                crash::point("wal.synced");
            }
            no_room.store(outcome == Err(AppendError::NoRoom), Ordering::Relaxed);
            all_queued.fetch_sub(queued, Ordering::Relaxed);
            for answer in waiting {
                // A caller that went away does not matter.
                let _ = answer.send(outcome.clone());
            }
            next
        }
    }
}

impl Group {
    fn add(&mut self, call: Call) {
        self.bytes += call.bytes;
        self.events.extend(call.events);
        self.waiting.push(call.answer);
    }
}

/// Puts an object under the first number that is free. A number is taken when an earlier put was
/// reported as failed and yet arrived.
async fn put_next(
    disk: &Disk,
    name: &str,
    mut number: u64,
    bytes: bytes::Bytes,
) -> (u64, Result<(), AppendError>) {
    loop {
        match disk.create(&object_path(name, number), bytes.clone()).await {
            Ok(true) => return (number + 1, Ok(())),
            Ok(false) => number += 1,
            Err(Error::NoRoom { .. }) => return (number, Err(AppendError::NoRoom)),
            Err(error) => return (number, Err(AppendError::Failed(error.to_string()))),
        }
    }
}
