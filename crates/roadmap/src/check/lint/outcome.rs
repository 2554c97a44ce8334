//! O: does it serve a business outcome, do people ask for it, and do both sides own it?

use super::super::Case;
use super::phrase::{first_of, is_one_of, is_only, length, words};
use super::{explores, lint};
use crate::bet::{Bet, Problem, Stage};
use crate::diagnostic::Diagnostic;
use crate::name::shown;
use crate::note::{Note, NoteKind};
use crate::outcome::{KeyResult, Outcome};
use crate::roadmap::{Roadmap, Side};
use crate::source::Place;

/// Names of techniques: how something is done, not what it is good for.
const TECHNIQUES: [&str; 32] = [
    "large language model",
    "language model",
    "llm",
    "slm",
    "gpt",
    "chatgpt",
    "genai",
    "gen ai",
    "generative ai",
    "agentic",
    "multi agent",
    "multiagent",
    "ai agent",
    "ai powered",
    "ai driven",
    "ai based",
    "rag",
    "retrieval augmented generation",
    "vector search",
    "vector database",
    "embeddings",
    "fine tuned",
    "fine tuning",
    "machine learning",
    "deep learning",
    "reinforcement learning",
    "neural network",
    "neural net",
    "prompt engineering",
    "chain of thought",
    "diffusion model",
    "knowledge graph",
];

/// Phrases in which such a name means something else.
const NO_TECHNIQUES: [&str; 4] = ["rag status", "rag rating", "rag report", "rag rug"];

/// Words beside the name of a technique that say no more than it does.
const TECHNICAL: [&str; 42] = [
    "ai",
    "ml",
    "chatbot",
    "bot",
    "copilot",
    "agent",
    "assistant",
    "model",
    "nlp",
    "pipeline",
    "platform",
    "system",
    "architecture",
    "engine",
    "service",
    "framework",
    "stack",
    "layer",
    "integration",
    "migration",
    "upgrade",
    "rollout",
    "feature",
    "solution",
    "tool",
    "use",
    "usage",
    "adoption",
    "powered",
    "based",
    "new",
    "our",
    "own",
    "a",
    "an",
    "the",
    "and",
    "with",
    "using",
    "of",
    "in",
    "v",
];

/// Verbs with which a solution is asked for.
const ASKS: [&str; 11] = [
    "need",
    "want",
    "build",
    "building",
    "make",
    "create",
    "develop",
    "introduce",
    "add",
    "have",
    "get",
];

const ARTICLES: [&str; 7] = ["a", "an", "the", "our", "some", "own", "new"];

/// Solutions that are asked for by name.
const SOLUTIONS: [&str; 8] =
    ["ai", "llm", "gpt", "chatgpt", "chatbot", "copilot", "language model", "genai"];

/// Words that may follow the name of a solution and are part of it.
const SOLUTION_PARTS: [&str; 8] =
    ["assistant", "agent", "tool", "model", "bot", "feature", "solution", "system"];

/// Words after which the request goes on to say what it should do.
const FOLLOWS: [&str; 5] = ["that", "which", "who", "to", "for"];

const NEGATIONS: [&str; 4] = ["not", "t", "never", "no"];

/// Notes in which somebody who would use it speaks.
const DEMAND: [NoteKind; 2] = [NoteKind::Field, NoteKind::Interview];

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for outcome in &case.roadmap.outcomes {
        if !case.unreadable.is_incomplete(&outcome.id.place.path) {
            let halves = outcome.key_results.iter();
            found.extend(
                halves.filter_map(|half| half_owned_key_result(case.roadmap, outcome, half)),
            );
        }
    }
    for bet in case.bets() {
        found.extend(no_outcome(bet));
        if bet.has_reached(Stage::Proposed) {
            found.extend(technology_first(case, bet));
            found.extend(feature_brief(bet));
        }
        found.extend(no_demand(case, bet));
    }
    found
}

/// O01.
fn no_outcome(bet: &Bet) -> Vec<Diagnostic> {
    if !bet.has_reached(Stage::Framed) {
        return Vec::new();
    }
    let (id, place) = (&bet.id.value, &bet.id.place);
    let mut found = Vec::new();
    if bet.serves.is_empty() {
        let message = format!("`{id}` improves nothing we measure");
        found.push(lint("O01", place, message, "add `serves = [\"outcome/key-result\"]`"));
    }
    if bet.problem.is_none() {
        let message = format!("`{id}` states no problem in numbers");
        found.push(lint("O01", place, message, "add `[problem]`: who, improve, from, to, unit"));
    }
    found
}

/// O02: in the title, or in what should improve.
fn technology_first(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    technical_title(case, bet).or_else(|| technical_problem(bet.problem.as_ref()?))
}

fn technical_title(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let title = words(&bet.title.value);
    let technique = technique(&title)?;
    let message = if bet.problem.is_none() {
        format!("the title names a technique, `{technique}`, and nothing says who gains by it")
    } else if bet.serves.is_empty() {
        format!(
            "the title names a technique, `{technique}`, and no key result shows what it is for"
        )
    } else if is_technical(&title) && !explores(case, bet) {
        format!("the title names a technique, `{technique}`, and nothing else")
    } else {
        return None;
    };
    let help = "say what should improve: who, from, to; call the bet after what its users get";
    Some(lint("O02", &bet.title.place, message, help))
}

