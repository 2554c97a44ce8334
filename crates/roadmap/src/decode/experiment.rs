//! `[experiment]` and `[eligible]` of a bet.

use super::{Fields, Value};
use crate::bet::experiment::{Arm, Eligible, Experiment};
use crate::duration;
use crate::source::Spanned;

pub(crate) fn experiment(fields: &Fields<'_>) -> Option<Experiment> {
    let control = fields.required("control").and_then(|value| value.spanned_text());
    let arms = fields.required("arms").and_then(|value| arms(&value));
    let adjust = fields.optional("adjust").map(|value| value.duration(duration::days));
    let adjust_days = adjust.map_or(Some(None), |days| days.map(Some))?;
    Some(Experiment { control: control?, arms: arms?, adjust_days, place: fields.place() })
}

fn arms(value: &Value<'_>) -> Option<Vec<Arm>> {
    let entries = value.fields("`arms`")?.entries();
    let arm = |(name, value): &(Spanned<String>, Value<'_>)| {
        Some(Arm { name: name.clone(), weight: value.amount()? })
    };
    let arms: Vec<Option<Arm>> = entries.iter().map(arm).collect();
    arms.into_iter().collect()
}

pub(crate) fn eligible(fields: &Fields<'_>) -> Option<Eligible> {
    let people = fields.required("people").and_then(|value| value.whole_within(1, u32::MAX));
    let source = fields.required("source").and_then(|value| value.text());
    Some(Eligible { people: people?, source: source? })
}
