//! What a plan's answer should be, by a plain loop over the rows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use trueup_evidence::summary::{CalibrationBin, DaySums, UnitClasses, UnitDays};
use trueup_evidence::{
    Bin, Classes, Condition, Days, Histogram, Measure, Plan, Request, Summary, Table, Tally, Test,
    UnitBins, UnitSums,
};
use xxhash_rust::xxh3::xxh3_64;

use super::at;
use super::fold_pairs::{pairs, same_pairs};
use super::world::{Row, World};

pub fn texts(row: &Row, name: &str) -> Option<String> {
    row.get(name)?.as_str().map(str::to_owned)
}

pub fn number(row: &Row, name: &str) -> Option<f64> {
    if name == "squared_error" {
        let error = number(row, "confidence")? - number(row, "value")?;
        return Some(error * error);
    }
    if name == "log_loss" {
        let (confidence, value) = (number(row, "confidence")?, number(row, "value")?);
        let likely = |share: f64| share.clamp(1e-15, 1.0 - 1e-15).ln();
        return Some(-(value * likely(confidence) + (1.0 - value) * likely(1.0 - confidence)));
    }
    row.get(name)?.as_f64()
}

fn passes(row: &Row, condition: &Condition) -> bool {
    let name = condition.field.name;
    let text = texts(row, name);
    match &condition.test {
        Test::In(all) => text.is_some_and(|text| all.contains(&text)),
        Test::NotIn(all) => text.is_some_and(|text| !all.contains(&text)),
        Test::Present => text.is_some() || number(row, name).is_some(),
        Test::Absent => text.is_none() && number(row, name).is_none(),
        Test::Between { at_least, at_most } => number(row, name).is_some_and(|number| {
            at_least.is_none_or(|least| least <= number)
                && at_most.is_none_or(|most| number <= most)
        }),
        Test::SameAs(other) => text.is_some() && text == texts(row, other.name),
    }
}

/// The rows that a tally of a request counts.
pub fn counted<'a>(
    world: &'a World,
    plan: &'a Plan,
    request: &'a Request,
    tally: &'a Tally,
) -> impl Iterator<Item = &'a Row> {
    let time = |row: &Row, name: &str| at(row[name].as_str().expect("every row has it"));
    let corrected: BTreeSet<String> = world
        .scores
        .iter()
        .filter(|row| time(row, "at") <= plan.now)
        .filter_map(|row| texts(row, "supersedes"))
        .collect();
    world.rows(tally.table).iter().filter(move |row| {
        let segments = row["segments"].as_array().expect("every row has them");
        row["bet"] == request.bet.as_str()
            && request.window.contains(time(row, tally.table.target_time()))
            && time(row, "at") <= plan.now
            && request.among.as_ref().is_none_or(|among| segments.contains(&json!(among)))
            && tally.conditions.iter().all(|condition| passes(row, condition))
            && (texts(row, "part_of").is_none() || ranges_over_parts(tally))
            && !(tally.table == Table::Scores
                && corrected.contains(row["id"].as_str().expect("text")))
    })
}

/// Parts of a use are no uses, but what they cost adds up.
fn ranges_over_parts(tally: &Tally) -> bool {
    let additive = |name: &str| {
        name.starts_with("tokens_") || matches!(name, "cost" | "cost_reported" | "composed")
    };
    tally.sum.is_some_and(|field| additive(field.name))
        || tally.conditions.iter().any(|condition| additive(condition.field.name))
}

pub fn unit(row: &Row) -> u64 {
    xxh3_64(texts(row, "unit").unwrap_or_else(|| "unknown".to_owned()).as_bytes())
}

