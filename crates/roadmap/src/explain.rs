//! The page behind each code: what it is, why it matters, an example, the way out.

use crate::diagnostic::Severity;

struct Page {
    code: &'static str,
    name: &'static str,
    /// Unless policy says otherwise.
    severity: Severity,
    text: &'static str,
}

macro_rules! pages {
    ($($code:literal $name:literal $severity:ident)*) => {
        const CODES: &[(&str, &str)] = &[$(($code, $name)),*];
        const PAGES: &[Page] = &[$(Page {
            code: $code,
            name: $name,
            severity: Severity::$severity,
            text: include_str!(concat!("../explain/", $code, ".md")),
        }),*];
    };
}

pages! {
    "F01" "syntax" Deny
    "F02" "unknown-key" Deny
    "F03" "type-or-unit" Deny
    "F04" "dangling-ref" Deny
    "F05" "duplicate-id" Deny
    "F06" "newer-edition" Deny
    "O01" "no-outcome" Deny
    "O02" "technology-first" Warn
    "O03" "feature-brief" Warn
    "O04" "half-owned-key-result" Deny
    "O05" "no-demand" Warn
    "H01" "horizon-entry" Deny
    "H02" "bare-risk" Warn
    "H03" "explore-as-product" Warn
    "H04" "dated-output" Warn
    "H05" "overpromise" Deny
    "M01" "island-metric" Deny
    "M02" "one-sided-gate" Warn
    "M03" "accuracy-goal" Warn
    "M04" "perplexity-goal" Warn
    "M05" "two-meanings" Warn
    "M06" "no-baseline" Warn
    "M07" "underpowered" Warn
    "M08" "definition-moved" Warn
    "A01" "no-mode" Deny
    "A02" "control-missing" Deny
    "A03" "rubber-stamp" Deny
    "A04" "oversight" Deny
    "A05" "risky-automation" Deny
    "P01" "no-gate" Deny
    "P02" "moved-goalposts" Deny
    "P03" "overdue" Deny
    "P04" "demo-loop" Warn
    "P05" "fans-only" Warn
    "P06" "no-done" Warn
    "P07" "no-readiness" Warn
    "P08" "no-path" Warn
    "P09" "polishing" Warn
    "S01" "scope-grew" Warn
    "S02" "unsigned" Deny
    "S03" "stale-signature" Deny
    "S04" "no-owner" Warn
    "S05" "one-sided" Warn
    "S06" "late-rd" Warn
    "S07" "stage-skipped" Deny
    "C01" "no-budget" Deny
    "C02" "no-value" Warn
    "C03" "no-loads" Warn
    "C04" "over-budget" Deny
    "C05" "inverts" Warn
    "C06" "all-premium" Note
    "D01" "no-review" Deny
    "D02" "stale-review" Warn
    "D03" "no-limits" Warn
    "D04" "drift" Warn
    "K01" "no-investment" Warn
    "K02" "orphan-capability" Warn
    "K03" "harness-no-exit" Warn
    "K04" "dear-harness" Warn
    "K05" "thickening" Warn
    "K06" "audit-due" Warn
    "B01" "no-sourcing" Warn
    "B02" "build-early" Warn
    "B03" "rule-untried" Warn
    "W01" "vertical" Warn
    "W02" "spot-work" Warn
    "W03" "consumer-gate" Deny
    "W04" "no-process-data" Warn
    "T01" "handshake" Warn
    "T02" "ritual-due" Warn
    "T03" "note-rewritten" Warn
}

/// Every code that can be reported, with its name.
#[must_use]
pub fn codes() -> &'static [(&'static str, &'static str)] {
    CODES
}

/// The page of a code.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    page(code).map(|page| page.text)
}

/// The name of a code: `no-outcome`.
#[must_use]
pub fn code_name(code: &str) -> Option<&'static str> {
    page(code).map(|page| page.name)
}

/// How bad a code is unless policy says otherwise; a code that is not known stops everything.
#[must_use]
pub fn severity(code: &str) -> Severity {
    page(code).map_or(Severity::Deny, |page| page.severity)
}

pub(crate) fn is_lint(code: &str) -> bool {
    page(code).is_some()
}

/// All codes.
pub(crate) fn lints() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|page| page.code)
}

fn page(code: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.code == code)
}
