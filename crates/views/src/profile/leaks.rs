//! Columns that tell too much: a single one from which the label can be read, a score that points the
//! wrong way, labels in the order of time.

use trueup_evidence::profile::{Class, Column, Holds, Order};
use trueup_verdict::number::count;

use super::columns::NEAR_KEY;
use super::{About, Finding, Kind, Level, Question};

/// A single number whose AUC is from here on, either way, is suspected.
pub const SUSPECT_AUC: f64 = 0.95;
/// So is a column of few values with such a Cramér's V.
pub const SUSPECT_V: f64 = 0.9;
/// A score with an AUC up to this points the wrong way.
pub const INVERTED_AUC: f64 = 0.35;
/// From this AUC of the time on, either way, labels are in its order.
pub const ORDERED_AUC: f64 = 0.9;
/// With fewer rows of either side nothing is said.
const LEAST_ROWS: u64 = 10;
/// With fewer rows for each value a table of values says nothing.
const LEAST_ROWS_A_VALUE: f64 = 5.0;
/// Parts of the names of scores.
const SCORES: [&str; 8] =
    ["score", "prob", "confidence", "likelihood", "pred", "risk", "logit", "y_hat"];

pub fn leaks(question: &Question<'_>, positive: Option<usize>, findings: &mut Vec<Finding>) {
    let counts = question.counts;
    let Some(classes) = &counts.classes else { return };
    let roles = question.roles;
    if classes.len() < 2 {
        return;
    }
    let label = roles.label.as_deref().unwrap_or_default();
    for column in counts.columns.iter().filter(|column| column.name != label) {
        let auc = strongest(&column.order, positive);
        if roles.time.as_ref() == Some(&column.name) {
            findings.extend(in_order_of_time(column, auc));
            continue;
        }
        if roles.id.as_ref() == Some(&column.name) || is_id(column, counts.rows) {
            continue;
        }
        let leak = same(column, label).or_else(|| by_number(column, auc));
        findings.extend(leak.or_else(|| by_value(column, classes.len())));
        findings.extend(missing_tells(column, classes));
        findings.extend(inverted(column, positive));
    }
}

/// Texts and whole numbers that tell nearly every row apart.
fn is_id(column: &Column, rows: u64) -> bool {
    let many = column.distinct.values as f64 >= NEAR_KEY * rows as f64;
    many && matches!(column.holds, Holds::Text | Holds::Whole)
}

/// The share of pairs in which the class has the larger number.
fn auc(order: &Order) -> Option<f64> {
    let enough = order.of_class >= LEAST_ROWS && order.of_others >= LEAST_ROWS;
    enough.then(|| order.above / (order.of_class as f64 * order.of_others as f64))
}

/// Of the positive class, or else of the class that it tells best.
fn strongest(orders: &[Order], positive: Option<usize>) -> Option<(f64, Order)> {
    let of_class = |at: &usize| positive.is_none_or(|positive| positive == *at);
    let orders = orders.iter().enumerate().filter(|(at, _)| of_class(at));
    let found = orders.filter_map(|(_, order)| Some((auc(order)?, *order)));
    let distance = |auc: f64| (auc - 0.5).abs();
    found.max_by(|(one, _), (other, _)| distance(*one).total_cmp(&distance(*other)))
}

/// Each value is one class and each class one value.
fn same(column: &Column, label: &str) -> Option<Finding> {
    let name = &column.name;
    let labelled = column.values.as_ref()?.iter().filter(|value| value.labelled() > 0);
    let only = |by_class: &[u64]| {
        let mut with = by_class.iter().enumerate().filter(|(_, rows)| **rows > 0).map(|(at, _)| at);
        with.next().filter(|_| with.next().is_none())
    };
    let classes: Option<Vec<usize>> = labelled.clone().map(|value| only(&value.by_class)).collect();
    let classes = classes?;
    let mut apart = classes.clone();
    apart.sort_unstable();
    apart.dedup();
    let rows = labelled.clone().map(trueup_evidence::profile::Value::labelled).sum();
    if apart.len() < 2 || apart.len() != classes.len() || rows < 2 * LEAST_ROWS {
        return None;
    }
    let about = About {
        level: Level::Blocks,
        kind: Kind::Leakage,
        column: Some(name),
        short: format!("`{name}` is the label in other words"),
        rows,
        of: rows,
    };
    let values = labelled.take(4).map(|value| format!("`{}`", value.text)).collect::<Vec<_>>();
    Some(about.say(format!(
        "`{name}` is one-to-one with `{label}` in all {} rows that have both ({}): the label, its \
         inverse or another name of it; take it out",
        count(rows),
        values.join(", ")
    )))
}

fn by_number(column: &Column, auc: Option<(f64, Order)>) -> Option<Finding> {
    let name = &column.name;
    let (auc, order) = auc.filter(|(auc, _)| auc.max(1.0 - auc) >= SUSPECT_AUC)?;
    let n = order.of_class + order.of_others;
    let about = About {
        level: Level::Concern,
        kind: Kind::Leakage,
        column: Some(name),
        short: format!("`{name}` alone tells the label (AUC {auc:.3})"),
        rows: n,
        of: n,
    };
    Some(about.say(format!(
        "`{name}` alone has AUC {auc:.3} over {} labelled rows (suspected from {SUSPECT_AUC} on, either \
         way): is it known before the label is?",
        count(n)
    )))
}

