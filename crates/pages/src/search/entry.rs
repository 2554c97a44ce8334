//! What can be found, and what it says.

use std::borrow::Cow;

use trueup_roadmap::gate::Criterion;
use trueup_roadmap::note::Subject;
use trueup_roadmap::{Bet, Note, Outcome, Person, Roadmap, Workflow, codes, explain};

use super::Kind;
use crate::link::part;
use crate::snapshot::Snapshot;

/// Something that can be found.
pub(super) struct Entry<'a> {
    pub kind: Kind,
    pub id: Cow<'a, str>,
    pub title: Cow<'a, str>,
    /// What it says, the most telling first.
    pub texts: Vec<Cow<'a, str>>,
    pub about: String,
    pub path: String,
}

/// Everything that the roadmap holds, and every code.
pub(super) fn entries(snapshot: &Snapshot) -> Vec<Entry<'_>> {
    let roadmap = snapshot.roadmap();
    let mut entries: Vec<Entry<'_>> = roadmap.bets.iter().map(bet).collect();
    for one in &roadmap.outcomes {
        entries.push(outcome(one));
        entries.extend(one.key_results.iter().map(|result| key_result(one, result)));
    }
    entries.extend(roadmap.metrics.iter().map(metric));
    entries.extend(roadmap.capabilities.iter().map(capability));
    entries.extend(roadmap.workflows.iter().map(workflow));
    entries.extend(roadmap.notes.iter().map(note));
    entries.extend(roadmap.people.values().map(|one| person(roadmap, one)));
    entries.extend(codes().iter().map(|(code, name)| Entry {
        kind: Kind::Code,
        id: Cow::Borrowed(code),
        title: Cow::Borrowed(name),
        texts: explain(code).map(Cow::Borrowed).into_iter().collect(),
        about: "what `check` may say".to_owned(),
        path: format!("/diagnostics/{code}"),
    }));
    entries
}

fn bet(bet: &Bet) -> Entry<'_> {
    let mut texts: Vec<Cow<'_, str>> = Vec::new();
    let mut add = |text: &'_ str| texts.push(Cow::Owned(text.to_owned()));
    if let Some(problem) = &bet.problem {
        add(&format!(
            "{}: {} {} → {} {}",
            problem.who.value, problem.improve, problem.from, problem.to, problem.unit
        ));
    }
    if let Some(scope) = &bet.scope {
        scope.does.iter().chain(&scope.does_not).for_each(|text| add(&text.value));
    }
    bet.risks.iter().for_each(|risk| add(&risk.what.value));
    bet.options.iter().for_each(|option| add(&option.what.value));
    if let Some(promise) = &bet.promise {
        add(&promise.what);
    }
    let owners = bet.owners.iter().flat_map(|owners| [&owners.product, &owners.model]).flatten();
    add(&list("people", owners.chain(&bet.team).map(|id| id.value.as_str())));
    add(&list("metrics", metrics(bet)));
    add(&list("serves", bet.serves.iter().chain(&bet.workflow).map(|id| id.value.as_str())));
    add(&list("needs", bet.needs.iter().map(|id| id.value.as_str())));
    add(&list("built of", bet.components.iter().map(|part| part.id.value.as_str())));
    texts.retain(|text| !text.is_empty());
    Entry {
        kind: Kind::Bet,
        id: Cow::Borrowed(&bet.id.value),
        title: Cow::Borrowed(&bet.title.value),
        texts,
        about: format!("bet, {} in {}", bet.stage.value, bet.horizon.value),
        path: format!("/bets/{}", part(&bet.id.value)),
    }
}

fn metrics(bet: &Bet) -> impl Iterator<Item = &str> {
    let criteria = bet.gates.iter().flat_map(|gate| &gate.criteria);
    let named = criteria.map(|criterion| match criterion {
        Criterion::Measured(measured) => measured.metric.value.as_str(),
        Criterion::Attested(attested) => attested.attest.value.as_str(),
    });
    named.chain(bet.watch.iter().map(|id| id.value.as_str()))
}

/// `people: ana, bo`; nothing where there are none.
fn list<'a>(name: &str, ids: impl Iterator<Item = &'a str>) -> String {
    let ids = ids.collect::<Vec<_>>().join(", ");
    if ids.is_empty() { String::new() } else { format!("{name}: {ids}") }
}

fn outcome(outcome: &Outcome) -> Entry<'_> {
    Entry {
        kind: Kind::Outcome,
        id: Cow::Borrowed(&outcome.id.value),
        title: Cow::Borrowed(&outcome.title),
        texts: vec![Cow::Owned(format!(
            "for {}: {} {} → {}",
            outcome.population, outcome.metric, outcome.from, outcome.to
        ))],
        about: format!("outcome, by {}", outcome.by),
        path: format!("/outcomes/{}", part(&outcome.id.value)),
    }
}

