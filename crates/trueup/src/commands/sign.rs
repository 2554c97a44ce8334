//! `trueup sign`: one side's word that these are the criteria.

use std::fmt::Write;

use anyhow::Result;
use jiff::civil::Date;
use trueup_roadmap::Gate;
use trueup_roadmap::sign::{Signed, gate, here, sign, since_signed, speaker};

use super::Said;
use super::document::Document;
use crate::args::Sign;
use crate::folder;

pub fn run(args: &Sign) -> Result<Said> {
    let document = Document::read(args.roadmap.roadmap.as_deref(), None)?;
    let bet = document.sound_bet(&args.bet)?;
    let gate = gate(bet, &args.gate)?;
    let on = document.day(args.on)?;
    let person = speaker(&document.parsed.roadmap, &args.person, on)?;
    let source = document.source(&bet.place.path);
    let signed = sign(source, gate, person, on)?;
    folder::replace(&document.folder, source, &signed.source.text)?;

    let id = &bet.id.value;
    let mut text = format!(
        "signed `{}` of `{id}` for {} as `{}` on {on}, {}:\n",
        gate.name.value,
        signed.side.spoken(),
        args.person,
        signed.digest
    );
    for criterion in &gate.criteria {
        let _ = writeln!(text, "  {criterion}");
    }
    if !signed.void.is_empty() {
        text += &since(&document, id, gate, &signed);
    }
    text += &next(&document, id, gate, &signed, on);
    Ok(Said::good(text))
}

/// What became of the criteria that were signed before.
fn since(document: &Document, bet: &str, gate: &Gate, signed: &Signed) -> String {
    let names: Vec<String> = signed.void.iter().map(|name| format!("`{name}`")).collect();
    let mut text =
        format!("other criteria were signed by {}; that no longer counts", names.join(" and "));
    let history = document.history.as_ref();
    match history.and_then(|history| since_signed(history, bet, gate)) {
        Some(moves) => {
            text.push_str(", since then:\n");
            for what in moves {
                let _ = writeln!(text, "  {what}");
            }
        }
        None => {
            text.push_str("; no commit that is here holds them, so what changed is not known\n");
        }
    }
    text
}

fn next(document: &Document, bet: &str, gate: &Gate, signed: &Signed, on: Date) -> String {
    let Some(side) = signed.missing else {
        return format!("both sides have signed; next: commit `{}`\n", signed.source.path);
    };
    let people = here(&document.parsed.roadmap, side, on);
    let (gate, side) = (&gate.name.value, side.spoken());
    format!("next: {side} signs, `trueup sign {bet} {gate} --as PERSON`; who may: {people}\n")
}