fn by_value(column: &Column, classes: usize) -> Option<Finding> {
    let name = &column.name;
    let table: Vec<&[u64]> =
        column.values.as_ref()?.iter().map(|value| value.by_class.as_slice()).collect();
    let (v, n) = cramer(&table, classes)?;
    (v >= SUSPECT_V).then(|| {
        let about = About {
            level: Level::Concern,
            kind: Kind::Leakage,
            column: Some(name),
            short: format!("`{name}` alone tells the label (V {v:.2})"),
            rows: n,
            of: n,
        };
        about.say(format!(
            "`{name}` alone has Cramér's V {v:.3} with the label over {} rows (suspected from {SUSPECT_V} \
             on): is it known before the label is?",
            count(n)
        ))
    })
}

/// A value that is missing where the label says so.
fn missing_tells(column: &Column, classes: &[Class]) -> Option<Finding> {
    let name = &column.name;
    let present = classes.iter().zip(&column.missing_by_class);
    let present: Vec<u64> = present.map(|(class, missing)| class.rows - missing).collect();
    let (v, n) = cramer(&[&present, &column.missing_by_class], present.len())?;
    (v >= SUSPECT_V).then(|| {
        let about = About {
            level: Level::Concern,
            kind: Kind::Leakage,
            column: Some(name),
            short: format!("missing `{name}` tells the label"),
            rows: n,
            of: n,
        };
        about.say(format!(
            "whether `{name}` is missing has Cramér's V {v:.3} with the label over {} rows (suspected \
             from {SUSPECT_V} on): it may be filled in when the label is",
            count(n)
        ))
    })
}

fn inverted(column: &Column, positive: Option<usize>) -> Option<Finding> {
    let name = &column.name;
    let lower = name.to_lowercase();
    let order =
        column.order.get(positive?).filter(|_| SCORES.iter().any(|it| lower.contains(it)))?;
    let auc = auc(order).filter(|auc| *auc <= INVERTED_AUC)?;
    let n = order.of_class + order.of_others;
    let about = About {
        level: Level::Concern,
        kind: Kind::Inverted,
        column: Some(name),
        short: format!("`{name}` points the wrong way"),
        rows: n,
        of: n,
    };
    Some(about.say(format!(
        "`{name}` is named as a score and has AUC {auc:.3} over {} labelled rows, below {INVERTED_AUC}: \
         the label or the score may be inverted, or `--positive` is the other class",
        count(n)
    )))
}

fn in_order_of_time(column: &Column, auc: Option<(f64, Order)>) -> Option<Finding> {
    let name = &column.name;
    let (auc, order) = auc.filter(|(auc, _)| auc.max(1.0 - auc) >= ORDERED_AUC)?;
    let n = order.of_class + order.of_others;
    let about = About {
        level: Level::Concern,
        kind: Kind::Leakage,
        column: Some(name),
        short: "labels are in the order of time".to_owned(),
        rows: n,
        of: n,
    };
    Some(about.say(format!(
        "`{name}`: the later, the more of one class (AUC {auc:.3} over {} labelled rows): whatever \
         changes with time will look like a cause; labels may still be coming in",
        count(n)
    )))
}

/// Cramér's V with its bias corrected, of rows of counts by class, and the rows it rests on. `None` of
/// fewer than two values or classes, or of too few rows for each value.
///
/// Source: Bergsma 2013, Journal of the Korean Statistical Society 42:323.
pub fn cramer(table: &[&[u64]], classes: usize) -> Option<(f64, u64)> {
    let of_class = |at: usize| table.iter().map(|row| row[at]).sum::<u64>();
    let columns: Vec<f64> = (0..classes).map(|at| of_class(at) as f64).collect();
    let table: Vec<&[u64]> =
        table.iter().filter(|row| row.iter().sum::<u64>() > 0).copied().collect();
    let n: u64 = table.iter().flat_map(|row| row.iter()).sum();
    let (r, k) =
        (table.len() as f64, columns.iter().filter(|column| **column > 0.0).count() as f64);
    let all = n as f64;
    if r < 2.0 || k < 2.0 || all < r * LEAST_ROWS_A_VALUE || n < 2 * LEAST_ROWS {
        return None;
    }
    let mut square = 0.0;
    for row in table {
        let of_row = row.iter().sum::<u64>() as f64;
        for (cell, of_class) in row.iter().zip(&columns).filter(|(_, column)| **column > 0.0) {
            let expected = of_row * of_class / all;
            square += (*cell as f64 - expected).powi(2) / expected;
        }
    }
    let phi = (square / all - (k - 1.0) * (r - 1.0) / (all - 1.0)).max(0.0);
    let corrected = |count: f64| count - (count - 1.0).powi(2) / (all - 1.0);
    let least = (corrected(k) - 1.0).min(corrected(r) - 1.0);
    (least > 0.0).then(|| ((phi / least).sqrt().min(1.0), n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cramer_is_0_without_and_1_with_full_dependence() {
        let (none, _) = cramer(&[&[50, 50], &[50, 50]], 2).expect("enough rows");
        let (full, n) = cramer(&[&[50, 0], &[0, 50]], 2).expect("enough rows");
        assert!(none.abs() < 1e-12 && (full - 1.0).abs() < 1e-12);
        assert_eq!(n, 100);
        assert_eq!(cramer(&[&[100, 100]], 2), None);
        assert_eq!(cramer(&[&[2, 0], &[0, 2]], 2), None);
    }

    #[derive(serde::Deserialize)]
    struct Golden {
        cramer: Vec<(Vec<Vec<u64>>, f64)>,
    }

    /// From `tests/oracles/profile.py`.
    #[test]
    fn cramer_is_that_of_an_independent_source() {
        let golden: Golden = serde_json::from_str(include_str!("../../tests/golden/profile.json"))
            .expect("a golden file is JSON");
        for (table, expected) in golden.cramer {
            let rows: Vec<&[u64]> = table.iter().map(Vec::as_slice).collect();
            let (found, _) = cramer(&rows, rows[0].len()).expect("enough rows");
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }
}
