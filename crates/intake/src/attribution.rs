//! Which bet, arm, customer and person a span or log record names itself. What a trace hands down from
//! one span to another is decided in the store, which sees all of them.

use std::borrow::Cow;

use crate::dialect::{Heard, Ours, Said};
use crate::rules::{Named, Rules, claim_rank};

/// What one span or log record says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Attribution<'a> {
    pub bet: Option<&'a str>,
    pub variant: Option<&'a str>,
    pub tenant: Option<&'a str>,
    /// Its pseudonym if it is named after a person.
    pub session: Option<Cow<'a, str>>,
    /// The pseudonym of the person.
    pub unit: Option<String>,
}

/// A thing that is said by itself and, if not, by its resource.
#[derive(Debug, Clone, Copy)]
pub struct Voices<'a> {
    pub own: &'a Said<'a>,
    pub resource: &'a Said<'a>,
}

impl<'a> Voices<'a> {
    /// What the better of the two says.
    #[must_use]
    pub fn get(self, ours: Ours) -> Option<&'a Heard<'a>> {
        match (self.own.rank(ours), self.resource.rank(ours)) {
            (Some(own), Some(resource)) if resource < own => self.resource.get(ours),
            (Some(_), _) => self.own.get(ours),
            (None, _) => self.resource.get(ours),
        }
    }

    #[must_use]
    pub fn text(self, ours: Ours) -> Option<&'a str> {
        self.get(ours).and_then(Heard::as_text)
    }
}

impl<'a> Attribution<'a> {
    /// The order is that of the table.
    #[must_use]
    pub fn of(rules: &'a Rules, voices: Voices<'a>) -> Attribution<'a> {
        let tenant = voices.text(Ours::Tenant);
        let subject = voices.text(Ours::Subject);
        Attribution {
            bet: bet(rules, voices),
            variant: voices.text(Ours::Variant),
            tenant,
            session: voices
                .text(Ours::Session)
                .map(|session| rules.secret().session(tenant, session)),
            unit: subject.map(|person| rules.secret().pseudonym(tenant, person)),
        }
    }
}

/// Its own key, its resource's, its flag's, its metadata's, and then what its names mean.
fn bet<'a>(rules: &'a Rules, voices: Voices<'a>) -> Option<&'a str> {
    let claimed = voices.own.claimed();
    let own = claimed.filter(|(place, _)| *place < claim_rank(1)).map(|(_, bet)| bet);
    own.or_else(|| voices.resource.claimed().map(|(_, bet)| bet))
        .or_else(|| flagged(rules, voices))
        .or_else(|| claimed.map(|(_, bet)| bet))
        .or_else(|| ruled(rules, voices))
}

fn flagged<'a>(rules: &'a Rules, voices: Voices<'a>) -> Option<&'a str> {
    let flag = voices.text(Ours::Flag)?;
    rules.settings.flags.get(flag).map(String::as_str)
}

fn ruled<'a>(rules: &'a Rules, voices: Voices<'a>) -> Option<&'a str> {
    Named::ALL.into_iter().find_map(|named| rules.bet_named(named, voices.text(named.ours())?))
}
