//! A typed reader over a TOML table: every value keeps its place, every key that was not asked for
//! is an unknown key, and every complaint is collected.
//!
//! By hand and not by serde's derive, which loses the places within inline and tagged tables.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned as Node;
use toml::de::{DeTable, DeValue};

use crate::check::reference::{Kind, Reference};
use crate::diagnostic::{Diagnostic, as_key};
use crate::name::{listed, nearest, shown};
use crate::source::{Place, Source, Spanned};
use crate::suppression::Suppression;

pub(crate) mod bet;
pub(crate) mod capability;
mod data;
mod delivery;
mod economics;
mod experiment;
mod gate;
mod measure;
pub(crate) mod metric;
pub(crate) mod note;
pub(crate) mod outcome;
pub(crate) mod policy;
pub(crate) mod suppression;
mod tally;
mod value;
pub(crate) mod workflow;

pub(crate) use value::Value;

/// More syntax errors than this in one file follow from the first ones.
const SYNTAX_ERRORS_AT_MOST: usize = 20;

/// What one file held.
pub(crate) struct Decoded<T> {
    /// `None` when a key that it cannot be without is missing or wrong.
    pub entity: Option<T>,
    pub diagnostics: Vec<Diagnostic>,
    pub references: Vec<Reference>,
    /// The numbers that bound criteria.
    pub bounds: Vec<Spanned<f64>>,
    pub suppressions: Vec<Suppression>,
    /// Its name, known even when the entity is not.
    pub id: Option<Spanned<String>>,
}

impl<T> Decoded<T> {
    /// Nothing but what is wrong.
    fn failed(diagnostic: Diagnostic) -> Decoded<T> {
        Decoded {
            entity: None,
            diagnostics: vec![diagnostic],
            references: Vec::new(),
            bounds: Vec::new(),
            suppressions: Vec::new(),
            id: None,
        }
    }
}

/// Reads one file; `decode` asks for the keys.
pub(crate) fn file<T>(
    source: &Source,
    decode: impl FnOnce(&Fields<'_>) -> Option<T>,
) -> Decoded<T> {
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    let file = File::new(source);
    let fields = Fields::new(&file, "the file", document.get_ref(), 0..0);
    let entity = decode(&fields);
    fields.finish();
    let id = file.id.take();
    let mut diagnostics = file.diagnostics.take();
    let mut references = file.references.take();
    if errors.is_empty() {
        diagnostics.extend(file.missing.take().into_values().flatten().map(|missing| missing.1));
    } else {
        // What is missing, or wrong on the same line, most likely follows from the syntax error.
        let broken = syntax_errors(source, &errors);
        let lines: Vec<_> =
            broken.iter().map(|error| line_around(&source.text, error.place.span.start)).collect();
        let is_sound = |place: &Place| !lines.iter().any(|line| line.contains(&place.span.start));
        diagnostics.retain(|found| is_sound(&found.place));
        references.retain(|reference| is_sound(&reference.id.place));
        diagnostics.extend(broken);
    }
    let (bounds, suppressions) = (file.bounds.take(), file.suppressions.take());
    Decoded { entity, diagnostics, references, bounds, suppressions, id }
}

/// What keeps a file from being TOML.
pub(crate) fn syntax(source: &Source) -> Vec<Diagnostic> {
    let (_, errors) = DeTable::parse_recoverable(&source.text);
    syntax_errors(source, &errors)
}

/// How many errors keep a text from being TOML.
pub(crate) fn syntax_error_count(text: &str) -> usize {
    DeTable::parse_recoverable(text).1.len()
}

fn syntax_errors(source: &Source, errors: &[toml::de::Error]) -> Vec<Diagnostic> {
    let errors = first_causes(&source.text, errors);
    let shown = errors.iter().take(SYNTAX_ERRORS_AT_MOST);
    let mut diagnostics: Vec<Diagnostic> = shown
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            let place = Place { path: source.path.clone(), span };
            let help = syntax_help(error.message()).map(str::to_owned);
            let message = format!("this is not TOML: {}", error.message());
            Diagnostic { help, ..Diagnostic::deny("F01", place, message) }
        })
        .collect();
    let more = errors.len() - diagnostics.len();
    if let Some(last) = diagnostics.last_mut().filter(|_| more > 0) {
        last.help = Some(format!("{more} more such errors follow; mend these first"));
    }
    diagnostics
}

