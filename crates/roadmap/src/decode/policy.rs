//! `roadmap.toml`: edition, horizons, people, words and policy.

use std::collections::BTreeMap;

use super::review::no_lint;
use super::{Fields, Value};
use crate::check::reference::Kind;
use crate::diagnostic::{Diagnostic, as_key};
use crate::duration;
use crate::explain::is_lint;
use crate::name::is_name;
use crate::roadmap::{Horizon, Level, Person, Policy, Side};
use crate::source::Spanned;

/// The newest edition of the language that this version reads.
const EDITION: u32 = 1;

const LEVELS: [(&str, Level); 3] =
    [("allow", Level::Allow), ("warn", Level::Warn), ("deny", Level::Deny)];
const SIDES: [(&str, Side); 2] = [("product", Side::Product), ("rd", Side::Rd)];

/// What `roadmap.toml` holds; parts that could not be read are left out.
pub(crate) struct Head {
    pub policy: Policy,
    pub horizons: Vec<(Spanned<String>, Horizon)>,
    pub people: Vec<Person>,
    pub words: BTreeMap<String, String>,
    /// Every name it gives, of unreadable parts too.
    pub defined: Vec<(Kind, Spanned<String>)>,
}

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `decode::file` takes")]
pub(crate) fn head(fields: &Fields<'_>) -> Option<Head> {
    edition(fields);
    let entries = |name| fields.table(name).map(|table| table.entries()).unwrap_or_default();
    let (horizon_entries, people_entries) = (entries("horizons"), entries("people"));
    let defined = horizon_entries.iter().map(|(id, _)| (Kind::Horizon, id.clone()));
    let defined = defined.chain(people_entries.iter().map(|(id, _)| (Kind::Person, id.clone())));
    let defined = defined.collect();
    let horizons = horizons(&horizon_entries);
    let people = people_entries.iter().filter_map(|(id, value)| person(id, value)).collect();
    let words = entries("words");
    let words = words.iter().filter_map(|(word, value)| Some((word.value.clone(), value.text()?)));
    let words = words.collect();
    let policy = fields.table("policy").map(|table| policy(&table)).unwrap_or_default();
    Some(Head { policy, horizons, people, words, defined })
}

fn edition(fields: &Fields<'_>) {
    let Some(value) = fields.required("edition") else { return };
    let Some(edition) = value.whole_within(1, u32::MAX) else { return };
    if edition > EDITION {
        let message = format!("edition {edition} is newer than edition {EDITION}");
        value.file.report(Diagnostic {
            help: Some("use a newer Trueup, which reads older editions too".to_owned()),
            ..Diagnostic::deny("F06", value.place(), message)
        });
    }
}

