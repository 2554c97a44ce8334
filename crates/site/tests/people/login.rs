//! Logging in: what is believed, what is not, and what a session is good for.

use jiff::{Timestamp, ToSpan};
use reqwest::StatusCode;

use crate::browser::{Browser, Served, again, with_clock, with_login};
use crate::provider::{Fault, Provider};

const TOMAS: &str = "tomas@harbour.example";

async fn site() -> (Provider, Served) {
    let provider = Provider::start().await;
    let served = with_login(&provider, "").await;
    (provider, served)
}

#[tokio::test]
async fn somebody_logs_in_and_gets_where_they_were_going() {
    let (provider, served) = site().await;
    let mut browser = Browser::new(&served);
    let sent = browser.get("/bets/auto-close?x=1").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert_eq!(sent.location(), "/login?to=%2Fbets%2Fauto-close%3Fx%3D1");

    let back =
        browser.log_in(&provider, "Tomas@Harbour.Example", "%2Fbets%2Fauto-close%3Fx%3D1").await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, "/bets/auto-close?x=1"));
    let cookie = back.headers["set-cookie"].to_str().expect("it is plain").to_owned();
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/"), "{cookie}");
    assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), ["trueup"]);

    let page = browser.get("/board").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Tomás Riedl") && page.body.contains("product"), "{}", page.body);
    assert_eq!(served.deeds(), ["tomas@harbour.example: signed-in"]);
}

