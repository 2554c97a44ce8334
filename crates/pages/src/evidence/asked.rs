//! Which interactions are asked for, as the query of a URL says it.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_evidence::browse::{Belongs, Cursor, Filter, Outcome, Start};
use trueup_evidence::schema::ACTION_KINDS;

use crate::link;

/// What may be asked, and what it means.
pub const PARAMETERS: [(&str, &str); 16] = [
    ("bet", "only of this bet; `(unattributed)` for those that name none"),
    ("from", "from this day on (UTC), for example 2026-11-01"),
    ("to", "up to this day (UTC), which is included"),
    (
        "outcome",
        "where this was done, for example `accept` or `reject`; `nothing` where nothing was",
    ),
    ("text", "the captured beginning of the text contains this"),
    ("errors", "`yes`: only where something went wrong"),
    ("variant", "the arm of an experiment"),
    ("model", "the model that answered or, where that is not known, the one asked for"),
    ("tier", "the model tier"),
    ("unit", "the pseudonym of a person"),
    ("trace", "the trace, in hex; its parts are listed too"),
    ("score", "has a score of this name"),
    ("cost", "costs at least this, in its own currency"),
    ("latency", "takes at least so many milliseconds"),
    ("below", "a place, as `older` of a page before gives it"),
    ("above", "a place, as `newer` of a page before gives it"),
];
/// What the bet of uses that name none is called here; no id looks like it.
pub const UNATTRIBUTED: &str = "(unattributed)";
/// What it is called when nothing was done.
pub const NOTHING: &str = "nothing";
/// Longer text is looked for by nobody.
const LONGEST: usize = 200;
/// In a place ids are cut here: a URL has an end.
const LONGEST_ID: usize = 2_000;
const DIGITS_OF_CHECK: usize = 8;

/// What is asked for, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asked {
    pub filter: Filter,
    pub start: Start,
    /// What was written, by parameter, also where it is wrong.
    pub written: BTreeMap<&'static str, String>,
    pub problems: Vec<Problem>,
}

/// What is wrong with one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    pub parameter: String,
    pub message: String,
}

impl Asked {
    /// Reads the parameters of a query. Empty ones say nothing, as those of a form that was not filled in.
    #[must_use]
    pub fn read(parameters: impl IntoIterator<Item = (String, String)>) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in parameters {
            let value = value.trim();
            match PARAMETERS.iter().find(|(known, _)| *known == name) {
                _ if value.is_empty() => {}
                Some((known, _)) => {
                    asked.written.insert(known, value.to_owned());
                    if let Err(message) = asked.take(known, value) {
                        asked.problem(known, message);
                    }
                }
                None => {
                    let shown: String = name.chars().take(LONGEST).collect();
                    let known: Vec<&str> = PARAMETERS.iter().map(|(known, _)| *known).collect();
                    let known = known.join(", ");
                    asked
                        .problem(&shown, format!("no filter goes by this name; there are {known}"));
                }
            }
        }
        if asked.filter.from > asked.filter.to && asked.filter.to.is_some() {
            asked.problem("from", "it is after `to`; exchange the two days".to_owned());
        }
        asked
    }

    /// One for each parameter is enough to see what to do.
    fn problem(&mut self, parameter: &str, message: String) {
        if self.problems.iter().any(|known| known.parameter == parameter) {
            return;
        }
        self.problems.push(Problem { parameter: parameter.to_owned(), message });
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), String> {
        if matches!(name, "below" | "above") {
            let place = read_place(value).ok_or(
                "this is no place in the list, or only a part of one; begin with the newest",
            )?;
            self.start = if name == "below" { Start::Below(place) } else { Start::Above(place) };
            return Ok(());
        }
        if value.chars().count() > LONGEST {
            return Err(format!("it is longer than {LONGEST} characters"));
        }
        let filter = &mut self.filter;
        let text = Some(value.to_owned());
        match name {
            "bet" if value == UNATTRIBUTED => filter.bet = Some(Belongs::ToNone),
            "bet" => filter.bet = Some(Belongs::To(value.to_owned())),
            "from" => filter.from = Some(day(value)?),
            "to" => filter.to = Some(day(value)?),
            "outcome" => filter.outcome = Some(outcome(value)?),
            "errors" => filter.errors = yes(value)?,
            "text" => filter.text = text,
            "variant" => filter.variant = text,
            "model" => filter.model = text,
            "tier" => filter.tier = text,
            "unit" => filter.unit = text,
            "trace" => filter.trace = text,
            "score" => filter.score = text,
            "cost" => filter.least_cost = Some(amount(value)?),
            "latency" => filter.least_latency_ms = Some(amount(value)?),
            _ => unreachable!("all parameters are here"),
        }
        Ok(())
    }

    /// Refuses to look for a text: whoever asks may not read it.
    pub fn refuse_text(&mut self) {
        if self.filter.text.take().is_some() {
            self.problem("text", "your role may not read what people wrote".to_owned());
        }
    }

    /// What was written for a parameter.
    #[must_use]
    pub fn written(&self, name: &str) -> &str {
        self.written.get(name).map_or("", String::as_str)
    }

    /// True if something narrows the list down.
    #[must_use]
    pub fn narrows(&self) -> bool {
        self.written.keys().any(|name| !is_place(name))
    }

    /// The path of the list with these filters, but for one of them.
    #[must_use]
    pub fn without(&self, name: &str) -> String {
        let kept = self.written.iter().filter(|(own, _)| **own != name && !is_place(own));
        path(kept.map(|(name, value)| (*name, value.as_str())))
    }

    /// The path of the same list from a place on.
    #[must_use]
    pub fn from_place(&self, direction: &'static str, place: &Cursor) -> String {
        let place = written_place(place);
        let kept = self.written.iter().filter(|(own, _)| !is_place(own));
        let kept = kept.map(|(name, value)| (*name, value.as_str()));
        path(kept.chain([(direction, place.as_str())]))
    }
}

