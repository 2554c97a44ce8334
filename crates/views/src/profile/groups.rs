//! Groups: how many rows each has, how many labels it needs, and how the positive class differs.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_evidence::profile::{Column, Value};
use trueup_verdict::number::count;

use super::rate::{Gap, Rate, needed};
use super::say::{listed, percent, points};
use super::{About, Finding, Kind, Level, Question};

/// A smaller difference between groups is not told as a concern.
pub const LEAST_GAP: f64 = 0.05;
/// Below this share of the highest group's rate US agencies presume adverse impact, of selections of
/// people: the four-fifths rule, 29 CFR 1607.4(D).
pub const FOUR_FIFTHS: f64 = 0.8;
/// How many groups are named in a sentence.
const MOST_NAMED: usize = 4;
/// How rows without a value of the group's column are called.
const NO_GROUP: &str = "(missing)";

/// The groups of one column.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Grouping {
    pub column: String,
    /// Groups with fewer labelled rows are too small.
    pub floor: u64,
    /// Largest first; empty where there are too many.
    pub groups: Vec<Group>,
    /// The lowest rate as a share of the highest, among groups at or above the floor. Information: 29
    /// CFR 1607.4(D) takes less than 0.8 for evidence of adverse impact in selections of people.
    pub four_fifths: Option<f64>,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Group {
    pub value: String,
    pub rows: u64,
    pub labelled: u64,
    /// Rows of each class, in the order of the label's classes.
    pub by_class: Vec<u64>,
    /// The share of the positive class.
    pub rate: Option<Rate>,
    /// Labels needed for that share within 5 points, rows being independent.
    pub needed: Option<u64>,
    /// Its difference from the largest group, 95 %.
    pub gap: Option<Gap>,
    /// It has fewer labelled rows, or without a label rows, than the floor.
    pub is_small: bool,
}

pub fn groups(
    question: &Question<'_>,
    positive: Option<usize>,
    findings: &mut Vec<Finding>,
) -> Vec<Grouping> {
    let columns = question.roles.groups.iter().filter_map(|name| question.counts.column(name));
    let columns = columns.filter(|_| question.counts.rows > 0);
    let mut all = Vec::new();
    for column in columns {
        let Some(values) = &column.values else {
            findings.push(too_many(column, question.counts.rows));
            all.push(Grouping {
                column: column.name.clone(),
                floor: question.floor,
                groups: Vec::new(),
                four_fifths: None,
            });
            continue;
        };
        let grouping = grouping(question, column, values, positive);
        findings.extend(small(&grouping));
        findings.extend(needy(&grouping));
        findings.extend(apart(&grouping));
        findings.extend(four_fifths(&grouping));
        all.push(grouping);
    }
    all
}

fn grouping(
    question: &Question<'_>,
    column: &Column,
    values: &[Value],
    positive: Option<usize>,
) -> Grouping {
    let has_classes = question.counts.classes.is_some();
    let missing = (NO_GROUP, column.missing(), &column.missing_by_class);
    let values = values.iter().map(|value| (value.text.as_str(), value.rows, &value.by_class));
    let values = values.chain([missing]).filter(|(_, rows, _)| *rows > 0);
    let group = |(value, rows, by_class): (&str, u64, &Vec<u64>)| {
        let labelled = by_class.iter().sum();
        let rate = positive.and_then(|at| Rate::new(by_class[at], labelled));
        Group {
            value: value.to_owned(),
            rows,
            labelled,
            by_class: by_class.clone(),
            rate,
            needed: rate.map(|rate| needed(rate.share)),
            gap: None,
            is_small: (if has_classes { labelled } else { rows }) < question.floor,
        }
    };
    let mut groups: Vec<Group> = values.map(group).collect();
    let largest = groups.iter().filter_map(|group| group.rate).max_by_key(|rate| rate.n);
    for group in &mut groups {
        group.gap = group.rate.zip(largest).map(|(rate, largest)| rate.less(&largest));
    }
    let rates = || groups.iter().filter(|group| !group.is_small).filter_map(|group| group.rate);
    let highest = rates().map(|rate| rate.share).fold(0.0, f64::max);
    let lowest = rates().map(|rate| rate.share).fold(1.0, f64::min);
    let four_fifths = (highest > 0.0 && rates().count() > 1).then(|| lowest / highest);
    Grouping { column: column.name.clone(), floor: question.floor, groups, four_fifths }
}

fn too_many(column: &Column, rows: u64) -> Finding {
    let name = &column.name;
    let values = count(column.distinct.values);
    let about = About {
        level: Level::Concern,
        kind: Kind::Groups,
        column: Some(name),
        short: format!("`{name}` has too many groups"),
        rows,
        of: rows,
    };
    about.say(format!(
        "`{name}` has about {values} different values: more than 1,000 groups are not looked at; name a \
         coarser column"
    ))
}

