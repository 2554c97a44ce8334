//! New bets and notes, and texts written by hand.

use axum::http::StatusCode;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::{Source, format, parse};

use crate::client::{Client, Fields, sent, set, value};
use crate::memory::Memory;

fn demo() -> (Memory, Client) {
    let memory = Memory::demo();
    (memory.clone(), Client::new(memory))
}

/// Presses the button that leads to the next step.
async fn next(client: &Client, mut form: Fields) -> Fields {
    set(&mut form, "go", "next");
    let answer = client.post("/new/step", &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    sent(&answer.body)
}

async fn until_the_last_step(client: &Client) -> Fields {
    let mut form = sent(&client.get("/new").await.body);
    assert!(value(&form, "set:title").is_none(), "the feature is asked for last");
    set(&mut form, "set:problem.who", "Agents who answer in \"three\" languages");
    set(&mut form, "set:serves", "answers-sooner/first-answer");
    let mut form = next(client, form).await;
    for (path, typed) in [
        ("problem.improve", "decision time"),
        ("problem.from", "12"),
        ("problem.to", "5"),
        ("problem.unit", "min/reply"),
        ("problem.evidence", "note:inbox-study"),
    ] {
        set(&mut form, &format!("set:{path}"), typed);
    }
    let mut form = next(client, form).await;
    set(&mut form, "set:baseline.what", "Agents look for the glossary");
    set(&mut form, "set:baseline.metric", "acceptance");
    set(&mut form, "set:baseline.value", "0.3");
    set(&mut form, "set:option[0].what", "A glossary beside the editor");
    next(client, form).await
}

fn served(memory: &Memory) -> String {
    let roadmap = parse(&memory.files()).roadmap;
    let outcome = &roadmap.outcomes[0];
    format!("{}/{}", outcome.id.value, outcome.key_results[0].id.value)
}

#[tokio::test]
async fn a_bet_is_asked_for_from_its_problem_and_written_well() {
    let (memory, client) = demo();
    let mut form = until_the_last_step(&client).await;
    set(&mut form, "set:serves", &served(&memory));
    set(&mut form, "person", "tomas");
    set(&mut form, "set:title", "Agents find the right word");
    set(&mut form, "set:mode.decides", "the agent");
    set(&mut form, "set:scope.does", "Suggests a term\r\nShows where it is used");
    set(&mut form, "set:cost.per_interaction_at_most", "0.01");
    set(&mut form, "set:owners.product", "tomas");
    set(&mut form, "set:owners.model", "lev");
    let answer = client.post("/new", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(
        answer.location.is_some_and(|there| there.starts_with("/bets/agents-find-the-right-word?"))
    );
    let path = "bets/agents-find-the-right-word.toml";
    let text = memory.text(path);
    let file = Source { path: path.to_owned(), text: text.clone() };
    assert_eq!(format(&file).as_deref(), Ok(text.as_str()), "it is laid out as `fmt` would");
    let parsed = parse(&memory.files());
    assert_eq!(parsed.diagnostics, [], "{text}");
    let bet = parsed.roadmap.bet("agents-find-the-right-word").expect("it was added");
    assert_eq!(bet.stage.value, Stage::Framed, "{text}");
    assert_eq!(bet.scope.as_ref().map(|scope| scope.does.len()), Some(2));
    assert!(bet.options[0].kind.is_some());
    assert_eq!(memory.commits()[0].message, "Add the bet `agents-find-the-right-word`");
}

#[tokio::test]
async fn a_bet_without_a_problem_in_numbers_is_only_proposed() {
    let (memory, client) = demo();
    let form = [
        ("person", "tomas"),
        ("set:title", "An <b>idea</b>"),
        ("set:horizon", "h3"),
        ("set:serves", &served(&memory)),
    ];
    let mut fields: Fields = sent(&client.get("/new").await.body);
    for (name, typed) in form {
        set(&mut fields, name, typed);
    }
    let answer = client.post("/new", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let roadmap = parse(&memory.files()).roadmap;
    let bet = roadmap.bet("an-b-idea-b").expect("it was added");
    assert_eq!(bet.stage.value, Stage::Proposed);
    // The same name again.
    let answer = client.post("/new", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("already"), "{}", answer.body);
}

#[tokio::test]
async fn nonsense_stays_at_its_step_with_what_was_typed() {
    let (_, client) = demo();
    let form = sent(&client.get("/new").await.body);
    let mut form = next(&client, form).await;
    set(&mut form, "set:problem.from", "twelve");
    set(&mut form, "go", "next");
    let answer = client.post("/new/step", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let again = sent(&answer.body);
    assert_eq!(value(&again, "set:problem.from").as_deref(), Some("twelve"));
    assert_eq!(value(&again, "step").as_deref(), Some("2"));
    set(&mut form, "go", "back");
    let back = sent(&client.post("/new/step", &form).await.body);
    assert_eq!(value(&back, "step").as_deref(), Some("1"));
    assert_eq!(value(&back, "set:problem.from").as_deref(), Some("twelve"), "it is kept");
}

#[tokio::test]
async fn a_note_is_added_in_the_name_of_who_wrote_it() {
    let (memory, client) = demo();
    let mut form = client.form("/notes/new?about=auto-close&kind=learning", "lev").await;
    assert_eq!(value(&form, "about").as_deref(), Some("auto-close"));
    set(&mut form, "body", "+++\r\nA body with marks.");
    assert_eq!(client.post("/notes/new", &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    set(&mut form, "title", "What \"solved\" means");
    let answer = client.post("/notes/new", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(answer.location.is_some_and(|there| there.starts_with("/notes/what-solved-means?")));
    let answer = client.post("/notes/new", &form).await;
    assert!(answer.location.is_some_and(|there| there.starts_with("/notes/what-solved-means-2?")));
    let parsed = parse(&memory.files());
    assert_eq!(parsed.diagnostics, []);
    let note = parsed.roadmap.note("what-solved-means").expect("it was added");
    assert_eq!(note.title.as_deref(), Some("What \"solved\" means"));
    assert_eq!(note.by[0].value, "lev");
    assert!(
        note.is_about("auto-close") && note.body.contains("A body with marks."),
        "{}",
        note.body
    );
}

#[tokio::test]
async fn the_minutes_of_a_review_are_a_note_with_its_agenda() {
    let (memory, client) = demo();
    let agenda = client.get("/review?since=2026-11-01").await;
    assert!(agenda.body.contains("href=\"/review/minutes?since=2026-11-01\""), "{}", agenda.body);
    let mut form = client.form("/review/minutes?since=2026-11-01", "mara").await;
    let body = value(&form, "body").expect("it has a text");
    assert!(body.contains("- ticket-routing: ") && body.contains("  - decided:"), "{body}");
    set(&mut form, "body", &body.replacen("- decided:", "- decided: the baseline ships", 1));
    let answer = client.post("/notes/new", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let parsed = parse(&memory.files());
    assert_eq!(parsed.diagnostics, []);
    let note = parsed.roadmap.note("review-of-2026-11-26").expect("it was added");
    assert!(note.is_about("ticket-routing") && note.body.contains("the baseline ships"));
    assert!(note.by.iter().any(|by| by.value == "mara"), "{:?}", note.by);
}

#[tokio::test]
async fn texts_of_two_people_come_together_or_are_a_choice() {
    let (memory, client) = demo();
    let path = "notes/search-retro.md";
    let page = format!("/files/{path}/text");
    let mut mine = client.form(&page, "lev").await;
    let before = memory.text(path);
    let first = before.lines().last().expect("it has lines").to_owned();
    memory.put(path, &before.replacen("+++", "+++\n# by hand", 1), "Tomas");
    set(&mut mine, "text", &before.replace(&first, "My last line").replace('\n', "\r\n"));
    let answer = client.post(&page, &mine).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let both = memory.text(path);
    assert!(both.contains("# by hand") && both.contains("My last line"), "{both}");
    assert!(!both.contains('\r'));

    let mut mine = client.form(&page, "lev").await;
    let before = memory.text(path);
    memory.put(path, &before.replace("My last line", "Their last line"), "Tomas");
    set(&mut mine, "text", &before.replace("My last line", "My better line"));
    let answer = client.post(&page, &mine).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let mut again = sent(&answer.body);
    let text = value(&again, "text").expect("it has a text").replace("\r\n", "\n");
    assert!(text.contains("Their last line\n=======\nMy better line\n"), "{text}");
    set(&mut again, "person", "lev");
    assert_eq!(
        client.post(&page, &again).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "marks are left"
    );
    set(&mut again, "text", &before.replace("My last line", "Our last line"));
    assert_eq!(client.post(&page, &again).await.status, StatusCode::SEE_OTHER);
    assert!(memory.text(path).contains("Our last line"));
}

#[tokio::test]
async fn a_text_that_cannot_be_read_is_not_saved_and_told_with_its_line() {
    let (memory, client) = demo();
    let page = "/files/bets/auto-close.toml/text";
    let mut form = client.form(page, "tomas").await;
    let broken =
        value(&form, "text").expect("it has a text").replace("stage = \"pilot\"", "stage = pilot");
    set(&mut form, "text", &broken);
    let answer = client.post(page, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("Line 6"), "{}", answer.body);
    assert!(answer.body.contains("stage = pilot"), "what was typed is kept");
    let check = client.post(&format!("{page}/check"), &form).await;
    assert!(check.body.contains("F01"), "{}", check.body);
    assert_eq!(memory.commits(), []);
}