fn is_place(name: &str) -> bool {
    matches!(name, "below" | "above")
}

/// The path of the list with some parameters.
pub(crate) fn path<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let query: Vec<String> =
        parameters.map(|(name, value)| format!("{name}={}", link::part(value))).collect();
    if query.is_empty() {
        return "/interactions".to_owned();
    }
    format!("/interactions?{}", query.join("&"))
}

/// A day as people write it.
pub fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "this is no day; write it as 2026-11-20".to_owned())
}

fn outcome(text: &str) -> Result<Outcome, String> {
    if text == NOTHING {
        return Ok(Outcome::Nothing);
    }
    let known = ACTION_KINDS.into_iter().find(|kind| *kind == text);
    known.map(Outcome::Did).ok_or_else(|| {
        format!("nobody does this; there are {} and {NOTHING}", ACTION_KINDS.join(", "))
    })
}

fn yes(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("write `yes` or `no`".to_owned()),
    }
}

fn amount(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.parse().ok();
    let number = number.filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "this is no number of 0 or more; write it as 0.25".to_owned())
}

/// A place as it stands in a URL: time and id in hex, and digits by which a part or a change is noticed.
#[must_use]
pub fn written_place(place: &Cursor) -> String {
    let end = place.id.floor_char_boundary(LONGEST_ID);
    let id = hex(&place.id.as_bytes()[..end]);
    let place = format!("{:x}-{id}", place.at.as_microsecond());
    format!("{place}-{}", check(&place))
}

fn read_place(text: &str) -> Option<Cursor> {
    let (place, checked) = text.rsplit_once('-')?;
    if check(place) != checked {
        return None;
    }
    let (at, id) = place.split_once('-')?;
    // Times before 1970 are written as the bits of their number.
    let at = u64::from_str_radix(at, 16).ok()?.cast_signed();
    let at = Timestamp::from_microsecond(at).ok()?;
    let digits: Vec<char> = id.chars().collect();
    let bytes = digits.chunks(2).map(|pair| {
        let pair: String = pair.iter().collect();
        u8::from_str_radix(&pair, 16).ok()
    });
    let id = String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()?;
    Some(Cursor { at, id })
}

