//! What is rare: other line breaks, control characters, long lines, many findings.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use trueup_roadmap::{Diagnostic, Format, Source, parse};

use crate::{FORMATS, found, printed, source};

/// The line and column of each finding, as the JSON says.
fn places(sources: &[Source], diagnostics: &[Diagnostic]) -> Vec<(u64, u64)> {
    let check: Value =
        serde_json::from_str(&printed(Format::Json, sources, diagnostics)).expect("JSON");
    let findings = check["diagnostics"].as_array().expect("a list").iter();
    let number = |value: &Value| value.as_u64().expect("a number");
    findings
        .map(|finding| (number(&finding["start"]["line"]), number(&finding["start"]["column"])))
        .collect()
}

/// Reads XML to its end.
fn assert_well_formed(xml: &str) {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return,
            Ok(Event::Text(text)) => {
                text.decode().expect("text is UTF-8");
            }
            Ok(_) => {}
            Err(error) => panic!("{error} in\n{xml}"),
        }
    }
}

fn is_xml(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[test]
fn a_mark_and_the_line_breaks_of_windows_move_nothing() {
    let text = "\u{feff}edition = 1\r\nedtion = 1\r\n";
    let sources = [source("roadmap.toml", text)];
    let diagnostics = parse(&sources).diagnostics;
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert_eq!(places(&sources, &diagnostics), [(2, 1)]);
    let github = printed(Format::Github, &sources, &diagnostics);
    assert!(github.contains(",line=2,col=1,endLine=2,endColumn=7,"), "{github}");
}

#[test]
fn a_place_outside_of_the_text_is_its_end() {
    let sources = [source("bets/x.toml", "é\n")];
    let beyond = [found("F01", "bets/x.toml", 1..9), found("F01", "bets/x.toml", 7..9)];
    assert_eq!(places(&sources, &beyond), [(1, 1), (2, 1)]);
}

#[test]
fn a_finding_about_a_file_has_no_columns() {
    let sources = [source("bets/x.toml", "id = 1\n")];
    let about = [found("F03", "bets/x.toml", 0..0)];
    let github = printed(Format::Github, &sources, &about);
    assert!(github.contains("file=road map/bets/x.toml,line=1,title=F03"), "{github}");
    let sarif = printed(Format::Sarif, &sources, &about);
    assert!(sarif.contains("\"startLine\": 1") && !sarif.contains("startColumn"), "{sarif}");
}

#[test]
fn several_lines_have_no_columns_in_annotations() {
    let sources = [source("bets/x.toml", "a = [\n1\n]\n")];
    let github = printed(Format::Github, &sources, &[found("F03", "bets/x.toml", 4..9)]);
    assert!(github.contains(",line=1,endLine=3,title="), "{github}");
}

#[test]
fn no_character_breaks_a_format() {
    let hostile: String = (0..0x30)
        .chain([0x7f, 0x85, 0x9b, 0x202e, 0x2028, 0xfffe, 0xffff])
        .filter_map(char::from_u32)
        .collect();
    let hostile = format!("{hostile}]]>&lt;\"'`%0A::error::|<!-- \u{10ffff}");
    let path = format!("bets/{hostile}.toml");
    let diagnostic = Diagnostic {
        message: hostile.clone(),
        label: Some(hostile.clone()),
        help: Some(hostile.clone()),
        patch: Some(hostile.clone()),
        ..found("F01", &path, 0..1)
    };
    let sources = [source(&path, &hostile)];
    for format in FORMATS {
        let text = printed(format, &sources, std::slice::from_ref(&diagnostic));
        let bare = text.chars().find(|letter| letter.is_control() && *letter != '\n');
        // The lines of the text are drawn by a crate that lets C1 controls through.
        if !matches!(format, Format::Text { .. } | Format::Json | Format::Sarif) {
            assert_eq!(bare, None, "{format:?}");
        }
        match format {
            Format::Json | Format::Sarif => assert!(serde_json::from_str::<Value>(&text).is_ok()),
            Format::Github => assert_eq!(text.lines().count(), 2, "one command and the summary"),
            Format::Markdown => assert_eq!(text.lines().count(), 5, "{text}"),
            Format::Junit => {
                assert_well_formed(&text);
                assert!(text.chars().all(is_xml), "{text:?}");
            }
            Format::Text { .. } => {}
        }
    }
}

#[test]
fn annotations_keep_what_the_runner_would_read() {
    let diagnostic = Diagnostic {
        message: "100%\r\nof a:b,c".to_owned(),
        ..found("F01", "bets/a:b,c%.toml", 0..0)
    };
    let github = printed(Format::Github, &[], &[diagnostic]);
    let command = github.lines().next().unwrap();
    assert_eq!(
        command,
        "::error file=road map/bets/a%3Ab%2Cc%25.toml,line=1,title=F01 syntax::100%25\u{fffd}%0Aof a:b,c"
    );
}

#[test]
fn markdown_shows_what_was_written() {
    let row = |message: &str| {
        let diagnostic =
            Diagnostic { message: message.to_owned(), ..found("F01", "bets/x.toml", 0..0) };
        let text = printed(Format::Markdown, &[], &[diagnostic]);
        let row = text.lines().last().unwrap();
        row.rsplit_once(" | ").unwrap().1.trim_end_matches(" |").to_owned()
    };
    assert_eq!(row("`at_least` is_ *not* <b>"), "`at_least` is&#95; &#42;not&#42; &#60;b&#62;");
    assert_eq!(row("`[<b>]` is code"), "`[<b>]` is code");
    assert_eq!(row("`a|b` and ` x`"), "<code>a&#124;b</code> and <code> x</code>");
    assert_eq!(row("one ` alone"), "one &#96; alone");
    assert_eq!(row("`` none"), "&#96;&#96; none");
}

#[test]
fn markdown_ends_before_a_comment_is_too_long() {
    let many: Vec<Diagnostic> = (0..150).map(|_| found("F01", "bets/x.toml", 0..0)).collect();
    let text = printed(Format::Markdown, &[], &many);
    assert_eq!(text.matches("F01 syntax").count(), 100);
    assert!(text.ends_with("and 50 more; `trueup check` shows all of them\n"), "{text}");
    assert!(!printed(Format::Markdown, &[], &many[..100]).contains("more;"));
}

#[test]
fn a_cut_line_keeps_its_column() {
    let text = format!("a = \"{}\" b\n", "𝄞".repeat(600));
    let at = text.find('b').unwrap();
    let sources = [source("bets/x.toml", &text)];
    let drawn = printed(
        Format::Text { colour: false },
        &sources,
        &[found("F01", "bets/x.toml", at..at + 1)],
    );
    assert!(drawn.contains("--> bets/x.toml:1:608\n"), "{drawn}");
    assert!(drawn.lines().all(|line| line.chars().count() < 300), "{drawn}");
}

/// Ten thousand findings on one line of a megabyte: a look-up that reads the line would take an hour.
#[test]
fn many_findings_on_a_long_line() {
    let text = "a𝄞 = 1, ".repeat(100_000);
    let sources = [source("bets/x.toml", &text)];
    let step = "a𝄞 = 1, ".len() * 10;
    let many: Vec<Diagnostic> =
        (0..10_000).map(|n| found("F01", "bets/x.toml", n * step..n * step + 1)).collect();
    for format in FORMATS {
        let printed = printed(format, &sources, &many);
        assert!(printed.contains("F01"), "{format:?}");
    }
    let places = places(&sources, &many);
    let columns: Vec<u64> = places.iter().map(|(_, column)| *column).collect();
    let expected: Vec<u64> = (0..10_000).map(|n| n * 80 + 1).collect();
    assert_eq!(columns, expected);
}

proptest! {
    /// Whatever the text and the place, every format is whole.
    #[test]
    fn any_text_and_any_place(text in "(\u{feff})?(.|\r\n|\n){0,40}", start in 0..200_usize, length in 0..200_usize) {
        let sources = [source("bets/x.toml", &text)];
        let diagnostic = Diagnostic {
            message: text.clone(),
            patch: Some(text.clone()),
            ..found("F01", "bets/x.toml", start..start + length)
        };
        for format in FORMATS {
            let text = printed(format, &sources, std::slice::from_ref(&diagnostic));
            match format {
                Format::Json | Format::Sarif => prop_assert!(serde_json::from_str::<Value>(&text).is_ok()),
                Format::Junit => assert_well_formed(&text),
                Format::Github => prop_assert_eq!(text.lines().count(), 2),
                Format::Markdown => prop_assert_eq!(text.lines().count(), 5),
                Format::Text { .. } => prop_assert!(text.ends_with("\n\n1 error\n")),
            }
        }
    }
}
