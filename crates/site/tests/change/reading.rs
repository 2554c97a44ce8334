//! What readers find: every page as HTML and as JSON, links that lead somewhere, and names that are mistyped.

use std::collections::BTreeSet;

use axum::http::StatusCode;

use crate::client::Client;
use crate::memory::Memory;

fn demo() -> Client {
    Client::new(Memory::demo())
}

const PAGES: [&str; 12] = [
    "/capabilities",
    "/workflows",
    "/economics",
    "/oversight",
    "/definitions",
    "/definitions?of=used",
    "/definitions/acceptance",
    "/review",
    "/diagnostics",
    "/diagnostics/P02",
    "/search",
    "/search?q=acceptance&kind=bet",
];

#[tokio::test]
async fn every_page_is_html_for_people_and_json_for_programs() {
    let client = demo();
    for path in PAGES {
        let page = client.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        assert!(page.body.contains("<h1>") && page.body.len() < 100_000, "{path}");
        let (status, data) = client.data(path).await;
        assert!(status == StatusCode::OK && data.is_object(), "{path}: {data}");
    }
}

#[tokio::test]
async fn every_link_of_these_pages_leads_to_a_page() {
    let client = demo();
    let mut links = BTreeSet::new();
    for path in PAGES {
        links.extend(hrefs(&client.get(path).await.body));
    }
    for bet in client.data("/oversight").await.1["bets"].as_array().expect("bets") {
        links.insert(format!("/oversight/{}", bet["bet"].as_str().expect("an id")));
    }
    assert!(links.len() > 100, "{links:?}");
    for link in links {
        let status = client.get(&link).await.status;
        assert!(status == StatusCode::OK, "{link}: {status}");
    }
}

/// The links within the site, without the place on their page.
fn hrefs(html: &str) -> impl Iterator<Item = String> {
    let values = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let within = values.filter(|link| link.starts_with('/'));
    within.map(|link| link.split('#').next().unwrap_or(link).replace("&#38;", "&"))
}

#[tokio::test]
async fn a_mistyped_name_is_not_found_and_the_nearest_is_said() {
    let client = demo();
    for (path, near) in [
        ("/definitions/acceptence", "acceptance"),
        ("/diagnostics/P0", "No code"),
        ("/diagnostics/moved-goalpost", "moved-goalposts"),
        ("/oversight/auto-clos", "auto-close"),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains(near), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn one_of_many_on_a_page_is_shown_at_its_place() {
    let client = demo();
    for page in ["capabilities", "workflows"] {
        let answer = client.get(&format!("/{page}/a%20b")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.location, Some(format!("/{page}#at-a%20b")));
    }
}

#[tokio::test]
async fn odd_questions_have_an_answer() {
    let client = demo();
    for path in [
        "/review?since=yesterday",
        "/review?since=2020-01-01",
        "/review?since=9999-12-31",
        "/diagnostics?severity=worst&code=%3Cscript%3E&from=-1",
        "/diagnostics?from=18446744073709551615",
        "/definitions?of=%00",
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E&kind=nothing",
        "/search?q=%F0%9F%92%A5%20%C4%B0",
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        assert!(!answer.body.contains("<script>alert"), "{path}");
    }
}

#[tokio::test]
async fn spending_is_added_up_over_the_days_that_the_address_names() {
    let client = demo();
    for (query, days, from) in [
        ("", 30, "2026-10-28"),
        ("?days=", 30, "2026-10-28"),
        ("?days=7", 7, "2026-11-20"),
        ("?days=90", 90, "2026-08-29"),
    ] {
        let (status, page) = client.data(&format!("/economics{query}")).await;
        assert_eq!((status, &page["days"]), (StatusCode::OK, &days.into()), "{query}");
        assert_eq!(page["spending"]["from"], from, "{query}");
    }
    let refused = client.get("/economics?days=%3Cscript%3Ealert(1)").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("is 7, 30 or 90, not"), "{}", refused.body);
    assert!(!refused.body.contains("<script>alert"), "{}", refused.body);
    let (_, described) = client.data("/openapi.json").await;
    let asked = &described["paths"]["/economics"]["get"]["parameters"];
    assert!(asked.to_string().contains("\"days\""), "{asked}");
}
