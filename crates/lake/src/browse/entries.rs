//! What belongs to interactions that were found: the steps of people on them, and what was said of them
//! later.

use std::collections::BTreeMap;

use trueup_evidence::browse::Entry;
use trueup_evidence::{Event, Table};

use super::day::said_all;
use super::find::find;
use super::targets::TIMED;
use crate::columns::day_of;
use crate::store::Snapshot;

/// Puts to each interaction its actions and scores.
pub async fn entries(
    tables: &[Snapshot; 5],
    interactions: Vec<Event>,
    faults: &mut Vec<String>,
) -> Vec<Entry> {
    let empty = |interaction| Entry { interaction, actions: Vec::new(), scores: Vec::new() };
    let mut entries: Vec<Entry> = interactions.into_iter().map(empty).collect();
    let mut by_day: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (place, entry) in entries.iter().enumerate() {
        by_day.entry(day(&entry.interaction)).or_default().push(place);
    }
    for (day, places) in by_day {
        let of_day: Vec<&Event> = places.iter().map(|place| &entries[*place].interaction).collect();
        let mut news = Vec::new();
        let (actions, scores) = belonging(tables, day, &of_day, &mut news).await;
        said_all(faults, news);
        for ((place, actions), scores) in places.into_iter().zip(actions).zip(scores) {
            entries[place].actions = actions;
            entries[place].scores = scores;
        }
    }
    entries
}

/// The actions and the scores of each interaction of a day.
async fn belonging(
    tables: &[Snapshot; 5],
    day: i32,
    interactions: &[&Event],
    faults: &mut Vec<String>,
) -> (Vec<Vec<Event>>, Vec<Vec<Event>>) {
    let mut targets = Targets::default();
    for (place, interaction) in interactions.iter().enumerate() {
        targets.add("interaction", interaction.text("id"), None, place);
        for (kind, column) in TIMED {
            targets.add(kind, interaction.text(column), time(interaction, "at"), place);
        }
    }
    let mut actions = vec![Vec::new(); interactions.len()];
    let names = targets.names("interaction");
    for action in find(tables, Table::Actions, ("interaction", &names), day..=day, faults).await {
        for place in targets.of("interaction", action.text("interaction"), None) {
            actions[place].push(action.clone());
        }
    }
    for (place, actions) in actions.iter_mut().enumerate() {
        actions.sort_by_key(order_of_action);
        for action in actions.iter() {
            targets.add("action", action.text("id"), None, place);
        }
    }
    let mut scores = vec![Vec::new(); interactions.len()];
    let names = targets.all_names();
    for score in find(tables, Table::Scores, ("target", &names), day..=day, faults).await {
        let kind = score.text("target_kind").unwrap_or("interaction");
        for place in targets.of(kind, score.text("target"), time(&score, "interaction_at")) {
            scores[place].push(score.clone());
        }
    }
    for scores in &mut scores {
        scores.sort_by_key(|score| (time(score, "at"), score.text("id").map(str::to_owned)));
    }
    (actions, scores)
}

/// By number, then time, then id: actions without a number come first.
fn order_of_action(action: &Event) -> (Option<i64>, Option<i64>, Option<String>) {
    let seq = match action.get("seq") {
        Some(trueup_evidence::Value::Integer(seq)) => Some(*seq),
        _ => None,
    };
    (seq, time(action, "at"), action.text("id").map(str::to_owned))
}

/// What may be named as a target, and of which interactions it is.
#[derive(Default)]
struct Targets(BTreeMap<Target, Vec<(Option<i64>, usize)>>);

/// The kind of a target, and its name.
type Target = (&'static str, String);

impl Targets {
    fn add(&mut self, kind: &'static str, name: Option<&str>, at: Option<i64>, place: usize) {
        if let Some(name) = name {
            self.0.entry((kind, name.to_owned())).or_default().push((at, place));
        }
    }

    /// The interactions that are meant; where a name may be that of several, by their time.
    fn of(&self, kind: &str, name: Option<&str>, at: Option<i64>) -> Vec<usize> {
        let kinds = ["interaction", "action", "response", "trace", "session"];
        let known = kinds.into_iter().find(|known| *known == kind).zip(name);
        let found = known.and_then(|(kind, name)| self.0.get(&(kind, name.to_owned())));
        let meant = found.into_iter().flatten();
        let meant = meant.filter(|(own, _)| own.is_none() || *own == at);
        meant.map(|(_, place)| *place).collect()
    }

    fn names(&self, kind: &str) -> Vec<&str> {
        self.0.keys().filter(|(known, _)| *known == kind).map(|(_, name)| name.as_str()).collect()
    }

    fn all_names(&self) -> Vec<&str> {
        self.0.keys().map(|(_, name)| name.as_str()).collect()
    }
}

fn time(event: &Event, name: &str) -> Option<i64> {
    event.time(name).map(jiff::Timestamp::as_microsecond)
}

/// The day on which an interaction lies.
pub fn day(interaction: &Event) -> i32 {
    time(interaction, "at").map_or(0, day_of)
}
