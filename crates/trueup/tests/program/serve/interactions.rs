//! Interactions over HTTP, a moment after they came in.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::Server;
use crate::evidence;

const EVENTS: &str = "\
{\"type\":\"interaction\",\"id\":\"a/1\",\"bet\":\"drafts\",\"unit\":\"jane\",\"cost\":0.5,\"at\":\"2026-10-01T10:00:00Z\"}
{\"type\":\"action\",\"interaction\":\"a/1\",\"seq\":1,\"kind\":\"accept\",\"at\":\"2026-10-01T10:00:05Z\"}
{\"type\":\"interaction\",\"id\":\"b\",\"bet\":\"drafts\",\"unit\":\"bo\",\"at\":\"2026-10-02T10:00:00Z\"}
{\"type\":\"score\",\"id\":\"s\",\"target\":\"b\",\"name\":\"<script>alert(1)</script>\",\"value\":0.8}
";

fn get(server: &Server, path: &str, accept: &str) -> (u16, String) {
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: {accept}\r\n\r\n",
        server.http
    );
    let mut socket = TcpStream::connect(&server.http).expect("it listens");
    socket.write_all(head.as_bytes()).expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("it answers in UTF-8");
    let status = answer[9..12].parse().expect("a status");
    (status, answer.split_once("\r\n\r\n").expect("a head ends").1.to_owned())
}

fn json(server: &Server, path: &str) -> (u16, Value) {
    let (status, body) = get(server, path, "application/json");
    (status, serde_json::from_str(&body).unwrap_or_else(|why| panic!("{why}: {body}")))
}

fn ids(listing: &Value) -> Vec<&str> {
    let rows = listing["interactions"].as_array().expect("a list");
    rows.iter().filter_map(|row| row["id"].as_str()).collect()
}

#[test]
fn interactions_are_found_filtered_and_looked_into() {
    let place = evidence::place("");
    let server = Server::start(&place, &[], &["roadmap"]);
    let (status, said) = server.events(EVENTS);
    assert_eq!((status, &said["accepted"]), (200, &Value::from(4)), "{said}");

    let (status, all) = json(&server, "/interactions");
    assert_eq!((status, ids(&all)), (200, vec!["b", "a/1"]), "{all}");
    assert_eq!((&all["count"], &all["older"]), (&Value::from(2), &Value::Null));
    for (query, found) in [
        ("bet=drafts&outcome=accept", vec!["a/1"]),
        ("outcome=nothing", vec!["b"]),
        ("from=2026-10-02", vec!["b"]),
        ("cost=0.5", vec!["a/1"]),
        ("score=%3Cscript%3Ealert(1)%3C/script%3E", vec!["b"]),
        ("unit=x'+OR+'1'='1", vec![]),
        ("bet=x';+DROP+TABLE+interactions;--", vec![]),
        ("text=%00%25", vec![]),
    ] {
        let (status, listing) = json(&server, &format!("/interactions?{query}"));
        assert_eq!((status, ids(&listing)), (200, found), "{query}: {listing}");
    }
    for query in ["from=yesterday", "outcome=love", "below=0-0-0", "colour=red"] {
        let (status, listing) = json(&server, &format!("/interactions?{query}"));
        assert_eq!(
            (status, listing["problems"].as_array().map(Vec::len)),
            (400, Some(1)),
            "{query}"
        );
    }
    let (_, page) = get(&server, "/interactions", "text/html");
    assert!(page.contains("href=\"/interactions/a%2F1?day=2026-10-01\""), "{page}");
    assert!(!page.contains("<script>alert"), "{page}");

    let (status, one) = json(&server, "/interactions/a%2F1?day=2026-10-01");
    assert_eq!((status, &one["actions"][0]["kind"]), (200, &Value::from("accept")), "{one}");
    let (status, page) = get(&server, "/interactions/b", "text/html");
    assert!(status == 200 && page.contains("capture is off"), "{page}");
    assert!(!page.contains("<script>alert"), "{page}");
    for (path, expected) in [
        ("/interactions/nobody", 404),
        ("/interactions/..%2F..%2Fetc%2Fpasswd", 404),
        ("/interactions/%00%27%3B--", 404),
        ("/interactions/b?day=never", 400),
    ] {
        assert_eq!(get(&server, path, "application/json").0, expected, "{path}");
    }
    assert_eq!(server.stop(), Some(0));
}
