//! `trueup erase`: one person is removed, and a receipt stays.

use std::fmt::Write;

use anyhow::{Context, Result};
use jiff::Timestamp;
use trueup_intake::Secret;
use trueup_lake::{Erased, Erasure, Lake, block_on};

use super::{Said, outlet};
use crate::args::Erase;

/// The environment variable that goes before the file, as for a server.
const VARIABLE: &str = "TRUEUP_SECRET";
/// The store's own secret, where it is a folder of this machine.
const SECRET: &str = "secret.key";

pub fn run(args: &Erase) -> Result<Said> {
    let lake = outlet::store(&args.store, &args.roadmap)?;
    let unit = if args.user_id { pseudonym(&lake, args)? } else { args.unit.clone() };
    let erasure = Erasure {
        unit,
        user_id: args.user_id.then(|| args.unit.clone()),
        dry_run: args.dry_run,
        now: Timestamp::now(),
    };
    let erased = block_on(lake.erase(&erasure))?;
    Ok(Said::good(said(&erased, args.dry_run)))
}

fn pseudonym(lake: &Lake, args: &Erase) -> Result<String> {
    let key = if let Some(key) = std::env::var_os(VARIABLE) {
        key.into_encoded_bytes()
    } else {
        let key = block_on(lake.disk().get(SECRET))?;
        let key = key.context(
            "this store has no `secret.key`, with which pseudonyms are made; set `TRUEUP_SECRET`, or \
             give the pseudonym itself, as in the column `unit`",
        )?;
        key.trim_ascii_end().to_vec()
    };
    let secret = Secret::new(&key).context("`secret.key` or `TRUEUP_SECRET` holds no secret")?;
    Ok(secret.pseudonym(args.tenant.as_deref(), &args.unit))
}

fn said(erased: &Erased, dry_run: bool) -> String {
    let mut text = String::new();
    let (verb, none) = if dry_run { ("would go", "would") } else { ("erased", "did") };
    for (table, rows) in &erased.rows {
        let values = erased.values.get(table).copied().unwrap_or_default();
        let _ = write!(text, "{table}: {rows} rows {verb}");
        if values > 0 {
            let _ = write!(text, ", and {values} mentions in rows of others");
        }
        text.push('\n');
    }
    if erased.rows.is_empty() {
        let _ = writeln!(text, "no row of any table {none} hold this person");
    }
    if let Some(proof) = erased.proof {
        let _ = writeln!(
            text,
            "proved: {} files with {} rows were read, and the person is in none; {} old files deleted",
            proof.files, proof.rows, erased.deleted
        );
    }
    if let Some(receipt) = &erased.receipt {
        let _ = writeln!(text, "receipt: {receipt}");
        let since = erased.proof.map_or(0, |proof| proof.arrived_since);
        let since =
            if since > 0 { format!("; {since} such rows came meanwhile") } else { String::new() };
        let _ = writeln!(text, "what arrives later for this person is new, and is stored{since}");
    }
    text
}
