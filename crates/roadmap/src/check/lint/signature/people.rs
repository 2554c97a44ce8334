//! S04 and S05: is somebody there who answers for it, and of both sides?

use super::super::super::Case;
use super::lint;
use crate::bet::{Bet, Owners, Stage};
use crate::diagnostic::Diagnostic;
use crate::gate::Gate;
use crate::roadmap::{Roadmap, Side};
use crate::source::{Place, Spanned};

pub(super) fn check(case: &Case<'_>, bet: &Bet) -> Vec<Diagnostic> {
    if !bet.has_reached(Stage::Discovery) {
        return Vec::new();
    }
    let mut found = Vec::new();
    found.extend(vacant(bet));
    found.extend(departed(case, bet));
    found.extend(bet.gates.iter().flat_map(|gate| departed_signers(case, bet, gate)));
    found.extend(one_sided(case.roadmap, bet));
    found.extend(no_team(bet));
    found.extend(unread_model(case, bet));
    found
}

/// S04.
fn vacant(bet: &Bet) -> Option<Diagnostic> {
    let id = &bet.id.value;
    let Some(owners) = &bet.owners else {
        let message = format!("nobody answers for `{id}`");
        let help =
            "add `[owners]`: model, product, and `escalate`, where a conflict of the two goes";
        return Some(lint("S04", &bet.id.place, message, help));
    };
    let offices = [
        ("model owner", "model", owners.model.is_none()),
        ("product owner", "product", owners.product.is_none()),
        ("place where conflicts go", "escalate", owners.escalate.is_empty()),
    ];
    let empty = offices.iter().filter(|(.., is_empty)| *is_empty);
    let (names, keys): (Vec<&str>, Vec<String>) =
        empty.map(|(name, key, _)| (*name, format!("`{key}`"))).unzip();
    if names.is_empty() {
        return None;
    }
    let message = format!("`{id}` has no {}", names.join(", no "));
    Some(lint("S04", &owners.place, message, format!("add {} under `[owners]`", keys.join(", "))))
}

/// S04: an office is held by somebody who left.
fn departed(case: &Case<'_>, bet: &Bet) -> Vec<Diagnostic> {
    let Some(owners) = &bet.owners else { return Vec::new() };
    let named = [("the model owner", &owners.model), ("the product owner", &owners.product)];
    let of_office = |(office, person): (&str, &Option<Spanned<String>>)| {
        let person = person.as_ref()?;
        departure(case, bet, office, &person.value, &person.place)
    };
    let found = named.into_iter().filter_map(of_office);
    let above = owners.escalate.iter().filter_map(|person| {
        departure(case, bet, "the one to whom conflicts go", person, &owners.place)
    });
    found.chain(above).collect()
}

fn departure(
    case: &Case<'_>,
    bet: &Bet,
    office: &str,
    person: &str,
    place: &Place,
) -> Option<Diagnostic> {
    let left = case.roadmap.people.get(person)?.left.filter(|left| *left < case.today)?;
    let message = format!("{office} of `{}`, `{person}`, left on {left}", bet.id.value);
    Some(lint("S04", place, message, "name somebody who is there"))
}

/// S04: before a bet is decided, those who signed must be there to stand by it.
fn departed_signers(case: &Case<'_>, bet: &Bet, gate: &Gate) -> Vec<Diagnostic> {
    let Some(signature) = &gate.signature else { return Vec::new() };
    let one = |(side, signer): (Side, &Spanned<String>)| {
        let left = case.roadmap.people.get(&signer.value)?.left?;
        let is_gone = left < case.today && bet.stage.value != Stage::Live;
        if left >= signature.on && !is_gone {
            return None;
        }
        let message = format!(
            "`{}` signed `{}` for {} on {} and left on {left}",
            signer.value,
            gate.name.value,
            side.spoken(),
            signature.on
        );
        let help = format!("somebody who is there signs for {} anew", side.spoken());
        Some(lint("S04", &signer.place, message, help))
    };
    [Side::Product, Side::Rd]
        .into_iter()
        .filter_map(|side| Some((side, signature.by(side)?)))
        .filter_map(one)
        .collect()
}

