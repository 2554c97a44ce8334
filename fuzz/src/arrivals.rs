//! What holds of everything that arrives, whoever sent it.

use std::sync::LazyLock;

use jiff::Timestamp;
use trueup_evidence::event::{Event, Value};
use trueup_intake::otlp::{self, DecodeError, Encoding, Taken};
use trueup_intake::{Capture, Rules, Secret, Settings};

/// Later than the corpus.
pub const RECEIVED: Timestamp = Timestamp::constant(1_796_000_000, 0);

/// Rules without and with capture.
pub static RULES: LazyLock<[Rules; 2]> =
    LazyLock::new(|| [rules(Capture::Off), rules(Capture::Redacted)]);

fn rules(capture: Capture) -> Rules {
    let mut settings = Settings::new(Secret::new(&[7; 32]).expect("long enough"));
    settings.flags.insert("skill-match-llm".to_owned(), "BET-7".to_owned());
    Rules::new(Settings { capture, ..settings })
}

/// A body as each of the three signals gives rows that can be stored, and again the same.
pub fn check_body(encoding: Encoding, body: &[u8]) {
    for rules in RULES.iter() {
        let traces = otlp::traces_in(rules, encoding, body, RECEIVED);
        check_taken(traces, || otlp::traces_in(rules, encoding, body, RECEIVED));
        let logs = || Ok(otlp::logs(rules, &otlp::decode(encoding, body)?, RECEIVED));
        check_taken(logs(), logs);
        let metrics = || Ok(otlp::metrics(rules, &otlp::decode(encoding, body)?, RECEIVED));
        check_taken(metrics(), metrics);
    }
}

fn check_taken(taken: Result<Taken, DecodeError>, again: impl Fn() -> Result<Taken, DecodeError>) {
    let Ok(taken) = taken else { return };
    assert!(taken.rejected == 0 || taken.message.is_some(), "refused without a reason");
    taken.events.iter().for_each(check_event);
    assert_eq!(again().ok(), Some(taken), "the same body gives other rows");
}

/// A row has what is required, and no number that cannot be added.
pub fn check_event(event: &Event) {
    for field in event.table.fields().iter().filter(|field| field.required) {
        assert!(event.get(field.name).is_some(), "`{}` is missing: {event:?}", field.name);
    }
    for (field, value) in event.values() {
        match value {
            Value::Number(number) => assert!(number.is_finite(), "`{}` is {number}", field.name),
            Value::Integer(integer) => assert!(*integer >= 0, "`{}` is {integer}", field.name),
            Value::Text(_) | Value::Texts(_) | Value::Time(_) => {}
        }
    }
}
