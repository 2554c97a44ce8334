//! Is everything there that the logs name, and is it what they say?

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::TimestampMicrosecondType;

use crate::Lake;
use crate::columns::{Layout, day_of};
use crate::error::Error;
use crate::store::{DataFile, Snapshot, read};
use crate::wal::object;

/// What was looked at, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    pub files: u64,
    pub rows: u64,
    /// Write-ahead objects.
    pub objects: u64,
    pub faults: Vec<Fault>,
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Relative to the store; a table's name if it is its log.
    pub path: String,
    pub why: String,
}

impl Lake {
    /// Reads every footer and the times of every row. Goes on after a fault.
    pub async fn check(&self) -> Result<Checked, Error> {
        let mut checked = Checked::default();
        for layout in Layout::all() {
            let name = layout.name;
            match Snapshot::read(&self.disk, layout).await {
                Ok(snapshot) => check_table(&snapshot, &mut checked).await?,
                Err(why) => checked.fault(name, &why),
            }
        }
        let layouts: Vec<Layout> = Layout::all().collect();
        for found in self.disk.list("wal").await? {
            checked.objects += 1;
            match self.disk.get(&found.path).await {
                Ok(Some(bytes)) => {
                    if let Err(why) = object::decode(&bytes, &layouts) {
                        checked.fault(&found.path, &why);
                    }
                }
                // Merged a moment ago.
                Ok(None) => {}
                Err(why) => checked.fault(&found.path, &why),
            }
        }
        Ok(checked)
    }
}

impl Checked {
    fn fault(&mut self, path: &str, why: &impl ToString) {
        self.faults.push(Fault { path: path.to_owned(), why: why.to_string() });
    }
}

async fn check_table(snapshot: &Snapshot, checked: &mut Checked) -> Result<(), Error> {
    let found = snapshot.disk.list(snapshot.layout.name).await?;
    let sizes: BTreeMap<String, u64> =
        found.into_iter().map(|found| (found.path, found.bytes)).collect();
    for file in &snapshot.files {
        let path = snapshot.path(file);
        checked.files += 1;
        checked.rows += file.rows;
        let fault = match sizes.get(&path) {
            None => Some("it is missing".to_owned()),
            Some(bytes) if *bytes != file.bytes => {
                Some(format!("it has {bytes} bytes, and the log says {}", file.bytes))
            }
            Some(_) => check_file(snapshot, file).await.err(),
        };
        if let Some(why) = fault {
            checked.fault(&path, &why);
        }
    }
    Ok(())
}

/// Footer, number of rows, and the day of each.
async fn check_file(snapshot: &Snapshot, file: &DataFile) -> Result<(), String> {
    let (mut rows, mut strangers) = (0, 0);
    let times = times_of(&snapshot.layout);
    let mut count = |batch: &RecordBatch| {
        rows += batch.num_rows() as u64;
        let on = |row| day_of_row(batch, row);
        strangers += (0..batch.num_rows()).filter(|row| on(*row) != Some(file.day)).count();
    };
    let read = read::read_columns(snapshot, file, &times, &mut count).await;
    read.map_err(|why| why.to_string())?;
    if rows != file.rows {
        return Err(format!("it has {rows} rows, and the log says {}", file.rows));
    }
    if strangers > 0 {
        return Err(format!("{strangers} of its rows belong to another day"));
    }
    Ok(())
}

/// The columns that say which day a row belongs to, the deciding one first.
fn times_of(layout: &Layout) -> Vec<&'static str> {
    let target = layout.sorted_by[1];
    let is_time = layout.columns.field(layout.index(target)).data_type().is_temporal();
    if is_time && target != "at" { vec![target, "at"] } else { vec!["at"] }
}

fn day_of_row(times: &RecordBatch, row: usize) -> Option<i32> {
    let known = times.columns().iter().find(|times| times.is_valid(row))?;
    Some(day_of(known.as_primitive::<TimestampMicrosecondType>().value(row)))
}
