//! Sessions: browsers that have logged in. Only digests of their cookies are kept, on disk too, so that a restart logs
//! nobody out.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::file;
use super::secret::Secret;

/// As exactly as it is known when a session was last used.
const NOTED: SignedDuration = SignedDuration::from_mins(5);

/// Digits of a digest by which people tell sessions apart.
const ID: usize = 12;

/// Everybody who is logged in.
pub struct Sessions {
    path: PathBuf,
    lengths: Lengths,
    held: Mutex<Held>,
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    /// Without being used.
    pub idle: SignedDuration,
    /// At the longest.
    pub whole: SignedDuration,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    /// By the digest of the cookie.
    sessions: BTreeMap<String, Session>,
    /// When somebody last logged in, by e-mail.
    last: BTreeMap<String, Timestamp>,
}

/// One browser of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// In lower case, and verified by the provider.
    pub email: String,
    /// As the provider calls them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub since: Timestamp,
    /// When it was last used, to a few minutes.
    pub seen: Timestamp,
}

impl Sessions {
    /// Those of a state folder.
    pub fn open(folder: &Path, lengths: Lengths) -> io::Result<Sessions> {
        let path = folder.join("sessions.json");
        let held = match file::read(&path)? {
            Some(text) => serde_json::from_str(&text)?,
            None => Held::default(),
        };
        Ok(Sessions { path, lengths, held: Mutex::new(held) })
    }

    /// Logs somebody in. What is returned is for their cookie.
    pub fn begin(&self, email: &str, name: Option<String>, now: Timestamp) -> io::Result<Secret> {
        let secret = Secret::new();
        let email = email.to_ascii_lowercase();
        let mut held = self.held();
        held.sessions.retain(|_, session| self.lengths.hold(session, now));
        held.last.insert(email.clone(), now);
        held.sessions.insert(secret.digest(), Session { email, name, since: now, seen: now });
        self.keep(&held)?;
        Ok(secret)
    }

    /// The session of a cookie, if it lasts still.
    pub fn find(&self, cookie: &Secret, now: Timestamp) -> Option<Session> {
        let digest = cookie.digest();
        let mut held = self.held();
        let session = held.sessions.get_mut(&digest)?;
        if !self.lengths.hold(session, now) {
            held.sessions.remove(&digest);
            return None;
        }
        let noted = now.duration_since(session.seen) < NOTED;
        if !noted {
            session.seen = now;
        }
        let session = session.clone();
        if !noted && let Err(error) = self.keep(&held) {
            tracing::warn!(%error, "sessions are not written; a restart may log people out");
        }
        Some(session)
    }

    /// Ends a session by the digest of its cookie or the beginning of it.
    pub fn end(&self, digest: &str) -> io::Result<Option<Session>> {
        let mut held = self.held();
        // Less than an id would end somebody else's.
        let names = |known: &&String| digest.len() >= ID && known.starts_with(digest);
        let found = held.sessions.keys().find(names).cloned();
        let Some(session) = found.and_then(|known| held.sessions.remove(&known)) else {
            return Ok(None);
        };
        self.keep(&held)?;
        Ok(Some(session))
    }

    /// Every session that lasts, with the beginning of its digest.
    pub fn list(&self, now: Timestamp) -> Vec<(String, Session)> {
        let held = self.held();
        let lasting = held.sessions.iter().filter(|(_, session)| self.lengths.hold(session, now));
        lasting.map(|(digest, session)| (digest[..ID].to_owned(), session.clone())).collect()
    }

    /// When somebody last logged in.
    pub fn last(&self, email: &str) -> Option<Timestamp> {
        self.held().last.get(&email.to_ascii_lowercase()).copied()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, held: &Held) -> io::Result<()> {
        let text = serde_json::to_string(held).expect("sessions are texts and times");
        file::replace(&self.path, &text)
    }
}

impl Lengths {
    fn hold(&self, session: &Session, now: Timestamp) -> bool {
        now.duration_since(session.seen) < self.idle
            && now.duration_since(session.since) < self.whole
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Lengths, Sessions};
    use crate::people::secret::Secret;

    const LENGTHS: Lengths =
        Lengths { idle: SignedDuration::from_hours(2), whole: SignedDuration::from_hours(5) };

    fn after(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn a_session_ends_when_it_is_idle_or_old() {
        let folder = tempfile::tempdir().expect("a folder of its own");
        let sessions = Sessions::open(folder.path(), LENGTHS).expect("it is empty");
        let cookie = sessions.begin("Ana@Example.com", None, after(0)).expect("it can be written");
        for (minutes, lasts) in [(0, true), (119, true), (200, true), (299, true), (300, false)] {
            assert_eq!(sessions.find(&cookie, after(minutes)).is_some(), lasts, "{minutes}");
        }
        let cookie = sessions.begin("ana@example.com", None, after(0)).expect("it can be written");
        assert!(sessions.find(&cookie, after(120)).is_none(), "it was idle");
        assert_eq!(sessions.last("ANA@example.com"), Some(after(0)));
    }

    #[test]
    fn a_restart_keeps_sessions_and_no_cookie_is_on_disk() {
        let folder = tempfile::tempdir().expect("a folder of its own");
        let sessions = Sessions::open(folder.path(), LENGTHS).expect("it is empty");
        let cookie = sessions.begin("ana@example.com", None, after(0)).expect("it can be written");
        let text = std::fs::read_to_string(folder.path().join("sessions.json")).expect("written");
        assert!(!text.contains(&cookie.text()));

        let again = Sessions::open(folder.path(), LENGTHS).expect("it was written so");
        assert_eq!(
            again.find(&cookie, after(1)).map(|s| s.email).as_deref(),
            Some("ana@example.com")
        );
        assert!(again.find(&Secret::new(), after(1)).is_none());
        let (id, _) = again.list(after(1)).remove(0);
        assert!(again.end(&id).expect("it can be written").is_some());
        assert!(again.find(&cookie, after(1)).is_none() && again.list(after(1)).is_empty());
        let once_more = Sessions::open(folder.path(), LENGTHS).expect("it was written so");
        assert!(once_more.find(&cookie, after(1)).is_none());
    }
}
