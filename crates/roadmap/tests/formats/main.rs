//! What was found, in each format: as it was, valid, and whole at the edges.

mod edges;
mod json;
mod printed;
mod sarif;

use trueup_roadmap::{Checked, Diagnostic, Format, Place, Severity, Source, render_as};

const FORMATS: [Format; 6] = [
    Format::Text { colour: false },
    Format::Json,
    Format::Sarif,
    Format::Junit,
    Format::Github,
    Format::Markdown,
];

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

fn found(code: &'static str, path: &str, span: std::ops::Range<usize>) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Deny,
        message: format!("something about `{code}`"),
        place: Place { path: path.to_owned(), span },
        label: None,
        help: None,
        patch: None,
    }
}

fn printed(format: Format, sources: &[Source], diagnostics: &[Diagnostic]) -> String {
    let checked = Checked {
        sources,
        diagnostics,
        folder: "road map",
        bets: 1,
        outcomes: 2,
        deny: Severity::Deny,
    };
    render_as(format, &checked)
}

/// A good file, a file with one finding of each severity, and a file that is missing.
fn small() -> (Vec<Source>, Vec<Diagnostic>) {
    let bet = "id = \"x\"\ntitle = \"简历 𝄞\" # 50%, a: b\nat_lest = 0.6\n";
    let sources = vec![source("bets/x.toml", bet), source("metrics/m.toml", "id = \"m\"\n")];
    let place = |part: &str| {
        let start = bet.find(part).expect("the bet holds it");
        start..start + part.len()
    };
    let diagnostics = vec![
        Diagnostic {
            severity: Severity::Note,
            message: "`x` has a title of 100% <b>two</b> scripts: a, b | c".to_owned(),
            label: Some("here".to_owned()),
            ..found("O04", "bets/x.toml", place("𝄞\""))
        },
        Diagnostic {
            message: "unknown key `at_lest`; did you mean `at_least`?".to_owned(),
            patch: Some("at_least".to_owned()),
            ..found("F02", "bets/x.toml", place("at_lest"))
        },
        Diagnostic {
            severity: Severity::Warn,
            message: "`x` improves nothing we measure".to_owned(),
            help: Some("add `serves = [\"outcome/key-result\"]`".to_owned()),
            ..found("O01", "bets/x.toml", place("0.6\n"))
        },
        Diagnostic {
            message: "there is no `roadmap.toml`".to_owned(),
            help: Some("write one".to_owned()),
            ..found("F03", "roadmap.toml", 0..0)
        },
    ];
    (sources, diagnostics)
}
