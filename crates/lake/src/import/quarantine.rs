//! Where refused rows go, with the reason: a table of its own, to be looked into and imported again.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::json::LineDelimitedWriter;
use jiff::Timestamp;

use super::rows::Faults;
use super::seen::{KeySet, key, read_ids};
use super::statements::{Insert, Place};
use crate::columns::{Layout, day_of};
use crate::disk::Disk;
use crate::error::Error;
use crate::store::{Appender, Snapshot};

/// The refused rows of one import.
pub struct Quarantine {
    appender: Appender,
    now: Timestamp,
    /// Rows refused by this import and earlier ones; read when the first row is refused.
    known: Option<KeySet>,
}

/// One refused row.
struct Refused {
    id: String,
    reason: String,
    row: String,
}

impl Quarantine {
    pub async fn open(disk: &Disk, now: Timestamp) -> Result<Quarantine, Error> {
        let snapshot = Snapshot::read(disk, Layout::quarantine()).await?;
        Ok(Quarantine { appender: Appender::new(snapshot), now, known: None })
    }

    /// Keeps the faulty rows of a batch, as they were selected, unless they are kept already.
    pub async fn take(
        &mut self,
        insert: &Insert,
        selected: &RecordBatch,
        faults: &Faults,
    ) -> Result<(), Error> {
        let mut known = match self.known.take() {
            Some(known) => known,
            None => read_ids(self.appender.snapshot(), &self.appender.snapshot().files).await?,
        };
        let mut refused = Vec::new();
        for (row, reason) in rows_as_json(selected, faults, &insert.place)? {
            let hash = key(&format!("{}\n{reason}\n{row}", insert.table.name()));
            if known.insert(key(&format!("{hash:032x}"))) {
                refused.push(Refused { id: format!("{hash:032x}"), reason, row });
            }
        }
        self.known = Some(known);
        if refused.is_empty() {
            return Ok(());
        }
        let rows = self.batch(insert, &refused);
        self.appender.push(day_of(self.now.as_microsecond()), rows).await
    }

    /// Makes the refused rows part of the store.
    pub async fn finish(self, now: Timestamp) -> Result<(), Error> {
        self.appender.finish(now).await
    }

    fn batch(&self, insert: &Insert, refused: &[Refused]) -> RecordBatch {
        let source = format!("{} line {}", insert.place.name, insert.place.line);
        let n = refused.len();
        let text = |texts: Vec<&str>| Arc::new(StringArray::from(texts)) as ArrayRef;
        let at = TimestampMicrosecondArray::from(vec![self.now.as_microsecond(); n]);
        let columns: Vec<ArrayRef> = vec![
            text(refused.iter().map(|it| it.id.as_str()).collect()),
            text(vec![insert.table.name(); n]),
            text(refused.iter().map(|it| it.reason.as_str()).collect()),
            text(vec![&source; n]),
            text(refused.iter().map(|it| it.row.as_str()).collect()),
            Arc::new(at.with_timezone("UTC")),
        ];
        RecordBatch::try_new(self.appender.snapshot().layout.columns.clone(), columns)
            .expect("these are the quarantine's columns")
    }
}

/// Each faulty row with its reason.
fn rows_as_json(
    selected: &RecordBatch,
    faults: &Faults,
    place: &Place,
) -> Result<Vec<(String, String)>, Error> {
    let bad: BooleanArray = faults.iter().map(|reason| Some(reason.is_some())).collect();
    let rows = filter_record_batch(selected, &bad).expect("as long as the batch");
    let mut writer = LineDelimitedWriter::new(Vec::new());
    let written = writer.write(&rows).and_then(|()| writer.finish());
    written.map_err(|why| place.error(format!("cannot keep a refused row: {why}")))?;
    let text = String::from_utf8(writer.into_inner()).expect("JSON is UTF-8");
    let reasons = faults.iter().flatten().map(str::to_owned);
    Ok(text.lines().map(str::to_owned).zip(reasons).collect())
}
