//! The audit log: who did what and when, one line of JSON each, never changed.
//!
//! Each line bears the hash of the line before it, so that nobody can change, drop or insert one without breaking all
//! that follow; whoever writes down the newest hash elsewhere also notices when the end is cut off. No secret stands in it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::file;

/// As much of the end is read as holds a page of lines.
const BLOCK: u64 = 256 << 10;
/// No line is longer: what others name is cut to this.
const LONGEST: usize = 2000;

/// The log in its file.
#[derive(Debug, Clone)]
pub struct Audit {
    path: PathBuf,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    pub at: Timestamp,
    pub event: Event,
    /// An e-mail, the name of a key, or what somebody claimed to be.
    pub who: String,
    /// The address of the machine that asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What it was done to: files, a key, a path.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub what: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// Kinds of deeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    SignedIn,
    SignInRefused,
    SignedOut,
    SessionEnded,
    KeyMade,
    KeyFirstUsed,
    KeyRevoked,
    Changed,
    Refused,
}

/// A deed with its place in the chain.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    deed: Deed,
    /// The hash of the line before; empty for the first.
    before: String,
}

/// A part of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub deeds: Vec<Deed>,
    /// Where the part before this one ends.
    pub earlier: Option<u64>,
}

/// A chain that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    pub lines: u64,
    /// The hash of the newest line; empty if there is none.
    pub newest: String,
}

/// Where the chain breaks.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("line {0} of the audit log is no entry; it was written over")]
    NoEntry(u64),
    #[error(
        "line {0} of the audit log does not follow the one before it; a line was changed, taken out or put in"
    )]
    Unlinked(u64),
    #[error("the audit log cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

impl Event {
    /// As people say it.
    #[must_use]
    pub const fn spoken(self) -> &'static str {
        match self {
            Event::SignedIn => "signed in",
            Event::SignInRefused => "sign-in refused",
            Event::SignedOut => "signed out",
            Event::SessionEnded => "session ended",
            Event::KeyMade => "key made",
            Event::KeyFirstUsed => "key first used",
            Event::KeyRevoked => "key revoked",
            Event::Changed => "changed",
            Event::Refused => "refused",
        }
    }
}

impl Audit {
    /// The log of a state folder.
    #[must_use]
    pub fn open(folder: &Path) -> Audit {
        Audit { path: folder.join("audit.jsonl") }
    }

    /// Adds a line; it is on disk when this returns. Several processes may.
    pub fn append(&self, mut deed: Deed) -> io::Result<()> {
        for text in [&mut deed.who, &mut deed.what] {
            text.truncate(text.floor_char_boundary(LONGEST));
        }
        let mut file = file::append(&self.path)?;
        file.lock()?;
        let before = last(&mut file)?.map(|line| hash(&line)).unwrap_or_default();
        let mut line = serde_json::to_string(&Line { deed, before })?;
        line.push('\n');
        file.write_all(line.as_bytes())?;
        file.sync_data()
    }

    /// The newest deeds, or those before a place in the file that an earlier call named.
    pub fn newest(&self, before: Option<u64>, count: usize) -> io::Result<Part> {
        let Some(mut file) = open(&self.path)? else {
            return Ok(Part { deeds: Vec::new(), earlier: None });
        };
        let length = file.metadata()?.len();
        let end = before.unwrap_or(length).min(length);
        let start = end.saturating_sub(BLOCK);
        let block = read(&mut file, start, end)?;
        let (mut at, mut deeds) = (end, Vec::new());
        // What stands before the first line break may be half a line, unless it is the beginning.
        let whole = if start == 0 {
            0
        } else {
            block.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1)
        };
        for line in block[whole..].split_inclusive(|byte| *byte == b'\n').rev().take(count) {
            at -= line.len() as u64;
            deeds.extend(serde_json::from_slice::<Line>(line).ok().map(|line| line.deed));
        }
        Ok(Part { deeds, earlier: (at > 0 && at < end).then_some(at) })
    }

    /// Follows the chain from the first line to the last.
    pub fn verify(&self) -> Result<Whole, Broken> {
        let mut whole = Whole { lines: 0, newest: String::new() };
        let Some(file) = open(&self.path)? else { return Ok(whole) };
        for line in BufReader::new(file).split(b'\n') {
            let text = line?;
            whole.lines += 1;
            let line: Line =
                serde_json::from_slice(&text).map_err(|_| Broken::NoEntry(whole.lines))?;
            if line.before != whole.newest {
                return Err(Broken::Unlinked(whole.lines));
            }
            whole.newest = hash(&text);
        }
        Ok(whole)
    }
}

