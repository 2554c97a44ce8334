//! Histories as teams make them, each in a repository of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use gix::ObjectId;
use gix::objs::tree::EntryKind;
use tempfile::TempDir;

use super::{Changes, History, NoHistory, Until, What};
use crate::folder;

/// A repository that is written commit by commit.
struct Story {
    place: TempDir,
    repository: gix::Repository,
    files: BTreeMap<String, (EntryKind, Vec<u8>)>,
    author: &'static str,
    seconds: u64,
}

impl Story {
    fn new() -> Story {
        let place = tempfile::tempdir().expect("a temporary folder");
        let repository = gix::init(place.path()).expect("a repository can be made");
        Story { place, repository, files: BTreeMap::new(), author: "Ana", seconds: 0 }
    }

    fn put(&mut self, path: &str, bytes: impl AsRef<[u8]>) -> &mut Story {
        self.files.insert(path.to_owned(), (EntryKind::Blob, bytes.as_ref().to_vec()));
        self
    }

    fn remove(&mut self, path: &str) -> &mut Story {
        self.files.remove(path).expect("the file was there");
        self
    }

    fn tree(&self) -> ObjectId {
        let mut editor = self.repository.empty_tree().edit().expect("a tree can be edited");
        for (path, (kind, bytes)) in &self.files {
            let blob = match kind {
                EntryKind::Commit => ObjectId::from_hex(&[b'1'; 40]).expect("an id"),
                _ => self.repository.write_blob(bytes).expect("a blob can be written").detach(),
            };
            editor.upsert(path.as_str(), *kind, blob).expect("a path");
        }
        editor.write().expect("a tree can be written").detach()
    }

    fn write(&mut self, name: &str, message: &str, parents: &[ObjectId]) -> ObjectId {
        self.seconds += 3600;
        let time = format!("{} +0000", self.seconds);
        let by = gix::actor::SignatureRef {
            name: self.author.into(),
            email: "someone@example.com".into(),
            time: &time,
        };
        let parents = parents.iter().copied();
        let id = self.repository.commit_as(by, by, name, message, self.tree(), parents);
        id.expect("a commit can be written").detach()
    }

    /// Commits all files on top of HEAD.
    fn commit(&mut self, message: &str) -> ObjectId {
        let head = self.repository.head_id().ok().map(gix::Id::detach);
        self.write("HEAD", message, head.as_slice())
    }

    /// Writes the files to disk.
    fn check_out(&self) {
        for (path, (_, bytes)) in &self.files {
            let path = self.place.path().join(path);
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
            fs::write(path, bytes).expect("a file can be written");
        }
    }

    fn history(&self, folder: &str) -> History {
        open(&self.place.path().join(folder)).expect("a history")
    }

    fn changes(&self, folder: &str) -> Vec<String> {
        said(&self.history(folder).changes().expect("the changes"))
    }
}

fn open(folder: &Path) -> Result<History, NoHistory> {
    fs::create_dir_all(folder).expect("a folder can be made");
    History::open(folder)
}

/// `SUBJECT: +added ~changed -deleted =found`, oldest first.
fn said(changes: &Changes) -> Vec<String> {
    let file = |file: &super::FileChange| {
        let sign = match file.what {
            What::Found => '=',
            What::Added => '+',
            What::Changed => '~',
            What::Deleted => '-',
        };
        format!(" {sign}{}", file.path)
    };
    let all = changes.all.iter();
    all.map(|change| {
        format!("{}:{}", change.commit.subject, change.files.iter().map(file).collect::<String>())
    })
    .collect()
}

#[test]
fn a_commit_holds_the_same_files_as_the_folder_does() {
    let mut story = Story::new();
    for name in [
        "roadmap.toml",
        "bets/a.toml",
        "notes/n.md",
        "bets/.hidden.toml",
        "bets/a.txt",
        "bets/deeper/b.toml",
        "docs/page.md",
        "src/bets/c.toml",
    ] {
        story.put(name, format!("# {name}"));
    }
    story.commit("all");
    story.check_out();
    let history = story.history("");
    let committed = history.sources(&history.resolve("HEAD").expect("HEAD")).expect("its files");
    assert_eq!(folder::read(story.place.path()).expect("the folder"), committed);
    let paths: Vec<&str> = committed.iter().map(|source| source.path.as_str()).collect();
    assert_eq!(paths, ["bets/a.toml", "notes/n.md", "roadmap.toml"]);
}

