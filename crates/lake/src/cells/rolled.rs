//! Rolling up: counting what the cells do not have yet, or not any more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trueup_evidence::{Plan, Table};

use super::edges::Edges;
use super::known::{self, Known};
use super::manifest::{Block, Manifest};
use super::place::{self, Packs};
use super::span::Span;
use super::work::{self, COUNTED, Job};
use crate::Lake;
use crate::answer::Tables;
use crate::answer::items::Item;
use crate::answer::run::Engine;
use crate::error::Error;
use crate::store::Snapshot;

/// Rows whose days one call counts, about; what is left is for the next.
const MOST_ROWS: u64 = 40_000_000;
/// Rows that are counted at a time, to keep what is in memory small.
const ROWS_AT_A_TIME: u64 = 8_000_000;
/// The longest blocks are of 512 days.
const LEVELS: u32 = 9;

/// What a roll-up did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RolledUp {
    /// Days of a table that were counted from their rows.
    pub days: usize,
    /// Blocks that were made.
    pub blocks: usize,
    /// Days that are left for the next call.
    pub left: usize,
}

/// What is kept of one bet in one table.
#[derive(Debug, Default)]
pub struct Kept<'a> {
    /// Each key once.
    pub items: BTreeMap<u64, &'a Item<'a>>,
    /// All that any of them ranges over.
    range: Option<Span>,
}

impl Kept<'_> {
    fn of<'a>(items: &'a [Item<'a>], table: Table) -> BTreeMap<Arc<str>, Kept<'a>> {
        let mut bets: BTreeMap<Arc<str>, Kept> = BTreeMap::new();
        for item in items.iter().filter(|item| item.table() == table) {
            let kept = bets.entry(item.bet.into()).or_default();
            kept.items.entry(item.key()).or_insert(item);
            let span = Span::of(item.window);
            let range = kept.range.get_or_insert(span);
            *range = Span { from: range.from.min(span.from), to: range.to.max(span.to) };
        }
        bets
    }

    fn wants(&self, day: i32) -> bool {
        let range = self.range.filter(|range| !range.is_empty());
        range.is_some_and(|range| (range.first_day()..=range.last_day()).contains(&day))
    }
}

/// Makes the cells answer for a plan. Does nothing if they do. Alone on the store: what it reads while
/// a person is being erased must not come back as sums.
pub async fn roll_up(lake: &Lake, plan: &Plan) -> Result<RolledUp, Error> {
    let _alone = lake.lock().await?;
    let tables = Tables::read(lake).await?.without_tail();
    let old = place::manifest(lake.disk()).await?.unwrap_or_default();
    let items = Item::all(plan);
    let mut rolling = Rolling {
        engine: Engine::new(&tables)?,
        tables: &tables,
        packs: Packs::new(lake.disk()),
        manifest: old.clone(),
        rolled: RolledUp::default(),
        rows: 0,
    };
    for table in Table::ALL {
        rolling.table(table, &items).await?;
    }
    let Rolling { mut packs, mut manifest, rolled, .. } = rolling;
    if manifest != old {
        work::repack(&mut manifest, &mut packs).await?;
        packs.flush().await?;
        crate::crash::point("rollup.written");
        place::replace(lake.disk(), &old, manifest).await?;
    }
    Ok(rolled)
}

pub struct Rolling<'a> {
    pub engine: Engine,
    pub tables: &'a Tables,
    pub packs: Packs<'a>,
    pub manifest: Manifest,
    rolled: RolledUp,
    /// Counted so far.
    rows: u64,
}

