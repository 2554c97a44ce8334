//! What a person makes of a draft: of the edits that its template allows, those that change about as
//! much as the story says. How much they change in truth is measured on the texts.

use std::collections::BTreeMap;

use crate::chance::Hashed;
use crate::row::whole;

/// Characters that are compared at a time.
const BITS: usize = 64;
/// Edits that miss the share by less than this are as good as each other; or by less than this part of it.
const NEAR: f64 = 0.004;
const NEAR_PART: f64 = 0.1;
/// From this share on, a person may as well write it anew.
const ANEW_FROM: f64 = 0.3;
/// The share of larger edits whose text is also kept half-way.
const HALF_WAY: f64 = 0.4;

/// A draft, and what the person may put in the place of its parts: `<draft|person>`.
pub struct Draft {
    parts: Vec<Part>,
}

enum Part {
    Fixed(String),
    Open { draft: String, person: String },
}

/// What else may become of a draft.
#[derive(Default)]
pub struct Other {
    /// The model's second suggestion.
    pub again: Option<String>,
    /// The person's own text, with as many lines as the draft.
    pub own: Option<String>,
    /// Something else and short.
    pub brief: Option<String>,
}

/// A text that was made of a draft.
pub struct Edited {
    pub text: String,
    /// How it stood on the way.
    pub half_way: Option<String>,
    /// It is the second suggestion, word for word.
    pub is_again: bool,
    /// The edit distance to the draft, as a share of the longer text.
    pub share: f64,
}

/// The edit distance of two texts in characters, as a share of the longer one.
pub fn edit_share(one: &str, other: &str) -> f64 {
    let longer = one.chars().count().max(other.chars().count());
    if longer == 0 { 0.0 } else { distance(one, other) as f64 / longer as f64 }
}

/// A share as the export rounds it.
pub fn thousandths(share: f64) -> u64 {
    whole(share * 1000.0)
}

impl Draft {
    pub fn read(filled: &str) -> Draft {
        let mut parts = Vec::new();
        let mut rest = filled;
        while let Some((before, after)) = rest.split_once('<') {
            let (choice, behind) = after.split_once('>').expect("what is opened is closed");
            let (draft, person) = choice.split_once('|').expect("an edit has two sides");
            parts.push(Part::Fixed(before.to_owned()));
            parts.push(Part::Open { draft: draft.to_owned(), person: person.to_owned() });
            rest = behind;
        }
        parts.push(Part::Fixed(rest.to_owned()));
        Draft { parts }
    }

    /// As the model wrote it.
    pub fn text(&self) -> String {
        self.edited(0)
    }

    /// With some of the edits: a bit for each, the first edit lowest.
    fn edited(&self, edits: u32) -> String {
        let mut place = 0;
        let mut text = String::new();
        for part in &self.parts {
            text.push_str(match part {
                Part::Fixed(fixed) => fixed,
                Part::Open { draft, person } => {
                    place += 1;
                    if edits >> (place - 1) & 1 == 1 { person } else { draft }
                }
            });
        }
        text
    }

    /// Makes a text whose distance to the draft is near this share.
    pub fn edit(&self, share: f64, other: &Other, chance: &mut Hashed) -> Edited {
        let first = self.text();
        let edits = self.edits(share, chance);
        let edited = self.edited(edits);
        let mut made = vec![(edit_share(&first, &edited), edited, false)];
        if share >= ANEW_FROM {
            let anew = self.anew(other).into_iter();
            made.extend(anew.map(|(text, is_again)| (edit_share(&first, &text), text, is_again)));
        }
        let nearest = made
            .into_iter()
            .min_by(|(one, ..), (two, ..)| miss(*one, share).total_cmp(&miss(*two, share)));
        let (share, text, is_again) = nearest.expect("there is one at least");
        let half = edits & ((1 << ((u32::BITS - edits.leading_zeros()) / 2)) - 1);
        let half_way = Some(self.edited(half));
        let half_way =
            half_way.filter(|half| chance.happens(HALF_WAY) && *half != first && *half != text);
        Edited { text, half_way: half_way.filter(|_| !is_again), is_again, share }
    }

    /// The edits that together change about this share.
    fn edits(&self, share: f64, chance: &mut Hashed) -> u32 {
        let mut length = 0_i64;
        let mut open = Vec::new();
        for part in &self.parts {
            match part {
                Part::Fixed(fixed) => length += characters(fixed),
                Part::Open { draft, person } => {
                    let distance = distance(draft, person);
                    open.push((distance as f64, characters(person) - characters(draft)));
                    length += characters(draft);
                }
            }
        }
        if open.is_empty() {
            return 0;
        }
        let misses = (1..1_u32 << open.len()).map(|edits| {
            let chosen = open.iter().enumerate().filter(|(place, _)| edits >> place & 1 == 1);
            let (distance, longer) = chosen
                .fold((0.0, 0), |(sum, more), (_, (distance, longer))| {
                    (sum + distance, more + longer)
                });
            (miss(distance / length.max(length + longer) as f64, share), edits)
        });
        let misses: Vec<(f64, u32)> = misses.collect();
        let least = misses.iter().map(|(miss, _)| *miss).fold(f64::INFINITY, f64::min);
        let near = least.max(NEAR.min(share / 2.0)).max(NEAR_PART * share);
        let near: Vec<u32> =
            misses.iter().filter(|(miss, _)| *miss <= near).map(|(_, edits)| *edits).collect();
        *chance.pick(&near)
    }

