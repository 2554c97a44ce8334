//! At this machine nobody logs in, and no page of elsewhere reaches it.

use reqwest::StatusCode;

use crate::browser::{Browser, local};

const EDIT: &str = "/bets/auto-close/edit";
const FIELD: &str = "gate.graduate.criteria[0].at_least";

#[tokio::test]
async fn whoever_sits_here_edits_in_the_name_that_they_choose() {
    let served = local().await;
    let mut browser = Browser::new(&served);
    assert_eq!(browser.get("/access").await.status, StatusCode::OK);
    let (was, set) = (format!("was:{FIELD}"), format!("set:{FIELD}"));
    let fields =
        |person: &'static str| [(was.as_str(), "0.65"), (set.as_str(), "0.7"), ("person", person)];
    for nobody in ["", "nobody"] {
        let answer = browser.post(EDIT, &fields(nobody)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{nobody}");
    }
    let answer = browser.post(EDIT, &fields("jonas")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(served.memory.commits()[0].author, "Jonas Weil");
    assert_eq!(served.deeds(), ["this machine as jonas: changed"]);
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn a_page_of_elsewhere_does_not_reach_this_machine() {
    let served = local().await;
    let mut browser = Browser::new(&served);
    let token = browser.token().await;
    let (was, set) = (format!("was:{FIELD}"), format!("set:{FIELD}"));
    let fields =
        [(was.as_str(), "0.65"), (set.as_str(), "0.7"), ("person", "jonas"), ("token", &token)];
    // A name that was turned to this machine.
    for host in ["evil.example", "127.0.0.1.evil.example", "evil.example:4318", "192.168.1.7"] {
        let answer = browser.post_as_it_is(EDIT, &fields, &[("host", host)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{host}");
        let client = reqwest::Client::builder().no_proxy().build().expect("it needs nothing");
        let looked = client.get(format!("{}/board", served.url)).header("host", host);
        let looked = looked.send().await.expect("it answers");
        assert_eq!(looked.status(), StatusCode::FORBIDDEN, "{host}");
    }
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "http://localhost:1"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let answer = browser.post_as_it_is(EDIT, &fields, &[(name, value)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    let forged = [&fields[..3], &[("token", "forged")]].concat();
    assert_eq!(browser.post_as_it_is(EDIT, &forged, &[]).await.status, StatusCode::FORBIDDEN);
    assert!(served.memory.commits().is_empty());
}
