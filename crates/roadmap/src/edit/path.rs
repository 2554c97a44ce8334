//! The path of a field within a file: `gate.graduate.criteria[2].at_least`.

use std::fmt;
use std::str::FromStr;

use toml_writer::ToTomlKey;

use super::EditError;
use crate::syntax;

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Name(String),
    /// A place in a list, or among `[[tables]]`, from 0.
    Index(usize),
}

/// Where a field is: the names of tables and keys, and the places in lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Key>);

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.0.iter().enumerate() {
            match key {
                Key::Index(index) => write!(f, "[{index}]")?,
                Key::Name(name) if at == 0 => f.write_str(&written(name))?,
                Key::Name(name) => write!(f, ".{}", written(name))?,
            }
        }
        Ok(())
    }
}

/// A name as TOML writes it, in quotes where it needs them.
pub(super) fn written(name: &str) -> String {
    name.to_toml_key()
}

impl FromStr for Path {
    type Err = EditError;

    fn from_str(text: &str) -> Result<Path, EditError> {
        let mut keys = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (key, after) = first_key(rest, keys.is_empty())
                .ok_or_else(|| EditError::NotAPath { text: text.to_owned() })?;
            keys.push(key);
            rest = after;
        }
        if keys.is_empty() {
            return Err(EditError::NotAPath { text: text.to_owned() });
        }
        Ok(Path(keys))
    }
}

/// The first step of a path, and what follows it.
fn first_key(text: &str, is_first: bool) -> Option<(Key, &str)> {
    if let Some(index) = text.strip_prefix('[').filter(|_| !is_first) {
        let (index, rest) = index.split_once(']')?;
        let is_number = index.bytes().all(|byte| byte.is_ascii_digit());
        return Some((Key::Index(index.parse().ok().filter(|_| is_number)?), rest));
    }
    let text = if is_first { text } else { text.strip_prefix('.')? };
    let (name, rest) = text.split_at(name_end(text)?);
    Some((Key::Name(syntax::name(name)), rest))
}

/// Where a name ends that a text begins with.
fn name_end(text: &str) -> Option<usize> {
    if text.starts_with(['"', '\'']) {
        return quoted_end(text.as_bytes());
    }
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let end = text.find(|c| !is_bare(c)).unwrap_or(text.len());
    (end > 0).then_some(end)
}

fn quoted_end(text: &[u8]) -> Option<usize> {
    let quote = text[0];
    let mut is_escaped = false;
    let is_end = |byte: &u8| {
        let ends = *byte == quote && !is_escaped;
        is_escaped = quote == b'"' && *byte == b'\\' && !is_escaped;
        ends
    };
    text[1..].iter().position(is_end).map(|at| at + 2)
}
