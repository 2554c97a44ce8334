//! What actions and scores copy from their interaction, so that no question ever needs a join.
//!
//! Two passes: which targets does the import name, and what does the store know of just those. So
//! memory grows with the import and not with the store.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, ListArray, ListBuilder, RecordBatch,
    StringArray, StringBuilder, TimestampMicrosecondArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, TimestampMicrosecondType};
use datafusion::common::Column;
use datafusion::logical_expr::Expr;
use futures::StreamExt;
use trueup_evidence::Table;

use super::seen::{Key, KeyMap, KeySet, key};
use super::statements::Insert;
use crate::Lake;
use crate::columns::Layout;
use crate::error::{Error, short};
use crate::store::Snapshot;
use crate::store::read::read_columns;

/// Between two segments when they are kept as one name.
const BETWEEN_SEGMENTS: char = '\u{1f}';

/// What is known of the targets that an import names.
#[derive(Default)]
pub struct Dimensions {
    interactions: KeyMap<Known>,
    actions: KeyMap<Known>,
    names: Names,
}

/// What is copied from one target. Names are kept once each.
#[derive(Clone, Copy)]
struct Known {
    at: i64,
    bet: Name,
    variant: Name,
    unit: Name,
    segments: Name,
    prediction: Name,
    confidence: Option<f64>,
}

type Name = Option<u32>;
/// Takes one name from what is known of a target.
type Get = fn(&Known) -> Name;

#[derive(Default)]
struct Names {
    texts: Vec<Arc<str>>,
    places: HashMap<Arc<str>, u32>,
}

impl Names {
    fn keep(&mut self, text: &str) -> u32 {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = u32::try_from(self.texts.len()).expect("fewer than 4 billion names");
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.places.insert(text, place);
        place
    }

    fn text(&self, name: Name) -> Option<&str> {
        name.map(|place| self.texts[place as usize].as_ref())
    }
}

impl Dimensions {
    /// Finds what the store knows of the targets that the insert names.
    pub async fn gather(lake: &Lake, insert: &Insert) -> Result<Dimensions, Error> {
        let (interactions, actions) = targets(insert).await?;
        let stored = Snapshot::read(&lake.disk, Layout::of(Table::Interactions)).await?;
        let acted = Snapshot::read(&lake.disk, Layout::of(Table::Actions)).await?;
        let mut dimensions = Dimensions::default();
        dimensions.read_interactions(&stored, &interactions).await?;
        dimensions.read_actions(&acted, &actions).await?;
        Ok(dimensions)
    }

    async fn read_interactions(&mut self, from: &Snapshot, wanted: &KeySet) -> Result<(), Error> {
        let columns =
            ["id", "at", "bet", "variant", "unit", "segments", "prediction", "confidence"];
        let Dimensions { interactions, names, .. } = self;
        read(from, &columns, wanted, interactions, names).await
    }

    async fn read_actions(&mut self, from: &Snapshot, wanted: &KeySet) -> Result<(), Error> {
        let columns = ["id", "interaction_at", "bet", "variant", "unit", "segments"];
        let Dimensions { actions, names, .. } = self;
        read(from, &columns, wanted, actions, names).await
    }

    /// What is known of each row's target.
    fn find(&self, table: Table, columns: &[ArrayRef]) -> Vec<Option<Known>> {
        let layout = Layout::of(table);
        let targets = columns[layout.index(target_field(table))].as_string::<i32>();
        let kinds = match table {
            Table::Scores => Some(columns[layout.index("target_kind")].as_string::<i32>()),
            _ => None,
        };
        let find = |row: usize| {
            let kind = kinds.filter(|kinds| kinds.is_valid(row)).map(|kinds| kinds.value(row));
            let known = match kind.unwrap_or("interaction") {
                "interaction" => &self.interactions,
                "action" => &self.actions,
                _ => return None,
            };
            known.get(&key(targets.value(row))).copied()
        };
        (0..targets.len()).map(find).collect()
    }

    /// Fills what the rows do not say themselves.
    pub fn fill(&self, table: Table, columns: &mut [ArrayRef]) {
        let known = self.find(table, columns);
        let layout = Layout::of(table);
        let texts: [(&str, Get); 4] = [
            ("bet", |known| known.bet),
            ("variant", |known| known.variant),
            ("unit", |known| known.unit),
            ("prediction", |known| known.prediction),
        ];
        for (name, field) in texts {
            if let Ok(place) = layout.columns.index_of(name) {
                let filled = self.fill_texts(columns[place].as_string(), &known, field);
                columns[place] = Arc::new(filled);
            }
        }
        let segments = layout.index("segments");
        columns[segments] = Arc::new(self.fill_segments(columns[segments].as_list(), &known));
        let at = layout.index("interaction_at");
        columns[at] = Arc::new(fill_times(columns[at].as_primitive(), &known));
        if let Ok(place) = layout.columns.index_of("confidence") {
            columns[place] = Arc::new(fill_confidence(columns[place].as_primitive(), &known));
        }
    }

    fn fill_texts(&self, said: &StringArray, known: &[Option<Known>], field: Get) -> StringArray {
        let copied = |known: &Option<Known>| self.names.text(known.as_ref().and_then(field));
        said.iter().zip(known).map(|(said, known)| said.or_else(|| copied(known))).collect()
    }

