//! Where a metric is used: what rests on it, and who watches it.

use trueup_roadmap::bet::delivery::GoesWhen;
use trueup_roadmap::{Bet, Criterion, Roadmap};

use crate::link;
use crate::page::bet::Fact;

/// Everything but the bet that is looked at.
pub(super) fn used(roadmap: &Roadmap, metric: &str, but: &str) -> Vec<Fact> {
    let mut used = Vec::new();
    for outcome in &roadmap.outcomes {
        let page = format!("/outcomes/{}", link::part(&outcome.id));
        if outcome.metric.value == metric {
            used.push(Fact::new("Outcome", &outcome.title).on(page.clone()));
        }
        let keys = outcome.key_results.iter().filter(|key| key.metric.value == metric);
        used.extend(keys.map(|key| {
            Fact::new("Key result", format!("{} of {}", key.id, outcome.title)).on(page.clone())
        }));
    }
    for bet in roadmap.bets.iter().filter(|bet| bet.id.value != but) {
        let page = format!("/bets/{}/why/{}", link::part(&bet.id), link::part(metric));
        let as_what = ways(bet, metric).into_iter();
        used.extend(as_what.map(|way| Fact::new(way, &bet.title.value).on(page.clone())));
    }
    let capabilities = roadmap.capabilities.iter().filter(|capability| {
        capability.criterion.as_ref().is_some_and(|line| line.metric.value == metric)
    });
    used.extend(capabilities.map(|capability| {
        let page = format!("/capabilities#at-{}", link::part(&capability.id));
        Fact::new("Says when a gap is closed", &capability.title).on(page)
    }));
    used
}

/// As what a bet uses the metric.
fn ways(bet: &Bet, metric: &str) -> Vec<String> {
    let mut ways: Vec<String> = Vec::new();
    for gate in &bet.gates {
        ways.extend(gate.criteria.iter().filter_map(|criterion| match criterion {
            Criterion::Measured(line) if line.metric.value == metric => {
                Some(format!("{}, {} in gate {}", line.role, line.bound, gate.name))
            }
            _ => None,
        }));
    }
    if bet.watch.iter().any(|watched| watched.value == metric) {
        ways.push("Watched".to_owned());
    }
    let goes = bet.components.iter().any(|part| match &part.goes_when {
        Some(GoesWhen::Criterion(line)) => line.metric.value == metric,
        _ => false,
    });
    ways.extend(goes.then(|| "Says when a harness goes".to_owned()));
    ways
}
