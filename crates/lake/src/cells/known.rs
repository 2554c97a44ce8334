//! What the cells know of the tables as they are: the files that were counted, those that are new,
//! and the blocks that are still true.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Date32Type;
use jiff::Timestamp;
use trueup_evidence::Table;
use xxhash_rust::xxh3::xxh3_64;

use super::cover::Sorted;
use super::manifest::{Block, Manifest};
use super::span::Span;
use crate::answer::items::Item;
use crate::answer::run::{Engine, texts};
use crate::answer::{Tables, sql};
use crate::error::Error;
use crate::store::{DataFile, Snapshot};

/// What is added to a table's name: its files that were counted.
pub const SETTLED: &str = "_settled";
/// And those that were not.
pub const FRESH: &str = "_fresh";

pub struct Known<'a> {
    tables: BTreeMap<Table, OfTable>,
    /// Bets and days whose counted scores are corrected by ones that were not counted.
    corrected: BTreeSet<(String, i32)>,
    /// Bets and days with scores that were not counted; looked for if pairs are asked for.
    joined: BTreeSet<(String, i32)>,
    states: HashMap<(Table, Span), u64>,
    /// The blocks of each bet whose files are as they were.
    blocks: HashMap<(Table, &'a str), Vec<&'a Block>>,
}

/// A table's files in two parts.
pub struct OfTable {
    /// Days with counted files, and a hash of these.
    pub days: BTreeMap<i32, u64>,
    pub settled: Snapshot,
    pub fresh: Snapshot,
}

impl<'a> Known<'a> {
    pub fn new(manifest: &'a Manifest, tables: &Tables) -> Known<'a> {
        let split = |table| (table, OfTable::new(table, manifest, tables.of(table)));
        let tables: BTreeMap<Table, OfTable> = Table::ALL.into_iter().map(split).collect();
        let mut states = HashMap::new();
        for block in &manifest.blocks {
            let state = || tables[&block.table].state(block.span);
            states.entry((block.table, block.span)).or_insert_with(state);
        }
        let mut blocks: HashMap<_, Vec<&Block>> = HashMap::new();
        for block in &manifest.blocks {
            if states[&(block.table, block.span)] == block.state {
                blocks.entry((block.table, &*block.bet)).or_default().push(block);
            }
        }
        Known { tables, corrected: BTreeSet::new(), joined: BTreeSet::new(), states, blocks }
    }

    /// Makes both parts of each table known to the engine, and looks for what makes blocks of scores
    /// untrue: new corrections, and for pairs any new scores.
    pub async fn register(&mut self, engine: &Engine, items: &[Item<'_>]) -> Result<(), Error> {
        for (table, of) in &self.tables {
            engine.add(&format!("{}{SETTLED}", table.name()), &of.settled)?;
            engine.add(&format!("{}{FRESH}", table.name()), &of.fresh)?;
        }
        let scores = self.of(Table::Scores);
        let is_counted = |day: &i32| scores.days.contains_key(day);
        let mut days: Vec<i32> = match scores.fresh.tail.as_slice() {
            [] => scores.fresh.files.iter().map(|file| file.day).filter(is_counted).collect(),
            _ => scores.days.keys().copied().collect(),
        };
        days.dedup();
        if !days.is_empty() {
            let windows: Vec<_> = days.into_iter().map(|day| Span::of_day(day).window()).collect();
            let corrections = format!("supersedes IS NOT NULL AND {}", sql::days(&windows));
            self.corrected = bets_and_days(engine, &corrections).await?;
        }
        let scores = self.of(Table::Scores);
        let joined = items.iter().filter(|item| item.joins()).map(|item| item.window);
        let joined: BTreeSet<_> =
            joined.filter(|window| scores.has_new(Span::of(*window))).collect();
        if !joined.is_empty() {
            let windows: Vec<_> = joined.into_iter().collect();
            self.joined = bets_and_days(engine, &sql::days(&windows)).await?;
        }
        Ok(())
    }

    pub fn of(&self, table: Table) -> &OfTable {
        &self.tables[&table]
    }

    /// The blocks that are true and hold a key.
    pub fn current(&self, item: &Item, key: u64) -> Sorted<'a> {
        self.usable(item, key, Timestamp::MAX)
    }

    /// The blocks that are true at a moment and hold a key.
    pub fn usable(&self, item: &Item, key: u64, now: Timestamp) -> Sorted<'a> {
        let now = now.as_microsecond();
        let usable = |block: &&Block| {
            let renewed = item.joins() && touches(&self.joined, block);
            block.last_at <= now && block.has([key]) && !self.is_corrected(block) && !renewed
        };
        let of_bet = self.blocks.get(&(item.table(), item.bet)).into_iter().flatten();
        Sorted::new(of_bet.copied().filter(usable).collect())
    }

