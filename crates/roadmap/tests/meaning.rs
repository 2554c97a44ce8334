//! What the text means: the entities that come out, their digests and their differences.

use std::path::{Path, PathBuf};
use std::{env, fs};

use jiff::civil::date;
use trueup_roadmap::bet::{IfUndecided, Stage};
use trueup_roadmap::gate::{Bound, differences};
use trueup_roadmap::metric::{Measure, describe};
use trueup_roadmap::{
    Circumstances, Criterion, Gate, Metric, Parsed, Role, Source, blocks_verdict, check, digest,
    init_files, nearest, parse, standard_metrics,
};

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

fn gate(criteria: &str) -> Gate {
    let text = format!(
        "id = \"x\"\ntitle = \"X\"\nhorizon = \"h1\"\nstage = \"proposed\"\n\
         [gate.graduate]\ncriteria = [{criteria}]\n"
    );
    let parsed = parse(&[source("roadmap.toml", "edition = 1"), source("bets/x.toml", &text)]);
    assert_eq!(parsed.diagnostics, []);
    parsed.roadmap.bets[0].gates[0].clone()
}

const ACCEPTANCE: &str = r#"{ metric = "acceptance", at_least = 0.6, role = "goal" }"#;
const LATENCY: &str = r#"{ metric = "latency_p95", at_most = 800, role = "guardrail" }"#;

#[test]
fn the_digest_of_a_gate_is_of_its_criteria() {
    let first = gate(&format!("{ACCEPTANCE}, {LATENCY}")).digest;
    assert_eq!(first.len(), "b3:".len() + 8);
    let same = [
        format!("{LATENCY},\n# a remark\n {ACCEPTANCE}"),
        format!(
            r#"{{ role = "goal", at_least = 0.60, metric = "acceptance", windows = 1 }}, {LATENCY}"#
        ),
    ];
    for criteria in same {
        assert_eq!(gate(&criteria).digest, first, "{criteria}");
    }
    let other = [
        ACCEPTANCE.to_owned(),
        format!("{ACCEPTANCE}, {ACCEPTANCE}, {LATENCY}"),
        format!("{}, {LATENCY}", ACCEPTANCE.replace("0.6", "0.61")),
        format!("{}, {LATENCY}", ACCEPTANCE.replace("at_least", "at_most")),
        format!("{}, {LATENCY}", ACCEPTANCE.replace("goal", "guardrail")),
        format!("{}, {LATENCY}", ACCEPTANCE.replace("acceptance", "survival")),
        format!("{}, {LATENCY}", ACCEPTANCE.replace(" }", ", among = \"a\" }")),
        format!("{}, {LATENCY}", ACCEPTANCE.replace(" }", ", every = \"1w\" }")),
        format!("{ACCEPTANCE}, {LATENCY}, {{ attest = \"runbook\" }}"),
    ];
    for criteria in other {
        assert_ne!(gate(&criteria).digest, first, "{criteria}");
    }
}

