//! Interactions as pages: whatever telemetry holds is shown as text, cut where it is long, and compared word by word.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use trueup_evidence::browse::{Count, Cursor, Entry, Listing, Trail};
use trueup_evidence::{Event, Kind, Table};
use trueup_pages::evidence::Asked;
use trueup_pages::link::Links;
use trueup_pages::page::interaction::Texts;
use trueup_pages::page::{InteractionPage, InteractionsPage};
use trueup_pages::{Frame, Page, Snapshot, Viewer};
use trueup_roadmap::{Source, parse};

const HOSTILE: &str =
    "</title></pre><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}\u{0}";

fn snapshot() -> Snapshot {
    let roadmap = "edition = 1\n";
    let bet = "id = \"chat\"\ntitle = \"Answers <b>in</b> chat\"\n";
    let sources: Vec<Source> = [("roadmap.toml", roadmap), ("bets/chat.toml", bet)]
        .map(|(path, text)| Source { path: path.to_owned(), text: text.to_owned() })
        .into();
    Snapshot {
        id: "1".to_owned(),
        name: "demo".to_owned(),
        parsed: parse(&sources),
        sources,
        diagnostics: Vec::new(),
        history: None,
        report: None,
        notices: Vec::new(),
        now: Timestamp::UNIX_EPOCH,
        read_only: None,
    }
}

fn frame(snapshot: &Snapshot) -> Frame {
    Frame::new(snapshot, Links::Server, Viewer::default())
}

fn event(table: Table, row: &Json) -> Event {
    let mut event = Event::new(table);
    for (name, value) in row.as_object().expect("an object") {
        let kind = table.field(name).expect("a field of the table").kind;
        match (kind, value) {
            (Kind::Time, Json::String(at)) => {
                event.set(name, at.parse::<Timestamp>().expect("a time"));
            }
            (Kind::Number, value) => event.set(name, value.as_f64().expect("a number")),
            (Kind::Integer, value) => event.set(name, value.as_i64().expect("an integer")),
            (_, Json::String(text)) => event.set(name, text.as_str()),
            (_, value) => panic!("{value}"),
        }
    }
    event
}

fn entry(id: &str, text: &str) -> Entry {
    let interaction = json!({
        "id": id, "at": "2026-11-01T10:00:00Z", "bet": "chat", "unit": text, "variant": text, "text": text,
        "model_answered": text, "tier": text, "error": text, "currency": text, "cost": 0.25, "latency_ms": 1234.0,
        "criteria_digest": text, "trace": "t",
    });
    let action = |id: &str, seq: i64, kind: &str| {
        json!({"id": id, "interaction": "i", "seq": seq, "at": "2026-11-01T10:00:42Z", "kind": kind,
            "actor": text, "dwell_ms": 42_000.0, "edit_share_first": 0.25})
    };
    let score = |id: &str, supersedes: &str| {
        json!({"id": id, "target": "i", "at": "2026-11-02T10:00:00Z", "name": text, "label": text, "source": text,
            "author": text, "rubric": text, "supersedes": supersedes, "value": 0.5})
    };
    Entry {
        interaction: event(Table::Interactions, &interaction),
        actions: [action("a1", 1, "edit"), action("a2", 2, "accept")]
            .iter()
            .map(|row| event(Table::Actions, row))
            .collect(),
        scores: [score("s1", ""), score("s2", "s1")]
            .iter()
            .map(|row| event(Table::Scores, row))
            .collect(),
    }
}

fn payload(kind: &str, text: &str) -> Event {
    let row = json!({"id": format!("i/{kind}"), "interaction": "i", "kind": kind, "at": "2026-11-01T10:00:00Z", "text": text});
    event(Table::Payloads, &row)
}

fn trail(id: &str, text: &str, payloads: Vec<Event>) -> Trail {
    let span = |id: &str, parent: &str| {
        let row = json!({"id": id, "span": id, "parent": parent, "trace": "t", "at": "2026-11-01T10:00:00Z",
            "signal": "span", "name": text, "error": text, "duration_ms": 5.0});
        event(Table::Telemetry, &row)
    };
    // Telemetry may say that two spans stand below each other.
    let spans = vec![span("x", "y"), span("y", "x"), span("z", "x")];
    Trail { entry: entry(id, text), payloads, spans, faults: Vec::new() }
}

