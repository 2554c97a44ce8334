//! SARIF 2.1.0 (OASIS), as much of it as code scanning and editors read.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::located::{Located, locate, name};
use super::{Checked, lines_of};
use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::explain;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What a path keeps in a URI reference.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a code is unless the roadmap's policy says otherwise.
const BY_DEFAULT: Severity = Severity::Deny;

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    results: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_description: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help<'a>>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Text<'a> {
    text: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Text<'a>,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    #[serde(flatten)]
    rest: Option<Columns>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Columns {
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'a> {
    description: Text<'a>,
    artifact_changes: [ArtifactChange<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation,
    replacements: [Replacement<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Text<'a>,
}

pub(super) fn sarif(checked: &Checked<'_>) -> String {
    let codes = codes(checked.diagnostics);
    let located = locate(checked);
    let driver = Driver {
        name: "trueup",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: codes.iter().map(|code| rule(code)).collect(),
    };
    let run = Run {
        tool: Tool { driver },
        column_kind: "utf16CodeUnits",
        results: located.iter().map(|located| finding(located, &codes)).collect(),
    };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    let text = serde_json::to_string_pretty(&log);
    text.expect("the format holds only texts, numbers and lists") + "\n"
}

/// The codes that were found, sorted.
fn codes(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    let codes: std::collections::BTreeSet<_> = diagnostics.iter().map(|found| found.code).collect();
    codes.into_iter().collect()
}

fn rule(code: &str) -> Rule<'_> {
    let page = explain(code);
    Rule {
        id: code,
        name: name(code),
        short_description: page.and_then(opening),
        help: page.map(|page| Help { text: page, markdown: page }),
        default_configuration: Configuration { level: level(BY_DEFAULT) },
    }
}

/// The paragraph below the heading, in one line.
fn opening(page: &'static str) -> Option<Text<'static>> {
    let paragraph = page.split("\n\n").nth(1)?;
    Some(Text { text: paragraph.split('\n').collect::<Vec<_>>().join(" ").into() })
}

fn finding<'a>(located: &'a Located<'_>, codes: &[&str]) -> Finding<'a> {
    let found = located.diagnostic;
    let rule_index = codes.binary_search(&found.code).expect("the codes are those that were found");
    let physical_location =
        PhysicalLocation { artifact_location: artifact(&located.path), region: region(located) };
    Finding {
        rule_id: found.code,
        rule_index,
        level: level(found.severity),
        message: Text { text: lines_of(found).into() },
        locations: [Location { physical_location }],
        fixes: fix(located).into_iter().collect(),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
        Severity::Note => "note",
    }
}

/// Relative to the repository's top, unless the roadmap lies elsewhere.
fn artifact(path: &str) -> ArtifactLocation {
    let encoded = utf8_percent_encode(path, PATH);
    if path.starts_with('/') {
        return ArtifactLocation { uri: format!("file://{encoded}"), uri_base_id: None };
    }
    ArtifactLocation { uri: encoded.to_string(), uri_base_id: Some("%SRCROOT%") }
}

/// The first line stands for a file as a whole: code scanning wants one.
fn region(located: &Located<'_>) -> Region {
    if located.is_about_the_file() {
        return Region { start_line: 1, rest: None };
    }
    exact(located)
}

fn exact(located: &Located<'_>) -> Region {
    let columns = Columns {
        start_column: located.start.column_utf16,
        end_line: located.end.line,
        end_column: located.end.column_utf16,
    };
    Region { start_line: located.start.line, rest: Some(columns) }
}

fn fix<'a>(located: &'a Located<'_>) -> Option<Fix<'a>> {
    let patch = located.diagnostic.patch.as_deref()?;
    let replacement = Replacement {
        deleted_region: exact(located),
        inserted_content: Text { text: patch.into() },
    };
    let change =
        ArtifactChange { artifact_location: artifact(&located.path), replacements: [replacement] };
    Some(Fix {
        description: Text { text: format!("write `{patch}`").into() },
        artifact_changes: [change],
    })
}
