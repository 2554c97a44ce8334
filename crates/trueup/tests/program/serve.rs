//! `trueup serve` as an operator meets it: started, sent to, stopped, and started again.

mod interactions;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use jiff::Timestamp;
use serde_json::Value;
use trueup_lake::{Attribution, Lake, block_on};

use crate::run::{Place, shared};

/// A running server of the built binary.
struct Server {
    process: Child,
    /// What it printed of itself, without the words before.
    http: String,
    grpc: String,
}

impl Server {
    fn start(place: &Place, variables: &[(&str, &str)], arguments: &[&str]) -> Server {
        let mut process = Command::new(env!("CARGO_BIN_EXE_trueup"))
            .args(["serve", "--store", "store", "--listen", "127.0.0.1:0"])
            .args(["--otlp-grpc", "127.0.0.1:0"])
            .args(arguments)
            .current_dir(place.path())
            .env_remove("TRUEUP_API_KEY")
            .env_remove("TRUEUP_SECRET")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the built binary runs");
        let mut out = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut line = |start: &str| {
            let mut line = String::new();
            out.read_line(&mut line).expect("it is UTF-8");
            let rest = line.strip_prefix(start);
            rest.unwrap_or_else(|| panic!("`{line}` does not begin with `{start}`"))
                .trim()
                .to_owned()
        };
        let (http, grpc) = (line("listening on http://"), line("otlp grpc on "));
        Server { process, http, grpc }
    }

    /// Posts on a connection of its own; the status and the body of the answer.
    fn post(&self, path: &str, kind: &str, headers: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-type: {kind}\r\n\
             content-length: {length}\r\n{headers}\r\n"
        );
        let mut socket = TcpStream::connect(&self.http).expect("it listens");
        socket.write_all(&[head.as_bytes(), body].concat()).expect("it reads");
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).expect("it answers");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head ends");
        let status = String::from_utf8_lossy(&answer[9..12]).parse().expect("a status");
        (status, answer.split_off(end + 4))
    }

    fn events(&self, body: &str) -> (u16, Value) {
        let (status, body) = self.post("/v1/events", "application/x-ndjson", "", body.as_bytes());
        (status, serde_json::from_slice(&body).expect("the answer is JSON"))
    }

    /// Asks it to stop as an init system does; the exit code.
    fn stop(mut self) -> Option<i32> {
        let id = self.process.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(killed.success());
        self.process.wait().expect("it ends").code()
    }
}

/// What the store holds, in the tables and before them.
fn counted(place: &Place) -> Attribution {
    let lake = Lake::open(&place.path().join("store")).expect("it is a store");
    block_on(lake.attribution(Timestamp::now())).expect("it can be counted")
}

fn rows(place: &Place, table: &str) -> u64 {
    counted(place).rows.get(table).copied().unwrap_or(0)
}

const EVENTS: &str = "\
{\"type\":\"interaction\",\"id\":\"a\",\"bet\":\"b\",\"unit\":\"jane\"}
{\"type\":\"action\",\"interaction\":\"a\",\"seq\":1,\"kind\":\"accept\"}
{\"type\":\"score\",\"id\":\"s\",\"target\":\"a\",\"name\":\"csat\",\"value\":0.8}
";

#[test]
fn what_was_acknowledged_is_there_after_a_stop_and_the_same_again_changes_nothing() {
    let place = Place::new();
    for _ in 0..2 {
        let server = Server::start(&place, &[], &[]);
        let (status, said) = server.events(EVENTS);
        assert_eq!((status, &said["accepted"]), (200, &Value::from(3)), "{said}");
        assert_eq!(server.stop(), Some(0));
        for table in ["interactions", "actions", "scores"] {
            assert_eq!(rows(&place, table), 1, "{table}");
        }
    }
    assert!(counted(&place).orphans.values().all(|count| *count == 0));
}

#[test]
fn requests_of_real_clients_are_stored_once_however_often_they_are_sent() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("fixtures/otlp/captured/genai-both-gzip");
    let mut bodies: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("fixtures can be listed")
        .map(|entry| entry.expect("fixtures can be listed").path())
        .filter(|path| path.to_string_lossy().ends_with(".wire.gz"))
        .collect();
    bodies.sort();
    assert!(bodies.len() >= 5, "{bodies:?}");
    let place = Place::new();
    let mut counts = Vec::new();
    for order in [false, true] {
        let server = Server::start(&place, &[], &[]);
        for path in &bodies {
            let name = path.file_name().expect("a file has a name").to_string_lossy();
            let signal = name.split(['-', '.']).nth(1).expect("it names its signal");
            let body = std::fs::read(path).expect("it can be read");
            let path = format!("/v1/{signal}");
            let gzip = "content-encoding: gzip\r\n";
            let (status, _) = server.post(&path, "application/x-protobuf", gzip, &body);
            assert_eq!(status, 200, "{name}");
        }
        assert_eq!(server.stop(), Some(0));
        counts.push(counted(&place));
        if order {
            bodies.reverse();
        }
    }
    // A workflow and its eight calls; a thumb that names the first answer by its id.
    assert_eq!(counts[0].rows["interactions"], 9);
    assert_eq!(counts[0].rows["scores"], 1);
    assert_eq!(counts[0].orphans.get("scores").copied().unwrap_or(0), 0);
    assert_eq!(counts[0], counts[1]);
}

#[test]
fn the_secret_is_made_once_and_for_its_owner_alone() {
    let place = Place::new();
    let file = place.path().join("store/secret.key");
    Server::start(&place, &[], &[]).stop();
    let first = std::fs::read(&file).expect("it was made");
    assert_eq!(first.len(), 64);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    Server::start(&place, &[], &[]).stop();
    assert_eq!(std::fs::read(&file).expect("it stays"), first);
}

#[test]
fn an_address_that_others_reach_takes_a_key() {
    let place = Place::new();
    let open = ["serve", "--store", "store", "--listen", "0.0.0.0:0"];
    let ran = place.run_with(&[("TRUEUP_API_KEY", "")], &open);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("TRUEUP_API_KEY"), "{}", ran.err);
    let ran = place.run_with(&[("TRUEUP_API_KEY", "short")], &open);
    assert_eq!((ran.code, ran.err.contains("at least 16")), (2, true), "{}", ran.err);
    let key = "a-key-of-enough-length";
    let server = Server::start(&place, &[("TRUEUP_API_KEY", key)], &[]);
    assert_eq!(server.events("").0, 401);
    let bearer = format!("authorization: Bearer {key}\r\n");
    let (status, _) = server.post("/v1/events", "application/json", &bearer, EVENTS.as_bytes());
    assert_eq!(status, 200);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn what_keeps_it_from_starting_is_said() {
    let place = Place::new();
    let ran = place.run(&["serve"]);
    assert!(ran.code == 2 && ran.err.contains("--store"), "{}", ran.err);
    let server = Server::start(&place, &[], &[]);
    let ran = place.run(&["serve", "--store", "other", "--listen", &server.grpc]);
    assert!(ran.code == 2 && ran.err.contains(&server.grpc), "{}", ran.err);
    server.stop();
}
