//! One verdict to three readers: other words, the same numbers.

mod world;

use std::collections::BTreeSet;
use std::fmt::Write;

use trueup_verdict::Report;
use trueup_verdict::explain::{Explanation, Reader, explain};
use world::{World, costs, rate, sums, values};

const GOAL: &str = r#"{ metric = "acceptance", at_least = 0.55, role = "goal" }"#;

/// One criterion of each state; a live answer to each is in the snapshots.
fn eventful() -> World {
    World::new(&[
        r#"{ metric = "acceptance", at_least = 0.55, role = "goal", windows = 2, every = "1w" }"#,
        r#"{ metric = "override_rate", at_most = 0.2, role = "guardrail" }"#,
        r#"{ metric = "latency_p95", at_most = 2000, role = "guardrail" }"#,
        r#"{ metric = "f1", at_least = 0.7, role = "guardrail", among = "enterprise" }"#,
        r#"{ metric = "cost_per_interaction", at_most = 0.012, role = "budget" }"#,
        r#"{ attest = "runbook, on-call, dashboards", role = "readiness" }"#,
    ])
    .with("use", sums(120, 10.0, 10.0))
    .with("acceptance", rate(120, 8.0))
    .with("override_rate", rate(40, 1.5))
    .with("latency_p95", values(120, 9000.0))
    .with("cost_per_interaction", costs(120, 0.25))
    .file("notes/model-release-two.md", RELEASE)
}

const RELEASE: &str = "+++\nkind = \"model-release\"\nabout = \"bet:skill-match\"\nby = \"bo\"\non = 2026-11-02\n\
    +++\n# Model two\n";

