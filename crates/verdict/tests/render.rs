//! The report as people and programs get it: text, Markdown, HTML, JSON and its schema.

mod world;

use serde_json::Value;
use trueup_verdict::render::{html, markdown, summary, text};
use trueup_verdict::{Move, Report, schema};
use world::{When, World, costs, none, rate, sums, values};

/// One criterion of each state, and something wrong of each kind.
fn eventful() -> World {
    let mut world = World::new(&[
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
    .with("catch_rate", sums(19, 0.1, 1.0))
    .with("time_to_decision", values(120, 9000.0))
    .with_when("time_to_decision", When::Late("2026-11-01"), values(120, 3000.0))
    .and("[cost]\nper_interaction_at_most = 0.012\nrevenue_per_interaction = 0.02\nloads = [1, 2, 5]\n")
    .policy("approve_at_most = 0.7");
    world.moves = vec![Move {
        on: "2026-10-20".parse().expect("a date"),
        by: "Bo Lind".to_owned(),
        what: "`acceptance` at least 0.6 → at least 0.55".to_owned(),
    }];
    world
}

fn shipping() -> World {
    World::new(&[
        r#"{ metric = "acceptance", at_least = 0.55, role = "goal" }"#,
        r#"{ attest = "runbook", role = "readiness", by = "bo" }"#,
    ])
    .with("use", sums(300, 10.0, 10.0))
    .with("acceptance", rate(300, 7.0))
}

fn undecided() -> World {
    shipping().with("acceptance", rate(60, 6.2))
}

/// All bets in one report.
fn together(worlds: &[World]) -> Report {
    let mut reports = worlds.iter().map(World::report);
    let mut report = reports.next().expect("one world at least");
    for (index, mut other) in reports.enumerate() {
        other.bets[0].id = format!("bet-{index}");
        report.bets.append(&mut other.bets);
    }
    report
}

#[test]
fn text_of_one_bet() {
    insta::assert_snapshot!("eventful", text(&eventful().report(), false));
    insta::assert_snapshot!("shipping", text(&shipping().report(), false));
    insta::assert_snapshot!("undecided", text(&undecided().report(), false));
}

#[test]
fn text_of_several_bets() {
    let mut report = together(&[shipping(), undecided(), eventful()]);
    report.unattributed = Some(1234);
    report.orphans = Some(1);
    report.notices.push("the evidence is simulated".to_owned());
    insta::assert_snapshot!("several", text(&report, false));
    insta::assert_snapshot!("summary", summary(&report, false));
    assert!(text(&report, false).starts_with(&summary(&report, false)), "the table comes first");
}

#[test]
fn text_without_bets() {
    let mut report = shipping().report();
    report.bets.clear();
    assert!(text(&report, false).starts_with("no bets\n"));
    assert!(html(&report).contains("<h1>Trueup: no bets</h1>"));
    assert!(markdown(&report).starts_with("### Trueup: no bets\n"));
}

#[test]
fn markdown_of_several_bets() {
    insta::assert_snapshot!("markdown", markdown(&together(&[shipping(), eventful()])));
}

#[test]
fn lines_fit_eighty_columns_and_colour_adds_nothing_but_colour() {
    for world in [eventful(), shipping(), undecided(), World::new(&[])] {
        let report = world.report();
        let plain = text(&report, false);
        for line in plain.lines() {
            assert!(line.chars().count() <= 80, "too long: {line}");
            assert_eq!(line, line.trim_end(), "spaces at the end");
        }
        let coloured = text(&report, true);
        assert!(coloured.contains("\x1b["));
        assert_eq!(without_colour(&coloured), plain);
    }
}

fn without_colour(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, after)| after))
}

#[test]
fn hostile_text_stays_text() {
    let mut report = shipping().report();
    let hostile = "<script>alert('x')</script> \x1b[31m | [a](b) & \"quoted\" \n## no";
    let bet = &mut report.bets[0];
    (bet.title, bet.because, bet.action) = (hostile.into(), hostile.into(), hostile.into());
    bet.criteria[0].title = hostile.to_owned();
    bet.would_change = vec![hostile.to_owned()];
    report.notices = vec![hostile.to_owned()];
    let page = html(&report);
    assert!(!page.contains("<script") && !page.contains('\x1b'), "{page}");
    assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
    let comment = markdown(&report);
    assert!(!comment.contains("<script") && !comment.contains("[a](b)"), "{comment}");
    assert!(!comment.contains("\n## no") && !comment.contains('\x1b'));
    assert!(!text(&report, false).contains('\x1b'));
}

#[test]
fn html_stands_alone_and_is_well_formed() {
    let page = html(&together(&[shipping(), eventful()]));
    for never in ["<script", "http://", "https://", "@import", "url(", "style=", "NaN", "onload"] {
        assert!(!page.contains(never), "{never} in the page");
    }
    let needed = [
        "<!DOCTYPE html>",
        "<html lang=\"en\">",
        "<header>",
        "<nav aria-label",
        "<main>",
        "<footer>",
        "prefers-color-scheme: dark",
        "@media print",
        "<svg role=\"img\" aria-labelledby=",
        "<desc id=",
        "<th scope=\"col\">",
    ];
    for part in needed {
        assert!(page.contains(part), "no {part}");
    }
    assert_eq!(page.matches("<h1").count(), 1);
    assert_balanced(&page);
    assert_ids_unique(&page);
}

