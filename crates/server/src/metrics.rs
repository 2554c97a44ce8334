//! What `/metrics` says. Labels are paths, statuses and tables of ours: never what a client made up,
//! and never people.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use trueup_evidence::{Event, Table};

use crate::store::State;

type Labels<const N: usize> = [(&'static str, String); N];

/// Counts since the start.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels<2>, Counter>,
    received_bytes: Family<Labels<1>, Counter>,
    events: Family<Labels<2>, Counter>,
    rejected: Family<Labels<1>, Counter>,
    append_seconds: Histogram,
}

/// What is read when it is asked for.
pub struct Gauges {
    pub state: State,
    pub in_flight_bytes: usize,
    pub connections: usize,
    pub now: Timestamp,
}

/// How many events of each table.
pub type Counts = [u64; Table::STORED.len()];

impl Default for Metrics {
    fn default() -> Metrics {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("trueup"),
            requests: Family::default(),
            received_bytes: Family::default(),
            events: Family::default(),
            rejected: Family::default(),
            append_seconds: Histogram::new([
                0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
            ]),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let Metrics { registry, requests, received_bytes, events, rejected, append_seconds } = self;
        registry.register("requests", "Requests answered, by path and status", requests.clone());
        let help = "Bytes of bodies as they were sent, before decompression";
        registry.register("received_bytes", help, received_bytes.clone());
        let help = "Events by table: accepted are durable, refused the client keeps";
        registry.register("events", help, events.clone());
        let help = "Spans, records, points and lines that were not understood";
        registry.register("rejected", help, rejected.clone());
        let help = "Time until events were durable";
        registry.register("append_seconds", help, append_seconds.clone());
    }

    pub fn answered(&self, path: &str, status: &str) {
        let labels = [("path", path.to_owned()), ("status", status.to_owned())];
        self.requests.get_or_create(&labels).inc();
    }

    /// `what` is a signal, `events` or `feedback`.
    pub fn received(&self, what: &str, bytes: usize) {
        self.received_bytes.get_or_create(&[("what", what.to_owned())]).inc_by(bytes as u64);
    }

    pub fn rejected(&self, what: &str, count: u64) {
        if count > 0 {
            self.rejected.get_or_create(&[("what", what.to_owned())]).inc_by(count);
        }
    }

    pub fn count(events: &[Event]) -> Counts {
        Table::STORED.map(|table| events.iter().filter(|event| event.table == table).count() as u64)
    }

    pub fn appended(&self, counts: &Counts, took: Duration, taken: bool) {
        let outcome = if taken { "accepted" } else { "refused" };
        for (table, count) in Table::STORED.into_iter().zip(counts) {
            if *count > 0 {
                let labels = [("table", table.name().to_owned()), ("outcome", outcome.to_owned())];
                self.events.get_or_create(&labels).inc_by(*count);
            }
        }
        if taken {
            self.append_seconds.observe(took.as_secs_f64());
        }
    }

    /// Everything, in the text form of `OpenMetrics`.
    pub fn text(&self, gauges: &Gauges) -> String {
        let mut text = String::new();
        let encoded = prometheus_client::encoding::text::encode_registry(&mut text, &self.registry);
        encoded.expect("a text takes any number of characters");
        encode(&mut text, &gauges.registry()).expect("a text takes any number of characters");
        text
    }
}

impl Gauges {
    fn registry(&self) -> Registry {
        let mut registry = Registry::with_prefix("trueup");
        let mut gauge = |name: &str, help: &str, value: f64| {
            let gauge = Gauge::<f64, AtomicU64>::default();
            gauge.set(value);
            registry.register(name, help, gauge);
        };
        let State { queued_bytes, unmerged_objects, unmerged_bytes, duplicates, .. } = self.state;
        gauge("in_flight_bytes", "Bodies being worked on", self.in_flight_bytes as f64);
        gauge("connections", "Open connections", self.connections as f64);
        let blocked = f64::from(u8::from(self.state.blocked.is_some()));
        gauge("store_blocked", "1 while the store can take nothing", blocked);
        gauge("store_queued_bytes", "Accepted, not durable yet", queued_bytes as f64);
        gauge("store_unmerged_objects", "Durable, not in the tables", unmerged_objects as f64);
        gauge("store_unmerged_bytes", "Durable, not in the tables", unmerged_bytes as f64);
        gauge("store_lag_seconds", "Age of the oldest object not merged", self.lag());
        gauge("store_duplicates", "Rows that were there already", duplicates as f64);
        if let Some(merge) = &self.state.last_merge {
            let ended = merge.ended.as_millisecond() as f64 / 1000.0;
            gauge("store_merge_ended_seconds", "When the last merge ended, Unix time", ended);
            gauge("store_merge_seconds", "How long it took", merge.took.as_secs_f64());
            let failed = f64::from(u8::from(merge.error.is_some()));
            gauge("store_merge_failed", "1 if it failed", failed);
        }
        registry
    }

    fn lag(&self) -> f64 {
        let oldest = self.state.oldest_unmerged;
        oldest.map_or(0.0, |oldest| (self.now.duration_since(oldest)).as_secs_f64().max(0.0))
    }
}
