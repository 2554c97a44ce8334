//! Access: who may come in, keys, sessions, and the audit log. For admins.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use trueup_pages::page::access::{Draft, KeyRow, Made, Row, SessionRow};
use trueup_pages::page::audit::{Chain, DeedRow};
use trueup_pages::page::{AccessPage, AuditPage};
use trueup_roadmap::Person;

use crate::answer;
use crate::form::Fields;
use crate::paths::Paths;
use crate::people::config::Viewers;
use crate::people::key::{Key, KeyError, Keys, Scope, Wanted};
use crate::people::{Action, Audit, Deed, Done, Event, Means, Role};
use crate::site::Site;
use crate::visit::{Administering, Visit, has_left};
use crate::workspace::Workspace;

/// Lines of the audit log on a page.
const SHOWN: usize = 100;
/// Days that a key lasts if nobody says otherwise.
const DAYS: &str = "90";
const HOURS_OF_DAY: i64 = 24;

/// What the form of a key sends.
const KEY: &[(&str, &str)] = &[
    ("name", "What people know it by."),
    ("scope", "What it is for: `ingest`, `read`, `write` or `admin`; once for each."),
    ("as", "The person in whose name it writes."),
    ("days", "How many days it holds."),
];

/// Adds the pages of admins and their forms.
pub fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    let audit: &[_] = &[
        ("before", "Where the part after this one begins, as its `earlier` says."),
        ("verify", "`yes` follows the chain of hashes."),
    ];
    paths
        .live_page::<AccessPage, _>(
            "/access",
            "Who may come in: people, keys, sessions.",
            &[],
            access::<W>,
        )
        .live_page::<AuditPage, _>(
            "/access/audit",
            "Who did what, newest first.",
            audit,
            read_audit::<W>,
        )
        .post("/access/keys", "Makes a key and shows it once.", make_key::<W>)
        .fields(KEY)
        .post("/access/keys/{id}/revoke", "Closes a key for ever.", revoke_key::<W>)
        .post("/access/sessions/{id}/end", "Logs a browser out.", end_session::<W>)
}

async fn access<W: Workspace>(State(site): State<Arc<Site<W>>>, visit: Visit) -> Response {
    if !visit.may(Action::Administer) {
        return visit.refuse(Action::Administer);
    }
    match page(&site, &visit) {
        Ok(page) => answer::page(&visit.headers, &page),
        Err(error) => failed(&visit, &error),
    }
}

fn page<W: Workspace>(site: &Site<W>, visit: &Visit) -> Result<AccessPage, KeyError> {
    let (people, now) = (&site.people, site.people.now());
    let keys = people.keys().map(Keys::list).transpose()?;
    let key_rows = |keys: Vec<Key>| keys.iter().rev().map(|key| key_row(key, now)).collect();
    let listed = people.login().is_some_and(|login| login.access.viewers == Viewers::Listed);
    let viewers = if listed {
        "Only people of the roadmap and admins may look."
    } else {
        "Whoever can log in there may look."
    };
    Ok(AccessPage {
        frame: visit.frame(),
        provider: people.login().map(|login| login.access.issuer.clone()),
        viewers: viewers.to_owned(),
        people: rows(site, visit),
        keys: keys.map(key_rows),
        sessions: sessions(site, visit),
        made: None,
        error: None,
        draft: Draft { days: DAYS.to_owned(), ..Draft::default() },
    })
}

/// People of the roadmap, then admins and others who are not in it.
fn rows<W: Workspace>(site: &Site<W>, visit: &Visit) -> Vec<Row> {
    let roadmap = visit.snapshot.roadmap();
    let mut rows: Vec<Row> =
        roadmap.people.values().map(|person| row(site, visit, person)).collect();
    let Some(login) = site.people.login() else { return rows };
    let mut others = login.access.admins.clone();
    others.extend(login.sessions.list(site.people.now()).into_iter().map(|(_, one)| one.email));
    let is_new = |email: &String| {
        let known = roadmap.people.values().filter_map(|person| person.email.as_ref());
        !known.into_iter().any(|own| own.eq_ignore_ascii_case(email))
    };
    for email in others.into_iter().filter(is_new) {
        let role = if login.access.is_admin(&email) { Role::Admin(None) } else { Role::Viewer };
        rows.push(Row {
            id: None,
            name: email.clone(),
            role: role.spoken().to_owned(),
            last: login.sessions.last(&email).map(written),
            email: Some(email),
            remark: None,
        });
    }
    rows
}

