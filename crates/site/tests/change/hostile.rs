//! Input of the hostile kind: it is refused, or it is text and nothing else.

use axum::http::StatusCode;
use trueup_roadmap::parse;

use crate::client::{Client, set, value};
use crate::memory::Memory;

const SCRIPT: &str = "\"'></textarea></code><script>alert(1)</script>`\\u{0}";

fn demo() -> (Memory, Client) {
    let memory = Memory::demo();
    (memory.clone(), Client::new(memory))
}

#[tokio::test]
async fn scripts_in_any_text_field_stay_text() {
    let (memory, client) = demo();
    for file in memory.files() {
        let path = format!("/files/{}/edit", file.path);
        let mut form = client.form(&path, "tomas").await;
        let texts: Vec<String> = form
            .iter()
            .filter_map(|(name, _)| name.strip_prefix("set:").map(str::to_owned))
            .filter(|path| {
                value(&form, &format!("was:{path}")).is_some_and(|was| was.starts_with('"'))
            })
            .collect();
        for field in &texts {
            set(&mut form, &format!("set:{field}"), &format!("{SCRIPT}{field}"));
        }
        let answer = client.post(&path, &form).await;
        assert!(!answer.body.contains("<script>alert"), "{path}");
        set(&mut form, "check", "1");
        let answer = client.post(&path, &form).await;
        assert!(!answer.body.contains("<script>alert"), "{path}");
        assert_eq!(
            answer.body.matches("</textarea>").count(),
            answer.body.matches("<textarea").count()
        );
    }
    for (path, fields) in [
        ("/new/step", vec!["set:title", "set:problem.who", "set:serves", "set:<b>", "go", "step"]),
        ("/notes/new", vec!["title", "body", "about", "kind", "by", "account"]),
        ("/bets/auto-close/sign", vec!["gate", "digest"]),
        ("/bets/auto-close/decide", vec!["decision", "by", "because", "on", "verdict", "seen"]),
        ("/bets/auto-close/attest", vec!["attest", "link", "on"]),
    ] {
        let page = if path == "/new/step" { "/new" } else { path };
        let mut form = client.form(page, "tomas").await;
        for field in fields {
            set(&mut form, field, SCRIPT);
        }
        let answer = client.post(path, &form).await;
        assert!(!answer.body.contains("<script>alert"), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn quotes_and_lines_in_a_value_or_key_do_not_leave_it() {
    let (memory, client) = demo();
    let edit = "/bets/auto-close/edit";
    let mut form = client.form(edit, "tomas").await;
    let title = "x\"\nstage = \"live\"\n[gate.other]\n\"";
    set(&mut form, "set:title", title);
    set(&mut form, "set:risk[0].what", "a\"]\r\n[[risk]]\r\nwhat = \"b");
    let answer = client.post(edit, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let roadmap = parse(&memory.files()).roadmap;
    let bet = roadmap.bet("auto-close").expect("it is there");
    assert_eq!(bet.stage.value.name(), "pilot");
    assert_eq!((bet.gates.len(), bet.risks.len()), (1, 1));
    assert_eq!(memory.commits()[0].message.lines().count(), 1);

    for key in ["scope.\"a\nb\" = 1\nx", "title\" = 1 #", "a]\n[x", "", "[[x]]", "x = 1\ny"] {
        let mut form = client.form(edit, "tomas").await;
        set(&mut form, "any:path", key);
        set(&mut form, "any:value", "1\nstage = \"live\"");
        let answer = client.post(edit, &form).await;
        let refused = answer.status == StatusCode::UNPROCESSABLE_ENTITY || key.is_empty();
        assert!(refused, "{key}: {}", answer.status);
    }
    let mut form = client.form("/files/roadmap.toml/edit", "tomas").await;
    set(&mut form, "name:people[new]", "eve\"]\n[policy");
    set(&mut form, "set:people[new].name", "Eve");
    set(&mut form, "set:people[new].side", "rd");
    let answer = client.post("/files/roadmap.toml/edit", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert_eq!(memory.commits().len(), 1);
}

#[tokio::test]
async fn no_path_leads_out_of_the_roadmap() {
    let (memory, client) = demo();
    for path in [
        "/files/..%2F..%2Fetc%2Fpasswd/edit",
        "/files/bets/..%2Froadmap.toml/edit",
        "/files/bets/%2e%2e/edit",
        "/files/notes/new.md/edit",
        "/files/.git/config/text",
        "/files/bets/auto-close.toml%00/edit",
        "/files/C:%5Cx/auto-close.toml/text",
        "/bets/..%2F..%2Fx/edit",
        "/bets/nobody/sign",
        "/bets/nobody/decide",
        "/bets/nobody/attest",
        "/definitions/acceptance/edit",
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.body);
    }
    let mut form = client.form("/notes/new", "tomas").await;
    set(&mut form, "title", "../../../etc/cron.d/x");
    let answer = client.post("/notes/new", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(memory.commits()[0].paths, ["notes/etc-cron-d-x.md"]);
    let mut form = client.form("/new", "tomas").await;
    set(&mut form, "set:title", "x");
    set(&mut form, "set:horizon", "h3");
    set(&mut form, "set:id", "../../x");
    let answer = client.post("/new", &form).await;
    let paths: Vec<String> = memory.commits().into_iter().flat_map(|commit| commit.paths).collect();
    assert!(paths.iter().all(|path| !path.contains("..")), "{paths:?} {}", answer.status);
}

#[tokio::test]
async fn large_bodies_and_forged_forms_are_refused() {
    let (memory, client) = demo();
    let mut form = client.form("/bets/auto-close/edit", "tomas").await;
    set(&mut form, "set:title", &"x".repeat(10 << 20));
    assert_eq!(
        client.post("/bets/auto-close/edit", &form).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    for path in ["edit", "sign", "decide", "attest", "check"] {
        let page = if path == "check" { "edit" } else { path };
        let mut form = client.form(&format!("/bets/auto-close/{page}"), "tomas").await;
        set(&mut form, "token", "forged");
        let answer = client.post(&format!("/bets/auto-close/{path}"), &form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(memory.commits(), []);
}
