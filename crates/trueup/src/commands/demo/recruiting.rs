//! The story of a recruiting product: a whole roadmap and its history, without telemetry.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use jiff::ToSpan;
use jiff::civil::Date;
use trueup_demo::{recruiting, recruiting_readme};

use super::{MARK, invocation, write_repository};
use crate::commands::Said;

pub fn run(folder: &Path, today: Date) -> Result<Said> {
    let history = recruiting(today);
    let commits = history.len();
    let beside = BTreeMap::from([
        ("README.md".to_owned(), recruiting_readme(today)),
        (".gitignore".to_owned(), format!("{MARK}\n")),
    ]);
    write_repository(folder, history, &beside)?;
    let mut text = format!("wrote {} with {commits} commits of history\n", folder.display());
    text.push_str(&what_next(folder, today));
    Ok(Said::good(text))
}

fn what_next(folder: &Path, today: Date) -> String {
    // The day after a criterion was lowered without a word.
    let lowered = today.saturating_sub(37.days());
    let mut text = String::from("\nThe company does not exist, and there is no telemetry.\n\n");
    let (run, roadmap) = (invocation(), folder.join("roadmap"));
    let roadmap = roadmap.display();
    let _ = writeln!(text, "The roadmap to edit:  {roadmap} (a git repository)");
    let _ = writeln!(text, "\nTry next:");
    for (command, why) in [
        (format!("check {roadmap}"), "what is wrong with it now"),
        (format!("check {roadmap} --as-of {lowered}"), "a criterion was lowered the day before"),
        (format!("log skill-match --roadmap {roadmap}"), "how its criteria and dates moved"),
        (format!("board --roadmap {roadmap}"), "horizons by stage"),
        (format!("review --roadmap {roadmap}"), "what the next meeting is about"),
    ] {
        let _ = writeln!(text, "  {run} {command}\n      {why}");
    }
    text
}