fn row<W: Workspace>(site: &Site<W>, visit: &Visit, person: &Person) -> Row {
    let login = site.people.login();
    let email = person.email.as_deref();
    let admin = login.zip(email).is_some_and(|(login, email)| login.access.is_admin(email));
    let side = person.side.spoken();
    let remark = if has_left(person, visit.snapshot.today()) {
        Some("has left and may do nothing")
    } else if login.is_some() && email.is_none() {
        Some("has no `email` in the roadmap, so nobody logs in as them")
    } else {
        None
    };
    Row {
        id: Some(person.id.value.clone()),
        name: person.name.clone(),
        email: person.email.clone(),
        role: if admin { format!("admin, {side}") } else { side.to_owned() },
        last: login.zip(email).and_then(|(login, email)| login.sessions.last(email)).map(written),
        remark: remark.map(str::to_owned),
    }
}

fn key_row(key: &Key, now: Timestamp) -> KeyRow {
    let state = match key.closed(now) {
        None => "open",
        Some(KeyError::Revoked(_)) => "revoked",
        Some(_) => "expired",
    };
    KeyRow {
        id: key.id.clone(),
        name: key.name.clone(),
        scopes: key.scopes.iter().map(|scope| scope.word().to_owned()).collect(),
        person: key.person.clone(),
        made: written(key.made),
        made_by: key.made_by.clone(),
        expires: key.expires.map(written),
        used: key.used.map(|day| day.to_string()),
        state: state.to_owned(),
    }
}

fn sessions<W: Workspace>(site: &Site<W>, visit: &Visit) -> Vec<SessionRow> {
    let Some(login) = site.people.login() else { return Vec::new() };
    let own = |id: &str| matches!(&visit.who.means, Means::Session(own) if own.starts_with(id));
    let sessions = login.sessions.list(site.people.now()).into_iter();
    let mut sessions: Vec<_> = sessions.collect();
    sessions.sort_by_key(|(_, session)| std::cmp::Reverse(session.seen));
    let row = |(id, session): (String, crate::people::session::Session)| SessionRow {
        own: own(&id),
        id,
        email: session.email,
        since: written(session.since),
        seen: written(session.seen),
    };
    sessions.into_iter().map(row).collect()
}

async fn make_key<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Administering { visit, fields }: Administering,
) -> Response {
    let mut page = match page(&site, &visit) {
        Ok(page) => page,
        Err(error) => return failed(&visit, &error),
    };
    let Some(keys) = site.people.keys() else { return no_state(&visit) };
    let now = site.people.now();
    let made = wanted(&visit, &fields, now)
        .and_then(|wanted| keys.create(wanted, now).map_err(|error| error.to_string()));
    let status = match made {
        Ok((key, text)) => {
            let what = format!("{}: {}", key.called(), key.opens());
            note(&site, &visit, Event::KeyMade, what).await;
            page.keys.get_or_insert_default().insert(0, key_row(&key, now));
            page.made = Some(Made { id: key.id, name: key.name, key: text });
            StatusCode::CREATED
        }
        Err(error) => {
            page.error = Some(error);
            page.draft = draft(&fields);
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    answer::with_status(status, &visit.headers, &page)
}

fn wanted(visit: &Visit, fields: &Fields, now: Timestamp) -> Result<Wanted, String> {
    let scope = |word: &str| {
        Scope::parse(word)
            .ok_or_else(|| format!("`{word}` is no scope: `ingest`, `read`, `write` or `admin`"))
    };
    let person = fields.text("as").map(str::to_owned);
    if let Some(id) = &person {
        let known = visit.snapshot.roadmap().people.get(id);
        if known.is_none_or(|person| has_left(person, visit.snapshot.today())) {
            return Err(format!("`{id}` is nobody of the roadmap's `[people]` who is still here"));
        }
    }
    let days = fields.text("days").unwrap_or(DAYS);
    let days = days.parse::<i64>().ok().filter(|days| (1..=3650).contains(days));
    let days = days.ok_or("a key ends after 1 to 3,650 days")?;
    Ok(Wanted {
        name: fields.text("name").unwrap_or_default().chars().take(100).collect(),
        scopes: fields.all("scope").map(scope).collect::<Result<_, _>>()?,
        person,
        expires: now.checked_add(SignedDuration::from_hours(days * HOURS_OF_DAY)).ok(),
        made_by: visit.who.label(),
    })
}

fn draft(fields: &Fields) -> Draft {
    let text = |name| fields.get(name).unwrap_or_default().to_owned();
    Draft {
        name: text("name"),
        scopes: fields.all("scope").map(str::to_owned).collect(),
        person: text("as"),
        days: text("days"),
    }
}

async fn revoke_key<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Path(id): Path<String>,
    Administering { visit, .. }: Administering,
) -> Response {
    let Some(keys) = site.people.keys() else { return no_state(&visit) };
    match keys.revoke(&id, site.people.now()) {
        Ok(key) => {
            note(&site, &visit, Event::KeyRevoked, key.called()).await;
            Redirect::to("/access").into_response()
        }
        Err(error @ KeyError::Unknown(_)) => {
            visit.refused(StatusCode::NOT_FOUND, "No such key", &error.to_string())
        }
        Err(error) => failed(&visit, &error),
    }
}

async fn end_session<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Path(id): Path<String>,
    Administering { visit, .. }: Administering,
) -> Response {
    match site.people.login().map(|login| login.sessions.end(&id)) {
        Some(Ok(Some(session))) => {
            note(&site, &visit, Event::SessionEnded, session.email).await;
            Redirect::to("/access").into_response()
        }
        Some(Err(error)) => failed(&visit, &error.into()),
        Some(Ok(None)) | None => {
            visit.refused(StatusCode::NOT_FOUND, "No such session", "It has ended already.")
        }
    }
}

