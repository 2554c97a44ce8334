//! Formatting changes how a text looks, and nothing that it says.

mod texts;

use std::collections::BTreeMap;

use proptest::prelude::*;
use toml::de::{DeTable, DeValue};
use trueup_roadmap::{Source, format};

fn formatted(text: &str) -> String {
    format(&Source { path: "bets/x.toml".to_owned(), text: text.to_owned() })
        .expect("the text is TOML")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(formatted(text), expected);
    assert_eq!(formatted(expected), expected, "a second time");
}

#[test]
fn keys_headers_and_blank_lines() {
    check("a=1\n  b . c   =  2  \n", "a = 1\nb.c = 2\n");
    check("\n\na = 1\n\n\n\nb = 2\n\n", "a = 1\n\nb = 2\n");
    check("a = 1\n[ x . y ]\n[[ z ]]", "a = 1\n\n[x.y]\n\n[[z]]\n");
    check("", "");
    check("\n \n", "");
}

#[test]
fn a_header_begins_with_the_comments_above_it() {
    check("a = 1\n# on b\n# and more\n[b]\n", "a = 1\n\n# on b\n# and more\n[b]\n");
    check("a = 1\n# on a\n\n[b]\n", "a = 1\n# on a\n\n[b]\n");
    check("# on b\n[b]\n", "# on b\n[b]\n");
}

#[test]
fn comments_keep_their_column() {
    check("a=1      # one\nbcd = 2  # two\n", "a = 1    # one\nbcd = 2  # two\n");
    check("long_key=1 # one  \n", "long_key = 1 # one\n");
    check("[a]# one\n", "[a] # one\n");
    check("  # one\na = 1\n", "# one\na = 1\n");
}

#[test]
fn lists_of_tables_have_one_on_each_line() {
    check("a = [{b=1},{b=2,  c=3}]\n", "a = [\n  { b = 1 },\n  { b = 2,  c = 3 },\n]\n");
    check("a = [{ b = 1 }] # one\n", "a = [\n  { b = 1 },\n] # one\n");
    check(
        "a = [ # head\n\n{ b = 1 } # one\n, # odd\n  # own\n\n\n{}\n  # last\n]\n",
        "a = [ # head\n\n  { b = 1 }, # one\n  # odd\n  # own\n\n  {},\n  # last\n]\n",
    );
    check("a = { b = [ { c = 1 } ], d = {} }\n", "a = { b = [{ c = 1 }], d = {} }\n");
}

#[test]
fn short_lists_stand_on_one_line_and_long_ones_wrap() {
    check("a = [1,2 , 3,]\n", "a = [1, 2, 3]\n");
    check("a = [\n  1,\n  2,\n]\n", "a = [1, 2]\n");
    check("a = [\n  1, # one\n  2,3\n]\n", "a = [\n  1, # one\n  2, 3,\n]\n");
    let word = format!("\"{}\"", "x".repeat(28));
    let long = format!("a = [{word}, {word}, {word}, {word}]\n");
    let wrapped = format!("a = [\n  {word}, {word}, {word},\n  {word},\n]\n");
    check(&long, &wrapped);
    let chosen = format!("a = [\n  {word},\n  {word}, {word},\n  {word},\n]\n");
    check(&chosen, &chosen);
}

#[test]
fn texts_of_several_lines_stay_as_they_are() {
    let text = "a = \"\"\"\n  x  \n\n\n[y]\n\"\"\"\n";
    check(text, text);
}

#[test]
fn line_ends_follow_the_first_and_marks_stay() {
    check("a=1\r\nb=2\n", "a = 1\r\nb = 2\r\n");
    check("a=1\nb=2\r\n", "a = 1\nb = 2\n");
    check("a = [\n1,'''\r\nx''']\n", "a = [\n  1,\n  '''\r\nx''',\n]\n");
    check("\u{feff}a=1", "\u{feff}a = 1\n");
}

#[test]
fn of_a_note_only_the_header_changes() {
    let note = |text: &str| Source { path: "notes/x.md".to_owned(), text: text.to_owned() };
    let body = "+++\n\n\n# title  \nb=1\n+++";
    let text = format!("+++\na=1\n{body}");
    assert_eq!(format(&note(&text)), Ok(format!("+++\na = 1\n{body}")));
    assert_eq!(format(&note("a=1\n+++\n")).as_deref(), Ok("a=1\n+++\n"));
    let broken = format(&note("+++\na = 1\nb = \n+++\n")).expect_err("the header is not TOML");
    assert_eq!((broken[0].code, broken[0].place.span.clone()), ("F01", 14..14));
    assert!(format(&note("+++\na = 1\n")).is_err(), "the header is not closed");
}

