//! How values are written that a Rust type alone does not describe, for the schemas.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};
use trueup_evidence::{Field, Kind, Table};

use crate::name::LONGEST;
use crate::{blocks_verdict, codes};

const NAME: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// Declares a type that stands for a way to write a value.
macro_rules! written {
    ($($(#[$about:meta])* $name:ident $(<$of:ident>)? = |$generator:pat_param| $schema:expr;)+) => {$(
        $(#[$about])*
        pub(crate) struct $name $(<$of>(std::marker::PhantomData<$of>))?;

        impl $(<$of: JsonSchema>)? JsonSchema for $name $(<$of>)? {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    )+};
}

written! {
    /// Lower-case words with dashes.
    Name = |_| json_schema!({ "type": "string", "pattern": NAME, "maxLength": LONGEST });
    /// Lower-case words with dashes or underscores.
    MetricName = |_| json_schema!({
        "type": "string", "pattern": "^[a-z0-9]+([-_][a-z0-9]+)*$", "maxLength": LONGEST
    });
    /// A length of time.
    Length = |_| matching(&format!("^{}$", length("h|d|w|mo|q|y")));
    /// A length of time that may be short.
    ShortLength = |_| matching(&format!("^{}$", length("s|h|d|w|mo|q|y")));
    /// From one length of time to another, or open.
    Span = |_| {
        let length = length("h|d|w|mo|q|y");
        matching(&format!(r"^{length}\.\.({length})?$"))
    };
    /// Three capital letters.
    Currency = |_| matching("^[A-Z]{3}$");
    /// A note's id behind `note:`.
    NoteReference = |_| matching("^note:.+$");
    /// A bet's id, or what sort of thing it is before the id.
    SubjectText = |_| {
        matching("^((bet|capability|outcome|metric|workflow|model|note):.+|[^:]+)$")
    };
    /// An entry predicate.
    NeedText = |_| {
        let proofs = <crate::horizon::Proof as crate::word::Word>::WORDS.iter();
        let proofs: Vec<&str> = proofs.map(|(word, _)| *word).collect();
        let kinds = <crate::bet::economics::SourcingKind as crate::word::Word>::WORDS.iter();
        let kind = kinds.map(|(word, _)| *word).collect::<Vec<_>>().join("|");
        let sourcing = format!(r"^sourcing\.({kind})(\|({kind}))*$");
        json_schema!({ "anyOf": [
            { "type": "string", "enum": proofs },
            { "type": "string", "pattern": sourcing },
        ] })
    };
    /// The code of a lint that may be suppressed.
    LintCode = |_| {
        let codes = codes().iter().filter(|(code, _)| !blocks_verdict(code));
        let words = codes.map(|(code, name)| json!({ "const": code, "description": name }));
        json_schema!({ "oneOf": words.collect::<Vec<_>>() })
    };
    /// One value, or a list of them.
    OneOrMore<T> = |generator| {
        let one = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    };
    /// A table whose keys are the user's own names.
    ByName<T> = |generator| {
        let value = generator.subschema_for::<T>();
        json_schema!({
            "type": "object", "patternProperties": { NAME: value }, "additionalProperties": false
        })
    };
    /// The levels of lints by code.
    Levels = |generator| {
        let level = generator.subschema_for::<crate::policy::Level>();
        let one = |(code, name): &(&str, &str)| {
            if blocks_verdict(code) {
                return json!({ "description": name, "type": "string", "enum": ["deny"] });
            }
            described(name, &level)
        };
        table(codes().iter().map(|code| (code.0, one(code))))
    };
    /// The levels of what a team may insist on, by name.
    Requirements = |generator| {
        let level = generator.subschema_for::<crate::policy::Level>();
        let requirements = crate::decode::policy::REQUIREMENTS.iter();
        table(requirements.map(|(name, code)| {
            let about = format!("The level of {code}, {}.", crate::code_name(code).unwrap_or(""));
            (*name, described(&about, &level))
        }))
    };
    /// A number field of an event.
    NumberField = |_| {
        let numbers = fields().filter(|field| matches!(field.kind, Kind::Number | Kind::Integer));
        let mut names: Vec<&str> = numbers.map(|field| field.name).collect();
        names.dedup();
        json_schema!({ "type": "string", "enum": names })
    };
    /// A text field of an event; first those that every table has.
    TextField = |_| {
        let texts = fields().filter(|field| field.kind == Kind::Text);
        let mut names: Vec<&str> = texts.map(|field| field.name).collect();
        names.sort_by_key(|name| !Table::ALL.iter().all(|table| table.field(name).is_some()));
        json_schema!({ "type": "string", "enum": names })
    };
    /// A weight, 0 or above.
    Weight = |_| json_schema!({ "type": "number", "minimum": 0 });
    /// Tests of an event's fields.
    Conditions = |generator| {
        let test = generator.subschema_for::<crate::metric::text::Test>();
        // Once for all fields: fifty copies would make the schema slow to load.
        generator.definitions_mut().insert("test".to_owned(), test.to_value());
        let one = |about| json!({ "description": about, "$ref": "#/definitions/test" });
        table(fields().map(|field| (field.name, one(field.meaning))))
    };
}

/// A number and a unit.
fn length(units: &str) -> String {
    format!(r"([0-9]+\.?[0-9]*|\.[0-9]+)({units})")
}

fn matching(pattern: &str) -> Schema {
    json_schema!({ "type": "string", "pattern": pattern })
}

fn described(about: &str, schema: &Schema) -> Value {
    let mut schema = schema.clone();
    schema.insert("description".to_owned(), about.into());
    schema.to_value()
}

/// A table that may have these keys and no others.
fn table<'a>(keys: impl Iterator<Item = (&'a str, Value)>) -> Schema {
    let properties: Map<String, Value> = keys.map(|(key, value)| (key.to_owned(), value)).collect();
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// The fields of all tables, each name once.
fn fields() -> impl Iterator<Item = &'static Field> {
    let tables = [Table::Interactions, Table::Actions, Table::Scores];
    let mut fields: Vec<&Field> = tables.iter().flat_map(|table| table.fields()).collect();
    fields.sort_by_key(|field| field.name);
    fields.dedup_by_key(|field| field.name);
    fields.into_iter()
}
