//! `trueup demo`: a believable company's roadmap with its history, eight weeks of simulated
//! telemetry, the import that a user would run, and the verdicts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use trueup_demo::{
    CALLS_FILE, DECISIONS_FILE, IMPORT_SQL, JUDGEMENTS_FILE, Telemetry, history, readme,
};
use trueup_lake::Lake;
use trueup_verdict::render;

use super::judged::{Document, end_of};
use super::{Said, colour, import, progress};
use crate::args::Demo;
use crate::folder;
use crate::git::{NewRepository, Signature};

/// Marks a folder as an earlier demo, which `--force` may replace.
const MARK: &str = ".trueup-demo";

pub fn run(args: &Demo) -> Result<Said> {
    let today = args.today.unwrap_or_else(|| Timestamp::now().to_zoned(TimeZone::UTC).date());
    let now = end_of(today)?;
    make_room(&args.folder, args.force)?;
    write_roadmap(&args.folder, today)?;
    eprintln!("simulating {} interactions ...", args.interactions);
    let telemetry = args.folder.join("telemetry");
    write_telemetry(&telemetry, args, today)?;
    let roadmap = args.folder.join("roadmap");
    let store = folder::default_store(&roadmap);
    let files =
        [CALLS_FILE, DECISIONS_FILE, JUDGEMENTS_FILE].map(|name| telemetry.join(name)).to_vec();
    let imported = import::import(&store, files, &args.folder.join("import.sql"), now)?;
    let document = Document::read(&roadmap, None)?;
    let report = document.judge(&Lake::open(&store)?, now, None)?;
    let page = args.folder.join("report.html");
    fs::write(&page, render::html(&report))
        .with_context(|| format!("cannot write `{}`", page.display()))?;
    let mut text = import::said(&imported);
    text.push('\n');
    text.push_str(&render::summary(&report, colour(&std::io::stdout())));
    text.push_str(&what_next(&args.folder, &page, today));
    Ok(Said::good(text))
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

/// The roadmap's folder as a git repository with the story that led here.
fn write_roadmap(folder: &Path, today: Date) -> Result<()> {
    let mut repository = NewRepository::create(folder)?;
    let mut files = BTreeMap::new();
    for snapshot in history(today) {
        files = beside_the_roadmap(today);
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

fn beside_the_roadmap(today: Date) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("README.md".to_owned(), readme(today)),
        ("import.sql".to_owned(), IMPORT_SQL.to_owned()),
        (".gitignore".to_owned(), format!("{MARK}\ntelemetry/\nreport.html\n")),
    ])
}

fn write_telemetry(folder: &Path, args: &Demo, today: Date) -> Result<()> {
    fs::create_dir_all(folder)?;
    let create = |name: &str| -> Result<BufWriter<File>> {
        let path = folder.join(name);
        let file =
            File::create(&path).with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(BufWriter::with_capacity(1 << 20, file))
    };
    let bar = progress::bar("simulate:", "interactions");
    let telemetry = Telemetry::new(args.seed, args.interactions, today);
    let (mut calls, mut decisions) = (create(CALLS_FILE)?, create(DECISIONS_FILE)?);
    let mut judgements = create(JUDGEMENTS_FILE)?;
    telemetry
        .write(&mut calls, &mut decisions, &mut judgements, &mut |done| {
            progress::advance(&bar, done, Some(args.interactions));
        })
        .context("cannot write the telemetry")?;
    bar.finish_and_clear();
    Ok(())
}

fn what_next(folder: &Path, page: &Path, today: Date) -> String {
    let earlier = today.saturating_sub(30.days());
    let roadmap: PathBuf = folder.join("roadmap");
    let mut text = String::from("\nThis telemetry is simulated; the company does not exist.\n\n");
    let _ = writeln!(text, "The report as a page:  {}", page.display());
    let _ = writeln!(text, "The roadmap to edit:   {} (a git repository)", roadmap.display());
    let (run, roadmap) = (invocation(), roadmap.display());
    let _ = writeln!(text, "\nTry next:");
    for (command, why) in [
        (format!("verdict --roadmap {roadmap}"), "every bet in full"),
        (format!("verdict refund-approvals --roadmap {roadmap}"), "why is it not shipped?"),
        ("explain A03".to_owned(), "what a code means"),
        (format!("verdict --as-of {earlier} --roadmap {roadmap}"), "the answer on that day"),
        (format!("check {roadmap}"), "one signature is stale"),
    ] {
        let _ = writeln!(text, "  {run} {command}\n      {why}");
    }
    text
}

/// How the reader started this program, and can start it again.
fn invocation() -> &'static str {
    if std::env::var_os("CARGO").is_some() { "cargo run --" } else { "trueup" }
}
