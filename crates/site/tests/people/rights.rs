//! What each may do, and what another site cannot make them do.

use reqwest::StatusCode;

use crate::browser::{Browser, Served, with_login};
use crate::provider::Provider;

const EDIT: &str = "/bets/auto-close/edit";
const FIELD: &str = "gate.graduate.criteria[0].at_least";

async fn as_somebody(email: &str) -> (Served, Browser) {
    let provider = Provider::start().await;
    let served = with_login(&provider, "").await;
    let mut browser = Browser::new(&served);
    browser.log_in(&provider, email, "/board").await;
    (served, browser)
}

/// Fields of a change, as the form of the bet sends them.
fn change() -> [(String, String); 2] {
    [(format!("was:{FIELD}"), "0.65".to_owned()), (format!("set:{FIELD}"), "0.7".to_owned())]
}

fn named(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[tokio::test]
async fn somebody_of_the_roadmap_edits_in_their_own_name_whatever_they_send() {
    let (served, mut browser) = as_somebody("tomas@harbour.example").await;
    let change = change();
    let mut fields = named(&change);
    fields.push(("person", "jonas"));
    let answer = browser.post(EDIT, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let commits = served.memory.commits();
    assert_eq!(commits.len(), 1);
    assert_eq!(commits[0].author, "Tomás Riedl");
    let audit = served.audit();
    let last = audit.last().expect("it was written down");
    assert_eq!(last["event"], "changed");
    assert_eq!(last["who"], "tomas@harbour.example");
    assert_eq!(last["what"], "bets/auto-close.toml");
    assert_eq!(last["from"], "127.0.0.1");
    assert_eq!(last["commit"].as_str().map(str::len), Some(40));
}

#[tokio::test]
async fn nobody_is_given_the_page_that_was_made_for_somebody_else() {
    let provider = Provider::start().await;
    let served = with_login(&provider, "").await;
    let (mut tomas, mut guest) = (Browser::new(&served), Browser::new(&served));
    tomas.log_in(&provider, "tomas@harbour.example", "/board").await;
    guest.log_in(&provider, "guest@elsewhere.example", "/board").await;
    let page = tomas.get("/bets/auto-close").await.body;
    let token = tomas.token().await;
    assert!(page.contains(EDIT) && page.contains(&token), "{page}");
    for _ in 0..2 {
        let page = guest.get("/bets/auto-close").await.body;
        assert!(!page.contains(EDIT) && !page.contains(&token), "{page}");
    }
}

#[tokio::test]
async fn a_viewer_looks_and_changes_nothing() {
    let (served, mut browser) = as_somebody("guest@elsewhere.example").await;
    assert_eq!(browser.get("/board").await.status, StatusCode::OK);
    let form = browser.get(EDIT).await;
    assert_eq!(form.status, StatusCode::FORBIDDEN);
    assert!(form.body.contains("You are here as viewer"), "{}", form.body);
    for path in [EDIT, "/bets/auto-close/check"] {
        let answer = browser.post(path, &named(&change())).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in ["/access", "/access/audit", "/access/audit?verify=yes"] {
        assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let key = [("name", "mine"), ("scope", "admin"), ("days", "9")];
    assert_eq!(browser.post("/access/keys", &key).await.status, StatusCode::FORBIDDEN);
    assert!(served.memory.commits().is_empty());
    let refused = "guest@elsewhere.example: refused".to_owned();
    assert_eq!(served.deeds().iter().filter(|deed| **deed == refused).count(), 3);
}

#[tokio::test]
async fn who_is_not_logged_in_changes_nothing() {
    let provider = Provider::start().await;
    let served = with_login(&provider, "").await;
    let mut browser = Browser::new(&served);
    for path in [EDIT, "/access/keys", "/logout"] {
        let answer = browser.post_as_it_is(path, &named(&change()), &[]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(!answer.body.contains("auto-close"), "{}", answer.body);
    }
    assert!(served.memory.commits().is_empty());
}

#[tokio::test]
async fn another_site_makes_nobody_do_anything() {
    let (served, mut browser) = as_somebody("tomas@harbour.example").await;
    let token = browser.token().await;
    assert!(!token.is_empty());
    let change = change();
    let with = |token: &'static str| [&[("token", token)], named(&change).as_slice()].concat();
    // Forged, another's, and none.
    for forged in ["x", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let answer = browser.post_as_it_is(EDIT, &with(forged), &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{forged}");
    }
    let json = format!("{{\"set:{FIELD}\": 0.9, \"was:{FIELD}\": \"0.65\"}}");
    let answer = browser.post_body(EDIT, json, &[("content-type", "application/json")]).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    // The right token from a page of elsewhere.
    let fields = [&[("token", token.as_str())], named(&change).as_slice()].concat();
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let answer = browser.post_as_it_is(EDIT, &fields, &[(name, value)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert!(served.memory.commits().is_empty());
    let origin = browser.url.clone();
    let own = [("origin", origin.as_str()), ("sec-fetch-site", "same-origin")];
    assert_eq!(browser.post_as_it_is(EDIT, &fields, &own).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_token_of_another_session_is_none_of_ours() {
    let provider = Provider::start().await;
    let served = with_login(&provider, "").await;
    let (mut one, mut other) = (Browser::new(&served), Browser::new(&served));
    one.log_in(&provider, "tomas@harbour.example", "/board").await;
    other.log_in(&provider, "jonas@harbour.example", "/board").await;
    let token = one.token().await;
    let change = change();
    let fields = [&[("token", token.as_str())], named(&change).as_slice()].concat();
    assert_eq!(other.post_as_it_is(EDIT, &fields, &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn nobody_signs_for_the_other_side() {
    let (served, mut browser) = as_somebody("tomas@harbour.example").await;
    let file = "bets/auto-close.toml";
    let text = served.memory.text(file);
    let unsigned = text.split_inclusive('\n').filter(|line| !line.starts_with("signed = "));
    served.memory.put(file, &unsigned.collect::<String>(), "Tomás Riedl");
    let gate = || {
        let roadmap = trueup_roadmap::parse(&served.memory.files()).roadmap;
        roadmap.bet("auto-close").expect("it is there").graduation().expect("it has one").clone()
    };
    let digest = gate().digest;
    // All that could name somebody else, beside what makes a signature whole.
    let others: &[(&str, &str)] =
        &[("person", "jonas"), ("by", "jonas"), ("as", "jonas"), ("rd", "jonas"), ("side", "rd")];
    let sign = [&[("gate", "graduate"), ("digest", digest.as_str())], others].concat();
    let answer = browser.post("/bets/auto-close/sign", &sign).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let signature = gate().signature.expect("Tomás signed");
    assert_eq!(signature.product.map(|by| by.value).as_deref(), Some("tomas"));
    assert_eq!(signature.rd.map(|by| by.value), None);
    assert_eq!(served.memory.commits()[1].author, "Tomás Riedl");
    let answer = browser.post("/bets/auto-close/sign", &sign).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
    // Nor by the form of the bet.
    let typed = [("set:gate.graduate.signed.rd", "jonas")];
    let answer = browser.post(EDIT, &typed).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains("Signatures are not typed"), "{}", answer.body);
    assert_eq!(gate().signature.and_then(|signature| signature.rd), None);
    assert_eq!(served.memory.commits().len(), 2);
}

#[tokio::test]
async fn a_large_body_is_refused_and_answered() {
    let (served, mut browser) = as_somebody("tomas@harbour.example").await;
    let body = format!("token={}&text={}", browser.token().await, "x".repeat(10 << 20));
    let answer = browser.post_body(EDIT, body, &[]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("1 MiB"), "{}", answer.body);
    let kind = [("content-type", "text/plain")];
    let answer = browser.post_body(EDIT, "{}".to_owned(), &kind).await;
    assert!(answer.status.is_client_error());
    assert!(served.memory.commits().is_empty());
}

#[tokio::test]
async fn tricks_with_paths_lead_nowhere() {
    let (served, mut browser) = as_somebody("tomas@harbour.example").await;
    for path in [
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/%2e%2e/Cargo.toml",
        "/bets/..%2f..%2froadmap.toml",
        "/bets/%00",
        "/files/..%2f..%2fetc/passwd/edit",
        "/access/keys/..%2f..%2fx",
        "/notes/..%5c..%5cx",
    ] {
        let status = browser.get(path).await.status;
        assert!(status.is_client_error(), "{path}: {status}");
    }
    let change = change();
    let fields = named(&change).into_iter().chain([("path", "../../evil")]).collect::<Vec<_>>();
    // The same fields are saved where they belong, so nothing but the path keeps them out.
    for path in [
        "/files/..%2f..%2fevil.toml/edit",
        "/files/..%2fbets%2fauto-close.toml/edit",
        "/files/bets/..%2fbets%2fauto-close.toml/edit",
        "/files/bets/%2e%2fauto-close.toml/edit",
        "/files/bets/auto-close.toml%00/edit",
    ] {
        let answer = browser.post(path, &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.body);
        assert!(served.memory.commits().is_empty(), "{path}");
    }
    let answer = browser.post("/files/bets/auto-close.toml/edit", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(served.memory.commits()[0].paths, ["bets/auto-close.toml"]);
}

#[tokio::test]
async fn an_admin_sees_people_ends_sessions_and_reads_the_log() {
    let provider = Provider::start().await;
    let served = with_login(&provider, "").await;
    let (mut admin, mut tomas) = (Browser::new(&served), Browser::new(&served));
    tomas.log_in(&provider, "tomas@harbour.example", "/board").await;
    admin.log_in(&provider, "admin@example.com", "/access").await;
    let page = admin.get("/access").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for shown in ["Tomás Riedl", "tomas@harbour.example", "admin@example.com", "(this browser)"] {
        assert!(page.body.contains(shown), "{shown}");
    }
    assert!(!page.body.contains(&tomas.cookies["trueup"]));
    let ends: Vec<&str> = page.body.split("/access/sessions/").skip(1).collect();
    assert_eq!(ends.len(), 2);
    let theirs =
        ends.iter().find(|end| end.contains("the session of tomas")).expect("they are logged in");
    let id = theirs.split('/').next().expect("it has an id");
    let ended = admin.post(&format!("/access/sessions/{id}/end"), &[]).await;
    assert_eq!(
        (ended.status, ended.location()),
        (StatusCode::SEE_OTHER, "/access"),
        "{}",
        ended.body
    );
    assert_eq!(tomas.get("/board").await.status, StatusCode::SEE_OTHER);
    assert_eq!(admin.get("/board").await.status, StatusCode::OK);

    let log = admin.get("/access/audit?verify=yes").await;
    assert!(log.body.contains("The chain holds over 3 lines"), "{}", log.body);
    let path = served.state.path().join("audit.jsonl");
    let text = std::fs::read_to_string(&path).expect("it is there").replacen("tomas", "jonas", 1);
    std::fs::write(&path, text).expect("the folder is ours");
    let log = admin.get("/access/audit?verify=yes").await;
    assert!(log.body.contains("The chain is broken: line 2"), "{}", log.body);
}
