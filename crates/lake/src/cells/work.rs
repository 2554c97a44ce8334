//! How blocks are made: days and ragged edges from rows, longer blocks from two shorter ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use trueup_evidence::Table;

use super::column;
use super::manifest::{Block, Manifest};
use super::place::Packs;
use super::rolled::Kept;
use super::span::Span;
use crate::answer::items::Item;
use crate::answer::run::{Engine, texts};
use crate::answer::sql::{Ask, Reading, days};
use crate::answer::tallied::Tallied;
use crate::error::Error;

/// What is added to a table's name: the files that are being counted.
pub const COUNTED: &str = "_counted";

/// And those of which only a part of a day is.
pub const EDGES: &str = "_edges";

/// One block to be made.
#[derive(Debug, Clone)]
pub struct Job {
    pub bet: Arc<str>,
    pub span: Span,
    pub state: u64,
}

/// The last moments of a bet's rows of a day, and of their targets.
#[derive(Debug, Clone, Copy)]
struct Last {
    at: i64,
    target: i64,
}

const NEVER: Last = Last { at: i64::MIN, target: i64::MIN };

/// Counts whole days: all keys of each bet.
pub async fn count_days(
    engine: &Engine,
    table: Table,
    kept: &BTreeMap<Arc<str>, Kept<'_>>,
    jobs: &[Job],
    packs: &mut Packs<'_>,
) -> Result<Vec<Block>, Error> {
    let last = last(engine, table, COUNTED, jobs).await?;
    let mut spans: BTreeMap<&Arc<str>, Vec<Span>> = BTreeMap::new();
    for job in jobs {
        spans.entry(&job.bet).or_default().push(job.span);
    }
    let mut asks = Vec::new();
    for (bet, spans) in &spans {
        let windows: Vec<_> = spans.iter().map(|span| span.window()).collect();
        let items = kept[*bet].items.values();
        asks.extend(items.map(|item| Ask { item, windows: windows.clone() }));
    }
    let reading = Reading { of: COUNTED, by_day: true, ..Reading::default() };
    let counted = engine.count(&asks, reading).await?;
    let mut blocks = Vec::new();
    for job in jobs {
        let day = job.span.first_day();
        let of_bet = asks.iter().zip(&counted).filter(|(ask, _)| *ask.item.bet == *job.bet);
        let empty: Vec<(u64, Tallied)> = of_bet
            .clone()
            .map(|(ask, _)| (ask.item.key(), Tallied::empty(&ask.item.shape)))
            .collect();
        let columns: Vec<(u64, &Tallied)> = of_bet
            .zip(&empty)
            .map(|((_, days), (key, empty))| (*key, days.get(&day).unwrap_or(empty)))
            .collect();
        let last = last.get(&(job.bet.to_string(), day)).copied().unwrap_or(NEVER);
        blocks.push(packs.add(block(table, job, last), &columns).await?);
    }
    Ok(blocks)
}