#[test]
fn only_commits_that_changed_the_roadmap_are_told_oldest_first() {
    for folder in ["", "roadmap/", "products/search/roadmap/"] {
        let path = |name: &str| format!("{folder}{name}");
        let mut story = Story::new();
        story.put("src/main.c", "int main;").commit("Code first");
        story.put(&path("roadmap.toml"), "edition = 1").put(&path("bets/a.toml"), "1");
        story.commit("Start\n\nWith a body.");
        story.commit("Say nothing");
        story.put("src/main.c", "int main();").commit("Only code");
        story.put(&path("bets/a.txt"), "no part of it").commit("Only a draft");
        story.put(&path("bets/a.toml"), "2").put(&path("bets/b.toml"), "1").commit("Two bets");
        story.remove(&path("bets/a.toml")).put(&path("bets/c.toml"), "2").commit("Rename");
        story.remove(&path("bets/b.toml")).commit("Drop b");
        story.put(&path("bets/b.toml"), "1").commit("Take b back");
        let expected = [
            "Start: +bets/a.toml +roadmap.toml",
            "Two bets: ~bets/a.toml +bets/b.toml",
            "Rename: -bets/a.toml +bets/c.toml",
            "Drop b: -bets/b.toml",
            "Take b back: +bets/b.toml",
        ];
        assert_eq!(story.changes(folder), expected, "in `{folder}`");
        assert!(!story.history(folder).changes().expect("the changes").shallow);
    }
}

#[test]
fn a_renamed_file_keeps_the_id_of_its_text() {
    let mut story = Story::new();
    story.put("bets/a.toml", "same").commit("a");
    story.remove("bets/a.toml").put("bets/b.toml", "same").commit("b");
    let changes = story.history("").changes().expect("the changes");
    let files = &changes.all[1].files;
    assert_eq!((files[0].what, files[1].what), (What::Deleted, What::Added));
    assert_eq!(files[0].before, files[1].now);
}

#[test]
fn a_merge_is_one_change_beside_its_first_parent() {
    let mut story = Story::new();
    story.put("bets/a.toml", "1");
    let base = story.commit("Start");
    story.put("bets/b.toml", "1");
    let one = story.write("refs/heads/side", "On the side", &[base]);
    let side = story.write("refs/heads/side", "More on the side", &[one]);
    story.remove("bets/b.toml").put("bets/a.toml", "2");
    let main = story.commit("Main");
    story.put("bets/b.toml", "1");
    story.write("HEAD", "Merge", &[main, side]);
    let expected = ["Start: +bets/a.toml", "Main: ~bets/a.toml", "Merge: +bets/b.toml"];
    assert_eq!(story.changes(""), expected);
    let history = story.history("");
    let range = history.range("HEAD~1...side").expect("a range");
    assert_eq!(range.from.subject, "Start");
    let Until::Commit(until) = range.until else { panic!("it ends at a commit") };
    assert_eq!(until.subject, "More on the side");
}

#[test]
fn a_shallow_history_says_so_and_blames_nobody_for_what_it_found() {
    let mut story = Story::new();
    story.put("bets/a.toml", "1").commit("One");
    story.put("bets/a.toml", "2").put("bets/b.toml", "1");
    let edge = story.commit("Two");
    story.put("bets/a.toml", "3").commit("Three");
    let shallow = story.place.path().join(".git/shallow");
    fs::write(shallow, format!("{edge}\n")).expect("a file can be written");
    let history = story.history("");
    let changes = history.changes().expect("the changes");
    assert!(changes.shallow);
    assert_eq!(said(&changes), ["Two: =bets/a.toml =bets/b.toml", "Three: ~bets/a.toml"]);
    let far = format!("{:#}", history.resolve("HEAD~9").err().expect("no such commit"));
    assert!(far.contains("git fetch --unshallow"), "{far}");
}

