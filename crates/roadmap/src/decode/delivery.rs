//! What a bet is built of and how it reaches its users: `[[component]]`, `[[risk]]`, `[path]` ...

use super::gate::lone_criterion;
use super::{Fields, Value};
use crate::bet::delivery::{
    Acknowledged, Artifact, Component, Constraint, Deployment, Done, GoesWhen, Path, Promise, Risk,
};
use crate::check::reference::Kind;
use crate::name::is_name;

pub(crate) fn component(fields: &Fields<'_>) -> Option<Component> {
    let id = fields.required("id").and_then(|value| value.name(is_name));
    let kind = fields.required("kind").and_then(|value| value.spanned_word());
    let stands_for = fields.reference("stands_for", Kind::Capability);
    let goes_when = fields.optional("goes_when").and_then(|value| goes_when(&value));
    let effort = fields.optional("effort").and_then(|value| value.length());
    Some(Component { id: id?, kind: kind?, stands_for, goes_when, effort })
}

fn goes_when(value: &Value<'_>) -> Option<GoesWhen> {
    if value.is_text() {
        return value.text().map(GoesWhen::Words);
    }
    let criterion = lone_criterion(&value.fields("`goes_when`")?)?;
    Some(GoesWhen::Criterion(Box::new(criterion)))
}

pub(crate) fn risk(fields: &Fields<'_>) -> Option<Risk> {
    let what = fields.required("what").and_then(|value| value.spanned_text());
    let kind = fields.optional("kind").and_then(|value| value.word());
    let mitigate = fields.text("mitigate");
    let owner = fields.reference("owner", Kind::Person);
    Some(Risk { what: what?, kind, mitigate, owner })
}

pub(crate) fn constraint(fields: &Fields<'_>) -> Option<Constraint> {
    let what = fields.required("what").and_then(|value| value.text());
    let by = fields.required("by").and_then(|value| value.reference(Kind::Person));
    let on = fields.required("on").and_then(|value| value.spanned_date());
    Some(Constraint { what: what?, by: by?, on: on? })
}

pub(crate) fn path(fields: &Fields<'_>) -> Option<Path> {
    let what = fields.required("what").and_then(|value| value.text());
    let link = fields.text("link");
    Some(Path { what: what?, link })
}

pub(crate) fn deployment(fields: &Fields<'_>) -> Option<Deployment> {
    let to = fields.required("to").and_then(|value| value.spanned_text());
    let since = fields.optional("since").and_then(|value| value.date());
    let share = fields.optional("share").and_then(|value| value.share());
    let gate = fields.optional("gate").and_then(|value| value.name(is_name));
    Some(Deployment { to: to?, since, share, gate })
}

pub(crate) fn artifact(fields: &Fields<'_>) -> Option<Artifact> {
    let what = fields.required("what").and_then(|value| value.text());
    let (digest, contract) = (fields.text("digest"), fields.text("contract"));
    let validated = fields.optional("validated").and_then(|value| value.note());
    Some(Artifact { what: what?, digest, contract, validated, place: fields.place() })
}

pub(crate) fn done(fields: &Fields<'_>) -> Option<Done> {
    let what = fields.required("what").and_then(|value| value.spanned_text());
    let by = fields.reference("by", Kind::Person);
    let link = fields.text("link");
    Some(Done { what: what?, by, link })
}

pub(crate) fn promise(fields: &Fields<'_>) -> Option<Promise> {
    let what = fields.required("what").and_then(|value| value.spanned_text());
    let on = fields.required("on").and_then(|value| value.date());
    let by = fields.optional("by").and_then(|value| value.date());
    Some(Promise { what: what?, on: on?, by })
}

pub(crate) fn acknowledged(fields: &Fields<'_>) -> Option<Acknowledged> {
    let model = fields.required("model").and_then(|value| value.reference(Kind::Model));
    let by = fields.required("by").and_then(|value| value.reference(Kind::Person));
    let on = fields.required("on").and_then(|value| value.date());
    Some(Acknowledged { model: model?, by: by?, on: on? })
}
