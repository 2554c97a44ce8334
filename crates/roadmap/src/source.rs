//! Files of text and places in them.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};

use schemars::{JsonSchema, Schema, SchemaGenerator};

/// One file of the roadmap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path within the roadmap's folder, with `/`. It says what the file holds: `roadmap.toml`,
    /// `outcomes/*.toml`, `metrics/*.toml`, `capabilities/*.toml`, `workflows/*.toml`,
    /// `bets/*.toml`, `notes/*.md`.
    pub path: String,
    pub text: String,
}

/// A place in a file: bytes of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub path: String,
    pub span: Range<usize>,
}

impl Place {
    /// The file as a whole.
    pub(crate) fn whole(path: &str) -> Place {
        Place { path: path.to_owned(), span: 0..0 }
    }
}

/// A value and the place it was written at.
#[derive(Debug, Clone, PartialEq)]
pub struct Spanned<T> {
    pub value: T,
    pub place: Place,
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// In the text there is only the value.
impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
