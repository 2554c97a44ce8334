//! The interactions of one day that pass a filter and come next.

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use trueup_evidence::browse::{Cursor, Filter, Outcome, Start};
use trueup_evidence::{Event, Table};

use super::condition::{Condition, conditions};
use super::event::events;
use super::part::Part;
use super::targets::Targets;
use crate::error::Error;
use crate::keys::{KeySet, key};
use crate::settle::{days, place};
use crate::store::Snapshot;

/// What is shown of an interaction on a page of many, and what names the rows that belong to it.
const LISTED: [&str; 24] = [
    "id",
    "at",
    "bet",
    "feature",
    "variant",
    "surface",
    "unit",
    "session",
    "workflow",
    "stage",
    "provider",
    "model_requested",
    "model_answered",
    "tier",
    "mode",
    "cost",
    "currency",
    "latency_ms",
    "error",
    "text",
    "trace",
    "part_of",
    "response_id",
    "op",
];
/// With so few rows too many, all of them are read at once and the nearest kept.
const FEW: usize = 64;

/// Which rows are wanted, in which direction.
pub struct Wanted<'a> {
    pub filter: &'a Filter,
    pub start: &'a Start,
    /// How many at most.
    pub most: usize,
    /// As many are counted, even if that takes reading what cannot be wanted.
    pub counted: u64,
}

/// What was found on one day.
#[derive(Default)]
pub struct Found {
    /// The nearest first.
    pub interactions: Vec<Event>,
    /// How many pass, as far as it was looked.
    pub passed: u64,
    /// Something was passed over, so that more may pass.
    pub or_more: bool,
    /// How many rows were gone through.
    pub searched: u64,
    pub faults: Vec<String>,
}

/// One row that passes.
#[derive(Debug, Clone, Copy)]
struct Place {
    part: usize,
    group: usize,
    row: u32,
    /// Greater is nearer.
    rank: i64,
}

