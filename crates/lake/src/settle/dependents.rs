//! Actions, payloads and scores: each gets the day, the bet and the person of what it is about, or
//! waits as an orphan until that arrives.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use datafusion::arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::compute::{concat_batches, not};
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use trueup_evidence::Table;

use super::arrived::{Arrived, Candidate, is_use, texts};
use super::dimensions::{Known, Names, Targets, fill, strip, target_columns};
use super::duplicates::{Firsts, kept, present, present_elsewhere};
use super::stored::{Stored, Wanted};
use super::target::{SESSION_DAYS, Target, TargetKind};
use super::{Change, Incoming, Reach, all_columns, days};
use crate::columns::{Layout, day_of};
use crate::error::Error;
use crate::keys::{Key, KeySet, key};
use crate::store::DataFile;

/// What the steps share.
pub struct Settle<'a, 'b> {
    pub stored: &'a Stored<'b>,
    pub reach: Reach,
    /// See [`Incoming::again`].
    pub again: bool,
    pub names: &'a mut Names,
}

/// Which rows of a file are looked at again.
enum Which {
    /// Those that wait for their target.
    Orphans,
    /// Those about one of these.
    About(Wanted),
}

/// What is known of the targets of some rows.
type KnownTargets = HashMap<(TargetKind, Key), Known>;

impl Settle<'_, '_> {
    /// Settles one table, and adds to what arrived.
    pub async fn table(
        &mut self,
        table: Table,
        incoming: &Incoming,
        arrived: &mut Arrived,
    ) -> Result<Change, Error> {
        let mut change = Change::adding(RecordBatch::new_empty(Layout::of(table).columns));
        let mut first = Firsts::default();
        let moved = match self.reach {
            Reach::All => {
                let concerned = self.concerned(table, incoming, arrived).await?;
                self.look_again(table, concerned, arrived, &mut change, &mut first).await?
            }
            Reach::New => Vec::new(),
        };
        let rows = incoming.of(table);
        if rows.num_rows() > 0 {
            let filled = self.filled(table, rows.columns().to_vec(), arrived).await?;
            let once = first.mark(&filled, &days(table, &filled));
            let once = kept(&filled, &once);
            let known = present(self.stored, table, &once).await?;
            let new = kept(&once, &not(&known).expect("a mask"));
            let elsewhere = present_elsewhere(self.stored, table, &new).await?;
            change.added = kept(&new, &not(&elsewhere).expect("a mask"));
            change.new = change.added.num_rows();
            change.duplicates = (rows.num_rows() - change.new) as u64;
            if self.again && table == Table::Actions {
                let known = kept(&once, &known);
                for (row, day) in days(table, &known).into_iter().enumerate() {
                    arrived.look_again_at_actions(&known.slice(row, 1), day);
                }
                arrived.add_known(table, known);
            }
        }
        if table == Table::Actions {
            arrived.add(table, change.added.clone());
            for rows in &moved {
                arrived.add(table, rows.clone());
            }
        }
        if !moved.is_empty() {
            let all = [&change.added].into_iter().chain(&moved);
            change.added = concat_batches(&Layout::of(table).columns, all).expect("its columns");
        }
        Ok(change)
    }

    /// Stored rows about what arrived: those that come out otherwise now are taken out of their
    /// files and given back.
    async fn look_again(
        &mut self,
        table: Table,
        concerned: Vec<(DataFile, Which)>,
        arrived: &mut Arrived,
        change: &mut Change,
        first: &mut Firsts,
    ) -> Result<Vec<RecordBatch>, Error> {
        let columns = all_columns(table);
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut moved = Vec::new();
        for (file, which) in concerned {
            let column = Target::columns(table)[0];
            let found = match which {
                Which::Orphans => self.stored.orphan_rows(table, &file, &columns).await?,
                Which::About(names) => {
                    self.stored.find(table, column, names.iter(), &file, &columns).await?
                }
            };
            let Some(before) = found else { continue };
            if self.again && table == Table::Actions {
                // The merge that died may have put them here, and not come to what is about them.
                arrived.look_again_at_actions(&before, file.day);
                arrived.add_known(table, before.clone());
            }
            let after = self.filled(table, strip(table, &before), arrived).await?;
            let differs: BooleanArray = (0..before.num_rows())
                .map(|row| Some(before.slice(row, 1) != after.slice(row, 1)))
                .collect();
            let after = kept(&after, &differs);
            if after.num_rows() == 0 {
                continue;
            }
            if table == Table::Actions {
                arrived.look_again_at_actions(&after, file.day);
            }
            let ids: KeySet = texts(&after, "id").iter().flatten().map(key).collect();
            change.removed.insert(file.clone(), ids);
            moved.push(self.not_there(table, &after, file.day, first).await?);
        }
        Ok(moved)
    }

