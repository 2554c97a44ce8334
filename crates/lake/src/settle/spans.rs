//! Rows as spans of their traces, and what the traces make of the rows.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, ListBuilder, RecordBatch,
    StringArray, StringBuilder,
};
use datafusion::arrow::compute::nullif;
use datafusion::arrow::datatypes::{Float64Type, Int64Type, TimestampMicrosecondType};
use serde_json::{Map, Value as Json};
use trueup_evidence::Table;
use xxhash_rust::xxh3::xxh3_64;

use super::dimensions::{Names, element};
use super::trace::{BET, INHERITED, Name, Resolved, SpanFacts, main_use, resolve};
use crate::columns::Layout;
use crate::keys::{Key, KeyMap, key};

/// Operations that ask a model.
const ASKING: [&str; 5] = ["chat", "text_completion", "generate_content", "embeddings", "rerank"];
/// What a composed row gives up, for its parts have it.
const USAGE: [&str; 9] = [
    "tokens_in",
    "tokens_out",
    "tokens_cached",
    "tokens_reasoning",
    "tokens_cache_write",
    "cost",
    "currency",
    "price_version",
    "cost_reported",
];
/// Where a composed row keeps what it said, among its other attributes.
const REPORTED: &str = "usage_reported";
/// What is needed of a stored interaction to resolve its trace, and of what copies from it.
pub const STORED_COLUMNS: [&str; 19] = [
    "id",
    "at",
    "trace",
    "span",
    "parent",
    "op",
    "bet",
    "variant",
    "unit",
    "session",
    "tenant",
    "criteria_digest",
    "inherited",
    "part_of",
    "composed",
    "response_id",
    "segments",
    "prediction",
    "confidence",
];
/// What is needed of a stored span that is no interaction.
pub const TELEMETRY_COLUMNS: [&str; 11] = [
    "id", "at", "signal", "trace", "span", "parent", "bet", "variant", "unit", "session", "tenant",
];
/// A trace of more spans is broken; what is new of it is looked at without what is stored.
pub const MOST_SPANS: usize = 20_000;

/// Where a span's row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// A new interaction: its row.
    New(usize),
    /// A stored interaction: the batch in which it was found, and its row there.
    Stored(usize, usize),
    /// Another span.
    Other,
}

/// What the trace makes of one interaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    values: [Name; INHERITED.len()],
    digest: Name,
    /// A bit for each field of [`INHERITED`].
    inherited: u8,
    part_of: Option<Arc<str>>,
    composed: bool,
}

/// The spans of one trace.
#[derive(Debug, Default)]
struct Group {
    facts: Vec<SpanFacts>,
    sources: Vec<Source>,
}

/// Traces, as far as their spans were given.
#[derive(Debug, Default)]
pub struct Traces {
    groups: KeyMap<Group>,
}

/// What came of all traces.
#[derive(Debug, Default)]
pub struct Resolutions {
    /// By source: only what differs from what the row says.
    pub outcomes: Vec<(Source, Outcome)>,
    /// The use that each trace is.
    pub main: KeyMap<Source>,
}

/// The columns of rows that are spans.
struct Columns<'a> {
    trace: &'a StringArray,
    span: &'a StringArray,
    parent: &'a StringArray,
    id: &'a StringArray,
    start: &'a [i64],
    own: [&'a StringArray; INHERITED.len()],
    /// Of telemetry.
    signal: Option<&'a StringArray>,
    /// Of interactions.
    op: Option<&'a StringArray>,
    part_of: Option<&'a StringArray>,
    digest: Option<&'a StringArray>,
    inherited: Option<&'a ListArray>,
    composed: Option<&'a Int64Array>,
    tokens: Option<&'a Int64Array>,
}

fn texts<'a>(rows: &'a RecordBatch, name: &str) -> &'a StringArray {
    rows.column_by_name(name).expect("it was read").as_string::<i32>()
}

