//! JUnit XML: a case for each file that was checked, so that good files count too.

use std::collections::BTreeMap;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::located::{Located, locate, path};
use super::{Checked, harmless, remarks};

/// A file and what was found in it.
#[derive(Default)]
struct Case<'a> {
    failed: Vec<Located<'a>>,
    /// What is no bad news.
    other: Vec<Located<'a>>,
}

pub(super) fn junit(checked: &Checked<'_>) -> String {
    let mut bytes = Vec::new();
    write(&cases(checked), &mut bytes).expect("memory can be written to");
    String::from_utf8(bytes).expect("texts were written") + "\n"
}

/// By path: the files, and those that something is said of although they are absent.
fn cases<'a>(checked: &Checked<'a>) -> BTreeMap<String, Case<'a>> {
    let files = checked.sources.iter();
    let mut cases: BTreeMap<String, Case<'a>> =
        files.map(|source| (path(checked.folder, &source.path), Case::default())).collect();
    for located in locate(checked) {
        let case = cases.entry(located.path.clone()).or_default();
        let failed = checked.is_bad_news(located.diagnostic);
        let list = if failed { &mut case.failed } else { &mut case.other };
        list.push(located);
    }
    cases
}

fn write(cases: &BTreeMap<String, Case<'_>>, bytes: &mut Vec<u8>) -> io::Result<()> {
    let failures = cases.values().filter(|case| !case.failed.is_empty()).count().to_string();
    let tests = cases.len().to_string();
    let counts = [
        ("name", "trueup check"),
        ("tests", tests.as_str()),
        ("failures", failures.as_str()),
        ("errors", "0"),
    ];
    let mut writer = Writer::new_with_indent(bytes, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("testsuites").with_attributes(counts).write_inner_content(|writer| {
        let suite = writer.create_element("testsuite").with_attributes(counts);
        suite.write_inner_content(|writer| {
            cases.iter().try_for_each(|(path, case)| write_case(writer, path, case))
        })?;
        Ok(())
    })?;
    Ok(())
}

fn write_case(writer: &mut Writer<&mut Vec<u8>>, path: &str, case: &Case<'_>) -> io::Result<()> {
    let path = harmless(path);
    let element = writer
        .create_element("testcase")
        .with_attributes([("name", path.as_str()), ("classname", "trueup.check")]);
    if case.failed.is_empty() && case.other.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|writer| {
        write_failure(writer, &case.failed)?;
        write_output(writer, &case.other)
    })?;
    Ok(())
}

/// One element for all of a file: not every reader takes more.
fn write_failure(writer: &mut Writer<&mut Vec<u8>>, failed: &[Located<'_>]) -> io::Result<()> {
    let message = match failed {
        [] => return Ok(()),
        [only] => harmless(&only.diagnostic.message),
        many => format!("{} findings", many.len()),
    };
    let code = failed[0].diagnostic.code;
    let element = writer
        .create_element("failure")
        .with_attributes([("message", message.as_str()), ("type", code)]);
    element.write_text_content(BytesText::new(&listed(failed)))?;
    Ok(())
}

fn write_output(writer: &mut Writer<&mut Vec<u8>>, other: &[Located<'_>]) -> io::Result<()> {
    if !other.is_empty() {
        let text = listed(other);
        writer.create_element("system-out").write_text_content(BytesText::new(&text))?;
    }
    Ok(())
}

fn listed(all: &[Located<'_>]) -> String {
    all.iter().map(lines).collect::<Vec<_>>().join("\n\n")
}

fn lines(located: &Located<'_>) -> String {
    let found = located.diagnostic;
    let head = format!("{}[{}]: {}", found.severity.word(), found.code, found.message);
    let origin = format!("--> {}", located.origin());
    let lines = [head, origin].into_iter().chain(remarks(found));
    harmless(&lines.collect::<Vec<_>>().join("\n  "))
}