#[test]
fn a_clone_of_a_few_commits_is_shallow() {
    let mut story = Story::new();
    for text in ["1", "2", "3", "4", "5"] {
        story.put("roadmap/bets/a.toml", text).commit(text);
    }
    let from = format!("file://{}", story.place.path().display());
    let to = tempfile::tempdir().expect("a temporary folder");
    let clone = Command::new("git")
        .args(["clone", "--quiet", "--depth", "3", &from, "."])
        .current_dir(to.path())
        .status();
    if clone.is_err() {
        eprintln!("skipped: git is not installed");
        return;
    }
    let history = open(&to.path().join("roadmap")).expect("a history");
    let changes = history.changes().expect("the changes");
    assert!(changes.shallow);
    assert_eq!(said(&changes), ["3: =bets/a.toml", "4: ~bets/a.toml", "5: ~bets/a.toml"]);
    let apart = history.range("HEAD~2...HEAD").expect("a range");
    assert_eq!(apart.from.subject, "3");
}

#[test]
fn text_is_as_it_was_and_bytes_that_are_not_text_are_replaced() {
    let mut story = Story::new();
    story.put("bets/a.toml", "id = \"a\"\r\ntitle = \"A\"\r\n");
    story.put("bets/b.toml", [0xff, b'i', b'd', 0x00]);
    story.commit("Bytes");
    let history = story.history("");
    let sources = history.sources(&history.resolve("@").expect("HEAD")).expect("its files");
    assert_eq!(sources[0].text, "id = \"a\"\r\ntitle = \"A\"\r\n");
    assert_eq!(sources[1].text, "\u{fffd}id\0");
}

#[test]
fn links_submodules_and_folders_named_like_files_are_no_files() {
    let mut story = Story::new();
    story.put("bets/a.toml", "1").put("bets/folder.toml/x.toml", "1");
    story.files.insert("bets/link.toml".to_owned(), (EntryKind::Link, b"a.toml".to_vec()));
    story.files.insert("bets/module.toml".to_owned(), (EntryKind::Commit, Vec::new()));
    story.files.insert("metrics".to_owned(), (EntryKind::Commit, Vec::new()));
    story.files.insert("notes".to_owned(), (EntryKind::Blob, b"a file".to_vec()));
    story.commit("All kinds");
    story.put("bets/link.toml", "now a file");
    story.commit("No link");
    assert_eq!(story.changes(""), ["All kinds: +bets/a.toml", "No link: +bets/link.toml"]);
}

#[test]
fn names_are_in_any_script() {
    let mut story = Story::new();
    story.author = "陈美 Łukasz";
    story.put("bets/ставка.toml", "1").commit("Первая ставка");
    let changes = story.history("").changes().expect("the changes");
    let commit = &changes.all[0].commit;
    assert_eq!((commit.author.as_str(), commit.subject.as_str()), ("陈美 Łukasz", "Первая ставка"));
    assert_eq!(commit.email, "someone@example.com");
    assert_eq!(commit.at.as_second(), 3600);
    assert_eq!(changes.all[0].files[0].path, "bets/ставка.toml");
}

#[test]
fn revisions_and_ranges_are_what_git_calls_them() {
    let mut story = Story::new();
    for text in ["one", "two", "three"] {
        story.put("bets/a.toml", text).commit(text);
    }
    let history = story.history("");
    let id = history.resolve("HEAD~1").expect("a commit").id;
    for (revision, subject) in
        [("HEAD", "three"), ("HEAD~2", "one"), ("main", "three"), (&id[..8], "two")]
    {
        assert_eq!(history.resolve(revision).expect("a commit").subject, subject, "{revision}");
    }
    for (range, from, until) in [
        ("HEAD~2..HEAD~1", "one", Some("two")),
        ("HEAD~1..", "two", None),
        ("HEAD~1", "two", None),
        ("..HEAD~1", "three", Some("two")),
        ("HEAD~2...", "one", None),
        ("..", "three", None),
    ] {
        let read = history.range(range).expect("a range");
        let end = match read.until {
            Until::Commit(commit) => Some(commit.subject),
            Until::WorkTree => None,
        };
        assert_eq!((read.from.subject.as_str(), end.as_deref()), (from, until), "{range}");
    }
}