#[test]
fn what_is_not_toml_is_refused() {
    let source = Source { path: "bets/x.toml".to_owned(), text: "a = \n".to_owned() };
    assert_eq!(format(&source).expect_err("there is no value")[0].code, "F01");
}

#[test]
fn what_init_writes_is_in_this_layout_already() {
    for source in trueup_roadmap::init_files(jiff::civil::date(2026, 11, 21)) {
        assert_eq!(format(&source).as_ref(), Ok(&source.text), "{}", source.path);
    }
}

#[test]
fn real_roadmaps_keep_what_they_say() {
    for source in texts::real() {
        for text in texts::variants(&source.text) {
            keeps_all(&text);
        }
    }
}

/// The same twice, the same comments, the same values.
fn keeps_all(text: &str) {
    let once = formatted(text);
    assert_eq!(formatted(&once), once, "formatting again changes nothing; from\n{text}");
    assert_eq!(comments(&once), comments(text), "comments stay");
    assert_eq!(meaning(&once), meaning(text), "values stay");
    let outside = once.lines().filter(|line| line.ends_with([' ', '\t']));
    assert!(text.contains("\"\"\"") || outside.count() == 0, "no spaces at the end of a line");
    assert!(once.is_empty() || once == "\u{feff}" || once.ends_with('\n'));
}

fn comments(text: &str) -> BTreeMap<String, usize> {
    let mut events: Vec<toml_parser::parser::Event> = Vec::new();
    let source = toml_parser::Source::new(text);
    toml_parser::parser::parse_document(&source.lex().into_vec(), &mut events, &mut ());
    let mut comments = BTreeMap::new();
    for event in events {
        if event.kind() == toml_parser::parser::EventKind::Comment {
            let comment = source.get(event).expect("an event lies within its text").as_str();
            *comments.entry(comment.trim_end().to_owned()).or_default() += 1;
        }
    }
    comments
}

fn meaning(text: &str) -> String {
    let table = DeTable::parse(text).expect("the text is TOML");
    spelled(&DeValue::Table(table.into_inner()))
}

/// A value without its places, with its type.
fn spelled(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("text {text:?}"),
        DeValue::Integer(whole) => format!("whole {whole}"),
        DeValue::Float(number) => format!("number {number}"),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(moment) => format!("moment {moment}"),
        DeValue::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| spelled(item.get_ref())).collect();
            format!("[{}]", items.join(", "))
        }
        DeValue::Table(table) => {
            let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
                let key: &std::borrow::Cow<'_, str> = key.get_ref();
                format!("{key:?}: {}", spelled(value.get_ref()))
            };
            format!("{{{}}}", table.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_toml_keeps_what_it_says(text in texts::toml()) {
        keeps_all(&text);
    }

    #[test]
    fn anything_like_toml_is_formatted_or_refused(
        text in "([a-z_.\"]{0,9}( = |\\n|\\[|\\]|\\[\\[|\\{|\\}|,|\"|'|[0-9.:-]{1,9}|#|\\\\u|é|\\r\\n){1,4}){0,20}",
    ) {
        let source = Source { path: "bets/x.toml".to_owned(), text };
        if format(&source).is_ok() {
            keeps_all(&source.text);
        }
    }

    #[test]
    fn any_text_is_formatted_or_refused(text in any::<String>(), path in "bets/x\\.toml|notes/x\\.md") {
        let source = Source { path, text };
        if let Ok(text) = format(&source) {
            let once = Source { text: text.clone(), ..source };
            prop_assert_eq!(format(&once), Ok(text));
        }
    }
}

#[test]
fn a_value_below_its_key_stays_a_value() {
    let laid_out = |text: &str| {
        let source = Source { path: "roadmap.toml".to_owned(), text: text.to_owned() };
        format(&source).expect("it is TOML")
    };
    assert_eq!(laid_out("a = { b =\n 1 }\n"), "a = { b = 1 }\n");
    let remark = "a = { b = # why\n 1 }\n";
    assert_eq!(laid_out(remark), remark, "the comment has no other place");
}
