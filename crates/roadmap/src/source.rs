//! Files of text and places in them.

use std::ops::{Deref, Range};

/// One file of the roadmap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path within the roadmap's folder, with `/`. It says what the file holds:
    /// `roadmap.toml`, `outcomes/*.toml`, `metrics/*.toml`, `bets/*.toml`.
    pub path: String,
    pub text: String,
}

/// A place in a file: bytes of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub path: String,
    pub span: Range<usize>,
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
