//! Keys open what they are for, as long as they shall.

use jiff::{SignedDuration, Timestamp};

use super::{Action, KeyError, Keys, Scope, Wanted};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn wanted(name: &str, scopes: &[Scope]) -> Wanted {
    Wanted {
        name: name.to_owned(),
        scopes: scopes.to_vec(),
        person: None,
        expires: Some(NOW + SignedDuration::from_hours(24)),
        made_by: "ana@example.com".to_owned(),
    }
}

#[test]
fn a_key_is_found_until_it_expires_or_is_revoked() {
    let folder = tempfile::tempdir().expect("a folder of its own");
    let keys = Keys::open(folder.path()).expect("it is empty");
    let (key, text) = keys.create(wanted("ci", &[Scope::Read]), NOW).expect("it makes sense");
    assert!(text.starts_with("tru_") && text.len() == 53, "{text}");
    let on_disk = std::fs::read_to_string(folder.path().join("keys.json")).expect("written");
    assert!(!on_disk.contains(&text[4..40]), "the key itself is on disk");

    // Another process.
    let others = Keys::open(folder.path()).expect("it was written so");
    assert!(others.find(&text, NOW).expect("it is open").first);
    assert!(!keys.find(&text, NOW).expect("it is open").first);
    let tomorrow = NOW + SignedDuration::from_hours(24);
    assert!(matches!(keys.find(&text, tomorrow), Err(KeyError::Expired(_))));
    others.revoke(&key.id, NOW).expect("it is there");
    assert!(matches!(keys.find(&text, NOW), Err(KeyError::Revoked(_))));
    assert!(matches!(keys.revoke("ci", NOW), Err(KeyError::Unknown(_))));
}

#[test]
fn what_is_no_key_or_makes_no_sense_is_refused() {
    let folder = tempfile::tempdir().expect("a folder of its own");
    let keys = Keys::open(folder.path()).expect("it is empty");
    let (_, text) = keys.create(wanted("ci", &[Scope::Read]), NOW).expect("it makes sense");
    let changed = text.replace(&text[10..11], if &text[10..11] == "x" { "y" } else { "x" });
    for no_key in ["", "tru_", &text[..52], &changed, &format!("{text}0"), &super::text::random()] {
        assert!(matches!(keys.find(no_key, NOW), Err(KeyError::NoKey)), "{no_key}");
    }
    let past = Wanted { expires: Some(NOW), ..wanted("old", &[Scope::Read]) };
    for (wanted, expected) in [
        (wanted(" ", &[Scope::Read]), "a key needs a name by which people know it"),
        (wanted("a", &[]), "say what `a` is for: `ingest`, `read`, `write` or `admin`"),
        (
            wanted("a", &[Scope::Write]),
            "`a` writes, so it needs a person in whose name: `--as PERSON`",
        ),
        (past, "`old` would be of no use: it expires in the past"),
    ] {
        let error = keys.create(wanted, NOW).expect_err("it makes no sense");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_scope_leaves_open_what_it_is_for() {
    let folder = tempfile::tempdir().expect("a folder of its own");
    let keys = Keys::open(folder.path()).expect("it is empty");
    let actions =
        [Action::See, Action::ReadTexts, Action::Edit, Action::Decide, Action::Administer];
    for (scope, expected) in [
        (Scope::Ingest, "....."),
        (Scope::Read, "xx..."),
        (Scope::Write, "xxxx."),
        (Scope::Admin, "x...x"),
    ] {
        let wanted = Wanted { person: Some("ana".to_owned()), ..wanted("a", &[scope]) };
        let (key, _) = keys.create(wanted, NOW).expect("it makes sense");
        let row: String =
            actions.iter().map(|action| if key.allows(*action) { 'x' } else { '.' }).collect();
        assert_eq!(row, expected, "{scope:?}");
    }
}

#[test]
fn many_who_make_keys_at_once_lose_none() {
    let folder = tempfile::tempdir().expect("a folder of its own");
    std::thread::scope(|threads| {
        for number in 0..8 {
            let path = folder.path();
            threads.spawn(move || {
                let keys = Keys::open(path).expect("it can be read");
                let name = format!("key {number}");
                keys.create(wanted(&name, &[Scope::Ingest]), NOW).expect("it makes sense");
            });
        }
    });
    assert_eq!(
        Keys::open(folder.path()).and_then(|keys| keys.list()).map(|all| all.len()).ok(),
        Some(8)
    );
}
