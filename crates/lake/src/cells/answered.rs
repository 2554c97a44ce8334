//! A plan's answer: blocks where they are true, rows for the rest.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use trueup_evidence::{Answer, Plan, Request, Summary, Window};
use xxhash_rust::xxh3::xxh3_64;

use super::cover::Cover;
use super::known::{FRESH, Known, SETTLED};
use super::manifest::{Column, Manifest};
use super::span::Span;
use super::{column, place};
use crate::Lake;
use crate::answer::items::{Item, Role, Shape};
use crate::answer::run::Engine;
use crate::answer::sql::{Ask, Reading};
use crate::answer::summed::summary;
use crate::answer::tallied::Tallied;
use crate::answer::{Tables, from_rows, versions};
use crate::disk::Disk;
use crate::error::Error;

/// Answers every request of a plan, in its order.
pub async fn answer(lake: &Lake, plan: &Plan) -> Result<Answer, Error> {
    let (tables, manifest) = futures::try_join!(Tables::read(lake), place::manifest(lake.disk()))?;
    if let Some(manifest) = manifest
        && let Some(answer) = from_cells(lake, plan, &tables, &manifest).await?
    {
        return Ok(answer);
    }
    from_rows(plan, &tables).await
}

/// `None` if a block is gone or torn: somebody has replaced the manifest twice meanwhile.
async fn from_cells(
    lake: &Lake,
    plan: &Plan,
    tables: &Tables,
    manifest: &Manifest,
) -> Result<Option<Answer>, Error> {
    let items = Item::all(plan);
    let mut known = Known::new(manifest, tables);
    let engine = Engine::new(tables)?;
    known.register(&engine, &items).await?;
    let covers = covers(&items, &known, plan);
    let rows = from_parts(&engine, &items, &known, &covers, plan).await?;
    let Some(summaries) = summaries(lake.disk(), plan, &items, &covers, rows).await? else {
        return Ok(None);
    };
    Ok(Some(Answer { summaries, versions: versions(tables) }))
}

/// What answers each item, and the key that it goes by.
fn covers<'a>(items: &[Item], known: &Known<'a>, plan: &Plan) -> Vec<(u64, Arc<Cover<'a>>)> {
    let mut usable = HashMap::new();
    let mut covers: HashMap<_, Arc<Cover>> = HashMap::new();
    let cover = |item: &Item| {
        let key = item.key();
        let of = (item.bet.to_owned(), key);
        let blocks = usable.entry(of.clone()).or_insert_with(|| known.usable(item, key, plan.now));
        let made = || Arc::new(Cover::of(Span::of(item.window), blocks, &known.days(item)));
        (key, covers.entry((of, item.window)).or_insert_with(made).clone())
    };
    items.iter().map(cover).collect()
}