/// Counts one stretch of a day, for some keys.
pub async fn count_edges(
    engine: &Engine,
    table: Table,
    edges: &[(Job, Vec<&Item<'_>>)],
    packs: &mut Packs<'_>,
) -> Result<Vec<Block>, Error> {
    let jobs: Vec<Job> = edges.iter().map(|(job, _)| job.clone()).collect();
    let last = last(engine, table, EDGES, &jobs).await?;
    let mut asks = Vec::new();
    for (job, items) in edges {
        asks.extend(items.iter().map(|item| Ask { item, windows: vec![job.span.window()] }));
    }
    let reading = Reading { of: EDGES, ..Reading::default() };
    let counted = engine.count(&asks, reading).await?;
    let mut counted = asks.iter().zip(&counted);
    let mut blocks = Vec::new();
    for (job, items) in edges {
        let mut columns: Vec<(u64, Tallied)> = Vec::new();
        for (ask, days) in counted.by_ref().take(items.len()) {
            let none = || Tallied::empty(&ask.item.shape);
            let tallied = days.values().next().cloned().unwrap_or_else(none);
            columns.push((ask.item.key(), tallied));
        }
        let columns: Vec<(u64, &Tallied)> = columns.iter().map(|(key, it)| (*key, it)).collect();
        // The day's last moment is later than the edge's, so the block is used too late and never
        // too early.
        let last = last.get(&(job.bet.to_string(), job.span.first_day()));
        blocks.push(packs.add(block(table, job, last.copied().unwrap_or(NEVER)), &columns).await?);
    }
    Ok(blocks)
}

/// Adds up two blocks that follow one another. Of a half without rows there is none, and the other is
/// the whole. `None` if a column of either cannot be read.
pub async fn join(
    halves: &[&Block],
    kept: &Kept<'_>,
    job: &Job,
    packs: &mut Packs<'_>,
) -> Result<Option<Block>, Error> {
    let (left, right) = match halves {
        [left, right] => (left, right),
        [only] => {
            let whole = Block { span: job.span, state: job.state, ..(*only).clone() };
            return Ok(Some(whole));
        }
        _ => return Ok(None),
    };
    let (left_columns, right_columns) =
        (read(packs, left, kept).await?, read(packs, right, kept).await?);
    let Some((left_columns, right_columns)) = left_columns.zip(right_columns) else {
        return Ok(None);
    };
    let both = left_columns.iter().zip(&right_columns).zip(kept.items.values());
    let added: Vec<Tallied> =
        both.map(|((left, right), item)| Tallied::merged(vec![left, right], &item.shape)).collect();
    let columns: Vec<(u64, &Tallied)> = kept.items.keys().copied().zip(&added).collect();
    let last = Last {
        at: left.last_at.max(right.last_at),
        target: left.last_target.max(right.last_target),
    };
    packs.add(block(left.table, job, last), &columns).await.map(Some)
}

/// The columns of all keys that are kept, in their order.
async fn read(
    packs: &Packs<'_>,
    block: &Block,
    kept: &Kept<'_>,
) -> Result<Option<Vec<Tallied>>, Error> {
    let mut columns = Vec::new();
    let Some(bytes) = packs.read(&block.pack, block.range()).await? else { return Ok(None) };
    for (key, item) in &kept.items {
        let column = block.column(*key).and_then(|(offset, column)| {
            let from = usize::try_from(offset - block.offset).ok()?;
            let bytes = bytes.get(from..from + usize::try_from(column.bytes).ok()?)?;
            column::decoded(bytes, &item.shape)
        });
        let Some(column) = column else { return Ok(None) };
        columns.push(column);
    }
    Ok(Some(columns))
}

fn block(table: Table, job: &Job, last: Last) -> Block {
    Block {
        table,
        bet: job.bet.clone(),
        span: job.span,
        state: job.state,
        last_at: last.at,
        last_target: last.target,
        pack: "".into(),
        offset: 0,
        columns: Vec::new(),
    }
}

/// By bet and day.
async fn last(
    engine: &Engine,
    table: Table,
    of: &str,
    jobs: &[Job],
) -> Result<BTreeMap<(String, i32), Last>, Error> {
    let mut windows: Vec<_> = jobs.iter().map(|job| job.span.window()).collect();
    windows.sort_unstable();
    let sql = format!(
        "SELECT bet, day, max(\"at\") AS last_at, max(\"{}\") AS last_target \
         FROM {}{of} \
         WHERE bet IS NOT NULL AND {} GROUP BY bet, day",
        table.target_time(),
        table.name(),
        days(&windows),
    );
    let mut last = BTreeMap::new();
    for batch in engine.rows(&sql).await? {
        let (bets, days) = (texts(&batch, 0), batch.column(1).as_primitive::<Date32Type>());
        let moments = [2, 3]
            .map(|place| batch.column(place).as_primitive::<TimestampMicrosecondType>().clone());
        for row in 0..batch.num_rows() {
            let [at, target] = moments
                .each_ref()
                .map(|moments| if moments.is_valid(row) { moments.value(row) } else { i64::MIN });
            last.insert((bets.value(row).to_owned(), days.value(row)), Last { at, target });
        }
    }
    Ok(last)
}

/// Blocks whose pack is mostly of no use any more move to another.
pub async fn repack(manifest: &mut Manifest, packs: &mut Packs<'_>) -> Result<(), Error> {
    let mut live: BTreeMap<Arc<str>, (u64, u64)> = BTreeMap::new();
    for block in &manifest.blocks {
        let (bytes, end) = live.entry(block.pack.clone()).or_default();
        *bytes += block.bytes();
        *end = (*end).max(block.offset + block.bytes());
    }
    for block in &mut manifest.blocks {
        let (bytes, end) = live[&block.pack];
        if bytes * 2 >= end || block.bytes() == 0 {
            continue;
        }
        if let Some(bytes) = packs.read(&block.pack, block.range()).await? {
            packs.copy(block, &bytes).await?;
        }
    }
    Ok(())
}
