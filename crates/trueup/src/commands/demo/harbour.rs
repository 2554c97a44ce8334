//! The default story: a company's roadmap with its history, eight weeks of simulated telemetry, the
//! import that a user would run, and the verdicts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context, Result};
use jiff::ToSpan;
use jiff::civil::Date;
use trueup_demo::{
    CALLS_FILE, DECISIONS_FILE, IMPORT_SQL, JUDGEMENTS_FILE, Outputs, TEXTS_FILE, Telemetry,
    history, readme,
};
use trueup_lake::Lake;
use trueup_verdict::render;

use super::{MARK, invocation, write_repository};
use crate::args::Demo;
use crate::commands::document::{Document, end_of};
use crate::commands::{Said, colour, import, progress};
use crate::folder::default_store;

pub fn run(args: &Demo, folder: &Path, today: Date) -> Result<Said> {
    let now = end_of(today)?;
    write_repository(folder, history(today), &beside_the_roadmap(today))?;
    eprintln!("simulating {} interactions ...", args.interactions);
    let telemetry = folder.join("telemetry");
    write_telemetry(&telemetry, args, today)?;
    let roadmap = folder.join("roadmap");
    let store = default_store(&roadmap);
    let files = [CALLS_FILE, DECISIONS_FILE, JUDGEMENTS_FILE, TEXTS_FILE];
    let files = files.map(|name| telemetry.join(name)).to_vec();
    let imported = import::import(&store, files, &folder.join("import.sql"), now)?;
    if args.serve {
        // The pages say the rest.
        return Ok(Said::good(String::new()));
    }
    let document = Document::read(Some(&roadmap), None)?;
    let report = document.judge(&Lake::open(&store)?, now, None)?;
    let page = folder.join("report.html");
    fs::write(&page, render::html(&report))
        .with_context(|| format!("cannot write `{}`", page.display()))?;
    let mut text = import::said(&imported);
    text.push('\n');
    text.push_str(&render::summary(&report, colour(&std::io::stdout())));
    text.push_str(&what_next(folder, &page, today));
    Ok(Said::good(text))
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
    let (mut judgements, mut texts) = (create(JUDGEMENTS_FILE)?, create(TEXTS_FILE)?);
    let outputs = Outputs {
        calls: &mut calls,
        decisions: &mut decisions,
        judgements: &mut judgements,
        texts: &mut texts,
    };
    telemetry
        .write(outputs, &mut |done| progress::advance(&bar, done, Some(args.interactions)))
        .context("cannot write the telemetry")?;
    bar.finish_and_clear();
    Ok(())
}

fn what_next(folder: &Path, page: &Path, today: Date) -> String {
    let earlier = today.saturating_sub(30.days());
    let roadmap = folder.join("roadmap");
    let mut text = String::from("\nThis telemetry is simulated; the company does not exist.\n\n");
    let _ = writeln!(text, "The report as a page:  {}", page.display());
    let _ = writeln!(text, "The roadmap to edit:   {} (a git repository)", roadmap.display());
    let (run, roadmap) = (invocation(), roadmap.display());
    let _ = writeln!(text, "\nTry next:");
    for (command, why) in [
        (format!("verdict --roadmap {roadmap}"), "every bet in full"),
        (format!("verdict refund-approvals --roadmap {roadmap}"), "why is it not shipped?"),
        (format!("dashboard reply-draft --roadmap {roadmap}"), "the model beside its impact"),
        ("explain A03".to_owned(), "what a code means"),
        (format!("verdict --as-of {earlier} --roadmap {roadmap}"), "the answer on that day"),
        (format!("check {roadmap}"), "one signature is stale"),
    ] {
        let _ = writeln!(text, "  {run} {command}\n      {why}");
    }
    text
}
