//! The file of a new bet, from what was typed.

use std::collections::BTreeMap;

use trueup_roadmap::bet::Stage;
use trueup_roadmap::edit::{Edit, Key, Path, Value, edit};
use trueup_roadmap::stage::lacks;
use trueup_roadmap::{FileKind, Source, format, parse, schema_line};

use super::super::new_note::slug;
use crate::form::Typed;
use crate::form::wanted::read;

/// A bet that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBet {
    pub id: String,
    pub source: Source,
    /// What it lacks to be framed; it is proposed as long as it lacks something.
    pub lacks: Vec<String>,
}

/// Keys in the order in which a file has them; all others follow.
const ORDER: [&str; 18] = [
    "id", "title", "horizon", "stage", "track", "serves", "workflow", "audience", "problem",
    "scope", "mode", "baseline", "option", "cost", "owners", "box", "path", "gate",
];

/// Writes the bet as far as it was typed; or says by path what cannot be read.
pub fn new_bet(files: &[Source], typed: &Typed) -> Result<NewBet, BTreeMap<String, String>> {
    let mut wrong = BTreeMap::new();
    let mut values = values(typed, &mut wrong);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let title = typed.filled("set:title").unwrap_or_default();
    let id = typed.filled("set:id").map_or_else(|| slug(title), slug);
    let path = format!("bets/{id}.toml");
    if files.iter().any(|file| file.path == path) {
        let error = format!("there is a bet `{id}` already; call this one otherwise");
        return Err([("id".to_owned(), error)].into());
    }
    values.insert("id".to_owned(), Value::from(id.as_str()));
    let text = |stage: Stage| {
        let mut values = values.clone();
        values.insert("stage".to_owned(), Value::from(stage.name()));
        written(&path, &values)
    };
    let source = text(Stage::Proposed)?;
    let after = crate::consequence::after(files, std::slice::from_ref(&source));
    let roadmap = parse(&after).roadmap;
    let lacks = roadmap.bet(&id).map(|bet| lacks(&roadmap, bet, Stage::Framed));
    let lacks = lacks.unwrap_or_else(|| vec!["a text that can be read".to_owned()]);
    let source = if lacks.is_empty() { text(Stage::Framed)? } else { source };
    Ok(NewBet { id, source, lacks })
}

/// What was typed, by path; rows of criteria without a bound are left out.
fn values(typed: &Typed, wrong: &mut BTreeMap<String, String>) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    for (path, set) in typed.under("set:") {
        let bound = |row: &str| {
            ["at_least", "at_most"]
                .iter()
                .any(|key| typed.filled(&format!("set:{row}.{key}")).is_some())
        };
        let row = path.rsplit_once('.').map(|(row, _)| row);
        let is_idle = row.is_some_and(|row| row.starts_with("gate.") && !bound(row));
        // A rule that nobody names is none.
        let is_nameless =
            path.starts_with("option[0]") && typed.filled("set:option[0].what").is_none();
        if is_idle || is_nameless {
            continue;
        }
        match read(FileKind::Bet, path, set) {
            Ok(Some(value)) => drop(values.insert(path.to_owned(), value)),
            Ok(None) => {}
            Err(message) => drop(wrong.insert(path.to_owned(), message)),
        }
    }
    if values.contains_key("option[0].what") {
        values.insert("option[0].kind".to_owned(), Value::from("rules"));
    }
    values
}

fn written(
    path: &str,
    values: &BTreeMap<String, Value>,
) -> Result<Source, BTreeMap<String, String>> {
    let place = |path: &Path| match path.0.first() {
        Some(Key::Name(name)) => ORDER.iter().position(|key| key == name).unwrap_or(ORDER.len()),
        _ => ORDER.len(),
    };
    let mut entries = Vec::new();
    let mut rows: BTreeMap<(usize, String), Vec<(String, Value)>> = BTreeMap::new();
    for (named, value) in values {
        let wrong = |error: trueup_roadmap::edit::EditError| {
            BTreeMap::from([(named.clone(), error.to_string())])
        };
        let at: Path = named.parse().map_err(wrong)?;
        match named.split_once("].") {
            Some((row, key)) => {
                let row = (place(&at), format!("{row}]"));
                rows.entry(row).or_default().push((key.to_owned(), value.clone()));
            }
            None => entries.push((place(&at), at, value.clone())),
        }
    }
    entries.sort_by_key(|(place, path, _)| (*place, path.0.len() > 1));
    let mut edits: Vec<(usize, Edit)> = Vec::new();
    for (place, path, new) in entries {
        edits.push((place, Edit { path, old: None, new: Some(new) }));
    }
    edits.extend(row_edits(rows));
    edits.sort_by_key(|(place, _)| *place);
    // Keys of the file itself come before its tables.
    edits.sort_by_key(|(_, edit)| edit.path.0.len() > 1);
    let edits: Vec<Edit> = edits.into_iter().map(|(_, edit)| edit).collect();
    let text = edit(&format!("{}\n", schema_line(FileKind::Bet)), &edits)
        .map_err(|error| BTreeMap::from([(path.to_owned(), error.to_string())]))?;
    let source = Source { path: path.to_owned(), text };
    let text = format(&source).unwrap_or_else(|_| source.text.clone());
    Ok(Source { text, ..source })
}

/// Lists of tables: criteria in one list, options as blocks.
fn row_edits(rows: BTreeMap<(usize, String), Vec<(String, Value)>>) -> Vec<(usize, Edit)> {
    let order = ["what", "metric", "kind", "at_least", "at_most", "role", "tried", "result"];
    let mut lists: BTreeMap<(usize, String), Vec<Value>> = BTreeMap::new();
    for ((place, row), mut entries) in rows {
        entries.sort_by_key(|(key, _)| order.iter().position(|known| known == key));
        let table = entries.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        let list = row.split('[').next().unwrap_or_default().to_owned();
        lists.entry((place, list)).or_default().push(table);
    }
    let mut edits = Vec::new();
    for ((place, list), tables) in lists {
        let Ok(path) = list.parse::<Path>() else { continue };
        if list.starts_with("gate.") {
            let new = Some(tables.into_iter().collect());
            edits.push((place, Edit { path, old: None, new }));
            continue;
        }
        for (at, table) in tables.into_iter().enumerate() {
            let path = Path([path.0.clone(), vec![Key::Index(at)]].concat());
            edits.push((place, Edit { path, old: None, new: Some(table) }));
        }
    }
    edits
}
