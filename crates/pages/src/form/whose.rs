//! In whose name something is done: at this machine a person is chosen, elsewhere it is who is logged in.

use schemars::JsonSchema;
use serde::Serialize;

use super::Typed;
use crate::frame::Frame;
use crate::snapshot::Snapshot;

/// Who may act, where that is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Whose {
    /// Empty where it is known.
    pub people: Vec<Somebody>,
    pub chosen: String,
}

/// A person of the roadmap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Somebody {
    pub id: String,
    pub name: String,
    /// "product" or "R&D".
    pub side: String,
}

impl Whose {
    #[must_use]
    pub fn new(snapshot: &Snapshot, frame: &Frame, typed: &Typed) -> Whose {
        if frame.viewer.role != "local" {
            return Whose::default();
        }
        let chosen = typed.filled("person").unwrap_or_default().to_owned();
        Whose { people: here(snapshot), chosen }
    }

    #[must_use]
    pub fn is(&self, id: &str) -> bool {
        self.chosen == id
    }
}

/// Everybody who has not left.
#[must_use]
pub fn here(snapshot: &Snapshot) -> Vec<Somebody> {
    let today = snapshot.today();
    let people = snapshot.roadmap().people.iter();
    let here = people.filter(|(_, person)| person.left.is_none_or(|left| today <= left));
    here.map(|(id, person)| Somebody {
        id: id.clone(),
        name: person.name.clone(),
        side: person.side.spoken().to_owned(),
    })
    .collect()
}
