//! The pages as somebody meets them who starts the program: on a server, and as a folder.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::run::Place;

const ROADMAP: &str = "edition = 1\n[people]\nana = { name = \"Ana\", side = \"product\", email = \"ana@example.com\" }\n";
const BET: &str =
    "id = \"reply\"\ntitle = \"Replies <b>\"\nhorizon = \"h1\"\nstage = \"proposed\"\n";

/// A server of the built binary, which ends with the test.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(place: &Place, arguments: &[&str]) -> Server {
        let mut process = Command::new(env!("CARGO_BIN_EXE_trueup"))
            .args(arguments)
            .current_dir(place.path())
            .env_remove("TRUEUP_API_KEY")
            .env_remove("TRUEUP_STORE")
            .env_remove("TRUEUP_STATE")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the built binary runs");
        let mut line = String::new();
        let out = process.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("it is UTF-8");
        let address = line.strip_prefix("listening on http://").expect("it says where it listens");
        Server { process, address: address.trim().to_owned() }
    }

    /// The head and the body of an answer, on a connection of its own.
    fn get(&self, path: &str, accept: &str) -> (String, String) {
        let host = &self.address;
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\naccept: {accept}\r\n\r\n"
        );
        let mut socket = TcpStream::connect(host).expect("it listens");
        socket.write_all(head.as_bytes()).expect("it reads");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("it answers in UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head ends");
        (head.to_lowercase(), body.to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let id = self.process.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.process.wait();
    }
}

fn place() -> Place {
    let place = Place::new();
    place.write("roadmap/roadmap.toml", ROADMAP);
    place.write("roadmap/bets/reply.toml", BET);
    place
}

#[test]
fn one_port_serves_pages_to_browsers_and_the_rest_to_programs() {
    let place = place();
    let server = Server::start(&place, &["serve", "roadmap", "--listen", "127.0.0.1:0"]);
    let (head, body) = server.get("/board", "text/html");
    assert!(head.starts_with("http/1.1 200") && head.contains("content-security-policy"), "{head}");
    assert!(body.contains("Replies &#60;b&#62;") || body.contains("Replies &lt;b&gt;"), "{body}");
    let (head, body) = server.get("/board", "application/json");
    assert!(head.contains("application/json") && body.contains("Replies <b>"), "{body}");
    let (head, body) = server.get("/nothing", "text/html");
    assert!(head.starts_with("http/1.1 404") && body.contains("<h1>"), "{head}{body}");
    let (head, body) = server.get("/nothing", "*/*");
    assert!(head.starts_with("http/1.1 404") && body.contains("\"error\""), "{head}{body}");
    assert!(server.get("/health", "*/*").1.contains("\"ok\""));
    assert!(server.get("/metrics", "text/html").1.contains("trueup_"));
    let (_, described) = server.get("/openapi.json", "*/*");
    let described: serde_json::Value = serde_json::from_str(&described).expect("it is JSON");
    assert_eq!(described["openapi"], "3.1.0");
    assert!(described["paths"]["/bets/{id}"]["get"].is_object());
    assert!(place.path().join("roadmap/.trueup/state").is_dir(), "state lies beside the store");
}

#[test]
fn roles_are_apart() {
    let place = place();
    let pages = ["serve", "roadmap", "--listen", "127.0.0.1:0", "--role", "pages"];
    let server = Server::start(&place, &pages);
    assert!(server.get("/board", "text/html").0.starts_with("http/1.1 200"));
    assert!(server.get("/health", "*/*").0.starts_with("http/1.1 200"));
    assert!(server.get("/v1/traces", "*/*").0.starts_with("http/1.1 404"));
    let receiver = ["serve", "roadmap", "--listen", "127.0.0.1:0", "--role", "receiver"];
    let server = Server::start(&place, &receiver);
    assert!(server.get("/board", "text/html").0.starts_with("http/1.1 404"));
    assert!(server.get("/v1/traces", "*/*").0.starts_with("http/1.1 405"));
}

#[test]
fn nobody_is_let_in_from_elsewhere_without_a_login() {
    let place = place();
    let ran = place.run(&["serve", "roadmap", "--listen", "0.0.0.0:0"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--access") && ran.err.contains("--role receiver"), "{}", ran.err);
    let ran = place.run(&["demo", "d", "--serve", "--listen", "0.0.0.0:0"]);
    assert!(ran.code == 2 && ran.err.contains("127.0.0.1"), "{}", ran.err);
}

#[test]
fn a_key_is_shown_once_and_listed_until_it_is_revoked() {
    let place = place();
    let key = |arguments: &[&str]| {
        let all = [&["key"], arguments, &["--roadmap", "roadmap"]].concat();
        place.run(&all)
    };
    let made = key(&["create", "planner", "--scope", "write", "--as", "ana"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.starts_with("tru_"), "{}", made.out);
    let listed = key(&["list"]).out;
    assert!(listed.contains("planner  write as `ana`") && !listed.contains(made.out.trim()));
    assert!(key(&["create", "x", "--scope", "write", "--as", "bo"]).err.contains("there are: ana"));
    assert!(key(&["revoke", "planner"]).out.contains("opens nothing"));
    assert!(key(&["list"]).out.contains("revoked"));
    assert!(place.path().join("roadmap/.trueup/.gitignore").is_file(), "git does not see it");
}

#[test]
fn the_log_says_who_made_and_revoked_a_key_here() {
    let place = place();
    let key = |variables: &[(&str, &str)], arguments: &[&str]| {
        let ran =
            place.run_with(variables, &[&["key"], arguments, &["--roadmap", "roadmap"]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out
    };
    let made = key(&[], &["create", "planner", "--scope", "read"]);
    let git = Command::new("git").args(["init", "--quiet"]).current_dir(place.path()).status();
    assert!(git.expect("git runs").success());
    let author = [("GIT_AUTHOR_NAME", "Ana Product"), ("GIT_AUTHOR_EMAIL", "ana@example.com")];
    key(&author, &["revoke", "planner"]);
    let log = std::fs::read_to_string(place.path().join("roadmap/.trueup/state/audit.jsonl"));
    let log = log.expect("it is written");
    assert!(!log.contains(made.trim()), "no key stands in it");
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert_eq!(
        (&lines[0]["event"], &lines[0]["who"]),
        (&"key-made".into(), &"command line".into())
    );
    assert!(
        lines[0]["what"].as_str().is_some_and(|what| what.ends_with("(planner): read")),
        "{log}"
    );
    assert_eq!(lines[1]["event"], "key-revoked");
    assert_eq!(lines[1]["who"], "command line (Ana Product)");
    assert_eq!(lines[1]["before"].as_str().map(str::len), Some(64), "it follows the first");
}

#[test]
fn the_folder_is_written_again_and_nobody_elses_is_touched() {
    let place = place();
    let report = ["report", "--html", "public", "--roadmap", "roadmap"];
    assert!(place.good(&report).contains("public/index.html"));
    let is_there = |path: &str| place.path().join(path).is_file();
    assert!(is_there("public/index.html") && is_there("public/bets/reply.html"));
    std::fs::remove_file(place.path().join("roadmap/bets/reply.toml")).expect("it is there");
    place.good(&report);
    assert!(is_there("public/index.html") && !is_there("public/bets/reply.html"));
    place.write("mine/notes.txt", "mine");
    let ran = place.run(&["report", "--html", "mine", "--roadmap", "roadmap"]);
    assert!(ran.code == 2 && ran.err.contains("empty folder"), "{}", ran.err);
    assert!(is_there("mine/notes.txt"));
}
