//! The binary: arguments, files and git at the edge; everything that decides is in the other crates.
//!
//! Reading order: [`args`] (the commands), `commands/` (one file each), [`folder`] (the roadmap on
//! disk), [`git`] (its history).

mod args;
mod commands;
mod folder;
mod git;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::commands::Said;

fn main() -> ExitCode {
    let said = commands::run(args::Cli::parse());
    match said {
        Ok(said) => print(&said),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// The printed result and the exit code come from one object.
fn print(said: &Said) -> ExitCode {
    let written = std::io::stdout().lock().write_all(said.text.as_bytes());
    // A reader that has seen enough (`| head`) is no failure of ours.
    if written.is_err_and(|error| error.kind() != std::io::ErrorKind::BrokenPipe) {
        eprintln!("error: cannot write to standard output");
        return ExitCode::from(2);
    }
    ExitCode::from(u8::from(said.bad_news))
}
