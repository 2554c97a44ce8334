//! The JSON fits the schema that is published for it.

use serde_json::{Value, json};
use trueup_roadmap::{Format, check_schema};

use crate::{printed, small};

#[test]
fn what_is_printed_fits_and_what_is_broken_does_not() {
    let schema: Value = serde_json::from_str(&check_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (sources, diagnostics) = small();
    let mut check: Value =
        serde_json::from_str(&printed(Format::Json, &sources, &diagnostics)).unwrap();
    assert_eq!(validator.iter_errors(&check).map(|error| error.to_string()).next(), None);
    check["diagnostics"][0]["severity"] = json!("fatal");
    assert!(!validator.is_valid(&check), "a severity that is none was let through");
}

/// The language's own places: a program can apply a patch without counting lines.
#[test]
fn the_bytes_are_those_to_replace() {
    let (sources, diagnostics) = small();
    let check: Value =
        serde_json::from_str(&printed(Format::Json, &sources, &diagnostics)).unwrap();
    let finding = &check["diagnostics"][1];
    let byte = |end: &str| usize::try_from(finding[end]["byte"].as_u64().unwrap()).unwrap();
    assert_eq!(&sources[0].text[byte("start")..byte("end")], "at_lest");
    assert_eq!(finding["patch"], "at_least");
}
