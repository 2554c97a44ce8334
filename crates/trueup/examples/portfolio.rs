//! What `just bench-query` times: a roadmap's whole question to a store, from cells and from rows.
//!
//! `portfolio ROADMAP STORE DAY roll-up` makes the cells, `... queries` prints the SQL over rows, and
//! `... cells|rows ROUNDS [BET]` answers as often as said and prints seconds and CPU seconds of each
//! round.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;
use trueup_evidence::{Answer, Plan};
use trueup_lake::{Lake, block_on};
use trueup_roadmap::{Source, parse};
use trueup_verdict::report::RoadmapVersion;
use trueup_verdict::{Question, ask};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const FOLDERS: [&str; 6] = ["bets", "capabilities", "metrics", "notes", "outcomes", "workflows"];

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [roadmap, store, day, command, rest @ ..] = args.as_slice() else {
        return Err(
            "usage: portfolio ROADMAP STORE DAY roll-up|queries|cells|rows [ROUNDS [BET]]".into()
        );
    };
    let lake = Lake::open(Path::new(store))?;
    let plan = plan(Path::new(roadmap), day, rest.get(1).map(String::as_str))?;
    let rounds = rest.first().map_or(Ok(1), |rounds| rounds.parse())?;
    block_on(async {
        match command.as_str() {
            "roll-up" => roll_up(&lake, &plan).await,
            "queries" => {
                for query in lake.queries(&plan).await? {
                    println!("{};\n", query.sql);
                }
                Ok(())
            }
            how => time(&lake, &plan, how == "cells", rounds).await,
        }
    })
}

/// All that the verdicts of a roadmap, or of one bet, ask of the store at the end of a day.
fn plan(folder: &Path, day: &str, only: Option<&str>) -> Result<Plan> {
    let parsed = parse(&sources(folder)?);
    let now: Timestamp = format!("{day}T00:00:00Z").parse()?;
    let (denied, history) = (BTreeMap::new(), BTreeMap::new());
    let question = Question {
        roadmap: &parsed.roadmap,
        version: RoadmapVersion { digest: String::new(), commit: None },
        denied: &denied,
        history: &history,
        now: now + jiff::SignedDuration::from_hours(24),
        only,
        dashboard: false,
    };
    Ok(ask(&question).plan)
}

fn sources(folder: &Path) -> Result<Vec<Source>> {
    let mut paths = vec![folder.join("roadmap.toml")];
    for name in FOLDERS {
        for entry in fs::read_dir(folder.join(name)).into_iter().flatten() {
            paths.push(entry?.path());
        }
    }
    let source = |path: &Path| {
        let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
        Ok(Source { path: name, text: fs::read_to_string(path)? })
    };
    paths.iter().map(|path| source(path)).collect()
}

async fn roll_up(lake: &Lake, plan: &Plan) -> Result<()> {
    loop {
        let started = Instant::now();
        let rolled = lake.roll_up(plan).await?;
        println!("{rolled:?} in {:.2} s", started.elapsed().as_secs_f64());
        if rolled.left == 0 {
            return Ok(());
        }
    }
}

async fn time(lake: &Lake, plan: &Plan, cells: bool, rounds: u32) -> Result<()> {
    for _ in 0..rounds {
        let (started, cpu) = (Instant::now(), cpu_seconds()?);
        let answer: Answer =
            if cells { lake.answer(plan).await? } else { lake.answer_from_rows(plan).await? };
        assert_eq!(answer.summaries.len(), plan.requests.len());
        println!("{} {}", started.elapsed().as_secs_f64(), cpu_seconds()? - cpu);
    }
    Ok(())
}

/// Of this process so far, as the kernel counts it: in hundredths of a second.
fn cpu_seconds() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let after = stat.rsplit_once(')').ok_or("no name in /proc/self/stat")?.1;
    let ticks = after.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<std::result::Result<f64, _>>()? / 100.0)
}