/// One error of each line, since the others follow from it: the first, but a forgotten comma is told
/// only by the third.
fn first_causes<'e>(text: &str, errors: &'e [toml::de::Error]) -> Vec<&'e toml::de::Error> {
    let mut causes: BTreeMap<usize, &toml::de::Error> = BTreeMap::new();
    for error in errors {
        let line = line_around(text, error.span().unwrap_or(0..0).start).start;
        let cause = causes.entry(line).or_insert(error);
        if error.message().starts_with("missing comma") {
            *cause = error;
        }
    }
    causes.into_values().collect()
}

/// What to do about the slips that people make most, by what the parser says.
fn syntax_help(message: &str) -> Option<&'static str> {
    let helps = [
        (
            "duplicate key",
            "a key stands once in its table: remove one, or write `[[...]]` for a list",
        ),
        ("invalid basic string", "a text ends with the quote that it began with, on the same line"),
        ("string values must be quoted", "write a text in quotes: `\"...\"`"),
        ("missing comma", "put a comma between the two"),
        ("key with no value", "write `key = value`"),
        ("unclosed array", "close the list with `]`"),
        ("unclosed inline table", "close the table with `}`"),
    ];
    helps.into_iter().find(|(said, _)| message.starts_with(said)).map(|(_, help)| help)
}

/// The bytes of the line that a byte lies on, its end included.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let at = at.min(bytes.len());
    let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
    let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |n| at + n);
    start..end + 1
}

/// Keys of which one must be there, and the complaint that none is.
type Missing = (Vec<&'static str>, Diagnostic);

/// The file being read and what was found in it.
pub(crate) struct File<'d> {
    source: &'d Source,
    diagnostics: RefCell<Vec<Diagnostic>>,
    /// By the table's place.
    missing: RefCell<BTreeMap<(usize, usize), Vec<Missing>>>,
    references: RefCell<Vec<Reference>>,
    bounds: RefCell<Vec<Spanned<f64>>>,
    suppressions: RefCell<Vec<Suppression>>,
    id: Cell<Option<Spanned<String>>>,
}

impl<'d> File<'d> {
    fn new(source: &'d Source) -> File<'d> {
        File {
            source,
            diagnostics: RefCell::default(),
            missing: RefCell::default(),
            references: RefCell::default(),
            bounds: RefCell::default(),
            suppressions: RefCell::default(),
            id: Cell::default(),
        }
    }

    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        Place { path: self.source.path.clone(), span }
    }

    pub(crate) fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }
}