/// What the rows come to that no block has counted, for each item.
async fn from_parts(
    engine: &Engine,
    items: &[Item<'_>],
    known: &Known<'_>,
    covers: &[(u64, Arc<Cover<'_>>)],
    plan: &Plan,
) -> Result<Vec<Vec<Tallied>>, Error> {
    let reading = |of| Reading { of, now: Some(plan.now), ..Reading::default() };
    let left = |joins: bool| {
        let ask = move |(item, (_, cover)): (_, &(u64, Arc<Cover>))| Ask {
            item,
            windows: left_of(item, cover, joins),
        };
        items.iter().zip(covers).map(ask).collect::<Vec<Ask>>()
    };
    let fresh = |item| Ask { item, windows: new_in(item, known).into_iter().collect() };
    let fresh: Vec<Ask> = items.iter().map(fresh).collect();
    let whole = engine.count(&left(true), reading("")).await?;
    let left = engine.count(&left(false), reading(SETTLED)).await?;
    let fresh = engine.count(&fresh, reading(FRESH)).await?;
    let parts = whole.into_iter().zip(left).zip(fresh).map(|((whole, left), fresh)| {
        [whole, left, fresh].into_iter().flat_map(BTreeMap::into_values).collect()
    });
    Ok(parts.collect())
}

/// What no block of an item answers: of counted files, or of all files if new rows cannot be added.
fn left_of(item: &Item, cover: &Cover, joins: bool) -> Vec<Window> {
    let spans = cover.left.iter().filter(|_| item.joins() == joins);
    spans.map(|span| span.window()).collect()
}

/// The window of an item, if there are new files in its days that are read apart.
fn new_in(item: &Item, known: &Known) -> Option<Window> {
    let is_new = !item.joins() && known.of(item.table()).has_new(Span::of(item.window));
    is_new.then_some(item.window)
}

/// Bet by bet, one beside the other.
async fn summaries(
    disk: &Disk,
    plan: &Plan,
    items: &[Item<'_>],
    covers: &[(u64, Arc<Cover<'_>>)],
    rows: Vec<Vec<Tallied>>,
) -> Result<Option<Vec<Summary>>, Error> {
    let mut bets: BTreeMap<&str, OfBet> = BTreeMap::new();
    for ((item, (key, cover)), rows) in items.iter().zip(covers).zip(rows) {
        let bet = bets.entry(item.bet).or_default();
        let parts = cover.blocks.iter().filter_map(|block| {
            // An empty column lies where the next one begins.
            let (offset, column) = block.column(*key).filter(|(_, column)| column.bytes > 0)?;
            Some(bet.stored.place(&block.pack, offset, column))
        });
        let parts = parts.collect();
        bet.asked.push(Asked {
            request: item.request,
            role: item.role,
            shape: item.shape.clone(),
            parts,
            rows,
        });
    }
    let running = bets.into_values().map(|bet| {
        let requests = bet.asked.iter().map(|asked| asked.request).collect::<BTreeSet<_>>();
        let requests = requests.into_iter().map(|at| (at, plan.requests[at].clone())).collect();
        let disk = disk.clone();
        tokio::spawn(async move { bet.finish(&disk, requests).await })
    });
    let empty = |request: &Request| summary(&request.measure, &[]);
    let mut summaries: Vec<Summary> = plan.requests.iter().map(empty).collect();
    for bet in running.collect::<Vec<_>>() {
        let Some(answers) = bet.await.expect("adding up does not panic")? else { return Ok(None) };
        for (request, answer) in answers {
            summaries[request] = answer;
        }
    }
    Ok(Some(summaries))
}

/// What is asked about one bet, with what is known already.
#[derive(Default)]
struct OfBet {
    asked: Vec<Asked>,
    stored: Stored,
}

struct Asked {
    request: usize,
    role: Role,
    shape: Shape,
    /// Places in [`Stored`].
    parts: Vec<usize>,
    rows: Vec<Tallied>,
}

/// The columns to be read, each once.
#[derive(Default)]
struct Stored {
    columns: Vec<(Arc<str>, Range<u64>, u64)>,
    places: HashMap<(Arc<str>, u64, u64), usize>,
}

impl Stored {
    fn place(&mut self, pack: &Arc<str>, offset: u64, column: Column) -> usize {
        let next = self.columns.len();
        *self.places.entry((pack.clone(), offset, column.key)).or_insert_with(|| {
            let range = offset..offset + u64::from(column.bytes);
            self.columns.push((pack.clone(), range, column.checksum));
            next
        })
    }

    /// The bytes of each column; none of those that are empty.
    async fn read(&self, disk: &Disk) -> Result<Option<Vec<Bytes>>, Error> {
        let mut packs: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, (pack, range, _)) in self.columns.iter().enumerate() {
            if !range.is_empty() {
                packs.entry(pack).or_default().push(place);
            }
        }
        let mut all = vec![Bytes::new(); self.columns.len()];
        for (pack, places) in packs {
            let ranges: Vec<Range<u64>> =
                places.iter().map(|place| self.columns[*place].1.clone()).collect();
            let Some(read) = place::read(disk, pack, &ranges).await? else { return Ok(None) };
            for (place, bytes) in places.into_iter().zip(read) {
                if xxh3_64(&bytes) != self.columns[place].2 {
                    return Ok(None);
                }
                all[place] = bytes;
            }
        }
        Ok(Some(all))
    }
}

impl OfBet {
    async fn finish(
        self,
        disk: &Disk,
        requests: Vec<(usize, Request)>,
    ) -> Result<Option<Vec<(usize, Summary)>>, Error> {
        let Some(bytes) = self.stored.read(disk).await? else { return Ok(None) };
        let mut added: HashMap<&[usize], _> = HashMap::new();
        let mut counted: BTreeMap<usize, Vec<(Role, Arc<Tallied>)>> = BTreeMap::new();
        for asked in self.asked.iter().filter(|asked| !asked.parts.is_empty()) {
            let sum = added.entry(&asked.parts).or_insert_with(|| {
                let parts =
                    asked.parts.iter().map(|part| column::decoded(&bytes[*part], &asked.shape));
                let parts: Vec<Tallied> = parts.collect::<Option<_>>()?;
                Some(Arc::new(Tallied::merged(parts.iter().collect(), &asked.shape)))
            });
            // Nobody but a new version writes columns otherwise, and it would not read the manifest.
            let Some(sum) = sum.clone() else { return Ok(None) };
            let of_request = counted.entry(asked.request).or_default();
            of_request.push((asked.role, sum));
        }
        for asked in self.asked {
            let rows = asked.rows.into_iter().map(|rows| (asked.role, Arc::new(rows)));
            counted.entry(asked.request).or_default().extend(rows);
        }
        let answer = |(at, request): (usize, Request)| {
            let counted = counted.get(&at).map_or(&[][..], Vec::as_slice);
            let counted: Vec<_> = counted.iter().map(|(role, it)| (*role, it.as_ref())).collect();
            (at, summary(&request.measure, &counted))
        };
        Ok(Some(requests.into_iter().map(answer).collect()))
    }
}