    fn fill_segments(&self, said: &ListArray, known: &[Option<Known>]) -> ListArray {
        let element = Field::new("element", DataType::Utf8, true);
        let mut lists = ListBuilder::new(StringBuilder::new()).with_field(element);
        for (row, known) in known.iter().enumerate() {
            if said.is_valid(row) {
                lists.append_value(said.value(row).as_string::<i32>());
                continue;
            }
            let copied = known.and_then(|known| self.names.text(known.segments));
            lists.append_option(copied.map(|segments| {
                segments.split(BETWEEN_SEGMENTS).filter(|name| !name.is_empty()).map(Some)
            }));
        }
        lists.finish()
    }
}

/// Rows whose interaction's time is not known.
pub fn orphans(table: Table, columns: &[ArrayRef]) -> BooleanArray {
    let at = &columns[Layout::of(table).index("interaction_at")];
    (0..at.len()).map(|row| Some(at.is_null(row))).collect()
}

/// The field that names what a row is about.
fn target_field(table: Table) -> &'static str {
    if table == Table::Scores { "target" } else { "interaction" }
}

fn fill_times(
    said: &TimestampMicrosecondArray,
    known: &[Option<Known>],
) -> TimestampMicrosecondArray {
    let copied = |known: &Option<Known>| known.map(|known| known.at);
    let times = said.iter().zip(known).map(|(said, known)| said.or_else(|| copied(known)));
    times.collect::<TimestampMicrosecondArray>().with_timezone("UTC")
}

fn fill_confidence(said: &Float64Array, known: &[Option<Known>]) -> Float64Array {
    let copied = |known: &Option<Known>| known.and_then(|known| known.confidence);
    said.iter().zip(known).map(|(said, known)| said.or_else(|| copied(known))).collect()
}

/// The interactions and the actions that an insert's rows are about.
async fn targets(insert: &Insert) -> Result<(KeySet, KeySet), Error> {
    let failed = |why| insert.place.error(short(&why));
    let mut names = vec![target_field(insert.table)];
    if insert.table == Table::Scores && insert.gives("target_kind") {
        names.push("target_kind");
    }
    let columns = names.iter().map(|name| Expr::Column(Column::from_name(*name)));
    let frame = insert.frame.clone().select(columns).map_err(failed)?;
    let mut rows = frame.execute_stream().await.map_err(failed)?;
    let (mut interactions, mut actions) = (KeySet::default(), KeySet::default());
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(failed)?;
        let text =
            |column: &ArrayRef| cast(column, &DataType::Utf8).expect("the types were checked");
        let columns: Vec<ArrayRef> = batch.columns().iter().map(text).collect();
        for (row, target) in columns[0].as_string::<i32>().iter().enumerate() {
            let Some(target) = target else { continue };
            let kinds = columns.get(1).map(AsArray::as_string::<i32>);
            let action =
                kinds.is_some_and(|kinds| kinds.is_valid(row) && kinds.value(row) == "action");
            if action { &mut actions } else { &mut interactions }.insert(key(target));
        }
    }
    Ok((interactions, actions))
}

/// Reads those rows of a table whose id is wanted. The columns begin with id, time, bet, variant,
/// unit and segments; prediction and confidence may follow.
async fn read(
    from: &Snapshot,
    columns: &[&str],
    wanted: &KeySet,
    known: &mut KeyMap<Known>,
    names: &mut Names,
) -> Result<(), Error> {
    if wanted.is_empty() {
        return Ok(());
    }
    for file in &from.files {
        read_columns(from, file, columns, &mut |batch| {
            let ids = batch.column(0).as_string::<i32>();
            for row in 0..batch.num_rows() {
                let id: Key = key(ids.value(row));
                if wanted.contains(&id)
                    && let Some(copied) = copied(batch, row, names)
                {
                    known.insert(id, copied);
                }
            }
        })
        .await?;
    }
    Ok(())
}

fn copied(batch: &RecordBatch, row: usize, names: &mut Names) -> Option<Known> {
    let at = batch.column(1).as_primitive::<TimestampMicrosecondType>();
    let mut name = |column: usize| {
        let texts = batch.columns().get(column)?.as_string::<i32>();
        texts.is_valid(row).then(|| names.keep(texts.value(row)))
    };
    let (bet, variant, unit, prediction) = (name(2), name(3), name(4), name(6));
    let confidence = batch.columns().get(7).map(AsArray::as_primitive::<Float64Type>);
    let segments = batch.column(5).as_list::<i32>();
    let segments = segments.is_valid(row).then(|| joined(&segments.value(row)));
    Some(Known {
        at: at.is_valid(row).then(|| at.value(row))?,
        bet,
        variant,
        unit,
        segments: segments.map(|segments| names.keep(&segments)),
        prediction,
        confidence: confidence.filter(|it| it.is_valid(row)).map(|it| it.value(row)),
    })
}

fn joined(segments: &ArrayRef) -> String {
    let names: Vec<&str> = segments.as_string::<i32>().iter().flatten().collect();
    names.join(&BETWEEN_SEGMENTS.to_string())
}
