//! The texts of an interaction in the order in which they came to be, each beside what it was made of.

use schemars::JsonSchema;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};
use trueup_evidence::Event;
use trueup_evidence::browse::Trail;
use trueup_evidence::schema::PAYLOAD_KINDS;
use trueup_verdict::number;

use crate::text::beginning;

/// Characters of a text, unless all of it is asked for.
const SHOWN: usize = 4_000;
/// Longer texts are compared as far as this: what is beyond is not looked through word by word.
const COMPARED: usize = 20_000;
/// A longer run of equal words is shown by its ends.
const LONGEST_SAME: usize = 600;
const ENDS: usize = 200;

/// One text on the way.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Step {
    /// As the store calls it: `system`, `documents`, `tools`, `input`, `first`, `output`, `explanation` or `final`.
    pub kind: String,
    /// Its beginning, or all of it if that was asked for.
    pub text: String,
    /// How many characters are left out.
    pub left_out: usize,
    /// The same text word by word beside the one that it was made of; `null` where there is none, or they are equal.
    pub changes: Option<Vec<Piece>>,
    /// True if it equals the text that it was made of.
    pub is_unchanged: bool,
    /// The share of words of both that are not in the other; `null` where there is nothing to compare.
    pub changed: Option<f64>,
    /// True for a text that was edited further.
    pub is_on_the_way: bool,
}

/// Some words that are in both texts, or in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Piece {
    /// `same`, `added` or `removed`.
    pub tag: &'static str,
    pub text: String,
}

/// The captured texts, and if there are none the beginning that the interaction itself has.
pub fn steps(trail: &Trail, is_whole: bool) -> Vec<Step> {
    let mut payloads: Vec<&Event> = trail.payloads.iter().collect();
    payloads.sort_by_key(|payload| {
        PAYLOAD_KINDS.iter().position(|kind| payload.text("kind") == Some(kind))
    });
    let mut steps = Vec::new();
    let mut last_output: Option<&str> = None;
    for payload in payloads {
        let kind = payload.text("kind").unwrap_or_default();
        let text = payload.text("text").unwrap_or_default();
        let made_of = if matches!(kind, "output" | "final") { last_output } else { None };
        steps.push(step(kind, text, made_of, is_whole));
        if matches!(kind, "output" | "final") {
            last_output = Some(text);
        }
    }
    for step in steps.iter_mut().filter(|step| step.kind == "final").rev().skip(1) {
        step.is_on_the_way = true;
    }
    if steps.is_empty() {
        let text = trail.entry.interaction.text("text");
        steps.extend(text.map(|text| step("output", text, None, is_whole)));
    }
    steps
}

fn step(kind: &str, text: &str, made_of: Option<&str>, is_whole: bool) -> Step {
    let (shown, left_out) = beginning(text, if is_whole { usize::MAX } else { SHOWN });
    let is_unchanged = made_of == Some(text);
    let compared = made_of.filter(|before| *before != text).map(|before| changes(before, text));
    let (changes, changed) = compared.unzip();
    let changed = if is_unchanged { Some(0.0) } else { changed };
    Step {
        kind: kind.to_owned(),
        text: shown,
        left_out,
        changes,
        is_unchanged,
        changed,
        is_on_the_way: false,
    }
}

/// Two texts word by word, and which share of their words is not in both.
///
/// Source: Myers, "An O(ND) difference algorithm and its variations", Algorithmica 1986.
fn changes(before: &str, after: &str) -> (Vec<Piece>, f64) {
    let [before, after] = [before, after].map(|text| beginning(text, COMPARED).0);
    let diff = TextDiff::from_words(before.as_str(), after.as_str());
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut words, mut differ) = (0.0, 0.0);
    for change in diff.iter_all_changes() {
        let tag = match change.tag() {
            ChangeTag::Equal => "same",
            ChangeTag::Insert => "added",
            ChangeTag::Delete => "removed",
        };
        if !change.value().trim().is_empty() {
            words += if tag == "same" { 2.0 } else { 1.0 };
            differ += if tag == "same" { 0.0 } else { 1.0 };
        }
        match pieces.last_mut().filter(|last| last.tag == tag) {
            Some(last) => last.text.push_str(change.value()),
            None => pieces.push(Piece { tag, text: change.value().to_owned() }),
        }
    }
    let mut pieces = joined(pieces);
    for piece in pieces.iter_mut().filter(|piece| piece.tag == "same") {
        piece.text = ends(&piece.text);
    }
    (pieces, if words > 0.0 { differ / words } else { 0.0 })
}

