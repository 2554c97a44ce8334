//! Judgements about answers: annotations that OpenInference puts on spans, evaluation events in logs, and
//! our own events for what a person did with an answer.

use std::collections::BTreeMap;

use jiff::Timestamp;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::Span;
use trueup_evidence::event::Event;
use trueup_evidence::schema::{ACTION_KINDS, Table};

use crate::dialect::{Heard, Ours, Said, entries};
use crate::rules::Rules;
use crate::text;
use crate::value::Raw;

/// Scores of one span beyond this are left out.
const ANNOTATIONS_AT_MOST: usize = 64;

/// What a judgement or action is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub id: String,
    pub kind: &'static str,
}

/// The kinds of targets.
pub const TARGET_KINDS: [&str; 6] =
    ["interaction", "action", "response", "trace", "session", "unit"];

/// Who gave a judgement, in our words; a judge unless marked.
#[must_use]
pub fn source(said: Option<&str>) -> &'static str {
    match said.unwrap_or_default().to_ascii_lowercase().as_str() {
        "human" | "person" | "user" | "annotation" => "person",
        "label" => "label",
        "code" | "rule" => "rule",
        "system" | "api" => "system",
        _ => "judge",
    }
}

/// What people did, in our words: `accepted` is `accept`. Who ignores an answer has seen it.
#[must_use]
pub fn action_kind(said: &str) -> Option<&'static str> {
    let said = said.to_ascii_lowercase();
    let plain = match said.as_str() {
        "accepted" => "accept",
        "edited" => "edit",
        "rejected" => "reject",
        "overridden" => "override",
        "ignored" | "viewed" => "view",
        "prompted" => "prompt",
        "suggested" | "shown" => "suggest",
        "explained" => "explain",
        "regenerated" => "regenerate",
        "undone" => "undo",
        "submitted" => "submit",
        other => other,
    };
    ACTION_KINDS.into_iter().find(|kind| *kind == plain)
}

/// The scores that stand on a span as `annotations.N.annotation.*` or `evaluations.N.evaluation.*`.
pub fn annotations(rules: &Rules, span: &Span, interaction: &str, at: Timestamp) -> Vec<Event> {
    let mut found: BTreeMap<(&str, u32), BTreeMap<&str, &Any>> = BTreeMap::new();
    for (key, value) in entries(&span.attributes) {
        if let Some((list, number, field)) = annotation_key(key) {
            found.entry((list, number)).or_default().insert(field, value);
        }
    }
    let found = found.into_iter().take(ANNOTATIONS_AT_MOST);
    found.flat_map(|(place, fields)| annotation(rules, interaction, at, place, &fields)).collect()
}

fn annotation_key(key: &str) -> Option<(&str, u32, &str)> {
    let list = if key.starts_with("annotations.") { "annotation" } else { "evaluation" };
    let rest = key.strip_prefix(list)?.strip_prefix("s.")?;
    let (number, rest) = rest.split_once('.')?;
    let field = rest.strip_prefix(list)?.strip_prefix('.')?;
    Some((list, number.parse().ok()?, field))
}

fn annotation(
    rules: &Rules,
    interaction: &str,
    at: Timestamp,
    (list, number): (&str, u32),
    fields: &BTreeMap<&str, &Any>,
) -> Vec<Event> {
    let field = |name: &str| fields.get(name).map(|value| Raw::Any(value));
    let text = |name: &str| field(name).and_then(Raw::text);
    let Some(name) = text("name") else { return Vec::new() };
    let mut event = Event::new(Table::Scores);
    event.set("id", format!("{interaction}/{list}/{number}"));
    event.set("target", interaction);
    event.set("target_kind", "interaction");
    event.set("at", at);
    event.set("name", name.into_owned());
    event.set_some("value", field("score").and_then(Raw::number));
    event.set_some("label", text("label").map(std::borrow::Cow::into_owned));
    event.set("source", source(text("annotator_kind").as_deref()));
    let explanation = fields.get("explanation").and_then(|value| text::as_text(value));
    let part = format!("{list}{number}");
    let payload = explained(rules, interaction, at, &part, explanation);
    [Some(event), payload].into_iter().flatten().collect()
}

fn explained(
    rules: &Rules,
    interaction: &str,
    at: Timestamp,
    part: &str,
    explanation: Option<String>,
) -> Option<Event> {
    let explanation = text::allowed(rules, explanation?);
    let kept = (!explanation.is_empty()).then_some(explanation)?;
    Some(text::payload(interaction, at, "explanation", part, kept))
}

/// The score of a log record, and its explanation if texts are kept; none if it does not say what is
/// judged and how.
pub fn score(
    rules: &Rules,
    said: &Said<'_>,
    target: Option<&Target>,
    id: &str,
    at: Timestamp,
    explanation: Option<String>,
) -> Vec<Event> {
    let (Some(name), Some(target)) = (said.text(Ours::ScoreName), target) else {
        return Vec::new();
    };
    let mut event = Event::new(Table::Scores);
    event.set("id", said.text(Ours::EventId).unwrap_or(id));
    event.set("target", target.id.as_str());
    event.set("target_kind", target.kind);
    event.set("at", at);
    event.set("name", name);
    event.set_some("value", said.number(Ours::ScoreValue));
    event.set_some("label", said.text(Ours::ScoreLabel));
    event.set("source", source(said.text(Ours::ScoreSource)));
    let tenant = said.text(Ours::Tenant);
    let author = said.text(Ours::ScoreAuthor);
    event.set_some("author", author.map(|author| rules.secret().pseudonym(tenant, author)));
    event.set_some("rubric", said.text(Ours::ScoreRubric));
    event.set_some("supersedes", said.text(Ours::ScoreSupersedes));
    let of_interaction = target.kind == "interaction";
    let payload = explained(rules, &target.id, at, id, explanation).filter(|_| of_interaction);
    [Some(event), payload].into_iter().flatten().collect()
}

/// The action of a log record; none if it does not say which kind, or of which interaction.
pub fn action(said: &Said<'_>, target: Option<&Target>, id: &str, at: Timestamp) -> Option<Event> {
    let target = target.filter(|target| target.kind == "interaction")?;
    let kind = action_kind(said.text(Ours::ActionKind)?)?;
    let seq = said.count(Ours::ActionSeq);
    let own = said.text(Ours::EventId).map(str::to_owned);
    let own = own.or_else(|| seq.map(|seq| format!("{}/{seq}", target.id)));
    let mut event = Event::new(Table::Actions);
    event.set("id", own.unwrap_or_else(|| id.to_owned()));
    event.set("interaction", target.id.as_str());
    event.set_some("seq", seq);
    event.set("at", at);
    event.set("kind", kind);
    event.set("actor", said.text(Ours::ActionActor).unwrap_or("person"));
    let number = |ours| match said.get(ours) {
        Some(Heard::Number(number)) if *number >= 0.0 => Some(*number),
        _ => None,
    };
    event.set_some("dwell_ms", number(Ours::ActionDwell));
    let share = |ours| number(ours).filter(|share| *share <= 1.0);
    event.set_some("edit_share_first", share(Ours::ActionEditFirst));
    event.set_some("edit_share_previous", share(Ours::ActionEditPrevious));
    Some(event)
}