#[tokio::test]
async fn nothing_is_believed_that_the_provider_did_not_sign_for_this_login() {
    let (provider, served) = site().await;
    let faults = [
        Fault::Nonce,
        Fault::Audience,
        Fault::Issuer,
        Fault::Expired,
        Fault::Signature,
        Fault::Unsigned,
        Fault::OtherKey,
        Fault::Unverified,
        Fault::NoEmail,
        Fault::AccessToken,
        Fault::OtherSubject,
        Fault::UnverifiedApart,
    ];
    for fault in faults {
        provider.does(fault);
        let mut browser = Browser::new(&served);
        let answer = browser.log_in(&provider, TOMAS, "/board").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{fault:?}: {}", answer.body);
        assert!(!browser.cookies.contains_key("trueup"), "{fault:?}");
        assert_eq!(browser.get("/board").await.status, StatusCode::SEE_OTHER, "{fault:?}");
    }
    assert_eq!(served.deeds(), vec!["nobody known: sign-in-refused"; faults.len()]);
    provider.does(Fault::None);
    let mut browser = Browser::new(&served);
    assert_eq!(browser.log_in(&provider, TOMAS, "/board").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_the_token_does_not_name_the_provider_is_asked_about() {
    let (provider, served) = site().await;
    let mut browser = Browser::new(&served);
    browser.log_in(&provider, TOMAS, "/board").await;
    assert_eq!(provider.asked_about(), 0, "the token said all");
    for (asked, fault) in [(1, Fault::Apart), (2, Fault::HalfApart)] {
        provider.does(fault);
        let mut browser = Browser::new(&served);
        let answer = browser.log_in(&provider, TOMAS, "/board").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{fault:?}: {}", answer.body);
        assert!(browser.get("/board").await.body.contains("Tomás Riedl"), "{fault:?}");
        assert_eq!(provider.asked_about(), asked, "{fault:?}");
    }
    // What the token denies is not asked for elsewhere.
    provider.does(Fault::Unverified);
    Browser::new(&served).log_in(&provider, TOMAS, "/board").await;
    assert_eq!(provider.asked_about(), 2);
    provider.does(Fault::NoAnswer);
    let answer = Browser::new(&served).log_in(&provider, TOMAS, "/board").await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{}", answer.body);
    provider.does(Fault::NoPlace);
    let fresh = with_login(&provider, "").await;
    let answer = Browser::new(&fresh).log_in(&provider, TOMAS, "/board").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
    assert!(answer.body.contains("has not verified an e-mail"), "{}", answer.body);
}

#[tokio::test]
async fn a_token_is_as_old_as_it_is_by_the_clock_of_the_site() {
    let provider = Provider::start().await;
    let later = with_clock(&provider, || Timestamp::now() + 1.hour()).await;
    let answer = Browser::new(&later).log_in(&provider, TOMAS, "/board").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
    provider.does(Fault::Expired);
    let earlier = with_clock(&provider, || Timestamp::now() - 1.hour()).await;
    let answer = Browser::new(&earlier).log_in(&provider, TOMAS, "/board").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

#[tokio::test]
async fn a_login_ends_once_and_in_the_browser_that_began_it() {
    let (provider, served) = site().await;
    let mut browser = Browser::new(&served);
    provider.is(TOMAS);

    // The same state and code again.
    let back = browser.way_back("/board").await;
    assert_eq!(browser.get(&back).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get(&back).await.status, StatusCode::FORBIDDEN);
    // The code of an earlier login under the state of a new one.
    let code =
        back.split(['?', '&']).find(|part| part.starts_with("code=")).expect("it has a code");
    let next = browser.way_back("/board").await;
    let mixed =
        next.split(['?', '&']).map(|part| if part.starts_with("code=") { code } else { part });
    let mixed = mixed.collect::<Vec<_>>().join("&").replacen('&', "?", 1);
    assert_eq!(browser.get(&mixed).await.status, StatusCode::FORBIDDEN);
    // A login that somebody else began.
    let theirs = Browser::new(&served).way_back("/board").await;
    let mut victim = Browser::new(&served);
    assert_eq!(victim.get(&theirs).await.status, StatusCode::FORBIDDEN);
    assert!(victim.cookies.is_empty());
    // What the provider refuses, another provider's answer, and nothing at all.
    let asked = browser.way_back("/board").await;
    let state =
        asked.split(['?', '&']).find(|part| part.starts_with("state=")).expect("it has a state");
    let refused = browser.get(&format!("/login/back?{state}&error=%3Cscript%3E")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!refused.body.contains("<script>"), "{}", refused.body);
    let asked = browser.way_back("/board").await;
    let iss = asked.find("iss=").expect("it names the provider");
    let other = format!("{}iss=https%3A%2F%2Fevil.example", &asked[..iss]);
    assert_eq!(browser.get(&other).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get("/login/back").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_provider_with_a_new_key_is_believed_and_one_that_is_broken_is_named() {
    let (provider, served) = site().await;
    let mut browser = Browser::new(&served);
    assert_eq!(browser.log_in(&provider, TOMAS, "/board").await.status, StatusCode::SEE_OTHER);
    provider.turns_its_key();
    assert_eq!(browser.log_in(&provider, TOMAS, "/board").await.status, StatusCode::SEE_OTHER);
    provider.does(Fault::Huge);
    let fresh = with_login(&provider, "").await;
    let answer = Browser::new(&fresh).get("/login").await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{}", answer.body);
    assert!(answer.body.contains("larger than 1 MiB"), "{}", answer.body);
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let (provider, served) = site().await;
    for to in [
        "https://evil.example",
        "//evil.example",
        "/%5Cevil.example",
        "%2F%2Fevil.example",
        "/%0D%0Aset-cookie:x=y",
        "javascript:alert(1)",
        "",
    ] {
        let mut browser = Browser::new(&served);
        let back = browser.log_in(&provider, TOMAS, to).await;
        assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, "/board"), "{to}");
    }
}

#[tokio::test]
async fn a_session_that_was_slipped_in_is_not_the_one_that_logs_in() {
    let (provider, served) = site().await;
    let mut attacker = Browser::new(&served);
    attacker.log_in(&provider, "nobody@elsewhere.example", "/board").await;
    let fixed = attacker.cookies["trueup"].clone();

    let mut victim = Browser::new(&served);
    victim.cookies.insert("trueup".to_owned(), fixed.clone());
    victim.log_in(&provider, "admin@example.com", "/board").await;
    assert_ne!(victim.cookies["trueup"], fixed);
    // What was slipped in is over as well.
    assert_eq!(attacker.get("/board").await.status, StatusCode::SEE_OTHER);
    // And a value of one's own choice opens nothing.
    attacker.cookies.insert("trueup".to_owned(), "A".repeat(43));
    assert_eq!(attacker.get("/board").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_outlives_a_restart_and_ends_with_the_logout() {
    let (provider, served) = site().await;
    let mut browser = Browser::new(&served);
    browser.log_in(&provider, TOMAS, "/board").await;
    let served = again(&served, &provider, "").await;
    browser.url.clone_from(&served.url);
    assert_eq!(browser.get("/board").await.status, StatusCode::OK);

    let kept = browser.cookies.clone();
    // Another site cannot log somebody out.
    assert_eq!(browser.post_as_it_is("/logout", &[], &[]).await.status, StatusCode::FORBIDDEN);
    let out = browser.post("/logout", &[]).await;
    assert_eq!((out.status, out.location()), (StatusCode::SEE_OTHER, "/logout"), "{}", out.body);
    assert!(browser.cookies.is_empty());
    let gone = browser.get("/logout").await;
    assert!(gone.status == StatusCode::OK && gone.body.contains("You are logged out"));
    browser.cookies = kept;
    assert_eq!(browser.get("/board").await.status, StatusCode::SEE_OTHER, "the cookie is over");
}

#[tokio::test]
async fn whoever_logs_out_may_do_so_at_the_provider_too_where_it_names_a_place_for_that() {
    let label = "Log out at the provider too";
    for (place, link) in [
        ("https://id.example/end?a=1", Some("https://id.example/end?a=1&#38;client_id=trueup")),
        ("http://127.0.0.1:9/end", Some("http://127.0.0.1:9/end?client_id=trueup")),
        ("http://id.example/end", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("/end", None),
        ("", None),
    ] {
        let provider = Provider::start().await;
        provider.does(Fault::Leaving(place));
        let served = with_login(&provider, "").await;
        let mut browser = Browser::new(&served);
        // Whatever it names, people log in.
        let back = browser.log_in(&provider, TOMAS, "/board").await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{place}: {}", back.body);
        browser.post("/logout", &[]).await;
        let gone = browser.get("/logout").await;
        assert_eq!(gone.status, StatusCode::OK);
        assert!(gone.body.contains("<code>127.0.0.1</code> may still let in"), "{}", gone.body);
        let Some(link) = link else {
            assert!(!gone.body.contains(label), "{place}: {}", gone.body);
            assert!(place.is_empty() || !gone.body.contains(place), "{place}: {}", gone.body);
            continue;
        };
        let back: String =
            form_urlencoded::byte_serialize(format!("{}/logout", served.url).as_bytes()).collect();
        let link = format!("href=\"{link}&#38;post_logout_redirect_uri={back}\">{label}</a>");
        assert!(gone.body.contains(&link), "{link}: {}", gone.body);
    }
}

#[tokio::test]
async fn who_logs_out_of_a_provider_without_such_a_place_or_that_is_down_is_told_of_its_session() {
    let (provider, served) = site().await;
    for fault in [Fault::Huge, Fault::None] {
        provider.does(fault);
        let gone = Browser::new(&served).get("/logout").await;
        assert_eq!(gone.status, StatusCode::OK, "{fault:?}: {}", gone.body);
        assert!(gone.body.contains("may still let in"), "{fault:?}: {}", gone.body);
        assert!(!gone.body.contains("at the provider too"), "{fault:?}: {}", gone.body);
    }
    // It counts as an attempt to log in only where the provider has to be asked.
    for _ in 0..40 {
        assert_eq!(Browser::new(&served).get("/logout").await.status, StatusCode::OK);
    }
    let fresh = with_login(&provider, "").await;
    provider.does(Fault::Huge);
    let mut asked = 0;
    while Browser::new(&fresh).get("/logout").await.status == StatusCode::OK {
        asked += 1;
        assert!(asked < 40, "nobody is ever told to wait");
    }
    assert!(asked >= 30, "{asked}");
}

#[tokio::test]
async fn domains_and_lists_keep_others_out() {
    let provider = Provider::start().await;
    let served = with_login(&provider, "domains = [\"harbour.example\"]\n").await;
    for (email, status) in [
        (TOMAS, StatusCode::SEE_OTHER),
        ("new@harbour.example", StatusCode::SEE_OTHER),
        ("admin@example.com", StatusCode::SEE_OTHER),
        ("tomas@harbour.example.evil.example", StatusCode::FORBIDDEN),
    ] {
        let answer = Browser::new(&served).log_in(&provider, email, "/board").await;
        assert_eq!(answer.status, status, "{email}");
    }
    let served = with_login(&provider, "viewers = \"listed\"\n").await;
    for (email, status) in
        [(TOMAS, StatusCode::SEE_OTHER), ("new@harbour.example", StatusCode::FORBIDDEN)]
    {
        let answer = Browser::new(&served).log_in(&provider, email, "/board").await;
        assert_eq!(answer.status, status, "{email}");
    }
}

#[tokio::test]
async fn whoever_tries_too_often_waits() {
    let (_, served) = site().await;
    let mut browser = Browser::new(&served);
    let mut last = StatusCode::OK;
    for _ in 0..40 {
        let answer = browser.get("/login/back?state=guess").await;
        last = answer.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.headers.contains_key("retry-after"));
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}
