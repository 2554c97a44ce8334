//! What a plan's pairs should be, by a plain loop over the scores.

use std::collections::{BTreeMap, BTreeSet};

use trueup_evidence::summary::UnitPairs;
use trueup_evidence::{Moments, Pair, Pairs, Plan, Request, Summary, Tally};

use super::fold::{counted, near, number, place, texts, unit};
use super::world::{Row, World};

/// What is said of one target: its unit, and rows of the judge and of the person.
type OfTarget<'a> = (u64, [Vec<&'a Row>; 2]);

pub fn pairs(world: &World, plan: &Plan, request: &Request, tallies: [&Tally; 2]) -> Summary {
    let mut targets: BTreeMap<String, OfTarget> = BTreeMap::new();
    for (side, tally) in tallies.into_iter().enumerate() {
        for row in counted(world, plan, request, tally) {
            let says = match tally.sum {
                Some(field) => number(row, field.name).is_some(),
                None => texts(row, "label").is_some(),
            };
            if says {
                let target = texts(row, "target").expect("every score has one");
                let of_target = targets.entry(target).or_default();
                of_target.0 = unit(row);
                of_target.1[side].push(row);
            }
        }
    }
    if let Some(field) = tallies[0].sum {
        let mean = |rows: &Vec<&Row>| -> Vec<f64> {
            let sum: f64 = rows.iter().filter_map(|row| number(row, field.name)).sum();
            (!rows.is_empty()).then(|| sum / rows.len() as f64).into_iter().collect()
        };
        let said = targets.into_values().map(|(unit, rows)| (unit, rows.each_ref().map(mean)));
        return Summary::Pairs(Pairs { names: Vec::new(), units: paired(said, false) });
    }
    let all = targets.values().flat_map(|(_, rows)| rows.iter().flatten());
    let names: BTreeSet<String> = all.filter_map(|row| texts(row, "label")).collect();
    let names: Vec<String> = names.into_iter().collect();
    let labels = |rows: &Vec<&Row>| -> Vec<f64> {
        let labels = rows.iter().filter_map(|row| texts(row, "label"));
        labels.map(|label| f64::from(place(&names, &label))).collect()
    };
    let said = targets.into_values().map(|(unit, rows)| (unit, rows.each_ref().map(labels)));
    let units = paired(said, true);
    Summary::Pairs(Pairs { names, units })
}

/// Every combination of what judge and person say of a target.
fn paired(said: impl Iterator<Item = (u64, [Vec<f64>; 2])>, labels: bool) -> Vec<UnitPairs> {
    let mut units: BTreeMap<u64, UnitPairs> = BTreeMap::new();
    for (unit, [judges, persons]) in said {
        let of_unit = units.entry(unit).or_insert_with(|| UnitPairs {
            unit,
            both: Vec::new(),
            judge_alone: Moments::default(),
            person_alone: Moments::default(),
        });
        for judge in &judges {
            of_unit.both.extend(persons.iter().map(|it| Pair { judge: *judge, person: *it, n: 1 }));
        }
        let alone = match (judges.as_slice(), persons.as_slice()) {
            ([said, ..], []) => (&mut of_unit.judge_alone, said),
            ([], [said, ..]) => (&mut of_unit.person_alone, said),
            _ => continue,
        };
        alone.0.n += 1;
        alone.0.sum += if labels { 0.0 } else { *alone.1 };
        alone.0.squares += if labels { 0.0 } else { alone.1 * alone.1 };
    }
    for unit in units.values_mut() {
        unit.both.sort_by(|a, b| a.judge.total_cmp(&b.judge).then(a.person.total_cmp(&b.person)));
        unit.both.dedup_by(|next, kept| {
            let same = near(next.judge, kept.judge) && near(next.person, kept.person);
            kept.n += u64::from(same);
            same
        });
    }
    units.into_values().collect()
}

pub fn same_pairs(a: &UnitPairs, b: &UnitPairs) -> bool {
    let alone =
        |a: Moments, b: Moments| a.n == b.n && near(a.sum, b.sum) && near(a.squares, b.squares);
    a.unit == b.unit
        && alone(a.judge_alone, b.judge_alone)
        && alone(a.person_alone, b.person_alone)
        && a.both.len() == b.both.len()
        && a.both
            .iter()
            .zip(&b.both)
            .all(|(a, b)| a.n == b.n && near(a.judge, b.judge) && near(a.person, b.person))
}
