//! Who changed a field last, through rows that come, go and move.

use jiff::civil::date;
use trueup_roadmap::History;
use trueup_roadmap::history::{FileChange, Revision};

const FILE: &str = "bets/b.toml";

/// A history in which the file was written by these people, one after the other; `None` deletes it.
fn history(versions: &[(&str, Option<&str>)], found: bool) -> History {
    let revision = |(at, (by, text)): (usize, &(&str, Option<&str>))| {
        let revision = Revision {
            commit: format!("{at:040x}"),
            on: date(2026, 11, 1),
            by: (*by).to_owned(),
            email: String::new(),
            subject: "Write".to_owned(),
        };
        let text = text.map(str::to_owned);
        let change = FileChange { path: FILE.to_owned(), text, found: found && at == 0 };
        (revision, vec![change])
    };
    History::read(versions.iter().enumerate().map(revision), found)
}

fn who<'h>(history: &'h History, text: &str, field: &str) -> Option<&'h str> {
    let field = field.parse().expect("it is a path");
    history.last_change_of(FILE, text, &field).map(|revision| revision.by.as_str())
}

#[test]
fn a_field_is_of_whoever_gave_it_its_value() {
    let now = "id = \"b\"\ntitle = \"Two\"\n[mode]\nkind = \"assist\"\nsize = 1.0\n";
    let history = history(
        &[
            ("ana", Some("id = \"b\"\ntitle = \"One\"\n[mode]\nkind = \"assist\"\nsize = 1\n")),
            (
                "bo",
                Some(
                    "id = \"b\"\ntitle = \"Two\"\nnote = \"x\"\n[mode]\nkind = \"assist\"\nsize = 1\n",
                ),
            ),
            (
                "cy",
                Some(
                    "id = \"b\"\ntitle = \"Three\"\nnote = \"x\"\n[mode]\nkind = \"assist\"\nsize = 1\n",
                ),
            ),
            ("dee", Some("id = \"b\ntitle = \"Two\"\n")),
            (
                "eve",
                Some(
                    "# Now\nid = \"b\"\ntitle = \"Two\"\nnote = \"x\"\nmode = { kind = \"assist\", size = 1.0 }\n",
                ),
            ),
            ("flo", Some(now)),
        ],
        false,
    );
    for (field, by) in [
        ("id", "ana"),
        ("title", "eve"),
        ("mode.kind", "ana"),
        // The same number, written otherwise.
        ("mode.size", "ana"),
        ("note", "flo"),
    ] {
        assert_eq!(who(&history, now, field), Some(by), "{field}");
    }
    assert_eq!(history.last_change(FILE).map(|last| last.by.as_str()), Some("flo"));
    // What stands there is in no revision yet.
    assert_eq!(who(&history, &now.replace("Two", "Four"), "title"), None);
    assert_eq!(who(&history, &now.replace("Two", "Four"), "id"), Some("ana"));
}

#[test]
fn a_row_is_followed_where_it_goes() {
    let rows = |rows: &[(&str, u32)]| -> String {
        let row =
            |(of, least): &(&str, u32)| format!("  {{ metric = \"{of}\", at_least = {least} }},\n");
        format!("criteria = [\n{}]\n", rows.iter().map(row).collect::<String>())
    };
    let versions = [
        ("ana", rows(&[("a", 1), ("b", 2)])),
        ("bo", rows(&[("b", 2), ("a", 1)])),
        ("cy", rows(&[("b", 2), ("a", 3)])),
        ("dee", rows(&[("c", 4), ("b", 2), ("a", 3)])),
        ("eve", rows(&[("c", 4), ("a", 3)])),
    ];
    let all: Vec<_> = versions.iter().map(|(by, text)| (*by, Some(text.as_str()))).collect();
    let history = history(&all, false);
    let now = &versions[4].1;
    assert_eq!(who(&history, now, "criteria[0].at_least"), Some("dee"));
    assert_eq!(who(&history, now, "criteria[1].at_least"), Some("cy"));
    assert_eq!(who(&history, now, "criteria[1].metric"), Some("ana"));
    assert_eq!(who(&history, now, "criteria"), Some("eve"));
    assert_eq!(who(&history, now, "criteria[7].metric"), None);
    // Rewritten and moved at once, it could be either of those that are gone.
    let mixed = rows(&[("e", 5), ("c", 4), ("f", 6)]);
    let after = [all.as_slice(), &[("flo", Some(&*mixed))]].concat();
    let after = self::history(&after, false);
    assert_eq!(who(&after, &mixed, "criteria[0].at_least"), None);
    assert_eq!(who(&after, &mixed, "criteria[1].at_least"), Some("dee"));
}

#[test]
fn what_was_there_at_the_edge_of_a_clone_is_nobodys() {
    let (first, now) = ("id = \"b\"\ntitle = \"One\"\n", "id = \"b\"\ntitle = \"Two\"\n");
    let shallow = history(&[("ana", Some(first)), ("bo", Some(now))], true);
    assert_eq!((who(&shallow, now, "id"), who(&shallow, now, "title")), (None, Some("bo")));
    let shallow = history(&[("ana", Some(first))], true);
    assert_eq!(shallow.last_change(FILE), None);
    // Deleted and written again, it is of whoever wrote it again.
    let again = history(&[("ana", Some(first)), ("bo", None), ("cy", Some(first))], false);
    assert_eq!(who(&again, first, "title"), Some("cy"));
}