fn small(grouping: &Grouping) -> Option<Finding> {
    let name = &grouping.column;
    let small: Vec<&Group> = grouping.groups.iter().filter(|group| group.is_small).collect();
    (!small.is_empty()).then(|| {
        let rows = small.iter().map(|group| group.rows).sum();
        let about = About {
            level: Level::Concern,
            kind: Kind::Groups,
            column: Some(name),
            short: format!(
                "{} of {} groups of `{name}` are small",
                small.len(),
                grouping.groups.len()
            ),
            rows,
            of: grouping.groups.iter().map(|group| group.rows).sum(),
        };
        let named = small.iter().rev().take(MOST_NAMED);
        let mut named: Vec<String> =
            named.map(|group| format!("`{}` ({})", group.value, count(group.labelled))).collect();
        if small.len() > MOST_NAMED {
            named.push(format!("{} others", small.len() - MOST_NAMED));
        }
        about.say(format!(
            "`{name}`: {} of {} groups have fewer than {} labelled rows: {}",
            small.len(),
            grouping.groups.len(),
            grouping.floor,
            listed(&named)
        ))
    })
}

fn needy(grouping: &Grouping) -> Option<Finding> {
    let name = &grouping.column;
    let lacks = |group: &&Group| group.needed.is_some_and(|needed| group.labelled < needed);
    let needy: Vec<&Group> = grouping.groups.iter().filter(lacks).collect();
    (!needy.is_empty()).then(|| {
        let lacking = needy.iter().map(|group| group.needed.unwrap_or(0) - group.labelled).sum();
        let about = About {
            level: Level::Note,
            kind: Kind::Groups,
            column: Some(name),
            short: format!("{} groups of `{name}` lack labels", needy.len()),
            rows: lacking,
            of: grouping.groups.iter().filter_map(|group| group.needed).sum(),
        };
        about.say(format!(
            "`{name}`: {} of {} groups lack {} labels in all for a rate within ±5 points each (95 %, \
             independent rows)",
            needy.len(),
            grouping.groups.len(),
            count(lacking)
        ))
    })
}

/// The group that is the furthest from the largest one, of those whose interval is without 0.
fn apart(grouping: &Grouping) -> Option<Finding> {
    let name = &grouping.column;
    let told = |gap: Gap| gap.difference.abs() >= LEAST_GAP && (gap.low > 0.0 || gap.high < 0.0);
    let groups = grouping.groups.iter().filter(|group| !group.is_small);
    let apart = groups.filter_map(|group| Some((group, group.gap.filter(|gap| told(*gap))?)));
    let apart: Vec<(&Group, Gap)> = apart.collect();
    let size = |gap: &Gap| gap.difference.abs();
    let (furthest, gap) =
        apart.iter().max_by(|(_, one), (_, other)| size(one).total_cmp(&size(other)))?;
    let rate = furthest.rate?;
    let largest = grouping.groups.iter().filter(|group| group.rate.is_some());
    let largest = largest.max_by_key(|group| group.labelled)?;
    let about = About {
        level: Level::Concern,
        kind: Kind::Groups,
        column: Some(name),
        short: format!("groups of `{name}` differ by {:.1} points", gap.difference.abs() * 100.0),
        rows: furthest.rows,
        of: grouping.groups.iter().map(|group| group.rows).sum(),
    };
    Some(about.say(format!(
        "`{name}`: the rate of `{}` is {} (n = {}), {} from that of `{}`, the largest group (95 % {} to \
         {}); {} of {} groups differ so",
        furthest.value,
        percent(rate.share),
        count(rate.n),
        points(gap.difference),
        largest.value,
        points(gap.low),
        points(gap.high),
        apart.len(),
        grouping.groups.len()
    )))
}

fn four_fifths(grouping: &Grouping) -> Option<Finding> {
    let name = &grouping.column;
    let ratio = grouping.four_fifths.filter(|ratio| *ratio < FOUR_FIFTHS)?;
    let about = About {
        level: Level::Note,
        kind: Kind::Groups,
        column: Some(name),
        short: format!("four-fifths ratio of `{name}` is {ratio:.2}"),
        rows: grouping.groups.iter().map(|group| group.labelled).sum(),
        of: grouping.groups.iter().map(|group| group.rows).sum(),
    };
    Some(about.say(format!(
        "`{name}`: the lowest rate is {ratio:.2} of the highest. For information: of selections of \
         people, 29 CFR 1607.4(D) takes less than 0.80 for evidence of adverse impact"
    )))
}