#[test]
fn what_names_no_commit_is_said_with_what_would() {
    let mut story = Story::new();
    story.put("bets/a.toml", "1").commit("one");
    let history = story.history("");
    for revision in ["nothing", "HEAD~7", "", "^HEAD", "HEAD:bets/a.toml", "a b"] {
        let said = format!("{:#}", history.resolve(revision).err().expect("no such commit"));
        let named = said.contains(&format!("`{revision}` names no commit"));
        assert!(named || said.contains("a revision is missing"), "{said}");
    }
    let far = format!("{:#}", history.range("HEAD..HEAD~7").err().expect("no such commit"));
    assert!(far.contains("`HEAD~7`") && !far.contains("unshallow"), "{far}");
}

#[test]
fn a_detached_head_has_a_history() {
    let mut story = Story::new();
    story.put("bets/a.toml", "1");
    let one = story.commit("one");
    story.put("bets/a.toml", "2").commit("two");
    fs::write(story.place.path().join(".git/HEAD"), format!("{one}\n")).expect("a file");
    assert_eq!(story.changes(""), ["one: +bets/a.toml"]);
}

#[test]
fn why_there_is_no_history_is_said_with_a_way_out() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let told = |folder: PathBuf| open(&folder).err().expect("no history").to_string();
    let nowhere = told(place.path().join("nowhere"));
    assert!(nowhere.contains("git init"), "{nowhere}");
    gix::init_bare(place.path().join("bare")).expect("a bare repository");
    let bare = told(place.path().join("bare"));
    assert!(bare.contains("clone it"), "{bare}");
    let mut story = Story::new();
    let empty = told(story.place.path().join("roadmap"));
    assert!(empty.contains("no commit yet"), "{empty}");
    story.put("README.md", "1").commit("one");
    let ignored = told(story.place.path().join("roadmap"));
    assert!(ignored.contains(".gitignore"), "{ignored}");
}

/// Prints how long a real history takes: `TRUEUP_HISTORY=FOLDER`, run by `benches/history.sh`.
#[test]
#[ignore = "a measurement"]
fn how_long_a_history_takes() {
    let folder = std::env::var("TRUEUP_HISTORY").expect("TRUEUP_HISTORY names a roadmap's folder");
    let start = Instant::now();
    let history = History::open(Path::new(&folder)).expect("a history");
    let changes = history.changes().expect("the changes");
    let walked = start.elapsed();
    let texts = changes.all.iter().flat_map(|change| &change.files).filter_map(|file| file.now);
    let read = texts.map(|id| history.text(id).expect("a text").len());
    let (files, bytes) = read.fold((0, 0), |(files, bytes), length| (files + 1, bytes + length));
    println!(
        "{} commits in {:.3} s, and {files} texts ({bytes} bytes) in {:.3} s: {folder}",
        changes.all.len(),
        walked.as_secs_f64(),
        start.elapsed().as_secs_f64(),
    );
}

#[test]
fn what_a_note_and_a_metric_said_is_known_where_it_changed() {
    let note = |body| format!("+++\nkind = \"field\"\nby = []\non = 2026-08-01\n+++\n{body}\n");
    let metric = |window| {
        format!(
            "id = \"mine\"\ntitle = \"T\"\ndefinition = \"D\"\nside = \"product\"\nunit = \"n\"\n\
             better = \"up\"\nwindow = \"{window}\"\n\
             [measure]\nkind = \"count\"\nof = {{ table = \"actions\" }}\n"
        )
    };
    let mut story = Story::new();
    story.put("notes/kept.md", note("x")).put("notes/touched.md", note("x"));
    story.put("notes/rewritten.md", note("breaks")).put("metrics/mine.toml", metric("1h"));
    story.commit("first");
    story.put("notes/touched.md", note("x\n")).put("notes/rewritten.md", note("works"));
    story.put("metrics/mine.toml", metric("2h"));
    story.commit("second");
    let versions = story.history("").versions(None).expect("the versions");
    let count = |id: &str| {
        let mut said: Vec<_> = versions.notes[id].iter().map(|note| &note.entity).collect();
        said.dedup();
        (versions.notes[id].len(), said.len())
    };
    assert_eq!([count("kept"), count("touched"), count("rewritten")], [(1, 1), (2, 1), (2, 2)]);
    let metrics: Vec<_> = versions.metrics["mine"].iter().map(|metric| &metric.entity).collect();
    assert!(metrics.len() == 2 && metrics[0] != metrics[1], "{metrics:?}");
}
