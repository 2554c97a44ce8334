//! `[gate.NAME]`: criteria and the signature under them.

use super::measure::range;
use super::{Fields, Value};
use crate::check::reference::Kind;
use crate::diagnostic::Diagnostic;
use crate::duration;
use crate::gate::{Attested, Bound, Criterion, Gate, Measured, Role, Signature, Versus};
use crate::name::{is_name, shown};
use crate::roadmap::Side;
use crate::source::Spanned;

pub(crate) fn gate(name: &Spanned<String>, value: &Value<'_>) -> Option<Gate> {
    let named = super::value::is_named(value.file, name, is_name);
    let fields = value.fields(format!("`[gate.{}]`", shown(&name.value)))?;
    let items = fields.required("criteria").map(|value| criteria_of(&value)).unwrap_or_default();
    let criteria: Vec<Criterion> = items.iter().filter_map(criterion).collect();
    let signature = fields
        .optional("signed")
        .and_then(|value| value.fields("`signed`"))
        .and_then(|fields| signature(&fields));
    fields.finish();
    let digest = crate::canonical::gate_digest(&criteria);
    named.then(|| Gate { name: name.clone(), criteria, signature, digest })
}

fn criteria_of<'d>(value: &Value<'d>) -> Vec<Value<'d>> {
    let items = value.items();
    if items.is_empty() && value.is_list() {
        let message = "a gate without criteria would let everything pass".to_owned();
        let help = Some("write at least one criterion, or leave the gate out".to_owned());
        let _: Option<()> = value.complain(message, help);
    }
    items
}

fn signature(fields: &Fields<'_>) -> Option<Signature> {
    let product = fields.optional("product").and_then(|value| value.signer(Side::Product));
    let rd = fields.optional("rd").and_then(|value| value.signer(Side::Rd));
    let on = fields.required("on").and_then(|value| value.date());
    let digest = fields.required("digest").and_then(|value| value.spanned_text());
    fields.finish();
    Some(Signature { product, rd, on: on?, digest: digest? })
}

fn criterion(value: &Value<'_>) -> Option<Criterion> {
    let fields = value.fields("this criterion")?;
    let criterion = match fields.optional("attest") {
        Some(attest) => attested(&fields, &attest).map(Criterion::Attested),
        None => measured(&fields).map(Criterion::Measured),
    };
    fields.finish();
    criterion
}

fn attested(fields: &Fields<'_>, attest: &Value<'_>) -> Option<Attested> {
    let attest = attest.spanned_text();
    if let Some(value) = fields.optional("role")
        && value.word().is_some_and(|role: Role| role != Role::Readiness)
    {
        let message = "what a person vouches for has the role `readiness`".to_owned();
        let _: Option<()> = value.patched(message, "\"readiness\"".to_owned());
    }
    let kind = fields.optional("kind").and_then(|value| value.word());
    let by = fields.reference("by", Kind::Person);
    let link = fields.text("link");
    let on = fields.optional("on").and_then(|value| value.date());
    Some(Attested { attest: attest?, kind, by, link, on, place: fields.place() })
}

/// A criterion that stands outside a gate: its role may be left out.
pub(crate) fn lone_criterion(fields: &Fields<'_>) -> Option<Measured> {
    let measured = measured_as(fields, |fields| {
        fields.optional("role").map_or(Some(Role::Goal), |value| value.word())
    });
    fields.finish();
    measured
}

fn measured(fields: &Fields<'_>) -> Option<Measured> {
    measured_as(fields, |fields| fields.required("role").and_then(|value| value.word()))
}

fn measured_as(
    fields: &Fields<'_>,
    role: impl FnOnce(&Fields<'_>) -> Option<Role>,
) -> Option<Measured> {
    let metric = fields.required("metric").and_then(|value| value.reference(Kind::Metric));
    let bound = bound(fields);
    let role = role(fields);
    let among = fields.text("among");
    let versus = fields.optional("versus").map(|value| value.word());
    let arm = fields.optional("arm").map(|value| value.spanned_text());
    let windows = fields.optional("windows").map(|value| value.whole_within(1, 1000));
    let every = fields.optional("every").map(|value| value.duration(duration::days));
    let (windows, every_days) =
        (windows.unwrap_or(Some(1)), every.map_or(Some(None), |e| e.map(Some)));
    let (windows, every_days) = (windows?, every_days?);
    let versus: Option<Versus> = versus.map_or(Some(None), |word| word.map(Some))?;
    let arm = arm.map_or(Some(None), |arm| arm.map(Some))?;
    if windows > 1 && every_days.is_none() {
        fields.complain(
            format!("`windows = {windows}` needs `every`, the length of one window"),
            Some("write for example `every = \"1w\"`".to_owned()),
        );
        return None;
    }
    let (metric, bound, role) = (metric?, bound?, role?);
    let place = fields.place();
    Some(Measured { metric, bound, role, among, versus, arm, windows, every_days, place })
}

fn bound(fields: &Fields<'_>) -> Option<Bound> {
    let (at_least, at_most) = (fields.optional("at_least"), fields.optional("at_most"));
    match (at_least, at_most, fields.optional("between")) {
        (Some(value), None, None) => Some(Bound::AtLeast(value.bound()?)),
        (None, Some(value), None) => Some(Bound::AtMost(value.bound()?)),
        (None, None, Some(value)) => range(&value).map(|(low, high)| Bound::Between(low, high)),
        (None, None, None) => {
            let keys = vec!["at_least", "at_most", "between"];
            fields.missing(keys, not_one_bound(fields, "no bound"));
            None
        }
        _ => {
            fields.file.report(not_one_bound(fields, "more than one bound"));
            None
        }
    }
}

fn not_one_bound(fields: &Fields<'_>, has: &str) -> Diagnostic {
    let help = "write one of `at_least = 0.6`, `at_most = 0.6` or `between = [0.4, 0.6]`";
    Diagnostic {
        help: Some(help.to_owned()),
        ..Diagnostic::deny("F03", fields.place(), format!("this criterion has {has}"))
    }
}