fn technical_problem(problem: &Problem) -> Option<Diagnostic> {
    let improve = words(&problem.improve);
    let technique = technique(&improve)?;
    if !is_technical(&improve) {
        return None;
    }
    let message = format!("what should improve is a technique, `{technique}`");
    let help = "say what gets better for its users: time, errors, cost, risk or revenue";
    Some(lint("O02", &problem.place, message, help))
}

fn technique(words: &[String]) -> Option<&'static str> {
    first_of(words, &TECHNIQUES).filter(|_| first_of(words, &NO_TECHNIQUES).is_none())
}

fn is_technical(words: &[String]) -> bool {
    let named: Vec<String> = words.iter().filter(|word| !is_version(word)).cloned().collect();
    is_only(&named, &[&TECHNIQUES[..], &TECHNICAL[..]].concat())
}

/// True for `2`, `v2` and `4o`.
fn is_version(word: &str) -> bool {
    let letters = word.chars().filter(|c| !c.is_ascii_digit()).count();
    letters < word.chars().count() && letters <= 1
}

/// O03: in the title, or in what should improve.
fn feature_brief(bet: &Bet) -> Option<Diagnostic> {
    let improve = bet.problem.as_ref().map(|problem| (&problem.improve, &problem.place));
    let texts = [Some((&bet.title.value, &bet.title.place)), improve];
    let one = |(text, place): (&String, &Place)| {
        let solution = request(&words(text))?;
        let message = format!("this asks for a solution, `{solution}`, before it names a problem");
        let help = "write the problem instead: who does what today, how long or how often it fails \
                    (`from`), and what it should be (`to`)";
        Some(lint("O03", place, message, help))
    };
    texts.into_iter().flatten().find_map(one)
}

/// The solution in "need an AI that ...", "build a chatbot".
fn request(words: &[String]) -> Option<&'static str> {
    let asks = |at: &usize| {
        let denied = *at > 0 && is_one_of(&words[at - 1], &NEGATIONS);
        is_one_of(&words[*at], &ASKS) && !denied
    };
    (0..words.len()).filter(asks).find_map(|at| solution(&words[at + 1..]))
}

fn solution(after: &[String]) -> Option<&'static str> {
    let article = usize::from(after.first().is_some_and(|word| is_one_of(word, &ARTICLES)));
    // Between the article and the name there is room for "smart internal".
    (article..=3 * article).find_map(|at| {
        let rest = after.get(at..)?;
        let name = SOLUTIONS.into_iter().find(|name| length(rest, name) > 0)?;
        let rest = &rest[length(rest, name)..];
        let part = usize::from(rest.first().is_some_and(|word| is_one_of(word, &SOLUTION_PARTS)));
        let next = rest.get(part);
        next.is_none_or(|word| FOLLOWS.contains(&word.as_str())).then_some(name)
    })
}

/// O04.
fn half_owned_key_result(
    roadmap: &Roadmap,
    outcome: &Outcome,
    half: &KeyResult,
) -> Option<Diagnostic> {
    let people: Option<Vec<Side>> = half.owners.iter().map(|id| roadmap.side(&id.value)).collect();
    // Somebody who is not known is reported as such.
    let sides = people?;
    let id = format!("{}/{}", outcome.id.value, half.id.value);
    let message = match (sides.contains(&Side::Product), sides.contains(&Side::Rd)) {
        (true, true) => return None,
        (true, false) => format!("`{id}` has no R&D owner"),
        (false, true) => format!("`{id}` has no product owner"),
        (false, false) => format!("`{id}` has no owners"),
    };
    Some(lint("O04", &half.id.place, message, "name one person of each side in `owners`"))
}

/// O05: without a problem O01 has spoken.
fn no_demand(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let problem = bet.problem.as_ref().filter(|_| bet.has_reached(Stage::Framed))?;
    let unknown = case.unreadable.any_in("notes/") || case.unreadable.dangles(&bet.id.place.path);
    if unknown || demand(case.roadmap, bet).next().is_some() {
        return None;
    }
    let id = &bet.id.value;
    let (message, place) = match problem.evidence.first() {
        None => {
            (format!("no field or interview note shows that anybody needs `{id}`"), &bet.id.place)
        }
        Some(first) => {
            let kind = case.roadmap.note(&first.value).map(|note| note.kind.name())?;
            let named = shown(&first.value);
            (
                format!("`{named}` is a {kind} note; nobody who has the problem was asked"),
                &first.place,
            )
        }
    };
    let help = "ask users, write a note of kind `interview` or `field`, and name it in \
                `problem.evidence`";
    Some(lint("O05", place, message, help))
}

/// Field and interview notes about a bet, or named in its evidence.
pub(super) fn demand<'a>(roadmap: &'a Roadmap, bet: &'a Bet) -> impl Iterator<Item = &'a Note> {
    let evidence = bet.problem.iter().flat_map(|problem| &problem.evidence);
    let named = evidence.filter_map(|id| roadmap.note(&id.value));
    named.chain(roadmap.notes_about(&bet.id.value)).filter(|note| DEMAND.contains(&note.kind.value))
}
