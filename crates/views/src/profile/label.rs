//! The label: its classes, how many there are and how many are needed, and where labels disagree.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_evidence::profile::{Class, Column, Repeats};
use trueup_verdict::number::count;

use super::columns::{MANY_ROWS, MUCH_REPEATED};
use super::rate::{HALF_WIDTH, Rate, needed};
use super::say::percent;
use super::{About, Finding, Kind, Level, NoSuchClass, Question};

/// What the yes of a yes or no is called.
const YES: [&str; 12] = [
    "1", "1.0", "true", "t", "yes", "y", "positive", "pos", "accept", "accepted", "pass", "success",
];
/// A class below this share is rare.
const RARE: f64 = 0.1;

/// The label as it is told.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LabelLine {
    pub column: String,
    pub labelled: u64,
    pub missing: u64,
    /// Empty where the values are too many to be classes.
    pub classes: Vec<ClassLine>,
    /// The class whose share is looked at by groups; `None` where nobody named one of several.
    pub positive: Option<String>,
    /// The labels needed for the shares of all classes within 5 points, rows being independent.
    pub needed: u64,
    /// Rows that are equal in all features and have different labels.
    pub disagreeing_rows: u64,
    /// Rows that have the same id and different labels.
    pub disagreeing_by_id: Option<u64>,
    /// The columns that were taken for features.
    pub features: Vec<String>,
}

/// One class.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ClassLine {
    pub value: String,
    pub rate: Rate,
    /// Labels needed for its share within 5 points.
    pub needed: u64,
}

/// The place of the positive class: the one that is named, or of two the one that says yes, or else the
/// rarer.
pub fn positive(question: &Question<'_>) -> Result<Option<usize>, NoSuchClass> {
    let classes = question.counts.classes.as_deref().unwrap_or_default();
    if let Some(named) = question.positive {
        let found = classes.iter().position(|class| is_named(class, named));
        return found.map(Some).ok_or_else(|| NoSuchClass {
            named: named.to_owned(),
            classes: classes.iter().map(|class| class.value.clone()).collect(),
        });
    }
    let says_yes = |class: &Class| YES.contains(&class.value.trim().to_lowercase().as_str());
    // Classes are in the order of their rows.
    Ok((classes.len() == 2).then(|| classes.iter().position(says_yes).unwrap_or(1)))
}

/// `1` also names `1.0`.
fn is_named(class: &Class, named: &str) -> bool {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    class.value == named || number(named).is_some() && number(&class.value) == number(named)
}

pub fn label(
    question: &Question<'_>,
    positive: Option<usize>,
    findings: &mut Vec<Finding>,
) -> Option<LabelLine> {
    let counts = question.counts;
    let column = counts.column(question.roles.label.as_deref()?)?;
    let labelled = counts.rows - column.missing();
    let classes = counts.classes.as_deref().unwrap_or_default();
    let line = |class: &Class| {
        let rate = Rate::new(class.rows, labelled)?;
        Some(ClassLine { value: class.value.clone(), rate, needed: needed(rate.share) })
    };
    let classes: Vec<ClassLine> = classes.iter().filter_map(line).collect();
    let line = LabelLine {
        column: column.name.clone(),
        labelled,
        missing: column.missing(),
        positive: positive.map(|at| classes[at].value.clone()),
        needed: classes.iter().map(|class| class.needed).max().unwrap_or(0),
        classes,
        disagreeing_rows: counts.features.as_ref().map_or(0, |it| it.repeats.conflicting_rows),
        disagreeing_by_id: counts.ids.map(|ids| ids.conflicting_rows),
        features: counts.features.iter().flat_map(|it| it.columns.clone()).collect(),
    };
    if counts.rows > 0 {
        findings.extend(blocked(column, &line, counts.classes.is_some()));
        findings.extend(unlabelled(&line, counts.rows));
        findings.extend(too_few(&line));
        findings.extend(rare(&line, question.floor));
        findings.extend(disagreement(question, &line));
    }
    Some(line)
}

/// What keeps a model from being judged at all.
fn blocked(column: &Column, line: &LabelLine, has_classes: bool) -> Option<Finding> {
    let name = &line.column;
    let about = |level, short: String| About {
        level,
        kind: Kind::Label,
        column: Some(name),
        short,
        rows: line.labelled,
        of: line.labelled + line.missing,
    };
    if line.labelled == 0 {
        let text = format!("`{name}` has no label in any of {} rows", count(line.missing));
        return Some(about(Level::Blocks, format!("`{name}` has no labels")).say(text));
    }
    if let [only] = line.classes.as_slice() {
        let text = format!(
            "`{name}` is `{}` in all {} labelled rows: nothing can be told apart",
            only.value,
            count(line.labelled)
        );
        return Some(about(Level::Blocks, format!("`{name}` has one class only")).say(text));
    }
    let values = count(column.distinct.values);
    let short = format!("`{name}` has too many values for classes");
    let text = format!(
        "`{name}` has {values} different values: a number or a text, and no class; balance, groups and \
         leakage are not looked at"
    );
    (!has_classes).then(|| about(Level::Concern, short).say(text))
}