/// A table whose keys are known: each is asked for once.
pub(crate) struct Fields<'d> {
    pub(crate) file: &'d File<'d>,
    /// What the table is, for messages: "`[mode]`", "this criterion".
    what: String,
    table: &'d DeTable<'d>,
    span: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'d> Fields<'d> {
    pub(crate) fn new(
        file: &'d File<'d>,
        what: impl Into<String>,
        table: &'d DeTable<'d>,
        span: Range<usize>,
    ) -> Fields<'d> {
        Fields { file, what: what.into(), table, span, asked: RefCell::default() }
    }

    pub(crate) fn place(&self) -> Place {
        self.file.place(self.span.clone())
    }

    /// Looks for a key that may be absent.
    pub(crate) fn optional(&self, name: &'static str) -> Option<Value<'d>> {
        self.asked.borrow_mut().push(name);
        self.table.get(name).map(|node| Value::new(self.file, name, node))
    }

    /// Looks for a key that must be there.
    pub(crate) fn required(&self, name: &'static str) -> Option<Value<'d>> {
        let value = self.optional(name);
        if value.is_none() {
            let message = format!("{} needs `{name}`", self.what);
            self.missing(vec![name], Diagnostic::deny("F03", self.place(), message));
        }
        value
    }

    /// A text that may be absent.
    pub(crate) fn text(&self, name: &'static str) -> Option<String> {
        self.optional(name)?.text()
    }

    /// Texts; none if the key is absent.
    pub(crate) fn texts(&self, name: &'static str) -> Vec<String> {
        let items = self.optional(name).map(|value| value.items()).unwrap_or_default();
        items.into_iter().filter_map(|item| item.text()).collect()
    }

    /// Texts with their places; none if the key is absent.
    pub(crate) fn spanned_texts(&self, name: &'static str) -> Vec<Spanned<String>> {
        let items = self.optional(name).map(|value| value.items()).unwrap_or_default();
        items.into_iter().filter_map(|item| item.spanned_text()).collect()
    }

    /// A number of money that may be absent.
    pub(crate) fn amount(&self, name: &'static str) -> Option<f64> {
        self.optional(name)?.amount()
    }

    /// True if the key is there and true.
    pub(crate) fn flag(&self, name: &'static str) -> bool {
        self.optional(name).and_then(|value| value.flag()).unwrap_or(false)
    }

    /// A table within this one that may be absent.
    pub(crate) fn table(&self, name: &'static str) -> Option<Fields<'d>> {
        self.optional(name)?.fields(format!("`[{name}]`"))
    }

    /// Reads the table `name`, and reports the keys that it does not know.
    pub(crate) fn within<T>(
        &self,
        name: &'static str,
        read: fn(&Fields<'_>) -> Option<T>,
    ) -> Option<T> {
        let table = self.table(name)?;
        let entity = read(&table);
        table.finish();
        entity
    }

    /// Reads each table of the array `name`; none if the key is absent.
    pub(crate) fn each<T>(&self, name: &'static str, read: fn(&Fields<'_>) -> Option<T>) -> Vec<T> {
        let read = |table: &Fields<'_>| {
            let entity = read(table);
            table.finish();
            entity
        };
        self.tables(name).iter().filter_map(read).collect()
    }

    /// `[[name]]` tables; none if the key is absent.
    pub(crate) fn tables(&self, name: &'static str) -> Vec<Fields<'d>> {
        let items = self.optional(name).map(|value| value.items()).unwrap_or_default();
        items.into_iter().filter_map(|item| item.fields(format!("`[[{name}]]`"))).collect()
    }

    /// Notes, each written `note:ID`; none if the key is absent.
    pub(crate) fn notes(&self, name: &'static str) -> Vec<Spanned<String>> {
        let items = self.optional(name).map(|value| value.items()).unwrap_or_default();
        items.into_iter().filter_map(|item| item.note()).collect()
    }

    /// A reference that may be absent.
    pub(crate) fn reference(&self, name: &'static str, kind: Kind) -> Option<Spanned<String>> {
        self.optional(name)?.reference(kind)
    }

    /// References; none if the key is absent.
    pub(crate) fn references(&self, name: &'static str, kind: Kind) -> Vec<Spanned<String>> {
        let items = self.optional(name).map(|value| value.items()).unwrap_or_default();
        items.into_iter().filter_map(|item| item.reference(kind)).collect()
    }

    /// The name of the entity that the file holds.
    pub(crate) fn own_id(&self, is_name: fn(&str) -> bool) -> Option<Spanned<String>> {
        let id = self.required("id")?.name(is_name)?;
        self.file.id.set(Some(id.clone()));
        Some(id)
    }

    /// All keys of a table whose keys are the user's own names.
    pub(crate) fn entries(&self) -> Vec<(Spanned<String>, Value<'d>)> {
        let entry = |(key, node): (&'d Node<_>, &'d Node<DeValue<'d>>)| {
            let name: &std::borrow::Cow<'d, str> = key.get_ref();
            let place = self.file.place(key.span());
            let key = Spanned { value: name.to_string(), place };
            (key, Value::new(self.file, shown(name), node))
        };
        self.table.iter().map(entry).collect()
    }

    /// Reports, unless one of the keys turns out to be misspelt, that none of them is there.
    pub(crate) fn missing(&self, keys: Vec<&'static str>, diagnostic: Diagnostic) {
        let table = (self.span.start, self.span.end);
        self.file.missing.borrow_mut().entry(table).or_default().push((keys, diagnostic));
    }

    /// Reports F03 on the table itself.
    pub(crate) fn complain(&self, message: String, help: Option<String>) {
        let mut diagnostic = Diagnostic::deny("F03", self.place(), message);
        diagnostic.help = help;
        self.file.report(diagnostic);
    }

    /// Reports every key that was not asked for.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table {
            let name: &str = key.get_ref();
            if !asked.contains(&name) {
                self.unknown_key(self.file.place(key.span()), name, &asked);
            }
        }
    }

    fn unknown_key(&self, place: Place, name: &str, known: &[&'static str]) {
        #[cfg(test)]
        crate::schema::in_step::asked_beside(name, known);
        let absent = known.iter().copied().filter(|known| !self.table.contains_key(*known));
        let meant = nearest(name, absent);
        let diagnostic = Diagnostic::deny("F02", place, format!("unknown key `{}`", shown(name)));
        let all = || format!("{} may have {}", self.what, listed(known.iter().copied()));
        self.file.report(diagnostic.meant(meant, as_key, all));
        // A misspelt key is not missing too.
        if let (Some(meant), Some(missing)) =
            (meant, self.file.missing.borrow_mut().get_mut(&(self.span.start, self.span.end)))
        {
            missing.retain(|(keys, _)| !keys.contains(&meant));
        }
    }
}
