//! `POST /v1/events`: JSON that speaks our own words. One event a line, or an array of them; a wrong line
//! is named, and those beside it go in.

mod field;
mod line;
mod track;

use jiff::Timestamp;
use serde_json::Value as Json;
use trueup_evidence::event::Event;

use crate::rules::Rules;

/// What came of a body.
#[derive(Debug, Default, PartialEq)]
pub struct Read {
    pub events: Vec<Event>,
    pub errors: Vec<LineError>,
}

/// What is wrong with one line, or with one element of an array; both count from 1.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LineError {
    pub line: usize,
    pub message: String,
}

/// Reads a body. Of a line with anything wrong nothing is taken, and everything wrong is told.
#[must_use]
pub fn read(rules: &Rules, body: &[u8], received: Timestamp) -> Read {
    let mut read = Read::default();
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
    for (number, value) in values(body) {
        match value.and_then(|value| line::event(rules, value, received)) {
            Ok(event) => read.events.push(event),
            Err(messages) => read
                .errors
                .extend(messages.into_iter().map(|message| LineError { line: number, message })),
        }
    }
    read
}

type Numbered = (usize, Result<Json, Vec<String>>);

/// The events of a body with their numbers.
fn values(body: &[u8]) -> Vec<Numbered> {
    if body.first() == Some(&b'[') {
        return elements(body);
    }
    // One event over several lines is no mistake that a person should have to see.
    if body.first() == Some(&b'{')
        && let Ok(one) = serde_json::from_slice(body)
    {
        return vec![(1, Ok(one))];
    }
    let lines = body.split(|byte| *byte == b'\n').enumerate();
    let lines = lines.map(|(place, line)| (place + 1, line.trim_ascii()));
    lines
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| (number, parsed(line)))
        .collect()
}

fn elements(body: &[u8]) -> Vec<Numbered> {
    match serde_json::from_slice::<Vec<Json>>(body) {
        Ok(list) => {
            list.into_iter().enumerate().map(|(place, value)| (place + 1, Ok(value))).collect()
        }
        Err(error) => vec![(error.line(), Err(vec![not_json(&error)]))],
    }
}

fn parsed(line: &[u8]) -> Result<Json, Vec<String>> {
    serde_json::from_slice(line).map_err(|error| vec![not_json(&error)])
}

fn not_json(error: &serde_json::Error) -> String {
    format!("this is no JSON ({error}): write one event a line, or an array of events")
}
