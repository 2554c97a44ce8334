//! `outcomes/*.toml`.

use super::Fields;
use super::suppression::suppressions;
use crate::check::reference::Kind;
use crate::name::is_name;
use crate::outcome::{KeyResult, Outcome};

pub(crate) fn outcome(fields: &Fields<'_>) -> Option<Outcome> {
    let id = fields.own_id(is_name);
    let title = fields.required("title").and_then(|value| value.text());
    let population = fields.required("for").and_then(|value| value.text());
    let step = step(fields);
    let key_results = fields.tables("key_result").iter().filter_map(key_result).collect();
    let allow = suppressions(fields);
    let Step { metric, from, to, by } = step?;
    let (id, title, population) = (id?, title?, population?);
    let place = fields.place();
    Some(Outcome { id, title, population, metric, from, to, by, key_results, allow, place })
}

fn key_result(fields: &Fields<'_>) -> Option<KeyResult> {
    let id = fields.required("id").and_then(|value| value.name(is_name));
    let step = step(fields);
    let owners = fields.references("owners", Kind::Person);
    fields.finish();
    let Step { metric, from, to, by } = step?;
    Some(KeyResult { id: id?, metric, from, to, by, owners })
}

/// What an outcome and a key result have in common: a metric goes from one value to another.
struct Step {
    metric: crate::Spanned<String>,
    from: f64,
    to: f64,
    by: jiff::civil::Date,
}

fn step(fields: &Fields<'_>) -> Option<Step> {
    let metric = fields.required("metric").and_then(|value| value.reference(Kind::Metric));
    let from = fields.required("from").and_then(|value| value.number());
    let to = fields.required("to").and_then(|value| value.number());
    let by = fields.required("by").and_then(|value| value.date());
    Some(Step { metric: metric?, from: from?, to: to?, by: by? })
}
