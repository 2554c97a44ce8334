//! One value of a TOML table: read as what it must be, or complained about at its place.

use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned as Node;
use toml::de::{DeFloat, DeInteger, DeValue};

use super::{Fields, File};
use crate::Length;
use crate::check::reference::{Kind, Reference};
use crate::diagnostic::{Diagnostic, as_text};
use crate::duration;
use crate::name::{LONGEST, listed, nearest, shown};
use crate::roadmap::Side;
use crate::source::{Place, Spanned};
use crate::word::Word;

/// The highest mark.
const MARK_AT_MOST: u32 = 5;

/// A value and the key it was found at.
#[derive(Clone)]
pub(crate) struct Value<'d> {
    pub(crate) file: &'d File<'d>,
    key: String,
    node: &'d Node<DeValue<'d>>,
}

impl<'d> Value<'d> {
    pub(crate) fn new(file: &'d File<'d>, key: &str, node: &'d Node<DeValue<'d>>) -> Value<'d> {
        Value { file, key: key.to_owned(), node }
    }

    /// The same value under another name in messages.
    pub(crate) fn called(&self, key: &str) -> Value<'d> {
        Value { key: key.to_owned(), ..self.clone() }
    }

    pub(crate) fn place(&self) -> Place {
        self.file.place(self.span())
    }

    fn span(&self) -> Range<usize> {
        self.node.span()
    }

    pub(crate) fn spanned<T>(&self, value: T) -> Spanned<T> {
        Spanned { value, place: self.place() }
    }

    /// A text that says something.
    pub(crate) fn text(&self) -> Option<String> {
        let DeValue::String(text) = self.node.get_ref() else {
            return self.wrong("a text", "\"...\"");
        };
        if text.trim().is_empty() {
            return self.complain(format!("`{}` is empty", self.key), None);
        }
        Some(text.to_string())
    }

    pub(crate) fn spanned_text(&self) -> Option<Spanned<String>> {
        Some(self.spanned(self.text()?))
    }

    /// A name that this value gives to something.
    pub(crate) fn name(&self, is_name: fn(&str) -> bool) -> Option<Spanned<String>> {
        let name = self.spanned_text()?;
        is_named(self.file, &name, is_name).then_some(name)
    }

    /// The name of something that is written elsewhere; whether it exists is checked at the end.
    pub(crate) fn reference(&self, kind: Kind) -> Option<Spanned<String>> {
        self.reference_to(kind, None)
    }

    /// A person of one side.
    pub(crate) fn signer(&self, side: Side) -> Option<Spanned<String>> {
        self.reference_to(Kind::Person, Some(side))
    }

    /// A note, written `note:ID`; its id.
    pub(crate) fn note(&self) -> Option<Spanned<String>> {
        let text = self.text()?;
        let Some(id) = text.strip_prefix("note:") else {
            let message = format!("`{}` refers to a note, written `note:ID`", self.key);
            return self.patched(message, as_text(&format!("note:{text}")));
        };
        Some(self.reference_called(Kind::Note, id))
    }

    /// A reference whose name is only part of this text.
    pub(crate) fn reference_called(&self, kind: Kind, id: &str) -> Spanned<String> {
        let id = self.spanned(id.to_owned());
        let prefix = self.text().and_then(|text| Some(text.strip_suffix(&id.value)?.to_owned()));
        let prefix = prefix.unwrap_or_default();
        let reference = Reference { kind, side: None, id: id.clone(), prefix };
        self.file.references.borrow_mut().push(reference);
        id
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    fn reference_to(&self, kind: Kind, side: Option<Side>) -> Option<Spanned<String>> {
        let id = self.spanned_text()?;
        self.file.references.borrow_mut().push(Reference {
            kind,
            side,
            id: id.clone(),
            prefix: String::new(),
        });
        Some(id)
    }

    /// A finite number.
    pub(crate) fn number(&self) -> Option<f64> {
        let number = match self.node.get_ref() {
            DeValue::Integer(integer) => of_integer(integer),
            DeValue::Float(float) => of_float(float),
            DeValue::String(text) if is_number(text) => return self.quoted("a number", text),
            _ => return self.wrong("a number", "1"),
        };
        match number {
            Some(number) if number.is_finite() => Some(if number == 0.0 { 0.0 } else { number }),
            _ => self.complain(format!("`{}` must be a finite number", self.key), None),
        }
    }

    /// A number that bounds a criterion; whether the metric can reach it is checked at the end.
    pub(crate) fn bound(&self) -> Option<f64> {
        let bound = self.number()?;
        self.file.bounds.borrow_mut().push(self.spanned(bound));
        Some(bound)
    }

    /// A number within a range, ends included.
    pub(crate) fn number_within(&self, range: (f64, f64)) -> Option<f64> {
        let number = self.number()?;
        if range.0 <= number && number <= range.1 {
            return Some(number);
        }
        let limits = crate::metric::limits(range);
        let hundredth = number / 100.0;
        if range == (0.0, 1.0) && number > 1.0 && hundredth <= 1.0 {
            let message =
                format!("`{}` lies {limits}, not at {number}; did you mean {hundredth}?", self.key);
            return self.patched(message, hundredth.to_string());
        }
        self.complain(format!("`{}` lies {limits}, not at {number}", self.key), None)
    }

    /// A whole number within a range, ends included.
    pub(crate) fn whole_within(&self, least: u32, most: u32) -> Option<u32> {
        let DeValue::Integer(integer) = self.node.get_ref() else {
            return self.wrong("a whole number", &least.max(1).to_string());
        };
        let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.and_then(|number| u32::try_from(number).ok());
        match number {
            Some(number) if (least..=most).contains(&number) => Some(number),
            _ if most == u32::MAX => {
                self.complain(format!("`{}` must be a whole number from {least}", self.key), None)
            }
            _ => self.complain(
                format!("`{}` must be a whole number from {least} to {most}", self.key),
                None,
            ),
        }
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        match self.node.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => self.wrong("true or false", "true"),
        }
    }

    /// A calendar date, without a time.
    pub(crate) fn date(&self) -> Option<Date> {
        let written = match self.node.get_ref() {
            DeValue::Datetime(written) => written,
            DeValue::String(text) if text.parse::<Date>().is_ok() => {
                return self.quoted("a date", text);
            }
            _ => return self.wrong("a date", "2026-12-11"),
        };
        let (Some(date), None) = (written.date, written.time) else {
            return self.complain(
                format!("`{}` must be a date without a time", self.key),
                Some("write for example 2026-12-11".to_owned()),
            );
        };
        let parts = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
        let (Ok(year), Ok(month), Ok(day)) = parts else { return None };
        let date = Date::new(year, month, day).ok();
        date.or_else(|| self.complain(format!("`{}` is not a day there is", self.key), None))
    }

    /// Three capital letters.
    pub(crate) fn currency(&self) -> Option<String> {
        let text = self.text()?;
        if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Some(text);
        }
        self.complain(
            format!(
                "`{}` must be a currency, three capital letters, not `{}`",
                self.key,
                shown(&text)
            ),
            Some("ISO 4217 lists them: `EUR`, `USD`, `GBP`".to_owned()),
        )
    }

    /// A length of time, read by one of the functions of [`duration`].
    pub(crate) fn duration<T>(&self, read: fn(&str) -> Result<T, String>) -> Option<T> {
        let text = self.text()?;
        match read(&text) {
            Ok(length) => Some(length),
            Err(why) => self.complain(
                format!("`{}` must be a length of time: {why}", self.key),
                Some("a number and one of h, d, w, mo, q, y, for example `\"6w\"`".to_owned()),
            ),
        }
    }

    /// A length of time, kept as written too.
    pub(crate) fn length(&self) -> Option<Length> {
        let hours = self.duration(duration::hours)?;
        Some(Length { text: self.text()?, hours })
    }

    /// A mark from 1 to 5.
    pub(crate) fn mark(&self) -> Option<u8> {
        self.whole_within(1, MARK_AT_MOST).and_then(|mark| u8::try_from(mark).ok())
    }

    pub(crate) fn spanned_date(&self) -> Option<Spanned<Date>> {
        Some(self.spanned(self.date()?))
    }

    /// A number of money: not negative.
    pub(crate) fn amount(&self) -> Option<f64> {
        self.number_within((0.0, f64::INFINITY))
    }

    /// A number from 0 to 1.
    pub(crate) fn share(&self) -> Option<f64> {
        self.number_within((0.0, 1.0))
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text()?;
        if let Some((_, chosen)) = choices.iter().find(|(word, _)| *word == text) {
            return Some(*chosen);
        }
        let words = || choices.iter().map(|(word, _)| *word);
        let shown: String = text.chars().take(LONGEST).collect();
        let message = format!("`{}` cannot be `{shown}`", self.key);
        let diagnostic = Diagnostic::deny("F03", self.place(), message);
        let all = || format!("write {}", listed(words()));
        self.file.report(diagnostic.meant(nearest(&text, words()), as_text, all));
        None
    }

    /// One of the words of an enum.
    pub(crate) fn word<W: Word>(&self) -> Option<W> {
        self.choice(W::WORDS)
    }

    pub(crate) fn spanned_word<W: Word>(&self) -> Option<Spanned<W>> {
        Some(self.spanned(self.word()?))
    }

    /// One of a few words, as written.
    pub(crate) fn one_of(&self, words: &[&'static str]) -> Option<String> {
        let choices: Vec<(&'static str, &'static str)> =
            words.iter().map(|word| (*word, *word)).collect();
        self.choice(&choices).map(str::to_owned)
    }

    /// The values of an array; none, and a complaint, if it is not one.
    pub(crate) fn items(&self) -> Vec<Value<'d>> {
        let DeValue::Array(array) = self.node.get_ref() else {
            let _: Option<()> = self.wrong("a list", "[...]");
            return Vec::new();
        };
        array.iter().map(|node| Value::new(self.file, &self.key, node)).collect()
    }

    /// The values of an array, or the one value itself.
    pub(crate) fn one_or_more(&self) -> Vec<Value<'d>> {
        if self.is_list() { self.items() } else { vec![self.clone()] }
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self.node.get_ref(), DeValue::Array(_))
    }

    pub(crate) fn is_text(&self) -> bool {
        matches!(self.node.get_ref(), DeValue::String(_))
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.node.get_ref(), DeValue::Table(_))
    }

    /// The keys of a table.
    pub(crate) fn fields(&self, what: impl Into<String>) -> Option<Fields<'d>> {
        match self.node.get_ref() {
            DeValue::Table(table) => Some(Fields::new(self.file, what, table, self.span())),
            _ => self.wrong("a table", "{ ... }"),
        }
    }

    /// Reports F03 at the value.
    pub(crate) fn complain<T>(&self, message: String, help: Option<String>) -> Option<T> {
        let diagnostic = Diagnostic::deny("F03", self.place(), message);
        self.file.report(Diagnostic { help, ..diagnostic });
        None
    }

    /// Reports F03 at the value, with what to write instead.
    pub(crate) fn patched<T>(&self, message: String, patch: String) -> Option<T> {
        let diagnostic = Diagnostic::deny("F03", self.place(), message);
        self.file.report(Diagnostic { patch: Some(patch), ..diagnostic });
        None
    }

    /// Reports F03 for what is right but for its quotes.
    fn quoted<T>(&self, expected: &str, text: &str) -> Option<T> {
        let message = format!("`{}` must be {expected}, not a text: drop the quotes", self.key);
        self.patched(message, text.to_owned())
    }

    fn wrong<T>(&self, expected: &str, example: &str) -> Option<T> {
        let is = match self.node.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Integer(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.complain(
            format!("`{}` must be {expected}, not {is}", self.key),
            Some(format!("write `{} = {example}`", self.key)),
        )
    }
}

/// True when a name is well formed; complains otherwise.
pub(crate) fn is_named(file: &File<'_>, name: &Spanned<String>, is_name: fn(&str) -> bool) -> bool {
    if is_name(&name.value) {
        return true;
    }
    let dashed: String = name.value.to_lowercase().replace([' ', '_'], "-");
    let shown: String = name.value.chars().take(LONGEST).collect();
    let mut diagnostic = Diagnostic::deny(
        "F03",
        name.place.clone(),
        format!("`{shown}` is not a name: lower-case words with dashes, at most 63 letters"),
    );
    if is_name(&dashed) {
        diagnostic.help = Some(format!("write `{dashed}`"));
    }
    file.report(diagnostic);
    false
}

fn of_integer(integer: &DeInteger<'_>) -> Option<f64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(|number| number as f64)
}

/// True for a number that TOML writes in the same way.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && all_digits(part) && (whole == "0" || !whole.starts_with('0'))
}

fn of_float(float: &DeFloat<'_>) -> Option<f64> {
    float.as_str().parse().ok()
}
