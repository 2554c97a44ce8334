//! `trueup decide`: a decision as a note, and the stage that follows.

use std::fs;

use anyhow::{Result, bail};
use trueup_roadmap::bet::Stage;
use trueup_roadmap::decide::{Asked, Decided, decide};
use trueup_roadmap::effect::{Version, effect};
use trueup_roadmap::note::Decision;
use trueup_roadmap::{Bet, Diagnostic, Severity, Source, parse};

use super::Said;
use super::document::Document;
use crate::{args, folder};

pub fn run(args: &args::Decide) -> Result<Said> {
    let document = Document::read(args.roadmap.roadmap.as_deref(), None)?;
    let bet = document.sound_bet(&args.bet)?;
    let decision = decision(args.decision);
    let verdict = verdict(&document, bet, args)?;
    let asked = Asked {
        bet,
        decision,
        by: &args.people,
        on: document.day(args.on)?,
        because: args.because.as_deref(),
        verdict: verdict.as_deref(),
    };
    let (roadmap, digest) = (&document.parsed.roadmap, &document.version.digest);
    let decided = decide(roadmap, &document.sources, digest, &asked)?;
    if matches!(decision, Decision::Advance | Decision::Ship) {
        refuse_what_is_denied(&document, &decided)?;
    }
    write(&document, bet, &decided)?;
    Ok(Said::good(said(bet, decision, &decided)))
}

fn decision(asked: args::Decision) -> Decision {
    match asked {
        args::Decision::Ship => Decision::Ship,
        args::Decision::Pivot => Decision::Pivot,
        args::Decision::Kill => Decision::Kill,
        args::Decision::Learned => Decision::Learned,
        args::Decision::Continue => Decision::Continue,
        args::Decision::Retire => Decision::Retire,
        args::Decision::Advance => Decision::Advance,
        args::Decision::Stop => Decision::Stop,
        args::Decision::Restart => Decision::Restart,
    }
}

/// The verdict that was named: without the evidence there is no other.
#[cfg(not(feature = "evidence"))]
#[expect(clippy::unnecessary_wraps, reason = "with the evidence it can fail")]
fn verdict(_: &Document, _: &Bet, args: &args::Decide) -> Result<Option<String>> {
    Ok(args.verdict.clone())
}

/// The verdict that the evidence gives; the one named where there is no evidence.
#[cfg(feature = "evidence")]
fn verdict(document: &Document, bet: &Bet, args: &args::Decide) -> Result<Option<String>> {
    let id = bet.id.value.as_str();
    let store = super::judged::store(args.store.store.as_deref(), &document.folder);
    let lake = trueup_lake::Lake::open(&store)?;
    if decision(args.decision).rests_on_no_verdict() || !lake.exists() {
        return Ok(args.verdict.clone());
    }
    let report = document.judge(&lake, document.now, Some(id))?;
    let Some(judged) = report.bets.iter().find(|judged| judged.id == id) else { return Ok(None) };
    if judged.verdict.is_none() && args.decision == args::Decision::Ship {
        bail!("the evidence gives no verdict on `{id}`: {}", judged.because);
    }
    Ok(judged.verdict.map(|word| word.name().to_owned()))
}

/// Fails when the roadmap would be denied for something that it is not denied for now.
fn refuse_what_is_denied(document: &Document, decided: &Decided) -> Result<()> {
    let sources = after(&document.sources, decided);
    let parsed = parse(&sources);
    let diagnostics: Vec<Diagnostic> = document.check_next(&parsed);
    let now = Version {
        name: "now",
        sources: &document.sources,
        parsed: &document.parsed,
        diagnostics: &document.check(),
        known_from: None,
    };
    let then = Version {
        name: "then",
        sources: &sources,
        parsed: &parsed,
        diagnostics: &diagnostics,
        ..now
    };
    let effect = effect(&now, &then);
    let denied = effect.new.iter().filter(|found| found.severity == Severity::Deny);
    let denied: Vec<String> = denied
        .map(|found| format!("\n  {} in {}: {}", found.code, found.path, found.message))
        .collect();
    if !denied.is_empty() {
        bail!("at `{}` this would be denied; mend it first:{}", decided.stage, denied.concat());
    }
    Ok(())
}

/// The roadmap with what was decided.
fn after(sources: &[Source], decided: &Decided) -> Vec<Source> {
    let mut sources = sources.to_vec();
    if let Some(bet) = &decided.bet {
        sources.retain(|source| source.path != bet.path);
        sources.push(bet.clone());
    }
    sources.push(decided.note.clone());
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// Writes note and stage, or neither.
fn write(document: &Document, bet: &Bet, decided: &Decided) -> Result<()> {
    folder::create(&document.folder, &decided.note)?;
    let Some(moved) = &decided.bet else { return Ok(()) };
    let before = document.source(&bet.place.path);
    folder::replace(&document.folder, before, &moved.text).inspect_err(|_| {
        // What fails here is told already; the note is ours and was not there before.
        let _ = fs::remove_file(document.folder.join(&decided.note.path));
    })
}

fn said(bet: &Bet, decision: Decision, decided: &Decided) -> String {
    let (id, note) = (&bet.id.value, &decided.note.path);
    let stage = bet.stage.value;
    let moved = match &decided.bet {
        Some(_) => format!("{stage} → {}", decided.stage),
        None => format!("stays {stage}"),
    };
    let against = if decided.overrides { ", against its verdict" } else { "" };
    let next = match (decision, decided.stage) {
        (Decision::Pivot, _) => format!("add the new bet with `from = \"{id}\"`"),
        (Decision::Stop, _) => {
            format!("switch it off, commit it; `trueup oversight {id}` lists it")
        }
        (Decision::Restart, _) => format!("commit it; `trueup oversight {id}` lists it"),
        (Decision::Ship, _) => format!("commit both; a retro about `{id}` becomes due"),
        (_, Stage::Killed | Stage::Learned | Stage::Retired) => {
            format!("commit both; write what was learned: a note of kind `learning` about `{id}`")
        }
        (_, Stage::Live) | (Decision::Continue, _) => "commit it".to_owned(),
        _ => "commit both".to_owned(),
    };
    format!("decided {decision} on `{id}`{against}: {moved}\nwrote {note}\nnext: {next}\n")
}
