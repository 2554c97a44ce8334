//! Which lines of the table a key is for, built once.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{From, Source, TABLE};

/// A key's part in the table.
#[derive(Debug, Clone, Copy)]
pub struct Use {
    /// The line.
    pub line: usize,
    /// Its place on the line: lower wins.
    pub rank: usize,
    pub source: Source,
}

/// The table by the keys that clients send.
#[derive(Debug, Default)]
pub struct Index {
    pub attributes: HashMap<&'static str, Vec<Use>>,
    pub resources: HashMap<&'static str, Vec<Use>>,
    /// By the names of span events.
    pub events: HashMap<&'static str, Vec<Use>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(Index::build);

impl Index {
    /// The one index.
    #[must_use]
    pub fn shared() -> &'static Index {
        &INDEX
    }

    fn build() -> Index {
        let mut index = Index::default();
        for (line, mapping) in TABLE.iter().enumerate() {
            for (rank, source) in mapping.sources.iter().enumerate() {
                index.add(Use { line, rank, source: *source });
            }
        }
        index
    }

    fn add(&mut self, usage: Use) {
        let (place, key) = match usage.source.from {
            From::Attribute(key)
            | From::Seconds(key)
            | From::Moment(key)
            | From::Member(key, _)
            | From::Members(key, _)
            | From::AnswerId(key)
            | From::Implies(key, _)
            | From::BetMember(key)
            | From::BetTag(key)
            | From::Text(key) => (&mut self.attributes, key),
            From::Resource(key) => (&mut self.resources, key),
            From::Event(name, _) | From::EventTime(name) => (&mut self.events, name),
            From::BetKey(_)
            | From::BetResource
            | From::BetFlag
            | From::BetRule
            | From::Texts(_) => return,
        };
        place.entry(key).or_default().push(usage);
    }
}
