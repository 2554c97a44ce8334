//! What a row of an action, a score or a payload is about.

use datafusion::arrow::array::{Array, AsArray, RecordBatch, StringArray};
use trueup_evidence::Table;

use crate::keys::{Key, key};

/// Uses of one session lie on days at most so far apart, and so do those of a trace, and reports of one
/// response.
pub const SESSION_DAYS: i32 = 2;

/// The kinds of target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// An interaction, by its id.
    Interaction,
    /// An action, by its id.
    Action,
    /// The interaction with a response id; the earliest, if a client has reported it twice.
    Response,
    /// The use that a trace is: the earliest that is a part of none.
    Trace,
    /// The earliest use of a session.
    Session,
    /// A person as such. Needs nothing to be known.
    Unit,
}

/// What one row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target<'a> {
    pub kind: TargetKind,
    pub name: &'a str,
}

impl TargetKind {
    fn named(name: &str) -> Option<TargetKind> {
        Some(match name {
            "interaction" => TargetKind::Interaction,
            "action" => TargetKind::Action,
            "response" => TargetKind::Response,
            "trace" => TargetKind::Trace,
            "session" => TargetKind::Session,
            "unit" => TargetKind::Unit,
            _ => return None,
        })
    }

    /// The column of an interaction that such a target names.
    pub fn column(self) -> &'static str {
        match self {
            TargetKind::Interaction | TargetKind::Action => "id",
            TargetKind::Response => "response_id",
            TargetKind::Trace => "trace",
            TargetKind::Session => "session",
            TargetKind::Unit => "unit",
        }
    }

    /// How many days apart the interactions may lie of which such a target is the earliest.
    pub fn days_apart(self) -> i32 {
        match self {
            TargetKind::Response | TargetKind::Trace | TargetKind::Session => SESSION_DAYS,
            TargetKind::Interaction | TargetKind::Action | TargetKind::Unit => 0,
        }
    }
}

impl<'a> Target<'a> {
    /// The columns that say it; the first holds the name.
    pub fn columns(table: Table) -> &'static [&'static str] {
        if table == Table::Scores { &["target", "target_kind"] } else { &["interaction"] }
    }

    /// What each row of a batch is about; `None` if it says no kind that we know.
    pub fn of_rows(table: Table, rows: &'a RecordBatch) -> Vec<Option<Target<'a>>> {
        let column = |name: &str| -> Option<&'a StringArray> {
            rows.column_by_name(name).map(AsArray::as_string::<i32>)
        };
        let names = column(Target::columns(table)[0]).expect("it was read");
        let kinds = column("target_kind");
        let target = |row: usize| {
            let kind = kinds.filter(|kinds| kinds.is_valid(row)).map(|kinds| kinds.value(row));
            let kind = kind.map_or(Some(TargetKind::Interaction), TargetKind::named)?;
            names.is_valid(row).then(|| Target { kind, name: names.value(row) })
        };
        (0..rows.num_rows()).map(target).collect()
    }

    pub fn key(self) -> Key {
        key(self.name)
    }

    /// Tells it from targets of other kinds and names.
    pub fn hash(self) -> u64 {
        target_hash(self.kind, self.key())
    }
}

/// [`Target::hash`] of a name whose key is known.
pub fn target_hash(kind: TargetKind, key: Key) -> u64 {
    let low = u64::try_from(key & Key::from(u64::MAX)).expect("half of 128 bits is 64 bits");
    low.wrapping_add((kind as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}
