//! `trueup store`: what it holds, and its upkeep.

use std::fmt::Write;

use anyhow::Result;
use jiff::Timestamp;
use serde_json::{Value, json};
use trueup_lake::{Disk, Fault, Lake, MergeOptions, Status, Upkeep, block_on};

use super::{Said, outlet};
use crate::args::{Compact, StoreArgs, StoreCommand, TextOrJson};

/// The JSON Schema of `trueup store --format json`.
pub const SCHEMA: &str = include_str!("store/schema.json");

pub fn run(args: &StoreArgs) -> Result<Said> {
    let command = args.command.as_ref().unwrap_or(&StoreCommand::Status);
    if let StoreCommand::Restore(copy) = command {
        let lake = outlet::place(args.store.as_deref(), args.roadmap.as_deref())?;
        let copied = block_on(lake.restore(&Disk::open(&copy.place)?))?;
        return said(args.format, &json!({"files": copied.files, "bytes": copied.bytes}));
    }
    let lake = outlet::there(args.store.as_deref(), args.roadmap.as_deref())?;
    match command {
        StoreCommand::Status => status(&lake, args.format),
        StoreCommand::Check => check(&lake, args.format),
        StoreCommand::Merge => merge(&lake, args.format),
        StoreCommand::Compact(upkeep) => compact(&lake, upkeep, true, args.format),
        StoreCommand::Vacuum(upkeep) => compact(&lake, upkeep, false, args.format),
        StoreCommand::Backup(copy) | StoreCommand::Restore(copy) => {
            let copied = block_on(lake.backup(&Disk::open(&copy.place)?))?;
            said(args.format, &json!({"files": copied.files, "bytes": copied.bytes}))
        }
    }
}

/// What was done in numbers: an object, or a line for each.
fn said(format: TextOrJson, numbers: &Value) -> Result<Said> {
    if format == TextOrJson::Json {
        return Ok(Said::good(serde_json::to_string_pretty(&numbers)? + "\n"));
    }
    let mut text = String::new();
    for (name, number) in numbers.as_object().into_iter().flatten() {
        let _ = writeln!(text, "{}: {number}", name.replace('_', " "));
    }
    Ok(Said::good(text))
}

fn check(lake: &Lake, format: TextOrJson) -> Result<Said> {
    let checked = block_on(lake.check())?;
    let bad_news = !checked.faults.is_empty();
    let mut text = String::new();
    if format == TextOrJson::Json {
        let fault = |fault: &Fault| json!({"path": fault.path, "why": fault.why});
        let faults: Vec<Value> = checked.faults.iter().map(fault).collect();
        let told = json!({
            "files": checked.files, "rows": checked.rows, "objects": checked.objects, "faults": faults,
        });
        return Ok(Said { text: serde_json::to_string_pretty(&told)? + "\n", bad_news });
    }
    for fault in &checked.faults {
        let _ = writeln!(text, "{}: {}", fault.path, fault.why);
    }
    let _ = writeln!(
        text,
        "{}: {} files with {} rows and {} objects were read",
        if bad_news { format!("{} faults", checked.faults.len()) } else { "ok".to_owned() },
        checked.files,
        checked.rows,
        checked.objects
    );
    Ok(Said { text, bad_news })
}

fn merge(lake: &Lake, format: TextOrJson) -> Result<Said> {
    let (mut objects, mut added, mut duplicates, mut repaired) = (0, 0, 0, 0);
    loop {
        let merged = block_on(lake.merge(MergeOptions::default(), Timestamp::now()))?;
        objects += merged.objects;
        added += merged.added.values().sum::<u64>();
        duplicates += merged.duplicates.values().sum::<u64>();
        repaired += merged.repaired.values().sum::<u64>();
        if merged.left == 0 {
            return said(
                format,
                &json!({
                    "objects": objects, "added": added, "duplicates": duplicates, "repaired": repaired,
                }),
            );
        }
    }
}

/// Goes on until nothing more is due.
fn compact(lake: &Lake, args: &Compact, together: bool, format: TextOrJson) -> Result<Said> {
    let mut upkeep =
        Upkeep { grace: args.keep_replaced, log_kept: args.keep_replaced, ..Upkeep::default() };
    if together {
        // Asked for by a person: any two files of a day are worth it.
        upkeep.files_at_once = 2;
    } else {
        upkeep.most_bytes = 0;
    }
    let (mut days, mut checkpoints, mut deleted, mut bytes, mut entries) = (0, 0, 0, 0, 0);
    loop {
        let done = block_on(lake.maintain(&upkeep, Timestamp::now()))?;
        days += done.compacted.len();
        checkpoints += done.checkpoints.len();
        deleted += done.deleted;
        bytes += done.deleted_bytes;
        entries += done.log_objects;
        if done.done || !together {
            return said(
                format,
                &json!({
                    "compacted": days, "checkpoints": checkpoints, "deleted_files": deleted,
                    "deleted_bytes": bytes, "deleted_log_entries": entries,
                }),
            );
        }
    }
}

fn status(lake: &Lake, format: TextOrJson) -> Result<Said> {
    let status = block_on(lake.status())?;
    Ok(Said::good(match format {
        TextOrJson::Text => text(&status, Timestamp::now()),
        TextOrJson::Json => serde_json::to_string_pretty(&status)? + "\n",
    }))
}

fn text(status: &Status, now: Timestamp) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{} uses with {} parts; {} without a bet, {} without a price",
        status.uses, status.parts, status.unattributed, status.unpriced
    );
    let _ = writeln!(
        text,
        "\n{:13}{:>12}{:>9}{:>11}{:>9}",
        "table", "rows", "orphans", "size", "files"
    );
    for (name, table) in &status.tables {
        let orphans = status.orphans.get(name).map(u64::to_string).unwrap_or_default();
        let _ = writeln!(
            text,
            "{name:13}{:>12}{orphans:>9}{:>11}{:>9}",
            table.rows,
            size(table.bytes),
            table.files
        );
    }
    text.push('\n');
    for (reason, count) in &status.quarantined {
        let _ = writeln!(text, "{count} quarantined: {reason}");
    }
    let _ = writeln!(text, "{} duplicates dropped", status.duplicates_dropped);
    let _ = match status.wal.oldest {
        None => writeln!(text, "nothing waits to be merged"),
        Some(oldest) => writeln!(
            text,
            "{} objects of {} wait to be merged, the oldest for {} s",
            status.wal.objects,
            size(status.wal.bytes),
            now.duration_since(oldest).as_secs().max(0)
        ),
    };
    let _ =
        writeln!(text, "cells: {}; all together: {}", size(status.cells.bytes), size(status.bytes));
    if let Some(newest) = status.newest {
        let _ = writeln!(text, "the newest use is of {newest:.0}");
    }
    text
}

/// Bytes as people say them.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
    let mut amount = bytes as f64;
    let mut unit = 0;
    while amount >= 1000.0 && unit + 1 < UNITS.len() {
        amount /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{amount:.1} {}", UNITS[unit]) }
}
