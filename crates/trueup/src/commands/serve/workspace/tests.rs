//! Many people at one roadmap, and what `git` says of it afterwards.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use jiff::{Timestamp, ToSpan};
use tempfile::TempDir;
use trueup_lake::Lake;
use trueup_pages::Snapshot;
use trueup_roadmap::Source;
use trueup_site::{Author, NotSaved, Workspace};

use super::sight::Sight;
use super::{OnDisk, lock};

const PEOPLE: usize = 20;

/// A committed roadmap with a bet for each of many people and one that all of them share.
fn roadmap() -> TempDir {
    let place = tempfile::tempdir().expect("a temporary folder");
    put(&place, "roadmap.toml", "edition = 1\n");
    put(
        &place,
        "bets/all.toml",
        "id = \"all\"\ntitle = \"0\"\nhorizon = \"h1\"\nstage = \"proposed\"\n",
    );
    for number in 0..PEOPLE {
        let text = format!(
            "id = \"b{number}\"\ntitle = \"old\"\nhorizon = \"h1\"\nstage = \"proposed\"\n"
        );
        put(&place, &format!("bets/b{number}.toml"), &text);
    }
    git(&place, &["init", "--quiet", "--initial-branch", "main"]);
    git(&place, &["add", "."]);
    git(&place, &["commit", "--quiet", "--message", "Start"]);
    place
}

