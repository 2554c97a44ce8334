//! A lint that somebody suppressed in a file, why, and until when.

use jiff::civil::Date;
use schemars::JsonSchema;

use crate::Spanned;
use crate::schema::written;

/// `allow = [{ code = "C02", because = "...", until = 2027-01-31 }]`.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Suppression {
    /// The code of the lint.
    #[schemars(with = "written::LintCode")]
    pub code: Spanned<String>,
    /// Why it is right to say nothing.
    pub because: String,
    /// The last day on which nothing is said.
    pub until: Spanned<Date>,
}
