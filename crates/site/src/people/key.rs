//! Keys of programs: shown once, kept as a digest, for few purposes and not for ever.

mod text;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::file;
use super::role::Action;
use super::secret::{digest, same};
use text::{is_whole, random};

/// The keys of a state folder. Several processes may read and change them.
pub struct Keys {
    folder: PathBuf,
    read: RwLock<Read>,
}

#[derive(Default)]
struct Read {
    stamp: Option<(SystemTime, u64)>,
    keys: Vec<Key>,
}

/// What is kept of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The first digits of the digest: tells keys apart and lets nobody in.
    pub id: String,
    pub name: String,
    digest: String,
    pub scopes: Vec<Scope>,
    /// The person of the roadmap in whose name it writes.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    pub made: Timestamp,
    pub made_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// The last day on which it was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Timestamp>,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Send telemetry and feedback.
    Ingest,
    /// Look at everything, texts among it.
    Read,
    /// Look, and change the roadmap in the name of a person.
    Write,
    /// Look, make and revoke keys, and read the audit log.
    Admin,
}

/// A key that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub name: String,
    pub scopes: Vec<Scope>,
    pub person: Option<String>,
    pub expires: Option<Timestamp>,
    pub made_by: String,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("a key needs a name by which people know it")]
    NoName,
    #[error("say what `{0}` is for: `ingest`, `read`, `write` or `admin`")]
    NoScope(String),
    #[error("`{0}` writes, so it needs a person in whose name: `--as PERSON`")]
    NoPerson(String),
    #[error("`{0}` would be of no use: it expires in the past")]
    Past(String),
    #[error("no key goes by `{0}`; `trueup key list` names them")]
    Unknown(String),
    #[error("this is no key of ours, or not all of it")]
    NoKey,
    #[error("the key `{0}` has expired")]
    Expired(String),
    #[error("the key `{0}` was revoked")]
    Revoked(String),
    #[error("the keys in `{}` cannot be read: {error}", path.display())]
    Malformed { path: PathBuf, error: serde_json::Error },
    #[error("the keys cannot be read or written: {0}")]
    Disk(#[from] io::Error),
}

/// A key that lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub key: Key,
    /// True the first time that it is used.
    pub first: bool,
}

impl Scope {
    pub const ALL: [Scope; 4] = [Scope::Ingest, Scope::Read, Scope::Write, Scope::Admin];

    /// As it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Scope::Ingest => "ingest",
            Scope::Read => "read",
            Scope::Write => "write",
            Scope::Admin => "admin",
        }
    }

    /// What somebody wrote; `None` if it is no scope.
    #[must_use]
    pub fn parse(word: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.word() == word)
    }

    /// The part of the table of roles that a scope leaves open.
    const fn allows(self, action: Action) -> bool {
        match (self, action) {
            (Scope::Ingest, _) => false,
            (_, Action::See)
            | (Scope::Read | Scope::Write, Action::ReadTexts)
            | (Scope::Write, Action::Edit | Action::Sign(_) | Action::Decide)
            | (Scope::Admin, Action::Administer) => true,
            _ => false,
        }
    }
}

impl Key {
    /// As the audit log calls it.
    #[must_use]
    pub fn called(&self) -> String {
        format!("{} ({})", self.id, self.name)
    }

    /// What it opens: `read, ingest`.
    #[must_use]
    pub fn opens(&self) -> String {
        self.scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(", ")
    }

    #[must_use]
    pub fn allows(&self, action: Action) -> bool {
        self.scopes.iter().any(|scope| scope.allows(action))
    }

    /// Why it lets nobody in at a moment; `None` if it does.
    #[must_use]
    pub fn closed(&self, now: Timestamp) -> Option<KeyError> {
        if self.revoked.is_some() {
            return Some(KeyError::Revoked(self.name.clone()));
        }
        let expired = self.expires.is_some_and(|expires| expires <= now);
        expired.then(|| KeyError::Expired(self.name.clone()))
    }
}

impl Wanted {
    fn check(&self, now: Timestamp) -> Result<(), KeyError> {
        let name = || self.name.clone();
        if self.name.trim().is_empty() {
            return Err(KeyError::NoName);
        } else if self.scopes.is_empty() {
            return Err(KeyError::NoScope(name()));
        } else if self.scopes.contains(&Scope::Write) && self.person.is_none() {
            return Err(KeyError::NoPerson(name()));
        } else if self.expires.is_some_and(|expires| expires <= now) {
            return Err(KeyError::Past(name()));
        }
        Ok(())
    }
}