fn horizons(entries: &[(Spanned<String>, Value<'_>)]) -> Vec<(Spanned<String>, Horizon)> {
    let mut horizons = Vec::new();
    let mut last_end: Option<(f64, &str)> = None;
    for (id, value) in entries {
        let named = super::value::is_named(value.file, id, is_name);
        let Some((horizon, span)) = horizon(id, value, last_end) else { continue };
        last_end = Some((span.1, &id.value));
        if named {
            horizons.push((id.clone(), horizon));
        }
    }
    horizons
}

fn horizon(
    id: &Spanned<String>,
    value: &Value<'_>,
    last_end: Option<(f64, &str)>,
) -> Option<(Horizon, (f64, f64))> {
    let fields = value.fields(format!("`[horizons.{}]`", id.value))?;
    let name = fields.required("name").and_then(|value| value.text());
    let written = fields.required("span");
    let span = written.as_ref().and_then(|value| Some((value.text()?, span(value)?)));
    let needs = fields.texts("needs");
    let learning = fields
        .optional("result")
        .and_then(|value| value.choice(&[("product", false), ("learning", true)]));
    let promise = fields.optional("promise").and_then(|value| value.number_within((0.0, 1.0)));
    // Read and kept for people; nothing is computed from it.
    fields.text("goal");
    fields.finish();
    let (written, (text, hours)) = (written?, span?);
    if let Some((_, before)) = last_end.filter(|(end, _)| hours.0 < *end) {
        let message = format!("horizon `{}` starts before `{before}` ends", id.value);
        return written.complain(message, Some("horizons follow one another".to_owned()));
    }
    let learning = learning.unwrap_or(false);
    Some((Horizon { name: name?, span: text, needs, learning, promise }, hours))
}

/// Reads `0w..6w` or `12mo..`, in hours.
fn span(value: &Value<'_>) -> Option<(f64, f64)> {
    let text = value.text()?;
    let parts = text.split_once("..").ok_or_else(|| format!("`{text}` has no `..`"));
    let hours = parts.and_then(|(from, to)| {
        let end = if to.is_empty() { Ok(f64::INFINITY) } else { duration::hours(to) };
        Ok((duration::hours(from)?, end?))
    });
    match hours {
        Ok((from, to)) if from < to => Some((from, to)),
        Ok(_) => value.complain(format!("`span` ends before it starts: `{text}`"), None),
        Err(why) => value.complain(
            format!("`span` must be two lengths of time: {why}"),
            Some("write for example `\"6w..3mo\"` or `\"12mo..\"`".to_owned()),
        ),
    }
}

fn person(id: &Spanned<String>, value: &Value<'_>) -> Option<Person> {
    let named = super::value::is_named(value.file, id, is_name);
    let fields = value.fields(format!("person `{}`", id.value))?;
    let name = fields.required("name").and_then(|value| value.text());
    let email = fields.text("email");
    let side = fields.required("side").and_then(|value| value.choice(&SIDES));
    fields.finish();
    Some(Person { id: named.then(|| id.clone())?, name: name?, email, side: side? })
}

fn policy(fields: &Fields<'_>) -> Policy {
    let share = |name| fields.optional(name)?.number_within((0.0, 1.0));
    let whole = |name, least| fields.optional(name)?.whole_within(least, u32::MAX);
    let standard = Policy::default();
    let policy = Policy {
        alpha: alpha(fields).unwrap_or(standard.alpha),
        currency: fields
            .optional("currency")
            .and_then(|value| value.currency())
            .unwrap_or(standard.currency),
        looks: whole("looks", 1).unwrap_or(standard.looks),
        give_up_below: share("give_up_below").unwrap_or(standard.give_up_below),
        pivots_at_most: whole("pivots_at_most", 0).unwrap_or(standard.pivots_at_most),
        units_at_least: whole("units_at_least", 1).unwrap_or(standard.units_at_least),
        approve_at_most: share("approve_at_most").unwrap_or(standard.approve_at_most),
        dwell_at_least_s: fields
            .optional("dwell_at_least")
            .and_then(|value| value.duration(duration::seconds))
            .unwrap_or(standard.dwell_at_least_s),
        catch_at_least: share("catch_at_least").unwrap_or(standard.catch_at_least),
        notice: fields.text("notice"),
        levels: fields.table("levels").map(|table| levels(&table)).unwrap_or_default(),
    };
    require(fields);
    fields.finish();
    policy
}

fn alpha(fields: &Fields<'_>) -> Option<f64> {
    let value = fields.optional("alpha")?;
    let alpha = value.number()?;
    if 0.0 < alpha && alpha < 1.0 {
        return Some(alpha);
    }
    value.complain("`alpha` lies between 0 and 1, both excluded".to_owned(), None)
}

fn levels(fields: &Fields<'_>) -> BTreeMap<String, Level> {
    let entries = fields.entries();
    let level = |(code, value): &(Spanned<String>, Value<'_>)| {
        let level = value.choice(&LEVELS)?;
        is_adjustable(code, value, level).then(|| (code.value.clone(), level))
    };
    entries.iter().filter_map(level).collect()
}

fn is_adjustable(code: &Spanned<String>, value: &Value<'_>, level: Level) -> bool {
    let (name, place) = (&code.value, code.place.clone());
    if crate::blocks_verdict(name) && is_lint(name) && level != Level::Deny {
        let message =
            format!("`{name}` cannot be lowered: text that cannot be read decides nothing");
        value.file.report(Diagnostic::deny("F03", place, message));
        return false;
    }
    if !is_lint(name) {
        value.file.report(no_lint(place, name, as_key));
        return false;
    }
    true
}

/// What later lints are to insist on: a table of levels, read and not yet used.
fn require(fields: &Fields<'_>) {
    for (_, value) in fields.table("require").map(|table| table.entries()).unwrap_or_default() {
        let _ = value.choice(&LEVELS);
    }
}

/// The horizons of a roadmap that names none: the confidence preset.
pub(crate) fn confidence_preset() -> BTreeMap<String, Horizon> {
    let horizon = |name: &str, span: &str, learning| Horizon {
        name: name.to_owned(),
        span: span.to_owned(),
        needs: Vec::new(),
        learning,
        promise: None,
    };
    let preset = [
        ("h1", horizon("committed", "0w..6w", false)),
        ("h2", horizon("planned", "6w..3mo", false)),
        ("h3", horizon("explore", "3mo..6mo", true)),
    ];
    preset.map(|(id, horizon)| (id.to_owned(), horizon)).into()
}
