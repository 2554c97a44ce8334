//! The document that describes the API, `OpenAPI` 3.1, from what was registered and from the types themselves.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use trueup_pages::page::RefusedPage;

use crate::paths::{Named, Operation};

/// Everything that can be asked and sent.
pub fn document(operations: &[Operation]) -> Value {
    let mut schemas = generator();
    let refused = schemas.subschema_for::<RefusedPage>();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in operations {
        let described = described(operation, &mut schemas, &refused);
        paths.entry(operation.path).or_default().insert(operation.method.to_owned(), described);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Trueup",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The roadmap and its evidence. Each path answers HTML to whoever accepts `text/html`, and \
                            JSON to all others. Changes are committed to git in the name of who sends them."
        },
        "paths": paths,
        "components": { "schemas": schemas.take_definitions(true), "securitySchemes": security_schemes() },
        // On the machine itself neither is asked for.
        "security": [{}, { "key": [] }, { "session": [] }],
    })
}

fn generator() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let settings = settings.with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    settings.into_generator()
}

fn security_schemes() -> Value {
    json!({
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of `trueup key create`."
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "trueup_session",
            "description": "What a browser is given that has logged in."
        },
    })
}

fn described(operation: &Operation, schemas: &mut SchemaGenerator, refused: &Schema) -> Value {
    let mut described = json!({
        "operationId": operation_id(operation),
        "summary": operation.summary,
        "parameters": parameters(operation),
        "responses": responses(operation, schemas, refused),
    });
    if operation.method == "post" {
        described["requestBody"] = body(operation.fields);
    }
    described
}

/// `get_bets_id_why_metric`
fn operation_id(operation: &Operation) -> String {
    let words = operation.path.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!("{}_{}", operation.method, words.join("_"))
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let parts = operation.path.split('/');
    let in_path = parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(|name| {
        json!({
            "name": name,
            "in": "path",
            "required": true,
            "schema": { "type": "string", "minLength": 1 },
        })
    });
    let in_query = operation.query.iter().map(|(name, meaning)| {
        json!({
            "name": name,
            "in": "query",
            "description": meaning,
            "schema": { "type": "string" },
        })
    });
    in_path.chain(in_query).collect()
}

fn body(fields: &[Named]) -> Value {
    let value = json!({ "type": ["string", "array"], "items": { "type": "string" } });
    let named = fields.iter().map(|(name, meaning)| {
        let text = json!({ "type": "string", "description": meaning });
        ((*name).to_owned(), text)
    });
    let schema = json!({
        "type": "object",
        "properties": Value::Object(named.collect()),
        // A form has a field for each key of a file.
        "additionalProperties": value,
    });
    json!({
        "content": {
            "application/json": { "schema": schema },
            "application/x-www-form-urlencoded": { "schema": schema },
        }
    })
}

fn responses(operation: &Operation, schemas: &mut SchemaGenerator, refused: &Schema) -> Value {
    let page = json!({ "schema": { "type": "string" } });
    let both =
        |schema: Value| json!({ "application/json": { "schema": schema }, "text/html": page });
    let mut responses = Map::new();
    if let Some(answer) = operation.answer {
        let content = both(answer(schemas).to_value());
        let said = json!({ "description": operation.summary, "content": content });
        responses.insert("200".to_owned(), said);
    } else {
        let content = both(json!({ "type": "object" }));
        let said = json!({ "description": "What came of it.", "content": content });
        responses.insert("200".to_owned(), said);
        let said = json!({ "description": "It is done; look there.",
            "headers": { "Location": { "schema": { "type": "string" } } } });
        responses.insert("303".to_owned(), said);
    }
    let refused = refused.clone().to_value();
    for (status, meaning) in STATUSES {
        // A page may say no in its own form: with what was asked or typed, and the reason at its place.
        let schema = if matches!(*status, "400" | "409" | "422") {
            json!({ "anyOf": [refused, { "type": "object" }] })
        } else {
            refused.clone()
        };
        let said = json!({ "description": meaning, "content": both(schema) });
        responses.insert((*status).to_owned(), said);
    }
    Value::Object(responses)
}

/// Every way in which the site says no.
const STATUSES: &[(&str, &str)] = &[
    ("400", "It could not be read."),
    ("401", "Nobody is known who asks: log in, or send a key."),
    ("403", "Whoever asks may not do this, or nothing can be changed here."),
    ("404", "There is no such thing."),
    ("405", "The path does not take this method."),
    ("409", "Somebody else changed the same meanwhile; what is there now comes with it."),
    ("413", "It is larger than anything that is taken."),
    ("415", "It is neither a form nor JSON."),
    ("422", "The change makes no sense; the reason stands at its field."),
    ("429", "Too often; `Retry-After` says when to come again."),
    ("500", "The world failed; try again."),
    ("503", "Too much at once; try again."),
];

#[cfg(test)]
mod tests {
    use schemars::SchemaGenerator;
    use serde_json::{Value, json};
    use trueup_pages::page::BoardPage;

    use super::document;
    use crate::paths::Operation;

    fn paths() -> Value {
        let page = Operation {
            method: "get",
            path: "/bets/{id}",
            summary: "A bet.",
            query: &[("at", "A day.")],
            fields: &[],
            answer: Some(SchemaGenerator::subschema_for::<BoardPage>),
        };
        let form = Operation {
            method: "post",
            path: "/bets/{id}",
            fields: &[("gate", "Which gate.")],
            query: &[],
            answer: None,
            ..page.clone()
        };
        document(&[page, form])
    }

    /// Every `$ref`, wherever it stands.
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    found.push(reference);
                }
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn both_methods_of_a_path_are_described_with_what_they_take() {
        let described = paths();
        let path = &described["paths"]["/bets/{id}"];
        assert_eq!(path["get"]["operationId"], "get_bets_id");
        assert_eq!(path["get"]["parameters"][0]["name"], "id");
        assert_eq!(path["get"]["parameters"][1]["in"], "query");
        assert_eq!(path["get"]["requestBody"], Value::Null);
        let fields = &path["post"]["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(fields["properties"]["gate"]["description"], "Which gate.");
        assert!(path["post"]["responses"]["303"].is_object());
        assert_eq!(path["post"]["responses"]["404"], path["get"]["responses"]["404"]);
    }

    #[test]
    fn every_schema_that_is_referred_to_is_there() {
        let described = paths();
        let mut found = Vec::new();
        references(&described, &mut found);
        assert!(found.contains(&"#/components/schemas/BoardPage"), "{found:?}");
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("it lies within");
            assert!(described.pointer(pointer).is_some(), "{reference}");
        }
        assert_eq!(described["components"]["schemas"]["RefusedPage"]["type"], json!("object"));
    }
}
