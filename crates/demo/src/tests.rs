//! What a reader of the demo's folder would notice.

mod judging;
mod texts;

use std::collections::{HashMap, HashSet};

use jiff::civil::{Date, date};
use trueup_roadmap::{Circumstances, Parsed, check as check_text, parse};

use crate::behaviour::{BEHAVIOURS, Behaviour, Trend};
use crate::calendar::{DAYS, progress};
use crate::{IMPORT_SQL, Outputs, Snapshot, Telemetry, history, readme};

const TODAY: Date = date(2026, 11, 20);

/// A CSV file: its header and its rows.
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(bytes: &[u8]) -> Table {
        let text = std::str::from_utf8(bytes).expect("the files are text");
        let mut rows = rows(text);
        let header = rows.remove(0);
        assert!(rows.iter().all(|row| row.len() == header.len()), "a row has too few fields");
        Table { header, rows }
    }

    fn place(&self, column: &str) -> usize {
        let place = self.header.iter().position(|name| name == column);
        place.unwrap_or_else(|| panic!("no column `{column}`"))
    }

    fn column<'a>(&'a self, column: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let place = self.place(column);
        self.rows.iter().map(move |row| row[place].as_str())
    }

    /// The values of one column, in the rows of one feature.
    fn of(&self, feature: &str, column: &str) -> Vec<&str> {
        let values = self.column("feature_key").zip(self.column(column));
        values.filter(|(key, _)| *key == feature).map(|(_, value)| value).collect()
    }
}

/// The fields of each row; one in quotes may hold anything.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut letters = text.chars().peekable();
    let mut is_quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut field)),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            letter => field.push(letter),
        }
    }
    rows
}

struct Export {
    calls: Table,
    decisions: Table,
    judgements: Table,
    texts: Table,
}

fn bytes(seed: u64, interactions: u64) -> [Vec<u8>; 4] {
    let mut files = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    let [calls, decisions, judgements, texts] = &mut files;
    Telemetry::new(seed, interactions, TODAY)
        .write(Outputs { calls, decisions, judgements, texts }, &mut |_| {})
        .expect("a vector takes everything");
    files
}

fn export(interactions: u64) -> Export {
    let [calls, decisions, judgements, texts] =
        bytes(1, interactions).map(|file| Table::read(&file));
    Export { calls, decisions, judgements, texts }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert!(bytes(7, 3000) == bytes(7, 3000));
    assert!(bytes(7, 3000)[0] != bytes(8, 3000)[0]);
    assert!(bytes(7, 3000)[2] != bytes(8, 3000)[2]);
    assert!(bytes(7, 3000)[3] != bytes(8, 3000)[3]);
}

#[test]
fn there_are_as_many_calls_as_asked_for() {
    for interactions in [0, 1, 2, 999] {
        assert_eq!(export(interactions).calls.rows.len() as u64, interactions);
    }
}

#[test]
fn any_day_can_be_today() {
    for today in [Date::MIN, Date::MAX] {
        let mut calls = Vec::new();
        let mut sinks = [std::io::sink(), std::io::sink(), std::io::sink()];
        let [decisions, judgements, texts] = &mut sinks;
        Telemetry::new(1, 500, today)
            .write(Outputs { calls: &mut calls, decisions, judgements, texts }, &mut |_| {})
            .expect("a vector takes everything");
        assert_eq!(Table::read(&calls).rows.len(), 500);
    }
}

#[test]
fn progress_ends_with_all_calls() {
    let mut told = Vec::new();
    let mut sinks = [std::io::sink(), std::io::sink(), std::io::sink(), std::io::sink()];
    let [calls, decisions, judgements, texts] = &mut sinks;
    Telemetry::new(1, 150_000, TODAY)
        .write(Outputs { calls, decisions, judgements, texts }, &mut |done| told.push(done))
        .expect("a sink takes everything");
    assert_eq!(told, [65_536, 131_072, 150_000]);
}

#[test]
fn every_row_belongs_to_one_call_and_calls_are_in_order() {
    let export = export(20_000);
    let calls: HashSet<&str> = export.calls.column("call_id").collect();
    assert_eq!(calls.len(), 20_000);
    for table in [&export.decisions, &export.judgements, &export.texts] {
        assert!(table.column("call_id").all(|call| calls.contains(call)));
    }
    let judgements: HashSet<&str> = export.judgements.column("judgement_id").collect();
    assert_eq!(judgements.len(), export.judgements.rows.len());
    let decided: HashSet<&str> = export.decisions.column("call_id").collect();
    assert_eq!(decided.len(), export.decisions.rows.len());
    assert!(export.calls.column("called_at").is_sorted());
}

