//! All that belongs to one interaction.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::Date;
use trueup_evidence::browse::Trail;
use trueup_evidence::{Event, Table};
use uuid::Uuid;

use super::condition::Condition;
use super::day::rows_of;
use super::entries::{day, entries};
use super::event::events;
use super::find::{find, newest};
use super::search::number;
use crate::columns::{day_of, stored};
use crate::error::Error;
use crate::settle::place;
use crate::store::Snapshot;

/// The parts of a use may fall on other days than the use, and the use on another than its part.
const DAYS_AROUND: i32 = 1;
/// More rows of one trace than anybody reads are left out.
const MOST_SPANS: usize = 500;

pub async fn trail(
    tables: &[Snapshot; 5],
    id: &str,
    near: Option<Date>,
) -> Result<Option<Trail>, Error> {
    let mut faults = Vec::new();
    let near: Vec<i32> = near.map(number).into_iter().chain(made_on(id)).collect();
    let Some((_, interaction)) = newest(tables, id, &near, &mut faults).await else {
        // What cannot be read may be what was asked for.
        return match faults.into_iter().next() {
            None => Ok(None),
            Some(fault) => Err(Error::Query(fault)),
        };
    };
    let on = day(&interaction);
    let named = ("interaction", &[id][..]);
    let mut payloads = find(tables, Table::Payloads, named, on..=on, &mut faults).await;
    payloads.sort_by_key(|payload| (payload.time("at"), payload.text("id").map(str::to_owned)));
    let days = on - DAYS_AROUND..=on + DAYS_AROUND;
    let mut spans = match interaction.text("trace") {
        Some(trace) => of_trace(tables, trace, days, &mut faults).await,
        None => of_use(tables, &interaction, days, &mut faults).await,
    };
    spans.retain(|span| span.table != interaction.table || span.text("id") != Some(id));
    spans.sort_by_key(|span| (span.time("at"), span.text("id").map(str::to_owned)));
    if spans.len() > MOST_SPANS {
        faults.push(format!(
            "its trace has {} rows; the first {MOST_SPANS} are shown",
            spans.len() + 1
        ));
        spans.truncate(MOST_SPANS);
    }
    let entry = entries(tables, vec![interaction], &mut faults).await.pop();
    let entry = entry.expect("one interaction is one entry");
    Ok(Some(Trail { entry, payloads, spans, faults }))
}

/// The day on which an id was made, if it says so.
fn made_on(id: &str) -> Option<i32> {
    let (seconds, _) = Uuid::try_parse(id).ok()?.get_timestamp()?.to_unix();
    let at = Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    Some(day_of(at.as_microsecond()))
}

async fn of_trace(
    tables: &[Snapshot; 5],
    trace: &str,
    days: RangeInclusive<i32>,
    faults: &mut Vec<String>,
) -> Vec<Event> {
    let named = ("trace", &[trace][..]);
    let mut spans = find(tables, Table::Interactions, named, days.clone(), faults).await;
    spans.extend(find(tables, Table::Telemetry, named, days, faults).await);
    spans
}

/// The use that it is a part of, and the parts of that or of its own.
async fn of_use(
    tables: &[Snapshot; 5],
    interaction: &Event,
    days: RangeInclusive<i32>,
    faults: &mut Vec<String>,
) -> Vec<Event> {
    let table = Table::Interactions;
    let mut spans = Vec::new();
    let use_id = interaction.text("part_of").or(interaction.text("id")).unwrap_or_default();
    if interaction.text("part_of").is_some() {
        spans.extend(find(tables, table, ("id", &[use_id]), days.clone(), faults).await);
    }
    let columns: Vec<&str> = stored(table).map(|field| field.name).collect();
    let parts = [Condition::Is("part_of", use_id.to_owned())];
    for day in days {
        let rows = rows_of(&tables[place(table)], day, &parts, &columns, faults).await;
        spans.extend(rows.iter().flat_map(|rows| events(table, rows)));
    }
    spans
}
