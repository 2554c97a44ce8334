//! Signing, vouching and deciding on the pages: each person for what they saw, and for nobody else.

use axum::http::StatusCode;
use serde_json::json;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::{Bet, Source, parse};

use crate::client::{Client, set, value};
use crate::memory::Memory;

fn demo() -> (Memory, Client) {
    let memory = Memory::demo();
    (memory.clone(), Client::new(memory))
}

/// A roadmap whose gate nobody has signed.
fn unsigned() -> (Memory, Client) {
    let (memory, client) = demo();
    let file = "bets/auto-close.toml";
    let text = memory.text(file);
    let lines = text.split_inclusive('\n').filter(|line| !line.starts_with("signed = "));
    memory.put(file, &lines.collect::<String>(), "Tomas");
    (memory, client)
}

fn bet(memory: &Memory, id: &str) -> Bet {
    parse(&memory.files()).roadmap.bet(id).expect("it is there").clone()
}

#[tokio::test]
async fn each_side_signs_exactly_what_it_saw_and_once() {
    let (memory, client) = unsigned();
    let path = "/bets/auto-close/sign";
    let page = client.get(path).await;
    assert!(page.body.contains("nobody yet"), "{}", page.body);
    let digest = bet(&memory, "auto-close").graduation().expect("it has one").digest.clone();
    assert!(page.body.contains(&digest));

    let product = client.form(path, "tomas").await;
    let answer = client.post(path, &product).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(memory.commits()[1].message, "Sign `graduate` of `auto-close` for product");
    // The same link again, and somebody else of the same side.
    let answer = client.post(path, &product).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("already"), "{}", answer.body);

    let research = client.form(path, "lev").await;
    assert_eq!(client.post(path, &research).await.status, StatusCode::SEE_OTHER);
    assert!(bet(&memory, "auto-close").graduation().expect("it has one").is_signed());
    assert_eq!(memory.commits().len(), 3);
    assert!(client.get(path).await.body.contains("Both sides have signed these criteria."));
}

#[tokio::test]
async fn criteria_that_moved_since_they_were_shown_are_not_signed() {
    let (memory, client) = unsigned();
    let path = "/bets/auto-close/sign";
    let form = client.form(path, "lev").await;
    let file = "bets/auto-close.toml";
    memory.put(file, &memory.text(file).replace("at_least = 0.65", "at_least = 0.3"), "Tomas");
    let answer = client.post(path, &form).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("at least 0.3"), "{}", answer.body);
    assert_eq!(memory.commits().len(), 2);
    let (status, answer) = client
        .json(path, &json!({ "person": "lev", "gate": "graduate", "digest": "b3:00000000" }))
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(answer["error"].as_str().is_some_and(|why| why.contains("not those that you saw")));
}