impl<'a> Columns<'a> {
    fn of(rows: &'a RecordBatch) -> Columns<'a> {
        let column = |name: &str| rows.column_by_name(name);
        let at = column("at").expect("it was read");
        Columns {
            trace: texts(rows, "trace"),
            span: texts(rows, "span"),
            parent: texts(rows, "parent"),
            id: texts(rows, "id"),
            start: at.as_primitive::<TimestampMicrosecondType>().values(),
            own: INHERITED.map(|name| texts(rows, name)),
            signal: column("signal").map(AsArray::as_string::<i32>),
            op: column("op").map(AsArray::as_string::<i32>),
            part_of: column("part_of").map(AsArray::as_string::<i32>),
            digest: column("criteria_digest").map(AsArray::as_string::<i32>),
            inherited: column("inherited").map(AsArray::as_list::<i32>),
            composed: column("composed").map(AsArray::as_primitive::<Int64Type>),
            tokens: column("tokens_in").map(AsArray::as_primitive::<Int64Type>),
        }
    }

    fn is_span(&self, row: usize) -> bool {
        self.trace.is_valid(row)
            && self.signal.is_none_or(|signal| signal.is_valid(row) && signal.value(row) == "span")
    }

    fn facts(&self, row: usize, genai: bool, names: &mut Names) -> SpanFacts {
        let has = inherited_bits(self.inherited, row);
        let mut own = [None; INHERITED.len()];
        for (field, own) in own.iter_mut().enumerate() {
            if has & (1 << field) == 0 {
                *own = names.of(self.own[field], row);
            }
        }
        let own_bet = has & (1 << BET) == 0;
        let digest = self.digest.filter(|_| own_bet).and_then(|digest| names.of(digest, row));
        let span = if self.span.is_valid(row) { self.span } else { self.id };
        SpanFacts {
            span: span_number(span.value(row)),
            parent: self.parent.is_valid(row).then(|| span_number(self.parent.value(row))),
            start: self.start[row],
            genai,
            asks_model: genai && self.asks_model(row),
            own,
            digest,
        }
    }

    /// A span that does not name its operation, and says what it used, has asked a model.
    fn asks_model(&self, row: usize) -> bool {
        match self.op.filter(|op| op.is_valid(row)) {
            Some(op) => ASKING.contains(&op.value(row)),
            None => self.tokens.is_some_and(|tokens| tokens.is_valid(row)) || self.is_composed(row),
        }
    }

    /// True if a stored interaction says something else than its trace makes of it.
    fn differs(&self, row: usize, outcome: &Outcome, names: &Names) -> bool {
        let text = |texts: &'a StringArray| texts.is_valid(row).then(|| texts.value(row));
        let same = |field: usize| text(self.own[field]) == names.text(outcome.values[field]);
        !(0..INHERITED.len()).all(same)
            || inherited_bits(self.inherited, row) != outcome.inherited
            || self.digest.and_then(text) != names.text(outcome.digest)
            || self.part_of.and_then(text) != outcome.part_of.as_deref()
            || self.is_composed(row) != outcome.composed
    }

    fn is_composed(&self, row: usize) -> bool {
        self.composed.is_some_and(|composed| composed.is_valid(row) && composed.value(row) == 1)
    }
}

/// A span's id as a number; those of eight bytes in hex keep their order.
fn span_number(text: &str) -> u64 {
    let hex = (text.len() == 16).then(|| u64::from_str_radix(text, 16).ok()).flatten();
    hex.unwrap_or_else(|| xxh3_64(text.as_bytes()))
}

fn inherited_bits(lists: Option<&ListArray>, row: usize) -> u8 {
    let Some(list) = lists.filter(|lists| lists.is_valid(row)) else { return 0 };
    let list = list.value(row);
    let bit = |name: &str| INHERITED.iter().position(|it| *it == name).map_or(0, |at| 1 << at);
    list.as_string::<i32>().iter().flatten().fold(0, |bits, name| bits | bit(name))
}

impl Traces {
    /// Adds rows that are spans. `source` says where a row is, or leaves it out.
    pub fn add(
        &mut self,
        table: Table,
        rows: &RecordBatch,
        names: &mut Names,
        source: impl Fn(usize) -> Source,
    ) {
        let columns = Columns::of(rows);
        let genai = table == Table::Interactions;
        for row in (0..rows.num_rows()).filter(|row| columns.is_span(*row)) {
            let group = self.groups.entry(key(columns.trace.value(row))).or_default();
            group.facts.push(columns.facts(row, genai, names));
            group.sources.push(source(row));
        }
    }