impl Rolling<'_> {
    async fn table(&mut self, table: Table, items: &[Item<'_>]) -> Result<(), Error> {
        let snapshot = self.tables.of(table);
        let kept = Kept::of(items, table);
        let files = known::by_day(snapshot);
        self.manifest.settled.retain(|(of, day), _| *of != table || files.contains_key(day));
        let due = self.due(table, &kept, &files);
        for (day, hashes) in &due {
            self.manifest.settled.insert((table, *day), hashes.to_vec());
        }
        let days: BTreeSet<i32> = due.keys().copied().collect();
        self.count(table, &kept, snapshot, &days).await?;
        self.join(table, &kept).await?;
        let edges = self.edges(table, items);
        self.count_edges(table, &edges).await?;
        self.forget(table, &kept, &edges);
        Ok(())
    }

    /// Days to be counted: those with other files than were counted, or of which a bet or a key is
    /// missing; the newest first, as many as one call may count.
    fn due(
        &mut self,
        table: Table,
        kept: &BTreeMap<Arc<str>, Kept<'_>>,
        files: &BTreeMap<i32, Arc<[u64]>>,
    ) -> BTreeMap<i32, Arc<[u64]>> {
        let known = Known::new(&self.manifest, self.tables);
        let current = |block: &&Block| block.table == table && known.is_current(block);
        let blocks: BTreeMap<(&str, Span), &Block> = self
            .manifest
            .blocks
            .iter()
            .filter(current)
            .map(|block| ((&*block.bet, block.span), block))
            .collect();
        let is_due = |day: i32, hashes: &[u64]| {
            let settled = self.manifest.settled.get(&(table, day));
            kept.iter().filter(|(_, kept)| kept.wants(day)).any(|(bet, kept)| {
                settled.is_none_or(|settled| *settled != *hashes)
                    || blocks
                        .get(&(bet, Span::of_day(day)))
                        .is_none_or(|block| !block.has(kept.items.keys().copied()))
            })
        };
        let rows = |day: i32| {
            let of_day = self.tables.of(table).files.iter().filter(|file| file.day == day);
            of_day.map(|file| file.rows).sum::<u64>()
        };
        let due = files.iter().rev().filter(|(day, hashes)| is_due(**day, hashes));
        let mut taken = BTreeMap::new();
        let mut left = 0;
        for (day, hashes) in due {
            if self.rows >= MOST_ROWS {
                left += 1;
                continue;
            }
            self.rows += rows(*day);
            taken.insert(*day, hashes.clone());
        }
        self.rolled.left += left;
        self.rolled.days += taken.len();
        taken
    }

    async fn count(
        &mut self,
        table: Table,
        kept: &BTreeMap<Arc<str>, Kept<'_>>,
        snapshot: &Snapshot,
        days: &BTreeSet<i32>,
    ) -> Result<(), Error> {
        let files: Vec<_> =
            snapshot.files.iter().filter(|file| days.contains(&file.day)).cloned().collect();
        let part = Snapshot { files: files.clone(), ..snapshot.clone() };
        self.engine.add(&format!("{}{COUNTED}", table.name()), &part)?;
        let states: BTreeMap<i32, u64> = {
            let known = Known::new(&self.manifest, self.tables);
            let state = |day: &i32| (*day, known.of(table).state(Span::of_day(*day)));
            days.iter().map(state).collect()
        };
        let (mut jobs, mut rows) = (Vec::new(), 0);
        for of_day in files.chunk_by(|one, other| one.day == other.day) {
            let (span, state) = (Span::of_day(of_day[0].day), states[&of_day[0].day]);
            let wanting = kept.iter().filter(|(_, kept)| kept.wants(of_day[0].day));
            jobs.extend(wanting.map(|(bet, _)| Job { bet: bet.clone(), span, state }));
            rows += of_day.iter().map(|file| file.rows).sum::<u64>();
            if rows >= ROWS_AT_A_TIME {
                self.count_now(table, kept, &std::mem::take(&mut jobs)).await?;
                rows = 0;
            }
        }
        self.count_now(table, kept, &jobs).await
    }

    async fn count_now(
        &mut self,
        table: Table,
        kept: &BTreeMap<Arc<str>, Kept<'_>>,
        jobs: &[Job],
    ) -> Result<(), Error> {
        if jobs.is_empty() {
            return Ok(());
        }
        let made = work::count_days(&self.engine, table, kept, jobs, &mut self.packs).await?;
        self.take(made);
        Ok(())
    }

    /// New blocks take the place of those of the same bet and span.
    pub fn take(&mut self, made: Vec<Block>) {
        let of = |block: &Block| (block.table, block.bet.clone(), block.span);
        let replaced: BTreeSet<_> = made.iter().map(of).collect();
        self.rolled.blocks += made.len();
        self.manifest.blocks.retain(|block| !replaced.contains(&of(block)));
        self.manifest.blocks.extend(made);
    }

    /// Makes longer blocks of two shorter ones, level by level.
    async fn join(
        &mut self,
        table: Table,
        kept: &BTreeMap<Arc<str>, Kept<'_>>,
    ) -> Result<(), Error> {
        for level in 1..=LEVELS {
            let mut made = Vec::new();
            for (bet, kept) in kept {
                for (job, halves) in self.joinable(table, bet, kept, level) {
                    let halves: Vec<&Block> =
                        halves.iter().map(|half| &self.manifest.blocks[*half]).collect();
                    made.extend(work::join(&halves, kept, &job, &mut self.packs).await?);
                }
            }
            self.take(made);
        }
        Ok(())
    }

    /// The blocks of a level that are missing and whose halves are there.
    fn joinable(
        &self,
        table: Table,
        bet: &Arc<str>,
        kept: &Kept<'_>,
        level: u32,
    ) -> Vec<(Job, Vec<usize>)> {
        let known = Known::new(&self.manifest, self.tables);
        let days = &known.of(table).days;
        let whole = |block: &Block| {
            block.table == table
                && block.bet == *bet
                && block.has(kept.items.keys().copied())
                && known.is_current(block)
        };
        let there: BTreeMap<Span, usize> = self
            .manifest
            .blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| whole(block))
            .map(|(place, block)| (block.span, place))
            .collect();
        let wanted = days.keys().filter(|day| kept.wants(**day));
        let indices: BTreeSet<i32> = wanted.map(|day| day >> level).collect();
        let last = days.keys().next_back().copied().unwrap_or(i32::MIN);
        let mut joinable = Vec::new();
        for index in indices {
            let span = Span::block(level, index);
            let inside = kept.wants(span.first_day()) && kept.wants(span.last_day());
            if there.contains_key(&span) || span.last_day() > last || !inside {
                continue;
            }
            let halves = [2 * index, 2 * index + 1].map(|half| Span::block(level - 1, half));
            let filled = halves
                .into_iter()
                .filter(|half| days.range(half.first_day()..=half.last_day()).next().is_some());
            let found: Option<Vec<usize>> = filled.map(|half| there.get(&half).copied()).collect();
            let job = Job { bet: bet.clone(), span, state: known.of(table).state(span) };
            joinable.extend(found.map(|found| (job, found)));
        }
        joinable
    }

    /// Lets go of blocks that are not true any more or that the plan does not ask for.
    fn forget(&mut self, table: Table, kept: &BTreeMap<Arc<str>, Kept<'_>>, edges: &Edges<'_>) {
        let known = Known::new(&self.manifest, self.tables);
        let asked = |block: &Block| {
            if !block.span.is_whole_days() {
                return edges.contains_key(&(block.bet.clone(), block.span));
            }
            let wants = |kept: &Kept| {
                kept.wants(block.span.first_day()) && kept.wants(block.span.last_day())
            };
            kept.get(&block.bet).is_some_and(wants)
        };
        let keep =
            |block: &Block| block.table != table || (known.is_current(block) && asked(block));
        let keeping: Vec<bool> = self.manifest.blocks.iter().map(keep).collect();
        let mut keeping = keeping.into_iter();
        self.manifest.blocks.retain(|_| keeping.next().unwrap_or(false));
    }
}
