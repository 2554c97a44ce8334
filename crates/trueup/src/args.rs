//! The command line. The help text is the documentation of these types.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// One executable roadmap for AI bets: what each is for, what really happened, and whether to ship,
/// continue, pivot or kill.
///
/// Exit codes: 0 good; 1 the roadmap has bad news; 2 the run failed.
#[derive(Parser)]
#[command(name = "trueup", version, max_term_width = 80)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    Check(Check),
    Fmt(Fmt),
    Init(Init),
    Explain(Explain),
    Metrics(Metrics),
    Schema(Schema),
    #[cfg(feature = "evidence")]
    Import(Import),
    #[cfg(feature = "evidence")]
    Verdict(Verdict),
    #[cfg(feature = "evidence")]
    Demo(Demo),
}

/// Read the roadmap and say everything that is wrong with it; offline and instant.
#[derive(Args)]
pub struct Check {
    /// The folder that holds `roadmap.toml`; by default this one or `./roadmap`.
    pub roadmap: Option<PathBuf>,
    /// The least severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t = BadNews::Deny)]
    pub deny: BadNews,
    /// How to print; by default `text`, and `github` where `GITHUB_ACTIONS` is `true`.
    #[arg(long, value_enum)]
    pub format: Option<CheckFormat>,
    /// Mend in the files what can be mended without a choice, then say what remains.
    #[arg(long)]
    pub fix: bool,
}

/// How findings are printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people.
    Text,
    /// For programs; `trueup schema check` describes it.
    Json,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// JUnit XML, one case for each file.
    Junit,
    /// Annotations in GitHub Actions.
    Github,
    /// A comment on a pull request.
    Markdown,
}

/// Lay out the roadmap's files in one way; comments stay, and what the text means does not change.
///
/// Prints the files that it rewrote. Of notes, only the header between the `+++` lines is touched. A
/// file that is not TOML is left alone and told on standard error; the others are laid out
/// nevertheless.
///
/// Exit codes: 0 good; 1 a file is not TOML or could not be written, or with `--check` would change;
/// 2 the run failed.
#[derive(Args)]
pub struct Fmt {
    /// The folder that holds `roadmap.toml`; by default this one or `./roadmap`.
    pub roadmap: Option<PathBuf>,
    /// Write nothing; print what would change.
    #[arg(long)]
    pub check: bool,
}

/// The least severity that counts as bad news.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BadNews {
    Deny,
    Warn,
    Note,
}

/// Write a small commented roadmap to start from.
#[derive(Args)]
pub struct Init {
    /// The folder to write; it must not hold a roadmap yet.
    #[arg(default_value = "roadmap")]
    pub folder: PathBuf,
}

/// Tell what a code means, why it matters and how to mend it.
#[derive(Args)]
pub struct Explain {
    /// A code as diagnostics and verdicts print it, for example `F02`; all codes if absent.
    pub code: Option<String>,
}

/// List the metrics: definition, denominator, unit and observation window.
#[derive(Args)]
pub struct Metrics {
    /// Show one metric whole: numerator, denominator, unit and digest.
    pub metric: Option<String>,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
    /// How to print.
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub format: TextOrJson,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    Text,
    Json,
}

/// Print the JSON Schema of what Trueup prints.
#[derive(Args)]
pub struct Schema {
    #[arg(value_enum)]
    pub of: SchemaOf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// `trueup check --format json`
    Check,
    /// `trueup verdict --format json`
    Report,
}

#[derive(Args)]
pub struct RoadmapFolder {
    /// The folder that holds `roadmap.toml`; by default this one or `./roadmap`.
    #[arg(long, env = "TRUEUP_ROADMAP", value_name = "FOLDER")]
    pub roadmap: Option<PathBuf>,
}

#[cfg(feature = "evidence")]
#[derive(Args)]
pub struct Store {
    /// The folder of the evidence store; by default `.trueup/store` in the roadmap's folder.
    #[arg(long, env = "TRUEUP_STORE", value_name = "FOLDER")]
    pub store: Option<PathBuf>,
}

/// Bring events from files into the store, shaped by your own SQL.
///
/// Each FILE (JSON lines, CSV or Parquet; also .gz and .zst) becomes a table named after it. The SQL
/// file holds statements such as `INSERT INTO interactions SELECT call_id AS id, ... FROM calls`;
/// the targets are `interactions`, `actions` and `scores`. Importing the same file twice changes
/// nothing.
#[cfg(feature = "evidence")]
#[derive(Args)]
pub struct Import {
    /// Files to read.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The SQL that shapes them into events.
    #[arg(long = "with", value_name = "import.sql")]
    pub sql: PathBuf,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
    #[command(flatten)]
    pub store: Store,
}

/// Say for each bet: ship, continue, pivot or kill, with reasons and intervals.
#[cfg(feature = "evidence")]
#[derive(Args)]
pub struct Verdict {
    /// One bet; all if absent.
    pub bet: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Answer as of this day (its end, UTC) or moment: later events are not looked at, and in a git
    /// repository the roadmap is read as it was committed then.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Print the SQL that the store would run, and run nothing.
    #[arg(long, hide = true)]
    pub show_queries: bool,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
    #[command(flatten)]
    pub store: Store,
}

#[cfg(feature = "evidence")]
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
    Markdown,
    Html,
}

/// Write a believable company's roadmap and eight weeks of simulated telemetry, import it and judge.
#[cfg(feature = "evidence")]
#[derive(Args)]
pub struct Demo {
    /// The folder to write; it must not exist, or be an earlier demo with `--force`.
    #[arg(default_value = "trueup-demo")]
    pub folder: PathBuf,
    /// Roughly how many interactions to simulate.
    #[arg(long, default_value_t = 120_000, value_name = "N")]
    pub interactions: u64,
    /// The seed of the simulation.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The day the story ends; today if absent.
    #[arg(long, value_name = "DATE")]
    pub today: Option<jiff::civil::Date>,
    /// Replace an earlier demo in that folder.
    #[arg(long)]
    pub force: bool,
}
