//! `trueup key`: by which programs come in to `trueup serve`.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use trueup_site::people::key::{self, Scope, Wanted};
use trueup_site::people::{Audit, Deed, Event, Keys};

use super::Said;
use super::document::{end_of, today};
use super::import::keep_out_of_git;
use super::serve::pages::state;
use crate::args::{Key, KeyCommand, KeyCreate, KeyScope, TextOrJson};
use crate::folder;
use crate::git::Author;

/// How many days a key holds if nobody says how long.
const DAYS: i64 = 90;

pub fn run(args: &Key) -> Result<Said> {
    let roadmap = folder::locate(args.roadmap.as_deref());
    let place = match (&args.state, &args.store, &roadmap) {
        (Some(state), ..) => state.clone(),
        (None, Some(store), _) => state(None, store),
        (None, None, Ok(roadmap)) => state(None, &folder::default_store(roadmap)),
        (None, None, Err(_)) => {
            bail!("there is no roadmap here; name the state folder with `--state`")
        }
    };
    let now = Timestamp::now();
    match &args.command {
        KeyCommand::Create(wanted) => create(&place, roadmap.ok().as_deref(), wanted, now),
        KeyCommand::List(list) => said(&Keys::open(&place)?.list()?, list.format, now),
        KeyCommand::Revoke(revoke) => {
            let key = Keys::open(&place)?.revoke(&revoke.key, now)?;
            noted(&place, roadmap.ok().as_deref(), Event::KeyRevoked, key.called(), now)
                .with_context(|| format!("`{}` is revoked all the same", key.name))?;
            Ok(Said::good(format!(
                "revoked `{}` ({}); it opens nothing any more\n",
                key.name, key.id
            )))
        }
    }
}

fn create(place: &Path, roadmap: Option<&Path>, args: &KeyCreate, now: Timestamp) -> Result<Said> {
    if let Some((person, roadmap)) = args.person.as_ref().zip(roadmap) {
        let parsed = trueup_roadmap::parse(&folder::read(roadmap)?);
        if !parsed.roadmap.people.contains_key(person) {
            let known: Vec<&str> = parsed.roadmap.people.keys().map(String::as_str).collect();
            bail!("nobody goes by `{person}` under `[people]`; there are: {}", known.join(", "));
        }
    }
    let last = match args.expires {
        Some(day) => day,
        None => today()?.checked_add(DAYS.days()).context("that day is out of range")?,
    };
    keep_out_of_git(place)?;
    std::fs::create_dir_all(place)
        .with_context(|| format!("cannot create `{}`", place.display()))?;
    let wanted = Wanted {
        name: args.name.clone(),
        scopes: args.scopes.iter().copied().map(scope).collect(),
        person: args.person.clone(),
        expires: Some(end_of(last)?),
        made_by: std::env::var("USER").unwrap_or_else(|_| "this machine".to_owned()),
    };
    let (key, text) = Keys::open(place)?.create(wanted, now)?;
    let what = format!("{}: {}", key.called(), key.opens());
    noted(place, roadmap, Event::KeyMade, what, now)
        .with_context(|| format!("`{}` is made all the same; revoke it", key.name))?;
    eprintln!(
        "`{}` ({}) is for {} until {last}; it is shown this once:",
        key.name,
        key.id,
        key.opens()
    );
    Ok(Said::good(format!("{text}\n")))
}

/// Writes into the log that the pages show what was done here, and by whom.
fn noted(
    place: &Path,
    roadmap: Option<&Path>,
    event: Event,
    what: String,
    now: Timestamp,
) -> Result<()> {
    let author = Author::of(roadmap.unwrap_or(Path::new(".")));
    let who = match author {
        Some(author) => format!("command line ({})", author.name),
        None => "command line".to_owned(),
    };
    let deed = Deed { at: now, event, who, from: None, what, commit: None };
    Audit::open(place)
        .append(deed)
        .with_context(|| format!("the log of changes in `{}` cannot be written", place.display()))
}

fn scope(asked: KeyScope) -> Scope {
    match asked {
        KeyScope::Ingest => Scope::Ingest,
        KeyScope::Read => Scope::Read,
        KeyScope::Write => Scope::Write,
        KeyScope::Admin => Scope::Admin,
    }
}

/// Every key and whether it opens anything; never the key itself.
fn said(keys: &[key::Key], format: TextOrJson, now: Timestamp) -> Result<Said> {
    if format == TextOrJson::Json {
        let keys = keys.iter().map(|key| {
            json!({
                "id": key.id, "name": key.name, "as": key.person,
                "scopes": key.scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>(),
                "made": key.made, "made_by": key.made_by, "expires": key.expires,
                "used": key.used, "revoked": key.revoked,
            })
        });
        let keys: Vec<_> = keys.collect();
        return Ok(Said::good(
            serde_json::to_string_pretty(&keys).context("keys are texts")? + "\n",
        ));
    }
    let mut text = String::new();
    for key in keys {
        let state = match key.closed(now) {
            Some(why) => why.to_string(),
            None => key.expires.map_or("without end".to_owned(), |end| format!("until {end}")),
        };
        let used = key.used.map_or("never used".to_owned(), |day| format!("used on {day}"));
        let person = key.person.as_ref().map_or(String::new(), |person| format!(" as `{person}`"));
        let (id, name, scopes) = (&key.id, &key.name, key.opens());
        let _ = writeln!(text, "{id}  {name}  {scopes}{person}  {state}, {used}");
    }
    if keys.is_empty() {
        text.push_str("no keys; `trueup key create NAME --scope read` makes one\n");
    }
    Ok(Said::good(text))
}