fn list(asked: Asked, listing: Listing) -> InteractionsPage {
    let snapshot = snapshot();
    let has_problems = !asked.problems.is_empty();
    let listing = (!has_problems).then_some(Ok(Arc::new(listing)));
    InteractionsPage::new(&snapshot, frame(&snapshot), asked, listing, true)
}

fn asked(parameters: &[(&str, &str)]) -> Asked {
    Asked::read(parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn one(trail: Trail, texts: Texts) -> InteractionPage {
    let snapshot = snapshot();
    InteractionPage::new(&snapshot, frame(&snapshot), trail, texts)
}

/// Nothing that was sent has become markup, and nothing hides.
fn assert_harmless(html: &str) {
    for markup in ["<script>", "<img src=x", "\"'><", "<b>in</b>"] {
        assert!(!html.contains(markup), "{markup:?} in {html}");
    }
    // Fields of a form hold what was written as it was written.
    let mut parts = html.split(" value=\"");
    let first = parts.next().expect("there is a first");
    let others = parts.map(|part| part.split_once('"').expect("it ends").1);
    for text in [first].into_iter().chain(others) {
        assert!(!text.contains(['\u{202e}', '\0']), "{text}");
    }
    assert!(!html.contains("style="), "the policy forbids it");
}

#[test]
fn what_telemetry_holds_is_text_and_nothing_else() {
    let faults = vec![HOSTILE.to_owned()];
    let entries = vec![entry(HOSTILE, HOSTILE), entry("..", HOSTILE), entry("a/b?c#d", HOSTILE)];
    let cursor = Cursor { at: Timestamp::UNIX_EPOCH, id: HOSTILE.to_owned() };
    let listing = Listing { entries, faults, older: Some(cursor), ..Listing::default() };
    let filters = [("unit", HOSTILE), ("text", HOSTILE), ("model", HOSTILE), ("bet", HOSTILE)];
    let page = list(asked(&filters), listing);
    let html = page.html();
    assert_harmless(&html);
    assert!(html.contains("href=\"/interactions/%2E%2E?day=2026-11-01\""), "{html}");
    assert!(html.contains("href=\"/interactions/a%2Fb%3Fc%23d?day=2026-11-01\""));
    assert!(html.contains("[U+202E]") && html.contains("✎</span> edited"));
    let wrong = list(asked(&[(HOSTILE, "x"), ("from", HOSTILE)]), Listing::default()).html();
    assert_harmless(&wrong);
    assert!(
        wrong.contains("this is no day; write it as <code>2026-11-20</code>")
            || wrong.contains("this is no day")
    );

    let texts = ["system", "input", "output", "final", HOSTILE].map(|kind| payload(kind, HOSTILE));
    for texts_shown in [Texts::Cut, Texts::Whole, Texts::Hidden] {
        let page = one(trail(HOSTILE, HOSTILE, texts.to_vec()), texts_shown);
        assert_harmless(&page.html());
        assert_eq!(page.trace.len(), 4, "each row once, though they go round in a circle");
        serde_json::from_str::<Json>(&page.json()).expect("JSON");
    }
}

#[test]
fn texts_of_a_megabyte_are_cut_and_shown_whole_on_request() {
    let long = "word ".repeat(200_000);
    let entries = vec![entry("i", &long); 50];
    let html = list(asked(&[]), Listing { entries, ..Listing::default() }).html();
    assert!(html.len() < 100_000, "{}", html.len());
    let texts = ["input", "output", "final"].map(|kind| payload(kind, &long));
    let html = one(trail("i", &long, texts.to_vec()), Texts::Cut).html();
    assert!(html.len() < 100_000, "{}", html.len());
    assert!(html.contains("996,000 more characters") && html.contains("whole=yes"));
    let html = one(trail("i", "x", texts.to_vec()), Texts::Whole).html();
    assert!(html.len() > 3_000_000, "{}", html.len());
}

#[test]
fn differences_and_decisions_are_shown_and_texts_only_to_those_who_may_read_them() {
    let texts = || {
        vec![
            payload("final", "Dear Ada, your bill was paid."),
            payload("output", "Dear Ada, your bill is late."),
            payload("input", "Write to Ada"),
        ]
    };
    let html = one(trail("i", "x", texts()), Texts::Cut).html();
    assert!(html.contains("<del>is late.</del><ins>was paid.</ins>"), "{html}");
    let places = ["Write to Ada", "bill is late", "<ins>"].map(|text| html.find(text));
    assert!(places.is_sorted() && places[0].is_some(), "{places:?}");
    assert!(html.contains("+42 s") && html.contains("42 s on this step"), "{html}");
    assert!(html.contains("25.0 % changed since the first suggestion"));
    assert!(html.contains("corrected by s2"));

    let secret = "what Ada wrote";
    let hidden = one(trail("i", secret, texts()), Texts::Hidden);
    assert!(hidden.html().contains("Your role may not read"));
    assert!(!hidden.json().contains("bill was paid") && !hidden.interaction.contains_key("text"));

    let mut off = trail("i", "x", Vec::new());
    off.entry.interaction =
        event(Table::Interactions, &json!({"id": "i", "at": "2026-11-01T10:00:00Z"}));
    let html = one(off, Texts::Cut).html();
    assert!(html.contains("capture is off") && html.contains("unattributed"));
    assert!(html.contains("unpriced: unknown, never zero"));
}

#[test]
fn a_suggestion_that_was_asked_for_again_is_called_the_next() {
    let tries = ["Dear Ada.", "Dear Ada, hello.", "Dear Ada, hello."];
    let texts = tries.map(|text| payload("output", text));
    let html = one(trail("i", "x", texts.to_vec()), Texts::Cut).html();
    assert_eq!(html.matches("<h3>Suggestion").count(), 1, "{html}");
    assert_eq!(html.matches("<h3>Next suggestion").count(), 2, "{html}");
}

#[test]
fn a_list_says_what_is_asked_how_much_there_is_and_how_to_go_on() {
    let cursor = |id: &str| Some(Cursor { at: Timestamp::UNIX_EPOCH, id: id.to_owned() });
    let full = Listing {
        entries: vec![entry("i", "x")],
        older: cursor("i"),
        count: Some(Count { n: 10_000, or_more: true }),
        ..Listing::default()
    };
    let page = list(asked(&[("bet", "chat"), ("outcome", "accept")]), full.clone());
    let html = page.html();
    assert!(html.contains("At least 10,000 interactions"), "{html}");
    assert!(html.contains("<option value=\"chat\" selected>"), "{html}");
    assert!(html.contains("<option value=\"accept\" selected>"));
    assert!(
        html.contains(
            "href=\"/interactions?bet=chat\" aria-label=\"Take off what was done: accept\""
        )
    );
    assert!(
        html.contains("kind = &#39;accept&#39;") || html.contains("kind = &#x27;accept&#x27;"),
        "{html}"
    );
    let older = page.older.expect("there is more");
    assert!(older.starts_with("/interactions?bet=chat&outcome=accept&below=0-69-"), "{older}");

    let ended = Listing {
        ended_at: Some(Timestamp::UNIX_EPOCH),
        older: cursor(""),
        count: Some(Count { n: 0, or_more: true }),
        ..Listing::default()
    };
    let html = list(asked(&[("unit", "u_ada")]), ended).html();
    assert!(html.contains("None found back to") && html.contains("Search on"), "{html}");
    for (parameters, said) in [
        (&[][..], "Nothing has been recorded yet"),
        (&[("unit", "nobody")][..], "No interaction is like that"),
        (&[("bet", "gone")][..], "The roadmap has no bet <code>gone</code>"),
    ] {
        let html = list(asked(parameters), Listing::default()).html();
        assert!(html.contains(said), "{html}");
    }
    let snapshot = snapshot();
    let failed = Some(Err("the disk is gone".to_owned()));
    let page = InteractionsPage::new(&snapshot, frame(&snapshot), asked(&[]), failed, true);
    assert!(page.html().contains("the disk is gone"));
    let hidden = InteractionsPage::new(
        &snapshot,
        frame(&snapshot),
        asked(&[]),
        Some(Ok(Arc::new(full))),
        false,
    );
    assert_eq!(hidden.interactions[0].text, None);
}
