//! The command line. The help text is the documentation of these types.

#[cfg(feature = "evidence")]
mod profile;
#[cfg(feature = "evidence")]
mod serving;
#[cfg(feature = "evidence")]
mod telling;
#[cfg(feature = "evidence")]
mod working;

#[cfg(feature = "evidence")]
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

#[cfg(feature = "evidence")]
pub use profile::Profile;
#[cfg(feature = "evidence")]
pub use serving::*;
#[cfg(feature = "evidence")]
pub use telling::*;
#[cfg(feature = "evidence")]
pub use working::*;

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
    Log(Log),
    Plan(Plan),
    Sign(Sign),
    Decide(Decide),
    Schema(Schema),
    /// Show every bet by horizon: stage, verdict if there is evidence, time left, purgatory
    Board(View),
    Trace(Trace),
    /// Show which bet comes next: value, chance, data and cost of each, and RIBS with both sides' marks
    Order(View),
    Sourcing(Sourcing),
    /// Show what the product gains beside the training it asks for, and the harness that can go
    Capabilities(View),
    /// Rank the professions by coverage, thinness, data, borders and tolerance
    Professions(View),
    Review(Review),
    Export(Export),
    #[cfg(feature = "evidence")]
    Profile(Profile),
    #[cfg(feature = "evidence")]
    Import(Import),
    #[cfg(feature = "evidence")]
    Query(Query),
    #[cfg(feature = "evidence")]
    Erase(Erase),
    #[cfg(feature = "evidence")]
    Store(StoreArgs),
    #[cfg(feature = "evidence")]
    Verdict(Verdict),
    #[cfg(feature = "evidence")]
    Dashboard(Dashboard),
    #[cfg(feature = "evidence")]
    ExplainVerdict(ExplainVerdict),
    #[cfg(feature = "evidence")]
    Forecast(Forecast),
    #[cfg(feature = "evidence")]
    Oversight(Oversight),
    #[cfg(feature = "evidence")]
    Report(Report),
    #[cfg(feature = "evidence")]
    Serve(Serve),
    #[cfg(feature = "evidence")]
    Key(Key),
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
    /// Check as of this day (its end, UTC) or moment; in a git repository the roadmap is read as it
    /// was committed then.
    #[arg(long, value_name = "DATE", conflicts_with = "fix")]
    pub as_of: Option<String>,
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

/// Show how the roadmap moved: old → new, who, when, in which commit; newest first.
///
/// Criteria, dates, scope, stage, horizon, cost caps, signatures, outcomes and key results. Without a
/// BET, a line for each bet and outcome. What is not committed is not in it.
#[derive(Args)]
pub struct Log {
    /// A bet's id, or an outcome's.
    pub bet: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Printed::Text)]
    pub format: Printed,
    /// Leave out what was committed after this day (its end, UTC) or moment.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
}

/// Say what a change to the roadmap does: to bets, horizons, criteria, signatures and findings.
///
/// `--format markdown` is for a comment on a pull request: `trueup plan main...HEAD`.
///
/// Exit codes: 0 good; 1 the change brings a finding that is denied; 2 the run failed.
#[derive(Args)]
pub struct Plan {
    /// From one revision to another; to the files on disk if the second is left out. `A...B` begins
    /// where the two parted.
    #[arg(default_value = "HEAD..", value_name = "REV..REV")]
    pub range: String,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Printed::Text)]
    pub format: Printed,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
}

/// How something is printed for people and programs.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Printed {
    /// For people.
    Text,
    /// For programs; `trueup schema` describes it.
    Json,
    /// A comment on a pull request.
    Markdown,
}

/// Sign a gate for your side; it is signed when product and R&D both did.
///
/// The signature holds for the criteria as they stand. Where they are no longer those that were
/// signed, it is said what changed since, and both sides sign anew.
#[derive(Args)]
pub struct Sign {
    /// The bet whose gate is signed.
    pub bet: String,
    /// The gate's name, for example `graduate`.
    pub gate: String,
    /// Who signs: an id under `[people]`.
    #[arg(long = "as", value_name = "PERSON")]
    pub person: String,
    /// The day of the signature; today (UTC) if absent.
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
}

