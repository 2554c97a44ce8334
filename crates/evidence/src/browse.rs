//! Single interactions: which ones are looked for, a page of them, and the whole path of one.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::event::Event;

/// Which uses are looked for; all that is said must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    pub bet: Option<Belongs>,
    /// The first and the last day, UTC, both included.
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub variant: Option<String>,
    /// The model that answered or, where that is not known, the one asked for.
    pub model: Option<String>,
    pub tier: Option<String>,
    /// The pseudonym of the person.
    pub unit: Option<String>,
    /// The trace, in hex. Then its parts are found as well as its uses.
    pub trace: Option<String>,
    pub outcome: Option<Outcome>,
    /// Only where something went wrong.
    pub errors: bool,
    /// Stands in the captured beginning of the text, in capitals or not.
    pub text: Option<String>,
    /// Costs at least this, in its own currency.
    pub least_cost: Option<f64>,
    pub least_latency_ms: Option<f64>,
    /// Has a score of this name.
    pub score: Option<String>,
}

/// Which bet a use is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Belongs {
    To(String),
    /// It names none.
    ToNone,
}

/// What was done with an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// One of [`crate::schema::ACTION_KINDS`], among other steps.
    Did(&'static str),
    /// No step at all.
    Nothing,
}

/// A place among all interactions, which stand in the order of their time, then their id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub at: Timestamp,
    pub id: String,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Start {
    /// With the newest.
    #[default]
    Newest,
    /// With those that come next below this one.
    Below(Cursor),
    /// With those that stand right above this one.
    Above(Cursor),
}

/// A page of interactions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listing {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Below it there may be more: where to go on. It is set too when the search was ended, for it
    /// had gone through very many rows.
    pub older: Option<Cursor>,
    /// The same above it.
    pub newer: Option<Cursor>,
    /// The search was ended here, before the page was full.
    pub ended_at: Option<Timestamp>,
    /// How many there are in all; only counted for the page that begins with the newest.
    pub count: Option<Count>,
    /// What could not be read, and so may be missing.
    pub faults: Vec<String>,
}

/// How many were found, and whether there may be more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub n: u64,
    pub or_more: bool,
}

/// An interaction, what was done with it and how it turned out.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub interaction: Event,
    /// In their order.
    pub actions: Vec<Event>,
    /// Oldest first, those included that were corrected later.
    pub scores: Vec<Event>,
}

/// All that is known of one interaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Trail {
    pub entry: Entry,
    /// Its texts, if capture was on.
    pub payloads: Vec<Event>,
    /// The other rows of its trace, oldest first: interactions, and spans that are none.
    pub spans: Vec<Event>,
    /// What could not be read, and so may be missing.
    pub faults: Vec<String>,
}

impl Cursor {
    /// The place of an interaction.
    #[must_use]
    pub fn of(interaction: &Event) -> Option<Cursor> {
        Some(Cursor { at: interaction.time("at")?, id: interaction.text("id")?.to_owned() })
    }
}

impl Filter {
    /// True if nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }
}