#[test]
fn nothing_happens_before_the_eight_weeks_or_after_yesterday_or_before_its_call() {
    let export = export(20_000);
    let first = export.calls.column("called_at").next().expect("there are calls");
    assert!(first.starts_with("2026-09-25T"), "{first}");
    let tables = [(&export.decisions, "decided_at"), (&export.judgements, "judged_at")];
    for (table, column) in tables {
        assert!(table.column(column).max().is_some_and(|last| last.starts_with("2026-11-19T")));
        assert!(table.column("called_at").zip(table.column(column)).all(|(call, at)| call < at));
    }
}

/// The mean of a number over the weeks, days counting as much as the feature is used.
fn mean(behaviour: &Behaviour, at: impl Fn(f64) -> f64) -> f64 {
    let days = (0..DAYS).map(|day| (behaviour.volume.at(progress(day)), at(progress(day))));
    let (volume, sum) =
        days.fold((0.0, 0.0), |(volume, sum), (v, value)| (volume + v, sum + v * value));
    sum / volume
}

fn share(values: &[&str], holds: impl Fn(&str) -> bool) -> f64 {
    values.iter().filter(|value| holds(value)).count() as f64 / values.len() as f64
}

fn average(values: &[&str]) -> f64 {
    let numbers = values.iter().map(|value| value.parse::<f64>().expect("the column is numbers"));
    numbers.sum::<f64>() / values.len() as f64
}

/// What the table asks for and what came out.
fn check(feature: &str, what: &str, asked: f64, found: f64, tolerance: f64) {
    assert!((found - asked).abs() <= tolerance, "{feature}: {what}: asked {asked}, found {found}");
}

#[test]
fn the_rates_are_those_of_the_table() {
    let export = export(120_000);
    for behaviour in &BEHAVIOURS {
        let feature = behaviour.feature_key;
        let linear = |trend: Trend| mean(behaviour, |progress| trend.at(progress));
        let calls = export.calls.of(feature, "error_code");
        check(feature, "failed", linear(behaviour.failed), share(&calls, |e| !e.is_empty()), 0.01);
        let decisions = export.decisions.of(feature, "decision");
        let accepted = share(&decisions, |decision| decision == "accepted");
        let people = export.calls.of(feature, "user_hash").into_iter().collect::<HashSet<_>>();
        let tolerance = 0.02 + 0.4 / (people.len() as f64).sqrt();
        check(feature, "accepted", linear(behaviour.accepted), accepted, tolerance);
        let prices = export.calls.of(feature, "price_usd");
        check(feature, "unpriced", behaviour.unpriced, share(&prices, str::is_empty), 0.05);
        let known: Vec<&str> = prices.into_iter().filter(|price| !price.is_empty()).collect();
        let cost = mean(behaviour, |progress| behaviour.cost_usd.at_ratio(progress));
        check(feature, "cost", cost, average(&known), 0.05 * cost);
        let changed = export.decisions.of(feature, "share_changed");
        let asked = behaviour.changed * linear(behaviour.accepted);
        check(feature, "changed", asked, average(&changed), 0.03);
    }
}

#[test]
fn the_judgements_are_those_of_the_table() {
    let export = export(300_000);
    let kinds = export.judgements.column("what").zip(export.judgements.column("value"));
    let mut judged: HashMap<(&str, &str), Vec<&str>> = HashMap::new();
    for (feature, (what, value)) in export.judgements.column("feature_key").zip(kinds) {
        judged.entry((feature, what)).or_default().push(value);
    }
    for behaviour in &BEHAVIOURS {
        let feature = behaviour.feature_key;
        let right = &judged[&(feature, "correct")];
        let asked = mean(behaviour, |progress| behaviour.right.at(progress));
        check(feature, "right", asked, average(right), 2.0 / (right.len() as f64).sqrt());
        let planted = judged.get(&(feature, "planted_error_caught"));
        assert_eq!(planted.is_some(), behaviour.planted > 0.0, "{feature}");
        if let Some(caught) = planted {
            check(feature, "caught", behaviour.caught, average(caught), 0.15);
        }
        let kept = judged.contains_key(&(feature, "kept_after_a_day"));
        assert_eq!(kept, behaviour.looked_at_again > 0.0, "{feature}");
    }
}