    /// True when a block has counted just what its days' files hold.
    pub fn is_current(&self, block: &Block) -> bool {
        self.states.get(&(block.table, block.span)) == Some(&block.state)
            && !self.is_corrected(block)
    }

    fn is_corrected(&self, block: &Block) -> bool {
        block.table == Table::Scores && touches(&self.corrected, block)
    }

    /// The days of which an item has something to read beside new files: all of them, if new rows
    /// cannot be added to what was counted.
    pub fn days(&self, item: &Item) -> BTreeSet<i32> {
        let mut days: BTreeSet<i32> = self.of(item.table()).days.keys().copied().collect();
        if item.joins() {
            let of_bet = self.joined.iter().filter(|(bet, _)| bet == item.bet);
            days.extend(of_bet.map(|(_, day)| *day));
        }
        days
    }
}

fn touches(days: &BTreeSet<(String, i32)>, block: &Block) -> bool {
    let span = block.span.first_day()..=block.span.last_day();
    days.iter().any(|(bet, day)| **bet == *block.bet && span.contains(day))
}

/// Of the new scores that meet a condition.
async fn bets_and_days(engine: &Engine, only: &str) -> Result<BTreeSet<(String, i32)>, Error> {
    let sql =
        format!("SELECT DISTINCT bet, day FROM scores{FRESH} WHERE bet IS NOT NULL AND {only}");
    let mut found = BTreeSet::new();
    for batch in engine.rows(&sql).await? {
        let (bets, days) = (texts(&batch, 0), batch.column(1).as_primitive::<Date32Type>());
        for (bet, day) in bets.iter().zip(days) {
            found.extend(bet.map(str::to_owned).zip(day));
        }
    }
    Ok(found)
}

impl OfTable {
    /// The counted files of a day are taken as new if one of them is gone.
    fn new(table: Table, manifest: &Manifest, snapshot: &Snapshot) -> OfTable {
        let mut days: BTreeMap<i32, u64> = BTreeMap::new();
        let (mut settled, mut fresh) = (Vec::new(), Vec::new());
        for of_day in snapshot.files.chunk_by(|one, other| one.day == other.day) {
            let day = of_day[0].day;
            let counted = manifest.settled.get(&(table, day)).map_or(&[][..], Vec::as_slice);
            let is_counted = |file: &&DataFile| counted.binary_search(&hash(&file.path)).is_ok();
            if counted.is_empty() || of_day.iter().filter(is_counted).count() < counted.len() {
                fresh.extend_from_slice(of_day);
                continue;
            }
            days.insert(day, day_state(day, counted));
            let (old, new): (Vec<_>, Vec<_>) =
                of_day.iter().cloned().partition(|it| is_counted(&it));
            settled.extend(old);
            fresh.extend(new);
        }
        let settled = Snapshot { files: settled, tail: Vec::new(), ..snapshot.clone() };
        OfTable { days, settled, fresh: Snapshot { files: fresh, ..snapshot.clone() } }
    }

    /// True if some days may have rows that were not counted.
    pub fn has_new(&self, span: Span) -> bool {
        let of_days = |file: &DataFile| (span.first_day()..=span.last_day()).contains(&file.day);
        let in_files = self.fresh.files.iter().any(of_days);
        !span.is_empty() && (in_files || !self.fresh.tail.is_empty())
    }

    /// A hash of all that was counted in some days.
    pub fn state(&self, span: Span) -> u64 {
        let days = self.days.range(span.first_day()..=span.last_day());
        state_of(days.map(|(_, state)| *state))
    }
}

pub fn state_of(days: impl Iterator<Item = u64>) -> u64 {
    xxh3_64(&days.flat_map(u64::to_le_bytes).collect::<Vec<_>>())
}

/// A hash of the files that were counted of one day.
pub fn day_state(day: i32, files: &[u64]) -> u64 {
    let files = files.iter().flat_map(|file| file.to_le_bytes());
    xxh3_64(&day.to_le_bytes().into_iter().chain(files).collect::<Vec<_>>())
}

/// Tells a file from every other by its path in the table's folder, which is never given twice.
pub fn hash(path: &str) -> u64 {
    xxh3_64(path.as_bytes())
}

/// Sorted hashes of the files of each day.
pub fn by_day(snapshot: &Snapshot) -> BTreeMap<i32, Arc<[u64]>> {
    let days = snapshot.files.chunk_by(|one, other| one.day == other.day);
    let hashes = |files: &[DataFile]| {
        let mut hashes: Vec<u64> = files.iter().map(|file| hash(&file.path)).collect();
        hashes.sort_unstable();
        (files[0].day, hashes.into())
    };
    days.map(hashes).collect()
}
