//! What a bet says about itself beside the bet proper: score, data review, sourcing, suppressions.

use super::bet::within;
use super::{Fields, Value};
use crate::bet::{DataReview, Labels, Score, Sourcing};
use crate::check::reference::Kind;
use crate::diagnostic::{Diagnostic, as_text};
use crate::explain::{LINTS, is_lint};
use crate::name::{LONGEST, nearest};
use crate::source::{Place, Spanned};

const VALUES: [&str; 3] = ["automation", "augmentation", "transformation"];
const SOURCES: [&str; 5] = ["rules", "buy", "rag", "fine-tune", "build"];

/// The highest mark of a RIBS score.
const MARK_AT_MOST: u32 = 5;

/// RIBS.
pub(crate) fn score(fields: &Fields<'_>) -> Option<Score> {
    let mark = |name| {
        let mark = fields.required(name)?.whole_within(1, MARK_AT_MOST)?;
        u8::try_from(mark).ok()
    };
    let (risk, impact) = (mark("risk"), mark("impact"));
    let (business, scale) = (mark("business"), mark("scale"));
    let value = fields.optional("value").and_then(|value| value.word(&VALUES));
    let by = fields.references("by", Kind::Person);
    Some(Score { risk: risk?, impact: impact?, business: business?, scale: scale?, value, by })
}

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
pub(crate) fn data(fields: &Fields<'_>) -> Option<DataReview> {
    let (reviewed_on, reviewed_by) = within(fields, "reviewed", reviewed).unwrap_or_default();
    Some(DataReview {
        reviewed_on,
        reviewed_by,
        bias: fields.text("bias"),
        sparsity: fields.text("sparsity"),
        labels: within(fields, "labels", labels),
        fresh: fields.text("fresh"),
        cannot: fields.texts("cannot"),
        assumes: fields.texts("assumes"),
    })
}

type Reviewed = (Option<jiff::civil::Date>, Vec<Spanned<String>>);

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
fn reviewed(fields: &Fields<'_>) -> Option<Reviewed> {
    let on = fields.required("on").and_then(|value| value.date());
    Some((on, fields.references("by", Kind::Person)))
}

fn labels(fields: &Fields<'_>) -> Option<Labels> {
    let whole =
        |name| fields.required(name).and_then(|value: Value<'_>| value.whole_within(0, u32::MAX));
    let (have, need) = (whole("have"), whole("need"));
    let cost = fields.optional("cost").and_then(|value| value.number_within((0.0, f64::INFINITY)));
    let currency = fields.optional("currency").and_then(|value| value.currency());
    Some(Labels { cost, currency, have: u64::from(have?), need: u64::from(need?) })
}

pub(crate) fn sourcing(fields: &Fields<'_>) -> Option<Sourcing> {
    let kind = fields.required("kind").and_then(|value| value.word(&SOURCES));
    let because = fields.text("because");
    let next = within(fields, "next", next);
    Some(Sourcing { kind: kind?, because, next })
}

fn next(fields: &Fields<'_>) -> Option<(String, String)> {
    let kind = fields.required("kind").and_then(|value| value.word(&SOURCES));
    let when = fields.required("when").and_then(|value| value.text());
    Some((kind?, when?))
}

/// `allow = [{ code, because, until }]`. Their form is checked; that they take effect needs a
/// calendar and comes with `check`'s own.
pub(crate) fn suppressions(fields: &Fields<'_>) {
    for item in fields.optional("allow").map(|value| value.items()).unwrap_or_default() {
        let Some(fields) = item.fields("this suppression") else { continue };
        if let Some(value) = fields.required("code") {
            suppressed(&value);
        }
        let _ = fields.required("because").and_then(|value| value.text());
        let _ = fields.required("until").and_then(|value| value.date());
        fields.finish();
    }
}

fn suppressed(value: &Value<'_>) {
    let Some(code) = value.text() else { return };
    if crate::blocks_verdict(&code) && is_lint(&code) {
        let message = format!("`{code}` cannot be allowed: mend the text instead");
        let _: Option<()> = value.complain(message, None);
    } else if !is_lint(&code) {
        value.file.report(no_lint(value.place(), &code, as_text));
    }
}

/// F04 for a code that does not exist.
pub(crate) fn no_lint(place: Place, code: &str, write: fn(&str) -> String) -> Diagnostic {
    let shown: String = code.chars().take(LONGEST).collect();
    let diagnostic = Diagnostic::deny("F04", place, format!("there is no lint `{shown}`"));
    diagnostic.meant(nearest(code, LINTS), write, || "`trueup explain` lists them".to_owned())
}
