//! One connection that is kept alive: sends a request, reads its answer, counts.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::body::{Body, Numbers, SPANS};

/// How many requests later the judgements on a request's spans are sent.
const LATER: usize = 8;
/// Longest wait for an answer; the connection gives up then, and the request counts as refused.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where requests go.
pub struct Target {
    pub address: String,
    pub path: String,
    /// Where judgements on what was sent go; none are sent without it.
    pub scores: Option<String>,
    pub headers: Vec<String>,
}

/// What was sent and answered.
#[derive(Default)]
pub struct Sent {
    spans: u64,
    scores: u64,
    /// Requests that were answered with 429 or 503, or not at all; their spans are not counted.
    refused: u64,
    milliseconds: Vec<f64>,
}

impl Target {
    pub fn new(address: &str) -> Target {
        Target {
            address: address.to_owned(),
            path: "/v1/traces".to_owned(),
            scores: None,
            headers: Vec::new(),
        }
    }
}

impl Sent {
    pub fn add(&mut self, other: Sent) {
        self.spans += other.spans;
        self.scores += other.scores;
        self.refused += other.refused;
        self.milliseconds.extend(other.milliseconds);
    }

    pub fn report(&mut self, elapsed: Duration) -> String {
        self.milliseconds.sort_by(f64::total_cmp);
        let answered = self.milliseconds.len();
        let share = |percent: usize| {
            self.milliseconds.get(answered * percent / 100).copied().unwrap_or_default()
        };
        format!(
            r#"{{"spans":{},"scores":{},"refused":{},"seconds":{:.3},"p50_ms":{:.1},"p99_ms":{:.1}}}"#,
            self.spans,
            self.scores,
            self.refused,
            elapsed.as_secs_f64(),
            share(50),
            share(99),
        )
    }
}

/// Sends until the time is over.
pub fn run(
    target: &Target,
    mut bodies: Vec<Body>,
    connection: u32,
    duration: Duration,
    pause: Option<Duration>,
) -> io::Result<Sent> {
    let stream = TcpStream::connect(&target.address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut link =
        Link { target, stream: BufReader::new(stream), sent: Sent::default(), given_up: false };
    let mut numbers = Numbers::new(connection);
    let mut judged = VecDeque::new();
    let begin = Instant::now();
    let mut next = begin + pause.unwrap_or_default() / 64 * (connection % 64);
    let count = bodies.len();
    for turn in connection as usize.. {
        if pause.is_some() {
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        if link.given_up || begin.elapsed() >= duration {
            break;
        }
        let body = &mut bodies[turn % count];
        body.renew(&mut numbers);
        if link.trace(&body.bytes)? && target.scores.is_some() {
            judged.push_back(body.third_of_ids());
        }
        if judged.len() > LATER {
            link.judge(&judged.pop_front().expect("there are more than none"))?;
        }
        next += pause.unwrap_or_default();
    }
    Ok(link.sent)
}

struct Link<'a> {
    target: &'a Target,
    stream: BufReader<TcpStream>,
    sent: Sent,
    /// No answer came.
    given_up: bool,
}

impl Link<'_> {
    /// Sends a request of spans; true if it was accepted.
    fn trace(&mut self, body: &[u8]) -> io::Result<bool> {
        let begin = Instant::now();
        let path = self.target.path.clone();
        let accepted = self.post(&path, "application/x-protobuf", body)?;
        if accepted {
            self.sent.milliseconds.push(begin.elapsed().as_secs_f64() * 1000.0);
            self.sent.spans += u64::from(SPANS);
        }
        Ok(accepted)
    }

    /// Says that people kept what they were shown.
    fn judge(&mut self, ids: &[String]) -> io::Result<()> {
        let mut lines = String::new();
        let now = Timestamp::now();
        for (index, id) in ids.iter().enumerate() {
            let kept = index % 4 != 0;
            let _ = writeln!(
                lines,
                r#"{{"type":"score","id":"s-{id}","target":"{id}","at":"{now}","name":"kept","value":{}}}"#,
                u8::from(kept),
            );
        }
        let path = self.target.scores.clone().expect("judgements have a path");
        if self.post(&path, "application/x-ndjson", lines.as_bytes())? {
            self.sent.scores += ids.len() as u64;
        }
        Ok(())
    }

    /// Posts a body and waits for the answer; false if the server asks to come again later.
    fn post(&mut self, path: &str, kind: &str, body: &[u8]) -> io::Result<bool> {
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n",
            self.target.address,
            body.len()
        );
        for header in &self.target.headers {
            let _ = write!(head, "{header}\r\n");
        }
        head.push_str("\r\n");
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let answer = match Answer::read(&mut self.stream) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.sent.refused += 1;
                self.given_up = true;
                return Ok(false);
            }
            answer => answer?,
        };
        match answer.status {
            200..=299 => Ok(true),
            429 | 503 => {
                self.sent.refused += 1;
                std::thread::sleep(answer.retry_after);
                Ok(false)
            }
            status => Err(io::Error::other(format!("{path} answered {status}: {}", answer.body))),
        }
    }
}

/// What a server answered.
struct Answer {
    status: u16,
    retry_after: Duration,
    body: String,
}

impl Answer {
    fn read(stream: &mut impl BufRead) -> io::Result<Answer> {
        let first = line(stream)?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("not HTTP: `{first}`")))?;
        let (mut length, mut seconds) = (0, 1);
        loop {
            let header = line(stream)?.to_ascii_lowercase();
            match header.split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse().unwrap_or(0),
                Some(("retry-after", value)) => seconds = value.trim().parse().unwrap_or(1),
                Some(("transfer-encoding", _)) => {
                    return Err(io::Error::other("answers in chunks, which is not read here"));
                }
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok(Answer { status, retry_after: Duration::from_secs(seconds), body })
    }
}

fn line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it closed the connection"));
    }
    Ok(line.trim_end().to_owned())
}
