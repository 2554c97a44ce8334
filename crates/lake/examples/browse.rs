//! What `benches/browse.sh` times: pages of single interactions, near and deep, and the path of one.
//!
//! `browse STORE ROUNDS` prints a line of a Markdown table for each question.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use jiff::ToSpan;
use jiff::civil::Date;
use trueup_evidence::Event;
use trueup_evidence::browse::{Belongs, Cursor, Filter, Listing, Outcome, Start};
use trueup_lake::{Lake, block_on};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const ON_A_PAGE: usize = 50;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [store, rounds] = args.as_slice() else { return Err("usage: browse STORE ROUNDS".into()) };
    let lake = Lake::open(Path::new(store))?;
    block_on(time(&lake, rounds.parse()?))
}

async fn time(lake: &Lake, rounds: usize) -> Result<()> {
    let newest = page(lake, &Filter::default(), &Start::Newest).await?;
    let first = &newest.entries.first().ok_or("the store is empty")?.interaction;
    let (id, at) = (text(first, "id"), first.time("at").ok_or("it has a time")?);
    let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let bet = || Some(Belongs::To(text(first, "bet")));
    // A name among those that there are, so that no bounds tell that it is not there.
    let nobody = format!("{}-", text(first, "unit"));
    let below = |days: i32| {
        let at = at.checked_sub((24 * days).hours()).unwrap_or(at);
        Start::Below(Cursor { at, id: String::new() })
    };
    println!("| | p50, ms | p95, ms | rows |\n|---|---|---|---|");
    let all = Filter::default;
    for (name, filter, start) in [
        ("first page", all(), Start::Newest),
        ("a page 7 days deep", all(), below(7)),
        ("a page 50 days deep", all(), below(50)),
        ("one bet", Filter { bet: bet(), ..all() }, Start::Newest),
        ("one bet, went wrong", Filter { bet: bet(), errors: true, ..all() }, Start::Newest),
        ("rejected", Filter { outcome: Some(Outcome::Did("reject")), ..all() }, Start::Newest),
        ("one person", Filter { unit: Some(text(first, "unit")), ..all() }, Start::Newest),
        ("nobody", Filter { unit: Some(nobody), ..all() }, Start::Newest),
    ] {
        let mut times = Vec::new();
        let mut rows = 0;
        for _ in 0..rounds {
            let begun = Instant::now();
            rows = page(lake, &filter, &start).await?.entries.len();
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        tell(name, times, rows);
    }
    for (name, near) in [("path of one, day known", Some(day)), ("path of one", None)] {
        path(lake, name, &id, near, rounds).await?;
    }
    Ok(())
}

async fn path(lake: &Lake, name: &str, id: &str, near: Option<Date>, rounds: usize) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..rounds {
        let begun = Instant::now();
        lake.trail(id, near).await?.ok_or("it is there")?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    tell(name, times, 1);
    Ok(())
}

async fn page(lake: &Lake, filter: &Filter, start: &Start) -> Result<Listing> {
    Ok(lake.browse(filter, start, ON_A_PAGE).await?)
}

fn text(event: &Event, name: &str) -> String {
    event.text(name).unwrap_or_default().to_owned()
}

fn tell(name: &str, mut times: Vec<f64>, rows: usize) {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!("| {name} | {:.1} | {:.1} | {rows} |", at(50), at(95));
}