/// Changed words with nothing but space between them as one change, so that people read phrases.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let last = pieces.len().saturating_sub(1);
    let mut joined = Vec::new();
    let (mut removed, mut added) = (String::new(), String::new());
    for (place, Piece { tag, text }) in pieces.into_iter().enumerate() {
        let is_between = place < last && !(removed.is_empty() && added.is_empty());
        match tag {
            "removed" => removed.push_str(&text),
            "added" => added.push_str(&text),
            _ if is_between && text.trim().is_empty() => {
                removed.push_str(&text);
                added.push_str(&text);
            }
            same => {
                told(&mut joined, &mut removed, &mut added);
                joined.push(Piece { tag: same, text });
            }
        }
    }
    told(&mut joined, &mut removed, &mut added);
    joined
}

/// Puts down what has gone and what has come, and begins anew.
fn told(joined: &mut Vec<Piece>, removed: &mut String, added: &mut String) {
    for (tag, text) in [("removed", removed), ("added", added)] {
        let text = std::mem::take(text);
        if !text.is_empty() {
            joined.push(Piece { tag, text });
        }
    }
}

/// A long run by its ends.
fn ends(text: &str) -> String {
    let letters = text.chars().count();
    if letters <= LONGEST_SAME {
        return text.to_owned();
    }
    let first: String = text.chars().take(ENDS).collect();
    let last: String = text.chars().skip(letters - ENDS).collect();
    format!("{first} […] {last}")
}

impl Step {
    /// What kind of text it is, in words.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.kind.as_str() {
            "system" => "Instructions to the model",
            "documents" => "Documents that it was given",
            "tools" => "Tools that it was given",
            "input" => "Prompt",
            "first" => "The person's own first answer",
            "output" if self.changed.is_some() => "Next suggestion",
            "output" => "Suggestion",
            "explanation" => "Explanation",
            "final" if self.is_on_the_way => "Edited on the way",
            "final" => "Final text",
            _ => "Text",
        }
    }

    /// How many characters are left out, in words.
    #[must_use]
    pub fn left(&self) -> String {
        number::count(self.left_out as u64)
    }

    /// How much of it is new, in words.
    #[must_use]
    pub fn changed(&self) -> String {
        self.changed.map(|share| number::value(share, "share")).unwrap_or_default()
    }

    /// True for what stands before the prompt and is long, and so is folded away.
    #[must_use]
    pub fn is_given(&self) -> bool {
        matches!(self.kind.as_str(), "system" | "documents" | "tools")
    }
}

#[cfg(test)]
mod tests {
    use super::{changes, step};

    #[test]
    fn differences_are_found_word_by_word() {
        let (pieces, changed) =
            changes("Dear Ada, your bill is late.", "Dear Ada, your bill was paid.");
        let said: Vec<String> =
            pieces.iter().map(|piece| format!("{}:{}", &piece.tag[..1], piece.text)).collect();
        let together = said.join("|");
        assert!(together.starts_with("s:Dear Ada, your bill |"), "{together}");
        assert!(together.contains("r:is late.|a:was paid."), "{together}");
        assert!((changed - 4.0 / 12.0).abs() < 1e-9, "{changed}");
        // Each text can be read off.
        let read = |skip: &str| -> String {
            pieces.iter().filter(|it| it.tag != skip).map(|it| it.text.as_str()).collect()
        };
        assert_eq!(read("added"), "Dear Ada, your bill is late.");
        assert_eq!(read("removed"), "Dear Ada, your bill was paid.");
    }

    #[test]
    fn texts_of_a_megabyte_are_cut_and_compared_as_far_as_they_are_read() {
        let [long, other] = ["word ", "sword "].map(|word| word.repeat(200_000));
        let step = step("final", &long, Some(&other), false);
        assert_eq!((step.text.chars().count(), step.left_out), (4_000, 996_000));
        let shown: usize = step.changes.iter().flatten().map(|piece| piece.text.len()).sum();
        assert!(shown < 50_000, "{shown}");
        let same = super::step("final", "a b", Some("a b"), false);
        assert!(same.is_unchanged && same.changes.is_none());
    }
}
