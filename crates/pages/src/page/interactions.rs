//! Interactions: found, filtered and paged through, newest first.

mod row;

use std::fmt::Write;
use std::sync::Arc;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_evidence::browse::{Count, Listing};
use trueup_evidence::schema::ACTION_KINDS;
use trueup_verdict::number;

use super::Page;
use crate::deed;
use crate::evidence::asked::{NOTHING, PARAMETERS, UNATTRIBUTED};
use crate::evidence::{Asked, Problem};
use crate::filters;
use crate::frame::{Frame, Section};
use crate::snapshot::Snapshot;
use crate::text::{short, visible};

pub(crate) use row::number_of;
pub use row::{Deed, InteractionRow, ScoreOfRow, link_to};

/// Characters of a filter's value in its sign.
const SHOWN: usize = 40;

/// A page of interactions.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "interactions.html")]
pub struct InteractionsPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    #[serde(skip)]
    #[schemars(skip)]
    asked: Asked,
    #[serde(skip)]
    #[schemars(skip)]
    bets: Vec<(String, String)>,
    /// What is wrong with what was asked for; then there are no rows.
    pub problems: Vec<Problem>,
    /// Newest first.
    pub interactions: Vec<InteractionRow>,
    /// The path of the page below; `null` where there is nothing more.
    pub older: Option<String>,
    /// The path of the page above.
    pub newer: Option<String>,
    /// The search has gone through very many rows and was ended at this moment before the page was full; `older` goes on
    /// from there.
    pub ended_at: Option<String>,
    /// How many there are; `null` on every page but the first.
    pub count: Option<u64>,
    /// There may be more than `count`: counting has an end.
    pub count_or_more: bool,
    /// What could not be read, and may be missing here.
    pub faults: Vec<String>,
    /// The store could not be asked at all.
    pub failed: Option<String>,
}

/// A filter in force and the way to take it off.
struct InForce {
    name: &'static str,
    value: String,
    off: String,
}

impl InteractionsPage {
    /// `listing` is what the store gave, or why it did not; nothing where what was asked for makes no sense. Texts are
    /// left out for those who may not read them.
    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        asked: Asked,
        listing: Option<Result<Arc<Listing>, String>>,
        may_read: bool,
    ) -> InteractionsPage {
        let bets = &snapshot.roadmap().bets;
        let bets = bets.iter().map(|bet| (bet.id.value.clone(), bet.title.value.clone()));
        let (listing, failed) = match listing {
            Some(Ok(listing)) => (listing, None),
            Some(Err(why)) => (Arc::default(), Some(why)),
            None => (Arc::default(), None),
        };
        let Count { n, or_more } = listing.count.unwrap_or(Count { n: 0, or_more: false });
        let place = |direction, cursor| asked.from_place(direction, cursor);
        InteractionsPage {
            frame,
            bets: bets.collect(),
            problems: asked.problems.iter().map(shown).collect(),
            interactions: rows(&listing, may_read),
            older: listing.older.as_ref().map(|cursor| place("below", cursor)),
            newer: listing.newer.as_ref().map(|cursor| place("above", cursor)),
            ended_at: listing.ended_at.map(|at| at.to_string()),
            count: listing.count.map(|_| n),
            count_or_more: or_more,
            faults: listing.faults.iter().map(|fault| visible(fault)).collect(),
            failed: failed.map(|why| visible(&why)),
            asked,
        }
    }

    fn section(&self) -> Section {
        Section::Interactions
    }

    fn written(&self, name: &str) -> &str {
        self.asked.written(name)
    }

    fn is_written(&self, name: &str, value: &str) -> bool {
        self.written(name) == value
    }

    /// The field of the form that a problem is about.
    #[expect(clippy::unused_self, reason = "templates call it as a part of the page")]
    fn field(&self, problem: &Problem) -> Option<&'static str> {
        let known = PARAMETERS.iter().map(|(name, _)| *name);
        known.into_iter().find(|name| *name == problem.parameter)
    }

    /// True if the rarer filters are to be shown.
    fn more_is_open(&self) -> bool {
        ["variant", "model", "tier", "unit", "trace", "score", "cost", "latency"]
            .iter()
            .any(|name| !self.written(name).is_empty())
    }

    /// A bet that is asked for and that the roadmap does not have.
    fn unknown_bet(&self) -> Option<&str> {
        let bet =
            Some(self.written("bet")).filter(|bet| !bet.is_empty() && *bet != UNATTRIBUTED)?;
        (!self.bets.iter().any(|(id, _)| id == bet)).then_some(bet)
    }

    /// Kinds of action to choose from: what it is called in a URL, and in words.
    fn outcomes(&self) -> Vec<(&'static str, String)> {
        let said = |kind| {
            let (sign, word) = deed::said(kind);
            (kind, format!("{sign} {word}"))
        };
        ACTION_KINDS.into_iter().map(said).chain([(NOTHING, "– did nothing".to_owned())]).collect()
    }

    fn in_force(&self) -> Vec<InForce> {
        let written = self.asked.written.iter();
        written
            .filter(|(name, _)| !matches!(**name, "below" | "above"))
            .map(|(name, value)| InForce {
                name: label(name),
                value: short(value, SHOWN),
                off: self.frame.to(&self.asked.without(name)),
            })
            .collect()
    }

    /// What is wrong with one field of the form.
    fn problem(&self, name: &str) -> Option<&str> {
        let problem = self.problems.iter().find(|problem| problem.parameter == name);
        problem.map(|problem| problem.message.as_str())
    }

    /// How many there are, in words.
    fn how_many(&self) -> String {
        match self.count {
            None => String::new(),
            Some(n) if self.count_or_more => {
                format!("At least {} interactions", number::count(n))
            }
            Some(1) => "1 interaction".to_owned(),
            Some(n) => format!("{} interactions", number::count(n)),
        }
    }

    /// The same question as SQL, for `trueup query`.
    fn sql(&self) -> String {
        visible(&sql(&self.asked))
    }

    /// The command that hands them out with their whole path, as far as it knows the same filters.
    fn export(&self) -> String {
        let mut command = "trueup export interactions".to_owned();
        for (name, flag) in [("bet", "--bet"), ("from", "--from"), ("to", "--to")] {
            let value = self.written(name);
            if !value.is_empty() && value != UNATTRIBUTED && self.problem(name).is_none() {
                let _ = write!(command, " {flag} '{}'", value.replace('\'', "'\\''"));
            }
        }
        visible(&command)
    }
}

