//! What stays true when files are put together: their rows are the same, so nothing is counted again.

use std::collections::BTreeMap;

use trueup_evidence::Table;

use super::known::hash;
use super::place;
use crate::error::Error;
use crate::{Compacted, Lake};

/// Lets blocks that counted all of the old files stand for the new ones. To be called after the
/// commit; until then, or if it never is, the rows are counted anew.
pub async fn carry(lake: &Lake, compacted: &[Compacted]) -> Result<(), Error> {
    let Some(before) = place::manifest(lake.disk()).await? else { return Ok(()) };
    let mut after = before.clone();
    for Compacted { table, day, replaced, by } in compacted {
        let Some(table) = Table::named(table) else { continue };
        let Some(settled) = after.settled.get_mut(&(table, *day)) else { continue };
        let gone: Vec<u64> = replaced.iter().map(|path| hash(path)).collect();
        if gone.iter().all(|file| settled.binary_search(file).is_ok()) {
            settled.retain(|file| !gone.contains(file));
            settled.extend(by.iter().map(|path| hash(path)));
            settled.sort_unstable();
        }
    }
    if after.settled == before.settled {
        return Ok(());
    }
    let mut blocks = std::mem::take(&mut after.blocks);
    blocks.retain(|block| block.state == before.state(block.table, block.span));
    let mut states = BTreeMap::new();
    for block in &mut blocks {
        let state = || after.state(block.table, block.span);
        block.state = *states.entry((block.table, block.span)).or_insert_with(state);
    }
    after.blocks = blocks;
    place::replace(lake.disk(), &before, after).await
}
