//! Search: words looked for in everything that the roadmap says, best first.
//!
//! There is no index: the texts are read once for each question, which takes milliseconds for a thousand bets.

mod entry;
mod mark;

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::nearest;

use crate::snapshot::Snapshot;
use entry::{Entry, entries};
pub use mark::{Piece, folded};

/// More words than this are not looked for.
const WORDS: usize = 8;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Query {
    /// As it was written.
    pub text: String,
    /// What there must be: every word, in small letters.
    pub words: Vec<String>,
}

/// Something that fits.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Hit {
    pub kind: Kind,
    pub id: String,
    /// The path of its page.
    pub path: String,
    pub title: Vec<Piece>,
    /// The words that fit, with what stands around them.
    pub excerpt: Vec<Piece>,
    /// What it is more exactly: `pilot`, `field note of 2026-08-20`.
    pub about: String,
    /// How well it fits; only the order means something.
    pub score: u32,
}

/// What there is to find, in the order in which equals stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Bet,
    Outcome,
    KeyResult,
    Metric,
    Capability,
    Workflow,
    Note,
    Person,
    Code,
}

impl Kind {
    pub const ALL: [Kind; 9] = [
        Kind::Bet,
        Kind::Outcome,
        Kind::KeyResult,
        Kind::Metric,
        Kind::Capability,
        Kind::Workflow,
        Kind::Note,
        Kind::Person,
        Kind::Code,
    ];

    /// As in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Bet => "bet",
            Kind::Outcome => "outcome",
            Kind::KeyResult => "key-result",
            Kind::Metric => "metric",
            Kind::Capability => "capability",
            Kind::Workflow => "workflow",
            Kind::Note => "note",
            Kind::Person => "person",
            Kind::Code => "code",
        }
    }

    /// As people read it, of many.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Kind::Bet => "bets",
            Kind::Outcome => "outcomes",
            Kind::KeyResult => "key results",
            Kind::Metric => "metrics",
            Kind::Capability => "capabilities",
            Kind::Workflow => "workflows",
            Kind::Note => "notes",
            Kind::Person => "people",
            Kind::Code => "codes",
        }
    }
}

impl Query {
    #[must_use]
    pub fn new(text: &str) -> Query {
        let text = text.trim();
        let folded = folded(text);
        let words =
            folded.split(|letter: char| !is_of_word(letter)).filter(|word| !word.is_empty());
        let mut words: Vec<String> = words.map(str::to_owned).collect();
        words.dedup();
        words.truncate(WORDS);
        Query { text: text.to_owned(), words }
    }
}

/// True for what stands within a word or an id.
fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.')
}

/// Everything that holds every word, best first.
#[must_use]
pub fn search(snapshot: &Snapshot, query: &Query) -> Vec<Hit> {
    if query.words.is_empty() {
        return Vec::new();
    }
    let mut hits: Vec<Hit> =
        entries(snapshot).iter().filter_map(|entry| hit(entry, query)).collect();
    hits.sort_by(|one, other| {
        (other.score, one.kind, &one.id).cmp(&(one.score, other.kind, &other.id))
    });
    hits
}

fn hit(entry: &Entry<'_>, query: &Query) -> Option<Hit> {
    let (id, title) = (folded(&entry.id), folded(&entry.title));
    let texts: Vec<String> = entry.texts.iter().map(|text| folded(text)).collect();
    let mut score = 0;
    for word in &query.words {
        let of_id = fit(&id, word) * 4;
        let of_title = fit(&title, word) * 3;
        let of_texts = texts.iter().map(|text| fit(text, word)).max().unwrap_or_default();
        let best = of_id.max(of_title).max(of_texts);
        if best == 0 {
            return None;
        }
        score += best;
    }
    if id == query.text.to_lowercase() || title == query.text.to_lowercase() {
        score += 100;
    }
    // The text that holds the most of the words; the first of those that hold as many.
    let held = |text: &String| query.words.iter().filter(|word| text.contains(*word)).count();
    let excerpt = (0..texts.len()).rev().max_by_key(|at| held(&texts[*at]));
    Some(Hit {
        kind: entry.kind,
        id: entry.id.to_string(),
        path: entry.path.clone(),
        title: mark::whole(&entry.title, &query.words),
        excerpt: excerpt.map(|at| mark::around(&entry.texts[at], &query.words)).unwrap_or_default(),
        about: entry.about.clone(),
        score,
    })
}

/// Shorter words are looked for at the start of words alone: `ana` is not meant by `manager`.
const WITHIN: usize = 4;

/// How well a text holds a word: as a whole, at the start of a word, or somewhere.
fn fit(text: &str, word: &str) -> u32 {
    let mut best = 0;
    for (at, _) in text.match_indices(word) {
        let starts = text[..at].chars().next_back().is_none_or(|letter| !letter.is_alphanumeric());
        let ends =
            text[at + word.len()..].chars().next().is_none_or(|letter| !letter.is_alphanumeric());
        best = best.max(match (starts, ends) {
            (true, true) => 5,
            (true, false) => 3,
            _ if word.len() >= WITHIN => 1,
            _ => 0,
        });
        if best == 5 {
            break;
        }
    }
    best
}

/// The id or word that was probably meant, where nothing fits.
#[must_use]
pub fn meant(snapshot: &Snapshot, query: &Query) -> Option<String> {
    let entries = entries(snapshot);
    let ids = entries.iter().map(|entry| entry.id.as_ref());
    let titles = entries.iter().flat_map(|entry| entry.title.split_whitespace());
    let known: Vec<String> = ids.chain(titles).map(folded).collect();
    let near = |word: &str| nearest(word, known.iter().map(String::as_str)).map(str::to_owned);
    let whole = near(&folded(&query.text));
    whole
        .or_else(|| {
            let holds = |word: &String| known.iter().any(|text| text.contains(word.as_str()));
            let words: Option<Vec<String>> = query
                .words
                .iter()
                .map(|word| if holds(word) { Some(word.clone()) } else { near(word) })
                .collect();
            words.map(|words| words.join(" "))
        })
        .filter(|meant| *meant != folded(&query.text))
}
