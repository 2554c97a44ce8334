//! Runs the cases in `tests/cases/*.toml`.
//!
//! One file holds many cases. `#=== NAME` starts a case, `#--- PATH` a file of it; what every case
//! needs and few are about (`roadmap.toml`, an outcome) is added where a case does not give it.
//! A comment names what is to be said of its line: `# ✖ CODE TEXT` (deny) or `# ▲ CODE TEXT` (warn),
//! where TEXT is part of the message, the help or the patch. On a `#---` line it is about the file as
//! a whole, and `(absent)` there leaves the file out. Nothing else may be said.

use std::fs;
use std::path::Path;

use trueup_roadmap::{Diagnostic, Severity, Source, explain, parse};

const BASE: [(&str, &str); 2] = [
    (
        "roadmap.toml",
        "edition = 1\n[people]\nana = { name = \"Ana\", side = \"product\" }\nbo = { name = \"Bo\", side = \"rd\" }\n",
    ),
    (
        "outcomes/growth.toml",
        "id = \"growth\"\ntitle = \"Growth\"\nfor = \"all\"\nmetric = \"active_users\"\nfrom = 1\nto = 2\n\
         by = 2027-01-01\n[[key_result]]\nid = \"kr1\"\nmetric = \"acceptance\"\nfrom = 0.1\nto = 0.6\n\
         by = 2027-01-01\nowners = [\"ana\", \"bo\"]\n",
    ),
];

#[test]
fn every_case_says_what_its_comments_expect() {
    let folder = Path::new("tests/cases");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut failures = String::new();
    let mut count = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        for case in text.split("#=== ").skip(1) {
            let name = case.lines().next().unwrap_or_default();
            count += 1;
            failures.push_str(&check(&format!("{stem}: {name}"), case));
        }
    }
    assert!(count >= 40, "only {count} cases were found");
    assert!(failures.is_empty(), "\n{failures}");
}

/// What a comment expects at a line of a file; line 0 is the file as a whole.
#[derive(Debug, PartialEq)]
struct Expected {
    path: String,
    line: usize,
    severity: Severity,
    code: String,
    text: String,
}

fn check(name: &str, case: &str) -> String {
    let (sources, mut expected) = read(case);
    let mut failures = String::new();
    for found in parse(&sources).diagnostics {
        assert!(explain(found.code).is_some(), "`{}` has no page", found.code);
        let (line, whole) = line(&sources, &found);
        let fits = |want: &Expected| {
            want.path == found.place.path
                && (want.line == line || (whole && want.line == 0))
                && want.severity == found.severity
                && want.code == found.code
                && said(&found).contains(&want.text)
        };
        match expected.iter().position(fits) {
            Some(index) => drop(expected.remove(index)),
            None => failures.extend([name, ": not expected: ", &format!("{line}: {found:#?}\n")]),
        }
    }
    for want in expected {
        failures.extend([name, ": missing: ", &format!("{want:?}\n")]);
    }
    failures
}

fn said(found: &Diagnostic) -> String {
    let parts = [Some(&found.message), found.help.as_ref(), found.patch.as_ref()];
    parts.into_iter().flatten().cloned().collect::<Vec<_>>().join("\n")
}

fn line(sources: &[Source], found: &Diagnostic) -> (usize, bool) {
    let source = sources.iter().find(|source| source.path == found.place.path);
    let before = source.map_or("", |source| &source.text[..found.place.span.start]);
    (before.matches('\n').count() + 1, found.place.span == (0..0))
}

fn read(case: &str) -> (Vec<Source>, Vec<Expected>) {
    let (mut sources, mut expected) = (Vec::new(), Vec::new());
    for file in case.split("#--- ").skip(1) {
        let (header, text) = file.split_once('\n').unwrap_or((file, ""));
        let path = header.split_whitespace().next().unwrap_or_default().to_owned();
        expected.extend(comments(&path, 0, header));
        for (index, line) in text.lines().enumerate() {
            expected.extend(comments(&path, index + 1, line));
        }
        if !header.contains("(absent)") {
            sources.push(Source { path, text: text.to_owned() });
        }
    }
    for (path, text) in BASE {
        if !case.contains(&format!("#--- {path}")) {
            sources.push(Source { path: path.to_owned(), text: text.to_owned() });
        }
    }
    (sources, expected)
}

fn comments(path: &str, line: usize, text: &str) -> Vec<Expected> {
    let marks = [('✖', Severity::Deny), ('▲', Severity::Warn)];
    let mut found = Vec::new();
    for (at, mark) in text.char_indices() {
        let Some((_, severity)) = marks.iter().find(|(known, _)| *known == mark) else { continue };
        let rest = &text[at + mark.len_utf8()..];
        let rest = rest.split(['✖', '▲']).next().unwrap_or(rest).trim();
        let (code, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let (code, text) = (code.to_owned(), text.trim().to_owned());
        found.push(Expected { path: path.to_owned(), line, severity: *severity, code, text });
    }
    found
}
