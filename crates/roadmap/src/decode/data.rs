//! `[data]` of a bet: the review, labels, limits, and what its use will bring.

use super::{Fields, Value};
use crate::bet::data::{Assumption, Collected, DataReview, Labels, Reviewed};
use crate::check::reference::Kind;

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
pub(crate) fn data(fields: &Fields<'_>) -> Option<DataReview> {
    let assumes = fields.optional("assumes").map(|value| value.items()).unwrap_or_default();
    Some(DataReview {
        reviewed: fields.within("reviewed", reviewed),
        bias: fields.text("bias"),
        sparsity: fields.text("sparsity"),
        labels: fields.within("labels", labels),
        fresh: fields.text("fresh"),
        cannot: fields.spanned_texts("cannot"),
        assumes: assumes.iter().filter_map(assumption).collect(),
        gathers: fields.spanned_texts("gathers"),
        will_collect: fields.each("will_collect", collected),
        place: fields.place(),
    })
}

fn reviewed(fields: &Fields<'_>) -> Option<Reviewed> {
    let on = fields.required("on").and_then(|value| value.spanned_date());
    let by = fields.references("by", Kind::Person);
    Some(Reviewed { on: on?, by })
}

pub(crate) fn labels(fields: &Fields<'_>) -> Option<Labels> {
    let whole =
        |name| fields.required(name).and_then(|value: Value<'_>| value.whole_within(0, u32::MAX));
    let (have, need) = (whole("have"), whole("need"));
    let cost = fields.optional("cost").and_then(|value| value.amount());
    let currency = fields.optional("currency").and_then(|value| value.currency());
    let (have, need) = (u64::from(have?), u64::from(need?));
    Some(Labels { cost, currency, have, need, place: fields.place() })
}

fn assumption(value: &Value<'_>) -> Option<Assumption> {
    if !value.is_table() {
        return Some(Assumption { what: value.spanned_text()?, review_by: None });
    }
    let fields = value.fields("this assumption")?;
    let what = fields.required("what").and_then(|value| value.spanned_text());
    let review_by = fields.optional("review_by").and_then(|value| value.spanned_date());
    fields.finish();
    Some(Assumption { what: what?, review_by })
}

fn collected(fields: &Fields<'_>) -> Option<Collected> {
    let capability = fields.required("for").and_then(|value| value.reference(Kind::Capability));
    let labels = fields.required("labels").and_then(|value| value.whole_within(0, u32::MAX));
    Some(Collected { capability: capability?, labels: u64::from(labels?) })
}
