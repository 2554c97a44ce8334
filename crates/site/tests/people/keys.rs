//! Programs with keys.

use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use trueup_site::people::Keys;
use trueup_site::people::key::{Scope, Wanted};

use crate::browser::{Browser, Served, with_login};
use crate::provider::Provider;

const EDIT: &str = "/bets/auto-close/edit";

fn key(served: &Served, scope: Scope, person: Option<&str>, hours: i64) -> (String, String) {
    let keys = Keys::open(served.state.path()).expect("it can be read");
    let made = Timestamp::now() - SignedDuration::from_hours(48);
    let wanted = Wanted {
        name: format!("a {} key", scope.word()),
        scopes: vec![scope],
        person: person.map(str::to_owned),
        expires: Some(made + SignedDuration::from_hours(48 + hours)),
        made_by: "a test".to_owned(),
    };
    let (key, text) = keys.create(wanted, made).expect("it makes sense");
    (key.id, text)
}

fn change(value: &str) -> String {
    let field = "gate.graduate.criteria[0].at_least";
    format!("{{\"was:{field}\": \"0.65\", \"set:{field}\": {value}}}")
}

#[tokio::test]
async fn a_key_is_good_for_what_it_was_made_for() {
    let provider = Provider::start().await;
    let served = with_login(&provider, "").await;
    let mut program = Browser::new(&served);
    let rows = [
        (Scope::Ingest, None, [403, 403, 403]),
        (Scope::Read, None, [200, 403, 403]),
        (Scope::Read, Some("tomas"), [200, 403, 403]),
        (Scope::Admin, Some("tomas"), [200, 403, 200]),
        (Scope::Write, Some("nobody"), [200, 403, 403]),
        (Scope::Write, Some("tomas"), [200, 200, 403]),
    ];
    for (scope, person, expected) in rows {
        let (_, text) = key(&served, scope, person, 1);
        let (mut got, mut said) = (Vec::new(), String::new());
        for (method, path, body) in [
            (Method::GET, "/board", String::new()),
            (Method::POST, EDIT, change("0.7")),
            (Method::GET, "/access", String::new()),
        ] {
            let answer = program.program(&text, method, path, &body).await;
            got.push(answer.status.as_u16());
            said += &answer.body;
        }
        assert_eq!(got, expected, "{scope:?} {person:?}: {said}");
    }
    let commits = served.memory.commits();
    assert_eq!((commits.len(), commits[0].author.as_str()), (1, "Tomás Riedl"));
    let audit = served.audit();
    let changed =
        audit.iter().find(|line| line["event"] == "changed").expect("it was written down");
    let who = changed["who"].as_str().expect("it is a text");
    assert!(who.starts_with("key ") && who.ends_with(" as tomas"), "{who}");
}

#[tokio::test]
async fn a_key_that_has_expired_or_was_revoked_or_is_none_opens_nothing() {
    let provider = Provider::start().await;
    let served = with_login(&provider, "").await;
    let mut program = Browser::new(&served);
    let (_, expired) = key(&served, Scope::Read, None, -1);
    let (id, revoked) = key(&served, Scope::Read, None, 1);
    assert_eq!(program.program(&revoked, Method::GET, "/board", "").await.status, StatusCode::OK);

    let mut admin = Browser::new(&served);
    admin.log_in(&provider, "admin@example.com", "/access").await;
    let answer = admin.post(&format!("/access/keys/{id}/revoke"), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    for text in [expired.as_str(), revoked.as_str(), "tru_x", "", "Basic x"] {
        let answer = program.program(text, Method::GET, "/board", "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{text}");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    let in_query = format!("/board?key={expired}&access_token={revoked}");
    assert_eq!(program.get(&in_query).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_admin_makes_a_key_that_is_shown_once() {
    let provider = Provider::start().await;
    let served = with_login(&provider, "").await;
    let mut admin = Browser::new(&served);
    admin.log_in(&provider, "admin@example.com", "/access").await;
    let fields = [
        ("name", "<b>ci</b>"),
        ("scope", "read"),
        ("scope", "write"),
        ("as", "tomas"),
        ("days", "30"),
    ];
    let made = admin.post("/access/keys", &fields).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.headers["cache-control"], "no-store");
    assert!(!made.body.contains("<b>ci"), "{}", made.body);
    let at = made.body.find("tru_").expect("it is shown");
    let text = made.body[at..at + 53].to_owned();
    let mut program = Browser::new(&served);
    assert_eq!(program.program(&text, Method::GET, "/board", "").await.status, StatusCode::OK);

    let page = admin.get("/access").await;
    assert!(page.body.contains("read, write") && !page.body.contains(&text));
    for file in ["keys.json", "audit.jsonl"] {
        let kept = std::fs::read_to_string(served.state.path().join(file)).expect("it is there");
        assert!(!kept.contains(&text[4..]), "{file}");
    }
    let id = Keys::open(served.state.path()).and_then(|keys| keys.list()).expect("it can be read");
    assert_eq!(
        served.deeds()[1..],
        [
            "admin@example.com: key-made".to_owned(),
            format!("key {} (<b>ci</b>): key-first-used", id[0].id),
        ]
    );
    for (fields, said) in [
        (vec![("name", "a"), ("scope", "write"), ("days", "30")], "needs a person"),
        (vec![("name", "a"), ("days", "30")], "Say what"),
        (vec![("name", "a"), ("scope", "root"), ("days", "30")], "is no scope"),
        (vec![("name", "a"), ("scope", "read"), ("days", "0")], "1 to 3,650 days"),
        (vec![("name", "a"), ("scope", "write"), ("as", "x"), ("days", "1")], "is nobody"),
    ] {
        let answer = admin.post("/access/keys", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(answer.body.contains(said), "{said}");
    }
}