fn shipping() -> World {
    World::new(&[GOAL, r#"{ attest = "runbook", role = "readiness", by = "bo" }"#])
        .with("use", sums(300, 10.0, 10.0))
        .with("acceptance", rate(300, 7.0))
}

fn undecided() -> World {
    shipping().with("acceptance", rate(60, 6.2)).with("use", sums(60, 9.0, 10.0))
}

fn told(world: &World) -> (Report, Explanation) {
    let report = world.report();
    let told = explain(&report, &world.roadmap(), "skill-match", &Reader::ALL);
    (report, told.expect("the report answers for this bet"))
}

fn text(told: &Explanation, reader: Reader) -> String {
    let mut text = String::new();
    let telling = told.tellings.iter().find(|telling| telling.reader == reader);
    for part in &telling.expect("all readers were told").parts {
        let _ = writeln!(text, "{}", part.heading);
        for sentence in &part.sentences {
            let _ = writeln!(text, "- {sentence}");
        }
    }
    text
}

fn whole(told: &Explanation) -> String {
    let told_to =
        Reader::ALL.map(|reader| format!("# {}\n{}", reader.person(), text(told, reader)));
    told_to.join("\n") + "\n# assumed\n" + &told.assumed.join("\n")
}

#[test]
fn tells_each_reader_in_their_own_words() {
    insta::assert_snapshot!("explain_eventful", whole(&told(&eventful()).1));
    insta::assert_snapshot!("explain_undecided", whole(&told(&undecided()).1));
    insta::assert_snapshot!("explain_shipping", text(&told(&shipping()).1, Reader::Product));
}

#[test]
fn every_number_that_is_told_is_one_of_the_report_or_the_roadmap() {
    for world in [eventful(), shipping(), undecided(), undecided().on("2026-12-11"), live()] {
        let (report, told) = told(&world);
        let known = Known::of(&world, &report);
        let told = whole(&told);
        assert_eq!(known.foreign(&told), Vec::<String>::new(), "{told}");
        // The same test finds what nobody measured.
        assert_eq!(known.foreign("77 of 100, about 4,321 more"), ["77", "4,321"]);
    }
}

fn live() -> World {
    shipping().bet("stage = \"pilot\"", "stage = \"live\"")
}

#[test]
fn the_product_manager_reads_no_symbols_and_no_terms() {
    for world in [eventful(), shipping(), undecided(), live()] {
        let text = text(&told(&world).1, Reader::Product);
        let is_greek = |letter: char| ('\u{370}'..='\u{3ff}').contains(&letter);
        assert!(!text.contains(is_greek), "{text}");
        for term in ["alpha", "interval", "estimand", "refuted", "p-value", "Bonferroni", " n = "] {
            assert!(!text.contains(term), "{term} in {text}");
        }
    }
}

#[test]
fn what_is_not_judged_is_told_too() {
    let mut denied = shipping();
    denied.denied.insert("skill-match".to_owned(), "no such metric `x` in bets/x.toml".to_owned());
    let cases = [
        (denied, "no such metric `x`"),
        (shipping().bet("stage = \"pilot\"", "stage = \"killed\""), "this bet has ended: killed"),
    ];
    for (world, why) in cases {
        let (_, told) = told(&world);
        assert_eq!(told.verdict, None);
        for reader in Reader::ALL {
            assert!(text(&told, reader).contains(why), "{why} in {}", text(&told, reader));
        }
        assert!(told.assumed[0].starts_with("Nothing"), "{:?}", told.assumed);
    }
}

#[test]
fn without_a_store_nothing_is_known_and_everything_is_to_be_sent() {
    let mut world = shipping();
    world.has_store = false;
    let (_, told) = told(&world);
    assert!(text(&told, Reader::Product).contains("nothing is known"));
    assert!(text(&told, Reader::DataScience).contains("`acceptance` is no data"));
    assert!(text(&told, Reader::Engineering).contains("trueup serve"));
    assert!(!whole(&told).contains("NaN"));
}

#[test]
fn no_bet_no_explanation() {
    let world = shipping();
    let report = world.report();
    assert_eq!(explain(&report, &world.roadmap(), "other", &Reader::ALL), None);
}

/// All numbers and texts that may be told.
struct Known {
    numbers: Vec<f64>,
    words: BTreeSet<String>,
}

/// Numbers of ours that are in no report: the days that speak for a live bet, the share of prices that a
/// cost takes, the year of a source, and the chance above which none is told finer.
const OURS: [f64; 4] = [28.0, 95.0, 1982.0, 0.99];

impl Known {
    fn of(world: &World, report: &Report) -> Known {
        let roadmap = world.roadmap();
        let mut numbers = OURS.to_vec();
        let policy = &roadmap.policy;
        numbers.extend([policy.alpha, f64::from(policy.units_at_least), policy.give_up_below]);
        // One look a day from 2026-10-01 to 2026-12-11, both included; policy's for a live bet.
        numbers.extend([72.0, f64::from(policy.looks)]);
        let gate = roadmap.bets[0].graduation().expect("there is a gate");
        numbers.extend([gate.criteria.len() as f64, 2.0, 0.0, 1.0]);
        let mut texts = world.texts();
        for metric in &roadmap.metrics {
            let _ = writeln!(texts, "{} {} {:?}", metric.definition, metric.digest, metric.measure);
            numbers.push(metric.window_hours);
        }
        let json: serde_json::Value = serde_json::from_str(&report.to_json()).expect("it is JSON");
        collect(&json, &mut numbers, &mut texts);
        let words = texts.split(|letter: char| letter.is_whitespace() || letter == '"');
        Known { numbers, words: words.map(|word| bare(word).to_owned()).collect() }
    }

    /// The words with digits that are neither a number of these nor part of these texts.
    fn foreign(&self, text: &str) -> Vec<String> {
        let words: Vec<&str> = text.split_whitespace().map(bare).collect();
        let foreign = words.iter().enumerate().filter(|(at, word)| {
            word.contains(|letter: char| letter.is_ascii_digit())
                && !self.words.contains(**word)
                && !self.is_known(word, &words[at + 1..])
        });
        foreign.map(|(_, word)| (*word).to_owned()).collect()
    }

    fn is_known(&self, word: &str, after: &[&str]) -> bool {
        let Ok(number) = word.replace(',', "").parse::<f64>() else { return false };
        let places = word.split_once('.').map_or(0, |(_, places)| places.len());
        let half = 0.5 * 10f64.powi(-i32::try_from(places).expect("few places")) + 1e-9;
        let is_near =
            |scale: f64| self.numbers.iter().any(|known| (known * scale - number).abs() <= half);
        // `58 to 66 of 100` counts out of a hundred.
        let of =
            after.iter().take(4).position(|word| *word == "of").and_then(|at| after.get(at + 1));
        let out_of = of.and_then(|of| of.replace(',', "").parse::<f64>().ok());
        match out_of {
            Some(of) if [100.0, 1e3, 1e4].contains(&of) => {
                self.numbers.iter().any(|known| (known * of - number).abs() <= 0.5 + 1e-9)
            }
            _ if [100.0, 1e3, 1e4].contains(&number) => true,
            _ => [1.0, 100.0, 1e-3, 1.0 / 60_000.0].into_iter().any(is_near),
        }
    }
}

fn collect(json: &serde_json::Value, numbers: &mut Vec<f64>, texts: &mut String) {
    match json {
        serde_json::Value::Number(number) => numbers.extend(number.as_f64()),
        serde_json::Value::String(text) => {
            // A moment is also told as its day.
            let _ = write!(texts, " {text} {}", text.get(.."2026-11-20".len()).unwrap_or_default());
        }
        serde_json::Value::Array(all) => all.iter().for_each(|one| collect(one, numbers, texts)),
        serde_json::Value::Object(all) => all.values().for_each(|one| collect(one, numbers, texts)),
        _ => {}
    }
}

/// A word without the marks around it.
fn bare(word: &str) -> &str {
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '-');
    // The version of a table: `v7`.
    word.strip_prefix('v').filter(|rest| rest.parse::<u64>().is_ok()).unwrap_or(word)
}
