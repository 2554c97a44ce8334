//! What a line of sight runs through, and what comes next on it.

use trueup_roadmap::bet::Stage;
use trueup_roadmap::gate::Attested;
use trueup_roadmap::note::Subject;
use trueup_roadmap::workflow::WorkStage;
use trueup_roadmap::{
    Bet, Capability, Criterion, Gate, KeyResult, Measured, Metric, Note, Outcome, Roadmap, Role,
    Workflow,
};

use super::line::Kind;

/// Something that a line runs through.
#[derive(Debug, Clone, Copy)]
pub(super) enum Node<'a> {
    Outcome(&'a Outcome),
    KeyResult(&'a Outcome, &'a KeyResult),
    Bet(&'a Bet),
    Measured(Holder<'a>, &'a Measured),
    Attested(&'a Bet, &'a Gate, &'a Attested),
    Metric(&'a Metric),
    Capability(&'a Capability),
    Workflow(&'a Workflow),
    Stage(&'a Workflow, &'a WorkStage),
    Note(&'a Note),
    /// A name that is not followed: a model, or what the roadmap does not hold.
    Name(Kind, &'a str),
}

/// Where a criterion stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holder<'a> {
    Bet(&'a Bet, &'a Gate),
    Capability(&'a Capability),
}

/// Towards the outcome, or towards the metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Way {
    Up,
    Down,
}

impl<'a> Node<'a> {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Node::Outcome(_) => Kind::Outcome,
            Node::KeyResult(..) => Kind::KeyResult,
            Node::Bet(_) => Kind::Bet,
            Node::Measured(..) | Node::Attested(..) => Kind::Criterion,
            Node::Metric(_) => Kind::Metric,
            Node::Capability(_) => Kind::Capability,
            Node::Workflow(_) => Kind::Workflow,
            Node::Stage(..) => Kind::Stage,
            Node::Note(_) => Kind::Note,
            Node::Name(kind, _) => *kind,
        }
    }

    pub(super) fn id(&self) -> String {
        match self {
            Node::Outcome(outcome) => outcome.id.value.clone(),
            Node::KeyResult(outcome, key) => format!("{}/{}", outcome.id, key.id),
            Node::Bet(bet) => bet.id.value.clone(),
            Node::Measured(_, measured) => measured.metric.value.clone(),
            Node::Attested(_, _, attested) => attested.attest.value.clone(),
            Node::Metric(metric) => metric.id.value.clone(),
            Node::Capability(capability) => capability.id.value.clone(),
            Node::Workflow(workflow) => workflow.id.value.clone(),
            Node::Stage(workflow, stage) => format!("{}/{}", workflow.id, stage.id),
            Node::Note(note) => note.id.value.clone(),
            Node::Name(_, id) => (*id).to_owned(),
        }
    }

    /// What comes next on the way.
    pub(super) fn next(&self, roadmap: &'a Roadmap, way: Way) -> Vec<Node<'a>> {
        match way {
            Way::Up => self.above(roadmap),
            Way::Down => self.below(roadmap),
        }
    }

    fn above(&self, roadmap: &'a Roadmap) -> Vec<Node<'a>> {
        match *self {
            Node::Outcome(_) | Node::Name(..) => Vec::new(),
            Node::KeyResult(outcome, _) => vec![Node::Outcome(outcome)],
            Node::Bet(bet) => bet.serves.iter().map(|id| key_result(roadmap, &id.value)).collect(),
            Node::Attested(bet, ..) | Node::Measured(Holder::Bet(bet, _), _) => {
                vec![Node::Bet(bet)]
            }
            Node::Measured(Holder::Capability(capability), _) => {
                vec![Node::Capability(capability)]
            }
            Node::Metric(metric) => measured_by(roadmap, &metric.id.value),
            Node::Capability(capability) => {
                roadmap.enabled_by(&capability.id.value).map(Node::Bet).collect()
            }
            Node::Workflow(workflow) => {
                let stages = workflow.stages.iter();
                stages.flat_map(|stage| serving(roadmap, workflow, stage)).collect()
            }
            Node::Stage(workflow, stage) => serving(roadmap, workflow, stage),
            Node::Note(note) => subjects(roadmap, note),
        }
    }

    fn below(&self, roadmap: &'a Roadmap) -> Vec<Node<'a>> {
        match *self {
            Node::Metric(_) | Node::Attested(..) | Node::Name(..) => Vec::new(),
            Node::Outcome(outcome) => {
                let keys = outcome.key_results.iter().map(|key| Node::KeyResult(outcome, key));
                std::iter::once(metric(roadmap, &outcome.metric.value)).chain(keys).collect()
            }
            Node::KeyResult(_, key) => {
                let id = self.id();
                let serves = |bet: &&Bet| bet.serves.iter().any(|served| served.value == id);
                let bets = roadmap.bets.iter().filter(serves).map(Node::Bet);
                std::iter::once(metric(roadmap, &key.metric.value)).chain(bets).collect()
            }
            Node::Bet(bet) => {
                let needs = bet.needs.iter().map(|need| capability(roadmap, &need.value));
                criteria(bet).chain(needs).collect()
            }
            Node::Measured(_, measured) => vec![metric(roadmap, &measured.metric.value)],
            Node::Capability(capability) => {
                let holder = Holder::Capability(capability);
                capability.criterion.iter().map(|line| Node::Measured(holder, line)).collect()
            }
            Node::Workflow(workflow) => {
                workflow.stages.iter().map(|stage| Node::Stage(workflow, stage)).collect()
            }
            Node::Stage(workflow, stage) => serving(roadmap, workflow, stage),
            Node::Note(note) => subjects(roadmap, note),
        }
    }

    /// Why the line breaks off here, given what comes next.
    pub(super) fn missing(
        &self,
        roadmap: &Roadmap,
        way: Way,
        next: &[Node<'_>],
    ) -> Option<&'static str> {
        let is_end = next.is_empty();
        let gap = match (self, way) {
            // Nothing is to be mended on a bet that is over.
            (Node::Bet(bet), _) if bet.stage.value > Stage::Live => return None,
            (Node::Bet(_), Way::Up) => (is_end, "serves no key result: add `serves`"),
            (Node::Bet(_), Way::Down) => return no_goal(next),
            (Node::Metric(_), Way::Up) => (is_end, "decides nothing: no criterion has it"),
            (Node::Capability(_), Way::Up) => (is_end, "is needed by no bet"),
            (Node::Capability(_), Way::Down) => {
                (is_end, "has no criterion that says when the gap is closed")
            }
            (Node::Stage(..), Way::Down) => (is_end, "is served by no bet"),
            (Node::Workflow(_), Way::Up) => (is_end, "is served by no bet at any stage"),
            (Node::Note(_), Way::Up) => (is_end, "is about nothing: add `about`"),
            (Node::Outcome(outcome), Way::Down) => {
                (outcome.key_results.is_empty(), "has no key result on the way to it")
            }
            (Node::KeyResult(..), Way::Down) => return unserved(next),
            (Node::Attested(_, _, line), _) => (line.by.is_none(), "is vouched for by nobody yet"),
            (Node::Name(Kind::Model, id), _) => {
                (!roadmap.models.contains_key(*id), "is not in this roadmap")
            }
            (Node::Name(..), _) => (true, "is not in this roadmap"),
            _ => (false, ""),
        };
        gap.0.then_some(gap.1)
    }
}

fn no_goal(next: &[Node<'_>]) -> Option<&'static str> {
    let is_goal = |node: &Node| matches!(node, Node::Measured(Holder::Bet(..), line) if line.role == Role::Goal);
    let has_criteria = next.iter().any(|node| node.kind() == Kind::Criterion);
    match (has_criteria, next.iter().any(is_goal)) {
        (false, _) => Some("has no criterion: add a `[gate.graduate]`"),
        (true, false) => {
            Some("has no criterion with the role `goal`, so nothing shows what it is for")
        }
        (true, true) => None,
    }
}

fn unserved(next: &[Node<'_>]) -> Option<&'static str> {
    let bets: Vec<&Bet> = next
        .iter()
        .filter_map(|node| if let Node::Bet(bet) = node { Some(*bet) } else { None })
        .collect();
    match bets.as_slice() {
        [] => Some("is served by no bet"),
        bets if bets.iter().all(|bet| bet.stage.value > Stage::Live) => {
            Some("is served by no bet any more: all of them are over")
        }
        _ => None,
    }
}

fn criteria(bet: &Bet) -> impl Iterator<Item = Node<'_>> {
    bet.gates
        .iter()
        .flat_map(move |gate| gate.criteria.iter().map(move |line| criterion(bet, gate, line)))
}

fn criterion<'a>(bet: &'a Bet, gate: &'a Gate, line: &'a Criterion) -> Node<'a> {
    match line {
        Criterion::Measured(measured) => Node::Measured(Holder::Bet(bet, gate), measured),
        Criterion::Attested(attested) => Node::Attested(bet, gate, attested),
    }
}

/// Everything that rests on a metric: criteria, key results, outcomes.
fn measured_by<'a>(roadmap: &'a Roadmap, id: &str) -> Vec<Node<'a>> {
    let of_capabilities = roadmap.capabilities.iter().flat_map(|capability| {
        let holder = Holder::Capability(capability);
        capability.criterion.iter().map(move |line| Node::Measured(holder, line))
    });
    let criteria = roadmap.bets.iter().flat_map(criteria).chain(of_capabilities);
    let uses = |node: &Node| matches!(node, Node::Measured(_, line) if line.metric.value == id);
    let keys = roadmap.outcomes.iter().flat_map(|outcome| {
        let keys = outcome.key_results.iter().filter(|key| key.metric.value == id);
        keys.map(move |key| Node::KeyResult(outcome, key))
    });
    let outcomes = roadmap.outcomes.iter().filter(|outcome| outcome.metric.value == id);
    criteria.filter(uses).chain(keys).chain(outcomes.map(Node::Outcome)).collect()
}

fn serving<'a>(roadmap: &'a Roadmap, workflow: &Workflow, stage: &WorkStage) -> Vec<Node<'a>> {
    let id = format!("{}/{}", workflow.id, stage.id);
    let serves = |bet: &&Bet| bet.workflow.as_ref().is_some_and(|served| served.value == id);
    roadmap.bets.iter().filter(serves).map(Node::Bet).collect()
}

fn subjects<'a>(roadmap: &'a Roadmap, note: &'a Note) -> Vec<Node<'a>> {
    let of = |subject: &'a Subject| match subject {
        Subject::Bet(id) => found(roadmap.bet(id), Node::Bet, Kind::Bet, id),
        Subject::Capability(id) => capability(roadmap, id),
        Subject::Outcome(id) => found(roadmap.outcome(id), Node::Outcome, Kind::Outcome, id),
        Subject::Metric(id) => metric(roadmap, id),
        Subject::Workflow(id) => found(roadmap.workflow(id), Node::Workflow, Kind::Workflow, id),
        Subject::Model(id) => Node::Name(Kind::Model, id),
        Subject::Note(id) => found(roadmap.note(id), Node::Note, Kind::Note, id),
    };
    note.about.iter().map(|subject| of(&subject.value)).collect()
}

fn key_result<'a>(roadmap: &'a Roadmap, id: &'a str) -> Node<'a> {
    let found = id.split_once('/').and_then(|(outcome, key)| {
        let outcome = roadmap.outcome(outcome)?;
        let key = outcome.key_results.iter().find(|known| known.id.value == key)?;
        Some(Node::KeyResult(outcome, key))
    });
    found.unwrap_or(Node::Name(Kind::KeyResult, id))
}

fn metric<'a>(roadmap: &'a Roadmap, id: &'a str) -> Node<'a> {
    found(roadmap.metric(id), Node::Metric, Kind::Metric, id)
}

fn capability<'a>(roadmap: &'a Roadmap, id: &'a str) -> Node<'a> {
    found(roadmap.capability(id), Node::Capability, Kind::Capability, id)
}

fn found<'a, T>(
    known: Option<&'a T>,
    node: fn(&'a T) -> Node<'a>,
    kind: Kind,
    id: &'a str,
) -> Node<'a> {
    known.map_or(Node::Name(kind, id), node)
}