    /// Texts that are not made by the template's edits: another suggestion, an own text, or the
    /// first lines of the edited draft and then an own text.
    fn anew(&self, other: &Other) -> Vec<(String, bool)> {
        let mut texts = Vec::new();
        let all = self.edited(u32::MAX);
        if let Some(own) = &other.own {
            let (edited, own): (Vec<&str>, Vec<&str>) =
                (all.lines().collect(), own.lines().collect());
            texts.extend((0..own.len()).map(|at| {
                let lines = edited.iter().take(at).chain(&own[at..]);
                (lines.copied().collect::<Vec<_>>().join("\n"), false)
            }));
        }
        texts.push((all, false));
        texts.extend(other.brief.iter().map(|brief| (brief.clone(), false)));
        texts.extend(other.again.iter().map(|again| (again.clone(), true)));
        texts
    }
}

/// The edit distance in characters, 64 of them at a time.
///
/// Source: Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", 2003,
/// after Myers, "A fast bit-vector algorithm for approximate string matching", 1999.
fn distance(one: &str, other: &str) -> usize {
    let mut found: BTreeMap<char, Vec<u64>> = BTreeMap::new();
    let length = one.chars().count();
    let blocks = length.div_ceil(BITS);
    for (place, letter) in one.chars().enumerate() {
        found.entry(letter).or_insert_with(|| vec![0; blocks])[place / BITS] |= 1 << (place % BITS);
    }
    let nowhere = vec![0; blocks];
    // By column: where the distance grows by one from row to row, and where it shrinks.
    let mut columns = vec![(u64::MAX, 0_u64); blocks];
    let mut distance = length;
    for letter in other.chars() {
        let (mut more, mut less, mut last) = (1, 0, (0, 0));
        for (column, at) in columns.iter_mut().zip(found.get(&letter).unwrap_or(&nowhere)) {
            let (up, down) = *column;
            let equal = at | less;
            let diagonal = ((equal & up).wrapping_add(up) ^ up) | equal | down;
            let (grows, shrinks) = (down | !(diagonal | up), diagonal & up);
            let (grown, shrunk) = (grows << 1 | more, shrinks << 1 | less);
            *column = (shrunk | !(diagonal | grown), grown & diagonal);
            (more, less) = (grows >> (BITS - 1), shrinks >> (BITS - 1));
            last = (grows, shrinks);
        }
        let bit = (length + BITS - 1) % BITS;
        distance += usize::from(last.0 >> bit & 1 == 1);
        distance -= usize::from(last.1 >> bit & 1 == 1);
    }
    if length == 0 { other.chars().count() } else { distance }
}

/// How far a share is from the one that was asked for. As the export rounds them, both are below one
/// half or neither is: a metric of the story counts by that.
fn miss(found: f64, asked: f64) -> f64 {
    let is_most = |share| thousandths(share) >= 500;
    (found - asked).abs() + if is_most(found) == is_most(asked) { 0.0 } else { 1.0 }
}

fn characters(text: &str) -> i64 {
    i64::try_from(text.chars().count()).expect("texts are short")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_can_be_read_with_and_without_edits() {
        let draft = Draft::read("<Hello|Hi> Ada< and all|>, it <is late|is on its way>.");
        assert_eq!(draft.text(), "Hello Ada and all, it is late.");
        assert_eq!(draft.edited(0b101), "Hi Ada and all, it is on its way.");
        assert_eq!(draft.edited(u32::MAX), "Hi Ada, it is on its way.");
    }

    #[test]
    fn distances_are_those_of_another_implementation() {
        let mut chance = Hashed::seeded(3);
        let letters = ['a', 'b', 'ö', ' '];
        for _ in 0..300 {
            let mut text = |most: f64| -> String {
                let length = whole(most * chance.uniform());
                (0..length).map(|_| *chance.pick(&letters)).collect()
            };
            let (one, other) = (text(200.0), text(140.0));
            assert_eq!(distance(&one, &other), strsim::levenshtein(&one, &other), "{one}, {other}");
        }
    }

    #[test]
    fn distances_are_counted_in_characters_of_the_longer_text() {
        assert!((edit_share("Größe", "Grösse") - 2.0 / 6.0).abs() < 1e-12);
        assert_eq!((edit_share("", ""), edit_share("abc", "abc")), (0.0, 0.0));
        assert!((edit_share("abcd", "") - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_edit_that_fits_best_is_taken_and_measured() {
        let draft =
            Draft::read("<Hello|Hi> Ada, <your bill is late|the bill that we sent was paid>.");
        let edited = draft.edit(0.1, &Other::default(), &mut Hashed::seeded(1));
        assert_eq!(edited.text, "Hi Ada, your bill is late.");
        assert!((edited.share - 4.0 / 29.0).abs() < 1e-12, "{}", edited.share);
    }
}
