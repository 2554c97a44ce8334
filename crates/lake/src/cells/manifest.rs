//! What is in the cells: which files were counted for each day, and where each block lies.
//!
//! One object, replaced as a whole, so that a reader sees the cells of one moment. It is derived from
//! the tables: one that is lost, torn or of another version is as good as none.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use trueup_evidence::Table;
use xxhash_rust::xxh3::xxh3_64;

use super::bytes::{Unread, Written};
use super::known::{day_state, state_of};
use super::span::Span;

/// A manifest written otherwise is not read.
const VERSION: u64 = 1;

/// All blocks and what they rest on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Manifest {
    /// By table and day, the files that the blocks of that day have counted: sorted hashes.
    pub settled: BTreeMap<(Table, i32), Vec<u64>>,
    pub blocks: Vec<Block>,
    /// No block names them any more; a reader of the manifest before may.
    pub left: Vec<Arc<str>>,
}

/// What was counted of one bet in one table and one span of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub table: Table,
    pub bet: Arc<str>,
    pub span: Span,
    /// A hash of the settled files of its days when it was counted.
    pub state: u64,
    /// The last moment at which one of its rows happened; before it the block is not true yet.
    pub last_at: i64,
    /// The last moment of a target of its rows.
    pub last_target: i64,
    /// The object that holds its columns.
    pub pack: Arc<str>,
    pub offset: u64,
    /// One after the other from the offset on.
    pub columns: Vec<Column>,
}

/// Where one key of a block lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub key: u64,
    pub bytes: u32,
    pub checksum: u64,
}

impl Block {
    pub fn bytes(&self) -> u64 {
        self.columns.iter().map(|column| u64::from(column.bytes)).sum()
    }

    /// Where its columns lie in the pack.
    pub fn range(&self) -> Range<u64> {
        self.offset..self.offset + self.bytes()
    }

    /// The column of a key and its place in the pack.
    pub fn column(&self, key: u64) -> Option<(u64, Column)> {
        let place = self.columns.iter().position(|column| column.key == key)?;
        let before: u64 = self.columns[..place].iter().map(|it| u64::from(it.bytes)).sum();
        Some((self.offset + before, self.columns[place]))
    }

    pub fn has(&self, keys: impl IntoIterator<Item = u64>) -> bool {
        keys.into_iter().all(|key| self.columns.iter().any(|column| column.key == key))
    }
}

impl Manifest {
    /// A hash of all that was counted in some days of a table.
    pub fn state(&self, table: Table, span: Span) -> u64 {
        let days = self.settled.range((table, span.first_day())..=(table, span.last_day()));
        let filled = days.filter(|(_, files)| !files.is_empty());
        state_of(filled.map(|((_, day), files)| day_state(*day, files)))
    }

    pub fn packs(&self) -> HashSet<&Arc<str>> {
        self.blocks.iter().map(|block| &block.pack).collect()
    }

    pub fn encoded(&self) -> Vec<u8> {
        let mut names = Names::default();
        let mut body = Written::default();
        body.count(self.settled.len());
        for ((table, day), files) in &self.settled {
            body.u32(number(*table));
            body.u32(day.cast_unsigned());
            body.count(files.len());
            body.all(files.iter().map(|file| file.to_le_bytes()));
        }
        body.count(self.blocks.len());
        for block in &self.blocks {
            names.write_block(block, &mut body);
        }
        body.count(self.left.len());
        for pack in &self.left {
            body.u32(names.number(pack));
        }
        let mut whole = Written::default();
        whole.u64(VERSION);
        whole.count(names.all.len());
        names.all.iter().for_each(|name| whole.text(name));
        whole.0.extend(body.0);
        whole.u64(xxh3_64(&whole.0));
        whole.0
    }

