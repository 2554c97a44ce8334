//! What actions, scores and payloads copy from what they are about, so that no question ever needs
//! a join; and which fields they have copied, so that it can be done anew.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, ListArray, ListBuilder, RecordBatch,
    StringArray, StringBuilder, TimestampMicrosecondArray, new_null_array,
};
use datafusion::arrow::datatypes::{
    DataType, Field as Column, Float64Type, TimestampMicrosecondType,
};
use trueup_evidence::Table;

use super::trace::Name;
use crate::columns::{COPIED, Layout, ORPHAN};

/// Between two segments when they are kept as one name.
const BETWEEN_SEGMENTS: char = '\u{1f}';

/// What is copied, beside the time.
const COPYABLE: [&str; 6] = ["bet", "variant", "unit", "segments", "prediction", "confidence"];

/// The columns that [`Targets`] needs of a table whose rows can be a target; the first is the id.
pub fn target_columns(table: Table) -> Vec<&'static str> {
    let copied = COPYABLE.into_iter().filter(|name| table.field(name).is_some());
    ["id", table.target_time()].into_iter().chain(copied).collect()
}

/// What is copied from one target. Names are kept once each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    pub at: i64,
    pub bet: Name,
    pub variant: Name,
    pub unit: Name,
    pub segments: Name,
    pub prediction: Name,
    pub confidence: Option<f64>,
}

impl Known {
    /// A person as such has no bet, and its rows count for their own day.
    pub fn of_unit(at: i64, unit: u32) -> Known {
        Known {
            at,
            bet: None,
            variant: None,
            unit: Some(unit),
            segments: None,
            prediction: None,
            confidence: None,
        }
    }
}

/// Takes one name from what is known of a target.
type Get = fn(&Known) -> Name;

/// Names, each kept once.
#[derive(Debug, Default)]
pub struct Names {
    texts: Vec<Arc<str>>,
    places: HashMap<Arc<str>, u32>,
}

impl Names {
    pub fn keep(&mut self, text: &str) -> u32 {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = u32::try_from(self.texts.len()).expect("fewer than 4 billion names");
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.places.insert(text, place);
        place
    }

    pub fn text(&self, name: Name) -> Option<&str> {
        name.map(|place| self.texts[place as usize].as_ref())
    }

    /// The text in a row of a column, kept.
    pub fn of(&mut self, texts: &StringArray, row: usize) -> Name {
        texts.is_valid(row).then(|| self.keep(texts.value(row)))
    }
}

/// The columns of rows that can be targets, looked up once.
pub struct Targets<'a> {
    at: &'a TimestampMicrosecondArray,
    names: [Option<&'a StringArray>; 4],
    segments: &'a ListArray,
    confidence: Option<&'a Float64Array>,
}

