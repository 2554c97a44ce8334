//! What arrives, and the events that come of it: captured from real clients, made by hand for the corner
//! cases, and recorded by the makers of instrumentation.

mod captured;
mod dialects;
mod edge;
mod frameworks;
mod judgements;
mod lines;
mod pages;
mod prices;
mod privacy;
mod properties;
mod recorded;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::date;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use trueup_evidence::event::{Event, Value};
use trueup_evidence::schema::Table;
use trueup_intake::otlp::{self, DecodeError, Encoding, Taken};
use trueup_intake::prices::{Pattern, Price, PriceTable};
use trueup_intake::{Bet, Capture, Rules, Secret, Settings};

/// Later than everything that was captured.
const RECEIVED: Timestamp = Timestamp::constant(1_796_000_000, 0);

/// A file or folder of real data, or none with a message.
fn shared(path: &str) -> Option<PathBuf> {
    let beside = "../../../shared";
    let shared = std::env::var("TRUEUP_SHARED").unwrap_or_else(|_| beside.to_owned());
    let path = Path::new(&shared).join(path);
    if !path.exists() {
        eprintln!("skipped: there is no `{}`", path.display());
        return None;
    }
    Some(path)
}

/// A roadmap with one bet, one flag, and prices for the models of the mock.
fn settings() -> Settings {
    let mut settings = Settings::new(Secret::new(&[7; 32]).expect("long enough"));
    settings.flags.insert("skill-match-llm".to_owned(), "BET-7".to_owned());
    let bet = Bet { criteria_digest: Some("blake3:c0ffee".to_owned()) };
    settings.bets.insert("BET-7".to_owned(), bet);
    settings.tiers.insert("mock-small".to_owned(), "small".to_owned());
    let price = |model: &str, input, output| Price {
        model: Pattern::Matching(format!("^{model}(-2026-06-01)?$")),
        since: date(2026, 1, 1),
        tiers: Vec::new(),
        over: None,
        input,
        cached: Some(input / 10.0),
        cache_write: None,
        output,
        reasoning: None,
    };
    let prices = vec![price("mock-small", 1.0, 4.0), price("mock-large", 10.0, 40.0)];
    let table = PriceTable::new("roadmap@2026-01-01", "EUR", prices).expect("plain names");
    settings.prices.insert(0, table);
    settings
}

fn rules(capture: Capture) -> Rules {
    Rules::new(Settings { capture, ..settings() })
}

/// A request of any signal, mapped.
fn take(
    rules: &Rules,
    signal: &str,
    encoding: Encoding,
    body: &[u8],
) -> Result<Taken, DecodeError> {
    Ok(match signal {
        "traces" => otlp::traces_in(rules, encoding, body, RECEIVED)?,
        "logs" => {
            let request: ExportLogsServiceRequest = otlp::decode(encoding, body)?;
            otlp::logs(rules, &request, RECEIVED)
        }
        _ => {
            let request: ExportMetricsServiceRequest = otlp::decode(encoding, body)?;
            otlp::metrics(rules, &request, RECEIVED)
        }
    })
}

/// The signal that a captured file's name ends with.
fn signal(path: &Path) -> &'static str {
    let name = path.file_name().and_then(|name| name.to_str()).expect("a file with a name");
    let known = ["traces", "logs", "metrics"];
    known.into_iter().find(|signal| name.contains(signal)).expect("a file of one signal")
}

/// The rows of one table.
fn of(events: &[Event], table: Table) -> Vec<&Event> {
    events.iter().filter(|event| event.table == table).collect()
}

fn number(event: &Event, field: &str) -> Option<f64> {
    match event.get(field) {
        Some(Value::Number(number)) => Some(*number),
        Some(Value::Integer(number)) => Some(*number as f64),
        _ => None,
    }
}

/// The files of a folder with an ending, in order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder that can be read");
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry that can be read").path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(ending));
    files.sort();
    files
}

fn body(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("a file that can be read")
}