    /// True if some interaction of the trace is known.
    pub fn has_interaction(&self, trace: Key) -> bool {
        self.groups.get(&trace).is_some_and(|group| group.facts.iter().any(|span| span.genai))
    }

    pub fn spans(&self, trace: Key) -> usize {
        self.groups.get(&trace).map_or(0, |group| group.facts.len())
    }

    /// Resolves each trace. `new` are the new interactions, `stored` those found.
    pub fn resolve(&self, new: &RecordBatch, stored: &[RecordBatch], names: &Names) -> Resolutions {
        let ids = texts(new, "id");
        let stored: Vec<Columns> = stored.iter().map(Columns::of).collect();
        let id = |source: Source| match source {
            Source::New(row) => Some(ids.value(row)),
            Source::Stored(batch, row) => Some(stored[batch].id.value(row)),
            Source::Other => None,
        };
        let mut resolutions = Resolutions::default();
        for (trace, group) in &self.groups {
            let resolved = resolve(&group.facts);
            if let Some(place) = main_use(&group.facts, &resolved) {
                resolutions.main.insert(*trace, group.sources[place]);
            }
            for ((source, facts), resolved) in group.sources.iter().zip(&group.facts).zip(resolved)
            {
                let part_of = resolved.part_of.and_then(|place| id(group.sources[place]));
                let outcome = Outcome {
                    values: resolved.values,
                    digest: resolved.digest,
                    inherited: inherited(facts, &resolved),
                    part_of: part_of.map(Arc::from),
                    composed: resolved.composed,
                };
                let differs = match *source {
                    Source::New(_) => outcome.is_more_than_own(),
                    Source::Stored(batch, row) => stored[batch].differs(row, &outcome, names),
                    Source::Other => false,
                };
                if differs {
                    resolutions.outcomes.push((*source, outcome));
                }
            }
        }
        resolutions
    }
}

/// A bit for each field that a span has from elsewhere.
fn inherited(facts: &SpanFacts, resolved: &Resolved) -> u8 {
    let from_elsewhere = |field: &usize| facts.own[*field] != resolved.values[*field];
    (0..INHERITED.len()).filter(from_elsewhere).fold(0, |bits, field| bits | (1 << field))
}

impl Outcome {
    fn is_more_than_own(&self) -> bool {
        self.inherited != 0 || self.part_of.is_some() || self.composed
    }
}

/// Writes the outcomes into rows of interactions; rows without one stay as they are.
pub fn apply(rows: &RecordBatch, outcomes: &[Option<Outcome>], names: &Names) -> RecordBatch {
    if outcomes.iter().all(Option::is_none) {
        return rows.clone();
    }
    let layout = Layout::of(Table::Interactions);
    let mut columns = rows.columns().to_vec();
    for (field, name) in INHERITED.into_iter().enumerate() {
        let value = |outcome: &'_ Outcome| names.text(outcome.values[field]).map(str::to_owned);
        columns[layout.index(name)] = replaced(rows, name, outcomes, value);
    }
    let digest = |outcome: &Outcome| names.text(outcome.digest).map(str::to_owned);
    columns[layout.index("criteria_digest")] = replaced(rows, "criteria_digest", outcomes, digest);
    let part_of = |outcome: &Outcome| outcome.part_of.as_deref().map(str::to_owned);
    columns[layout.index("part_of")] = replaced(rows, "part_of", outcomes, part_of);
    columns[layout.index("inherited")] = inherited_column(rows, outcomes);
    compose(&layout, rows, outcomes, &mut columns);
    RecordBatch::try_new(layout.columns.clone(), columns).expect("the same columns")
}

/// A column of text, with another value where there is an outcome.
fn replaced(
    rows: &RecordBatch,
    name: &str,
    outcomes: &[Option<Outcome>],
    value: impl Fn(&Outcome) -> Option<String>,
) -> ArrayRef {
    let said = texts(rows, name);
    let mut column = StringBuilder::with_capacity(rows.num_rows(), said.values().len());
    for (row, outcome) in outcomes.iter().enumerate() {
        match outcome {
            Some(outcome) => column.append_option(value(outcome)),
            None => column.append_option(said.is_valid(row).then(|| said.value(row))),
        }
    }
    Arc::new(column.finish())
}

fn inherited_column(rows: &RecordBatch, outcomes: &[Option<Outcome>]) -> ArrayRef {
    let before = rows.column_by_name("inherited").expect("every column is there").as_list::<i32>();
    let mut lists = ListBuilder::new(StringBuilder::new()).with_field(element());
    for (row, outcome) in outcomes.iter().enumerate() {
        match outcome {
            Some(outcome) if outcome.inherited != 0 => {
                let named = |(field, name): (usize, &'static str)| {
                    (outcome.inherited & (1 << field) != 0).then_some(Some(name))
                };
                lists.append_value(INHERITED.into_iter().enumerate().filter_map(named));
            }
            None if before.is_valid(row) => {
                lists.append_value(before.value(row).as_string::<i32>());
            }
            _ => lists.append_null(),
        }
    }
    Arc::new(lists.finish())
}

/// Takes the usage of rows away that turn out to repeat that of their parts.
fn compose(
    layout: &Layout,
    rows: &RecordBatch,
    outcomes: &[Option<Outcome>],
    columns: &mut [ArrayRef],
) {
    let before = rows.column(layout.index("composed")).as_primitive::<Int64Type>();
    let was = |row: usize| before.is_valid(row) && before.value(row) == 1;
    let is = |row: usize| outcomes[row].as_ref().map_or(was(row), |outcome| outcome.composed);
    let newly: BooleanArray = (0..rows.num_rows()).map(|row| Some(is(row) && !was(row))).collect();
    if newly.true_count() == 0 {
        return;
    }
    let composed = (0..rows.num_rows()).map(|row| is(row).then_some(1));
    columns[layout.index("composed")] = Arc::new(composed.collect::<Int64Array>());
    let attributes = rows.column(layout.index("attributes")).as_string::<i32>();
    let with_usage = (0..rows.num_rows()).map(|row| {
        let said = attributes.is_valid(row).then(|| attributes.value(row));
        if !newly.value(row) {
            return said.map(str::to_owned);
        }
        match usage(layout, rows, row) {
            Some(usage) => Some(with_reported(said, &usage)),
            None => said.map(str::to_owned),
        }
    });
    columns[layout.index("attributes")] = Arc::new(with_usage.collect::<StringArray>());
    for name in USAGE {
        let place = layout.index(name);
        columns[place] = nullif(&columns[place], &newly).expect("as long as the column");
    }
}

/// What a row says it used, as a JSON object.
fn usage(layout: &Layout, rows: &RecordBatch, row: usize) -> Option<Json> {
    let said = USAGE.into_iter().filter_map(|name| {
        let column = rows.column(layout.index(name));
        if column.is_null(row) {
            return None;
        }
        let value = if let Some(numbers) = column.as_primitive_opt::<Int64Type>() {
            Json::from(numbers.value(row))
        } else if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
            Json::from(numbers.value(row))
        } else {
            Json::from(column.as_string::<i32>().value(row))
        };
        Some((name.to_owned(), value))
    });
    let said: Map<String, Json> = said.collect();
    (!said.is_empty()).then_some(Json::Object(said))
}

fn with_reported(attributes: Option<&str>, usage: &Json) -> String {
    let parsed = attributes.and_then(|text| serde_json::from_str(text).ok());
    let mut attributes: Map<String, Json> = parsed.unwrap_or_default();
    attributes.insert(REPORTED.to_owned(), usage.clone());
    Json::Object(attributes).to_string()
}