    /// Which of the rows that leave a file are not on their new day already.
    async fn not_there(
        &self,
        table: Table,
        rows: &RecordBatch,
        from: i32,
        first: &mut Firsts,
    ) -> Result<RecordBatch, Error> {
        let days = days(table, rows);
        let once = first.mark(rows, &days);
        let there = present(self.stored, table, rows).await?;
        let stays: BooleanArray = (0..rows.num_rows())
            .map(|row| Some(once.value(row) && (days[row] == from || !there.value(row))))
            .collect();
        Ok(kept(rows, &stays))
    }

    /// The files in which rows may be about what arrived, and the names that they may be about.
    async fn concerned(
        &self,
        table: Table,
        incoming: &Incoming,
        arrived: &Arrived,
    ) -> Result<Vec<(DataFile, Which)>, Error> {
        let mut concerned: BTreeMap<DataFile, Wanted> = BTreeMap::new();
        let waiting = self.stored.waiting(table).await?;
        if incoming.all_waiting {
            let all = waiting.into_iter().map(|(file, _)| (file.clone(), Which::Orphans));
            return Ok(all.collect());
        }
        if !waiting.is_empty() {
            let all: HashSet<u64> =
                waiting.iter().flat_map(|(_, targets)| targets.iter().copied()).collect();
            let (names, hashes) = arrived.names_among(&|hash| all.contains(&hash));
            for (file, targets) in waiting {
                if hashes.iter().any(|hash| targets.binary_search(hash).is_ok()) {
                    concerned.insert(file.clone(), names.clone());
                }
            }
        }
        let (names, days) = arrived.again(table);
        if !names.is_empty() {
            let files = &self.stored.table(table).files;
            for file in files.iter().filter(|file| days.contains(&file.day)) {
                concerned.entry(file.clone()).or_default().extend(names);
            }
        }
        Ok(concerned.into_iter().map(|(file, names)| (file, Which::About(names))).collect())
    }

    /// Rows with what they copy from their targets.
    async fn filled(
        &mut self,
        table: Table,
        mut columns: Vec<datafusion::arrow::array::ArrayRef>,
        arrived: &Arrived,
    ) -> Result<RecordBatch, Error> {
        let schema = Layout::of(table).columns;
        let rows = RecordBatch::try_new(schema.clone(), columns.clone()).expect("its columns");
        let targets = Target::of_rows(table, &rows);
        let needed: Vec<Option<Target>> = targets
            .iter()
            .enumerate()
            .map(|(row, target)| target.filter(|_| !says_enough(&rows, row)))
            .collect();
        let known = self.known(&rows, &needed, arrived).await?;
        let at = texts_at(&rows);
        let of_row: Vec<Option<Known>> = needed
            .iter()
            .enumerate()
            .map(|(row, target)| {
                let target = (*target)?;
                if target.kind == TargetKind::Unit {
                    return Some(Known::of_unit(at.value(row), self.names.keep(target.name)));
                }
                known.get(&(target.kind, target.key())).copied()
            })
            .collect();
        fill(table, &mut columns, &of_row, self.names);
        Ok(RecordBatch::try_new(schema, columns).expect("the same columns"))
    }

