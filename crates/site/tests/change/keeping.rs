//! A page is made once as long as nothing changes on which it rests.

use axum::http::StatusCode;

use crate::client::Client;
use crate::memory::Memory;

#[tokio::test]
async fn a_page_is_made_once_for_what_it_rests_on() {
    let memory = Memory::demo();
    let client = Client::new(memory.clone());
    let first = client.get("/review?since=2026-11-01").await;
    assert_eq!((first.status, memory.asked()), (StatusCode::OK, 1));
    assert_eq!(client.get("/review?since=2026-11-01").await.body, first.body);
    assert_eq!(memory.asked(), 1, "the same page");
    client.data("/review?since=2026-11-01").await;
    client.data("/review?since=2026-11-01").await;
    assert_eq!(memory.asked(), 2, "the same as JSON");
    client.get("/review?since=2026-11-02").await;
    assert_eq!(memory.asked(), 3, "another address");
    let file = "bets/auto-close.toml";
    let text = memory.text(file);
    memory.put(file, &text.replace("Auto-close", "Close of itself"), "tomas");
    client.get("/review?since=2026-11-01").await;
    assert_eq!(memory.asked(), 4, "the roadmap has changed");
    memory.put(file, &text, "tomas");
    client.get("/review?since=2026-11-01").await;
    assert_eq!(memory.asked(), 5, "and again, though to what it was");
}

#[tokio::test]
async fn what_could_not_be_read_is_asked_again() {
    let memory = Memory::demo();
    let client = Client::new(memory.clone());
    for times in 1..=3 {
        let page = client.get("/bets/auto-close/why/acceptance").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("no evidence in memory"), "{}", page.body);
        assert_eq!(memory.asked(), times);
    }
}

#[tokio::test]
async fn whoever_asks_for_headers_alone_leaves_the_page_whole() {
    let client = Client::new(Memory::demo());
    let headers = client.head("/board").await;
    assert_eq!((headers.status, headers.body.len()), (StatusCode::OK, 0));
    let page = client.get("/board").await;
    assert!(page.body.contains("<h1>"), "{}", page.body);
    assert_eq!(client.head("/board").await.body.len(), 0);
    assert_eq!(client.get("/board").await.body, page.body);
}
