//! Commits as `git` itself sees them.

use std::fs;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use tempfile::TempDir;

use super::{Committed, NotCommitted};
use crate::folder;
use crate::git::{History, Signature};

/// A work tree with a roadmap in `roadmap/`, made by `git`; `None` where it is not installed.
fn work_tree() -> Option<TempDir> {
    let place = tempfile::tempdir().expect("a temporary folder");
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("skipped: git is not installed");
        return None;
    }
    git(&place, &["init", "--quiet", "--initial-branch", "main"]);
    put(&place, "roadmap/roadmap.toml", "edition = 1\n");
    put(&place, "roadmap/bets/a.toml", "id = \"a\"\ntitle = \"A\"\n");
    put(&place, "src/main.c", "int main;\n");
    git(&place, &["add", "."]);
    git(&place, &["commit", "--quiet", "--message", "Start"]);
    Some(place)
}

fn git(place: &TempDir, args: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Bo", "-c", "user.email=bo@example.com"])
        .args(args)
        .current_dir(place.path())
        .output()
        .expect("git runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "git {args:?}: {said}{:?}", output.stderr);
    said
}

fn put(place: &TempDir, path: &str, text: &str) {
    let path = place.path().join(path);
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn file(path: &str, text: &str) -> Committed {
    Committed { path: path.to_owned(), text: text.to_owned(), staged: None }
}

fn commit(folder: &Path, files: &[Committed]) -> Result<String, NotCommitted> {
    let history = History::open(folder).expect("a history");
    let at = Timestamp::constant(1_790_000_000, 0);
    let by = Signature { name: "Ana <R&D>\n", email: "ana@example.com", at };
    history.turn()?.commit(&by, "Raise the bar\n", files)
}

#[test]
fn it_holds_the_files_and_nothing_else_and_leaves_nothing_to_commit() {
    let Some(place) = work_tree() else { return };
    let (bet, new) = ("id = \"a\"\ntitle = \"Z\"\n", "+++\nkind = \"risk\"\n+++\n");
    put(&place, "src/main.c", "int main();\n");
    git(&place, &["add", "src/main.c"]);
    put(&place, "roadmap/bets/b.toml", "a draft\n");
    put(&place, "roadmap/bets/a.toml", bet);
    put(&place, "roadmap/notes/n.md", new);
    let files = [file("bets/a.toml", bet), file("notes/n.md", new)];
    let id = commit(&place.path().join("roadmap"), &files).expect("it is committed");
    assert_eq!(git(&place, &["rev-parse", "main"]).trim(), id);
    let about = git(&place, &["show", "--format=%an|%ae|%cn|%s|%ct", "--name-status", "HEAD"]);
    assert_eq!(
        about,
        "Ana R&D|ana@example.com|Ana R&D|Raise the bar|1790000000\n\n\
         M\troadmap/bets/a.toml\nA\troadmap/notes/n.md\n"
    );
    assert_eq!(git(&place, &["status", "--porcelain"]), "M  src/main.c\n?? roadmap/bets/b.toml\n");
    assert_eq!(git(&place, &["fsck", "--strict"]), "");
    git(&place, &["commit", "--quiet", "--message", "What was staged"]);
    assert_eq!(git(&place, &["show", "--format=", "--name-only"]), "src/main.c\n");
    assert_eq!(git(&place, &["show", "HEAD:roadmap/bets/a.toml"]), bet);
}

#[test]
fn what_somebody_has_on_disk_or_staged_of_the_same_file_stays_theirs() {
    let Some(place) = work_tree() else { return };
    let folder = place.path().join("roadmap");
    put(&place, "roadmap/bets/a.toml", "# staged\nid = \"a\"\ntitle = \"A\"\n");
    git(&place, &["add", "."]);
    put(&place, "roadmap/bets/a.toml", "# on disk\nid = \"a\"\ntitle = \"Z\"\n");
    let history = History::open(&folder).expect("a history");
    let turn = history.turn().expect("a turn");
    let committed = turn.committed().expect("the files");
    let staged = turn.staged(&committed).expect("the files").expect("something is staged");
    assert_eq!(staged[0].text, "# staged\nid = \"a\"\ntitle = \"A\"\n");
    drop(turn);
    let staged = Some("# staged\nid = \"a\"\ntitle = \"Z\"\n".to_owned());
    let text = "id = \"a\"\ntitle = \"Z\"\n".to_owned();
    let both = Committed { path: "bets/a.toml".to_owned(), text, staged };
    commit(&folder, &[both]).expect("it is committed");
    let changed = |args: &[&str]| {
        let lines = git(&place, args);
        let lines = lines.lines().filter(|line| line.starts_with(['+', '-']));
        lines.skip(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(changed(&["show", "--format="]), ["-title = \"A\"", "+title = \"Z\""]);
    assert_eq!(changed(&["diff", "--cached"]), ["+# staged"]);
    assert_eq!(changed(&["diff"]), ["-# staged", "+# on disk"]);
}

#[test]
fn it_is_refused_while_it_would_not_be_what_was_meant() {
    let Some(place) = work_tree() else { return };
    let folder = place.path().join("roadmap");
    let try_it = || match commit(&folder, &[file("bets/a.toml", "id = \"a\"\n")]) {
        Ok(id) => id,
        Err(why) => why.to_string(),
    };
    let git_dir = place.path().join(".git");
    fs::write(git_dir.join("MERGE_HEAD"), git(&place, &["rev-parse", "HEAD"])).expect("a file");
    assert!(try_it().contains("a merge is under way"));
    fs::remove_file(git_dir.join("MERGE_HEAD")).expect("a file");
    fs::create_dir(git_dir.join("rebase-merge")).expect("a folder");
    assert!(try_it().contains("a rebase is under way"));
    fs::remove_dir(git_dir.join("rebase-merge")).expect("a folder");
    git(&place, &["checkout", "--quiet", "--detach"]);
    assert!(try_it().contains("no branch is checked out"));
    git(&place, &["checkout", "--quiet", "main"]);
    assert_eq!(try_it().len(), 40);
}

#[test]
fn a_branch_that_moved_meanwhile_is_not_moved_again() {
    let Some(place) = work_tree() else { return };
    let folder = place.path().join("roadmap");
    let history = History::open(&folder).expect("a history");
    let turn = history.turn().expect("a turn");
    let tree = git(&place, &["rev-parse", "HEAD^{tree}"]);
    let other = git(&place, &["commit-tree", "-p", "HEAD", "-m", "Other", tree.trim()]);
    git(&place, &["update-ref", "HEAD", other.trim()]);
    let at = Timestamp::constant(1_790_000_000, 0);
    let by = Signature { name: "Ana", email: "ana@example.com", at };
    let said = turn.commit(&by, "Mine", &[file("bets/a.toml", "id = \"a\"\n")]);
    assert!(matches!(said, Err(NotCommitted::Moved)));
    assert_eq!(git(&place, &["rev-parse", "HEAD"]), other);
    assert_eq!(git(&place, &["status", "--porcelain"]), "");
    assert!(!place.path().join(".git/index.lock").exists(), "the turn has ended");
}

#[test]
fn it_goes_on_from_packed_refs_and_a_work_tree_beside_the_repository() {
    let Some(place) = work_tree() else { return };
    git(&place, &["gc", "--quiet"]);
    let beside = tempfile::tempdir().expect("a temporary folder");
    let path = beside.path().join("tree");
    git(&place, &["worktree", "add", "--quiet", "-b", "side", &path.display().to_string()]);
    let roadmap = path.join("roadmap");
    fs::write(roadmap.join("bets/a.toml"), "id = \"a\"\n").expect("a file");
    let id = commit(&roadmap, &[file("bets/a.toml", "id = \"a\"\n")]).expect("it is committed");
    assert_eq!(git(&place, &["rev-parse", "side"]).trim(), id);
    assert_eq!(git(&place, &["-C", &path.display().to_string(), "status", "--porcelain"]), "");
    assert_ne!(git(&place, &["rev-parse", "main"]).trim(), id);
    assert_eq!(folder::read(&roadmap).expect("a roadmap")[0].text, "id = \"a\"\n");
}
