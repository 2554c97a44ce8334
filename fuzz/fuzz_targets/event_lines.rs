//! Any bytes as events in JSON give rows that can be stored, and for each line that gives none a message.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_fuzz::arrivals::{RECEIVED, RULES, check_event};
use trueup_intake::lines::read;

fuzz_target!(|bytes: &[u8]| {
    for rules in RULES.iter() {
        let read_once = read(rules, bytes, RECEIVED);
        read_once.events.iter().for_each(check_event);
        for error in &read_once.errors {
            assert!(error.line > 0 && !error.message.is_empty(), "{error:?}");
            assert!(error.message.len() < 400, "too much is shown: {error:?}");
        }
        assert_eq!(read(rules, bytes, RECEIVED), read_once, "the same bytes give other rows");
    }
});
