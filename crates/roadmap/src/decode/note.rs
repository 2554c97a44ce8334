//! `notes/*.md`: a TOML header between two lines of `+++`, then Markdown.

use super::suppression::suppressions;
use super::{Decoded, Fields, Value};
use crate::check::reference::Kind;
use crate::diagnostic::Diagnostic;
use crate::name::{LONGEST, is_name};
use crate::note::{Action, Note, Subject};
use crate::source::{Place, Source, Spanned};
use crate::syntax;

/// What stands before the colon, what it names, and the subject.
type Prefixed = (&'static str, Kind, fn(String) -> Subject);

const SUBJECTS: [Prefixed; 6] = [
    ("capability", Kind::Capability, Subject::Capability),
    ("outcome", Kind::Outcome, Subject::Outcome),
    ("metric", Kind::Metric, Subject::Metric),
    ("workflow", Kind::Workflow, Subject::Workflow),
    ("model", Kind::Model, Subject::Model),
    ("note", Kind::Note, Subject::Note),
];

/// Reads a note. Its id is the file's name.
pub(crate) fn file(source: &Source) -> Decoded<Note> {
    let stem = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
    let whole = Place { path: source.path.clone(), span: 0..0 };
    let id = Spanned { value: stem.to_owned(), place: whole.clone() };
    let Some(toml) = syntax::header(&source.text) else {
        let wrong =
            if syntax::opens_header(&source.text) { open_header(whole) } else { no_header(whole) };
        return Decoded { id: Some(id), ..Decoded::failed(wrong) };
    };
    let below = &source.text[toml.end..];
    let body = below.split_once('\n').map_or("", |(_fence, body)| body);
    // Blanks instead of what stands before it, so that every place is that of the file.
    let text = " ".repeat(toml.start) + &source.text[toml];
    let header = Source { path: source.path.clone(), text };
    let mut decoded = super::file(&header, |fields| note(fields, id.clone(), body));
    if !is_name(stem) {
        decoded.diagnostics.push(bad_name(whole, stem));
    }
    Decoded { id: Some(id), ..decoded }
}

fn open_header(place: Place) -> Diagnostic {
    let help = "add a line `+++` where the header ends and the text begins";
    Diagnostic {
        help: Some(help.to_owned()),
        ..Diagnostic::deny("F01", place, "the header of this note does not end")
    }
}

fn no_header(place: Place) -> Diagnostic {
    let help = "begin with a line `+++`, then `kind`, `by` and `on`, then a line `+++`";
    Diagnostic {
        help: Some(help.to_owned()),
        ..Diagnostic::deny("F01", place, "this note has no header between two lines of `+++`")
    }
}

fn bad_name(place: Place, stem: &str) -> Diagnostic {
    let shown: String = stem.chars().take(LONGEST).collect();
    let message = format!("`{shown}` is not a name, and a note's file name is its id");
    let help = "lower-case words with dashes, at most 63 letters: `field-2026-09-acme.md`";
    Diagnostic { help: Some(help.to_owned()), ..Diagnostic::deny("F03", place, message) }
}

fn note(fields: &Fields<'_>, id: Spanned<String>, body: &str) -> Option<Note> {
    let kind = fields.required("kind").and_then(|value| value.spanned_word());
    let on = fields.required("on").and_then(|value| value.spanned_date());
    let about = fields.optional("about").map(|value| value.one_or_more()).unwrap_or_default();
    let by = fields.required("by").map(|value| value.one_or_more()).unwrap_or_default();
    Some(Note {
        id,
        title: fields.text("title"),
        about: about.iter().filter_map(subject).collect(),
        by: by.iter().filter_map(|value| value.reference(Kind::Person)).collect(),
        account: fields.text("account"),
        works: fields.texts("works"),
        breaks: fields.texts("breaks"),
        data_needed: fields.texts("data_needed"),
        link: fields.optional("link").and_then(|value| value.spanned_text()),
        decision: fields.optional("decision").and_then(|value| value.spanned_word()),
        verdict: fields.optional("verdict").and_then(|value| value.spanned_text()),
        supersedes: fields.optional("supersedes").and_then(|value| value.note()),
        predicts: fields.text("predicts"),
        actions: fields.each("action", action),
        happened: fields.optional("happened").and_then(|value| value.date()),
        review_by: fields.optional("review_by").and_then(|value| value.spanned_date()),
        model: fields.reference("model", Kind::Model),
        allow: suppressions(fields),
        body: body.to_owned(),
        place: fields.place(),
        kind: kind?,
        on: on?,
    })
}

/// `skill-match`, `capability:map-free-text-skills`.
fn subject(value: &Value<'_>) -> Option<Spanned<Subject>> {
    let text = value.text()?;
    let Some((prefix, id)) = text.split_once(':') else {
        return Some(value.spanned(Subject::Bet(value.reference(Kind::Bet)?.value)));
    };
    if prefix == "bet" {
        let id = value.reference_called(Kind::Bet, id);
        return Some(value.spanned(Subject::Bet(id.value)));
    }
    let Some((_, kind, make)) = SUBJECTS.iter().find(|(known, ..)| *known == prefix) else {
        let message = format!("`{}` cannot be about a `{prefix}`", value.key());
        let help = "a bet's id, or `capability:`, `outcome:`, `metric:`, `workflow:`, `model:` or \
                    `note:` before an id";
        return value.complain(message, Some(help.to_owned()));
    };
    let id = value.reference_called(*kind, id);
    Some(value.spanned(make(id.value)))
}

fn action(fields: &Fields<'_>) -> Option<Action> {
    let what = fields.required("what").and_then(|value| value.spanned_text());
    let by = fields.reference("by", Kind::Person);
    let due = fields.optional("due").and_then(|value| value.spanned_date());
    Some(Action { what: what?, by, due, done: fields.flag("done") })
}
