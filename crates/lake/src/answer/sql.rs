//! What a plan becomes: one statement for each bet, table and shape of answer, that reads the bet's
//! rows once and counts for all requests together. The text is plain SQL that other engines run too.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use trueup_evidence::{
    Bin, Condition, Field, Kind, Measure, Plan, Request, Table, Tally, Test, Window,
};

/// One statement and what its columns mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub table: Table,
    pub shape: Shape,
    pub sql: String,
    pub parts: Vec<Part>,
}

/// What the rows of a statement are grouped by, and what is counted for each group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// By unit; counts and sums.
    Sums,
    /// By unit and bin of a field's value; counts.
    Values { field: &'static str },
    /// By unit and bin of the confidence; a count and two sums each.
    Calibration { outcome: &'static str, bins: u32 },
}

/// Which column answers which request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The request's place in the plan.
    pub request: usize,
    pub role: Role,
    /// Counted from the first column that is not grouped by.
    pub column: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Numerator,
    Denominator,
    /// The counts of a histogram, or the first of a calibration's three columns.
    Whole,
}

/// A statement in the making.
#[derive(Default)]
struct Draft {
    columns: Vec<String>,
    parts: Vec<Part>,
    span: Option<Window>,
}

type Key<'a> = (&'a str, Table, Shape);

/// All statements of a plan. `corrected`: some score is superseded by another.
pub fn statements(plan: &Plan, corrected: bool) -> Vec<Statement> {
    let mut drafts: BTreeMap<Key, Draft> = BTreeMap::new();
    for (index, request) in plan.requests.iter().enumerate() {
        if !request.window.is_empty() {
            add(&mut drafts, index, request);
        }
    }
    let statement = |(key, draft)| finish(&key, draft, plan.now, corrected);
    drafts.into_iter().map(statement).collect()
}

fn add<'a>(drafts: &mut BTreeMap<Key<'a>, Draft>, index: usize, request: &'a Request) {
    let mut place = |tally: &Tally, shape: Shape, role, columns: &[String]| {
        let draft = drafts.entry((&request.bet, tally.table, shape)).or_default();
        let column = draft.place(columns);
        draft.parts.push(Part { request: index, role, column });
        draft.widen(request.window);
    };
    match &request.measure {
        Measure::Sums { numerator, denominator } => {
            let roles = [(Role::Numerator, numerator), (Role::Denominator, denominator)];
            for (role, tallies) in roles {
                for tally in tallies {
                    place(tally, Shape::Sums, role, &[aggregate(tally, request)]);
                }
            }
        }
        Measure::Values { tally } => {
            let Some(field) = tally.sum else { return };
            let count = format!("count(*){}", filter(tally, request));
            place(tally, Shape::Values { field: field.name }, Role::Whole, &[count]);
        }
        Measure::Calibration { tally, bins } => {
            let Some(field) = tally.sum else { return };
            if tally.table.field("confidence").is_none() || *bins == 0 {
                return;
            }
            let filter = filter(tally, request);
            let columns = [
                format!("count(*){filter}"),
                format!("sum(\"confidence\"){filter}"),
                format!("sum({}){filter}", number(field)),
            ];
            let shape = Shape::Calibration { outcome: field.name, bins: *bins };
            place(tally, shape, Role::Whole, &columns);
        }
    }
}

impl Draft {
    /// The place of these columns, which are added unless they are there already.
    fn place(&mut self, columns: &[String]) -> usize {
        let found = self.columns.windows(columns.len()).position(|there| there == columns);
        found.unwrap_or_else(|| {
            self.columns.extend_from_slice(columns);
            self.columns.len() - columns.len()
        })
    }

    fn widen(&mut self, window: Window) {
        let span = self.span.get_or_insert(window);
        span.from = span.from.min(window.from);
        span.to = span.to.max(window.to);
    }
}

fn finish(key: &Key, draft: Draft, now: Timestamp, corrected: bool) -> Statement {
    let (bet, table, shape) = key;
    let mut grouped = vec!["\"unit\"".to_owned()];
    grouped.extend(bin(*table, shape));
    let mut selected = grouped.clone();
    let named = |(at, column)| format!("{column} AS c{at}");
    selected.extend(draft.columns.iter().enumerate().map(named));
    let mut conditions = vec![format!("\"bet\" = {}", text(bet))];
    conditions.extend(draft.span.into_iter().flat_map(|span| days(*table, span)));
    conditions.push(until(now));
    conditions.extend(filled(*table, shape));
    if *table == Table::Scores && corrected {
        conditions.push(not_corrected(now));
    }
    let places: Vec<String> = (1..=grouped.len()).map(|place| place.to_string()).collect();
    let sql = format!(
        "SELECT {}\nFROM {}\nWHERE {}\nGROUP BY {}",
        selected.join(",\n  "),
        table.name(),
        conditions.join("\n  AND "),
        places.join(", "),
    );
    Statement { table: *table, shape: shape.clone(), sql, parts: draft.parts }
}