pub fn folded(world: &World, plan: &Plan, request: &Request) -> Summary {
    match &request.measure {
        Measure::Sums { numerator, denominator } => {
            let mut units: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
            for (tallies, top) in [(numerator, true), (denominator, false)] {
                for tally in tallies {
                    for row in counted(world, plan, request, tally) {
                        let add = match tally.sum {
                            None => 1.0,
                            Some(field) => match number(row, field.name) {
                                Some(number) => number,
                                None => continue,
                            },
                        };
                        let sums = units.entry(unit(row)).or_default();
                        *(if top { &mut sums.0 } else { &mut sums.1 }) += add;
                    }
                }
            }
            let sums = |(unit, (numerator, denominator))| UnitSums { unit, numerator, denominator };
            Summary::Sums(units.into_iter().map(sums).collect())
        }
        Measure::Classes { tally, by } => classes(world, plan, request, tally, by.name),
        Measure::Days { numerator, denominator } => {
            let mut units: BTreeMap<u64, BTreeMap<i32, DaySums>> = BTreeMap::new();
            for (tallies, top) in [(numerator, true), (denominator, false)] {
                for tally in tallies {
                    for row in counted(world, plan, request, tally) {
                        let add = tally.sum.map_or(Some(1.0), |field| number(row, field.name));
                        let Some(add) = add else { continue };
                        let day = day(row, tally.table.target_time());
                        let empty = DaySums { day, numerator: 0.0, denominator: 0.0 };
                        let sums = units.entry(unit(row)).or_default().entry(day).or_insert(empty);
                        *(if top { &mut sums.numerator } else { &mut sums.denominator }) += add;
                    }
                }
            }
            let days = |(unit, days): (u64, BTreeMap<i32, DaySums>)| UnitDays {
                unit,
                days: days.into_values().collect(),
            };
            Summary::Days(Days { sampled: 1.0, units: units.into_iter().map(days).collect() })
        }
        Measure::Pairs { judge, person } => pairs(world, plan, request, [judge, person]),
        Measure::Values { tally } => {
            let name = tally.sum.expect("a distribution is of a field").name;
            let mut units: BTreeMap<u64, BTreeMap<i32, u64>> = BTreeMap::new();
            for row in counted(world, plan, request, tally) {
                let Some(value) = number(row, name) else { continue };
                *units.entry(unit(row)).or_default().entry(Bin::of(value)).or_default() += 1;
            }
            let histogram = |(unit, counts): (u64, BTreeMap<i32, u64>)| Histogram {
                unit,
                units: 1,
                counts: counts.into_iter().collect(),
            };
            Summary::Histograms(units.into_iter().map(histogram).collect())
        }
        Measure::Calibration { tally, bins } => {
            let name = tally.sum.expect("an outcome is a field").name;
            let mut units: BTreeMap<u64, BTreeMap<u32, CalibrationBin>> = BTreeMap::new();
            for row in counted(world, plan, request, tally) {
                let (Some(confidence), Some(outcome)) =
                    (number(row, "confidence"), number(row, name))
                else {
                    continue;
                };
                let edge =
                    (1..*bins).filter(|edge| confidence * f64::from(*bins) >= f64::from(*edge));
                let bin = u32::try_from(edge.count()).expect("fewer than the bins");
                let empty = CalibrationBin { bin, n: 0, confidence: 0.0, outcome: 0.0 };
                let sums = units.entry(unit(row)).or_default().entry(bin).or_insert(empty);
                sums.n += 1;
                sums.confidence += confidence;
                sums.outcome += outcome;
            }
            let bins = |(unit, bins): (u64, BTreeMap<u32, CalibrationBin>)| UnitBins {
                unit,
                bins: bins.into_values().collect(),
            };
            Summary::Bins(units.into_iter().map(bins).collect())
        }
    }
}

fn day(row: &Row, time: &str) -> i32 {
    let at = at(row[time].as_str().expect("every row has it"));
    i32::try_from(at.as_second().div_euclid(24 * 3600)).expect("this century")
}

fn classes(world: &World, plan: &Plan, request: &Request, tally: &Tally, by: &str) -> Summary {
    let mut units: BTreeMap<u64, BTreeMap<String, u64>> = BTreeMap::new();
    for row in counted(world, plan, request, tally) {
        let Some(class) = texts(row, by) else { continue };
        *units.entry(unit(row)).or_default().entry(class).or_default() += 1;
    }
    let names: BTreeSet<String> = units.values().flat_map(BTreeMap::keys).cloned().collect();
    let names: Vec<String> = names.into_iter().collect();
    let of_unit = |(unit, counts): (u64, BTreeMap<String, u64>)| UnitClasses {
        unit,
        units: 1,
        counts: counts.iter().map(|(class, n)| (place(&names, class), *n)).collect(),
    };
    let units = units.into_iter().map(of_unit).collect();
    Summary::Classes(Classes { names, units })
}

pub fn place(names: &[String], name: &str) -> u32 {
    let place = names.iter().position(|it| it == name).expect("it is one of them");
    u32::try_from(place).expect("few names")
}

pub fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// Equal, but for the order in which numbers were added up.
pub fn same(a: &Summary, b: &Summary) -> bool {
    match (a, b) {
        (Summary::Sums(a), Summary::Sums(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| {
                    a.unit == b.unit
                        && near(a.numerator, b.numerator)
                        && near(a.denominator, b.denominator)
                })
        }
        (Summary::Bins(a), Summary::Bins(b)) => {
            let flat = |all: &[UnitBins]| -> Vec<(u64, CalibrationBin)> {
                all.iter().flat_map(|it| it.bins.iter().map(|bin| (it.unit, *bin))).collect()
            };
            let (a, b) = (flat(a), flat(b));
            a.len() == b.len()
                && a.iter().zip(&b).all(|((unit, a), (other, b))| {
                    (unit, a.bin, a.n) == (other, b.bin, b.n)
                        && near(a.confidence, b.confidence)
                        && near(a.outcome, b.outcome)
                })
        }
        (Summary::Days(a), Summary::Days(b)) => {
            let flat = |all: &Days| -> Vec<(u64, DaySums)> {
                all.units.iter().flat_map(|it| it.days.iter().map(|day| (it.unit, *day))).collect()
            };
            let (flat_a, flat_b) = (flat(a), flat(b));
            near(a.sampled, b.sampled)
                && flat_a.len() == flat_b.len()
                && flat_a.iter().zip(&flat_b).all(|((unit, a), (other, b))| {
                    (unit, a.day) == (other, b.day)
                        && near(a.numerator, b.numerator)
                        && near(a.denominator, b.denominator)
                })
        }
        (Summary::Pairs(a), Summary::Pairs(b)) => {
            a.names == b.names
                && a.units.len() == b.units.len()
                && a.units.iter().zip(&b.units).all(|(a, b)| same_pairs(a, b))
        }
        (a, b) => a == b,
    }
}
