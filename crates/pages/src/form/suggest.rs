//! What may be suggested where a name is asked for, and what people call a key.

use std::collections::BTreeSet;

use trueup_roadmap::{FileKind, Roadmap, Side};

use super::Names;

/// The list of names that fits a key of a kind of file, by its path without places in lists.
pub(crate) fn names(kind: FileKind, path: &str) -> Option<&'static str> {
    let (_, key) = path.rsplit_once('.').unwrap_or(("", path));
    match (kind, key) {
        (FileKind::Outcome | FileKind::Bet | FileKind::Capability, "metric") => Some("metrics"),
        (_, "owner" | "cost_by" | "value_by" | "decided_by") => Some("people"),
        (FileKind::Bet, "product" | "rd") if path.contains(".signed.") => Some("people"),
        (FileKind::Bet, "model" | "product") if path.starts_with("owners.") => Some("people"),
        (_, "by") if !matches!(path, "by" | "promise.by" | "key_result.by") => Some("people"),
        (_, "model") => Some("models"),
        (FileKind::Bet, "horizon") => Some("horizons"),
        (FileKind::Bet, "workflow") => Some("stages"),
        (FileKind::Bet, "from") => Some("bets"),
        (FileKind::Bet, "stands_for") => Some("capabilities"),
        _ => None,
    }
}

/// Every list that fields of a form refer to.
pub(crate) fn lists(roadmap: &Roadmap, used: &BTreeSet<&'static str>) -> Vec<Names> {
    let list = |id: &&'static str| Names { id, names: listed(roadmap, id) };
    used.iter().map(list).filter(|list| !list.names.is_empty()).collect()
}

fn listed(roadmap: &Roadmap, id: &str) -> Vec<String> {
    match id {
        "metrics" => roadmap.metrics.iter().map(|metric| metric.id.value.clone()).collect(),
        "people" => roadmap.people.keys().cloned().collect(),
        "product" => side(roadmap, Side::Product),
        "rd" => side(roadmap, Side::Rd),
        "models" => roadmap.models.keys().cloned().collect(),
        "horizons" => roadmap.nearest_horizons().iter().map(|(id, _)| (*id).to_owned()).collect(),
        "bets" => roadmap.bets.iter().map(|bet| bet.id.value.clone()).collect(),
        "capabilities" => roadmap.capabilities.iter().map(|one| one.id.value.clone()).collect(),
        "stages" => stages(roadmap),
        _ => Vec::new(),
    }
}

fn side(roadmap: &Roadmap, side: Side) -> Vec<String> {
    let people = roadmap.people.iter().filter(|(_, person)| person.side == side);
    people.map(|(id, _)| id.clone()).collect()
}

fn stages(roadmap: &Roadmap) -> Vec<String> {
    let of = |workflow: &trueup_roadmap::Workflow| {
        let id = workflow.id.value.clone();
        let stages = workflow.stages.iter();
        stages.map(move |stage| format!("{id}/{}", stage.id.value)).collect::<Vec<_>>()
    };
    roadmap.workflows.iter().flat_map(of).collect()
}

/// A key as people say it: `does_not` is "Does not".
pub(super) fn said(key: &str) -> String {
    if key == "rd" {
        return "R&D".to_owned();
    }
    let spaced = key.replace(['_', '-'], " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What the part of a file is called that a key opens.
pub(super) fn heading(key: &str) -> String {
    let words = match key {
        "box" => "Time-box",
        "key_result" => "Key results",
        "option" => "Options",
        "risk" => "Risks",
        "constraint" => "Constraints",
        "component" => "Components",
        "deployment" => "Deployments",
        "action" => "Actions",
        "done" => "Done when",
        "allow" => "Suppressed findings",
        "path" => "Path to production",
        "score" => "Score (RIBS)",
        _ => "",
    };
    if words.is_empty() { said(key) } else { words.to_owned() }
}

/// What one row of a list is called.
pub(super) fn row(list: &str) -> String {
    match list {
        "criteria" => "Criterion",
        "key_result" => "Key result",
        "option" => "Option",
        "risk" => "Risk",
        "constraint" => "Constraint",
        "component" => "Component",
        "deployment" => "Deployment",
        "action" => "Action",
        "done" => "Done when",
        "allow" => "Suppressed finding",
        "people" => "Person",
        "models" => "Model",
        "horizons" => "Horizon",
        "gate" => "Gate",
        "stage" => "Stage",
        "prices" => "Price",
        "considered" => "Way considered",
        other => return said(other),
    }
    .to_owned()
}