impl<'a> Targets<'a> {
    pub fn of(table: Table, rows: &'a RecordBatch) -> Targets<'a> {
        let column = |name: &str| rows.column_by_name(name);
        let present = |name: &str| column(name).expect("it was read");
        Targets {
            at: present(table.target_time()).as_primitive::<TimestampMicrosecondType>(),
            names: ["bet", "variant", "unit", "prediction"]
                .map(|name| column(name).map(AsArray::as_string::<i32>)),
            segments: present("segments").as_list(),
            confidence: column("confidence").map(AsArray::as_primitive::<Float64Type>),
        }
    }

    /// What a row gives to those that are about it; nothing if it is an orphan itself.
    pub fn known(&self, row: usize, names: &mut Names) -> Option<Known> {
        let mut name = |place: usize| names.of(self.names[place]?, row);
        let (bet, variant, unit, prediction) = (name(0), name(1), name(2), name(3));
        let segments = self.segments.is_valid(row).then(|| joined(&self.segments.value(row)));
        Some(Known {
            at: self.at.is_valid(row).then(|| self.at.value(row))?,
            bet,
            variant,
            unit,
            segments: segments.map(|segments| names.keep(&segments)),
            prediction,
            confidence: self.confidence.filter(|it| it.is_valid(row)).map(|it| it.value(row)),
        })
    }
}

fn joined(segments: &ArrayRef) -> String {
    let names: Vec<&str> = segments.as_string::<i32>().iter().flatten().collect();
    names.join(&BETWEEN_SEGMENTS.to_string())
}

/// Fills what rows do not say themselves from what is known of their targets, and says which fields
/// those are and which rows are orphans. The columns are those of the table's layout.
pub fn fill(table: Table, columns: &mut [ArrayRef], known: &[Option<Known>], names: &Names) {
    let layout = Layout::of(table);
    let mut copied = Copied::new(known.len());
    let texts: [(&'static str, Get); 4] = [
        ("bet", |known| known.bet),
        ("variant", |known| known.variant),
        ("unit", |known| known.unit),
        ("prediction", |known| known.prediction),
    ];
    for (name, field) in texts {
        if let Ok(place) = layout.columns.index_of(name) {
            let said = columns[place].as_string::<i32>();
            let copy = |row: usize| names.text(known[row].as_ref().and_then(field));
            copied.mark(name, |row| said.is_null(row) && copy(row).is_some());
            let filled = (0..said.len())
                .map(|row| said.is_valid(row).then(|| said.value(row)).or_else(|| copy(row)));
            columns[place] = Arc::new(filled.collect::<StringArray>());
        }
    }
    let segments = layout.index("segments");
    let said = columns[segments].as_list::<i32>();
    copied.mark("segments", |row| {
        said.is_null(row) && known[row].is_some_and(|it| it.segments.is_some())
    });
    columns[segments] = Arc::new(fill_segments(said, known, names));
    if let Ok(place) = layout.columns.index_of("confidence") {
        let said = columns[place].as_primitive::<Float64Type>();
        let copy = |row: usize| known[row].and_then(|known| known.confidence);
        copied.mark("confidence", |row| said.is_null(row) && copy(row).is_some());
        let filled = said.iter().enumerate().map(|(row, said)| said.or_else(|| copy(row)));
        columns[place] = Arc::new(filled.collect::<Float64Array>());
    }
    let at = layout.index("interaction_at");
    let said = columns[at].as_primitive::<TimestampMicrosecondType>();
    copied.mark("interaction_at", |row| said.is_null(row) && known[row].is_some());
    let filled = said.iter().zip(known).map(|(said, known)| said.or_else(|| known.map(|it| it.at)));
    let filled = filled.collect::<TimestampMicrosecondArray>().with_timezone("UTC");
    let orphans: BooleanArray = filled.iter().map(|at| Some(at.is_none())).collect();
    columns[at] = Arc::new(filled);
    columns[layout.index(ORPHAN)] = Arc::new(orphans);
    columns[layout.index(COPIED)] = Arc::new(copied.finish());
}

/// Adds the columns that [`fill`] fills to the stored fields of a table.
pub fn with_marks(table: Table, fields: &mut Vec<ArrayRef>) {
    let layout = Layout::of(table);
    let rows = fields.first().map_or(0, Array::len);
    for column in layout.columns.fields().iter().skip(fields.len()) {
        fields.push(new_null_array(column.data_type(), rows));
    }
}

/// Takes what rows have copied away again.
pub fn strip(table: Table, rows: &RecordBatch) -> Vec<ArrayRef> {
    let layout = Layout::of(table);
    let copied = rows.column(layout.index(COPIED)).as_list::<i32>();
    let has = |row: usize, name: &str| {
        copied.is_valid(row)
            && copied.value(row).as_string::<i32>().iter().flatten().any(|it| it == name)
    };
    let mut columns = rows.columns().to_vec();
    for name in COPYABLE.into_iter().chain(["interaction_at"]) {
        if let Ok(place) = layout.columns.index_of(name) {
            let mask: BooleanArray = (0..rows.num_rows()).map(|row| Some(has(row, name))).collect();
            columns[place] = datafusion::arrow::compute::nullif(&columns[place], &mask)
                .expect("as long as the column");
        }
    }
    columns
}

fn fill_segments(said: &ListArray, known: &[Option<Known>], names: &Names) -> ListArray {
    let mut lists = ListBuilder::new(StringBuilder::new()).with_field(element());
    for (row, known) in known.iter().enumerate() {
        if said.is_valid(row) {
            lists.append_value(said.value(row).as_string::<i32>());
            continue;
        }
        let copied = known.and_then(|known| names.text(known.segments));
        lists.append_option(copied.map(|segments| {
            segments.split(BETWEEN_SEGMENTS).filter(|name| !name.is_empty()).map(Some)
        }));
    }
    lists.finish()
}

/// The element of a list of texts.
pub fn element() -> Column {
    Column::new("element", DataType::Utf8, true)
}

/// The names of the fields that each row has copied.
struct Copied {
    rows: Vec<Vec<&'static str>>,
}

impl Copied {
    fn new(rows: usize) -> Copied {
        Copied { rows: vec![Vec::new(); rows] }
    }

    fn mark(&mut self, name: &'static str, is_copied: impl Fn(usize) -> bool) {
        for (row, names) in self.rows.iter_mut().enumerate() {
            if is_copied(row) {
                names.push(name);
            }
        }
    }

    fn finish(self) -> ListArray {
        let mut lists = ListBuilder::new(StringBuilder::new()).with_field(element());
        for names in self.rows {
            let names = (!names.is_empty()).then(|| names.into_iter().map(Some));
            lists.append_option(names);
        }
        lists.finish()
    }
}
