//! Each format of one small roadmap; read the change before accepting it.

use trueup_roadmap::{Format, explain};

use crate::{FORMATS, printed, small};

fn of_small(format: Format) -> String {
    let (sources, diagnostics) = small();
    printed(format, &sources, &diagnostics)
}

#[test]
fn text() {
    insta::assert_snapshot!(of_small(Format::Text { colour: false }));
}

#[test]
fn json() {
    insta::assert_snapshot!(of_small(Format::Json));
}

#[test]
fn sarif() {
    let mut text = of_small(Format::Sarif);
    for code in ["F02", "F03", "O01", "O04"] {
        let page = serde_json::to_string(explain(code).unwrap()).unwrap();
        assert_eq!(text.matches(&page).count(), 2, "{code} has its page, as text and as Markdown");
        text = text.replace(&page, &format!("\"(the page of {code})\""));
    }
    insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "(version)"));
}

#[test]
fn junit() {
    insta::assert_snapshot!(of_small(Format::Junit));
}

#[test]
fn github() {
    insta::assert_snapshot!(of_small(Format::Github));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(of_small(Format::Markdown));
}

#[test]
fn nothing_found() {
    let (sources, _) = small();
    let all = FORMATS.map(|format| format!("── {format:?}\n{}", printed(format, &sources, &[])));
    insta::assert_snapshot!(all.concat().replace(env!("CARGO_PKG_VERSION"), "(version)"));
}
