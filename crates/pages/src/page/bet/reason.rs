//! Why a verdict is what it is, each with the page that explains it.

use trueup_roadmap::code_name;
use trueup_verdict::render::words;
use trueup_verdict::report::Reason;

use crate::link;

/// One reason.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    pub reason: &'a Reason,
    pub bet: &'a str,
    /// What the number is called that it is about, where that has a page.
    pub number: Option<&'a str>,
}

impl Cause<'_> {
    /// `decisive`, `strong`, `warning` or `note`.
    #[must_use]
    pub fn weight(&self) -> &'static str {
        words::weight(self.reason.weight)
    }

    /// What it goes by: the name of a lint, or the metric.
    #[must_use]
    pub fn name(&self) -> String {
        let code = &self.reason.code;
        let lint = code_name(code).map(|name| name.replace('-', " "));
        lint.unwrap_or_else(|| self.number.unwrap_or(code).to_owned())
    }

    /// The path of what explains it.
    #[must_use]
    pub fn about(&self) -> String {
        let code = link::part(&self.reason.code);
        match self.reason.code.as_str() {
            "denied" => format!("/bets/{}#findings", link::part(self.bet)),
            known if code_name(known).is_some() => format!("/diagnostics/{code}"),
            _ if self.number.is_some() => format!("/bets/{}/why/{code}", link::part(self.bet)),
            _ => format!("/bets/{}#criteria", link::part(self.bet)),
        }
    }
}