fn key_result<'a>(outcome: &'a Outcome, result: &'a trueup_roadmap::KeyResult) -> Entry<'a> {
    let owners = list("owners", result.owners.iter().map(|id| id.value.as_str()));
    Entry {
        kind: Kind::KeyResult,
        id: Cow::Owned(format!("{}/{}", outcome.id, result.id)),
        title: Cow::Owned(format!("{} {} → {}", result.metric, result.from, result.to)),
        texts: vec![Cow::Owned(format!("of {}; {owners}", outcome.title))],
        about: format!("key result, by {}", result.by),
        path: format!("/outcomes/{}", part(&outcome.id.value)),
    }
}

fn metric(metric: &trueup_roadmap::Metric) -> Entry<'_> {
    let own = if metric.standard { "standard" } else { "our own" };
    Entry {
        kind: Kind::Metric,
        id: Cow::Borrowed(&metric.id.value),
        title: Cow::Borrowed(&metric.title),
        texts: vec![Cow::Borrowed(&metric.definition)],
        about: format!("{own} metric in {}", metric.unit),
        path: format!("/definitions/{}", part(&metric.id.value)),
    }
}

fn capability(capability: &trueup_roadmap::Capability) -> Entry<'_> {
    let yields = capability.yields.as_deref().map(Cow::Borrowed);
    Entry {
        kind: Kind::Capability,
        id: Cow::Borrowed(&capability.id.value),
        title: Cow::Borrowed(&capability.title),
        texts: std::iter::once(Cow::Borrowed(capability.gap.as_str())).chain(yields).collect(),
        about: "capability".to_owned(),
        path: format!("/capabilities#at-{}", part(&capability.id.value)),
    }
}

fn workflow(workflow: &Workflow) -> Entry<'_> {
    let stage = |stage: &trueup_roadmap::workflow::WorkStage| {
        let magic = stage.magic.as_deref().unwrap_or_default();
        Cow::Owned(format!("{}: {}. {} {magic}", stage.id, stage.what, stage.fails.join("; ")))
    };
    Entry {
        kind: Kind::Workflow,
        id: Cow::Borrowed(&workflow.id.value),
        title: Cow::Borrowed(&workflow.profession.value),
        texts: workflow.stages.iter().map(stage).collect(),
        about: format!("workflow of {} stages", workflow.stages.len()),
        path: format!("/workflows#at-{}", part(&workflow.id.value)),
    }
}

fn note(note: &Note) -> Entry<'_> {
    let about = note.about.iter().map(|subject| match &subject.value {
        Subject::Bet(id)
        | Subject::Capability(id)
        | Subject::Outcome(id)
        | Subject::Metric(id)
        | Subject::Workflow(id)
        | Subject::Model(id)
        | Subject::Note(id) => id.as_str(),
    });
    let people = list("by", note.by.iter().map(|id| id.value.as_str()));
    let mut texts = vec![Cow::Borrowed(note.body.as_str())];
    let lists = note.works.iter().chain(&note.breaks).chain(&note.data_needed);
    texts.extend(lists.map(|text| Cow::Borrowed(text.as_str())));
    texts.extend(note.actions.iter().map(|action| Cow::Borrowed(action.what.value.as_str())));
    texts.extend(note.account.as_deref().map(Cow::Borrowed));
    texts.push(Cow::Owned(format!("{people}; {}", list("about", about))));
    texts.retain(|text| !text.trim().is_empty());
    Entry {
        kind: Kind::Note,
        id: Cow::Borrowed(&note.id.value),
        title: Cow::Borrowed(note.headline()),
        texts,
        about: format!("{} note of {}", note.kind.value, note.on.value),
        path: format!("/notes/{}", part(&note.id.value)),
    }
}

/// Somebody, and what they answer for.
fn person<'a>(roadmap: &'a Roadmap, person: &'a Person) -> Entry<'a> {
    let id = person.id.value.as_str();
    let owns = |bet: &&Bet| {
        let owners = bet.owners.iter().flat_map(|owners| [&owners.product, &owners.model]);
        owners.flatten().any(|owner| owner.value == id)
    };
    let bets = roadmap.bets.iter().filter(owns).map(|bet| bet.id.value.as_str());
    let owned = list("answers for", bets);
    let left = person.left.map(|day| format!(", left on {day}")).unwrap_or_default();
    Entry {
        kind: Kind::Person,
        id: Cow::Borrowed(id),
        title: Cow::Borrowed(&person.name),
        texts: if owned.is_empty() { Vec::new() } else { vec![Cow::Owned(owned)] },
        about: format!("speaks for {}{left}", person.side.spoken()),
        path: format!("/search?q={}", part(id)),
    }
}