    /// What is known of targets, from what arrived and from what is stored.
    async fn known(
        &mut self,
        rows: &RecordBatch,
        targets: &[Option<Target<'_>>],
        arrived: &Arrived,
    ) -> Result<KnownTargets, Error> {
        let mut wanted: HashMap<TargetKind, Wanted> = HashMap::new();
        for target in targets.iter().flatten() {
            wanted.entry(target.kind).or_default().add(target.name);
        }
        let mut best: HashMap<(TargetKind, Key), Candidate> = HashMap::new();
        if wanted.is_empty() {
            return Ok(KnownTargets::new());
        }
        let is_wanted =
            |kind: TargetKind, key: Key| wanted.get(&kind).is_some_and(|it| it.has(key));
        arrived.candidates(&is_wanted, self.names, &mut |kind, name, candidate| {
            prefer(&mut best, (kind, name), candidate);
        });
        let mut known = KnownTargets::new();
        for (trace, _) in wanted.get(&TargetKind::Trace).into_iter().flat_map(Wanted::iter) {
            if let Some(found) = arrived.of_trace(trace, self.names) {
                known.insert((TargetKind::Trace, trace), found);
            }
        }
        for (kind, mut names) in wanted {
            match kind {
                TargetKind::Unit => continue,
                TargetKind::Interaction | TargetKind::Action => {
                    names.retain(|key| !best.contains_key(&(kind, key)));
                }
                TargetKind::Trace => names.retain(|key| !arrived.knows_trace(key)),
                TargetKind::Response | TargetKind::Session => {}
            }
            self.look_up(kind, names, rows, arrived, &mut best).await?;
        }
        known.extend(best.into_iter().map(|(target, candidate)| (target, candidate.known)));
        Ok(known)
    }

    /// Looks stored rows up by what they can be named as, the newest day first.
    async fn look_up(
        &mut self,
        kind: TargetKind,
        mut names: Wanted,
        rows: &RecordBatch,
        arrived: &Arrived,
        best: &mut HashMap<(TargetKind, Key), Candidate>,
    ) -> Result<(), Error> {
        let table = if kind == TargetKind::Action { Table::Actions } else { Table::Interactions };
        let mut columns = target_columns(table);
        if table == Table::Interactions {
            columns.extend(["part_of", "response_id", "trace", "session"]);
        }
        let days = days_of_sessions(kind, rows);
        let mut day = i32::MAX;
        let mut found: Vec<Key> = Vec::new();
        for file in self.stored.table(table).files.iter().rev() {
            if days.is_some_and(|(low, high)| !(low..=high).contains(&file.day)) {
                continue;
            }
            if file.day != day {
                day = file.day;
                found.drain(..).for_each(|key| names.remove(key));
            }
            let there =
                self.stored.find(table, kind.column(), names.iter(), file, &columns).await?;
            let Some(there) = there else { continue };
            let (targets, ids) = (Targets::of(table, &there), texts(&there, "id"));
            for (row, name) in texts(&there, kind.column()).iter().enumerate() {
                let part = matches!(kind, TargetKind::Trace | TargetKind::Session);
                if part && !is_use(&there, row) || arrived.has_changed(table, ids.value(row)) {
                    continue;
                }
                let (Some(name), Some(known)) = (name.map(key), targets.known(row, self.names))
                else {
                    continue;
                };
                let order = (known.at, ids.value(row).to_owned());
                prefer(best, (kind, name), Candidate { known, order });
                found.push(name);
            }
        }
        Ok(())
    }
}

fn prefer(
    best: &mut HashMap<(TargetKind, Key), Candidate>,
    target: (TargetKind, Key),
    candidate: Candidate,
) {
    match best.entry(target) {
        Entry::Vacant(free) => drop(free.insert(candidate)),
        Entry::Occupied(mut best) if candidate.order < best.get().order => {
            best.insert(candidate);
        }
        Entry::Occupied(_) => {}
    }
}

/// A row that comes with the bet and the time of its target needs nothing to be known of it.
fn says_enough(rows: &RecordBatch, row: usize) -> bool {
    ["bet", "interaction_at"]
        .iter()
        .all(|name| rows.column_by_name(name).is_some_and(|column| column.is_valid(row)))
}

fn texts_at(rows: &RecordBatch) -> &datafusion::arrow::array::TimestampMicrosecondArray {
    rows.column_by_name("at").expect("it was read").as_primitive::<TimestampMicrosecondType>()
}

/// The days on which the sessions of some rows may have begun.
fn days_of_sessions(kind: TargetKind, rows: &RecordBatch) -> Option<(i32, i32)> {
    let days = || texts_at(rows).values().iter().map(|at| day_of(*at));
    let (low, high) = (days().min()?, days().max()?);
    (kind == TargetKind::Session).then_some((low - SESSION_DAYS, high))
}
