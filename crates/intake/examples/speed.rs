//! How many spans a second one core decodes and maps:
//!
//! ```console
//! cargo run --release -p trueup-intake --example speed
//! ```
//!
//! Reads the captured requests of real clients from `../shared` or `TRUEUP_SHARED`, puts 500 spans into each
//! request, and prints the median of seven rounds for each dialect, without and with decoding.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use trueup_intake::otlp::{self, Encoding};
use trueup_intake::{Rules, Secret, Settings};

const SPANS: usize = 500;
const ROUNDS: usize = 7;
const LEAST: Duration = Duration::from_millis(300);
const SCENARIOS: [&str; 4] =
    ["genai-nocontent", "otel-legacy", "openinference-hidden-gzip", "openllmetry-nocontent"];

fn main() {
    let shared = std::env::var("TRUEUP_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let rules = Rules::new(Settings::new(Secret::new(&[7; 32]).expect("long enough")));
    println!(
        "{:28} {:>10} {:>12} {:>12} {:>12}",
        "scenario", "bytes/span", "map", "protobuf", "JSON"
    );
    for scenario in SCENARIOS {
        let Some(request) =
            request(&Path::new(&shared).join("fixtures/otlp/captured").join(scenario))
        else {
            eprintln!("skipped: there is no `{scenario}` in `{shared}`");
            continue;
        };
        let protobuf = request.encode_to_vec();
        let json = serde_json::to_vec(&request).expect("a request is JSON");
        let received = Timestamp::constant(1_796_000_000, 0);
        let map = speed(|| otlp::traces(&rules, &request, received).events.len());
        let read = |encoding, body: &[u8]| {
            otlp::traces_in(&rules, encoding, body, received).expect("it is decoded").events.len()
        };
        let (from_protobuf, from_json) =
            (speed(|| read(Encoding::Protobuf, &protobuf)), speed(|| read(Encoding::Json, &json)));
        println!(
            "{scenario:28} {:>10} {map:>12.0} {from_protobuf:>12.0} {from_json:>12.0}",
            protobuf.len() / SPANS
        );
    }
}

/// The spans of a scenario, again and again, until there are enough.
fn request(scenario: &Path) -> Option<ExportTraceServiceRequest> {
    let mut files = std::fs::read_dir(scenario).ok()?.filter_map(Result::ok);
    let file = files.find(|file| file.path().to_string_lossy().ends_with("traces.pb"))?;
    let bytes = std::fs::read(file.path()).ok()?;
    let mut request = ExportTraceServiceRequest::decode(&bytes[..]).ok()?;
    let scopes = &mut request.resource_spans.first_mut()?.scope_spans;
    let known: Vec<_> = scopes.iter().flat_map(|scope| scope.spans.clone()).collect();
    scopes.truncate(1);
    scopes.first_mut()?.spans = known.into_iter().cycle().take(SPANS).collect();
    request.resource_spans.truncate(1);
    Some(request)
}

/// Spans a second, the median of some rounds.
fn speed(mut take: impl FnMut() -> usize) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let (start, mut spans) = (Instant::now(), 0);
            while start.elapsed() < LEAST {
                spans += std::hint::black_box(take());
            }
            spans as f64 / start.elapsed().as_secs_f64()
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}
