//! What `just bench-query` times: a roadmap's whole question to a store, from cells and from rows.
//!
//! `portfolio ROADMAP STORE DAY roll-up` makes the cells, `... queries` prints the SQL over rows, and
//! `... cells|rows ROUNDS [BET]` answers as often as said and prints seconds and CPU seconds of each
//! round. With `TRUEUP_CUT=N` every bet stands for N, named `BET-0` and so on, and of each is asked
//! what a dashboard shows beside: classes, days and pairs.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;
use trueup_evidence::{Answer, Condition, Measure, Plan, Request, Table, Tally, Test, Window};
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
    let mut plan = plan(Path::new(roadmap), day, rest.get(1).map(String::as_str))?;
    if let Ok(parts) = std::env::var("TRUEUP_CUT") {
        cut(&mut plan, parts.parse()?);
    }
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

/// Asks of each bet's parts what is asked of the bet, and for a dashboard.
fn cut(plan: &mut Plan, parts: u32) {
    let bets: BTreeSet<&str> = plan.requests.iter().map(|request| &*request.bet).collect();
    let more: Vec<Request> = bets.into_iter().flat_map(|bet| dashboard(bet, plan.now)).collect();
    plan.requests.extend(more);
    let all = plan.requests.iter().flat_map(|request| {
        (0..parts).map(|part| Request { bet: format!("{}-{part}", request.bet), ..request.clone() })
    });
    plan.requests = all.collect();
}

/// Four weeks beside the four before by class, twelve weeks by day, and labels held against one
/// another.
fn dashboard(bet: &str, now: Timestamp) -> Vec<Request> {
    let weeks = |weeks: i64| now - jiff::SignedDuration::from_hours(weeks * 7 * 24);
    let tally = |table: Table, only: &[(&str, &str)], sum: Option<&str>| Tally {
        table,
        conditions: only.iter().filter_map(|(name, text)| is(table, name, text)).collect(),
        sum: sum.and_then(|name| table.field(name)),
    };
    let (uses, steps, scores) = (Table::Interactions, Table::Actions, Table::Scores);
    let by =
        |name| uses.field(name).map(|by| Measure::Classes { tally: tally(uses, &[], None), by });
    let accepted = tally(steps, &[("kind", "accept")], None);
    let days =
        Measure::Days { numerator: vec![accepted], denominator: vec![tally(uses, &[], None)] };
    let said = || tally(scores, &[("name", "label")], Some("value"));
    let pairs = Measure::Pairs { judge: said(), person: said() };
    let request = |from, to, measure| Request {
        bet: bet.to_owned(),
        measure,
        window: Window { from: weeks(from), to: weeks(to) },
        among: None,
    };
    let classes = [by("model_answered"), by("prediction")].into_iter().flatten();
    let beside = |it: Measure| [request(8, 4, it.clone()), request(4, 0, it)];
    classes.flat_map(beside).chain([request(12, 0, days), request(4, 0, pairs)]).collect()
}

fn is(table: Table, name: &str, text: &str) -> Option<Condition> {
    let field = table.field(name)?;
    Some(Condition { field, test: Test::In(vec![text.to_owned()]) })
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
