//! `trueup demo`: a believable company's roadmap in a git repository, with the history that led to it.

#[cfg(feature = "evidence")]
mod harbour;
mod recruiting;
#[cfg(feature = "evidence")]
mod served;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use trueup_demo::Snapshot;

use super::Said;
use crate::args::{Demo, Story};
use crate::git::{NewRepository, Signature};

/// Where the demo lies unless somebody names another place.
const FOLDER: &str = "trueup-demo";
/// Marks a folder as an earlier demo, which `--force` may replace.
const MARK: &str = ".trueup-demo";

pub fn run(args: &Demo) -> Result<Said> {
    #[cfg(feature = "evidence")]
    if args.serve {
        return served::run(args);
    }
    write(args, args.folder.as_deref().unwrap_or(Path::new(FOLDER)))
}

/// Writes the demo; what is returned says what there is to try.
fn write(args: &Demo, folder: &Path) -> Result<Said> {
    let today = args.today.unwrap_or_else(this_day);
    make_room(folder, args.force)?;
    match args.story {
        #[cfg(feature = "evidence")]
        Story::Harbour => harbour::run(args, folder, today),
        Story::Recruiting => recruiting::run(folder, today),
    }
}

fn this_day() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

fn make_room(folder: &Path, force: bool) -> Result<()> {
    if folder.join(MARK).exists() && force {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove `{}`", folder.display()))?;
    }
    let taken = folder.exists() && fs::read_dir(folder)?.next().is_some();
    if taken && folder.join(MARK).exists() {
        bail!("`{}` holds a demo already; `--force` replaces it", folder.display());
    }
    if taken {
        bail!("`{}` is not empty; name another folder", folder.display());
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    fs::write(folder.join(MARK), "").context("cannot write into the demo's folder")
}

/// The roadmap's folder, and the files beside it, as a git repository with the story that led here.
fn write_repository(
    folder: &Path,
    history: Vec<Snapshot>,
    beside: &BTreeMap<String, String>,
) -> Result<()> {
    let mut repository = NewRepository::create(folder)?;
    let mut files = BTreeMap::new();
    for snapshot in history {
        files.clone_from(beside);
        for source in snapshot.files {
            files.insert(format!("roadmap/{}", source.path), source.text);
        }
        let signature = Signature {
            name: &snapshot.author.name,
            email: &snapshot.author.email,
            at: snapshot.on,
        };
        repository.commit(&signature, &snapshot.message, &files)?;
    }
    repository.check_out(&files)
}

/// How the reader started this program, and can start it again.
fn invocation() -> &'static str {
    if std::env::var_os("CARGO").is_some() { "cargo run --" } else { "trueup" }
}
