//! The form of a file: each save changes the lines of what was changed, and nobody's edit is lost.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::json;
use trueup_roadmap::fields;

use crate::client::{Client, Fields, set, value};
use crate::memory::Memory;

const BET: &str = "bets/auto-close.toml";
const EDIT: &str = "/bets/auto-close/edit";

fn demo() -> (Memory, Client) {
    let memory = Memory::demo();
    (memory.clone(), Client::new(memory))
}

/// The lines of a text that are not in the other.
fn differs(a: &str, b: &str) -> (Vec<String>, Vec<String>) {
    let diff = similar::TextDiff::from_lines(a, b);
    let lines = |tag| {
        let changes = diff.iter_all_changes().filter(|change| change.tag() == tag);
        changes.map(|change| change.value().trim_end().to_owned()).collect::<Vec<_>>()
    };
    (lines(similar::ChangeTag::Delete), lines(similar::ChangeTag::Insert))
}

#[tokio::test]
async fn a_form_that_is_sent_as_it_is_changes_nothing() {
    let (memory, client) = demo();
    for file in memory.files() {
        let path = format!("/files/{}/edit", file.path);
        let form = client.form(&path, "tomas").await;
        let answer = client.post(&path, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
        assert_eq!(memory.text(&file.path), file.text, "{path}");
    }
    assert_eq!(memory.commits(), []);
}

#[tokio::test]
async fn one_field_is_one_line_and_one_commit_with_a_message_that_says_it() {
    let (memory, client) = demo();
    let before = memory.text(BET);
    let mut form = client.form(EDIT, "tomas").await;
    set(&mut form, "set:gate.graduate.criteria[0].at_least", "0.7");
    let answer = client.post(EDIT, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let there = answer.location.expect("it leads to the bet");
    assert!(there.starts_with("/bets/auto-close?saved="), "{there}");
    let (gone, come) = differs(&before, &memory.text(BET));
    assert_eq!(gone, [r#"  { metric = "acceptance", at_least = 0.65, role = "goal" },"#]);
    assert_eq!(come, [r#"  { metric = "acceptance", at_least = 0.7, role = "goal" },"#]);
    let commits = memory.commits();
    assert_eq!(commits.len(), 1);
    assert_eq!(commits[0].message, "Raise `acceptance` of `auto-close` from 0.65 to 0.7");
    assert_eq!(commits[0].paths, [BET]);
    assert_eq!(commits[0].author, memory_name("tomas"));
}

fn memory_name(id: &str) -> String {
    trueup_roadmap::parse(&Memory::demo().files()).roadmap.people[id].name.clone()
}

/// Another value of the same kind, as people type it.
fn other(typed: &str, was: &str) -> Option<String> {
    match was.chars().next()? {
        '"' if typed == was => None,
        '"' => Some(format!("{typed} and \"more\"")),
        't' | 'f' => Some(if typed == "true" { "false" } else { "true" }.to_owned()),
        '[' if was.contains('"') => Some(format!("{typed}\nand one more")),
        '[' => Some(format!("{typed}, 7")),
        _ if was.len() == 10 && was.matches('-').count() == 2 => Some("2031-01-02".to_owned()),
        _ => Some(format!("{typed}1")),
    }
}

/// Every value of a text with its path.
fn all(text: &str) -> Vec<(String, String)> {
    let fields = fields(text).expect("it is TOML").into_iter();
    fields.map(|(at, value)| (at.to_string(), value.written().to_owned())).collect()
}

/// The values that a change at a path leaves alone: neither what holds it nor what it holds.
fn apart<'f>(fields: &'f [(String, String)], path: &str) -> Vec<&'f (String, String)> {
    let holds = |at: &str, within: &str| {
        within.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    fields.iter().filter(|(at, _)| !holds(at, path) && !holds(path, at)).collect()
}

/// Through the form, for every field of every file of the demo: only what is written at its path changes.
#[tokio::test]
async fn any_field_of_any_file_changes_alone() {
    let memory = Memory::demo();
    let mut tried = 0;
    for file in memory.files() {
        let kind = trueup_pages::form::kind(&file.path).expect("it is a part of the roadmap");
        let client = Client::new(memory.clone());
        let form = client.form(&format!("/files/{}/edit", file.path), "tomas").await;
        let before = all(&file.text);
        for (name, typed) in &form {
            let Some(path) = name.strip_prefix("set:") else { continue };
            let Some(was) = value(&form, &format!("was:{path}")) else { continue };
            let Some(new) = other(typed, &was) else { continue };
            let mut sent: Fields =
                form.iter().filter(|(name, _)| name.starts_with("row:")).cloned().collect();
            set(&mut sent, &format!("was:{path}"), &was);
            set(&mut sent, name, &new);
            let sent = trueup_pages::form::Typed(sent);
            let wanted = trueup_pages::form::wanted(&file.text, kind, &sent)
                .unwrap_or_else(|problem| panic!("{} {path}: {problem:?}", file.path));
            tried += 1;
            assert_eq!(wanted.edits.len(), 1, "{} {path}", file.path);
            assert_eq!(apart(&before, path), apart(&all(&wanted.text), path), "{path}");
            let lines = similar::TextDiff::from_lines(&file.text, &wanted.text);
            let changed = lines
                .iter_all_changes()
                .filter(|change| change.tag() == similar::ChangeTag::Delete)
                .count();
            let spread = was.lines().count().max(1);
            assert!(changed <= spread, "{} {path}: {changed} lines", file.path);
        }
    }
    assert!(tried > 500, "only {tried} fields");
}

#[tokio::test]
async fn what_is_not_written_yet_is_added_and_rows_come_and_go() {
    let (memory, client) = demo();
    let before = memory.text(BET);
    let mut form = client.form(EDIT, "tomas").await;
    set(&mut form, "set:mode.assessment", "docs/assessment.md");
    set(&mut form, "set:gate.graduate.criteria[new].metric", "csat");
    set(&mut form, "set:gate.graduate.criteria[new].at_least", "0.5");
    set(&mut form, "set:gate.graduate.criteria[new].role", "guardrail");
    let dropped = value(&form, "row:risk[0]").expect("there is a risk");
    set(&mut form, "drop:risk[0]", &dropped);
    let answer = client.post(EDIT, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let (gone, come) = differs(&before, &memory.text(BET));
    let come: Vec<&str> = come.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
    assert_eq!(
        come,
        [
            r#"assessment = "docs/assessment.md""#,
            r#"  { metric = "csat", at_least = 0.5, role = "guardrail" },"#
        ]
    );
    let gone: Vec<&str> = gone.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
    assert_eq!(gone[0], "[[risk]]");
    assert_eq!(gone.len(), 5, "{gone:?}");
    assert_eq!(memory.commits()[0].message, "Edit 3 fields of `auto-close`");
}

#[tokio::test]
async fn two_who_change_the_same_field_are_asked_and_nothing_typed_is_lost() {
    let (memory, client) = demo();
    let mut mine = client.form(EDIT, "lev").await;
    let mut theirs = mine.clone();
    set(&mut theirs, "person", "tomas");
    set(&mut theirs, "set:gate.graduate.criteria[0].at_least", "0.7");
    assert_eq!(client.post(EDIT, &theirs).await.status, StatusCode::SEE_OTHER);

    set(&mut mine, "set:gate.graduate.criteria[0].at_least", "0.55");
    set(&mut mine, "set:title", "Tickets close when they are solved");
    let answer = client.post(EDIT, &mine).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    for said in ["0.65", "0.7", "0.55", &memory_name("tomas"), "Tickets close when they are solved"]
    {
        assert!(answer.body.contains(said), "`{said}` is not in: {}", answer.body);
    }
    assert_eq!(answer.body.matches("<li><code>").count(), 1, "one other field was changed");
    assert_eq!(memory.commits().len(), 1);

    // The choice page holds all that is needed to save.
    let mut again: Fields = crate::client::sent(&answer.body);
    set(&mut again, "person", "lev");
    set(&mut again, "pick:gate.graduate.criteria[0].at_least", "mine");
    let answer = client.post(EDIT, &again).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let text = memory.text(BET);
    assert!(
        text.contains(r#"{ metric = "acceptance", at_least = 0.55, role = "goal" }"#),
        "{text}"
    );
    assert!(text.contains(r#"title = "Tickets close when they are solved""#));
}

/// The file was changed again since, by others and elsewhere.
#[tokio::test]
async fn each_field_in_conflict_names_who_changed_it_and_not_who_changed_the_file_last() {
    let (memory, client) = demo();
    let mut mine = client.form(EDIT, "lev").await;
    let change = |old: &str, new: &str, by: &str| {
        let text = memory.text(BET);
        assert!(text.contains(old), "{text}");
        memory.put(BET, &text.replacen(old, new, 1), by);
    };
    change("at_least = 0.65", "at_least = 0.7", "Ada Product");
    change("title = \"Solved tickets", "title = \"All solved tickets", "Bo Research");
    // The criterion moves down by a row.
    change(
        "  { metric = \"acceptance\"",
        "  { metric = \"csat\", at_least = 0.5, role = \"guardrail\" },\n  { metric = \"acceptance\"",
        "Cy Product",
    );
    set(&mut mine, "set:gate.graduate.criteria[0].at_least", "0.55");
    set(&mut mine, "set:title", "Mine");
    let answer = client.post(EDIT, &mine).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let body = &answer.body;
    for (field, by) in
        [("gate.graduate.criteria[0].at_least", "Ada Product"), ("title", "Bo Research")]
    {
        let choice = body.split("<fieldset").find(|it| it.contains(&format!("<code>{field}<")));
        let choice = choice.unwrap_or_else(|| panic!("`{field}` is no choice: {body}"));
        assert!(choice.contains("<dt>Changed by</dt>") && choice.contains(by), "{choice}");
        assert!(choice.contains("2026-11-26"), "{choice}");
    }
    assert!(!body.contains("Cy Product"), "{body}");

    // A row that somebody took away has no history of its own: the file's stands in for it.
    let mut mine = client.form(EDIT, "lev").await;
    let text = memory.text(BET);
    let gone = text.split_inclusive('\n').filter(|line| !line.contains("\"csat\""));
    let gone = gone.collect::<String>();
    memory.put(BET, &gone, "Dee Research");
    set(&mut mine, "set:gate.graduate.criteria[0].at_least", "0.4");
    let answer = client.post(EDIT, &mine).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
    assert!(answer.body.contains("Last commit of the file: Dee Research"), "{}", answer.body);
    assert!(!answer.body.contains("<dt>Changed by</dt>"), "{}", answer.body);
}

/// The folders whose versions are kept only as text.
#[tokio::test]
async fn a_capability_names_who_changed_a_field_as_well() {
    let (memory, client) = demo();
    let files = memory.files();
    let file = files.iter().find(|file| file.path.starts_with("capabilities/"));
    let file = file.expect("the demo has one");
    let edit = format!("/files/{}/edit", file.path);
    let mut mine = client.form(&edit, "lev").await;
    let title = value(&mine, "set:title").expect("it has a title");
    memory.put(&file.path, &file.text.replacen(&title, "Theirs", 1), "Ada Product");
    memory.put(&file.path, &format!("{}\n# Looked at.\n", memory.text(&file.path)), "Bo Research");
    set(&mut mine, "set:title", "Mine");
    let mut fields = serde_json::Map::new();
    for (name, value) in mine {
        fields.insert(name, json!(value));
    }
    let (status, answer) = client.json(&edit, &fields.into()).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
    let (field, file) = (&answer["conflicts"][0]["last"], &answer["last"]);
    assert_eq!((&field["by"], &file["by"]), (&json!("Ada Product"), &json!("Bo Research")));
}

#[tokio::test]
async fn who_gives_way_keeps_what_else_they_typed() {
    let (memory, client) = demo();
    let mut mine = client.form(EDIT, "lev").await;
    memory.put(BET, &memory.text(BET).replace("at_least = 0.65", "at_least = 0.7"), "Tomas");
    set(&mut mine, "set:gate.graduate.criteria[0].at_least", "0.55");
    set(&mut mine, "set:title", "Mine");
    let answer = client.post(EDIT, &mine).await;
    let mut again = crate::client::sent(&answer.body);
    set(&mut again, "person", "lev");
    set(&mut again, "pick:gate.graduate.criteria[0].at_least", "theirs");
    assert_eq!(client.post(EDIT, &again).await.status, StatusCode::SEE_OTHER);
    let text = memory.text(BET);
    assert!(text.contains("at_least = 0.7,") && text.contains(r#"title = "Mine""#), "{text}");
    assert_eq!(
        memory.commits()[1].message,
        "Change `title` of `auto-close` from `Solved tickets close themselves` to `Mine`"
    );
}

#[tokio::test]
async fn twenty_who_change_different_fields_at_once_lose_nothing() {
    let (memory, client) = demo();
    let form = client.form(EDIT, "lev").await;
    let paths: Vec<String> = form
        .iter()
        .filter_map(|(name, value)| {
            let path = name.strip_prefix("set:")?;
            let was = crate::client::value(&form, &format!("was:{path}"))?;
            let free = [
                "what",
                "title",
                "improve",
                "who",
                "unit",
                "bias",
                "sparsity",
                "fresh",
                "because",
                "result",
                "mitigate",
                "interface",
                "source",
                "decides",
                "attest",
            ];
            let is_free = free.contains(&path.rsplit('.').next()?) && was.starts_with('"');
            (is_free && was.trim_matches('"') == value).then(|| path.to_owned())
        })
        .take(20)
        .collect();
    assert_eq!(paths.len(), 20);
    let client = Arc::new(client);
    let mut sending = Vec::new();
    for path in &paths {
        let (client, mut form) = (Arc::clone(&client), form.clone());
        set(&mut form, &format!("set:{path}"), &format!("new text of {path}"));
        sending.push(tokio::spawn(async move { client.post(EDIT, &form).await.status }));
    }
    for sent in sending {
        assert_eq!(sent.await.expect("it does not panic"), StatusCode::SEE_OTHER);
    }
    let text = memory.text(BET);
    for path in &paths {
        assert!(text.contains(&format!("new text of {path}")), "{path} is lost");
    }
    assert_eq!(memory.commits().len(), 20);
}

#[tokio::test]
async fn what_cannot_be_read_comes_back_with_the_reason_at_its_field() {
    let (memory, client) = demo();
    for (path, typed, said) in [
        ("gate.graduate.criteria[0].at_least", "a lot", "`a lot` is no number"),
        ("box.decide_by", "soon", "`soon` is no date"),
        ("stage", "almost", "`almost`"),
        ("gate.graduate.criteria[0].metric", "aceptance", "did you mean `acceptance`?"),
    ] {
        let mut form = client.form(EDIT, "tomas").await;
        set(&mut form, &format!("set:{path}"), typed);
        set(&mut form, "set:title", "Kept");
        let answer = client.post(EDIT, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        let again = crate::client::sent(&answer.body);
        assert_eq!(value(&again, &format!("set:{path}")).as_deref(), Some(typed));
        assert_eq!(value(&again, "set:title").as_deref(), Some("Kept"));
        let plain = answer.body.replace("<code>", "`").replace("</code>", "`");
        assert!(plain.contains(said), "`{said}` is not in {plain}");
        assert!(answer.body.contains(r#"aria-invalid="true""#));
        assert!(answer.body.contains(r##"<a href="#f"##), "the summary leads to the field");
    }
    assert_eq!(memory.commits(), []);
}

#[tokio::test]
async fn a_check_tells_what_a_change_does_without_making_it() {
    let (memory, client) = demo();
    let mut form = client.form(EDIT, "tomas").await;
    set(&mut form, "set:box.decide_by", "");
    set(&mut form, "set:cost.per_interaction_at_most", "");
    set(&mut form, "set:title", "Kept");
    let answer = client.post("/bets/auto-close/check", &form).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("What this would do"), "{}", answer.body);
    assert!(answer.body.contains("F03"), "{}", answer.body);
    assert!(!answer.body.contains("<html"), "it is a part of a page");
    set(&mut form, "check", "1");
    let answer = client.post(EDIT, &form).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(value(&crate::client::sent(&answer.body), "set:title").as_deref(), Some("Kept"));
    assert_eq!(memory.commits(), []);
}

#[tokio::test]
async fn programs_send_the_same_fields_as_json() {
    let (memory, client) = demo();
    let path = "gate.graduate.criteria[0].at_least";
    let change = json!({
        "person": "tomas", (format!("was:{path}")): "0.65", (format!("set:{path}")): 0.7,
    });
    let (status, answer) = client.json(EDIT, &change).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["page"], "/bets/auto-close");
    assert!(answer["commit"].as_str().is_some_and(|commit| commit.len() == 40), "{answer}");
    assert!(answer["diagnostics"].is_array());
    // The same again rests on what is not there any more, and asks for what is there already.
    let (status, answer) = client.json(EDIT, &change).await;
    assert_eq!((status, &answer["commit"]), (StatusCode::OK, &json!(null)));
    let stale = json!({
        "person": "tomas", (format!("was:{path}")): "0.65", (format!("set:{path}")): 0.8,
    });
    let (status, answer) = client.json(EDIT, &stale).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
    assert_eq!(answer["conflicts"][0]["path"], path);
    assert_eq!(answer["conflicts"][0]["now"], "0.7");
    assert_eq!(memory.commits().len(), 1);
}

#[tokio::test]
async fn rows_that_moved_are_found_and_those_that_were_rewritten_are_a_choice() {
    let (memory, client) = demo();
    let mut mine = client.form(EDIT, "lev").await;
    let what = value(&mine, "set:option[1].what").expect("there are two options");
    // Somebody takes the first option away: the second moves up.
    let mut theirs = client.form(EDIT, "tomas").await;
    let first = value(&theirs, "row:option[0]").expect("there are two options");
    set(&mut theirs, "drop:option[0]", &first);
    assert_eq!(client.post(EDIT, &theirs).await.status, StatusCode::SEE_OTHER);
    set(&mut mine, "set:option[1].result", "They asked too often");
    let answer = client.post(EDIT, &mine).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let roadmap = trueup_roadmap::parse(&memory.files()).roadmap;
    let options = &roadmap.bet("auto-close").expect("it is there").options;
    assert_eq!((options.len(), options[0].what.value.as_str()), (1, what.as_str()));
    assert_eq!(options[0].result.as_deref(), Some("They asked too often"));

    // One rewrites a risk that the other takes away.
    let mut mine = client.form(EDIT, "lev").await;
    let mut theirs = client.form(EDIT, "tomas").await;
    set(&mut theirs, "set:risk[0].what", "Another risk");
    assert_eq!(client.post(EDIT, &theirs).await.status, StatusCode::SEE_OTHER);
    let seen = value(&mine, "row:risk[0]").expect("there is a risk");
    set(&mut mine, "drop:risk[0]", &seen);
    let answer = client.post(EDIT, &mine).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(memory.text(BET).contains("Another risk"));
    let mut again = crate::client::sent(&answer.body);
    set(&mut again, "person", "lev");
    set(&mut again, "pick:risk[0]", "mine");
    let answer = client.post(EDIT, &again).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(!memory.text(BET).contains("[[risk]]"));
}

#[tokio::test]
async fn every_part_of_a_form_is_reached_from_its_top() {
    let client = Client::new(Memory::demo());
    let page = client.get("/bets/auto-close/edit").await.body;
    let links: Vec<&str> =
        page.split("href=\"#part-").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for part in ["itself", "problem", "cost", "gate"] {
        assert!(links.contains(&part), "{links:?}");
    }
    for part in links {
        assert_eq!(page.matches(&format!("id=\"part-{part}\"")).count(), 1, "{part}");
    }
}
