//! The page: the answer, the findings, then the tables they come from.

use trueup_verdict::number::{count, value};

use super::groups::{Group, Grouping};
use super::label::LabelLine;
use super::leaks::{INVERTED_AUC, SUSPECT_AUC, SUSPECT_V};
use super::{ColumnLine, Finding, Freshness, Level, Readiness};
use crate::page::{Page, Table, View};

/// Findings that are named in the first line.
const MOST_NAMED: usize = 3;
/// Beyond so many, groups and columns are only in JSON.
const MOST_LINES: usize = 60;
/// With more classes a group's are only in JSON.
const MOST_CLASSES: usize = 6;

/// The first line.
pub fn answer(findings: &[Finding]) -> String {
    let of = |level: Level| -> Vec<&Finding> {
        findings.iter().filter(|finding| finding.level == level).collect()
    };
    let (blocks, concerns) = (of(Level::Blocks), of(Level::Concern));
    if !blocks.is_empty() {
        return format!("Not ready: {}", shortly(&blocks));
    }
    match concerns.len() {
        0 => "Ready: nothing of concern was found".to_owned(),
        1 => format!("Ready with 1 concern: {}", shortly(&concerns)),
        n => format!("Ready with {n} concerns: {}", shortly(&concerns)),
    }
}

fn shortly(findings: &[&Finding]) -> String {
    let mut named: Vec<&str> =
        findings.iter().take(MOST_NAMED).map(|finding| finding.short.as_str()).collect();
    if findings.len() > MOST_NAMED {
        named.push("...");
    }
    named.join("; ")
}

impl View for Readiness {
    fn page(&self) -> Page {
        let columns = self.columns.len();
        let mut page = Page::default().paragraph(self.answer.clone()).paragraph(format!(
            "{}: {} rows, {columns} columns, as of {}.",
            self.source,
            count(self.rows),
            trueup_verdict::today(self.as_of)
        ));
        page = page.list(self.findings.iter().map(finding).collect());
        if let Some(label) = &self.label {
            page = self.label(page, label);
        }
        for grouping in &self.groups {
            page = groups(page, grouping, self.label.as_ref());
        }
        if let Some(fresh) = &self.freshness {
            page = freshness(page, fresh);
        }
        page = self.columns(page);
        let page = page.heading(2, "For the bet");
        page.paragraph("To paste into the bet's file, and to be completed:").code(self.data.clone())
    }
}

impl Readiness {
    fn label(&self, page: Page, label: &LabelLine) -> Page {
        let mut page = page.heading(2, format!("Label `{}`", label.column));
        let positive = match &label.positive {
            Some(positive) => format!(" Positive is `{positive}`."),
            None if label.classes.len() > 2 => {
                " No class is positive; `--positive` names one, for rates and gaps.".to_owned()
            }
            None => String::new(),
        };
        page = page.paragraph(format!(
            "{} of {} rows are labelled.{positive}",
            count(label.labelled),
            count(self.rows)
        ));
        let rows = label.classes.iter().map(|class| {
            vec![
                class.value.clone(),
                count(class.rate.of),
                percent(class.rate.share),
                format!("{} to {}", percent(class.rate.low), percent(class.rate.high)),
                count(class.needed),
            ]
        });
        let names = ["class", "rows", "share", "95 %", "labels needed"];
        page = page.table(Table::new(&names).numbers(&[1, 2, 4]).rows(rows));
        if label.classes.is_empty() {
            return page;
        }
        page = page.paragraph(format!(
            "Labels needed: until Wilson's 95 % interval of such a share reaches 5 points to both sides, \
             if rows are independent (Piegorsch 2004). Who a row is of is not known here: where several \
             are of one person, more are needed. A single column was looked at in {} rows: numbers are \
             suspected from AUC {SUSPECT_AUC} on either way, others from Cramér's V {SUSPECT_V} on, \
             scores up to AUC {INVERTED_AUC}.",
            count(self.sampled)
        ));
        page
    }

    fn columns(&self, page: Page) -> Page {
        let rows = self.columns.iter().take(MOST_LINES).map(column);
        let names =
            ["column", "holds", "NULL", "empty", "NaN", "stand-ins", "distinct", "least", "most"];
        let page = page
            .heading(2, "Columns")
            .table(Table::new(&names).numbers(&[2, 3, 4, 5, 6]).rows(rows));
        match self.columns.len().saturating_sub(MOST_LINES) {
            0 => page,
            more => page.paragraph(format!("{more} more columns are in `--format json`.")),
        }
    }
}