/// The second thing to group by: the number of a bin.
fn bin(table: Table, shape: &Shape) -> Option<String> {
    match shape {
        Shape::Sums => None,
        Shape::Values { field } => {
            let value = number(table.field(field)?);
            Some(format!(
                "CASE WHEN {value} <= {:?} THEN {} \
                 ELSE CAST(floor(ln({value}) / {:?}) AS BIGINT) END AS bin",
                Bin::SMALLEST,
                Bin::ZERO,
                Bin::RATIO.ln(),
            ))
        }
        // The last bin includes its upper end, 1.
        Shape::Calibration { bins, .. } => Some(format!(
            "CAST(least(floor(\"confidence\" * {bins}), {}) AS BIGINT) AS bin",
            bins - 1,
        )),
    }
}

/// Rows without a value fall into no bin.
fn filled(table: Table, shape: &Shape) -> Vec<String> {
    let present =
        |name: &str| table.field(name).map(|field| format!("{} IS NOT NULL", value(field)));
    match shape {
        Shape::Sums => Vec::new(),
        Shape::Values { field } => present(field).into_iter().collect(),
        Shape::Calibration { outcome, .. } => {
            present("confidence").into_iter().chain(present(outcome)).collect()
        }
    }
}

/// The column of one tally: a count or a sum over the rows that meet all its conditions.
fn aggregate(tally: &Tally, request: &Request) -> String {
    let what = match tally.sum {
        None => "count(*)".to_owned(),
        Some(field) => format!("sum({})", number(field)),
    };
    what + &filter(tally, request)
}

fn filter(tally: &Tally, request: &Request) -> String {
    let mut conditions = vec![within(tally.table, request.window)];
    if let Some(segment) = &request.among {
        conditions.push(format!("array_has(\"segments\", {})", text(segment)));
    }
    conditions.extend(tally.conditions.iter().map(condition));
    format!(" FILTER (WHERE {})", conditions.join(" AND "))
}

fn condition(condition: &Condition) -> String {
    let Condition { field, test } = condition;
    let name = value(field);
    match test {
        Test::Present => format!("{name} IS NOT NULL"),
        Test::Absent => format!("{name} IS NULL"),
        Test::In(texts) => one_of(field, texts),
        Test::NotIn(texts) if texts.is_empty() => format!("{name} IS NOT NULL"),
        Test::NotIn(texts) => format!("NOT ({})", one_of(field, texts)),
        Test::Between { at_least, at_most } => {
            let ends = [(">=", at_least), ("<=", at_most)];
            let ends = ends.iter().filter_map(|(sign, end)| {
                Some(format!(" AND {name} {sign} {}", literal((**end)?)))
            });
            format!("{name} IS NOT NULL{}", ends.collect::<String>())
        }
        Test::SameAs(other) => format!("{name} = {}", value(other)),
    }
}

fn one_of(field: &Field, texts: &[String]) -> String {
    if texts.is_empty() {
        return "false".to_owned();
    }
    let texts: Vec<String> = texts.iter().map(|it| text(it)).collect();
    let name = value(field);
    match field.kind {
        Kind::Texts => {
            let has: Vec<String> =
                texts.iter().map(|text| format!("array_has({name}, {text})")).collect();
            format!("({})", has.join(" OR "))
        }
        Kind::Text => format!("{name} IN ({})", texts.join(", ")),
        _ => format!("CAST({name} AS VARCHAR) IN ({})", texts.join(", ")),
    }
}

/// The days first, which prune files; then the very moments.
fn days(table: Table, span: Window) -> [String; 3] {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    // `to` is excluded: a span that ends at midnight does not touch the day that begins.
    let last = span.to.checked_sub(1.nanosecond()).unwrap_or(span.to);
    [
        format!("\"day\" >= DATE '{}'", day(span.from)),
        format!("\"day\" <= DATE '{}'", day(last)),
        within(table, span),
    ]
}

fn within(table: Table, window: Window) -> String {
    let time = table.target_time();
    format!("\"{time}\" >= {} AND \"{time}\" < {}", moment(window.from), moment(window.to))
}

/// Leaves out what had not happened yet.
pub fn until(now: Timestamp) -> String {
    format!("\"at\" <= {}", moment(now))
}

fn not_corrected(now: Timestamp) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM scores AS later WHERE later.\"supersedes\" = scores.\"id\" \
         AND later.\"at\" <= {})",
        moment(now)
    )
}

fn moment(at: Timestamp) -> String {
    format!("TIMESTAMPTZ '{at}'")
}

fn value(field: &Field) -> String {
    match field.formula {
        Some(formula) => format!("({formula})"),
        None => format!("\"{}\"", field.name),
    }
}

fn number(field: &Field) -> String {
    match field.kind {
        Kind::Integer => format!("CAST({} AS DOUBLE)", value(field)),
        _ => value(field),
    }
}

fn literal(number: f64) -> String {
    if number.is_finite() { format!("{number:?}") } else { format!("CAST('{number}' AS DOUBLE)") }
}

/// A text in quotes; a quote inside is doubled.
pub fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
