//! What actions and scores copy from their interaction, so that no question ever needs a join.
//!
//! Two passes: which targets does the import name, and what does the store know of just those. So
//! memory grows with the import and not with the store.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, TimestampMicrosecondType};
use datafusion::common::Column;
use datafusion::logical_expr::Expr;
use futures::StreamExt;
use trueup_evidence::Table;

use super::seen::{Key, KeyMap, KeySet, key};
use super::statements::Insert;
use crate::Lake;
use crate::columns::Layout;
use crate::error::{Error, short};
use crate::settle::dimensions::{Known, Names, Targets, fill, target_columns};
use crate::store::Snapshot;
use crate::store::read::read_columns;

/// What is known of the targets that an import names.
#[derive(Default)]
pub struct Dimensions {
    interactions: KeyMap<Known>,
    actions: KeyMap<Known>,
    names: Names,
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
        let Dimensions { interactions, names, .. } = self;
        read(Table::Interactions, from, wanted, interactions, names).await
    }

    async fn read_actions(&mut self, from: &Snapshot, wanted: &KeySet) -> Result<(), Error> {
        let Dimensions { actions, names, .. } = self;
        read(Table::Actions, from, wanted, actions, names).await
    }

    /// What is known of each row's target.
    fn find(&mut self, table: Table, columns: &[ArrayRef]) -> Vec<Option<Known>> {
        let layout = Layout::of(table);
        let targets = columns[layout.index(target_field(table))].as_string::<i32>();
        let times = columns[layout.index("at")].as_primitive::<TimestampMicrosecondType>();
        let kinds = match table {
            Table::Scores => Some(columns[layout.index("target_kind")].as_string::<i32>()),
            _ => None,
        };
        let mut find = |row: usize| {
            let kind = kinds.filter(|kinds| kinds.is_valid(row)).map(|kinds| kinds.value(row));
            let known = match kind.unwrap_or("interaction") {
                "interaction" => &self.interactions,
                "action" => &self.actions,
                "unit" => {
                    let unit = self.names.keep(targets.value(row));
                    return Some(Known::of_unit(times.value(row), unit));
                }
                // Found when all of the import is stored.
                _ => return None,
            };
            known.get(&key(targets.value(row))).copied()
        };
        (0..targets.len()).map(&mut find).collect()
    }

    /// Fills what the rows do not say themselves, and marks the orphans.
    pub fn fill(&mut self, table: Table, columns: &mut [ArrayRef]) {
        let known = self.find(table, columns);
        fill(table, columns, &known, &self.names);
    }
}

/// The field that names what a row is about.
fn target_field(table: Table) -> &'static str {
    if table == Table::Scores { "target" } else { "interaction" }
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

/// Reads those rows of a table whose id is wanted.
async fn read(
    table: Table,
    from: &Snapshot,
    wanted: &KeySet,
    known: &mut KeyMap<Known>,
    names: &mut Names,
) -> Result<(), Error> {
    if wanted.is_empty() {
        return Ok(());
    }
    let columns = target_columns(table);
    for file in &from.files {
        read_columns(from, file, &columns, &mut |batch| {
            let ids = batch.column(0).as_string::<i32>();
            let targets = Targets::of(table, batch);
            for row in 0..batch.num_rows() {
                let id: Key = key(ids.value(row));
                if wanted.contains(&id)
                    && let Some(copied) = targets.known(row, names)
                {
                    known.insert(id, copied);
                }
            }
        })
        .await?;
    }
    Ok(())
}
