//! The texts of a call, invented from the templates in `texts/`: what the model was given and asked,
//! what it suggested, what the person made of that. They fit what the simulation says of the call; how
//! much was changed is measured on them.
//!
//! Every draw comes from the ids of the call, so nothing here moves anything else of the story.

mod book;
mod edit;
#[cfg(test)]
mod tests;
mod words;

use crate::calendar::END_MS;
use crate::call::{Answered, Call, Decision, Outcome, Verb};
use crate::chance::{Hashed, mixed};
use crate::judging::{decided_first, is_unexplained};

use book::{Book, Case};
#[cfg(test)]
pub use edit::edit_share;
use edit::{Draft, Edited, Other, thousandths};
use words::{Filling, Words};

/// What the draws for texts begin with: far from all other ids.
const SEED: u64 = 0x7465_7874 << 32;
/// Characters of an answer that its call repeats.
const BEGINNING: usize = 200;
/// The share of refusals before which the model was asked for another suggestion.
const ASKED_AGAIN: f64 = 0.25;

macro_rules! books {
    ($($feature:literal: $file:literal),* $(,)?) => {
        [$(($feature, include_str!(concat!("../texts/", $file)))),*]
    };
}

/// The features whose texts people read and change.
const BOOKS: [(&str, &str); 5] = books![
    "reply_draft": "reply-draft.md",
    "thread_summary": "thread-summary.md",
    "call_notes": "call-notes.md",
    "refund_approvals": "refund-approvals.md",
    "churn_signals": "churn-signals.md",
];
const REFUNDS: &str = "refund_approvals";
const CHURN: &str = "churn_signals";

/// All templates.
pub struct Library {
    books: Vec<(&'static str, Book)>,
    words: Words,
}

/// One text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// As the store calls it.
    pub kind: &'static str,
    /// Its place among those of its kind.
    pub seq: u64,
    /// Milliseconds since the first day began.
    pub at_ms: u64,
    pub text: String,
}

/// What was written in the course of one call.
#[derive(Debug, Default, PartialEq)]
pub struct Captured {
    pub texts: Vec<Written>,
    /// The edit distance of the final text to the first suggestion, as a share of the longer one.
    pub changed: Option<f64>,
}

/// A call whose texts are being written.
struct Writing<'a> {
    call: &'a Call,
    case: &'a Case,
    variant: &'static str,
    filling: Filling<'a>,
    chance: Hashed,
    captured: Captured,
}

impl Library {
    pub fn read() -> Library {
        let books = BOOKS.iter().map(|(feature, file)| (*feature, Book::read(file)));
        Library { books: books.collect(), words: Words::read() }
    }

    /// The texts of a call; `None` if its feature keeps none. An error that was put into an answer on
    /// purpose is shown where there is a template for wrong answers, and else nothing of it.
    pub fn captured(&self, call: &Call) -> Option<Captured> {
        let (_, book) =
            self.books.iter().find(|(feature, _)| *feature == call.behaviour.feature_key)?;
        let answered = match &call.outcome {
            Outcome::Answered(answered) => Some(answered),
            Outcome::Failed(_) => None,
        };
        let is_refund = call.behaviour.feature_key == REFUNDS;
        if answered.is_some_and(|it| it.planted) && !is_refund {
            return None;
        }
        let seed = mixed(call.ids.wrapping_add(SEED));
        let mut chance = Hashed::seeded(seed);
        let truth = answered.filter(|_| is_refund).map(|it| truth(it.truth));
        let case = *chance.pick(&book.cases(truth));
        let variant = answered.map_or("", |answered| variant(call, answered));
        let filling = self.words.filling(Hashed::seeded(mixed(seed)));
        let captured = Captured::default();
        let mut writing = Writing { call, case, variant, filling, chance, captured };
        writing.given(book.system);
        if let Some(answered) = answered {
            writing.answered(answered);
        }
        writing.captured.texts.retain(|text| text.at_ms < END_MS);
        Some(writing.captured)
    }
}