/// A problem as it may be shown.
fn shown(problem: &Problem) -> Problem {
    Problem { parameter: visible(&problem.parameter), message: problem.message.clone() }
}

fn rows(listing: &Listing, may_read: bool) -> Vec<InteractionRow> {
    let mut rows: Vec<InteractionRow> = listing.entries.iter().map(InteractionRow::new).collect();
    if !may_read {
        for row in &mut rows {
            row.text = None;
        }
    }
    rows
}

/// What a parameter is called on the page.
fn label(name: &str) -> &'static str {
    match name {
        "bet" => "bet",
        "from" => "from",
        "to" => "to",
        "outcome" => "what was done",
        "text" => "text",
        "errors" => "went wrong",
        "variant" => "variant",
        "model" => "model",
        "tier" => "tier",
        "unit" => "person",
        "trace" => "trace",
        "score" => "score",
        "cost" => "costs at least",
        _ => "takes at least, ms",
    }
}

/// What the store is asked, in SQL: for people to go on with. It is shown and never run from here.
fn sql(asked: &Asked) -> String {
    let mut all = vec!["part_of IS NULL".to_owned()];
    for (name, value) in &asked.written {
        let text = format!("'{}'", value.replace('\'', "''"));
        let condition = match *name {
            "bet" if value == UNATTRIBUTED => "bet IS NULL".to_owned(),
            "bet" | "variant" | "tier" | "unit" | "trace" => format!("{name} = {text}"),
            "from" => format!("day >= DATE {text}"),
            "to" => format!("day <= DATE {text}"),
            "model" => format!("coalesce(model_answered, model_requested) = {text}"),
            "text" => format!("strpos(lower(text), lower({text})) > 0"),
            "errors" => "error IS NOT NULL".to_owned(),
            "cost" => format!("cost >= {value}"),
            "latency" => format!("latency_ms >= {value}"),
            "outcome" if value == NOTHING => {
                "id NOT IN (SELECT interaction FROM actions)".to_owned()
            }
            "outcome" => format!("id IN (SELECT interaction FROM actions WHERE kind = {text})"),
            "score" => format!("id IN (SELECT target FROM scores WHERE name = {text})"),
            _ => continue,
        };
        if *name == "trace" {
            all.retain(|condition| condition != "part_of IS NULL");
        }
        all.push(condition);
    }
    format!(
        "SELECT at, id, bet, variant, unit, model_answered, cost, latency_ms, error\nFROM interactions\n\
         WHERE {}\nORDER BY at DESC, id DESC",
        all.join("\n  AND ")
    )
}

impl Page for InteractionsPage {}
