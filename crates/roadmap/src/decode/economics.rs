//! `[cost]`, `[sourcing]`, `[baseline]` and `[[option]]` of a bet.

use super::{Fields, Value};
use crate::bet::economics::{
    Alternative, Baseline, Considered, Cost, NextSourcing, Sourcing, Tokens,
};
use crate::check::reference::Kind;
use crate::roadmap::Side;

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
pub(crate) fn cost(fields: &Fields<'_>) -> Option<Cost> {
    let loads = fields.optional("loads").map(|value| value.items()).unwrap_or_default();
    Some(Cost {
        per_interaction_at_most: fields.amount("per_interaction_at_most"),
        proven_at_most: fields.amount("proven_at_most"),
        currency: fields.optional("currency").and_then(|value| value.currency()),
        revenue_per_interaction: fields.amount("revenue_per_interaction"),
        interactions_month: fields.amount("interactions_month"),
        loads: loads.iter().filter_map(Value::amount).collect(),
        tokens: fields.within("tokens", tokens),
        cost_by: fields.optional("cost_by").and_then(|value| value.signer(Side::Rd)),
        value_by: fields.optional("value_by").and_then(|value| value.signer(Side::Product)),
        place: fields.place(),
    })
}

fn tokens(fields: &Fields<'_>) -> Option<Tokens> {
    let amount = |name| fields.required(name).and_then(|value| value.amount());
    let (input, output) = (amount("input"), amount("output"));
    Some(Tokens { input: input?, output: output? })
}

pub(crate) fn sourcing(fields: &Fields<'_>) -> Option<Sourcing> {
    let kind = fields.required("kind").and_then(|value| value.spanned_word());
    let because = fields.text("because");
    let model = fields.reference("model", Kind::Model);
    let unique_data = fields.text("unique_data");
    let next = fields.within("next", next);
    let considered = fields.each("considered", considered);
    let place = fields.place();
    Some(Sourcing { kind: kind?, because, model, unique_data, next, considered, place })
}

fn next(fields: &Fields<'_>) -> Option<NextSourcing> {
    let kind = fields.required("kind").and_then(|value| value.word());
    let when = fields.required("when").and_then(|value| value.text());
    Some(NextSourcing { kind: kind?, when: when? })
}

fn considered(fields: &Fields<'_>) -> Option<Considered> {
    let kind = fields.required("kind").and_then(|value| value.spanned_word());
    let considered = Considered {
        once: fields.amount("once"),
        fixed_month: fields.amount("fixed_month"),
        per_interaction: fields.amount("per_interaction"),
        privacy: fields.text("privacy"),
        lock_in: fields.text("lock_in"),
        team: fields.text("team"),
        because: fields.text("because"),
        kind: kind?,
    };
    Some(considered)
}

pub(crate) fn baseline(fields: &Fields<'_>) -> Option<Baseline> {
    let text = |name| fields.required(name).and_then(|value| value.text());
    let (kind, what) = (text("kind"), text("what"));
    let metric = fields.reference("metric", Kind::Metric);
    let value = fields.optional("value").and_then(|value| value.number());
    let interface = fields.text("interface");
    Some(Baseline { kind: kind?, what: what?, metric, value, interface, place: fields.place() })
}

pub(crate) fn alternative(fields: &Fields<'_>) -> Option<Alternative> {
    let what = fields.required("what").and_then(|value| value.spanned_text());
    let kind = fields.optional("kind").and_then(|value| value.word());
    let (chosen, tried) = (fields.flag("chosen"), fields.flag("tried"));
    let result = fields.text("result");
    Some(Alternative { what: what?, kind, chosen, tried, result })
}
