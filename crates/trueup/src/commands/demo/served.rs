//! The demo in a browser, until somebody has seen enough.

use anyhow::{Context, Result, bail};
use clap::Parser;

use super::{MARK, write};
use crate::args::{Cli, Command, Demo};
use crate::commands::{Said, serve};

/// Writes the demo and serves it, on this machine alone. One that lies there already is served as it is.
pub fn run(args: &Demo) -> Result<Said> {
    if !args.listen.ip().is_loopback() {
        bail!(
            "{} can be reached from other machines; the demo is for this one: 127.0.0.1",
            args.listen
        );
    }
    // It may start the program anew, so it comes before there is anything.
    serve::memory::bound();
    let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
    let folder = match &args.folder {
        Some(named) => named.clone(),
        None => temporary.path().join(super::FOLDER),
    };
    if args.force || !folder.join(MARK).exists() {
        write(args, &folder)?;
    }
    let roadmap = folder.join("roadmap");
    eprintln!("the demo lies in {}; Ctrl-C ends it", folder.display());
    let arguments = ["trueup".into(), "serve".into(), roadmap.into_os_string()];
    let listen = ["--listen".into(), args.listen.to_string().into()];
    let serving = Cli::try_parse_from(arguments.into_iter().chain(listen))?;
    let Command::Serve(serving) = serving.command else { unreachable!("`serve` was said") };
    serve::run_after(&serving, None)
}
