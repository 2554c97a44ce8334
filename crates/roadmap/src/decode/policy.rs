//! `roadmap.toml`: edition, horizons, people, words and policy.

use std::collections::BTreeMap;

use super::suppression::no_lint;
use super::{Fields, Value};
use crate::check::reference::Kind;
use crate::diagnostic::{Diagnostic, as_key, as_text};
use crate::duration;
use crate::explain::is_lint;
use crate::horizon::{Horizon, HorizonResult, Need, Preset, Proof};
use crate::model::{Model, Price};
use crate::name::{LONGEST, is_name, listed, nearest, shown};
use crate::policy::{Level, OrderWeights, Policy, RibsWeights, Rituals};
use crate::roadmap::Person;
use crate::source::{Place, Spanned};
use crate::word::Word;

/// The newest edition of the language that this version reads.
const EDITION: u32 = 1;

const LEVELS: [(&str, Level); 4] = [
    ("allow", Level::Allow),
    ("warn", Level::Warn),
    ("deny", Level::Deny),
    ("future-deny", Level::FutureDeny(None)),
];

/// What `roadmap.toml` holds; parts that could not be read are left out.
pub(crate) struct Head {
    pub policy: Policy,
    pub horizons: Vec<(Spanned<String>, Horizon)>,
    pub people: Vec<Person>,
    pub words: BTreeMap<String, Spanned<String>>,
    pub models: BTreeMap<String, Model>,
    /// Every name it gives, of unreadable parts too.
    pub defined: Vec<(Kind, Spanned<String>)>,
}

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `decode::file` takes")]
pub(crate) fn head(fields: &Fields<'_>) -> Option<Head> {
    edition(fields);
    let entries = |name| fields.table(name).map(|table| table.entries()).unwrap_or_default();
    let (people_entries, model_entries) = (entries("people"), entries("models"));
    let (horizons, mut defined) = all_horizons(fields);
    let named = |kind| move |(id, _): &(Spanned<String>, Value<'_>)| (kind, id.clone());
    defined.extend(people_entries.iter().map(named(Kind::Person)));
    defined.extend(model_entries.iter().map(named(Kind::Model)));
    let people = people_entries.iter().filter_map(|(id, value)| person(id, value)).collect();
    let models = model_entries.iter().filter_map(|(id, value)| model(id, value)).collect();
    let words = entries("words");
    let word = |(word, value): &(Spanned<String>, Value<'_>)| {
        Some((word.value.clone(), Spanned { value: value.text()?, place: word.place.clone() }))
    };
    let words = words.iter().filter_map(word).collect();
    let policy = fields.table("policy").map(|table| policy(&table)).unwrap_or_default();
    Some(Head { policy, horizons, people, words, models, defined })
}

type Defined = Vec<(Kind, Spanned<String>)>;

/// `horizons = "technology"`, or a table of them.
fn all_horizons(fields: &Fields<'_>) -> (Vec<(Spanned<String>, Horizon)>, Defined) {
    let Some(value) = fields.optional("horizons") else { return Default::default() };
    if value.is_text() {
        let named = value.word().map(preset).unwrap_or_default().into_iter();
        let named = named.map(|(id, horizon)| (value.spanned(id), horizon)).collect();
        return (named, Vec::new());
    }
    let entries = value.fields("`[horizons]`").map(|table| table.entries()).unwrap_or_default();
    let defined = entries.iter().map(|(id, _)| (Kind::Horizon, id.clone())).collect();
    (horizons(&entries), defined)
}

fn model(id: &Spanned<String>, value: &Value<'_>) -> Option<(String, Model)> {
    let fields = value.fields(format!("model `{}`", id.value))?;
    let provider = fields.text("provider");
    let tier = fields.optional("tier").and_then(|value| value.word());
    let released = fields.optional("released").and_then(|value| value.date());
    let prices = fields.each("prices", price);
    fields.finish();
    Some((id.value.clone(), Model { id: id.clone(), provider, tier, released, prices }))
}

fn price(fields: &Fields<'_>) -> Option<Price> {
    let since = fields.required("since").and_then(|value| value.date());
    let amount = |name| fields.required(name).and_then(|value| value.amount());
    let (input, output) = (amount("input_per_million"), amount("output_per_million"));
    let cached_per_million = fields.amount("cached_per_million");
    let currency = fields.optional("currency").and_then(|value| value.currency());
    Some(Price {
        since: since?,
        input_per_million: input?,
        output_per_million: output?,
        cached_per_million,
        currency,
    })
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
    let fields = value.fields(format!("`[horizons.{}]`", shown(&id.value)))?;
    let name = fields.required("name").and_then(|value| value.text());
    let written = fields.required("span");
    let span = written.as_ref().and_then(|value| Some((value.text()?, span(value)?)));
    let needs = fields.optional("needs").map(|value| value.items()).unwrap_or_default();
    let needs = needs.iter().filter_map(need).collect();
    let result = fields.optional("result").and_then(|value| value.word());
    let promise = fields.optional("promise").and_then(|value| value.share());
    let goal = fields.text("goal");
    fields.finish();
    let (written, (text, hours)) = (written?, span?);
    if let Some((_, before)) = last_end.filter(|(end, _)| hours.0 < *end) {
        let message =
            format!("horizon `{}` starts before `{}` ends", shown(&id.value), shown(before));
        return written.complain(message, Some("horizons follow one another".to_owned()));
    }
    let result = result.unwrap_or_default();
    Some((Horizon { name: name?, span: text, needs, result, promise, goal }, hours))
}

fn need(value: &Value<'_>) -> Option<Spanned<Need>> {
    let text = value.text()?;
    if let Some(need) = Need::read(&text) {
        return Some(value.spanned(need));
    }
    let shown: String = text.chars().take(LONGEST).collect();
    let diagnostic =
        Diagnostic::deny("F04", value.place(), format!("there is no entry predicate `{shown}`"));
    let known = || Proof::WORDS.iter().map(|(word, _)| *word);
    let all = || format!("write {} or `sourcing.buy|rules`", listed(known()));
    value.file.report(diagnostic.meant(nearest(&text, known()), as_text, all));
    None
}

/// Reads `0w..6w` or `12mo..`, in hours.
fn span(value: &Value<'_>) -> Option<(f64, f64)> {
    let text = value.text()?;
    let parts = text.split_once("..").ok_or_else(|| format!("`{}` has no `..`", shown(&text)));
    let hours = parts.and_then(|(from, to)| {
        let end = if to.is_empty() { Ok(f64::INFINITY) } else { duration::hours(to) };
        Ok((duration::hours(from)?, end?))
    });
    match hours {
        Ok((from, to)) if from < to => Some((from, to)),
        Ok(_) => value.complain(format!("`span` ends before it starts: `{}`", shown(&text)), None),
        Err(why) => value.complain(
            format!("`span` must be two lengths of time: {why}"),
            Some("write for example `\"6w..3mo\"` or `\"12mo..\"`".to_owned()),
        ),
    }
}

fn person(id: &Spanned<String>, value: &Value<'_>) -> Option<Person> {
    let named = super::value::is_named(value.file, id, is_name);
    let fields = value.fields(format!("person `{}`", shown(&id.value)))?;
    let name = fields.required("name").and_then(|value| value.text());
    let email = fields.text("email");
    let side = fields.required("side").and_then(|value| value.word());
    let left = fields.optional("left").and_then(|value| value.date());
    fields.finish();
    Some(Person { id: named.then(|| id.clone())?, name: name?, email, side: side?, left })
}

fn policy(fields: &Fields<'_>) -> Policy {
    let share = |name| fields.optional(name)?.number_within((0.0, 1.0));
    let whole = |name, least| fields.optional(name)?.whole_within(least, u32::MAX);
    let days = |name| fields.optional(name)?.duration(duration::days);
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
        promise: share("promise").unwrap_or(standard.promise),
        review_lasts_days: days("review_lasts").unwrap_or(standard.review_lasts_days),
        note_settles_days: days("note_settles").unwrap_or(standard.note_settles_days),
        demos_at_most: whole("demos_at_most", 0).unwrap_or(standard.demos_at_most),
        harness_ratio: fields.amount("harness_ratio").unwrap_or(standard.harness_ratio),
        top_decile_at_most: share("top_decile_at_most").unwrap_or(standard.top_decile_at_most),
        premium_at_most: share("premium_at_most").unwrap_or(standard.premium_at_most),
        rituals: fields.within("rituals", rituals).unwrap_or_default(),
        order: fields.within("order", order).unwrap_or_default(),
        ribs: fields.within("ribs", ribs).unwrap_or_default(),
        notice: fields.text("notice"),
        levels: fields.table("levels").map(|table| levels(&table)).unwrap_or_default(),
        require: fields.table("require").map(|table| require(&table)).unwrap_or_default(),
        industries: fields.texts("industries"),
    };
    fields.finish();
    policy
}

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
fn rituals(fields: &Fields<'_>) -> Option<Rituals> {
    let days = |name| fields.optional(name)?.duration(duration::days);
    let standard = Rituals::default();
    Some(Rituals {
        retro: days("retro").unwrap_or(standard.retro),
        postmortem: days("postmortem").unwrap_or(standard.postmortem),
        learning: days("learning").unwrap_or(standard.learning),
        review: days("review"),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
fn order(fields: &Fields<'_>) -> Option<OrderWeights> {
    let weight = |name| fields.amount(name).unwrap_or(1.0);
    let (value, chance) = (weight("value"), weight("chance"));
    Some(OrderWeights { value, chance, data: weight("data"), cost: weight("cost") })
}

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
fn ribs(fields: &Fields<'_>) -> Option<RibsWeights> {
    let weight = |name| fields.amount(name).unwrap_or(1.0);
    let (risk, impact) = (weight("risk"), weight("impact"));
    Some(RibsWeights { risk, impact, business: weight("business"), scale: weight("scale") })
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
    let one = |(code, value): &(Spanned<String>, Value<'_>)| {
        let level = level(value)?;
        is_adjustable(code, value, level).then(|| (code.value.clone(), level))
    };
    entries.iter().filter_map(one).collect()
}

/// `"warn"`, or `{ deny_from = 2027-01-31 }`.
fn level(value: &Value<'_>) -> Option<Level> {
    if !value.is_table() {
        return value.choice(&LEVELS);
    }
    let fields = value.fields("this level")?;
    let from = fields.required("deny_from").and_then(|value| value.date());
    fields.finish();
    Some(Level::FutureDeny(Some(from?)))
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

/// What a team may insist on by name, and the lint that says so.
pub(crate) const REQUIREMENTS: [(&str, &str); 6] = [
    ("customer_evidence", "O05"),
    ("process_data", "W04"),
    ("regulated_oversight", "A04"),
    ("rules_first", "B03"),
    ("sourcing", "B01"),
    ("training_investment", "K01"),
];

/// Levels by code.
fn require(fields: &Fields<'_>) -> BTreeMap<String, Level> {
    let entries = fields.entries();
    let one = |(name, value): &(Spanned<String>, Value<'_>)| {
        let level = level(value);
        let known = REQUIREMENTS.iter().find(|(known, _)| *known == name.value);
        let Some((_, code)) = known else {
            value.file.report(no_requirement(name));
            return None;
        };
        Some(((*code).to_owned(), level?))
    };
    entries.iter().filter_map(one).collect()
}

fn no_requirement(name: &Spanned<String>) -> Diagnostic {
    let known = || REQUIREMENTS.iter().map(|(known, _)| *known);
    let shown: String = name.value.chars().take(LONGEST).collect();
    let message = format!("nothing that can be required is called `{shown}`");
    let all = || format!("write {}", listed(known()));
    let diagnostic = Diagnostic::deny("F04", name.place.clone(), message);
    diagnostic.meant(nearest(&name.value, known()), as_key, all)
}

/// The horizons of a preset, nearest first.
pub(crate) fn preset(preset: Preset) -> Vec<(String, Horizon)> {
    let needs = |text: &str| {
        let need = Need::read(text).expect("the presets name predicates that there are");
        Spanned { value: need, place: Place { path: "roadmap.toml".to_owned(), span: 0..0 } }
    };
    let horizon = |name: &str, span: &str, predicates: &[&str], result| Horizon {
        name: name.to_owned(),
        span: span.to_owned(),
        needs: predicates.iter().map(|text| needs(text)).collect(),
        result,
        promise: None,
        goal: None,
    };
    let (product, learning) = (HorizonResult::Product, HorizonResult::Learning);
    let horizons = match preset {
        Preset::Confidence => [
            horizon("committed", "0w..6w", &CONFIDENT, product),
            horizon("planned", "6w..3mo", &["risks.mitigated"], product),
            horizon("explore", "3mo..6mo", &[], learning),
        ],
        Preset::Technology => [
            horizon("ready-made", "0mo..6mo", &["sourcing.rules|buy"], product),
            horizon("tuned", "6mo..12mo", &["sourcing.rag|fine-tune"], product),
            horizon("own research", "12mo..", &[], learning),
        ],
    };
    ["h1", "h2", "h3"].map(str::to_owned).into_iter().zip(horizons).collect()
}

/// What the nearest horizon of the confidence preset asks for.
const CONFIDENT: [&str; 5] =
    ["approach.proven", "data.have", "quality.threshold", "demand.named", "prior.validated"];