/// Decide about a bet: write the decision as a note, and move the stage.
///
/// Refused is what the stages forbid, and what a bet has not got that the next stage asks for. To
/// ship, kill, pivot or call a bet learned takes people of both sides.
#[derive(Args)]
pub struct Decide {
    /// The bet that is decided about.
    pub bet: String,
    #[arg(value_enum)]
    pub decision: Decision,
    /// Who decides: ids under `[people]`; once for each.
    #[arg(long = "as", value_name = "PERSON", required = true, value_delimiter = ',')]
    pub people: Vec<String>,
    /// Why, in Markdown; needed to decide against the verdict.
    #[arg(long, value_name = "TEXT")]
    pub because: Option<String>,
    /// The verdict that it rests on, for example `ship`. Where Trueup can read the evidence it finds
    /// the verdict itself.
    #[arg(long, value_name = "TEXT")]
    pub verdict: Option<String>,
    /// The day of the decision; today (UTC) if absent.
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
    #[cfg(feature = "evidence")]
    #[command(flatten)]
    pub store: Store,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Decision {
    /// A pilot goes live.
    Ship,
    /// Another bet follows, with `from`.
    Pivot,
    /// It ends.
    Kill,
    /// It ends, having taught what it should.
    Learned,
    /// It goes on as it is.
    Continue,
    /// It is taken out of service.
    Retire,
    /// It enters the next stage.
    Advance,
    /// It is switched off for now; needs `--because`.
    Stop,
    /// It is switched on again.
    Restart,
}

/// Print the JSON Schema of what Trueup reads or prints, or write those that editors complete with.
///
/// A TOML file of the roadmap tells an editor its schema on its first line, for example
/// `#:schema ../.schema/bet.json`.
#[derive(Args)]
pub struct Schema {
    #[arg(value_enum, required_unless_present = "write")]
    pub of: Option<SchemaOf>,
    /// Write the schemas of all files into `.schema/` in the roadmap's folder.
    #[arg(long, conflicts_with = "of")]
    pub write: bool,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// `trueup check --format json`
    Check,
    /// `trueup log --format json`
    Log,
    /// `trueup plan --format json`
    Plan,
    /// `trueup verdict --format json`
    Report,
    /// `trueup store --format json`
    #[cfg(feature = "evidence")]
    Store,
    /// `trueup profile --format json`
    Profile,
    /// `roadmap.toml`
    Roadmap,
    /// `outcomes/*.toml`
    Outcome,
    /// `metrics/*.toml`
    Metric,
    /// `capabilities/*.toml`
    Capability,
    /// `workflows/*.toml`
    Workflow,
    /// `bets/*.toml`
    Bet,
    /// The header of `notes/*.md`
    Note,
}

/// What every view takes.
#[derive(Args)]
pub struct View {
    /// How to print.
    #[arg(long, value_enum, default_value_t = ViewFormat::Text)]
    pub format: ViewFormat,
    /// Show it as of this day (its end, UTC) or moment; in a git repository the roadmap is read as it
    /// was committed then.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
    #[cfg(feature = "evidence")]
    #[command(flatten)]
    pub store: Store,
}

/// Show the line of sight both ways: outcome, key result, bet, criterion, metric.
#[derive(Args)]
pub struct Trace {
    /// The id of an outcome, a key result (`outcome/key-result`), a bet, a metric, a capability, a
    /// workflow, a stage of it (`workflow/stage`) or a note; `bet:ID` where several have that id.
    pub id: String,
    #[command(flatten)]
    pub view: View,
}

/// Write the agenda of the next joint meeting: what changed since the last one and what is due.
///
/// It ends with the start of the minutes, a note to be saved under `notes/`.
#[derive(Args)]
pub struct Review {
    /// The last meeting; by default the day of the last note of the kind `review`.
    #[arg(long, value_name = "DATE")]
    pub since: Option<jiff::civil::Date>,
    #[command(flatten)]
    pub view: View,
}

/// Compare rules, buy, rag, fine-tune and build: cost a month at the loads, margin, break-even.
#[derive(Args)]
pub struct Sourcing {
    /// One bet; all that are not over if absent.
    pub bet: Option<String>,
    #[command(flatten)]
    pub view: View,
}

/// Hand out: what may be promised to customers, or uses as training data.
///
/// `--customers` prints only what the evidence lets us promise; why the rest is left out goes to
/// standard error. Exit codes: 0 good; 1 something was promised beyond the evidence (H05); 2 the run
/// failed.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Export {
    #[cfg(feature = "evidence")]
    #[command(subcommand)]
    pub of: Option<ExportOf>,
    /// For customers: titles, evaluations and their days; no costs, people or notes.
    #[arg(long, required = true)]
    pub customers: bool,
    #[command(flatten)]
    pub view: View,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ViewFormat {
    Text,
    Json,
    Markdown,
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
    #[arg(long)]
    pub show_queries: bool,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
    #[command(flatten)]
    pub store: Store,
}

/// Show how good the model is beside what it does for people and the business, for each bet.
#[cfg(feature = "evidence")]
#[derive(Args)]
pub struct Dashboard {
    /// One bet; all if absent.
    pub bet: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// As of this day (its end, UTC) or moment.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
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

/// Show the pages, and take in telemetry, events and feedback durably, until told to stop (SIGTERM or Ctrl-C).
///
/// One port for everything: the pages of the roadmap, and the receiver. `--role` leaves one of them out. Prints the
/// addresses it bound, one a line.
///
/// The receiver takes OTLP over HTTP (`/v1/traces`, `/v1/logs`, `/v1/metrics`; protobuf and JSON) and over gRPC,
/// `/v1/events`, `/v1/tokens`, `/v1/feedback`, `/health` and `/metrics`. It asks for `Authorization: Bearer KEY` where
/// `TRUEUP_API_KEY` or `--key-file` gives a key. To listen on an address that other machines reach it needs one, or
/// `--access`.
///
/// `TRUEUP_LOG` says what is logged, for example `debug`.
///
/// The roadmap's bets, criteria and prices hold for what comes in; it is read again when it changes.
///
/// Exit codes: 0 stopped, and everything acknowledged is stored; 2 the run failed.
#[cfg(feature = "evidence")]
#[derive(Args)]
pub struct Serve {
    /// The folder that holds `roadmap.toml`; by default this one or `./roadmap`, if there is one.
    pub roadmap: Option<PathBuf>,
    #[command(flatten)]
    pub store: Store,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4517")]
    pub listen: SocketAddr,
    /// Take OTLP over HTTP here too; its standard port is 4318.
    #[arg(long, value_name = "ADDRESS")]
    pub otlp_http: Option<SocketAddr>,
    /// Take OTLP over gRPC here too; its standard port is 4317.
    #[arg(long, value_name = "ADDRESS")]
    pub otlp_grpc: Option<SocketAddr>,
    /// What is kept of what people wrote and models answered.
    #[arg(long, value_enum, default_value_t = CaptureText::Off)]
    pub capture: CaptureText,
    /// An attribute that names the bet, before `trueup.bet` and `bet.id`; more than once for several.
    #[arg(long, value_name = "KEY")]
    pub bet_attribute: Vec<String>,
    /// An attribute whose text may be stored, besides those of the conventions.
    #[arg(long, value_name = "KEY")]
    pub allow_attribute: Vec<String>,
    /// A file with at least 16 bytes that make pseudonyms and sign tokens; by default
    /// `TRUEUP_SECRET`, else `secret.key` in the store, made when it is not there.
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// A file with the key that requests must bear; by default `TRUEUP_API_KEY`.
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// A page's origin that may send feedback from a browser, for example `https://app.example`.
    #[arg(long, value_name = "ORIGIN")]
    pub feedback_origin: Vec<String>,
    /// How many days of a table are kept, for example `payloads=30`; once for each table.
    #[arg(long, value_name = "TABLE=DAYS")]
    pub retention: Vec<String>,
    /// How long files that others have replaced are kept for those who may be reading them.
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    pub keep_replaced_min: u64,
    /// The largest body, also after decompression.
    #[arg(long, value_name = "MIB", default_value_t = 64)]
    pub body_mib: usize,
    #[command(flatten)]
    pub pages: Pages,
    /// The most connections at once; others wait.
    #[arg(long, value_name = "N", default_value_t = 1_024)]
    pub connections: usize,
    /// How to log, on standard error.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub log: LogFormat,
}

/// What is kept of texts.
#[cfg(feature = "evidence")]
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CaptureText {
    /// Nothing.
    Off,
    /// Texts without mail addresses, phone and card numbers.
    Redacted,
    /// Texts as they came.
    Text,
}

#[cfg(feature = "evidence")]
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Write a believable company's roadmap as a git repository with its history, to try Trueup on.
///
/// The story `harbour` comes with eight weeks of simulated telemetry, imported and judged.
#[derive(Args)]
pub struct Demo {
    /// The folder to write; it must not exist, or be an earlier demo with `--force`. By default `trueup-demo`.
    pub folder: Option<PathBuf>,
    /// Which company.
    #[arg(long, value_enum, default_value_t)]
    pub story: Story,
    /// Roughly how many interactions to simulate (`harbour`).
    #[cfg(feature = "evidence")]
    #[arg(long, default_value_t = 120_000, value_name = "N")]
    pub interactions: u64,
    /// The seed of the simulation (`harbour`).
    #[cfg(feature = "evidence")]
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The day the story ends; today if absent.
    #[arg(long, value_name = "DATE")]
    pub today: Option<jiff::civil::Date>,
    /// Replace an earlier demo in that folder.
    #[arg(long)]
    pub force: bool,
    /// Serve it then, until Ctrl-C: the pages, and the receiver beside them.
    ///
    /// Prints the address first. Without a FOLDER the demo lies in a temporary one, which is gone afterwards.
    #[cfg(feature = "evidence")]
    #[arg(long)]
    pub serve: bool,
    /// Where to serve it, on this machine; port 0 takes a free one.
    #[cfg(feature = "evidence")]
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", requires = "serve")]
    pub listen: SocketAddr,
}

/// The company of a demo.
#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Story {
    /// Help-desk software: nine bets, with simulated telemetry and verdicts.
    #[cfg(feature = "evidence")]
    #[default]
    Harbour,
    /// Recruiting software: fifteen bets, notes of every kind and half a year of history.
    #[cfg_attr(not(feature = "evidence"), default)]
    Recruiting,
}
