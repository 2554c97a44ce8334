//! `trueup import`: events from files, shaped by the user's own SQL.

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use jiff::Timestamp;
use trueup_lake::{Imported, Lake, block_on};

use super::judged::store;
use super::{Said, progress};
use crate::args::Import;
use crate::folder;

pub fn run(args: &Import) -> Result<Said> {
    let store = match &args.store.store {
        Some(named) => named.clone(),
        None => store(None, &folder::locate(args.roadmap.roadmap.as_deref())?),
    };
    let files = args.files.clone();
    let imported = import(&store, files, &args.sql, Timestamp::now())?;
    Ok(Said::good(said(&imported)))
}

/// Imports with progress on standard error.
pub fn import(
    store: &Path,
    files: Vec<std::path::PathBuf>,
    sql: &Path,
    now: Timestamp,
) -> Result<Imported> {
    let text =
        std::fs::read_to_string(sql).with_context(|| format!("cannot read `{}`", sql.display()))?;
    let import = trueup_lake::Import { files, sql: text, sql_name: sql.display().to_string(), now };
    let lake = Lake::open(store)?;
    let started = Instant::now();
    let bar = progress::bar("import:", "rows");
    let imported = block_on(lake.import(&import, &mut |done| {
        progress::advance(&bar, done.rows, done.of);
    }));
    bar.finish_and_clear();
    let imported = imported?;
    keep_out_of_git(store)?;
    let rows: u64 = imported.tables.iter().map(|table| table.read).sum();
    let seconds = started.elapsed().as_secs_f64();
    eprintln!("read {rows} rows in {seconds:.1} s ({:.0} rows/s)", rows as f64 / seconds);
    Ok(imported)
}

/// What lies beside the roadmap in `.trueup` is evidence and state, not text that people write.
pub fn keep_out_of_git(store: &Path) -> Result<()> {
    let Some(hidden) = store.parent().filter(|above| above.ends_with(".trueup")) else {
        return Ok(());
    };
    std::fs::create_dir_all(hidden)
        .with_context(|| format!("cannot create `{}`", hidden.display()))?;
    let ignore = hidden.join(".gitignore");
    if !ignore.exists() {
        std::fs::write(&ignore, "*\n")
            .with_context(|| format!("cannot write `{}`", ignore.display()))?;
    }
    Ok(())
}

/// What went in, what did not and why.
pub fn said(imported: &Imported) -> String {
    let mut text = String::new();
    for table in &imported.tables {
        let _ = write!(text, "{}: {} added", table.table, table.added);
        if table.duplicates > 0 {
            let _ = write!(text, ", {} already there", table.duplicates);
        }
        if table.orphans > 0 {
            let _ = write!(text, ", {} of them without their interaction yet", table.orphans);
        }
        text.push('\n');
        for (remark, count) in &table.remarks {
            let _ = writeln!(text, "  {count} {remark}");
        }
        for (reason, count) in &table.quarantined {
            let _ = writeln!(text, "  {count} quarantined: {reason}");
        }
    }
    if imported.tables.iter().all(|table| table.added == 0) {
        text.push_str("nothing new: the store is as it was\n");
    }
    text
}
