//! The arguments of `profile`.

use std::path::PathBuf;

use clap::Args;

use super::working::size;
use super::{Printed, RoadmapFolder, Store};

/// Say whether a table is ready for a bet: what is missing, repeated, rare, old, or tells too much.
///
/// Reads CSV, JSON lines and Parquet (also .gz and .zst), folders of them, or a table of the store:
/// `interactions`, `actions` or `scores`. Several files are one table. Nothing is repaired and nothing
/// is written.
///
/// Exit codes: 0 nothing blocks; 1 something does; 2 the run failed.
#[derive(Args)]
pub struct Profile {
    /// Files, folders of files, or a table of the store.
    #[arg(required = true, value_name = "FILE|TABLE")]
    pub of: Vec<PathBuf>,
    /// What a model would have to say.
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<String>,
    /// Whom it must serve alike; may be given more than once.
    #[arg(long = "group", value_name = "COLUMN")]
    pub groups: Vec<String>,
    /// When a row happened.
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// What a row is told from others by.
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// The class whose share is looked at; by default, of two, the one that says yes, else the rarer.
    #[arg(long, value_name = "VALUE", requires = "label")]
    pub positive: Option<String>,
    /// Groups and classes with fewer labelled rows are too small to say anything of.
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub floor: u64,
    /// What is later than this day (its end, UTC) or moment is in the future; now if absent.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// How to print; `trueup schema profile` describes the JSON.
    #[arg(long, value_enum, default_value_t = Printed::Text)]
    pub format: Printed,
    /// What the engine may hold in memory to compare rows; it goes on in temporary files.
    #[arg(long, value_name = "SIZE", default_value = "1GB", value_parser = size)]
    pub memory: usize,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
    #[command(flatten)]
    pub store: Store,
}
