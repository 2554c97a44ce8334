//! Deciding about a bet: the note that remembers why, and the stage that follows.

use jiff::civil::Date;
use thiserror::Error;

use crate::bet::Stage;
use crate::edit::{Edit, EditError, Value, edit};
use crate::name::LONGEST;
use crate::note::Decision;
use crate::sign::{NotSigned, here, speaker};
use crate::stage::{Refusal, lacks, next};
use crate::{Bet, Roadmap, Side, Source, nearest};

/// What is to be decided.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub bet: &'a Bet,
    pub decision: Decision,
    /// Ids of the people who decide.
    pub by: &'a [String],
    pub on: Date,
    /// Why, in Markdown.
    pub because: Option<&'a str>,
    /// The verdict it rests on; it begins with `ship`, `continue`, `pivot`, `kill` or `learned`.
    pub verdict: Option<&'a str>,
}

/// Why nothing was decided, and what to do.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NotDecided {
    #[error(transparent)]
    Who(#[from] NotSigned),
    #[error(
        "{decision} takes both sides, and nobody of {side} is among them; add `--as` one of: {people}"
    )]
    OneSided { decision: Decision, side: &'static str, people: String },
    #[error(transparent)]
    Stage(#[from] Refusal),
    #[error("`{bet}` cannot enter `{stage}` yet; it lacks{}", lines(missing))]
    Lacks { bet: String, stage: Stage, missing: Vec<String> },
    #[error(
        "to ship takes a verdict; name the one it rests on with `--verdict`, for example `--verdict ship`"
    )]
    NoVerdict,
    #[error("`{0}` is no verdict; begin with {1}")]
    NotAVerdict(String, String),
    #[error(
        "the verdict says {verdict}, not {decision}; who decides otherwise says why with `--because`"
    )]
    AgainstVerdict { verdict: String, decision: Decision },
    #[error("who stops what people use says why with `--because`: those who oversee it will ask")]
    StopUnexplained,
    #[error(transparent)]
    Edit(#[from] EditError),
}

fn lines(missing: &[String]) -> String {
    missing.iter().fold(String::new(), |lines, what| lines + "\n  " + what)
}

/// What a decision writes.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    pub stage: Stage,
    /// The note, new.
    pub note: Source,
    /// The bet's file with the new stage; `None` where the stage stays.
    pub bet: Option<Source>,
    /// True when it goes against the verdict that it names.
    pub overrides: bool,
}

/// The words that a verdict may begin with.
const VERDICTS: [&str; 5] = ["ship", "continue", "pivot", "kill", "learned"];

/// Decides about a bet: what the note says and which stage follows; or why it cannot be decided.
///
/// `sources` are all files of the roadmap, `digest` theirs.
pub fn decide(
    roadmap: &Roadmap,
    sources: &[Source],
    digest: &str,
    asked: &Asked<'_>,
) -> Result<Decided, NotDecided> {
    let Asked { bet, decision, on, .. } = *asked;
    let people: Result<Vec<_>, _> = asked.by.iter().map(|id| speaker(roadmap, id, on)).collect();
    let sides: Vec<Side> = people?.into_iter().map(|person| person.side).collect();
    both_sides(roadmap, decision, &sides, on)?;
    let stage = next(bet.stage.value, decision)?;
    let overrides = weigh(asked)?;
    if decision == Decision::Advance {
        let missing = lacks(roadmap, bet, stage);
        if !missing.is_empty() {
            return Err(NotDecided::Lacks { bet: bet.id.value.clone(), stage, missing });
        }
    }
    let file = sources.iter().find(|source| source.path == bet.place.path);
    let file = file.expect("a bet was read from one of the files");
    let moved = (stage != bet.stage.value).then(|| move_stage(file, bet, stage)).transpose()?;
    let note = Source { path: note_path(sources, asked), text: note_text(asked, digest) };
    Ok(Decided { stage, note, bet: moved, overrides })
}