fn check(place: &str) -> String {
    let digest = blake3::derive_key("trueup place in a list of interactions", place.as_bytes());
    hex(&digest[..DIGITS_OF_CHECK / 2])
}

fn hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use trueup_evidence::browse::{Belongs, Cursor, Outcome, Start};

    use super::{Asked, read_place, written_place};

    fn asked(parameters: &[(&str, &str)]) -> Asked {
        Asked::read(
            parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn a_query_becomes_a_filter_and_a_query_again() {
        let read = asked(&[
            ("bet", "chat"),
            ("from", "2026-11-01"),
            ("to", "2026-11-02"),
            ("outcome", "accept"),
            ("errors", "yes"),
            ("unit", "u_a&b=c'; DROP TABLE x --"),
            ("cost", "0.5"),
            ("variant", "  "),
        ]);
        assert_eq!(read.problems, []);
        assert_eq!(read.filter.bet, Some(Belongs::To("chat".to_owned())));
        assert_eq!(read.filter.outcome, Some(Outcome::Did("accept")));
        assert_eq!((read.filter.errors, read.filter.least_cost), (true, Some(0.5)));
        assert_eq!(read.filter.variant, None);
        let without = read.without("unit");
        assert_eq!(
            without,
            "/interactions?bet=chat&cost=0.5&errors=yes&from=2026-11-01&outcome=accept&to=2026-11-02"
        );
        let place = Cursor { at: Timestamp::UNIX_EPOCH, id: "a".to_owned() };
        let path = read.from_place("below", &place);
        assert!(
            path.contains("unit=u_a%26b%3Dc%27%3B%20DROP%20TABLE%20x%20--&below=0-61-"),
            "{path}"
        );
        assert!(asked(&[]).filter.is_empty());
        let none = asked(&[("bet", "(unattributed)"), ("outcome", "nothing")]).filter;
        assert_eq!((none.bet, none.outcome), (Some(Belongs::ToNone), Some(Outcome::Nothing)));
    }

    #[test]
    fn what_cannot_be_asked_is_said_and_how_it_can() {
        for (name, value, message) in [
            ("from", "yesterday", "this is no day; write it as 2026-11-20"),
            ("outcome", "love", "nobody does this; there are prompt, "),
            ("errors", "1", "write `yes` or `no`"),
            ("cost", "-1", "this is no number of 0 or more"),
            ("latency", "NaN", "this is no number of 0 or more"),
            ("text", &"x".repeat(201), "it is longer than 200 characters"),
            ("below", "0-61-00000000", "this is no place in the list"),
            ("colour", "red", "no filter goes by this name; there are bet, "),
        ] {
            let read = asked(&[(name, value)]);
            let [problem] = &read.problems[..] else { panic!("{read:?}") };
            assert_eq!(problem.parameter, name);
            assert!(problem.message.starts_with(message), "{}", problem.message);
        }
        let turned = asked(&[("from", "2026-11-02"), ("to", "2026-11-01")]);
        assert_eq!(turned.problems[0].parameter, "from");
    }

    #[test]
    fn a_place_comes_back_as_it_was_and_a_changed_one_not_at_all() {
        for (at, id) in [(0, ""), (-5, "a-b"), (1_700_000_000_000_001, "größe/\u{202e}'\0")] {
            let place =
                Cursor { at: Timestamp::from_microsecond(at).expect("a time"), id: id.to_owned() };
            let text = written_place(&place);
            assert_eq!(read_place(&text), Some(place.clone()), "{text}");
            let read = asked(&[("above", &text)]);
            assert_eq!((read.start, read.problems.len()), (Start::Above(place), 0));
            for end in 0..text.len() {
                assert_eq!(read_place(&text[..end]), None);
            }
            assert_eq!(read_place(&format!("1{text}")), None);
        }
        let long = Cursor { at: Timestamp::UNIX_EPOCH, id: "ö".repeat(1_000_000) };
        assert!(written_place(&long).len() < 5_000);
    }
}
