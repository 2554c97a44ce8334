//! Sends OTLP requests of 500 `GenAI` spans each over several connections, as fast as they are answered or
//! at a given pace, and prints what was acknowledged as JSON. No two spans are the same.
//!
//! `load ADDRESS CONNECTIONS SECONDS [path=/v1/traces] [pace=SPANS_PER_SECOND] [scores=/v1/events]
//! [header=NAME:VALUE]`. The requests are built beforehand and only their ids and times are replaced on
//! the way out, so that the sender takes little of the processor that it shares with the server.

mod body;
mod sender;

use std::time::{Duration, Instant};

use sender::{Sent, Target};

/// What to send, where, and how fast.
struct Load {
    target: Target,
    connections: u32,
    duration: Duration,
    /// Between two requests of one connection; none: as soon as the last is answered.
    pause: Option<Duration>,
}

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let load = read(&arguments)?;
    let begin = Instant::now();
    let mut sent = Sent::default();
    for part in send(&load)? {
        sent.add(part);
    }
    println!("{}", sent.report(begin.elapsed()));
    Ok(())
}

fn read(arguments: &[String]) -> Result<Load, String> {
    let [address, connections, seconds, options @ ..] = arguments else {
        return Err("needs an address, a number of connections and seconds".to_owned());
    };
    let connections: u32 = number(connections)?;
    let mut target = Target::new(address);
    let mut pause = None;
    for option in options {
        match option.split_once('=') {
            Some(("path", path)) => path.clone_into(&mut target.path),
            Some(("scores", path)) => target.scores = Some(path.to_owned()),
            Some(("header", header)) => target.headers.push(header.to_owned()),
            Some(("pace", pace)) => {
                let requests = number::<f64>(pace)? / f64::from(body::SPANS);
                pause = Some(Duration::from_secs_f64(f64::from(connections) / requests));
            }
            _ => return Err(format!("`{option}` is not path, scores, header or pace")),
        }
    }
    let duration = Duration::from_secs_f64(number(seconds)?);
    Ok(Load { target, connections, duration, pause })
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number"))
}

/// One thread for each connection.
fn send(load: &Load) -> Result<Vec<Sent>, String> {
    let bodies = body::build();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..load.connections)
            .map(|connection| {
                let bodies = bodies.clone();
                scope.spawn(move || {
                    sender::run(&load.target, bodies, connection, load.duration, load.pause)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a sender does not panic"))
            .collect::<Result<_, _>>()
            .map_err(|error| format!("{}: {error}", load.target.address))
    })
}