#[test]
fn rubber_stamping_is_plain_to_see() {
    let export = export(120_000);
    let looks = export.decisions.of("refund_approvals", "seconds_spent");
    let median = |looks: &[&str]| {
        let mut looks: Vec<f64> = looks.iter().map(|look| look.parse().expect("seconds")).collect();
        looks.sort_by(f64::total_cmp);
        looks[looks.len() / 2]
    };
    let (first, last) = (median(&looks[..500]), median(&looks[looks.len() - 500..]));
    assert!(first > 18.0 && last < 5.0, "{first} s, {last} s");
    let planted = export.judgements.column("feature_key").zip(export.judgements.column("what"));
    let planted =
        planted.filter(|row| *row == ("refund_approvals", "planted_error_caught")).count();
    assert!((20..60).contains(&planted), "{planted} planted errors");
}

/// The diagnostics that stop a verdict, one line each.
fn unreadable(snapshot: &Snapshot) -> Vec<String> {
    let Parsed { diagnostics, .. } = parse(&snapshot.files);
    let stop = diagnostics.iter().filter(|it| it.code.starts_with('F'));
    stop.map(|it| format!("{} {}: {} ({:?})", it.code, it.place.path, it.message, it.place.span))
        .collect()
}

#[test]
fn every_snapshot_can_be_read() {
    for today in [TODAY, date(2024, 2, 29), date(2027, 1, 1), Date::MIN, Date::MAX] {
        for snapshot in history(today) {
            let unreadable = unreadable(&snapshot);
            assert!(unreadable.is_empty(), "{}: {unreadable:#?}", snapshot.message);
        }
    }
}

#[test]
fn text_and_calendar_find_fault_with_the_stuck_pilot_alone() {
    let history = history(TODAY);
    let parsed = parse(&history.last().expect("there is a history").files);
    let found = check_text(&parsed, &Circumstances { today: TODAY, history: None });
    let found: Vec<(&str, &str)> =
        found.iter().map(|it| (it.code, it.place.path.as_str())).collect();
    let stuck = "bets/ticket-routing.toml";
    assert_eq!(found, [("P03", stuck), ("S03", stuck)]);
}

#[test]
fn commits_are_in_order_by_people_of_the_roadmap_and_each_changes_something() {
    let history = history(TODAY);
    assert!(history.windows(2).all(|pair| pair[0].on < pair[1].on));
    assert!(history.windows(2).all(|pair| pair[0].files != pair[1].files));
    let last = history.last().expect("there is a history");
    let people = parse(&last.files).roadmap.people;
    for snapshot in &history {
        let author = &snapshot.author;
        let known = people.values().any(|person| {
            person.name == author.name && person.email.as_deref() == Some(&author.email)
        });
        assert!(known, "{author:?}");
    }
}

#[test]
fn the_last_snapshot_has_every_feature_and_only_the_stuck_pilot_has_a_stale_signature() {
    let history = history(TODAY);
    let roadmap = parse(&history.last().expect("there is a history").files).roadmap;
    let bets: Vec<String> = roadmap.bets.iter().map(|bet| bet.id.replace('-', "_")).collect();
    let homeless: Vec<&str> = BEHAVIOURS
        .iter()
        .map(|behaviour| behaviour.feature_key)
        .filter(|key| !bets.iter().any(|bet| bet == key))
        .collect();
    assert_eq!(homeless, ["tone_check"]);
    let mut unsigned = Vec::new();
    for bet in &roadmap.bets {
        let gate = bet.graduation().expect("every bet of the demo has one gate");
        if !gate.is_signed() {
            unsigned.push((bet.id.value.as_str(), gate.signature.is_some()));
        }
    }
    unsigned.sort_unstable();
    assert_eq!(unsigned, [("reply-translate", false), ("ticket-routing", true)]);
}

#[test]
fn the_readme_says_that_the_telemetry_is_simulated_and_counts_the_weeks() {
    let readme = readme(TODAY);
    assert!(readme.contains("telemetry is simulated"));
    assert!(readme.contains("from 2026-09-25 to 2026-11-19"));
    assert!(!readme.contains("{today"));
}

#[test]
fn the_import_reads_only_columns_that_are_exported() {
    let export = export(10);
    for table in [&export.calls, &export.decisions, &export.judgements, &export.texts] {
        for column in &table.header {
            assert!(IMPORT_SQL.contains(column.as_str()), "`{column}` is not imported");
        }
    }
}
