//! Finds what a name stands for.

use trueup_roadmap::{Roadmap, nearest};

use super::line::Kind;
use super::node::Node;
use crate::seen::Unknown;

/// What can be asked for.
const KINDS: [Kind; 8] = [
    Kind::Outcome,
    Kind::KeyResult,
    Kind::Bet,
    Kind::Metric,
    Kind::Capability,
    Kind::Workflow,
    Kind::Stage,
    Kind::Note,
];

pub(super) fn find<'a>(roadmap: &'a Roadmap, name: &str) -> Result<Node<'a>, Unknown> {
    let (kind, id) = split(name);
    let mut known = all(roadmap);
    known.retain(|node| kind.is_none_or(|kind| node.kind() == kind));
    let found: Vec<Node<'a>> = known.iter().filter(|node| node.id() == id).copied().collect();
    match found[..] {
        [only] => Ok(only),
        [] => Err(unknown(kind, id, &known)),
        _ => Err(ambiguous(id, &found)),
    }
}

/// Takes the kind off, if one stands before the id.
fn split(name: &str) -> (Option<Kind>, &str) {
    let Some((before, id)) = name.split_once(':') else { return (None, name) };
    match KINDS.into_iter().find(|kind| kind.name() == before) {
        Some(kind) => (Some(kind), id),
        None => (None, name),
    }
}

fn all(roadmap: &Roadmap) -> Vec<Node<'_>> {
    let mut all = Vec::new();
    for outcome in &roadmap.outcomes {
        all.push(Node::Outcome(outcome));
        all.extend(outcome.key_results.iter().map(|key| Node::KeyResult(outcome, key)));
    }
    for workflow in &roadmap.workflows {
        all.push(Node::Workflow(workflow));
        all.extend(workflow.stages.iter().map(|stage| Node::Stage(workflow, stage)));
    }
    all.extend(roadmap.bets.iter().map(Node::Bet));
    all.extend(roadmap.metrics.iter().map(Node::Metric));
    all.extend(roadmap.capabilities.iter().map(Node::Capability));
    all.extend(roadmap.notes.iter().map(Node::Note));
    all
}

fn unknown(kind: Option<Kind>, id: &str, known: &[Node<'_>]) -> Unknown {
    let what = kind.map(|kind| format!("{} ", kind.spoken())).unwrap_or_default();
    let ids: Vec<String> = known.iter().map(Node::id).collect();
    Unknown(match nearest(id, ids.iter().map(String::as_str)) {
        Some(near) => format!("no {what}`{id}`; did you mean `{near}`?"),
        None => format!(
            "no {what}`{id}`; give the id of an outcome, a key result (`outcome/key-result`), a \
             bet, a metric, a capability, a workflow, a stage (`workflow/stage`) or a note"
        ),
    })
}

fn ambiguous(id: &str, found: &[Node<'_>]) -> Unknown {
    let kinds: Vec<String> =
        found.iter().map(|node| format!("`{}:{id}`", node.kind().name())).collect();
    Unknown(format!("`{id}` is the name of several; write {}", kinds.join(" or ")))
}
