//! How fast rows are taken in and merged: `cargo run --release --workspace --example arrivals -- 4 2000000`
//! lets four callers append two million spans in requests of 500, while they are merged, and prints rows a
//! second, the processor time of the whole, and the most memory held.

use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan};
use trueup_evidence::{Event, Table};
use trueup_lake::{Lake, RunOptions, WriterOptions, block_on};

const REQUEST: u64 = 500;
const SPANS_A_TRACE: u64 = 5;

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|it| it.parse::<u64>().ok());
    let (callers, spans) = (arguments.next().unwrap_or(4), arguments.next().unwrap_or(1_000_000));
    let folder = std::env::temp_dir().join(format!("arrivals-{}", std::process::id()));
    let lake = Lake::open(&folder).expect("a folder");
    block_on(async {
        let writer = lake.writer(WriterOptions::default());
        let runner = lake.runner(RunOptions::default());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let background = runner.clone();
        let merging = tokio::spawn(async move {
            background.run(async { drop(stopped.await) }).await;
        });
        let begun = Instant::now();
        let each = spans / REQUEST / callers;
        let tasks = (0..callers).map(|caller| {
            let writer = writer.clone();
            tokio::spawn(async move {
                for number in 0..each {
                    let events = request(caller * each + number);
                    while writer.append(events.clone()).await.is_err() {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("a caller does not panic");
        }
        tell("durable", each * callers * REQUEST, begun);
        while lake.backlog().await.expect("a store").objects > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tell("merged", each * callers * REQUEST, begun);
        drop(stop);
        merging.await.expect("merging does not panic");
        println!("{:?}", runner.state());
        writer.close().await;
    });
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
}

/// The spans of some traces: an agent with its calls, as clients send them.
fn request(number: u64) -> Vec<Event> {
    let now = Timestamp::now();
    let span = |place: u64| {
        let (trace, of) =
            (number * REQUEST / SPANS_A_TRACE + place / SPANS_A_TRACE, place % SPANS_A_TRACE);
        let (trace, root) = (format!("{trace:032x}"), trace * 16 + 1);
        let span = root + of;
        let mut event = Event::new(Table::Interactions);
        event.set("id", format!("{trace}-{span:016x}"));
        event.set("at", now - i64::try_from(of).expect("small").milliseconds());
        event.set("trace", trace);
        event.set("span", format!("{span:016x}"));
        event.set("service", "assistant");
        event.set("dialect", "otel");
        event.set("provider", "openai");
        event.set("latency_ms", 840.25);
        if of == 0 {
            event.set("op", "invoke_agent");
            event.set("bet", format!("bet-{}", number % 12));
            event.set("unit", format!("u{:06}", (number * 7919 + place) % 50_000));
            return event;
        }
        event.set("parent", format!("{root:016x}"));
        event.set("op", "chat");
        event.set("model_requested", "a-model");
        event.set("model_answered", "a-model-2026-10-01");
        event.set("response_id", format!("r-{span:x}"));
        event.set("tokens_in", 912 + i64::try_from(place).expect("small"));
        event.set("tokens_out", 140_i64);
        event.set("cost", 0.0041);
        event
            .set("attributes", format!("{{\"gen_ai.request.temperature\":0.2,\"place\":{place}}}"));
        event
    };
    (0..REQUEST).map(span).collect()
}

fn tell(what: &str, rows: u64, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{what}: {rows} rows in {seconds:.1} s, {:.0} rows/s; processor {:.1} s; most memory {} kB",
        rows as f64 / seconds,
        processor_seconds(),
        most_memory(),
    );
}

/// As Linux tells it; elsewhere zero.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|it| it.parse().ok())
        .collect();
    fields.iter().skip(10).take(2).sum::<f64>() / 100.0
}

fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap_or("0").trim().trim_end_matches(" kB").to_owned()
}
