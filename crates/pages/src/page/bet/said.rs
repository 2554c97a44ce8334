//! What the text of a bet says beside its criteria, by subject: problem, scope, who decides, data, parts, risks, the way.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::data::DataReview;
use trueup_roadmap::bet::delivery::{Component, GoesWhen};
use trueup_roadmap::bet::{Mode, Score};
use trueup_roadmap::{Bet, Roadmap, Spanned};
use trueup_verdict::{currency, number};

use super::fact::Fact;
use super::gate::name_of;
use crate::link;

/// All that is said on one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Said {
    /// Tells it from others on the page.
    pub id: String,
    pub subject: String,
    pub facts: Vec<Fact>,
}

/// What is said, in the order in which it is read; nothing of subjects that the bet is silent on.
pub(super) fn said(roadmap: &Roadmap, bet: &Bet) -> Vec<Said> {
    let subjects = [
        ("problem", "Problem and scope", problem(roadmap, bet)),
        ("mode", "Who decides", bet.mode.iter().flat_map(mode).collect()),
        ("data", "Data review", bet.data.iter().flat_map(|data| reviewed(roadmap, data)).collect()),
        ("parts", "What it is built of", bet.components.iter().map(component).collect()),
        ("risks", "Risks and constraints", risks(roadmap, bet)),
        ("way", "The way to users", way(roadmap, bet)),
        ("score", "Score and options", score(roadmap, bet)),
    ];
    let said = subjects.into_iter().filter(|(.., facts)| !facts.is_empty());
    said.map(|(id, subject, facts)| Said { id: id.to_owned(), subject: subject.to_owned(), facts })
        .collect()
}

/// Who answers for it, and who decides where they do not agree.
pub(super) fn people(roadmap: &Roadmap, bet: &Bet) -> Vec<Fact> {
    let person = |id: &Spanned<String>| name_of(roadmap, &id.value);
    let mut people = Vec::new();
    if let Some(owners) = &bet.owners {
        people.extend(owners.product.as_ref().map(|id| Fact::new("Product owner", person(id))));
        people.extend(owners.model.as_ref().map(|id| Fact::new("Model owner", person(id))));
        if !owners.escalate.is_empty() {
            let to: Vec<String> = owners.escalate.iter().map(|id| name_of(roadmap, id)).collect();
            people.push(Fact::new("Conflicts go to", to.join(", then ")));
        }
    }
    let decides = bet.mode.as_ref().and_then(|mode| mode.decides.as_ref());
    people.extend(decides.map(|who| Fact::new("Decides at each use", who)));
    if !bet.team.is_empty() {
        people.push(Fact::new("Team", joined(bet.team.iter().map(person))));
    }
    people
}

/// What it may cost and what it brings.
pub(super) fn cost(roadmap: &Roadmap, bet: &Bet) -> Vec<Fact> {
    let Some(cost) = &bet.cost else { return Vec::new() };
    let currency = currency::of(bet, &roadmap.policy);
    let each = |name: &str, amount: Option<f64>| {
        let text = |amount| format!("{} an interaction", number::limit(amount, currency));
        amount.map(|amount| Fact::new(name, text(amount)))
    };
    let uses = |amount: f64| format!("{} a month", number::limit(amount, "interactions"));
    let by = |name: &str, id: &Option<Spanned<String>>| {
        id.as_ref().map(|id| Fact::new(name, name_of(roadmap, &id.value)))
    };
    let facts = [
        each("May cost", cost.per_interaction_at_most),
        each("May cost once proven", cost.proven_at_most),
        each("Brings", cost.revenue_per_interaction),
        cost.interactions_month.map(|amount| Fact::new("Use today", uses(amount))),
        by("Answers for the cost", &cost.cost_by),
        by("Answers for the value", &cost.value_by),
    ];
    facts.into_iter().flatten().collect()
}

