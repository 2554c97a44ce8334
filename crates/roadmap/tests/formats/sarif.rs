//! SARIF against OASIS's JSON Schema of version 2.1.0, as the crate `serde-sarif` carries it.

use std::path::PathBuf;
use std::process::{Command, Output};

use jsonschema::Validator;
use serde_json::{Value, json};
use trueup_roadmap::{Diagnostic, Format, Source};

use crate::{found, printed, small, source};

fn validator() -> Validator {
    let path = package("serde-sarif").join("src/schema.json");
    let text = std::fs::read_to_string(&path).expect("the crate carries the schema");
    let mut schema: Value = serde_json::from_str(&text).expect("a schema is JSON");
    assert!(
        schema["title"].as_str().is_some_and(|title| title.contains("2.1.0")),
        "{}",
        path.display()
    );
    for object in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{object}/properties/language"));
        let language = language.and_then(Value::as_object_mut).expect("both name a language");
        // Its closing bracket without an opening one is refused by strict readers. We write none.
        language.remove("pattern").expect("a language has a pattern");
    }
    jsonschema::validator_for(&schema).expect("the schema is one")
}

/// The folder that cargo keeps a package's sources in. Where only this crate was ever built, cargo
/// does not know the others' packages, and asks for `cargo fetch`.
fn package(name: &str) -> PathBuf {
    let version = String::from_utf8(cargo(&["-vV"]).stdout).expect("cargo prints text");
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.expect("cargo knows where it runs");
    let metadata =
        cargo(&["metadata", "--format-version", "1", "--offline", "--filter-platform", host]);
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("metadata lists packages");
    let package = packages.iter().find(|package| package["name"] == name);
    let manifest = package.and_then(|package| package["manifest_path"].as_str());
    let mut folder = PathBuf::from(manifest.expect("it is a dependency of the tests"));
    folder.pop();
    folder
}

fn cargo(arguments: &[&str]) -> Output {
    let cargo = std::env::var_os("CARGO").expect("cargo runs this test");
    let output = Command::new(cargo).args(arguments).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn sarif(sources: &[Source], diagnostics: &[Diagnostic]) -> Value {
    serde_json::from_str(&printed(Format::Sarif, sources, diagnostics)).expect("SARIF is JSON")
}

fn errors(validator: &Validator, log: &Value) -> Vec<String> {
    validator.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn what_is_printed_is_valid_and_what_is_broken_is_refused() {
    let validator = validator();
    let (sources, diagnostics) = small();
    let log = sarif(&sources, &diagnostics);
    assert_eq!(errors(&validator, &log), [""; 0]);
    assert_eq!(errors(&validator, &sarif(&sources, &[])), [""; 0]);
    for (pointer, wrong) in [
        ("/version", json!("2.0.0")),
        ("/runs/0/columnKind", json!("bytes")),
        ("/runs/0/tool/driver/name", Value::Null),
        ("/runs/0/results/0/level", json!("deny")),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", json!(0)),
        ("/runs/0/results/1/fixes/0/artifactChanges/0/replacements", json!([])),
    ] {
        let mut broken = log.clone();
        *broken.pointer_mut(pointer).expect(pointer) = wrong;
        assert_ne!(errors(&validator, &broken), [""; 0], "{pointer}");
    }
}

/// The viewer's own types read it back.
#[test]
fn rules_results_and_fixes_belong_together() {
    let (sources, diagnostics) = small();
    let text = printed(Format::Sarif, &sources, &diagnostics);
    let log: serde_sarif::sarif::Sarif = serde_json::from_str(&text).expect("SARIF is read back");
    let run = &log.runs[0];
    let rules = run.tool.driver.rules.as_ref().expect("there are rules");
    let results = run.results.as_ref().expect("there are results");
    assert_eq!(results.len(), diagnostics.len());
    for (result, found) in results.iter().zip(&diagnostics) {
        let index = result.rule_index.and_then(|index| usize::try_from(index).ok());
        assert_eq!(rules[index.expect("a result has a rule")].id, found.code);
        assert_eq!(result.fixes.is_some(), found.patch.is_some());
    }
}

#[test]
fn columns_are_in_utf_16() {
    let text = "\u{feff}a = \"𝄞\" b\r\n";
    let at = text.find('b').unwrap();
    let sources = [source("bets/x.toml", text)];
    let log = sarif(&sources, &[found("F01", "bets/x.toml", at..at + 3)]);
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    let expected = json!({ "startLine": 1, "startColumn": 10, "endLine": 2, "endColumn": 1 });
    assert_eq!(*region, expected);
}

#[test]
fn paths_are_uri_references() {
    let uri = |path: &str| {
        let log = sarif(&[], &[found("F01", path, 0..0)]);
        let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        location["artifactLocation"]["uri"].as_str().expect("a URI is text").to_owned()
    };
    assert_eq!(uri("bets/a_b-c.toml"), "road%20map/bets/a_b-c.toml");
    assert_eq!(uri("bets/ü:#?%.toml"), "road%20map/bets/%C3%BC%3A%23%3F%25.toml");
}
