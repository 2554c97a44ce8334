//! Runs the cases in `tests/cases/*.toml`.
//!
//! One file holds many cases. `#=== NAME` starts a case, `#--- PATH` a file of it; what every case
//! needs and few are about (`roadmap.toml`, an outcome) is added where a case does not give it.
//! A comment names what is to be said of its line: `# ✖ CODE TEXT` (deny), `# ▲ CODE TEXT` (warn) or
//! `# • CODE TEXT` (note), where TEXT is part of the message, the help or the patch. On a `#---` line
//! it is about the file as a whole, and `(absent)` there leaves the file out. Nothing else may be said.
//!
//! A file whose name begins with a code (`O02.toml`) is about that code and those of F: what other lints say is
//! left aside. It must hold a case in which the code fires and one in which it does not.
//!
//! `#@ DATE NAME` starts a revision: the files below it were committed then, and those of the last
//! revision are the roadmap. Without any, no history is known. `#@ today DATE` sets the day.

use std::fs;
use std::path::Path;

use jiff::civil::{Date, date};
use trueup_roadmap::history::{FileChange, Revision};
use trueup_roadmap::{Circumstances, Diagnostic, History, Severity, Source, check, explain, parse};

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
        let code = stem.split('-').next().unwrap_or_default().to_uppercase();
        let about = explain(&code).is_some().then_some(code.as_str());
        let mut has_both = [false, false];
        for case in text.split("#=== ").skip(1) {
            let name = case.lines().next().unwrap_or_default();
            count += 1;
            failures.push_str(&examine(&format!("{stem}: {name}"), case, about));
            let said = ['✖', '▲', '•'].iter().any(|mark| case.contains(&format!("{mark} {code}")));
            has_both[usize::from(said)] = true;
        }
        if about.is_some_and(|code| !code.starts_with('F')) && has_both != [true, true] {
            failures.extend([&stem, ": one case must fire and one must not\n"]);
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

fn examine(name: &str, case: &str, about: Option<&str>) -> String {
    let Case { sources, mut expected, history, today } = read(case);
    let mut failures = String::new();
    let circumstances = Circumstances { today, history: history.as_ref() };
    for found in check(&parse(&sources), &circumstances) {
        assert!(explain(found.code).is_some(), "`{}` has no page", found.code);
        if about.is_some_and(|about| found.code != about && !found.code.starts_with('F')) {
            continue;
        }
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

/// What one case holds.
struct Case {
    sources: Vec<Source>,
    expected: Vec<Expected>,
    history: Option<History>,
    today: Date,
}

fn read(case: &str) -> Case {
    let mut files: Vec<(Source, Vec<Expected>)> = Vec::new();
    let (mut revisions, mut today) = (Vec::new(), date(2026, 11, 21));
    for (index, text) in case.split("#@ ").enumerate() {
        let is_revision = index > 0;
        let header = text.lines().next().unwrap_or_default();
        if let Some(day) = header.strip_prefix("today ").filter(|_| is_revision) {
            today = day.trim().parse().unwrap();
        }
        let mut changes = Vec::new();
        for (source, expected, is_absent) in files_of(text) {
            let text = (!is_absent).then(|| source.text.clone());
            changes.push(FileChange { path: source.path.clone(), text, found: false });
            files.retain(|(known, _)| known.path != source.path);
            if is_absent {
                files.push((Source { text: String::new(), ..source }, expected));
            } else {
                files.push((source, expected));
            }
        }
        if is_revision && !header.starts_with("today ") {
            revisions.push((revision(header, revisions.len()), changes));
        }
    }
    let absent = |path: &str| case.contains(&format!("#--- {path} (absent)"));
    let expected = files.iter_mut().flat_map(|(_, expected)| std::mem::take(expected)).collect();
    let mut sources: Vec<Source> =
        files.into_iter().map(|(source, _)| source).filter(|s| !absent(&s.path)).collect();
    for (path, text) in BASE {
        if !case.contains(&format!("#--- {path}")) {
            sources.push(Source { path: path.to_owned(), text: text.to_owned() });
        }
    }
    let history = (!revisions.is_empty()).then(|| History::read(revisions, false));
    Case { sources, expected, history, today }
}

fn revision(header: &str, index: usize) -> Revision {
    let (day, by) = header.split_once(' ').unwrap_or((header, "Ana"));
    Revision {
        commit: format!("{index:07}"),
        on: day.parse().unwrap(),
        by: by.trim().to_owned(),
        email: format!("{}@example.com", by.trim().to_lowercase()),
        subject: String::new(),
    }
}

fn files_of(text: &str) -> Vec<(Source, Vec<Expected>, bool)> {
    let read = |file: &str| {
        let (header, text) = file.split_once('\n').unwrap_or((file, ""));
        let path = header.split_whitespace().next().unwrap_or_default().to_owned();
        let mut expected = comments(&path, 0, header);
        for (index, line) in text.lines().enumerate() {
            expected.extend(comments(&path, index + 1, line));
        }
        let source = Source { path, text: text.to_owned() };
        (source, expected, header.contains("(absent)"))
    };
    text.split("#--- ").skip(1).map(read).collect()
}

fn comments(path: &str, line: usize, text: &str) -> Vec<Expected> {
    let marks = [('✖', Severity::Deny), ('▲', Severity::Warn), ('•', Severity::Note)];
    let mut found = Vec::new();
    for (at, mark) in text.char_indices() {
        let Some((_, severity)) = marks.iter().find(|(known, _)| *known == mark) else { continue };
        let rest = &text[at + mark.len_utf8()..];
        let rest = rest.split(['✖', '▲', '•']).next().unwrap_or(rest).trim();
        let (code, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let (code, text) = (code.to_owned(), text.trim().to_owned());
        found.push(Expected { path: path.to_owned(), line, severity: *severity, code, text });
    }
    found
}