fn put(place: &TempDir, path: &str, text: &str) {
    let path = place.path().join(path);
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn got(place: &TempDir, path: &str) -> String {
    fs::read_to_string(place.path().join(path)).expect("it is there")
}

fn git(place: &TempDir, args: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Bo", "-c", "user.email=bo@example.com"])
        .args(args)
        .current_dir(place.path())
        .output()
        .expect("these tests need git");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is UTF-8")
}

fn open(folder: &Path) -> OnDisk {
    let lake = Lake::open(&folder.join(".trueup/store")).expect("a store");
    let workspace = OnDisk::open(folder, lake, None).expect("a roadmap");
    workspace.refresh(Timestamp::now());
    workspace
}

fn by(name: &str) -> Author {
    Author { name: name.to_owned(), email: format!("{}@example.com", name.to_lowercase()) }
}

/// A change of one text in one file, for somebody who saw the text before.
fn replace(
    path: &str,
    old: &str,
    new: &str,
) -> impl Fn(&[Source]) -> Result<Vec<Source>, NotSaved> + Sync + use<> {
    let (path, old, new) = (path.to_owned(), old.to_owned(), new.to_owned());
    move |sources| match sources.iter().find(|source| source.path == path) {
        Some(source) if source.text.contains(&old) => {
            Ok(vec![Source { path: path.clone(), text: source.text.replacen(&old, &new, 1) }])
        }
        _ => Err(NotSaved::Conflict(format!("`{old}` is not there any more"))),
    }
}

/// Adds one to the number that all share, as often as somebody else was quicker.
fn count(workspace: &OnDisk, who: &str) {
    loop {
        let snapshot = workspace.snapshot();
        let seen = &snapshot.source("bets/all.toml").expect("it is there").text;
        let title = seen.lines().find_map(|line| line.strip_prefix("title = ")).expect("a title");
        let next = title.trim_matches('"').parse::<usize>().expect("a number") + 1;
        let change = replace(
            "bets/all.toml",
            &format!("title = {title}\n"),
            &format!("title = \"{next}\"\n"),
        );
        match workspace.write(&by(who), &format!("Count {next}"), &change) {
            Ok(_) => return,
            Err(NotSaved::Conflict(_)) => {}
            Err(why) => panic!("{why}"),
        }
    }
}

#[test]
fn twenty_people_at_once_lose_no_edit_and_each_commit_holds_one_change() {
    let place = roadmap();
    let workspace = open(place.path());
    thread::scope(|scope| {
        for number in 0..PEOPLE {
            let workspace = &workspace;
            scope.spawn(move || {
                let who = format!("P{number}");
                let path = format!("bets/b{number}.toml");
                let change = replace(&path, "\"old\"", &format!("\"by {who}\""));
                let saved = workspace.write(&by(&who), "Rename", &change).expect("it is saved");
                assert!(saved.snapshot.source(&path).is_some_and(|now| now.text.contains(&who)));
                count(workspace, &who);
            });
        }
    });
    assert!(got(&place, "bets/all.toml").contains(&format!("title = \"{PEOPLE}\"")));
    for number in 0..PEOPLE {
        assert!(got(&place, &format!("bets/b{number}.toml")).contains(&format!("by P{number}")));
    }
    let log = git(&place, &["log", "--format=#%an", "--numstat", "HEAD", "--", "bets"]);
    let commits: Vec<&str> = log.split('#').skip(1).collect();
    assert_eq!(commits.len(), 2 * PEOPLE + 1);
    for commit in &commits[..2 * PEOPLE] {
        let files: Vec<&str> = commit.lines().skip(1).filter(|line| !line.is_empty()).collect();
        assert!(files.len() == 1 && files[0].starts_with("1\t1\t"), "{commit}");
    }
    assert_eq!(git(&place, &["status", "--porcelain"]), "");
    assert_eq!(git(&place, &["fsck", "--strict", "--no-dangling"]), "");
}

#[test]
fn a_change_is_shown_while_verdicts_are_being_made_and_stays_when_they_come() {
    let place = roadmap();
    let workspace = open(place.path());
    let now = Timestamp::now();
    let (before, sight) = (workspace.snapshot(), Sight::of_text(place.path(), now));
    let being_made = lock(&workspace.built);
    let change = replace("bets/b1.toml", "\"old\"", "\"new\"");
    let saved = workspace.write(&by("Ana"), "Rename", &change).expect("it is saved");
    let text = |snapshot: &Snapshot| snapshot.source("bets/b1.toml").map(|file| file.text.clone());
    assert!(text(&saved.snapshot).is_some_and(|text| text.contains("new")), "{saved:?}");
    workspace.show_built(Snapshot::clone(&before), &sight, now);
    drop(being_made);
    assert_eq!(text(&workspace.snapshot()), text(&saved.snapshot), "an older text is not shown");
}

#[test]
fn what_somebody_writes_in_an_editor_is_neither_lost_nor_committed() {
    let place = roadmap();
    let workspace = open(place.path());
    let text = got(&place, "bets/b1.toml");
    put(&place, "bets/b1.toml", &format!("# a draft\n{text}"));
    put(&place, "bets/b2.toml", "not even TOML");
    let change = replace("bets/b1.toml", "\"old\"", "\"new\"");
    workspace.write(&by("Ana"), "Rename", &change).expect("it is saved");
    let renamed = text.replace("old", "new");
    assert_eq!(git(&place, &["show", "HEAD:bets/b1.toml"]), renamed);
    assert_eq!(git(&place, &["show", "--format=%an", "--name-only"]), "Ana\n\nbets/b1.toml\n");
    assert_eq!(got(&place, "bets/b1.toml"), format!("# a draft\n{renamed}"));
    assert_eq!(got(&place, "bets/b2.toml"), "not even TOML");
    let status = git(&place, &["status", "--porcelain"]);
    assert_eq!(status, " M bets/b1.toml\n M bets/b2.toml\n");
}

#[test]
fn what_cannot_be_committed_alone_is_a_conflict_and_changes_nothing() {
    let place = roadmap();
    let workspace = open(place.path());
    let draft = got(&place, "bets/b1.toml").replace("old", "draft");
    put(&place, "bets/b1.toml", &draft);
    let change = replace("bets/b1.toml", "\"draft\"", "\"new\"");
    let head = git(&place, &["rev-parse", "HEAD"]);
    let said = workspace.write(&by("Ana"), "Rename", &change);
    let Err(NotSaved::Conflict(why)) = said else { panic!("{said:?}") };
    assert!(why.contains("not committed") && why.contains("save again"), "{why}");
    assert_eq!(got(&place, "bets/b1.toml"), draft);
    assert_eq!(git(&place, &["rev-parse", "HEAD"]), head);
}

#[test]
fn only_files_of_the_roadmap_are_written() {
    let place = roadmap();
    let workspace = open(place.path());
    for path in ["../x.toml", "bets/../x.toml", "bets/.x.toml", "bets/x.sh", "src/x.toml", "/x.md"]
    {
        let change =
            |_: &[Source]| Ok(vec![Source { path: path.to_owned(), text: "x".to_owned() }]);
        let said = workspace.write(&by("Ana"), "Break out", &change);
        assert!(matches!(said, Err(NotSaved::Refused(_))), "{path}: {said:?}");
    }
    let note = Source { path: "notes/n.md".to_owned(), text: "+++\n+++\n".to_owned() };
    let adding = |_: &[Source]| Ok(vec![note.clone()]);
    workspace.write(&by("Ana"), "Add a note", &adding).expect("it is saved");
    assert_eq!(git(&place, &["status", "--porcelain"]), "");
    let said = workspace.write(&by("Ana"), "Add it again", &adding);
    assert!(matches!(said, Err(NotSaved::Refused(_))), "nothing changes: {said:?}");
}

#[test]
fn whom_git_names_is_who_writes_here() {
    let place = roadmap();
    git(&place, &["config", "user.name", "Ana Product"]);
    git(&place, &["config", "user.email", "ana@example.com"]);
    let author = open(place.path()).author().expect("git was told");
    assert_eq!((author.name.as_str(), author.email.as_str()), ("Ana Product", "ana@example.com"));
}

#[test]
fn without_a_repository_it_can_be_read_and_says_why_no_more() {
    let place = tempfile::tempdir().expect("a temporary folder");
    put(&place, "roadmap.toml", "edition = 1\n");
    let workspace = open(place.path());
    let why = workspace.snapshot().read_only.clone().expect("a reason");
    assert!(why.contains("git init"), "{why}");
    let change = replace("roadmap.toml", "1", "2");
    let said = workspace.write(&by("Ana"), "Change", &change);
    assert!(matches!(said, Err(NotSaved::ReadOnly(_))), "{said:?}");
    assert_eq!(got(&place, "roadmap.toml"), "edition = 1\n");
}

#[test]
fn a_snapshot_is_as_good_as_what_it_rests_on() {
    let place = roadmap();
    let workspace = open(place.path());
    let now = Timestamp::now();
    let mut changes = workspace.changes();
    changes.mark_unchanged();
    let mut is_new = || {
        let is_new = changes.has_changed().expect("the workspace is there");
        changes.mark_unchanged();
        is_new
    };
    workspace.refresh(now);
    assert!(!is_new(), "nothing has happened");
    put(&place, "bets/b1.toml", "id = \"b1\"\ntitle = \"longer than before\"\n");
    workspace.refresh(now);
    assert!(is_new(), "a file has changed");
    git(&place, &["commit", "--quiet", "--all", "--message", "Outside"]);
    workspace.refresh(now);
    assert!(is_new(), "it was committed");
    workspace.refresh(now + 24.hours());
    assert!(is_new(), "the day has turned");
    workspace.refresh(now);
    assert!(is_new());
    let good = workspace.snapshot();
    fs::remove_file(place.path().join("bets/b1.toml")).expect("it is there");
    std::os::unix::fs::symlink("/etc/hostname", place.path().join("bets/b1.toml")).expect("a link");
    workspace.refresh(now);
    assert!(is_new());
    let kept = workspace.snapshot();
    assert_eq!(kept.sources, good.sources);
    assert!(kept.notices[0].contains("leads out"), "{:?}", kept.notices);
    fs::remove_file(place.path().join("bets/b1.toml")).expect("it is there");
    workspace.refresh(now);
    assert!(is_new());
    assert_eq!(workspace.snapshot().notices, Vec::<String>::new());
    assert_eq!(workspace.snapshot().sources.len(), good.sources.len() - 1);
}