impl Captured {
    /// The first characters of the answer, or else of what was asked, on one line.
    pub fn beginning(&self) -> String {
        let of = |kind| self.texts.iter().find(|text| text.kind == kind);
        let text = of("output").or_else(|| of("input")).map_or("", |text| text.text.as_str());
        text.chars().take(BEGINNING).map(|it| if it == '\n' { ' ' } else { it }).collect()
    }

    fn push(&mut self, kind: &'static str, at_ms: u64, text: String) {
        let seq = self.texts.iter().filter(|text| text.kind == kind).count() as u64;
        self.texts.push(Written { kind, seq, at_ms, text });
    }
}

impl Writing<'_> {
    /// What the model was given.
    fn given(&mut self, system: &str) {
        let at_ms = self.call.at_ms;
        self.captured.push("system", at_ms, system.to_owned());
        for kind in ["documents", "input"] {
            self.push(kind, at_ms);
        }
    }

    /// What came out, and what became of it.
    fn answered(&mut self, answered: &Answered) {
        let done_ms = self.call.at_ms + self.call.duration_ms;
        if let Some(is_right) = decided_first(self.call, answered) {
            let first = self.case.text("first", right(is_right));
            let first = first.expect("a case has the person's own answer, right and wrong");
            self.captured.push("first", self.call.at_ms, first.to_owned());
        }
        let draft = self.text("output").expect("every case has an answer");
        let draft = Draft::read(&draft);
        self.captured.push("output", done_ms, draft.text());
        if !is_unexplained(self.call, answered) {
            self.push("explanation", done_ms);
        }
        if let Some(decision) = answered.decision.as_ref().filter(|it| it.at_ms < END_MS) {
            self.decided(decision, &draft, done_ms);
        }
    }

    fn decided(&mut self, decision: &Decision, draft: &Draft, done_ms: u64) {
        let between_ms = done_ms + (decision.at_ms - done_ms) / 2;
        let other =
            Other { again: self.text("again"), own: self.text("own"), brief: self.text("brief") };
        let is_accepted = decision.verb == Verb::Accepted;
        if !is_accepted {
            let again = other.again.filter(|_| self.chance.happens(ASKED_AGAIN));
            if let Some(again) = again {
                self.captured.push("output", between_ms, again);
            }
        } else if thousandths(decision.changed) == 0 {
            self.captured.changed = Some(0.0);
            self.captured.push("final", decision.at_ms, draft.text());
        } else {
            let Edited { text, half_way, is_again, share } =
                draft.edit(decision.changed, &other, &mut self.chance);
            let between = if is_again {
                Some(("output", text.clone()))
            } else {
                half_way.map(|it| ("final", it))
            };
            if let Some((kind, text)) = between {
                self.captured.push(kind, between_ms, text);
            }
            self.captured.changed = Some(share);
            self.captured.push("final", decision.at_ms, text);
        }
    }

    fn push(&mut self, kind: &'static str, at_ms: u64) {
        if let Some(text) = self.text(kind) {
            self.captured.push(kind, at_ms, text);
        }
    }

    /// The text of a kind in this case, filled.
    fn text(&mut self, kind: &str) -> Option<String> {
        self.case.text(kind, self.variant).map(|template| self.filling.fill(template))
    }
}

/// Which of a case's texts fit the call.
fn variant(call: &Call, answered: &Answered) -> &'static str {
    match call.behaviour.feature_key {
        REFUNDS => right(answered.predicted == answered.truth),
        CHURN if answered.predicted => "yes",
        CHURN => "no",
        _ => call.user.arm.map_or("", |arm| arm.name),
    }
}

fn right(is_right: bool) -> &'static str {
    if is_right { "right" } else { "wrong" }
}

/// What a refund's case says is right.
fn truth(is_granted: bool) -> &'static str {
    if is_granted { "grant" } else { "refuse" }
}