fn unlabelled(line: &LabelLine, rows: u64) -> Option<Finding> {
    let share = line.missing as f64 / rows as f64;
    let name = &line.column;
    (line.missing > 0 && line.labelled > 0).then(|| {
        let about = About {
            level: if share > 0.5 { Level::Concern } else { Level::Note },
            kind: Kind::Label,
            column: Some(name),
            short: format!("{} of rows have no label", percent(share)),
            rows: line.missing,
            of: rows,
        };
        about.say(format!(
            "`{name}`: {} of {} rows ({}) have no label; are those like the others?",
            count(line.missing),
            count(rows),
            percent(share)
        ))
    })
}

fn too_few(line: &LabelLine) -> Option<Finding> {
    let name = &line.column;
    (line.labelled > 0 && line.labelled < line.needed).then(|| {
        let about = About {
            level: Level::Concern,
            kind: Kind::Label,
            column: Some(name),
            short: format!("{} labels of {} needed", count(line.labelled), count(line.needed)),
            rows: line.needed - line.labelled,
            of: line.needed,
        };
        about.say(format!(
            "`{name}`: {} labels; {} are needed to know each class's share within ±{:.0} points (95 %, \
             independent rows)",
            count(line.labelled),
            count(line.needed),
            HALF_WIDTH * 100.0
        ))
    })
}

fn rare(line: &LabelLine, floor: u64) -> Vec<Finding> {
    let name = &line.column;
    let several = line.classes.len() > 1;
    let is_rare = |class: &&ClassLine| class.rate.of < floor || class.rate.share < RARE;
    let found = line.classes.iter().filter(|_| several).filter(is_rare);
    let found = found.map(|class| {
        let few = class.rate.of < floor;
        let about = About {
            level: if few { Level::Concern } else { Level::Note },
            kind: Kind::Label,
            column: Some(name),
            short: format!("class `{}` has {} rows", class.value, count(class.rate.of)),
            rows: class.rate.n - class.rate.of,
            of: class.rate.n,
        };
        about.say(format!(
            "`{name}`: class `{}` has {} of {} labels ({}, 95 % {} to {}){}",
            class.value,
            count(class.rate.of),
            count(class.rate.n),
            percent(class.rate.share),
            percent(class.rate.low),
            percent(class.rate.high),
            if few { format!(", fewer than the floor of {floor}") } else { String::new() }
        ))
    });
    found.collect()
}

fn disagreement(question: &Question<'_>, line: &LabelLine) -> Vec<Finding> {
    let counts = question.counts;
    let name = &line.column;
    let finding = |repeats: &Repeats, what: &str, always: bool| {
        let share = repeats.conflicting_rows as f64 / counts.rows as f64;
        let about = About {
            level: if always || share >= MUCH_REPEATED { Level::Concern } else { Level::Note },
            kind: Kind::Disagreement,
            column: Some(name),
            short: format!("labels of {} rows disagree", count(repeats.conflicting_rows)),
            rows: repeats.conflicting_rows,
            of: repeats.rows,
        };
        about.say(format!(
            "`{name}`: {} of {} rows have the same {what} as another and a different label, in {} \
             groups; no model that sees only these can be right about all of them",
            count(repeats.conflicting_rows),
            count(repeats.rows),
            count(repeats.conflicting_keys)
        ))
    };
    let mut found = Vec::new();
    // Where an id names whom rows are of, their labels may well be different.
    let names_rows = |ids: &Repeats| (ids.rows as f64) < MANY_ROWS * ids.keys as f64;
    if let Some(ids) = counts.ids.filter(|ids| ids.conflicting_rows > 0 && names_rows(ids)) {
        let id = question.roles.id.as_deref().unwrap_or_default();
        found.push(finding(&ids, &format!("`{id}`"), true));
    }
    if let Some(features) = counts.features.as_ref().filter(|it| it.repeats.conflicting_rows > 0) {
        let what = format!("{} features", features.columns.len());
        found.push(finding(&features.repeats, &what, false));
    }
    found
}
