//! Which criteria were in force when: the digest that each bet's gate had, by the roadmap's history.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use trueup_roadmap::parse;

use crate::behaviour::BEHAVIOURS;
use crate::calendar::first_day;
use crate::history::history;

/// The digests of all features' gates.
pub struct Criteria {
    /// For each feature since when, in milliseconds since the first day began, and what; oldest first.
    of: [Vec<(u64, String)>; BEHAVIOURS.len()],
}

impl Criteria {
    /// A bet has the name of its feature, with dashes.
    pub fn new(today: Date) -> Criteria {
        let began = first_day(today).to_zoned(TimeZone::UTC);
        let began = began.expect("every day exists in UTC").timestamp().as_millisecond();
        let mut of = BEHAVIOURS.each_ref().map(|_| Vec::new());
        for snapshot in history(today) {
            let since = u64::try_from(snapshot.on.as_millisecond() - began).unwrap_or(0);
            let roadmap = parse(&snapshot.files).roadmap;
            for (behaviour, known) in BEHAVIOURS.iter().zip(&mut of) {
                let bet = roadmap.bet(&behaviour.feature_key.replace('_', "-"));
                let gate = bet.and_then(|bet| bet.graduation());
                known.extend(gate.map(|gate| (since, gate.digest.clone())));
                known.dedup_by(|new, old| new.1 == old.1);
            }
        }
        Criteria { of }
    }

    /// Nothing for a feature that is on no roadmap.
    pub fn at(&self, feature: usize, at_ms: u64) -> &str {
        let known = self.of[feature].iter().rev();
        known
            .map(|(since, digest)| (since, digest.as_str()))
            .find(|(since, _)| **since <= at_ms)
            .map_or("", |(_, digest)| digest)
    }
}
