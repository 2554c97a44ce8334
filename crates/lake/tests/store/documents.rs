//! The documentation of imports: its example runs, its tables of columns are the store's.

use std::fmt::Write;

use trueup_evidence::{Kind, Table};

use super::Desk;

const IMPORT: &str = include_str!("../../../../docs/import.md");

/// The text between a fence that begins with this and its end.
fn block(fence: &str) -> &'static str {
    let start = IMPORT.find(fence).unwrap_or_else(|| panic!("no `{fence}`")) + fence.len();
    let rest = &IMPORT[start..];
    rest[..rest.find("```").expect("the fence is closed")].trim_start_matches('\n')
}

fn columns(table: Table) -> String {
    let mut text = String::from("| column | holds | |\n|---|---|---|\n");
    for field in table.fields().iter().filter(|field| field.formula.is_none()) {
        let kind = match field.kind {
            Kind::Text => "text",
            Kind::Texts => "texts",
            Kind::Number => "number",
            Kind::Integer => "integer",
            Kind::Time => "time",
        };
        let needed = if field.required { "**needed**; " } else { "" };
        let _ = writeln!(text, "| `{}` | {kind} | {needed}{} |", field.name, field.meaning);
    }
    text
}

#[test]
fn every_column_is_documented() {
    for table in Table::IMPORTED {
        let expected = format!("### `{}`\n\n{}", table.name(), columns(table));
        assert!(IMPORT.contains(&expected), "docs/import.md should hold:\n{expected}");
    }
}

#[test]
fn the_example_imports() {
    let desk = Desk::new();
    let files =
        [desk.file("calls.jsonl", block("```json")), desk.file("feedback.csv", block("```csv"))];
    let imported = desk.import(&files, block("```sql")).expect("the example holds");
    let counts: Vec<_> = imported
        .tables
        .iter()
        .map(|it| (it.table.as_str(), it.added, it.orphans, it.quarantined.values().sum::<u64>()))
        .collect();
    assert_eq!(counts, [("interactions", 3, 0, 0), ("actions", 2, 0, 1), ("scores", 1, 0, 0)]);
    let reasons: Vec<_> = imported.tables[1].quarantined.keys().collect();
    assert_eq!(reasons, ["unknown action kind `shrug`"]);
}
