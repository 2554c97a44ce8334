//! The schemas against the texts that there are: what reads clean fits, and editors find the way.
//!
//! That schema and decoder know the same keys is held in `src/schema/in_step.rs`.

use std::fs;
use std::path::Path;

use jiff::civil::date;
use jsonschema::Validator;
use serde_json::{Value, json};
use toml::de::{DeTable, DeValue};
use trueup_roadmap::word::Word;
use trueup_roadmap::{
    FileKind, Policy, Source, format, init_files, parse, schema, schema_files, schema_line,
};

/// The kind of a file by its folder.
fn kind(path: &str) -> FileKind {
    let folder = Path::new(path).parent().and_then(Path::file_name).unwrap_or_default();
    match folder.to_string_lossy().as_ref() {
        "outcomes" => FileKind::Outcome,
        "metrics" => FileKind::Metric,
        "capabilities" => FileKind::Capability,
        "workflows" => FileKind::Workflow,
        "bets" => FileKind::Bet,
        "notes" => FileKind::Note,
        _ => FileKind::Roadmap,
    }
}

fn read(folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, sources);
        } else if path.extension().is_some_and(|ending| ending == "toml" || ending == "md") {
            let text = fs::read_to_string(&path).unwrap();
            sources.push(Source { path: path.to_string_lossy().replace('\\', "/"), text });
        }
    }
}

/// Roadmaps that come with Trueup, the standard metrics and the examples of the language's page.
fn texts() -> Vec<Source> {
    let root = Path::new("../..");
    let mut sources = init_files(date(2026, 11, 21));
    for folder in ["examples", "crates/demo/roadmap", "crates/roadmap/metrics"] {
        read(&root.join(folder), &mut sources);
    }
    let page = fs::read_to_string(root.join("docs/language.md")).unwrap();
    for block in page.split("```toml\n#--- ").skip(1) {
        let (path, text) = block.split_once('\n').unwrap();
        let text = text.split("```").next().unwrap().to_owned();
        sources.push(Source { path: path.trim().to_owned(), text });
    }
    sources.retain(|source| !source.path.ends_with("README.md"));
    sources
}

/// A TOML text as JSON, as editors see it: a date is a text. `None` if it is not TOML.
fn as_json(source: &Source) -> Option<Value> {
    let text = match kind(&source.path) {
        FileKind::Note => source.text.split("+++\n").nth(1)?,
        _ => &source.text,
    };
    let table = DeTable::parse(text).ok()?;
    Some(object(table.get_ref()))
}

fn object(table: &DeTable<'_>) -> Value {
    table.iter().map(|(key, value)| (key.get_ref().to_string(), one(value.get_ref()))).collect()
}

fn one(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => json!(text),
        DeValue::Integer(integer) => json!(integer.as_str().parse::<i64>().unwrap()),
        DeValue::Float(float) => json!(float.as_str().parse::<f64>().unwrap()),
        DeValue::Boolean(flag) => json!(flag),
        DeValue::Datetime(date) => json!(date.to_string()),
        DeValue::Array(items) => items.iter().map(|item| one(item.get_ref())).collect(),
        DeValue::Table(table) => object(table),
    }
}

fn validator(kind: FileKind) -> Validator {
    let schema: Value = serde_json::from_str(&schema(kind)).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
}

#[test]
fn what_reads_clean_fits_its_schema() {
    let validators: Vec<(FileKind, Validator)> =
        FileKind::WORDS.iter().map(|(_, kind)| (*kind, validator(*kind))).collect();
    let mut fitting = 0;
    for source in texts() {
        let kind = kind(&source.path);
        let alone = Source { path: home(kind, &source.path), text: source.text.clone() };
        let found = parse(&[alone]).diagnostics;
        if found.iter().any(|found| matches!(found.code, "F01" | "F02")) {
            continue;
        }
        let (_, validator) = validators.iter().find(|(known, _)| *known == kind).unwrap();
        let document = as_json(&source).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", source.path);
        fitting += 1;
    }
    assert!(fitting > 50, "only {fitting} files");
}

