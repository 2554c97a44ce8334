//! Review: the agenda of the next joint meeting, to be printed.

use std::collections::BTreeMap;

use askama::Template;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::{Bet, Diagnostic, code_name};
use trueup_verdict::report::Word;
use trueup_views::review::{Item, Review, Topic, last_review, review};

use super::Page;
use crate::filters;
use crate::frame::{Frame, Section};
use crate::link::part;
use crate::said;
use crate::snapshot::Snapshot;

/// Decisions of so many days ahead are named.
const AHEAD_DAYS: i64 = 14;

/// What to talk about.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "review.html")]
pub struct ReviewPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub review: Review,
    /// Decisions that are due, or will be within two weeks; the earliest first.
    pub decisions: Vec<Due>,
    /// What was asked for and is no day.
    pub wrong: Option<String>,
    /// By what items are about: the path of its page.
    pub paths: BTreeMap<String, String>,
    /// What each bet and note is called.
    pub titles: BTreeMap<String, String>,
}

/// A decision that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Due {
    pub bet: String,
    pub title: String,
    pub decide_by: Date,
    /// Negative when overdue.
    pub days_left: i64,
    pub if_undecided: String,
    pub verdict: Option<Word>,
    /// The rule behind the verdict, in words.
    pub because: Option<String>,
    pub owners: Vec<String>,
}

/// What the agenda goes back to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Since {
    /// The day, or that of the last review.
    pub day: Option<Date>,
    /// What was asked for and is no day.
    pub wrong: Option<String>,
}

impl Since {
    /// Reads what the address asks for; the last review where it asks for nothing.
    #[must_use]
    pub fn new(snapshot: &Snapshot, text: Option<&str>) -> Since {
        let last = || last_review(snapshot.roadmap(), snapshot.today());
        match text.map(str::trim).filter(|text| !text.is_empty()) {
            None => Since { day: last(), wrong: None },
            Some(text) => match text.parse::<Date>() {
                Ok(day) => Since { day: Some(day), wrong: None },
                Err(_) => Since { day: last(), wrong: Some(crate::line::first(text)) },
            },
        }
    }
}

impl ReviewPage {
    /// `before` is what `check` said on that day.
    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        since: Since,
        before: Option<&[Diagnostic]>,
    ) -> ReviewPage {
        let review = review(&snapshot.seen(), since.day, before);
        let paths = review.items.iter().map(|item| {
            let about = item.about.clone();
            (about, path(snapshot, &item.about))
        });
        ReviewPage {
            frame,
            paths: paths.collect(),
            titles: titles(snapshot),
            decisions: decisions(snapshot),
            wrong: since.wrong,
            review,
        }
    }

    fn minutes_path(&self) -> String {
        let since = self.review.since.map(|day| format!("?since={day}"));
        format!("/review/minutes{}", since.unwrap_or_default())
    }

    fn section(&self) -> Section {
        Section::Review
    }

    /// The link to what an item is about.
    fn to(&self, item: &Item) -> String {
        self.frame.to(self.paths.get(&item.about).map_or("/diagnostics", String::as_str))
    }

    /// What an item is about, as people call it.
    fn title<'a>(&'a self, item: &'a Item) -> &'a str {
        self.bet(&item.about)
    }

    fn bet<'a>(&'a self, id: &'a str) -> &'a str {
        self.titles.get(id).map_or(id, String::as_str)
    }

    fn left(&self, due: &Due) -> String {
        said::days_left(self.review.today, due.decide_by)
    }

    /// Topics that there is something to say about, in the order of the agenda; overdue time-boxes are among the
    /// decisions.
    fn topics(&self) -> Vec<(&'static str, Vec<&Item>)> {
        let items = |topic| self.review.items.iter().filter(move |item| item.topic == topic);
        let all = shown().map(|topic| (topic.heading(), items(topic).collect::<Vec<_>>()));
        all.filter(|(_, items)| !items.is_empty()).collect()
    }

    /// The other topics: `moved criteria, unread risks`.
    fn quiet(&self) -> String {
        let is_quiet = |topic: &Topic| self.review.items.iter().all(|item| item.topic != *topic);
        shown().filter(is_quiet).map(Topic::heading).collect::<Vec<_>>().join(", ")
    }
}

fn shown() -> impl Iterator<Item = Topic> {
    Topic::ALL.into_iter().filter(|topic| *topic != Topic::Overdue)
}

fn decisions(snapshot: &Snapshot) -> Vec<Due> {
    let bets = snapshot.roadmap().bets.iter().filter(|bet| bet.stage.value < Stage::Live);
    let mut due: Vec<Due> = bets.filter_map(|bet| decision(snapshot, bet)).collect();
    due.sort_by(|one, other| (one.decide_by, &one.bet).cmp(&(other.decide_by, &other.bet)));
    due
}

fn decision(snapshot: &Snapshot, bet: &Bet) -> Option<Due> {
    let time_box = bet.time_box.as_ref()?;
    let decide_by = time_box.decide_by.value;
    let days_left = i64::from((decide_by - snapshot.today()).get_days());
    let judged = snapshot.judged(&bet.id.value);
    let owners = bet.owners.iter().flat_map(|owners| [&owners.product, &owners.model]).flatten();
    (days_left <= AHEAD_DAYS).then(|| Due {
        bet: bet.id.value.clone(),
        title: bet.title.value.clone(),
        decide_by,
        days_left,
        if_undecided: time_box.if_undecided.to_string(),
        verdict: judged.and_then(|judged| judged.verdict),
        because: judged.map(|judged| judged.because.clone()),
        owners: owners.map(|owner| owner.value.clone()).collect(),
    })
}

/// The page of what an item is about: a bet, a note, or what `check` says of a file.
fn path(snapshot: &Snapshot, about: &str) -> String {
    let roadmap = snapshot.roadmap();
    if roadmap.bet(about).is_some() {
        format!("/bets/{}", part(about))
    } else if roadmap.note(about).is_some() {
        format!("/notes/{}", part(about))
    } else {
        "/diagnostics".to_owned()
    }
}

fn titles(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let roadmap = snapshot.roadmap();
    let bets = roadmap.bets.iter().map(|bet| (bet.id.value.clone(), bet.title.value.clone()));
    let notes =
        roadmap.notes.iter().map(|note| (note.id.value.clone(), note.headline().to_owned()));
    notes.chain(bets).collect()
}

/// The code that a finding starts with, and the rest.
fn code(what: &str) -> Option<(&str, &str)> {
    what.split_once(' ').filter(|(code, _)| code_name(code).is_some())
}

impl Page for ReviewPage {}