#[derive(Debug, Deserialize)]
struct Asked {
    before: Option<u64>,
    verify: Option<String>,
}

async fn read_audit<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    asked: Query<Asked>,
    visit: Visit,
) -> Response {
    if !visit.may(Action::Administer) {
        return visit.refuse(Action::Administer);
    }
    let Some(audit) = site.people.audit().cloned() else { return no_state(&visit) };
    let Query(Asked { before, verify }) = asked;
    // A log of years is long.
    let reading = tokio::task::spawn_blocking(move || {
        let chain = verify.is_some_and(|verify| verify == "yes").then(|| follow(&audit));
        audit.newest(before, SHOWN).map(|part| (part, chain))
    });
    match reading.await.unwrap_or_else(|error| Err(std::io::Error::other(error))) {
        Ok((part, chain)) => {
            let page = AuditPage {
                frame: visit.frame(),
                deeds: part.deeds.into_iter().map(deed_row).collect(),
                earlier: part.earlier.map(|at| format!("/access/audit?before={at}")),
                chain,
            };
            answer::page(&visit.headers, &page)
        }
        Err(error) => failed(&visit, &error.into()),
    }
}

fn follow(audit: &Audit) -> Chain {
    match audit.verify() {
        Ok(whole) if whole.lines == 0 => {
            Chain { holds: true, said: "There is no line yet.".to_owned() }
        }
        Ok(whole) => {
            let newest = &whole.newest;
            let said = format!(
                "The chain holds over {} lines. The newest hash is `{newest}`: keep it elsewhere, and a log that was cut \
                 off shows too.",
                whole.lines
            );
            Chain { holds: true, said }
        }
        Err(broken) => Chain { holds: false, said: format!("The chain is broken: {broken}") },
    }
}

fn deed_row(deed: Deed) -> DeedRow {
    let Deed { at, event, who, from, what, commit } = deed;
    DeedRow { at: written(at), event: event.spoken().to_owned(), who, from, what, commit }
}

/// It is done: if the log cannot be written, the program's log says so.
async fn note<W: Workspace>(site: &Site<W>, visit: &Visit, event: Event, what: String) {
    let done = Done { who: visit.who.label(), from: visit.who.from.clone(), what, commit: None };
    let _ = site.people.note(event, done).await;
}

/// To the second.
fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

fn failed(visit: &Visit, error: &KeyError) -> Response {
    tracing::error!(%error, "the state folder cannot be used");
    visit.refused(StatusCode::SERVICE_UNAVAILABLE, "The state cannot be read", &error.to_string())
}

fn no_state(visit: &Visit) -> Response {
    let said = "This server keeps no state, and so no keys and no audit log.";
    visit.refused(StatusCode::NOT_FOUND, "No state", said)
}