fn problem(roadmap: &Roadmap, bet: &Bet) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(problem) = &bet.problem {
        let unit = &problem.unit;
        let (from, to) = (number::limit(problem.from, unit), number::limit(problem.to, unit));
        facts.push(Fact::new("Who has it", &problem.who.value));
        facts.push(Fact::new("What should improve", format!("{}: {from} → {to}", problem.improve)));
        facts.extend(problem.evidence.iter().map(|named| {
            let id = named.value.trim_start_matches("note:");
            let title = roadmap.note(id).map_or(id, |note| note.headline());
            Fact::new("Evidence", title).on(format!("/notes/{}", link::part(id)))
        }));
    }
    if let Some(scope) = &bet.scope {
        facts.extend(scope.does.iter().map(|does| Fact::new("Does", &does.value)));
        facts.extend(scope.does_not.iter().map(|not| Fact::new("Does not", &not.value)));
    }
    if let Some(baseline) = &bet.baseline {
        let unit = baseline.metric.as_ref().and_then(|id| roadmap.metric(&id.value));
        let unit = unit.map_or("", |metric| metric.unit.as_str());
        let value = baseline.value.map(|value| format!(": {}", number::limit(value, unit)));
        let metric = baseline.metric.as_ref().map(|metric| format!(" `{metric}`"));
        let measured: String = [metric, value].into_iter().flatten().collect();
        let text = format!("{} ({}){measured}", baseline.what, baseline.kind);
        facts.push(Fact::new("Without it", text));
    }
    let from = bet.from.as_ref().map(|from| {
        Fact::new("Follows", &from.value).on(format!("/bets/{}", link::part(&from.value)))
    });
    facts.into_iter().chain(from).collect()
}

fn mode(mode: &Mode) -> Vec<Fact> {
    let mut facts = vec![Fact::new("Mode", mode.kind.value.to_string())];
    facts.extend(mode.decides.as_ref().map(|who| Fact::new("Decides", who)));
    let list = |name: &str, texts: &[Spanned<String>]| {
        let texts = joined(texts.iter().map(|text| text.value.clone()));
        (!texts.is_empty()).then(|| Fact::new(name, texts))
    };
    facts.extend(list("They can", &mode.controls));
    facts.extend(list("Falls under", &mode.regulated));
    let assessment = mode.assessment.as_ref();
    facts.extend(assessment.map(|at| Fact::new("Assessment", at).at(Some(at))));
    facts.extend(mode.retention.as_ref().map(|kept| Fact::new("Records are kept", kept)));
    facts
}

fn reviewed(roadmap: &Roadmap, data: &DataReview) -> Vec<Fact> {
    let mut facts = Vec::new();
    facts.push(match &data.reviewed {
        Some(reviewed) => {
            let by = joined(reviewed.by.iter().map(|by| name_of(roadmap, &by.value)));
            Fact::new("Reviewed", format!("on {} by {by}", reviewed.on.value))
        }
        None => Fact::new("Reviewed", "not yet: write `data.reviewed` with on and by"),
    });
    let text = |name: &str, text: &Option<String>| text.as_ref().map(|text| Fact::new(name, text));
    facts.extend(text("Under-represented", &data.bias));
    facts.extend(text("Too little", &data.sparsity));
    if let Some(labels) = &data.labels {
        let currency = labels.currency.as_ref().unwrap_or(&roadmap.policy.currency);
        let each = labels.cost.map(|cost| format!(", {} each", number::limit(cost, currency)));
        let (have, need) = (number::count(labels.have), number::count(labels.need));
        let text = format!("{have} of {need} needed{}", each.unwrap_or_default());
        facts.push(Fact::new("Labels", text));
    }
    facts.extend(text("Fresh", &data.fresh));
    facts.extend(data.cannot.iter().map(|cannot| Fact::new("Cannot", &cannot.value)));
    facts.extend(data.assumes.iter().map(|assumed| {
        let until = assumed.review_by.as_ref();
        let until = until.map(|day| format!(" (looked at again by {})", day.value));
        Fact::new("Assumed", format!("{}{}", assumed.what.value, until.unwrap_or_default()))
    }));
    if !data.gathers.is_empty() {
        facts
            .push(Fact::new("Gathers", joined(data.gathers.iter().map(|step| step.value.clone()))));
    }
    facts.extend(data.will_collect.iter().map(|collected| {
        let labels = number::counted(collected.labels, "label", "labels");
        Fact::new("Will collect", format!("{labels} for {}", collected.capability))
            .on(format!("/capabilities#at-{}", link::part(&collected.capability.value)))
    }));
    facts
}

fn component(part: &Component) -> Fact {
    let gap = part.stands_for.as_ref().map(|gap| format!("stands for `{gap}`"));
    let goes = part.goes_when.as_ref().map(|goes| match goes {
        GoesWhen::Words(words) => format!("goes when {words}"),
        GoesWhen::Criterion(line) => format!("goes when `{}` is {}", line.metric, line.bound),
    });
    let effort = part.effort.as_ref().map(|effort| format!("effort {}", effort.text));
    let said: Vec<String> = [gap, goes, effort].into_iter().flatten().collect();
    let said = if said.is_empty() { String::new() } else { format!(": {}", said.join("; ")) };
    Fact::new(&part.id.value, format!("{}{said}", part.kind.value))
}