    pub fn decoded(bytes: &[u8]) -> Option<Manifest> {
        let (bytes, checksum) = bytes.split_last_chunk::<8>()?;
        let mut unread = Unread(bytes);
        if xxh3_64(bytes) != u64::from_le_bytes(*checksum) || unread.u64()? != VERSION {
            return None;
        }
        let names: Option<Vec<Arc<str>>> =
            (0..unread.count()?).map(|_| unread.text().map(Arc::from)).collect();
        let names = names?;
        let mut manifest = Manifest::default();
        for _ in 0..unread.count()? {
            let day = (table(unread.u32()?)?, unread.u32()?.cast_signed());
            let count = unread.count()?;
            let files = unread.all(count)?.map(u64::from_le_bytes).collect();
            manifest.settled.insert(day, files);
        }
        for _ in 0..unread.count()? {
            manifest.blocks.push(read_block(&mut unread, &names)?);
        }
        for _ in 0..unread.count()? {
            manifest.left.push(names.get(unread.count()?)?.clone());
        }
        Some(manifest)
    }
}

/// Texts that many blocks share, by number.
#[derive(Default)]
struct Names<'a> {
    all: Vec<&'a str>,
    numbers: BTreeMap<&'a str, u32>,
}

impl<'a> Names<'a> {
    fn number(&mut self, name: &'a str) -> u32 {
        let next = u32::try_from(self.all.len()).expect("few bets and packs");
        let all = &mut self.all;
        *self.numbers.entry(name).or_insert_with(|| {
            all.push(name);
            next
        })
    }

    fn write_block(&mut self, block: &'a Block, body: &mut Written) {
        body.u32(number(block.table));
        body.u32(self.number(&block.bet));
        body.i64(block.span.from);
        body.i64(block.span.to);
        body.u64(block.state);
        body.i64(block.last_at);
        body.i64(block.last_target);
        body.u32(self.number(&block.pack));
        body.u64(block.offset);
        body.count(block.columns.len());
        for column in &block.columns {
            body.u64(column.key);
            body.u32(column.bytes);
            body.u64(column.checksum);
        }
    }
}

fn read_block(unread: &mut Unread, names: &[Arc<str>]) -> Option<Block> {
    let mut block = Block {
        table: table(unread.u32()?)?,
        bet: names.get(unread.count()?)?.clone(),
        span: Span { from: unread.i64()?, to: unread.i64()? },
        state: unread.u64()?,
        last_at: unread.i64()?,
        last_target: unread.i64()?,
        pack: names.get(unread.count()?)?.clone(),
        offset: unread.u64()?,
        columns: Vec::new(),
    };
    for _ in 0..unread.count()? {
        let (key, bytes, checksum) = (unread.u64()?, unread.u32()?, unread.u64()?);
        block.columns.push(Column { key, bytes, checksum });
    }
    Some(block)
}

fn number(table: Table) -> u32 {
    let place = Table::ALL.iter().position(|known| *known == table);
    u32::try_from(place.expect("cells count these tables alone")).expect("three tables")
}

fn table(number: u32) -> Option<Table> {
    Table::ALL.get(usize::try_from(number).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::{Block, Column, Manifest, Span, Table};

    #[test]
    fn what_was_written_is_read_and_what_is_torn_is_not() {
        let block = |bet: &str| Block {
            table: Table::Scores,
            bet: bet.into(),
            span: Span { from: -5, to: 7 },
            state: 1,
            last_at: i64::MIN,
            last_target: 3,
            pack: "p".into(),
            offset: 4,
            columns: vec![Column { key: 9, bytes: 16, checksum: 5 }],
        };
        let manifest = Manifest {
            settled: [((Table::Actions, -3), vec![1, 2]), ((Table::Scores, 9), Vec::new())].into(),
            blocks: vec![block("a"), block("b")],
            left: vec!["old".into()],
        };
        let bytes = manifest.encoded();
        assert_eq!(Manifest::decoded(&bytes).as_ref(), Some(&manifest));
        for cut in 0..bytes.len() {
            assert_eq!(Manifest::decoded(&bytes[..cut]), None);
        }
    }
}
