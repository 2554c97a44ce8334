//! The page behind each code: what it is, why it matters, an example, the way out.

/// Every code of the language, those of lints that are still to come included: a roadmap may set
/// the level of each.
pub(crate) const LINTS: [&str; 69] = [
    "F01", "F02", "F03", "F04", "F05", "F06", "O01", "O02", "O03", "O04", "O05", "H01", "H02",
    "H03", "H04", "H05", "M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "A01", "A02",
    "A03", "A04", "A05", "P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08", "P09", "S01",
    "S02", "S03", "S04", "S05", "S06", "C01", "C02", "C03", "C04", "C05", "C06", "D01", "D02",
    "D03", "D04", "K01", "K02", "K03", "K04", "K05", "K06", "B01", "B02", "B03", "W01", "W02",
    "W03", "W04", "T01", "T02",
];

pub(crate) fn is_lint(code: &str) -> bool {
    LINTS.contains(&code)
}

macro_rules! pages {
    ($($code:literal $name:literal)*) => {
        const CODES: &[(&str, &str)] = &[$(($code, $name)),*];
        const PAGES: &[(&str, &str)] =
            &[$(($code, include_str!(concat!("../explain/", $code, ".md")))),*];
    };
}

pages! {
    "F01" "syntax"
    "F02" "unknown-key"
    "F03" "type-or-unit"
    "F04" "dangling-ref"
    "F05" "duplicate-id"
    "F06" "newer-edition"
    "O01" "no-outcome"
    "O04" "half-owned-key-result"
    "M07" "underpowered"
    "A01" "no-mode"
    "A03" "rubber-stamp"
    "P01" "no-gate"
    "P02" "moved-goalposts"
    "P03" "overdue"
    "S02" "unsigned"
    "S03" "stale-signature"
    "C04" "over-budget"
    "C05" "inverts"
}

/// Every code that can be reported, with its name.
#[must_use]
pub fn codes() -> &'static [(&'static str, &'static str)] {
    CODES
}

/// The page of a code.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    PAGES.iter().find(|(known, _)| *known == code).map(|(_, page)| *page)
}
