//! `allow = [{ code, because, until }]`, in every file that holds an entity.

use super::{Fields, Value};
use crate::diagnostic::{Diagnostic, as_text};
use crate::explain::{is_lint, lints};
use crate::name::{LONGEST, nearest};
use crate::source::{Place, Spanned};
use crate::suppression::Suppression;

/// Lints that the file suppresses; without a reason or an end the suppression itself is denied.
pub(crate) fn suppressions(fields: &Fields<'_>) -> Vec<Suppression> {
    let items = fields.optional("allow").map(|value| value.items()).unwrap_or_default();
    let read: Vec<Suppression> = items.iter().filter_map(suppression).collect();
    fields.file.suppressions.borrow_mut().extend(read.iter().cloned());
    read
}

fn suppression(value: &Value<'_>) -> Option<Suppression> {
    let fields = value.fields("this suppression")?;
    let code = fields.required("code").and_then(|value| code(&value));
    let because = fields.required("because").and_then(|value| value.text());
    let until = fields.required("until").and_then(|value| value.spanned_date());
    fields.finish();
    Some(Suppression { code: code?, because: because?, until: until? })
}

fn code(value: &Value<'_>) -> Option<Spanned<String>> {
    let code = value.spanned_text()?;
    if crate::blocks_verdict(&code) && is_lint(&code) {
        let message = format!("`{}` cannot be allowed: mend the text instead", code.value);
        return value.complain(message, None);
    }
    if !is_lint(&code) {
        value.file.report(no_lint(value.place(), &code, as_text));
        return None;
    }
    Some(code)
}

/// F04 for a code that does not exist.
pub(crate) fn no_lint(place: Place, code: &str, write: fn(&str) -> String) -> Diagnostic {
    let shown: String = code.chars().take(LONGEST).collect();
    let diagnostic = Diagnostic::deny("F04", place, format!("there is no lint `{shown}`"));
    diagnostic.meant(nearest(code, lints()), write, || "`trueup explain` lists them".to_owned())
}
