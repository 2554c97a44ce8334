//! The examples of `docs/language.md` are one roadmap without a fault, and its tables name every key.

use std::fs;
use std::path::Path;

use trueup_roadmap::{Source, codes, parse, standard_metrics};

fn page() -> String {
    let path = Path::new("../../docs/language.md");
    fs::read_to_string(path).unwrap()
}

fn examples(page: &str) -> Vec<Source> {
    let blocks = page.split("```toml\n#--- ").skip(1);
    let example = |block: &str| {
        let (path, rest) = block.split_once('\n').unwrap();
        let text = rest.split("```").next().unwrap();
        Source { path: path.trim().to_owned(), text: text.to_owned() }
    };
    blocks.map(example).collect()
}

#[test]
fn the_examples_are_one_roadmap() {
    let page = page();
    let examples = examples(&page);
    assert_eq!(examples.len(), page.matches("```toml").count(), "every block names its path");
    let parsed = parse(&examples);
    assert_eq!(parsed.diagnostics, []);
    let metrics = parsed.roadmap.metrics.len() - standard_metrics().len();
    assert_eq!((parsed.roadmap.outcomes.len(), metrics, parsed.roadmap.bets.len()), (1, 2, 1));
    assert!(parsed.roadmap.bets[0].graduation().unwrap().is_signed());
}

/// A key that is not known is answered with the known ones: each must be on the page.
#[test]
fn every_known_key_is_described() {
    let page = page();
    let asked = [
        (
            "roadmap.toml",
            "edition = 1\nzzzzzzzzzzzz = 1\n[policy]\nzzzzzzzzzzzz = 1\n[horizons.h]\nzzzzzzzzzzzz = 1\n",
        ),
        ("outcomes/x.toml", "zzzzzzzzzzzz = 1\n[[key_result]]\nzzzzzzzzzzzz = 1\n"),
        ("metrics/x.toml", "zzzzzzzzzzzz = 1\n[measure]\nkind = \"rate\"\nzzzzzzzzzzzz = 1\n"),
        (
            "bets/x.toml",
            "[mode]\nzzzzzzzzzzzz = 1\n[data]\nzzzzzzzzzzzz = 1\n[score]\nzzzzzzzzzzzz = 1\n[gate.g]\ncriteria = [{ zzzzzzzzzzzz = 1 }, { attest = \"a\", zzzzzzzzzzzz = 1 }]\n",
        ),
    ];
    let sources = asked.map(|(path, text)| Source { path: path.to_owned(), text: text.to_owned() });
    let found = parse(&sources).diagnostics;
    let helps: Vec<&String> = found
        .iter()
        .filter(|found| found.code == "F02")
        .filter_map(|found| found.help.as_ref())
        .collect();
    assert_eq!(helps.len(), 12);
    for help in helps {
        for key in help.split('`').skip(1).step_by(2).filter(|key| !key.starts_with('[')) {
            let written = ["`", "`[", "`[["].map(|before| format!("{before}{key}"));
            let is_there = written.iter().any(|written| page.contains(written));
            assert!(is_there, "`{key}` is not described");
        }
    }
}

#[test]
fn the_codes_of_the_text_are_listed() {
    let page = page();
    let text = ["F01", "F02", "F03", "F04", "F05", "F06", "O01", "O04", "A01", "S03"];
    for (code, name) in codes().iter().filter(|(code, _)| text.contains(code)) {
        assert!(page.contains(&format!("| {code} {name} |")), "{code}");
    }
}
