//! The words that fit, marked in the text that holds them.

use schemars::JsonSchema;
use serde::Serialize;

/// Letters before and after the first word that fits.
const AROUND: usize = 70;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Piece {
    pub text: String,
    /// True for what was looked for.
    pub marked: bool,
}

/// A text in small letters, letter by letter, so that a place in one is a place in the other.
#[must_use]
pub fn folded(text: &str) -> String {
    text.chars().map(small).collect()
}

/// The small letter, where it takes as many bytes as the large one.
fn small(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) if lower.len_utf8() == letter.len_utf8() => lower,
        _ => letter,
    }
}

/// The whole text with its words marked.
pub(super) fn whole(text: &str, words: &[String]) -> Vec<Piece> {
    pieces(text, &marks(&folded(text), words))
}

/// What stands around the first word that fits, on one line.
pub(super) fn around(text: &str, words: &[String]) -> Vec<Piece> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let marks = marks(&folded(&text), words);
    let first = marks.first().map_or(0, |(start, _)| *start);
    let back = text[..first].char_indices().rev().nth(AROUND).map_or(0, |(at, _)| at);
    let on = text[first..].char_indices().nth(2 * AROUND).map_or(text.len(), |(at, _)| first + at);
    let inside: Vec<(usize, usize)> = marks
        .iter()
        .filter(|(start, end)| *start >= back && *end <= on)
        .map(|(start, end)| (start - back, end - back))
        .collect();
    let mut found = pieces(&text[back..on], &inside);
    let plain = |text: &str| Piece { text: text.to_owned(), marked: false };
    if back > 0 {
        found.insert(0, plain("… "));
    }
    if on < text.len() {
        found.push(plain(" …"));
    }
    found
}

/// Where the words are, in order, none within another.
fn marks(folded: &str, words: &[String]) -> Vec<(usize, usize)> {
    let found = words.iter().flat_map(|word| {
        folded.match_indices(word.as_str()).map(|(at, found)| (at, at + found.len()))
    });
    let mut found: Vec<(usize, usize)> = found.collect();
    // Of two that start together, the longer one.
    found.sort_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
    let mut end = 0;
    found.retain(|(start, stop)| {
        let apart = *start >= end;
        end = if apart { *stop } else { end };
        apart
    });
    found
}

fn pieces(text: &str, marks: &[(usize, usize)]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut end = 0;
    let mut add = |text: &str, marked| {
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), marked });
        }
    };
    for (start, stop) in marks {
        add(&text[end..*start], false);
        add(&text[*start..*stop], true);
        end = *stop;
    }
    add(&text[end..], false);
    pieces
}