fn finding(finding: &Finding) -> String {
    let level = match finding.level {
        Level::Blocks => "blocks",
        Level::Concern => "concern",
        Level::Note => "note",
    };
    format!("{level}: {}", finding.text)
}

fn groups(page: Page, grouping: &Grouping, label: Option<&LabelLine>) -> Page {
    let page = page.heading(2, format!("Groups by `{}`", grouping.column));
    let page = page.table(table(grouping, label));
    let page = match grouping.groups.len().saturating_sub(MOST_LINES) {
        0 => page,
        more => page.paragraph(format!("{more} more groups are in `--format json`.")),
    };
    match grouping.four_fifths {
        Some(ratio) => page.paragraph(format!(
            "Lowest rate over highest: {ratio:.2}, for information (four-fifths rule, 29 CFR 1607.4(D)). \
             Each interval is 95 % alone: of twenty such gaps, one is without 0 by chance (Wilson, \
             Newcombe)."
        )),
        None => page,
    }
}

fn table(grouping: &Grouping, label: Option<&LabelLine>) -> Table {
    let classes = label.map_or(&[][..], |label| label.classes.as_slice());
    let shows_classes = classes.len() <= MOST_CLASSES;
    let has_rates = grouping.groups.iter().any(|group| group.rate.is_some());
    let mut names = vec!["group", "rows"];
    if shows_classes {
        names.extend(classes.iter().map(|class| class.value.as_str()));
    }
    if has_rates {
        names.extend(["positive", "95 %", "points from the largest", "labels needed"]);
    }
    let rows = grouping.groups.iter().take(MOST_LINES).map(|group| {
        let small = if group.is_small { " (small)" } else { "" };
        let mut row = vec![format!("{}{small}", group.value), count(group.rows)];
        if shows_classes {
            row.extend(group.by_class.iter().map(|rows| count(*rows)));
        }
        if has_rates {
            row.extend(rate(group));
        }
        row
    });
    let numbers: Vec<usize> = (1..names.len()).collect();
    Table::new(&names).numbers(&numbers).rows(rows)
}

/// The cells of a group's rate.
fn rate(group: &Group) -> [String; 4] {
    let Some(rate) = group.rate else { return Default::default() };
    let gap = group.gap.filter(|gap| gap.difference != 0.0).map(|gap| {
        let [gap, low, high] = [gap.difference, gap.low, gap.high].map(|it| it * 100.0);
        format!("{gap:+.1} ({low:+.1} to {high:+.1})")
    });
    [
        percent(rate.share),
        format!("{} to {}", percent(rate.low), percent(rate.high)),
        gap.unwrap_or_default(),
        group.needed.map(count).unwrap_or_default(),
    ]
}

fn freshness(page: Page, fresh: &Freshness) -> Page {
    let page = page.heading(2, format!("Time `{}`", fresh.column));
    let (Some(first), Some(last)) = (fresh.first, fresh.last) else {
        return page.paragraph("No value reads as a time.");
    };
    page.paragraph(format!(
        "From {first:.0} to {last:.0}: {} rows a week over {} weeks, {} of them without rows; {} rows \
         without a time, {} in the future.",
        value(fresh.rows_a_week.unwrap_or(0.0), ""),
        count(fresh.weeks),
        count(fresh.empty_weeks),
        count(fresh.missing),
        count(fresh.future)
    ))
}

fn column(column: &ColumnLine) -> Vec<String> {
    let some = |rows: u64| if rows == 0 { String::new() } else { count(rows) };
    let about = if column.distinct_is_estimate { "about " } else { "" };
    vec![
        column.name.clone(),
        column.holds.clone(),
        some(column.nulls),
        some(column.empty),
        some(column.nan),
        some(column.sentinels.values().sum()),
        format!("{about}{}", count(column.distinct)),
        column.least.clone().unwrap_or_default(),
        column.most.clone().unwrap_or_default(),
    ]
}

/// `12.3 %`.
pub fn percent(share: f64) -> String {
    value(share, "share")
}

/// `+3.1 points`.
pub fn points(difference: f64) -> String {
    format!("{:+.1} points", difference * 100.0)
}

/// `a, b and c`.
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