#[test]
fn who_attests_is_no_part_of_the_digest() {
    let open = gate(r#"{ attest = "runbook" }"#);
    let done = gate(r#"{ attest = "runbook", role = "readiness", link = "l", on = 2026-01-01 }"#);
    assert_eq!(open.digest, done.digest);
    assert_eq!(differences(&open, &done), [""; 0]);
}

#[test]
fn differences_name_every_move() {
    let windows = r#"{ metric = "acceptance", at_least = 0.6, role = "goal", windows = 4, every = "1w", among = "vip" }"#;
    let lower = ACCEPTANCE.replace("0.6", "0.5");
    let attested = r#"{ attest = "runbook" }"#;
    let with = |criterion: &str| format!("{attested}, {criterion}");
    let cases: [(&str, &str, &[&str]); 8] = [
        (ACCEPTANCE, ACCEPTANCE, &[]),
        (ACCEPTANCE, &lower, &["`acceptance` at least 0.6 → at least 0.5"]),
        (&with(ACCEPTANCE), attested, &["`acceptance` at least 0.6 removed"]),
        (attested, &with(LATENCY), &["`latency_p95` at most 800 added"]),
        (
            ACCEPTANCE,
            windows,
            &["`acceptance` everyone → among `vip`, the whole time-box → 4 windows of 7 days"],
        ),
        (
            r#"{ attest = "a" }, { attest = "b" }"#,
            r#"{ attest = "b" }, { attest = "c" }"#,
            &["attestation `a` removed", "attestation `c` added"],
        ),
        (
            ACCEPTANCE,
            r#"{ metric = "acceptance", between = [0.4, 0.6], role = "guardrail" }"#,
            &["`acceptance` at least 0.6 → between 0.4 and 0.6, goal → guardrail"],
        ),
        (
            &format!("{ACCEPTANCE}, {windows}"),
            &format!("{lower}, {windows}"),
            &["`acceptance` at least 0.6 → at least 0.5"],
        ),
    ];
    for (old, new, expected) in cases {
        assert_eq!(differences(&gate(old), &gate(new)), expected, "{old} against {new}");
    }
}

const METRIC: &str = r#"id = "m"
title = "T"
definition = "D"
side = "product"
unit = "share"
better = "up"
[measure]
kind = "rate"
numerator = { table = "actions", where = { kind = ["accept", "submit"], actor = "person" } }
denominator = { table = "actions" }
"#;

fn metric(text: &str) -> Metric {
    let parsed = parse(&[source("roadmap.toml", "edition = 1"), source("metrics/m.toml", text)]);
    assert_eq!(parsed.diagnostics, []);
    parsed.roadmap.metric("m").unwrap().clone()
}

#[test]
fn the_digest_of_a_metric_is_of_what_is_measured() {
    let first = metric(METRIC);
    assert!(!first.standard);
    assert_eq!((first.per.as_str(), first.window_hours), ("user", 0.0));
    let same = [
        ("T\"", "Other\""),
        ("D\"", "Other\""),
        ("up", "down"),
        (r#""accept", "submit""#, r#""submit", "accept""#),
    ];
    for (old, new) in same {
        assert_eq!(metric(&METRIC.replace(old, new)).digest, first.digest, "{new}");
    }
    let other = [
        ("\"rate\"", "\"ratio\""),
        ("\"share\"", "\"part\""),
        ("[measure]", "per = \"team\"\n[measure]"),
        ("[measure]", "window = \"1d\"\n[measure]"),
        (r#""accept", "submit""#, r#""accept""#),
        (r#"actor = "person""#, r#"actor = { not = "person" }"#),
        (r#"denominator = { table = "actions" }"#, r#"denominator = { table = "interactions" }"#),
    ];
    for (old, new) in other {
        assert_ne!(metric(&METRIC.replace(old, new)).digest, first.digest, "{new}");
    }
}

#[test]
fn the_standard_metrics_read_without_a_word() {
    let folder = Path::new("metrics");
    let files = fs::read_dir(folder).unwrap().count();
    assert_eq!(standard_metrics().len(), files, "each file of metrics/ is one of them");
    for metric in standard_metrics() {
        let path = format!("metrics/{}.toml", metric.id.value);
        let text = fs::read_to_string(folder.join(format!("{}.toml", metric.id.value))).unwrap();
        // Under another id it must pass as a team's own.
        let own = text.replacen(&format!("id = \"{}\"", metric.id.value), "id = \"own\"", 1);
        let parsed = parse(&[source("roadmap.toml", "edition = 1"), source(&path, &own)]);
        assert_eq!(parsed.diagnostics, [], "{path}");
        assert!(metric.standard && metric.digest.starts_with("b3:"));
    }
    let ids: std::collections::BTreeSet<&str> =
        standard_metrics().iter().map(|metric| metric.id.value.as_str()).collect();
    assert_eq!(ids.len(), files);
}

#[test]
fn a_definition_in_words() {
    let named = |id: &str| standard_metrics().iter().find(|metric| metric.id.value == id).unwrap();
    let Measure::Rate { numerator, denominator, range, .. } = &named("acceptance").measure else {
        panic!("acceptance is a rate");
    };
    assert_eq!(*range, (0.0, 1.0));
    assert_eq!(describe(numerator), "rows of actions where kind is accept");
    assert_eq!(describe(denominator), "rows of actions where kind is accept or reject or override");
    let Measure::Quantile { of, q } = &named("latency_p95").measure else {
        panic!("latency is a quantile");
    };
    assert_eq!(describe(std::slice::from_ref(of)), "sum of latency_ms over interactions");
    assert!((q - 0.95).abs() < 1e-12);
}

#[test]
fn the_roadmap_that_init_writes_is_clean() {
    let today = date(2026, 11, 21);
    let said = |files: &[Source]| check(&parse(files), &Circumstances { today, history: None });
    let parsed = parse(&init_files(today));
    assert_eq!(said(&init_files(today)), []);
    let bet = parsed.roadmap.bet("reply-drafts").unwrap();
    assert_eq!(bet.stage.value, Stage::Framed);
    let gate = bet.graduation().unwrap();
    assert!(!gate.is_signed() && gate.signature.is_none());
    assert_eq!(gate.criteria.len(), 9);
    assert!(parsed.roadmap.metric("sent_unchanged").is_some_and(|metric| !metric.standard));

    // What its comment promises: signing with the digest that `check` prints.
    let mut files = init_files(today);
    let bet = files.iter_mut().find(|file| file.path.starts_with("bets/")).unwrap();
    let line = "signed = { product = \"ada\", rd = \"ben\", on = 2026-12-01, digest = \"b3:...\" }";
    assert!(bet.text.contains(line));
    bet.text.push_str(line);
    let found = said(&files);
    assert_eq!(found.len(), 1);
    let printed = found[0].message.rsplit("file is ").next().unwrap().to_owned();
    let bet = files.iter_mut().find(|file| file.path.starts_with("bets/")).unwrap();
    bet.text = bet.text.replace("b3:...", &printed);
    assert_eq!(said(&files), []);
}

#[test]
fn a_roadmap_without_horizons_has_the_confidence_preset() {
    let parsed = parse(&[source("roadmap.toml", "edition = 1")]);
    let learning: Vec<bool> =
        parsed.roadmap.horizons.values().map(trueup_roadmap::Horizon::is_learning).collect();
    assert_eq!(learning, [false, false, true]);
    assert_eq!(parsed.roadmap.metrics.len(), standard_metrics().len());
}

#[test]
fn the_digest_of_a_roadmap_is_of_paths_and_texts() {
    let (a, b) = (source("a", "bc"), source("ab", "c"));
    assert_eq!(digest(&[a.clone(), b.clone()]), digest(&[b.clone(), a.clone()]));
    assert_ne!(digest(std::slice::from_ref(&a)), digest(std::slice::from_ref(&b)));
    assert_ne!(digest(&[]), digest(&[a]));
}

#[test]
fn only_unreadable_text_blocks_a_verdict() {
    assert!(blocks_verdict("F04") && !blocks_verdict("S03") && !blocks_verdict("O01"));
}

#[test]
fn the_nearest_name_is_the_one_that_was_meant() {
    let known = ["acceptance", "active_users", "recall"];
    assert_eq!(nearest("acceptence", known), Some("acceptance"));
    assert_eq!(nearest("Recall", known), Some("recall"));
    assert_eq!(nearest("throughput", known), None);
    assert_eq!(nearest("h9", ["h1", "h2"]), None, "as near to one as to the other");
    assert_eq!(nearest("", known), None);
    assert_eq!(nearest(&"a".repeat(1_000_000), known), None);
}

fn shared() -> Option<PathBuf> {
    let beside = || PathBuf::from("../../../shared");
    let folder = env::var_os("TRUEUP_SHARED").map_or_else(beside, PathBuf::from);
    let found = folder.join("example").is_dir();
    if !found {
        eprintln!("skipped: there is no `{}`", folder.join("example").display());
    }
    found.then(|| folder.join("example"))
}

fn example(folder: &Path) -> Parsed {
    let read = |path: &str| source(path, &fs::read_to_string(folder.join(path)).unwrap());
    parse(&[read("roadmap.toml"), read("bets/skill-match.toml")])
}

#[test]
fn the_worked_example_lacks_only_what_its_folder_does_not_define() {
    let Some(folder) = shared() else { return };
    let parsed = example(&folder);
    let found: Vec<String> = parsed
        .diagnostics
        .iter()
        .map(|found| format!("{} {}", found.code, found.message))
        .collect();
    assert_eq!(
        found,
        [
            "F04 there is no key result `faster-shortlist/kr1`",
            "F04 there is no capability `map-free-text-skills`",
            "F04 there is no stage of a workflow `recruiter/screen`",
            "F04 there is no note `field-2026-09-acme`",
            "F04 there is no note `interviews-2026-08`",
            "F04 there is no metric `skill_f1`",
            "F04 there is no capability `map-free-text-skills`",
            "F04 there is no metric `shortlist_minutes`",
            "F04 there is no metric `skill_f1`",
            "F04 there is no metric `gap_between_groups`",
        ]
    );
    let bet = parsed.roadmap.bet("skill-match").unwrap();
    assert_eq!(bet.stage.value, Stage::Pilot);
    assert_eq!(bet.time_box.as_ref().unwrap().if_undecided, IfUndecided::ShipBaseline);
    assert_eq!(bet.mode.as_ref().unwrap().drift.dwell_at_least_s, Some(20.0));
    assert_eq!(bet.cost.as_ref().unwrap().loads, [1.0, 2.0, 5.0, 10.0]);
    let Criterion::Measured(first) = &bet.graduation().unwrap().criteria[0] else {
        panic!("the first criterion is measured");
    };
    assert_eq!(first.bound, Bound::AtMost(30.0));
    assert_eq!((first.role, first.windows, first.every_days), (Role::Goal, 4, Some(7)));
    assert_eq!(first.among.as_deref(), Some("enterprise"));
    assert!(parsed.roadmap.horizons["h3"].is_learning());
}
