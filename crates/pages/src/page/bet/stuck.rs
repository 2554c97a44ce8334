//! By which codes a bet is stuck, and what each of them means.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{code_name, explain};
use trueup_verdict::report::BetReport;

use super::Finding;

/// A sign that a pilot neither ends nor goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Code {
    pub code: String,
    /// `moved goalposts`.
    pub name: String,
    /// What it means, in the first sentences of its page.
    pub means: String,
    /// What the evidence says here; where it is silent, the text.
    pub says: Vec<String>,
}

/// The distinct P codes, from the evidence or from the text.
pub(super) fn codes(judged: Option<&BetReport>, findings: &[Finding]) -> Vec<Code> {
    let of_evidence = judged.map_or(&[][..], |judged| judged.purgatory.codes.as_slice());
    let of_text = findings.iter().map(|found| &found.code).filter(|code| code.starts_with('P'));
    let mut codes: Vec<&String> = of_evidence.iter().chain(of_text).collect();
    codes.sort();
    codes.dedup();
    codes.into_iter().map(|code| explained(code, judged, findings)).collect()
}

fn explained(code: &str, judged: Option<&BetReport>, findings: &[Finding]) -> Code {
    let reasons = judged.into_iter().flat_map(|judged| &judged.reasons);
    let reasons = reasons.filter(|reason| reason.code == code).map(|reason| &reason.text);
    let found = findings.iter().filter(|found| found.code == code).map(|found| &found.message);
    let (reasons, found): (Vec<&String>, Vec<&String>) = (reasons.collect(), found.collect());
    let mut says: Vec<String> = Vec::new();
    for text in if reasons.is_empty() { found } else { reasons } {
        if !says.contains(text) {
            says.push(text.clone());
        }
    }
    Code {
        code: code.to_owned(),
        name: code_name(code).unwrap_or(code).replace('-', " "),
        means: explain(code).map(first_paragraph).unwrap_or_default(),
        says,
    }
}

/// The first paragraph of a page, which says what the code is.
fn first_paragraph(page: &str) -> String {
    let lines = page.lines().skip_while(|line| line.is_empty() || line.starts_with('#'));
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}