fn both_sides(
    roadmap: &Roadmap,
    decision: Decision,
    sides: &[Side],
    on: Date,
) -> Result<(), NotDecided> {
    use Decision::{Kill, Learned, Pivot, Ship};
    if !matches!(decision, Ship | Kill | Pivot | Learned) {
        return Ok(());
    }
    match [Side::Product, Side::Rd].into_iter().find(|side| !sides.contains(side)) {
        None => Ok(()),
        Some(side) => {
            let people = here(roadmap, side, on);
            Err(NotDecided::OneSided { decision, side: side.spoken(), people })
        }
    }
}

/// True when the decision goes against its verdict, which takes a reason.
fn weigh(asked: &Asked<'_>) -> Result<bool, NotDecided> {
    if asked.decision == Decision::Stop && asked.because.is_none() {
        return Err(NotDecided::StopUnexplained);
    }
    let Some(verdict) = asked.verdict else {
        return if asked.decision == Decision::Ship {
            Err(NotDecided::NoVerdict)
        } else {
            Ok(false)
        };
    };
    let is_letter = |letter: char| letter.is_ascii_alphabetic();
    let word = verdict.split(|letter| !is_letter(letter)).next().unwrap_or_default();
    if !VERDICTS.contains(&word) {
        let hint = match nearest(word, VERDICTS) {
            Some(near) => format!("`{near}`?"),
            None => "`ship`, `continue`, `pivot`, `kill` or `learned`".to_owned(),
        };
        return Err(NotDecided::NotAVerdict(verdict.to_owned(), hint));
    }
    let decision = asked.decision;
    let overrides = !decision.rests_on_no_verdict() && word != decision.name();
    if overrides && asked.because.is_none() {
        return Err(NotDecided::AgainstVerdict { verdict: word.to_owned(), decision });
    }
    Ok(overrides)
}

fn move_stage(file: &Source, bet: &Bet, stage: Stage) -> Result<Source, EditError> {
    let edits = [Edit {
        path: "stage".parse()?,
        old: Some(bet.stage.value.name().into()),
        new: Some(stage.name().into()),
    }];
    Ok(Source { path: file.path.clone(), text: edit(&file.text, &edits)? })
}

/// `notes/decision-DATE-BET.md`, with a number where that is taken.
fn note_path(sources: &[Source], asked: &Asked<'_>) -> String {
    let name = |number: usize| {
        let (start, end) = (format!("decision-{}-", asked.on), ending(number));
        let room = LONGEST - start.len() - end.len();
        let id: String = asked.bet.id.value.chars().take(room).collect();
        format!("notes/{start}{}{end}.md", id.trim_end_matches('-'))
    };
    let is_free = |path: &String| sources.iter().all(|source| source.path != *path);
    (1..=sources.len() + 1).map(name).find(is_free).expect("there are more numbers than notes")
}

fn ending(number: usize) -> String {
    if number == 1 { String::new() } else { format!("-{number}") }
}

fn note_text(asked: &Asked<'_>, digest: &str) -> String {
    let Asked { bet, decision, by, on, because, verdict } = *asked;
    let mut people: Vec<&str> = Vec::new();
    for id in by {
        if !people.contains(&id.as_str()) {
            people.push(id);
        }
    }
    let people: Value = people.into_iter().map(Value::from).collect();
    let verdict = verdict.map(|verdict| Value::from(format!("{verdict} {on} {digest}").as_str()));
    let verdict = verdict.map(|verdict| format!("verdict = {verdict}\n")).unwrap_or_default();
    let because = because.map(|because| format!("\n{}\n", because.trim())).unwrap_or_default();
    format!(
        "+++\nkind = \"decision\"\nabout = [\"{}\"]\nby = {people}\non = {on}\n\
         decision = \"{decision}\"\n{verdict}+++\n{because}",
        bet.id.value
    )
}
