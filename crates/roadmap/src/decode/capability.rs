//! `capabilities/*.toml`.

use super::Fields;
use super::data::labels;
use super::gate::lone_criterion;
use super::suppression::suppressions;
use crate::capability::{Capability, Investment};
use crate::check::reference::Kind;
use crate::name::is_name;

pub(crate) fn capability(fields: &Fields<'_>) -> Option<Capability> {
    let id = fields.own_id(is_name);
    let text = |name| fields.required(name).and_then(|value| value.text());
    let (title, gap) = (text("title"), text("gap"));
    let criterion = fields.optional("criterion").and_then(|value| value.fields("`criterion`"));
    Some(Capability {
        criterion: criterion.and_then(|fields| lone_criterion(&fields)),
        investment: fields.within("investment", investment),
        labels: fields.within("labels", labels),
        yields: fields.text("yields"),
        model: fields.reference("model", Kind::Model),
        allow: suppressions(fields),
        place: fields.place(),
        id: id?,
        title: title?,
        gap: gap?,
    })
}

fn investment(fields: &Fields<'_>) -> Option<Investment> {
    let kind = fields.required("kind").and_then(|value| value.spanned_word());
    let investment = Investment {
        effort: fields.optional("effort").and_then(|value| value.length()),
        cost: fields.amount("cost"),
        currency: fields.optional("currency").and_then(|value| value.currency()),
        chance: fields.optional("chance").and_then(|value| value.share()),
        because: fields.text("because"),
        by: fields.reference("by", Kind::Person),
        kind: kind?,
    };
    Some(investment)
}
