//! What can be a target and is new or changed: what depends on it is looked at again.

use std::collections::{BTreeSet, HashMap};

use datafusion::arrow::array::{Array, AsArray, RecordBatch, StringArray};
use trueup_evidence::Table;

use super::days;
use super::dimensions::{Known, Names, Targets};
use super::spans::Source;
use super::stored::Wanted;
use super::target::{TargetKind, target_hash};
use crate::keys::{Key, KeyMap, KeySet, key};

/// Targets that arrived.
#[derive(Default)]
pub struct Arrived {
    /// New and changed rows as they will be stored. The new interactions come first.
    targets: Vec<(Table, RecordBatch)>,
    /// The ids of those rows, by table.
    ids: HashMap<Table, KeySet>,
    /// Rows that are stored already, and yet others may wait for them: the merge that stored them died.
    known: Vec<(Table, RecordBatch)>,
    /// The use that each trace is, of those looked at.
    main: KeyMap<Source>,
    /// What [`Source::Stored`] points into.
    pub stored: Vec<RecordBatch>,
    /// Targets whose dependents are stored perhaps, and the days on which those lie.
    again: Again,
}

/// Names that stored rows may be about.
#[derive(Default)]
pub struct Again {
    /// Of interactions, by which actions and payloads name them.
    pub ids: Wanted,
    /// All names that a score may use.
    pub any: Wanted,
    pub days: BTreeSet<i32>,
}

/// One candidate for a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub known: Known,
    /// The earliest wins, then the smallest id.
    pub order: (i64, String),
}

impl Arrived {
    pub fn of_interactions(rows: RecordBatch, main: KeyMap<Source>) -> Arrived {
        Arrived { targets: vec![(Table::Interactions, rows)], main, ..Arrived::default() }
    }

    /// Adds rows that were taken out of their files, or are new.
    pub fn add(&mut self, table: Table, rows: RecordBatch) {
        let ids = texts(&rows, "id").iter().flatten().map(key);
        self.ids.entry(table).or_default().extend(ids);
        self.targets.push((table, rows));
    }

    /// True if a stored row is not as it will be.
    pub fn has_changed(&self, table: Table, id: &str) -> bool {
        self.ids.get(&table).is_some_and(|ids| ids.contains(&key(id)))
    }

    pub fn add_known(&mut self, table: Table, rows: RecordBatch) {
        self.known.push((table, rows));
    }

    /// What is stored about these interactions is looked at again.
    pub fn look_again_at(&mut self, rows: &RecordBatch) {
        self.again.days.extend(days(Table::Interactions, rows));
        let names = texts(rows, "id");
        names.iter().flatten().for_each(|id| self.again.ids.add(id));
        for column in ["id", "response_id", "session"] {
            let names = texts(rows, column);
            names.iter().flatten().for_each(|name| self.again.any.add(name));
        }
    }

    /// What is stored about the traces of these interactions is looked at again.
    pub fn look_again_at_traces(&mut self, rows: &RecordBatch) {
        self.again.days.extend(days(Table::Interactions, rows));
        texts(rows, "trace").iter().flatten().for_each(|trace| self.again.any.add(trace));
    }

    /// What is stored about these actions is looked at again.
    pub fn look_again_at_actions(&mut self, rows: &RecordBatch, day: i32) {
        self.again.days.insert(day);
        texts(rows, "id").iter().flatten().for_each(|id| self.again.any.add(id));
    }

    pub fn again(&self, table: Table) -> (&Wanted, &BTreeSet<i32>) {
        let names = if table == Table::Scores { &self.again.any } else { &self.again.ids };
        (names, &self.again.days)
    }

    /// The names of what arrived that are among these targets.
    pub fn names_among(&self, waiting: &dyn Fn(u64) -> bool) -> (Wanted, Vec<u64>) {
        let (mut names, mut hashes) = (Wanted::default(), Vec::new());
        for (table, rows) in self.targets.iter().chain(&self.known) {
            for kind in kinds(*table) {
                for name in texts(rows, kind.column()).iter().flatten() {
                    let hash = target_hash(*kind, key(name));
                    if waiting(hash) {
                        names.add(name);
                        hashes.push(hash);
                    }
                }
            }
        }
        (names, hashes)
    }

    /// Hands each target that arrived and is wanted to `each`.
    pub fn candidates(
        &self,
        wanted: &dyn Fn(TargetKind, Key) -> bool,
        names: &mut Names,
        each: &mut dyn FnMut(TargetKind, Key, Candidate),
    ) {
        for (table, rows) in &self.targets {
            let targets = Targets::of(*table, rows);
            let ids = texts(rows, "id");
            for kind in kinds(*table).iter().filter(|kind| **kind != TargetKind::Trace) {
                for (row, name) in texts(rows, kind.column()).iter().enumerate() {
                    let Some(name) = name.map(key) else { continue };
                    if wanted(*kind, name) && (*kind != TargetKind::Session || is_use(rows, row)) {
                        let Some(known) = targets.known(row, names) else { continue };
                        let order = (known.at, ids.value(row).to_owned());
                        each(*kind, name, Candidate { known, order });
                    }
                }
            }
        }
    }

    /// True if the spans of a trace were looked at, so that [`Arrived::of_trace`] knows better than
    /// what is stored.
    pub fn knows_trace(&self, trace: Key) -> bool {
        self.main.contains_key(&trace)
    }

    /// What the use gives that a trace is.
    pub fn of_trace(&self, trace: Key, names: &mut Names) -> Option<Known> {
        let (rows, row) = match *self.main.get(&trace)? {
            Source::New(row) => (&self.targets.first()?.1, row),
            Source::Stored(batch, row) => {
                let id = texts(&self.stored[batch], "id").value(row);
                let changed = self.targets.iter().skip(1).find_map(|(table, rows)| {
                    let row = texts(rows, "id").iter().position(|it| it == Some(id))?;
                    (*table == Table::Interactions).then_some((rows, row))
                });
                changed.unwrap_or((&self.stored[batch], row))
            }
            Source::Other => return None,
        };
        Targets::of(Table::Interactions, rows).known(row, names)
    }
}

/// What rows of a table can be named as.
fn kinds(table: Table) -> &'static [TargetKind] {
    match table {
        Table::Interactions => {
            &[TargetKind::Interaction, TargetKind::Response, TargetKind::Trace, TargetKind::Session]
        }
        _ => &[TargetKind::Action],
    }
}

pub fn is_use(rows: &RecordBatch, row: usize) -> bool {
    texts(rows, "part_of").is_null(row)
}

pub fn texts<'a>(rows: &'a RecordBatch, name: &str) -> &'a StringArray {
    rows.column_by_name(name).expect("it was read").as_string::<i32>()
}
