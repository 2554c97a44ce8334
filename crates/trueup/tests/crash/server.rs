//! The real program on a store, which is killed again and again.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::world::Request;

/// An answer that takes longer is taken for a server that hangs.
const PATIENCE: Duration = Duration::from_mins(1);
const SIGKILL: i32 = 9;
const SIGABRT: i32 = 6;

/// Where the store and the log of a test are.
pub struct Place {
    pub folder: PathBuf,
}

/// A running server.
pub struct Server {
    child: Child,
    pub address: String,
    /// At a named point.
    pub is_to_die: bool,
}

/// How a request ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is stored, says the server.
    Stored,
    /// Not now; `true` if it said when to come again.
    Later(bool),
}

impl Place {
    pub fn store(&self) -> PathBuf {
        self.folder.join("store")
    }

    fn log(&self) -> File {
        let path = self.folder.join("log");
        OpenOptions::new().create(true).append(true).open(path).expect("a log can be written")
    }

    /// What the servers of this place said.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn command(&self, arguments: &[&str], crash_at: Option<&str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trueup"));
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        command.arg("--store").arg(self.store());
        command
            .env_remove("TRUEUP_STORE")
            .env_remove("TRUEUP_ROADMAP")
            .env_remove("TRUEUP_CRASH_AT");
        if let Some(point) = crash_at {
            command.env("TRUEUP_CRASH_AT", point);
        }
        command
    }

    /// Starts a server that dies at a named point, if one is given; `None` if that was on its way up.
    pub fn serve(&self, crash_at: Option<&str>) -> Option<Server> {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"], crash_at);
        command.stdout(Stdio::piped()).stderr(self.log());
        let mut child = command.spawn().expect("the built binary runs");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| address(&line));
        // What it says later must find a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let Some(address) = address else {
            let status = child.wait().expect("it can be waited for");
            assert!(crash_at.is_some(), "the server did not start ({status}):\n{}", self.said());
            self.check_death(status);
            return None;
        };
        Some(Server { child, address, is_to_die: crash_at.is_some() })
    }

    /// Runs another command of the program on the store.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments, None).output().expect("the built binary runs")
    }

    /// Runs a command that must be good.
    pub fn runs(&self, arguments: &[&str]) -> Output {
        let ran = self.run(arguments);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(
            ran.status.success(),
            "{arguments:?} failed: {said}\nthe server said:\n{}",
            self.said()
        );
        ran
    }

    /// Runs a command that dies at a point; false if it did not come by.
    pub fn dies(&self, arguments: &[&str], point: &str) -> bool {
        let ran = self.command(arguments, Some(point)).output().expect("the built binary runs");
        let said = String::from_utf8_lossy(&ran.stderr);
        if ran.status.signal().is_none() {
            assert!(ran.status.success(), "{arguments:?} failed: {said}");
        }
        ran.status.signal() == Some(SIGABRT)
    }

    /// Makes everything in the store three hours older: what is due by then is due at once.
    pub fn let_time_pass(&self) {
        let then = SystemTime::now() - Duration::from_hours(3);
        let mut folders = vec![self.store()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            for entry in entries.map(|entry| entry.expect("a folder can be listed")) {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    let file = File::options().write(true).open(entry.path());
                    let older = file.and_then(|file| file.set_modified(then));
                    older.expect("a file's time can be set");
                }
            }
        }
    }

    /// Only a signal that we meant ends a server.
    pub fn check_death(&self, status: ExitStatus) {
        let signal = status.signal();
        assert!(
            matches!(signal, Some(SIGKILL | SIGABRT)),
            "the server ended by itself ({status}):\n{}",
            self.said()
        );
    }
}

impl Server {
    /// Ends it as the power company would, and waits until it is gone.
    pub fn kill(mut self) -> ExitStatus {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it can be waited for")
    }

    pub fn connect(&self) -> io::Result<Connection> {
        Connection::to(&self.address)
    }
}

/// A test that fails leaves no server behind.
impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that is kept alive.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub fn to(address: &str) -> io::Result<Connection> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Connection { stream: BufReader::new(stream) })
    }

    /// Sends a request; an error is a connection that broke before the whole answer was there.
    pub fn send(&mut self, request: &Request) -> io::Result<Answer> {
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: test\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
            request.path,
            request.kind,
            request.body.len()
        );
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes())?;
        stream.write_all(request.body.as_bytes())?;
        let (status, come_again, body) = self.answer()?;
        match status {
            200 => {
                assert!(takes_all(&body), "{body}\nto {}", request.body);
                Ok(Answer::Stored)
            }
            429 | 503 => Ok(Answer::Later(come_again)),
            _ => panic!("{} answered {status}: {body}\nto {}", request.path, request.body),
        }
    }

    fn answer(&mut self) -> io::Result<(u16, bool, String)> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(first.clone()))?;
        let (mut length, mut come_again) = (0, false);
        loop {
            let header = self.line()?.to_ascii_lowercase();
            match header.split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse().expect("a length"),
                Some(("retry-after", _)) => come_again = true,
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, come_again, String::from_utf8_lossy(&body).into_owned()))
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

/// Returns when a server is gone, or if it is not for long.
pub fn wait_for_end(address: &str) {
    let Ok(mut stream) = TcpStream::connect(address) else { return };
    let set = stream.set_read_timeout(Some(Duration::from_secs(30)));
    set.expect("there may be such a wait");
    // Nothing is asked, so nothing comes but the end.
    let _ = stream.read(&mut [0]);
}

/// True if it was killed, and did not die by itself.
pub fn is_killed(status: ExitStatus) -> bool {
    status.signal() == Some(SIGKILL)
}

/// True if an answer names nothing that was refused.
fn takes_all(body: &str) -> bool {
    let said: Value = serde_json::from_str(body).expect("answers are JSON");
    said["partialSuccess"].is_null() && said["rejected"].as_array().is_none_or(Vec::is_empty)
}

/// The address in a line such as `listening on http://127.0.0.1:4318`.
fn address(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("http://")?;
    let end = rest.find(|letter: char| !(letter.is_ascii_digit() || ".:".contains(letter)));
    Some(rest[..end.unwrap_or(rest.len())].to_owned())
}

/// A folder's path as an argument.
pub fn words(path: &Path) -> &str {
    path.to_str().expect("the folder's name is text")
}