#[tokio::test]
async fn no_form_signs_or_vouches_for_somebody_else() {
    let (memory, client) = unsigned();
    let edit = "/bets/auto-close/edit";
    let mut form = client.form(edit, "tomas").await;
    for (key, value) in [("rd", "lev"), ("product", "tomas"), ("on", "2026-11-20")] {
        set(&mut form, &format!("set:gate.graduate.signed.{key}"), value);
    }
    let digest = bet(&memory, "auto-close").graduation().expect("it has one").digest.clone();
    set(&mut form, "set:gate.graduate.signed.digest", &digest);
    let answer = client.post(edit, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("Signatures are not typed"), "{}", answer.body);

    let mut form = client.form(edit, "tomas").await;
    set(&mut form, "set:gate.graduate.criteria[4].by", "lev");
    let answer = client.post(edit, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("can vouch for"), "{}", answer.body);

    let text = "/files/bets/auto-close.toml/text";
    let mut form = client.form(text, "tomas").await;
    let signed = format!(
        "signed = {{ product = \"tomas\", rd = \"lev\", on = 2026-11-20, digest = \"{digest}\" }}"
    );
    let there = value(&form, "text").expect("it has a text");
    set(&mut form, "text", &format!("{there}{signed}\n"));
    let answer = client.post(text, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert_eq!(memory.commits().len(), 1);
}

#[tokio::test]
async fn a_person_vouches_with_a_link_once() {
    let (memory, client) = demo();
    let path = "/bets/auto-close/attest";
    let mut form = client.form(path, "lev").await;
    set(&mut form, "attest", "graduate: support team trained");
    set(&mut form, "link", "https://example.com/training\"<script>");
    set(&mut form, "on", "2027-11-26");
    assert_eq!(client.post(path, &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    set(&mut form, "on", "2026-11-20");
    let answer = client.post(path, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let text = memory.text("bets/auto-close.toml");
    let line =
        text.lines().find(|line| line.contains("support team trained")).expect("it is there");
    assert!(line.contains(r#"by = "lev""#) && line.contains("on = 2026-11-20"), "{line}");
    assert_eq!(client.post(path, &form).await.status, StatusCode::CONFLICT);
    assert_eq!(
        memory.commits()[0].message,
        "Vouch for `graduate: support team trained` of `auto-close`"
    );
    let page = client.get(path).await;
    assert!(!page.body.contains("<script>"));
}

#[tokio::test]
async fn to_kill_takes_both_sides_and_leaves_a_note() {
    let (memory, client) = demo();
    let path = "/bets/auto-close/decide";
    let mut form = client.form(path, "tomas").await;
    set(&mut form, "decision", "kill");
    let answer = client.post(path, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("takes both sides"), "{}", answer.body);
    assert!(!answer.body.contains("--as"), "that is for the command line");

    set(&mut form, "by", "lev");
    set(&mut form, "because", "Too many were closed wrongly.\r\n\r\nNothing is left to try.");
    let answer = client.post(path, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(bet(&memory, "auto-close").stage.value, Stage::Killed);
    let commit = &memory.commits()[0];
    assert_eq!(commit.message, "Decide kill on `auto-close`");
    assert_eq!(commit.paths, ["notes/decision-2026-11-26-auto-close.md", "bets/auto-close.toml"]);
    let note = memory.text("notes/decision-2026-11-26-auto-close.md");
    assert!(
        note.contains(r#"by = ["tomas", "lev"]"#)
            && note.ends_with("\n\nNothing is left to try.\n"),
        "{note}"
    );
    // The page of before, sent again.
    assert_eq!(client.post(path, &form).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_the_stage_does_not_allow_is_told_with_what_is_lacking() {
    let (memory, client) = demo();
    for bet in parse(&memory.files()).roadmap.bets {
        let path = format!("/bets/{}/decide", bet.id.value);
        let page = client.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        if bet.stage.value == Stage::Framed || bet.stage.value == Stage::Discovery {
            assert!(page.body.contains("only a pilot ships"), "{path}: {}", page.body);
        }
    }
    let mut form = client.form("/bets/auto-close/decide", "tomas").await;
    set(&mut form, "decision", "advance");
    let answer = client.post("/bets/auto-close/decide", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("only <code>ship</code> takes a pilot live"), "{}", answer.body);
    assert_eq!(memory.commits(), []);
}

#[tokio::test]
async fn a_decision_rests_on_what_was_seen() {
    let (memory, client) = demo();
    let path = "/bets/auto-close/decide";
    let mut form = client.form(path, "tomas").await;
    set(&mut form, "decision", "continue");
    let file = "bets/auto-close.toml";
    memory.put(file, &memory.text(file).replace("at_least = 0.65", "at_least = 0.3"), "Lev");
    let answer = client.post(path, &form).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
    assert_eq!(memory.commits().len(), 1);
}

#[tokio::test]
async fn without_people_the_author_whom_git_knows_edits_and_signs_for_nobody() {
    let bet = "id = \"x\"\ntitle = \"Old\"\nhorizon = \"h1\"\nstage = \"proposed\"\n\n[gate.graduate]\n\
               criteria = [{ metric = \"acceptance\", at_least = 0.5, role = \"goal\" }]\n";
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let memory = Memory::new(vec![file("roadmap.toml", "edition = 1\n"), file("bets/x.toml", bet)]);
    let client = Client::new(memory.clone());
    let edit = "/bets/x/edit";
    let mut form = crate::client::sent(&client.get(edit).await.body);
    set(&mut form, "set:title", "New");
    let answer = client.post(edit, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("git knows no author"), "{}", answer.body);

    memory.is_of("bo");
    let page = client.get(edit).await.body;
    assert!(page.contains("<p class=\"viewer\">bo <span>local</span></p>"), "{page}");
    let answer = client.post(edit, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(memory.commits()[0].author, "bo");
    for (path, fields) in [
        ("/bets/x/sign", [("gate", "graduate"), ("digest", "b3:00000000")]),
        ("/bets/x/decide", [("decision", "continue"), ("because", "so")]),
        ("/bets/x/attest", [("attest", "graduate: x"), ("link", "https://example.com")]),
    ] {
        let mut form = crate::client::sent(&client.get(path).await.body);
        for (name, value) in fields {
            set(&mut form, name, value);
        }
        let answer = client.post(path, &form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}: {}", answer.body);
    }
    // As soon as somebody can be chosen, they are.
    memory.put(
        "roadmap.toml",
        "edition = 1\n[people]\nana = { name = \"Ana\", side = \"product\" }\n",
        "bo",
    );
    set(&mut form, "set:title", "Newer");
    set(&mut form, "was:title", "\"New\"");
    let answer = client.post(edit, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("choose a person"), "{}", answer.body);
    assert_eq!(memory.commits().len(), 2);
}
