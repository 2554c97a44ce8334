//! M08: is what a running bet is judged by still computed as it was?

use jiff::civil::Date;

use super::super::Case;
use super::lint;
use crate::bet::{Bet, Stage, TimeBox};
use crate::diagnostic::Diagnostic;
use crate::gate::{Criterion, Gate, Measured};
use crate::history::History;

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let Some(history) = case.history else { return Vec::new() };
    let running = case.bets().filter(|bet| bet.has_reached(Stage::Discovery));
    let of = |bet| moved_under(case, history, bet);
    running.flat_map(of).collect()
}

/// A change of how a metric is computed.
struct Redefined {
    on: Date,
    from: String,
    to: String,
}

fn moved_under(case: &Case<'_>, history: &History, bet: &Bet) -> Vec<Diagnostic> {
    let Some(time_box) = bet.time_box.as_ref().filter(|time_box| time_box.starts <= case.today)
    else {
        return Vec::new();
    };
    let mut found: Vec<Diagnostic> = Vec::new();
    for gate in &bet.gates {
        for criterion in &gate.criteria {
            let Criterion::Measured(measured) = criterion else { continue };
            let changes = changes(case, history, &measured.metric.value);
            found.extend(definition_moved(bet, time_box, gate, measured, &changes));
        }
    }
    // One metric in several criteria is one thing to say.
    let mut said: Vec<String> = Vec::new();
    found.retain(|diagnostic| {
        let is_new = !said.contains(&diagnostic.message);
        said.push(diagnostic.message.clone());
        is_new
    });
    found
}

/// M08.
fn definition_moved(
    bet: &Bet,
    time_box: &TimeBox,
    gate: &Gate,
    measured: &Measured,
    changes: &[Redefined],
) -> Option<Diagnostic> {
    // Who signed after the change agreed to it.
    let agreed = gate.signature.as_ref().map(|signature| signature.on);
    let is_within = |change: &&Redefined| {
        time_box.starts < change.on && agreed.is_none_or(|agreed| agreed < change.on)
    };
    let last = changes.iter().rfind(is_within)?;
    let message = format!(
        "`{}` is computed in another way since {} ({} → {}), within the time-box of `{}` that \
         started on {}",
        measured.metric.value, last.on, last.from, last.to, bet.id.value, time_box.starts
    );
    let help = "evidence from before and after does not mix: undo the change, give the new \
                definition an id of its own, or start the time-box anew and sign again";
    Some(lint("M08", &measured.metric.place, message, help))
}

/// Every change of a metric, oldest first, also one that is not committed yet.
fn changes(case: &Case<'_>, history: &History, id: &str) -> Vec<Redefined> {
    let versions = history.metrics.get(id).map_or(&[][..], Vec::as_slice);
    let committed = versions.iter().filter_map(|version| {
        version.entity.clone().map(|digest| (history.revision(version).on, digest))
    });
    let now = case.roadmap.metric(id).map(|metric| (case.today, metric.digest.clone()));
    let states: Vec<(Date, String)> = committed.chain(now).collect();
    let pairs = states.windows(2).filter(|pair| pair[0].1 != pair[1].1);
    pairs
        .map(|pair| Redefined { on: pair[1].0, from: pair[0].1.clone(), to: pair[1].1.clone() })
        .collect()
}