/// Where a file of this kind lies in a roadmap.
fn home(kind: FileKind, path: &str) -> String {
    let name = path.rsplit('/').next().unwrap();
    match kind {
        FileKind::Roadmap => "roadmap.toml".to_owned(),
        FileKind::Capability => format!("capabilities/{name}"),
        other => format!("{other}s/{name}"),
    }
}

#[test]
fn a_schema_says_what_it_is_and_has_nothing_that_toml_lacks() {
    for (name, kind) in FileKind::WORDS {
        let text = schema(*kind);
        let schema: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#", "{name}");
        assert_eq!(schema["$id"], format!("urn:trueup:schema:1:{name}"));
        assert_eq!(schema["title"].as_str().unwrap().to_lowercase(), *name);
        assert!(!text.contains("null"), "{name}");
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
    }
}

/// Whoever hovers over a key learns what it is for.
#[test]
fn every_key_has_a_description() {
    for (name, kind) in FileKind::WORDS {
        let mut bare = Vec::new();
        undescribed(&serde_json::from_str(&schema(*kind)).unwrap(), "", &mut bare);
        assert!(bare.is_empty(), "{name}: {bare:?}");
    }
}

fn undescribed(at: &Value, path: &str, bare: &mut Vec<String>) {
    for (key, within) in at.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let is_tag = within.get("const").is_some() && key == "kind";
        if within.get("description").is_none() && !is_tag && within.get("allOf").is_none() {
            bare.push(format!("{path}.{key}"));
        }
    }
    let parts: Vec<(String, &Value)> = match at {
        Value::Object(keys) => keys.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().map(|item| ("*".to_owned(), item)).collect(),
        _ => Vec::new(),
    };
    for (key, value) in parts {
        undescribed(value, &format!("{path}.{key}"), bare);
    }
}

/// The defaults that an editor shows are those that hold.
#[test]
fn the_defaults_of_the_schema_are_those_of_policy() {
    let schema: Value = serde_json::from_str(&schema(FileKind::Roadmap)).unwrap();
    let mut text = "edition = 1\n".to_owned();
    let count = defaults(&schema["properties"]["policy"], "policy", &mut text);
    assert!(count > 20, "only {count} defaults");
    let parsed = parse(&[Source { path: "roadmap.toml".to_owned(), text: text.clone() }]);
    assert_eq!(parsed.diagnostics, [], "{text}");
    assert_eq!(parsed.roadmap.policy, Policy::default());
}

fn defaults(at: &Value, path: &str, text: &mut String) -> usize {
    let keys = at["properties"].as_object().unwrap();
    let mut count = 0;
    for (key, within) in keys {
        let path = format!("{path}.{key}");
        if let Some(default) = within.get("default").filter(|default| !default.is_object()) {
            text.extend([&path, " = ", &default.to_string(), "\n"]);
            count += 1;
        } else if within.get("properties").is_some() {
            count += defaults(within, &path, text);
        }
    }
    count
}

#[test]
fn every_toml_file_of_init_begins_with_the_way_to_its_schema() {
    let schemas = schema_files();
    for source in init_files(date(2026, 11, 21)) {
        if kind(&source.path) == FileKind::Note {
            // Its first line is the fence of its header, which editors do not look into.
            continue;
        }
        let line = schema_line(kind(&source.path));
        assert!(source.text.starts_with(&format!("{line}\n")), "{}", source.path);
        // From the file's folder up to the roadmap's, then down to the schema.
        let up = if source.path.contains('/') { "../" } else { "./" };
        let target = line.strip_prefix(&format!("#:schema {up}")).unwrap();
        assert!(schemas.iter().any(|file| file.path == target), "{target}");
    }
}

#[test]
fn formatting_keeps_the_line_of_the_schema_first() {
    let line = schema_line(FileKind::Bet);
    let after = ["", "\n", "\r\n", "\n[box]\na=1\n", "\n\n\nid='a'\n", "\n# a remark\n[[risk]]\n"];
    for after in after {
        let source = Source { path: "bets/a.toml".to_owned(), text: format!("{line}{after}") };
        let laid_out = format(&source).unwrap();
        assert_eq!(laid_out.lines().next(), Some(line.as_str()), "{after:?}");
    }
}