impl Wanted<'_> {
    /// Greater is nearer to where the page begins.
    fn rank(&self, at: i64) -> i64 {
        if matches!(self.start, Start::Above(_)) { at.saturating_neg() } else { at }
    }

    fn cursor(&self) -> Option<&Cursor> {
        match self.start {
            Start::Newest => None,
            Start::Below(cursor) | Start::Above(cursor) => Some(cursor),
        }
    }

    /// The rank at which rows may lie on either side of the place where the page begins.
    fn limit(&self) -> i64 {
        self.cursor().map_or(i64::MAX, |cursor| self.rank(cursor.at.as_microsecond()))
    }

    fn is_beyond(&self, place: &Cursor) -> bool {
        match self.start {
            Start::Newest => true,
            Start::Below(cursor) => place < cursor,
            Start::Above(cursor) => place > cursor,
        }
    }

    /// Finds the nearest rows of a day.
    pub async fn of_day(&self, tables: &[Snapshot; 5], day: i32) -> Found {
        let mut found = Found::default();
        let conditions = self.conditions(tables, day, &mut found).await;
        let parts = parts(&tables[place(Table::Interactions)], day, &mut found.faults).await;
        let mut nearest = self.nearest(&parts, &conditions, &mut found).await;
        if nearest.len() > self.most.saturating_add(FEW) {
            nearest = self.told_apart(&parts, nearest, &mut found).await;
        }
        for (_, _, rows) in read(&parts, &nearest, &LISTED, &mut found.faults).await {
            found.interactions.extend(events(Table::Interactions, &rows));
        }
        let mut placed: Vec<(Cursor, Event)> = found
            .interactions
            .drain(..)
            .filter_map(|event| Some((Cursor::of(&event)?, event)))
            .filter(|(place, _)| self.is_beyond(place))
            .collect();
        placed.sort_by(|(one, _), (other, _)| self.order(one, other));
        placed.truncate(self.most);
        found.interactions = placed.into_iter().map(|(_, event)| event).collect();
        found
    }

    fn order(&self, one: &Cursor, other: &Cursor) -> std::cmp::Ordering {
        if matches!(self.start, Start::Above(_)) { one.cmp(other) } else { other.cmp(one) }
    }

    /// The rows whose time is among the nearest; of equal times all.
    async fn nearest(
        &self,
        parts: &[Part<'_>],
        conditions: &[Condition],
        found: &mut Found,
    ) -> Vec<Place> {
        let limit = self.limit();
        let mut nearest: Vec<Place> = Vec::new();
        let mut least = i64::MIN;
        for (best, worst, part, group) in self.groups(parts) {
            if worst > limit {
                continue;
            }
            if best < least && found.passed >= self.counted {
                found.or_more = true;
                continue;
            }
            let passing = match parts[part].passing(group, conditions).await {
                Ok(Some(passing)) => passing,
                Ok(None) => continue,
                Err(why) => {
                    said(&mut found.faults, &why);
                    continue;
                }
            };
            found.searched += passing.searched();
            found.passed += passing.count();
            let places = passing.rows().map(|(row, at)| (row, self.rank(at)));
            let places = places.filter(|(_, rank)| *rank <= limit && *rank >= least);
            nearest.extend(places.map(|(row, rank)| Place { part, group, row, rank }));
            least = least.max(kept(&mut nearest, self.most, limit));
        }
        if self.most == 0 { Vec::new() } else { nearest }
    }

    /// All row groups, that with the nearest row first; with its nearest and its farthest rank.
    fn groups(&self, parts: &[Part<'_>]) -> Vec<(i64, i64, usize, usize)> {
        let mut groups = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            for group in 0..part.groups() {
                let times = part.times(group).map(|(low, high)| (self.rank(low), self.rank(high)));
                let (one, other) = times.unwrap_or((i64::MIN, i64::MAX));
                groups.push((one.max(other), one.min(other), place, group));
            }
        }
        groups.sort_unstable_by_key(|(best, ..)| std::cmp::Reverse(*best));
        groups
    }

    /// Of very many rows at the same time those whose ids are nearest.
    async fn told_apart(
        &self,
        parts: &[Part<'_>],
        places: Vec<Place>,
        found: &mut Found,
    ) -> Vec<Place> {
        let mut named: Vec<(Cursor, Place)> = Vec::new();
        for (part, group, rows) in read(parts, &places, &["id", "at"], &mut found.faults).await {
            let of_group = places.iter().filter(|it| it.part == part && it.group == group);
            let mut of_group: Vec<Place> = of_group.copied().collect();
            of_group.sort_unstable_by_key(|place| place.row);
            let ids = rows.column(0).as_string::<i32>();
            for (row, place) in
                of_group.into_iter().enumerate().filter(|(row, _)| ids.is_valid(*row))
            {
                let at = jiff::Timestamp::from_microsecond(self.rank(place.rank));
                let id = ids.value(row).to_owned();
                named.extend(at.ok().map(|at| (Cursor { at, id }, place)));
            }
        }
        named.retain(|(cursor, _)| self.is_beyond(cursor));
        named.sort_unstable_by(|(one, _), (other, _)| self.order(one, other));
        named.truncate(self.most);
        named.into_iter().map(|(_, place)| place).collect()
    }

    /// What rows of a day must be, also by the actions and scores of that day.
    async fn conditions(
        &self,
        tables: &[Snapshot; 5],
        day: i32,
        found: &mut Found,
    ) -> Vec<Condition> {
        let mut all = conditions(self.filter);
        let actions = &tables[place(Table::Actions)];
        if let Some(outcome) = self.filter.outcome {
            let (of_kind, wanted) = match outcome {
                Outcome::Did(kind) => (vec![Condition::Is("kind", kind.to_owned())], true),
                Outcome::Nothing => (Vec::new(), false),
            };
            let rows = rows_of(actions, day, &of_kind, &["interaction"], &mut found.faults).await;
            all.push(Condition::Among(names(&rows), wanted));
        }
        if let Some(score) = &self.filter.score {
            let named = [Condition::Is("name", score.clone())];
            let columns = ["target", "target_kind", "interaction_at"];
            let scores = &tables[place(Table::Scores)];
            let rows = rows_of(scores, day, &named, &columns, &mut found.faults).await;
            let mut targets = Targets::default();
            let of_actions: Vec<String> = rows.iter().flat_map(|rows| targets.add(rows)).collect();
            if !of_actions.is_empty() {
                let ids = of_actions.iter().map(|id| key(id)).collect();
                let among = [Condition::Among(ids, true)];
                let rows = rows_of(actions, day, &among, &["interaction"], &mut found.faults).await;
                targets.interactions.extend(names(&rows));
            }
            all.push(Condition::Judged(targets));
        }
        all
    }
}

/// Keeps of equal ranks all or none, and as many as are wanted; returns the least rank that is kept.
fn kept(nearest: &mut Vec<Place>, most: usize, limit: i64) -> i64 {
    // Rows at the limit may turn out to lie before it.
    let mut ranks: Vec<i64> =
        nearest.iter().map(|place| place.rank).filter(|rank| *rank < limit).collect();
    if ranks.len() < most.max(1) {
        return i64::MIN;
    }
    let (_, least, _) =
        ranks.select_nth_unstable_by_key(most.max(1) - 1, |rank| std::cmp::Reverse(*rank));
    let least = *least;
    nearest.retain(|place| place.rank >= least);
    least
}

/// The files of a day and the rows of it that are in no file yet.
pub async fn parts<'a>(
    snapshot: &'a Snapshot,
    day: i32,
    faults: &mut Vec<String>,
) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    for file in snapshot.files.iter().filter(|file| file.day == day) {
        match Part::open(snapshot, file).await {
            Ok(part) => parts.push(part),
            Err(why) => said(faults, &why),
        }
    }
    parts.extend(tail_of(snapshot, day).map(Part::Rows));
    parts
}

