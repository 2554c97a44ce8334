//! The arguments of the pages: who may come in, and what they leave behind.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::{RoadmapFolder, Store, TextOrJson};

/// What of a server concerns its pages.
#[derive(Args)]
pub struct Pages {
    /// What this process does; more than once for several.
    #[arg(long = "role", value_enum, value_name = "ROLE", default_value = "all")]
    pub roles: Vec<Role>,
    /// The access file: which OpenID provider knows the people who log in, and who administers.
    ///
    /// Without it whoever sits at this machine comes in, and nobody else: an address that other machines
    /// reach is refused.
    #[arg(long, value_name = "FILE")]
    pub access: Option<PathBuf>,
    /// The folder of keys, sessions and the log of who changed what; by default `state` beside the store.
    #[arg(long, env = "TRUEUP_STATE", value_name = "FOLDER")]
    pub state: Option<PathBuf>,
    /// Let nobody change the roadmap on the pages.
    #[arg(long)]
    pub read_only: bool,
}

/// What a process of the server does.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Everything; without a roadmap there are no pages.
    All,
    /// Take in telemetry and feedback, and keep the store in order.
    Receiver,
    /// Show the pages, and the JSON of the same URLs.
    Pages,
}

/// Write the pages as a folder that any host can serve: verdicts and all that lies behind them.
///
/// There are no forms, no search and no single interactions in it. Run again, it replaces what it wrote.
#[derive(Args)]
pub struct Report {
    /// The folder to write; it must be empty, or hold an earlier report.
    #[arg(long, value_name = "FOLDER")]
    pub html: PathBuf,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
    #[command(flatten)]
    pub store: Store,
}

/// Make, list and revoke the keys by which programs come in to `trueup serve`.
#[derive(Args)]
pub struct Key {
    #[command(subcommand)]
    pub command: KeyCommand,
    /// The state folder of the server; by default `state` beside the store.
    #[arg(long, env = "TRUEUP_STATE", value_name = "FOLDER", global = true)]
    pub state: Option<PathBuf>,
    /// The folder that holds `roadmap.toml`; by default this one or `./roadmap`.
    #[arg(long, env = "TRUEUP_ROADMAP", value_name = "FOLDER", global = true)]
    pub roadmap: Option<PathBuf>,
    /// The folder of the evidence store; by default `.trueup/store` in the roadmap's folder.
    #[arg(long, env = "TRUEUP_STORE", value_name = "FOLDER", global = true)]
    pub store: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum KeyCommand {
    Create(KeyCreate),
    /// List keys: what each is for, when it was last used and when it ends
    List(KeyList),
    /// Close a key for ever
    Revoke(KeyRevoke),
}

/// Make a key, and print it: it is kept nowhere and cannot be shown again.
#[derive(Args)]
pub struct KeyCreate {
    /// What people know it by, for example `collector`.
    pub name: String,
    /// What it is for; more than once for several.
    #[arg(long = "scope", value_enum, value_name = "SCOPE", required = true)]
    pub scopes: Vec<KeyScope>,
    /// In whose name it changes the roadmap: an id under `[people]`.
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
    /// The day at whose end (UTC) it stops; after 90 days by default.
    #[arg(long, value_name = "DATE")]
    pub expires: Option<Date>,
}

#[derive(Args)]
pub struct KeyList {
    /// How to print.
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub format: TextOrJson,
}

#[derive(Args)]
pub struct KeyRevoke {
    /// Its id, or its name if only one that is open has it.
    pub key: String,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeyScope {
    /// Send telemetry and feedback.
    Ingest,
    /// Look at everything.
    Read,
    /// Look, and change the roadmap in the name of a person.
    Write,
    /// Look, make and revoke keys, read the log of who changed what.
    Admin,
}
