//! How much may be asked of the server at once, so that no client can take it down.

use std::time::Duration;

/// Everything that is bounded.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// A body, as sent and after decompression; OTLP recommends 64 MiB.
    pub body_bytes: usize,
    /// A body of `/v1/feedback`, which needs no key.
    pub feedback_bytes: usize,
    /// All bodies that are being worked on, after decompression. More is answered 503.
    pub in_flight_bytes: usize,
    /// Connections at once; others wait to be accepted.
    pub connections: usize,
    /// Bodies that are decoded at the same time.
    pub decoders: usize,
    /// How long a connection may stay without a request, and a request's head may take.
    pub idle: Duration,
    /// How long a part of a body may keep the server waiting.
    pub body_pause: Duration,
    /// How long a whole body may take.
    pub body_whole: Duration,
    /// How long requests in flight may take once the server is told to stop.
    pub drain: Duration,
    /// When a client that was told 503 should come back.
    pub retry_after: Duration,
}

const MIB: usize = 1 << 20;

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            body_bytes: 64 * MIB,
            feedback_bytes: MIB / 16,
            in_flight_bytes: 192 * MIB,
            connections: 1_024,
            decoders: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            idle: Duration::from_secs(75),
            body_pause: Duration::from_secs(15),
            body_whole: Duration::from_mins(2),
            drain: Duration::from_secs(20),
            retry_after: Duration::from_secs(2),
        }
    }
}