/// S05: one side is silent where both should speak.
fn one_sided(roadmap: &Roadmap, bet: &Bet) -> Vec<Diagnostic> {
    let mut groups: Vec<(&str, Vec<&Spanned<String>>, &'static str)> = Vec::new();
    groups.push(("the team", bet.team.iter().collect(), "`team`"));
    let owners = bet.owners.as_ref();
    groups.push(("the owners", owners.map(owning).unwrap_or_default(), "`[owners]`"));
    if let Some(score) = &bet.score {
        groups.push(("the score", score.by.iter().collect(), "`by` under `[score]`"));
        let blind = score.blind.iter().map(|marks| &marks.by).collect();
        groups.push(("the blind score", blind, "`[[score.blind]]`"));
    }
    if let Some(reviewed) = bet.data.as_ref().and_then(|data| data.reviewed.as_ref()) {
        groups.push(("the data review", reviewed.by.iter().collect(), "`by` under `reviewed`"));
    }
    let one = |(what, people, key): &(&str, Vec<&Spanned<String>>, &str)| {
        let silent = silent_side(roadmap, people)?;
        let (id, silent) = (&bet.id.value, silent.spoken());
        let message = format!("nobody of {silent} is in {what} of `{id}`");
        let help = format!("name one person of {silent} too, in {key}");
        Some(lint("S05", &people[0].place, message, help))
    };
    groups.iter().filter_map(one).collect()
}

/// Both owners; one alone is a vacancy.
fn owning(owners: &Owners) -> Vec<&Spanned<String>> {
    let both = owners.model.as_ref().zip(owners.product.as_ref());
    both.map(|(model, product)| vec![model, product]).unwrap_or_default()
}

/// The side that nobody of the people speaks for; none without people, or if one is not known.
fn silent_side(roadmap: &Roadmap, people: &[&Spanned<String>]) -> Option<Side> {
    let sides: Option<Vec<Side>> =
        people.iter().map(|person| roadmap.side(&person.value)).collect();
    let sides = sides.filter(|sides| !sides.is_empty())?;
    [Side::Product, Side::Rd].into_iter().find(|side| !sides.contains(side))
}

/// S05.
fn no_team(bet: &Bet) -> Option<Diagnostic> {
    if !bet.has_reached(Stage::Pilot) || !bet.team.is_empty() {
        return None;
    }
    let message = format!("`{}` names no team", bet.id.value);
    let help = "add `team = [\"...\"]`: who works on it, people of both sides";
    Some(lint("S05", &bet.id.place, message, help))
}

/// S05: the product side has not read about the model that is used.
fn unread_model(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let model = bet.sourcing.as_ref()?.model.as_ref().filter(|_| bet.has_reached(Stage::Pilot))?;
    let help = "the product owner reads about it and writes `acknowledged = { model, by, on }`";
    let Some(read) = &bet.acknowledged else {
        let message = format!("nobody of product has read about the model `{model}`");
        return Some(lint("S05", &model.place, message, help));
    };
    if case.roadmap.side(&read.by.value) == Some(Side::Rd) {
        let message =
            format!("`{}` is of R&D; product has not read about `{model}`", read.by.value);
        return Some(lint("S05", &read.by.place, message, help));
    }
    let released = |id: &str| case.roadmap.models.get(id)?.released;
    let is_newer = released(&read.model.value)
        .zip(released(&model.value))
        .is_some_and(|(read, used)| read >= used);
    if read.model.value == model.value || is_newer {
        return None;
    }
    let message = format!(
        "`{}` read about `{}` on {}, and `{}` uses `{model}` now",
        read.by.value, read.model.value, read.on, bet.id.value
    );
    Some(lint("S05", &read.model.place, message, help))
}
