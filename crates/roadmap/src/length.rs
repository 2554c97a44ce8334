//! A length of time as written, and in hours.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::schema::written;

/// A length of time: a number and `h`, `d`, `w`, `mo`, `q` or `y`.
#[derive(Debug, Clone, PartialEq)]
pub struct Length {
    /// As written, for example `3w`.
    pub text: String,
    /// In calendar hours: a week has 168.
    pub hours: f64,
}

impl JsonSchema for Length {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Length".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        written::Length::json_schema(generator)
    }
}
