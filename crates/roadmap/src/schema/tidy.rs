//! What editors of TOML need beside what the types say: no null, words with their meanings.

use schemars::Schema;
use serde_json::{Map, Value, json};

type Object = Map<String, Value>;

/// Tidies one schema; the schemas within it follow.
pub(super) fn tidy(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    without_null(object);
    as_words(object);
    filled(object);
    // `double`, `uint32`: the names of Rust's types.
    if object.get("type") != Some(&json!("string")) {
        object.remove("format");
    }
    let is_empty = |default: &Value| match default {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    };
    if object.get("default").is_some_and(is_empty) {
        object.remove("default");
    }
}

/// TOML leaves out what is absent.
fn without_null(object: &mut Object) {
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    let Some(Value::Array(choices)) = object.get_mut("anyOf") else { return };
    choices.retain(|choice| choice.get("type") != Some(&json!("null")));
    let [Value::Object(only)] = &choices[..] else { return };
    let only = only.clone();
    object.remove("anyOf");
    for (key, value) in only {
        object.entry(key).or_insert(value);
    }
}

/// One `enum` for words, so that a wrong one is told with all that could stand there; what each
/// means goes into the description.
fn as_words(object: &mut Object) {
    let Some(words) = object.get("oneOf").and_then(words) else { return };
    object.remove("oneOf");
    let names: Vec<&Value> = words.iter().map(|(name, _)| name).collect();
    let meanings: Vec<&str> = words.iter().map(|(_, meaning)| meaning.as_str()).collect();
    let lines = words.iter().map(|(name, meaning)| {
        let name = name.as_str().unwrap_or_default();
        if meaning.is_empty() { format!("- `{name}`") } else { format!("- `{name}`: {meaning}") }
    });
    let about = object.get("description").and_then(Value::as_str).unwrap_or_default();
    let about = format!("{about}\n\n{}", lines.collect::<Vec<_>>().join("\n"));
    let docs = json!({ "docs": { "enumValues": meanings } });
    object.insert("type".to_owned(), json!("string"));
    object.insert("enum".to_owned(), json!(names));
    object.insert("x-taplo".to_owned(), docs);
    object.insert("description".to_owned(), json!(about.trim_start()));
}

/// Each word with its meaning, if all choices are words.
fn words(choices: &Value) -> Option<Vec<(Value, String)>> {
    let mut words = Vec::new();
    for choice in choices.as_array()? {
        let meaning = choice.get("description").and_then(Value::as_str).unwrap_or_default();
        let several = choice.get("enum").and_then(Value::as_array).cloned();
        let names = several.or_else(|| Some(vec![choice.get("const")?.clone()]))?;
        words.extend(names.into_iter().map(|name| (name, meaning.to_owned())));
    }
    Some(words)
}

/// A text says something.
fn filled(object: &mut Object) {
    let is_free =
        ["enum", "const", "pattern", "format"].iter().all(|key| !object.contains_key(*key));
    if is_free && object.get("type") == Some(&json!("string")) {
        object.insert("minLength".to_owned(), json!(1));
    }
}
