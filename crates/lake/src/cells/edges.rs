//! Ragged edges: what windows leave of days that were counted, as blocks of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trueup_evidence::Table;

use super::cover::{Cover, Sorted};
use super::known::Known;
use super::rolled::Rolling;
use super::span::Span;
use super::work::{self, EDGES, Job};
use crate::answer::items::Item;
use crate::error::Error;

/// Stretches of single days, and by key what is to be counted of each.
pub type Edges<'a> = BTreeMap<(Arc<str>, Span), BTreeMap<u64, &'a Item<'a>>>;

impl Rolling<'_> {
    /// What windows leave of days that were counted, and the items that ask for it.
    pub fn edges<'i>(&self, table: Table, items: &'i [Item<'i>]) -> Edges<'i> {
        let known = Known::new(&self.manifest, self.tables);
        let days: BTreeSet<i32> = known.of(table).days.keys().copied().collect();
        let mut usable: BTreeMap<(&str, u64), Sorted> = BTreeMap::new();
        let mut edges = Edges::new();
        for item in items.iter().filter(|item| item.table() == table) {
            let key = item.key();
            let blocks = usable
                .entry((item.bet, key))
                .or_insert_with(|| known.current(item, key).of_whole_days());
            for left in Cover::of(Span::of(item.window), blocks, &days).left {
                let ragged = left.by_day().filter(|part| !part.is_whole_days());
                for part in ragged.filter(|part| blocks.begins(Span::of_day(part.first_day()).from))
                {
                    edges.entry((item.bet.into(), part)).or_default().insert(key, item);
                }
            }
        }
        edges
    }

    pub async fn count_edges(&mut self, table: Table, edges: &Edges<'_>) -> Result<(), Error> {
        let (settled, jobs) = {
            let known = Known::new(&self.manifest, self.tables);
            let there = |bet: &Arc<str>, span: Span, keys: &BTreeMap<u64, &Item>| {
                self.manifest.blocks.iter().any(|block| {
                    block.table == table
                        && block.bet == *bet
                        && block.span == span
                        && block.has(keys.keys().copied())
                        && known.is_current(block)
                })
            };
            let mut jobs = Vec::new();
            for ((bet, span), keys) in edges {
                if !there(bet, *span, keys) {
                    let state = known.of(table).state(*span);
                    let items: Vec<&Item> = keys.values().copied().collect();
                    jobs.push((Job { bet: bet.clone(), span: *span, state }, items));
                }
            }
            (known.of(table).settled.clone(), jobs)
        };
        if jobs.is_empty() {
            return Ok(());
        }
        self.engine.add(&format!("{}{EDGES}", table.name()), &settled)?;
        let made = work::count_edges(&self.engine, table, &jobs, &mut self.packs).await?;
        self.take(made);
        Ok(())
    }
}