impl Keys {
    /// The keys of a state folder; none if it has none yet.
    pub fn open(folder: &Path) -> Result<Keys, KeyError> {
        let keys = Keys { folder: folder.to_owned(), read: RwLock::default() };
        keys.list()?;
        Ok(keys)
    }

    /// Makes a key. What is returned beside it is the key itself, which nobody can find out again.
    pub fn create(&self, wanted: Wanted, now: Timestamp) -> Result<(Key, String), KeyError> {
        wanted.check(now)?;
        let text = random();
        let digest = digest(text.as_bytes());
        let key = Key {
            id: digest[..12].to_owned(),
            name: wanted.name.trim().to_owned(),
            digest,
            scopes: wanted.scopes,
            person: wanted.person,
            made: now,
            made_by: wanted.made_by,
            expires: wanted.expires,
            used: None,
            revoked: None,
        };
        self.change(|keys| {
            keys.push(key.clone());
            Ok((key, text))
        })
    }

    /// Every key, in the order in which they were made.
    pub fn list(&self) -> Result<Vec<Key>, KeyError> {
        let stamp = self.stamp()?;
        {
            let read = self.read.read().unwrap_or_else(PoisonError::into_inner);
            if read.stamp == stamp {
                return Ok(read.keys.clone());
            }
        }
        let keys = self.load()?;
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        *read = Read { stamp, keys: keys.clone() };
        Ok(keys)
    }

    /// Closes a key by its id, or by its name if only one that is open has it.
    pub fn revoke(&self, named: &str, now: Timestamp) -> Result<Key, KeyError> {
        self.change(|keys| {
            let unknown = || KeyError::Unknown(named.to_owned());
            let open = |key: &Key| key.revoked.is_none();
            let mut named_so =
                keys.iter_mut().filter(|key| open(key) && (key.id == named || key.name == named));
            let key = named_so.next().ok_or_else(unknown)?;
            if named_so.next().is_some() {
                return Err(unknown());
            }
            key.revoked = Some(now);
            Ok(key.clone())
        })
    }

    /// The key that a program sent, if it lets in, and notes the day.
    pub fn find(&self, text: &str, now: Timestamp) -> Result<Found, KeyError> {
        if !is_whole(text) {
            return Err(KeyError::NoKey);
        }
        let sent = digest(text.as_bytes());
        let keys = self.list()?;
        let key = keys.into_iter().find(|key| same(&key.digest, &sent)).ok_or(KeyError::NoKey)?;
        if let Some(closed) = key.closed(now) {
            return Err(closed);
        }
        let today = now.to_zoned(TimeZone::UTC).date();
        let first = key.used.is_none();
        if key.used != Some(today) {
            self.change(|keys| {
                for used in keys.iter_mut().filter(|other| other.id == key.id) {
                    used.used = Some(today);
                }
                Ok(())
            })?;
        }
        Ok(Found { key, first })
    }

    fn path(&self) -> PathBuf {
        self.folder.join("keys.json")
    }

    /// Tells one state of the file from another.
    fn stamp(&self) -> io::Result<Option<(SystemTime, u64)>> {
        match std::fs::metadata(self.path()) {
            Ok(metadata) => Ok(Some((metadata.modified()?, metadata.len()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn load(&self) -> Result<Vec<Key>, KeyError> {
        let path = self.path();
        let Some(text) = file::read(&path)? else { return Ok(Vec::new()) };
        serde_json::from_str(&text).map_err(|error| KeyError::Malformed { path, error })
    }

    /// Changes the keys as they are now on disk, while nobody else does.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Vec<Key>) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        let lock: File = file::append(&self.folder.join("keys.lock"))?;
        lock.lock()?;
        let mut keys = self.load()?;
        let done = change(&mut keys)?;
        let text = serde_json::to_string_pretty(&keys).expect("keys are texts and times");
        file::replace(&self.path(), &text)?;
        let stamp = self.stamp()?;
        *self.read.write().unwrap_or_else(PoisonError::into_inner) = Read { stamp, keys };
        Ok(done)
    }
}
