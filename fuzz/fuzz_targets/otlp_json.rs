//! Any bytes as OTLP in JSON are refused, or give rows that can be stored.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_fuzz::arrivals::check_body;
use trueup_intake::otlp::Encoding;

fuzz_target!(|bytes: &[u8]| check_body(Encoding::Json, bytes));
