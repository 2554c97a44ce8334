//! What scores are about, turned around: which interaction a score of whatever kind of target belongs to.

use datafusion::arrow::array::{Array, AsArray, BooleanArray, RecordBatch, StringArray};
use datafusion::arrow::datatypes::TimestampMicrosecondType;

use crate::keys::{KeyMap, KeySet, key};

/// The targets of some scores.
#[derive(Debug, Default)]
pub struct Targets {
    /// Interactions, those included whose action is the target.
    pub interactions: KeySet,
    /// Answers, traces and sessions may be those of several interactions: then the time, which the score
    /// has copied, tells which one was meant.
    timed: [KeyMap<Vec<i64>>; 3],
}

/// The columns that answers, traces and sessions are named in.
pub const TIMED: [(&str, &str); 3] =
    [("response", "response_id"), ("trace", "trace"), ("session", "session")];

impl Targets {
    pub fn is_empty(&self) -> bool {
        self.interactions.is_empty() && self.timed.iter().all(KeyMap::is_empty)
    }

    /// Adds the targets of scores; hands back the actions that are targets.
    pub fn add(&mut self, scores: &RecordBatch) -> Vec<String> {
        let mut actions = Vec::new();
        for (kind, name, at) in named(scores) {
            match (kind, at) {
                ("interaction", _) => {
                    self.interactions.insert(key(name));
                }
                ("action", _) => actions.push(name.to_owned()),
                (kind, Some(at)) => {
                    if let Some(place) = TIMED.iter().position(|(known, _)| *known == kind) {
                        self.timed[place].entry(key(name)).or_default().push(at);
                    }
                }
                _ => {}
            }
        }
        actions
    }

    /// True for the interactions that something is about.
    pub fn about(&self, rows: &RecordBatch) -> BooleanArray {
        let text = |name: &str| rows.column_by_name(name).expect("it was read").as_string::<i32>();
        let ids = text("id");
        let times = rows.column_by_name("at").expect("it was read");
        let times = times.as_primitive::<TimestampMicrosecondType>();
        let timed = TIMED.map(|(_, column)| text(column));
        let about = |row: usize| {
            (ids.is_valid(row) && self.interactions.contains(&key(ids.value(row))))
                || timed.iter().zip(&self.timed).any(|(names, known)| {
                    names.is_valid(row)
                        && known
                            .get(&key(names.value(row)))
                            .is_some_and(|at| at.contains(&times.value(row)))
                })
        };
        (0..rows.num_rows()).map(|row| Some(about(row))).collect()
    }
}

/// Kind, name and the target's time of each score.
fn named(scores: &RecordBatch) -> impl Iterator<Item = (&str, &str, Option<i64>)> {
    let text = |name: &str| -> &StringArray {
        scores.column_by_name(name).expect("it was read").as_string::<i32>()
    };
    let (kinds, names) = (text("target_kind"), text("target"));
    let at = scores.column_by_name("interaction_at").expect("it was read");
    let at = at.as_primitive::<TimestampMicrosecondType>();
    (0..scores.num_rows()).filter(|row| names.is_valid(*row)).map(move |row| {
        let kind = if kinds.is_valid(row) { kinds.value(row) } else { "interaction" };
        (kind, names.value(row), at.is_valid(row).then(|| at.value(row)))
    })
}
