//! A body, read within the limits: its size, its time, and what all bodies in flight may hold together.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use futures::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::limits::Limits;
use crate::refusal::Refusal;

/// What all bodies in flight may hold together.
#[derive(Debug, Clone)]
pub struct Budget {
    left: Arc<Semaphore>,
    whole: usize,
    retry_after: Duration,
}

/// A part of the budget, given back when it is dropped.
#[derive(Debug)]
pub struct Held {
    budget: Budget,
    permit: Option<OwnedSemaphorePermit>,
}

impl Budget {
    pub fn new(bytes: usize, retry_after: Duration) -> Budget {
        Budget { left: Arc::new(Semaphore::new(bytes)), whole: bytes, retry_after }
    }

    /// Nothing of it yet.
    pub fn nothing(&self) -> Held {
        Held { budget: self.clone(), permit: None }
    }

    /// The bytes that are held now.
    pub fn held(&self) -> usize {
        self.whole - self.left.available_permits()
    }
}

impl Held {
    /// Takes more; fails at once where none is left, for waiting with a half-read body in hand is how a
    /// server stands still.
    pub fn grow(&mut self, bytes: usize) -> Result<(), Refusal> {
        let count = u32::try_from(bytes).expect("bodies are taken in small parts");
        let Ok(more) = Arc::clone(&self.budget.left).try_acquire_many_owned(count) else {
            let message = "too many bytes are in flight; send it again later";
            return Err(Refusal::busy(message, self.budget.retry_after));
        };
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            None => self.permit = Some(more),
        }
        Ok(())
    }
}

/// A request whose body is here.
#[derive(Debug)]
pub struct Arrived<T> {
    /// What was made out from the head.
    pub terms: T,
    /// As it was sent.
    pub body: Bytes,
    /// What the body takes of the budget.
    pub held: Held,
}

/// Reads a request whose head is accepted; `limit` is for its body as sent.
pub async fn receive<T>(
    request: Request,
    accept: impl FnOnce(&HeaderMap) -> Result<T, Refusal>,
    limit: usize,
    limits: &Limits,
    budget: &Budget,
) -> Result<Arrived<T>, Refusal> {
    let (parts, body) = request.into_parts();
    let mut pieces = Pieces::new(body, limits);
    let mut held = budget.nothing();
    let read = match accept(&parts.headers) {
        Ok(terms) => {
            let body = gather(&parts.headers, &mut pieces, limit, &mut held).await;
            body.map(|body| (terms, body))
        }
        Err(refusal) => Err(refusal),
    };
    match read {
        Ok((terms, body)) => Ok(Arrived { terms, body, held }),
        Err(refusal) => {
            // Who asks first whether to send has not begun to.
            if !parts.headers.contains_key(EXPECT) {
                pieces.discard(limits.body_bytes).await;
            }
            Err(refusal)
        }
    }
}

async fn gather(
    headers: &HeaderMap,
    body: &mut Pieces,
    limit: usize,
    held: &mut Held,
) -> Result<Bytes, Refusal> {
    if announced(headers).is_some_and(|length| length > limit as u64) {
        return Err(Refusal::too_large(limit));
    }
    let mut whole = Vec::new();
    while let Some(bytes) = body.next().await? {
        if whole.len() + bytes.len() > limit {
            return Err(Refusal::too_large(limit));
        }
        held.grow(bytes.len())?;
        whole.extend_from_slice(&bytes);
    }
    Ok(whole.into())
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A body as it comes, each piece in time.
struct Pieces {
    body: axum::body::BodyDataStream,
    pause: Duration,
    end: Instant,
    /// A piece did not come in time: nothing more is waited for.
    late: bool,
}

impl Pieces {
    fn new(body: Body, limits: &Limits) -> Pieces {
        let end = Instant::now() + limits.body_whole;
        Pieces { body: body.into_data_stream(), pause: limits.body_pause, end, late: false }
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        let latest = self.end.min(Instant::now() + self.pause);
        match timeout_at(latest, self.body.next()).await {
            Ok(None) => Ok(None),
            Ok(Some(Ok(bytes))) => Ok(Some(bytes)),
            Ok(Some(Err(error))) => Err(Refusal::malformed(format!("the body broke off: {error}"))),
            // A slow network is no reason to lose what it carries.
            Err(_) => {
                self.late = true;
                let message = "the body did not arrive in time; send it again, or less at a time";
                Err(Refusal::busy(message, self.pause))
            }
        }
    }

    /// Reads on for a while: a client that is still writing would not see the answer, but a connection
    /// that was reset, and send the same again.
    async fn discard(&mut self, most: usize) {
        let mut read = 0;
        while !self.late && read <= most {
            match self.next().await {
                Ok(Some(bytes)) => read += bytes.len(),
                _ => return,
            }
        }
    }
}
