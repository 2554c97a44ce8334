//! Which blocks answer for a window, and what of it is left to be read from rows.

use std::collections::BTreeSet;

use super::manifest::Block;
use super::span::Span;

/// A window in parts: the blocks, in order, and what lies between them.
#[derive(Debug, Default, PartialEq)]
pub struct Cover<'a> {
    pub blocks: Vec<&'a Block>,
    pub left: Vec<Span>,
}

impl<'a> Cover<'a> {
    /// Takes the longest block from where the last one ended. `blocks` are usable ones of one bet, table
    /// and key; `days` are those of which there is anything to read.
    pub fn of(window: Span, blocks: &Sorted<'a>, days: &BTreeSet<i32>) -> Cover<'a> {
        let mut cover = Cover::default();
        let mut at = window.from;
        while at < window.to {
            if let Some(block) = blocks.longest(at, window.to) {
                cover.blocks.push(block);
                at = block.span.to;
                continue;
            }
            let today = Span { from: at, to: window.to }.first_day();
            let Some(next) = days.range(today..).next() else { break };
            if *next > today {
                at = Span::of_day(*next).from;
                continue;
            }
            let midnight = Span::of_day(today).to.min(window.to);
            cover.leave(Span { from: at, to: midnight });
            at = midnight;
        }
        cover
    }

    fn leave(&mut self, span: Span) {
        match self.left.last_mut() {
            Some(last) if last.to == span.from => last.to = span.to,
            _ => self.left.push(span),
        }
    }
}

/// Blocks by where they begin, the longest first.
pub struct Sorted<'a>(Vec<&'a Block>);

impl<'a> Sorted<'a> {
    pub fn new(mut blocks: Vec<&'a Block>) -> Sorted<'a> {
        blocks.sort_by_key(|block| (block.span.from, std::cmp::Reverse(block.span.to)));
        Sorted(blocks)
    }

    pub fn of_whole_days(mut self) -> Sorted<'a> {
        self.0.retain(|block| block.span.is_whole_days());
        self
    }

    /// True when one begins there.
    pub fn begins(&self, from: i64) -> bool {
        self.0.binary_search_by_key(&from, |block| block.span.from).is_ok()
    }

    /// A block may reach beyond the end if none of its rows do, as today's does.
    fn longest(&self, from: i64, to: i64) -> Option<&'a Block> {
        let first = self.0.partition_point(|block| block.span.from < from);
        let here = self.0[first..].iter().take_while(|block| block.span.from == from);
        let mut fitting = here.filter(|block| block.span.to <= to || block.last_target < to);
        fitting.next().copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use trueup_evidence::Table;

    use super::{Block, Cover, Sorted, Span};

    fn block(span: Span, last_target: i64) -> Block {
        Block {
            table: Table::Scores,
            bet: "b".into(),
            span,
            state: 0,
            last_at: 0,
            last_target,
            pack: "p".into(),
            offset: 0,
            columns: Vec::new(),
        }
    }

    #[test]
    fn the_largest_blocks_and_ragged_edges() {
        let whole = |level, index| {
            let span = Span::block(level, index);
            block(span, span.to - 1)
        };
        let days: Vec<Block> = (0..16).map(|day| whole(0, day)).collect();
        let longer = [whole(1, 1), whole(2, 1), whole(3, 1)];
        let all = Sorted::new(days.iter().chain(&longer).collect());
        let filled: BTreeSet<i32> = (0..16).collect();
        let hour = 3_600_000_000;
        let window = Span { from: hour, to: Span::of_day(13).to + hour };
        let cover = Cover::of(window, &all, &filled);
        let spans: Vec<Span> = cover.blocks.iter().map(|block| block.span).collect();
        let expected = [(0, 1), (1, 1), (2, 1), (0, 8), (0, 9), (0, 10), (0, 11), (0, 12), (0, 13)];
        assert_eq!(spans, expected.map(|(level, index)| Span::block(level, index)));
        let first = Span { from: hour, to: Span::of_day(0).to };
        let last = Span { from: Span::of_day(13).to, to: window.to };
        assert_eq!(cover.left, [first, last]);
    }

    #[test]
    fn a_block_that_reaches_beyond_and_days_without_rows() {
        let today = block(Span::of_day(5), Span::of_day(5).from + 10);
        let all = Sorted::new(vec![&today]);
        let filled: BTreeSet<i32> = [3, 5].into();
        let window = Span { from: i64::MIN / 2, to: Span::of_day(5).from + 11 };
        let cover = Cover::of(window, &all, &filled);
        assert_eq!((cover.blocks, cover.left), (vec![&today], vec![Span::of_day(3)]));
        let earlier = Span { to: window.to - 1, ..window };
        let left = Span { from: Span::of_day(5).from, to: earlier.to };
        assert_eq!(Cover::of(earlier, &all, &filled).left, [Span::of_day(3), left]);
    }
}
