//! Values as people type them, and back.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::edit::{Kind, Value};

use super::shape::Shape;

/// What a field is filled in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// One line of text.
    Line,
    /// Text of several lines.
    Lines,
    Number,
    Date,
    /// One of these words.
    Choice(Vec<String>),
    /// Texts, one on each line.
    Texts,
    /// Numbers with commas between.
    Numbers,
    /// As TOML writes it.
    Toml,
}

/// A line is as long as this; what is longer gets more of them.
const LINE: usize = 70;

impl Input {
    /// For what stands there, or for what may stand there.
    pub(super) fn of(shape: &Shape, there: Option<&Value>) -> Input {
        let Some(value) = there else { return Input::for_new(shape) };
        match (value.kind(), shape) {
            (Kind::Text, Shape::Choice(words)) => Input::Choice(words.clone()),
            (Kind::Text, _) => {
                let text = value.as_text().unwrap_or_default();
                // A browser does not give these back as they are.
                if text.contains(|c: char| c.is_control() && c != '\n') || text != text.trim() {
                    return Input::Toml;
                }
                let is_long = text.contains('\n') || text.chars().count() > LINE;
                if is_long { Input::Lines } else { Input::Line }
            }
            (Kind::Number, _) => Input::Number,
            (Kind::Moment, Shape::Date) => Input::Date,
            (Kind::Flag, _) => Input::Choice(flags()),
            (Kind::List, _) => Input::of_list(value),
            (Kind::Moment | Kind::Table, _) => Input::Toml,
        }
    }

    fn of_list(list: &Value) -> Input {
        let items = list.items().unwrap_or_default();
        let one_line = |item: &Value| {
            item.as_text().is_some_and(|text| text == text.trim() && !text.is_empty())
                && !item.as_text().is_some_and(|text| text.contains(['\n', '\r']))
        };
        if items.iter().all(|item| item.kind() == Kind::Number) && !items.is_empty() {
            return Input::Numbers;
        }
        if items.iter().all(one_line) { Input::Texts } else { Input::Toml }
    }

    fn for_new(shape: &Shape) -> Input {
        match shape {
            Shape::Text => Input::Line,
            Shape::Number | Shape::Whole => Input::Number,
            Shape::Date => Input::Date,
            Shape::Flag => Input::Choice(flags()),
            Shape::Choice(words) => Input::Choice(words.clone()),
            Shape::Texts => Input::Texts,
            Shape::Numbers => Input::Numbers,
            Shape::Rows | Shape::Table | Shape::Named | Shape::Free => Input::Toml,
        }
    }

    /// A value as the input shows it.
    #[must_use]
    pub fn spoken(&self, value: &Value) -> String {
        match self {
            Input::Line | Input::Lines | Input::Choice(_) => {
                value.as_text().unwrap_or(value.written()).to_owned()
            }
            Input::Texts => joined(value, "\n"),
            Input::Numbers => joined(value, ", "),
            Input::Number | Input::Date | Input::Toml => value.written().to_owned(),
        }
    }

    /// What was typed as a value; `None` for nothing. The error says how to write it.
    pub fn read(&self, typed: &str) -> Result<Option<Value>, String> {
        let typed = typed.replace("\r\n", "\n");
        let trimmed = typed.trim();
        if trimmed.is_empty() {
            return Ok(None);
        }
        match self {
            Input::Choice(words) if *words == flags() => flag(trimmed),
            Input::Line | Input::Choice(_) => Ok(Value::from(trimmed)),
            Input::Lines => Ok(Value::from(typed.trim_end())),
            Input::Number => number(trimmed),
            Input::Date => date(trimmed),
            Input::Texts => {
                let lines = trimmed.lines().map(str::trim).filter(|line| !line.is_empty());
                Ok(lines.map(Value::from).collect())
            }
            Input::Numbers => {
                let parts = trimmed.split([',', '\n', ';']).map(str::trim);
                parts.filter(|part| !part.is_empty()).map(number).collect()
            }
            Input::Toml => Value::parse(trimmed).map_err(|error| error.to_string()),
        }
        .map(Some)
    }
}

fn joined(value: &Value, between: &str) -> String {
    let items = value.items().unwrap_or_default();
    let items = items.iter().map(|item| item.as_text().unwrap_or(item.written()));
    items.collect::<Vec<_>>().join(between)
}

fn flags() -> Vec<String> {
    vec!["true".to_owned(), "false".to_owned()]
}

fn flag(typed: &str) -> Result<Value, String> {
    let flag = typed.parse::<bool>();
    flag.map(Value::from).map_err(|_| format!("`{typed}` is neither `true` nor `false`"))
}

fn number(typed: &str) -> Result<Value, String> {
    let value = Value::parse(typed).ok().filter(|value| value.kind() == Kind::Number);
    value.ok_or_else(|| format!("`{typed}` is no number; write for example `0.6` or `12`"))
}

fn date(typed: &str) -> Result<Value, String> {
    let date = typed.parse::<Date>();
    date.map(Value::from).map_err(|_| format!("`{typed}` is no date; write for example 2026-12-11"))
}
