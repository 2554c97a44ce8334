//! One file for each command: it reads at the edge, lets the other crates decide, and says.

mod check;
#[cfg(feature = "evidence")]
mod dashboard;
mod decide;
mod demo;
mod document;
mod explain;
mod fmt;
mod init;
mod log;
mod metrics;
mod plan;
mod schema;
mod sign;
mod view;

#[cfg(feature = "evidence")]
mod erase;
#[cfg(feature = "evidence")]
mod explain_verdict;
#[cfg(feature = "evidence")]
mod export;
#[cfg(feature = "evidence")]
mod forecast;
#[cfg(feature = "evidence")]
mod import;
#[cfg(feature = "evidence")]
mod judged;
#[cfg(feature = "evidence")]
mod key;
#[cfg(feature = "evidence")]
mod outlet;
#[cfg(feature = "evidence")]
mod oversight;
#[cfg(feature = "evidence")]
mod profile;
#[cfg(feature = "evidence")]
mod progress;
#[cfg(feature = "evidence")]
mod query;
#[cfg(feature = "evidence")]
mod remembered;
#[cfg(feature = "evidence")]
mod report;
#[cfg(feature = "evidence")]
mod serve;
#[cfg(feature = "evidence")]
mod store;
#[cfg(feature = "evidence")]
mod verdict;

use anyhow::Result;

#[cfg(feature = "evidence")]
use crate::args;
use crate::args::{Cli, Command};

/// What a command says on standard output, and whether it is bad news (exit code 1).
pub struct Said {
    pub text: String,
    pub bad_news: bool,
}

impl Said {
    fn good(text: String) -> Said {
        Said { text, bad_news: false }
    }
}

pub fn run(cli: Cli) -> Result<Said> {
    match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Metrics(args) => metrics::run(&args),
        Command::Board(args) => view::board(&args),
        Command::Capabilities(args) => view::capabilities(&args),
        Command::Professions(args) => view::professions(&args),
        Command::Review(args) => view::review(&args),
        #[cfg(feature = "evidence")]
        Command::Export(args::Export { of: Some(of), .. }) => export::run(&of),
        Command::Export(args) => view::export(&args),
        Command::Trace(args) => view::trace(&args),
        Command::Order(args) => view::order(&args),
        Command::Sourcing(args) => view::sourcing(&args),
        Command::Log(args) => log::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Sign(args) => sign::run(&args),
        Command::Decide(args) => decide::run(&args),
        Command::Schema(args) => schema::run(&args),
        #[cfg(feature = "evidence")]
        Command::Profile(args) => profile::run(&args),
        #[cfg(feature = "evidence")]
        Command::Import(args) => import::run(&args),
        #[cfg(feature = "evidence")]
        Command::Query(args) => query::run(&args),
        #[cfg(feature = "evidence")]
        Command::Erase(args) => erase::run(&args),
        #[cfg(feature = "evidence")]
        Command::Store(args) => store::run(&args),
        #[cfg(feature = "evidence")]
        Command::Verdict(args) => verdict::run(&args),
        #[cfg(feature = "evidence")]
        Command::Dashboard(args) => dashboard::run(&args),
        #[cfg(feature = "evidence")]
        Command::ExplainVerdict(args) => explain_verdict::run(&args),
        #[cfg(feature = "evidence")]
        Command::Forecast(args) => forecast::run(&args),
        #[cfg(feature = "evidence")]
        Command::Oversight(args) => oversight::run(&args),
        #[cfg(feature = "evidence")]
        Command::Serve(args) => serve::run(&args),
        #[cfg(feature = "evidence")]
        Command::Key(args) => key::run(&args),
        #[cfg(feature = "evidence")]
        Command::Report(args) => report::run(&args),
        Command::Demo(args) => demo::run(&args),
    }
}

/// True when colour helps: a terminal, and nobody asked for none (`NO_COLOR`).
fn colour(stream: &impl std::io::IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
