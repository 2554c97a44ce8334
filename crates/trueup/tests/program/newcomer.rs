//! A newcomer breaks the roadmap that `init` wrote, and mends it by what `check` says alone.

use std::fmt::Write;

use crate::run::Place;

/// A way to break the roadmap: a file, and a text in it with what somebody wrote instead.
struct Slip {
    what: &'static str,
    file: &'static str,
    old: &'static str,
    new: &'static str,
}

const BET: &str = "bets/reply-drafts.toml";

const SLIPS: [Slip; 19] = [
    Slip { what: "an unsigned pilot", file: BET, old: "\"framed\" #", new: "\"pilot\" #" },
    Slip { what: "a slip in a key", file: BET, old: "at_least = 0.6", new: "at_lest = 0.6" },
    Slip { what: "percent", file: BET, old: "at_least = 0.6", new: "at_least = 55" },
    Slip {
        what: "somebody who is not here",
        file: "outcomes/faster-replies.toml",
        old: "\"ben\"]",
        new: "\"bem\"]",
    },
    Slip {
        what: "a date in quotes",
        file: BET,
        old: "decide_by = 20",
        new: "decide_by = \"2026-12-11\" # 20",
    },
    Slip {
        what: "a quote forgotten",
        file: BET,
        old: "kind = \"augment\"",
        new: "kind = \"augment",
    },
    Slip { what: "quotes forgotten", file: BET, old: "kind = \"augment\"", new: "kind = augment" },
    Slip { what: "a comma forgotten", file: BET, old: "windows = 4,", new: "windows = 4" },
    Slip { what: "m for months", file: BET, old: "every = \"1w\"", new: "every = \"1m\"" },
    Slip { what: "an unknown horizon", file: BET, old: "\"h2\" #", new: "\"H2\" #" },
    Slip { what: "a wrong stage", file: BET, old: "\"framed\" #", new: "\"frame\" #" },
    Slip {
        what: "a header that does not end",
        file: "notes/interview-acme.md",
        old: "+++\n# Acme",
        new: "# Acme",
    },
    Slip {
        what: "a gate without criteria",
        file: BET,
        old: "[gate.graduate]\n",
        new: "[gate.proof]\ncriteria = []\n\n[gate.graduate]\n",
    },
    Slip {
        what: "a signature of other criteria",
        file: BET,
        old: "[gate.graduate]\n",
        new: "[gate.graduate]\nsigned = { product = \"ada\", rd = \"ben\", on = 2026-01-01, digest = \"b3:00000000\" }\n",
    },
    Slip {
        what: "signed by the wrong side",
        file: BET,
        old: "[gate.graduate]\n",
        new: "[gate.graduate]\nsigned = { product = \"ben\", rd = \"ada\", on = 2026-01-01, digest = \"b3:00000000\" }\n",
    },
    Slip {
        what: "a duplicate id",
        file: "metrics/sent_unchanged.toml",
        old: "id = \"sent_unchanged\"",
        new: "id = \"acceptance\"",
    },
    Slip { what: "a key twice", file: BET, old: "team = [", new: "title = \"T\"\nteam = [" },
    Slip { what: "a number in quotes", file: BET, old: "from = 9\n", new: "from = \"9\"\n" },
    Slip {
        what: "nothing that is served",
        file: BET,
        old: "serves = [\"faster-replies/drafts-sent\"]",
        new: "serves = []",
    },
];

/// Files that somebody deleted.
const GONE: [&str; 4] = [
    "outcomes/faster-replies.toml",
    "notes/interview-acme.md",
    "capabilities/our-tone.toml",
    "roadmap.toml",
];

/// What `check` says of each; read the change before accepting it.
#[test]
fn each_slip_is_answered_with_what_to_do() {
    let mut all = String::new();
    for Slip { what, file, old, new } in SLIPS {
        let place = begun();
        let path = place.path().join("roadmap").join(file);
        let text = std::fs::read_to_string(&path).expect("init wrote it");
        assert!(text.contains(old), "{what}: `{old}` is not in {file}");
        std::fs::write(&path, text.replacen(old, new, 1)).expect("a file can be written");
        let _ = writeln!(all, "════ {what}\n{}", bad_news(&place, what));
    }
    for gone in GONE {
        let place = begun();
        std::fs::remove_file(place.path().join("roadmap").join(gone)).expect("init wrote it");
        let _ = writeln!(all, "════ {gone} is gone\n{}", bad_news(&place, gone));
    }
    insta::assert_snapshot!("slips", all);
}

fn begun() -> Place {
    let place = Place::new();
    place.good(&["init"]);
    place
}

/// What `check` prints, with each date as `DATE`, since that of today moves.
fn bad_news(place: &Place, what: &str) -> String {
    let ran = place.run(&["check"]);
    if ran.code == 2 {
        return undated(&ran.err);
    }
    assert_eq!(ran.code, 1, "{what}: {}{}", ran.out, ran.err);
    undated(&ran.out)
}

fn undated(text: &str) -> String {
    let mut undated = String::new();
    let mut rest = text;
    while let Some(digit) = rest.find("20") {
        let date =
            rest.get(digit..digit + 10).filter(|date| date.parse::<jiff::civil::Date>().is_ok());
        undated.push_str(&rest[..digit]);
        undated.push_str(if date.is_some() { "DATE" } else { "20" });
        rest = &rest[digit + date.map_or(2, str::len)..];
    }
    undated + rest
}