fn risks(roadmap: &Roadmap, bet: &Bet) -> Vec<Fact> {
    let risks = bet.risks.iter().map(|risk| {
        let kind = risk.kind.map_or_else(|| "Risk".to_owned(), |kind| format!("Risk: {kind}"));
        let owner = risk.owner.as_ref().map(|owner| name_of(roadmap, &owner.value));
        let owner = owner.map(|name| format!(" ({name})")).unwrap_or_default();
        let done = match &risk.mitigate {
            Some(mitigate) => format!("; against it: {mitigate}{owner}"),
            None => format!("; nothing is done against it yet{owner}"),
        };
        Fact::new(kind, format!("{}{done}", risk.what))
    });
    let constraints = bet.constraints.iter().map(|constraint| {
        let by = name_of(roadmap, &constraint.by.value);
        Fact::new("Constraint", format!("{} ({by}, {})", constraint.what, constraint.on.value))
    });
    risks.chain(constraints).collect()
}

/// How it comes to users, and who has it already.
fn way(roadmap: &Roadmap, bet: &Bet) -> Vec<Fact> {
    let mut facts = Vec::new();
    facts.extend(bet.audience.as_ref().map(|who| Fact::new("First for", who.value.to_string())));
    facts.extend(bet.eligible.as_ref().map(|eligible| {
        let people = number::units(u64::from(eligible.people), "user");
        Fact::new("Could use it", format!("{people} ({})", eligible.source))
    }));
    facts
        .extend(bet.path.as_ref().map(|path| Fact::new("Path", &path.what).at(path.link.as_ref())));
    facts.extend(bet.deployments.iter().map(|deployed| {
        let since = deployed.since.map(|day| format!(", since {day}")).unwrap_or_default();
        let share = deployed.share.map(|share| format!(", {}", number::value(share, "share")));
        let gate = deployed.gate.as_ref().map(|gate| format!(", under gate `{gate}`"));
        let parts = [Some(since), share, gate].into_iter().flatten().collect::<String>();
        Fact::new("Used by", format!("{}{parts}", deployed.to))
    }));
    facts.extend(bet.done.iter().map(|done| {
        let by = done.by.as_ref().map(|by| format!(" ({})", name_of(roadmap, &by.value)));
        let text = format!("{}{}", done.what, by.unwrap_or_default());
        Fact::new("Done", text).at(done.link.as_ref())
    }));
    facts.extend(bet.artifact.as_ref().map(|artifact| {
        let digest = artifact.digest.as_ref().map(|digest| format!(", {digest}"));
        Fact::new("Artifact", format!("{}{}", artifact.what, digest.unwrap_or_default()))
    }));
    facts.extend(bet.promise.as_ref().map(|promise| {
        let by = promise.by.map(|by| format!(", by {by}")).unwrap_or_default();
        Fact::new("Promised", format!("{} (said on {}{by})", promise.what, promise.on))
    }));
    facts.extend(bet.acknowledged.as_ref().map(|read| {
        let who = name_of(roadmap, &read.by.value);
        Fact::new("Model acknowledged", format!("`{}` by {who} on {}", read.model, read.on))
    }));
    facts
}

fn score(roadmap: &Roadmap, bet: &Bet) -> Vec<Fact> {
    let marks = bet.score.iter().map(|score| marks(roadmap, score));
    let options = bet.options.iter().map(|option| {
        let taken = if option.chosen { "✔ taken: " } else { "" };
        let kind = option.kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
        let result = match (&option.result, option.tried) {
            (Some(result), _) => format!("; {result}"),
            (None, true) => "; tried".to_owned(),
            (None, false) => "; not tried".to_owned(),
        };
        Fact::new("Option", format!("{taken}{}{kind}{result}", option.what))
    });
    marks.chain(options).collect()
}

fn marks(roadmap: &Roadmap, score: &Score) -> Fact {
    let agreed = score.agreed;
    let value = score.value.as_ref().map(|value| format!(", value by {}", value.value));
    let by = joined(score.by.iter().map(|by| name_of(roadmap, &by.value)));
    let by = if by.is_empty() { String::new() } else { format!("; agreed by {by}") };
    Fact::new(
        "RIBS, of 5",
        format!(
            "risk {}, impact {}, business {}, scale {}{}{by}",
            agreed.risk,
            agreed.impact,
            agreed.business,
            agreed.scale,
            value.unwrap_or_default()
        ),
    )
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}
