//! The arguments of what works with the store: asking, exporting, erasing, keeping it.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use jiff::SignedDuration;
use jiff::civil::Date;

use super::{RoadmapFolder, Store, TextOrJson};

/// Ask the store in SQL; it can only be read.
///
/// The tables are `interactions`, `actions`, `scores`, `payloads`, `telemetry` and `quarantine`, with the
/// column `day` in each; `DESCRIBE interactions` lists the columns. One statement; no files and no
/// addresses are read.
#[derive(Args)]
pub struct Query {
    /// For example `SELECT bet, count(*) FROM interactions GROUP BY bet`.
    #[arg(value_name = "SQL")]
    pub sql: String,
    /// How to print.
    #[arg(long, value_enum, default_value_t = QueryFormat::Table)]
    pub format: QueryFormat,
    /// Print at most so many rows; 0 is all of them. By default 100 of a table, else all.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Stop after so long.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = time)]
    pub timeout: Duration,
    /// What the engine may hold in memory; sorting and grouping go on in temporary files.
    #[arg(long, value_name = "SIZE", default_value = "1GB", value_parser = size)]
    pub memory: usize,
    /// Write to this file instead.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
    #[command(flatten)]
    pub store: Store,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum QueryFormat {
    /// For people.
    Table,
    Csv,
    /// One array.
    Json,
    /// One object a line.
    Ndjson,
    /// Needs `--output`.
    Parquet,
}

#[derive(Subcommand)]
pub enum ExportOf {
    Interactions(ExportInteractions),
}

/// Write uses with their whole path, as training data: parts, actions in order, scores, texts.
///
/// Only uses whose person allowed it (`consent` is `training`), unless `--consent any` is said. What is
/// left out is counted on standard error. With `--output` a file `FILE.about.json` says what was asked
/// for, what was written and which versions of the tables were read.
#[derive(Args)]
pub struct ExportInteractions {
    /// Of this bet; may be given more than once. All uses if absent.
    #[arg(long = "bet", value_name = "BET")]
    pub bets: Vec<String>,
    /// From this day on (UTC).
    #[arg(long, value_name = "DATE")]
    pub from: Option<Date>,
    /// Up to this day, which is included (UTC).
    #[arg(long, value_name = "DATE")]
    pub to: Option<Date>,
    /// Whose uses.
    #[arg(long, value_enum, default_value_t = Consent::Training)]
    pub consent: Consent,
    /// How to write them.
    #[arg(long, value_enum, default_value_t = ExportFormat::Jsonl)]
    pub format: ExportFormat,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
    #[command(flatten)]
    pub store: Store,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Consent {
    /// Of people who allowed training.
    Training,
    /// Of everybody, whatever they said. You need another reason in law then.
    Any,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// One JSON object for each use, one a line.
    Jsonl,
    /// One row for each use, with nested lists; needs `--output`.
    Parquet,
}

/// Remove one person from the store: all tables, old versions, cells and what is not merged yet.
///
/// Rewrites the files that hold the person, deletes the old ones, reads everything that is left to
/// prove it, and writes a receipt that does not name the person. Run again after a crash it goes on.
/// What arrives later for the same person is new.
#[derive(Args)]
pub struct Erase {
    /// The person's pseudonym, as in the column `unit`.
    pub unit: String,
    /// UNIT is the user id as your systems send it; the pseudonym is made with the store's secret.
    #[arg(long)]
    pub user_id: bool,
    /// The tenant that the user id belongs to.
    #[arg(long, value_name = "TENANT", requires = "user_id")]
    pub tenant: Option<String>,
    /// Change nothing; count what would go.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
    #[command(flatten)]
    pub store: Store,
}

/// Show what the store holds, and keep it in order.
#[derive(Args)]
pub struct StoreArgs {
    #[command(subcommand)]
    pub command: Option<StoreCommand>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = TextOrJson::Text, global = true)]
    pub format: TextOrJson,
    /// The folder that holds `roadmap.toml`; by default this one or `./roadmap`.
    #[arg(long, env = "TRUEUP_ROADMAP", value_name = "FOLDER", global = true)]
    pub roadmap: Option<PathBuf>,
    /// The folder of the evidence store; by default `.trueup/store` in the roadmap's folder.
    #[arg(long, env = "TRUEUP_STORE", value_name = "FOLDER", global = true)]
    pub store: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum StoreCommand {
    /// Rows, sizes, what could not be told, and what is not merged yet; the default
    ///
    /// `trueup schema store` describes the JSON.
    Status,
    /// Read every file and object, and say what is not as it should be
    ///
    /// Exit codes: 0 good; 1 something is wrong; 2 the run failed.
    Check,
    /// Merge what has arrived into the tables
    Merge,
    /// Put small files together, shorten the logs, delete what no table needs
    Compact(Compact),
    /// Delete what no table needs any more, without putting files together
    Vacuum(Compact),
    /// Copy the store to a place that is empty
    Backup(Copying),
    /// Fill this store, which must be empty, from a copy
    Restore(Copying),
}

#[derive(Args)]
pub struct Compact {
    /// Keep files that were replaced for so long: a reader may be at them.
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = length)]
    pub keep_replaced: Duration,
}

#[derive(Args)]
pub struct Copying {
    /// A folder, or `s3://bucket/prefix`.
    #[arg(value_name = "PLACE")]
    pub place: PathBuf,
}

fn length(text: &str) -> Result<Duration, String> {
    let time: Option<SignedDuration> = text.parse().ok();
    time.and_then(|time| Duration::try_from(time).ok())
        .ok_or_else(|| "write a length of time, for example `1h` or `0s`".to_owned())
}

fn time(text: &str) -> Result<Duration, String> {
    length(text)
        .ok()
        .filter(|time| !time.is_zero())
        .ok_or_else(|| "write a length of time, for example `30s` or `2m`".to_owned())
}

pub(super) fn size(text: &str) -> Result<usize, String> {
    const UNITS: [(&str, u64); 4] = [("KB", 10), ("MB", 20), ("GB", 30), ("B", 0)];
    let text = text.trim().to_uppercase().replace("IB", "B");
    let unit = UNITS.iter().find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, shift)));
    let (count, shift) = unit.unwrap_or((text.as_str(), &0));
    let bytes = count.trim().parse::<u64>().ok().and_then(|count| count.checked_mul(1 << shift));
    bytes
        .filter(|bytes| *bytes > 0)
        .and_then(|bytes| usize::try_from(bytes).ok())
        .ok_or_else(|| "write a size, for example `500MB` or `2GB`".to_owned())
}