/// The rows of a day that are in no file yet.
pub fn tail_of(snapshot: &Snapshot, day: i32) -> Option<RecordBatch> {
    let table = Table::STORED.into_iter().find(|table| table.name() == snapshot.layout.name)?;
    let rows = snapshot.tail.first()?;
    let of_day = days(table, rows).into_iter().map(|it| Some(it == day)).collect();
    let rows = filter_record_batch(rows, &of_day).expect("a mask of its rows");
    (rows.num_rows() > 0).then_some(rows)
}

/// Some columns of the rows of a day that pass.
pub async fn rows_of(
    snapshot: &Snapshot,
    day: i32,
    conditions: &[Condition],
    columns: &[&str],
    faults: &mut Vec<String>,
) -> Vec<RecordBatch> {
    let mut rows = Vec::new();
    for part in parts(snapshot, day, faults).await {
        for group in 0..part.groups() {
            match passing_rows(&part, group, conditions, columns).await {
                Ok(found) => rows.extend(found),
                Err(why) => said(faults, &why),
            }
        }
    }
    rows
}

async fn passing_rows(
    part: &Part<'_>,
    group: usize,
    conditions: &[Condition],
    columns: &[&str],
) -> Result<Option<RecordBatch>, Error> {
    let Some(passing) = part.passing(group, conditions).await? else { return Ok(None) };
    let rows: Vec<u32> = passing.rows().map(|(row, _)| row).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    part.take(group, &rows, columns).await.map(Some)
}

/// The interactions that rows name first.
fn names(rows: &[RecordBatch]) -> KeySet {
    let names = rows.iter().flat_map(|rows| rows.column(0).as_string::<i32>().iter().flatten());
    names.map(key).collect()
}

/// Some columns of some places, group by group.
async fn read(
    parts: &[Part<'_>],
    places: &[Place],
    columns: &[&str],
    faults: &mut Vec<String>,
) -> Vec<(usize, usize, RecordBatch)> {
    let mut places = places.to_vec();
    places.sort_unstable_by_key(|place| (place.part, place.group, place.row));
    let mut all = Vec::new();
    for of_group in places.chunk_by(|one, other| (one.part, one.group) == (other.part, other.group))
    {
        let Place { part, group, .. } = of_group[0];
        let rows: Vec<u32> = of_group.iter().map(|place| place.row).collect();
        match parts[part].take(group, &rows, columns).await {
            Ok(rows) => all.push((part, group, rows)),
            Err(why) => said(faults, &why),
        }
    }
    all
}

/// Says each fault once.
pub fn said(faults: &mut Vec<String>, why: &Error) {
    said_all(faults, vec![why.to_string()]);
}

pub fn said_all(faults: &mut Vec<String>, more: Vec<String>) {
    for why in more {
        if !faults.contains(&why) {
            faults.push(why);
        }
    }
}