/// Every element that is opened is closed, in order.
fn assert_balanced(page: &str) {
    const VOID: [&str; 6] = ["meta", "br", "!DOCTYPE", "rect", "line", "circle"];
    let mut open: Vec<&str> = Vec::new();
    for tag in page.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap_or_default();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "closed in the wrong order");
        } else if !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

fn assert_ids_unique(page: &str) {
    let ids: Vec<&str> =
        page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "an id twice");
    for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(&target), "a link to nowhere: {target}");
    }
}

#[test]
fn json_keeps_its_names() {
    let report: Value = serde_json::from_str(&eventful().report().to_json()).expect("valid JSON");
    let keys = |value: &Value| -> Vec<String> {
        value.as_object().expect("an object").keys().cloned().collect()
    };
    let bet = &report["bets"][0];
    let names = |list: &[&str]| -> Vec<String> {
        let mut list: Vec<String> = list.iter().map(|&name| name.to_owned()).collect();
        list.sort();
        list
    };
    let top = [
        "bets",
        "nameless",
        "notices",
        "now",
        "orphans",
        "quarantined",
        "roadmap",
        "schema",
        "store",
        "unattributed",
    ];
    assert_eq!(keys(&report), names(&top));
    let of_bet = [
        "action",
        "because",
        "criteria",
        "dashboard",
        "evidence",
        "experiment",
        "forecast",
        "horizon",
        "id",
        "purgatory",
        "reasons",
        "rule",
        "stage",
        "time_box",
        "title",
        "verdict",
        "watched",
        "would_change",
    ];
    assert_eq!(keys(bet), names(&of_bet));
    let of_criterion = [
        "among",
        "chance",
        "compared",
        "counts",
        "estimate",
        "high",
        "low",
        "measured_in",
        "method",
        "metric",
        "more_units",
        "n",
        "per",
        "pooled",
        "remark",
        "role",
        "source",
        "state",
        "text",
        "threshold",
        "title",
        "units",
        "windows",
    ];
    assert_eq!(keys(&bet["criteria"][0]), names(&of_criterion));
    assert_eq!(keys(&bet["reasons"][0]), names(&["code", "deny", "text", "weight"]));
    assert_eq!(bet["criteria"][3]["state"], "no-data");
    assert_eq!(bet["criteria"][3]["among"], "enterprise");
    assert_eq!(bet["criteria"][0]["threshold"], serde_json::json!({ "at_least": 0.55 }));
}

#[test]
fn every_report_has_what_the_schema_requires() {
    let schema: Value = serde_json::from_str(&schema()).expect("valid JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let no_price =
        eventful().with("use", sums(120, 0.0, 10.0)).with("cost_per_interaction", none());
    for world in [eventful(), shipping(), undecided(), no_price, World::new(&[])] {
        let report = serde_json::from_str(&world.report().to_json()).expect("valid JSON");
        assert_fits(&report, &schema, &schema, "report");
    }
}

/// Checks types, required properties and unknown ones: the part of JSON Schema that ours uses.
fn assert_fits(value: &Value, part: &Value, whole: &Value, path: &str) {
    if let Some(reference) = part["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').expect("a reference within the schema");
        let part = whole.pointer(pointer).expect("the reference leads somewhere");
        return assert_fits(value, part, whole, path);
    }
    if let Some(choices) = part["anyOf"].as_array() {
        if value.is_null() {
            assert!(choices.iter().any(|choice| choice["type"] == "null"), "{path} is null");
            return;
        }
        return assert_fits(value, &choices[0], whole, path);
    }
    assert_type(value, &part["type"], path);
    if let (Some(object), Some(properties)) = (value.as_object(), part["properties"].as_object()) {
        for name in part["required"].as_array().into_iter().flatten() {
            let name = name.as_str().expect("a name");
            assert!(object.contains_key(name), "{path} has no `{name}`");
        }
        for (name, value) in object {
            let part = properties.get(name).unwrap_or_else(|| panic!("{path}.{name} is unknown"));
            assert_fits(value, part, whole, &format!("{path}.{name}"));
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        assert_fits(item, &part["items"], whole, &format!("{path}[{index}]"));
    }
}

fn assert_type(value: &Value, expected: &Value, path: &str) {
    let is = |name: &Value| match name.as_str() {
        Some("null") => value.is_null(),
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => false,
    };
    let fits = match expected {
        // An enum of texts with a description each has its type one level below.
        Value::Null => value.is_string(),
        Value::Array(names) => names.iter().any(is),
        name => is(name),
    };
    assert!(fits, "{path} is {value}, the schema says {expected}");
}