fn hash(line: &[u8]) -> String {
    blake3::hash(line).to_hex().to_string()
}

fn open(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn read(file: &mut File, start: u64, end: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut block = Vec::new();
    file.take(end - start).read_to_end(&mut block)?;
    Ok(block)
}

/// The last whole line, without its end. Half a line, which a crash left, was never answered for: it goes.
fn last(file: &mut File) -> io::Result<Option<Vec<u8>>> {
    let length = file.metadata()?.len();
    let start = length.saturating_sub(BLOCK);
    let block = read(file, start, length)?;
    let Some(end) = block.iter().rposition(|byte| *byte == b'\n') else {
        file.set_len(0)?;
        return Ok(None);
    };
    file.set_len(start + end as u64 + 1)?;
    let begin = block[..end].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    Ok(Some(block[begin..end].to_vec()))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Audit, Broken, Deed, Event};

    fn deed(what: &str) -> Deed {
        Deed {
            at: Timestamp::UNIX_EPOCH,
            event: Event::Changed,
            who: "ana@example.com".to_owned(),
            from: None,
            what: what.to_owned(),
            commit: None,
        }
    }

    fn log(folder: &tempfile::TempDir, count: u32) -> Audit {
        let audit = Audit::open(folder.path());
        for number in 1..=count {
            audit.append(deed(&format!("file {number}"))).expect("the folder is ours");
        }
        audit
    }

    #[test]
    fn every_line_is_linked_and_a_change_is_found() {
        let folder = tempfile::tempdir().expect("a folder of its own");
        let audit = log(&folder, 5);
        let whole = audit.verify().expect("nobody touched it");
        assert_eq!((whole.lines, whole.newest.len()), (5, 64));

        let path = folder.path().join("audit.jsonl");
        let text = std::fs::read_to_string(&path).expect("it is there");
        let lines: Vec<&str> = text.lines().collect();
        let without_third = [&lines[..2], &lines[3..]].concat().join("\n") + "\n";
        for (forged, line) in [
            (text.replace("file 3", "file 9"), 4),
            (without_third, 3),
            (text.replacen("file 1", "file 8", 1), 2),
        ] {
            std::fs::write(&path, forged).expect("the folder is ours");
            let broken = audit.verify().expect_err("it was changed");
            assert!(matches!(broken, Broken::Unlinked(at) if at == line), "{broken}");
        }
        std::fs::write(&path, text.replace("\"who\"", "who")).expect("the folder is ours");
        assert!(matches!(audit.verify(), Err(Broken::NoEntry(1))));
    }

    #[test]
    fn half_a_line_of_a_crash_goes() {
        let folder = tempfile::tempdir().expect("a folder of its own");
        let audit = log(&folder, 2);
        let path = folder.path().join("audit.jsonl");
        let text = std::fs::read_to_string(&path).expect("it is there");
        std::fs::write(&path, format!("{text}{{\"at\":\"19")).expect("the folder is ours");
        audit.append(deed("file 3")).expect("the folder is ours");
        assert_eq!(audit.verify().expect("the chain holds").lines, 3);
    }

    #[test]
    fn it_is_read_from_its_end_in_parts() {
        let folder = tempfile::tempdir().expect("a folder of its own");
        let audit = log(&folder, 7);
        let (mut before, mut read) = (None, Vec::new());
        loop {
            let part = audit.newest(before, 3).expect("it can be read");
            read.extend(part.deeds.into_iter().map(|deed| deed.what));
            before = part.earlier;
            if before.is_none() {
                break;
            }
        }
        let expected: Vec<String> = (1..=7).rev().map(|number| format!("file {number}")).collect();
        assert_eq!(read, expected);
        assert!(audit.newest(Some(u64::MAX), 3).is_ok() && audit.newest(Some(5), 3).is_ok());
    }
}
