//! Numbers as people read them: `48.1 %`, `3.2 s`, `0.0123 USD`, `12,345`. Never `NaN` or `inf`.

/// Writes a value in a unit.
#[must_use]
pub fn value(value: f64, unit: &str) -> String {
    if !value.is_finite() {
        return "unknown".to_owned();
    }
    match Scale::of(value, unit) {
        Scale::Percent { per } => {
            format!("{} %{per}", decimals(value * 100.0, percent_places(value)))
        }
        Scale::Time { per, symbol } => format!("{} {symbol}", rounded(value / per)),
        Scale::Money(currency) => format!("{} {currency}", decimals(value, money_places(value))),
        Scale::Plain("") => rounded(value),
        Scale::Plain(unit) => format!("{} {unit}", rounded(value)),
    }
}

/// Writes a limit that a person set: exactly, without zeros that nobody wrote.
#[must_use]
pub fn limit(value: f64, unit: &str) -> String {
    if !value.is_finite() {
        return "unknown".to_owned();
    }
    match Scale::of(value, unit) {
        Scale::Percent { per } => format!("{} %{per}", exact(value * 100.0)),
        Scale::Time { per, symbol } => format!("{} {symbol}", exact(value / per)),
        Scale::Plain("") => exact(value),
        Scale::Plain(unit) | Scale::Money(unit) => format!("{} {unit}", exact(value)),
    }
}

/// Writes an interval: `43.0 to 53.2 %`, `850 ms to 3.2 s`, `no lower bound, up to 53.2 %`.
#[must_use]
pub fn interval(low: Option<f64>, high: Option<f64>, unit: &str) -> String {
    match (low, high) {
        (Some(low), Some(high)) => {
            let (low, high) = (value(low, unit), value(high, unit));
            format!("{} to {high}", without_unit_of(&low, &high))
        }
        (Some(low), None) => format!("from {}, no upper bound", value(low, unit)),
        (None, Some(high)) => format!("no lower bound, up to {}", value(high, unit)),
        (None, None) => "no bounds".to_owned(),
    }
}

/// The unit is written once where both ends have the same.
fn without_unit_of<'a>(low: &'a str, high: &str) -> &'a str {
    match (low.split_once(' '), high.split_once(' ')) {
        (Some((number, unit)), Some((_, same))) if unit == same => number,
        _ => low,
    }
}

/// Writes a whole number with thousands apart: `12,345`.
#[must_use]
pub fn count(count: u64) -> String {
    thousands(&count.to_string())
}

/// Writes a chance: `37 %`, `under 1 %`, `over 99 %`.
#[must_use]
pub fn chance(chance: f64) -> String {
    match chance * 100.0 {
        percent if percent < 1.0 => "under 1 %".to_owned(),
        percent if percent > 99.0 => "over 99 %".to_owned(),
        percent => format!("{percent:.0} %"),
    }
}

/// The noun in the singular for one, else in the plural.
#[must_use]
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// The word for so many units of inference: people, unless the metric says otherwise.
#[must_use]
pub fn units(number: u64, per: &str) -> String {
    match per {
        "user" | "" => counted(number, "person", "people"),
        per => counted(number, per, &plural(per)),
    }
}

/// The plural of a unit of inference.
#[must_use]
pub fn plural(per: &str) -> String {
    match per {
        "user" | "" => "people".to_owned(),
        per => format!("{per}s"),
    }
}

enum Scale<'a> {
    /// With `/day` or nothing.
    Percent {
        per: &'a str,
    },
    Time {
        per: f64,
        symbol: &'static str,
    },
    Money(&'a str),
    Plain(&'a str),
}

const MS_PER_SECOND: f64 = 1000.0;
const MS_PER_MINUTE: f64 = 60_000.0;

impl<'a> Scale<'a> {
    fn of(value: f64, unit: &'a str) -> Scale<'a> {
        match unit {
            "share" => Scale::Percent { per: "" },
            unit if unit.starts_with("share/") => Scale::Percent { per: &unit["share".len()..] },
            "ms" => Scale::of_ms(value.abs()),
            "count" | "number" => Scale::Plain(""),
            unit => crate::currency::named_in(unit).map_or(Scale::Plain(unit), Scale::Money),
        }
    }

    fn of_ms(ms: f64) -> Scale<'a> {
        if ms < MS_PER_SECOND {
            Scale::Time { per: 1.0, symbol: "ms" }
        } else if ms < 2.0 * MS_PER_MINUTE {
            Scale::Time { per: MS_PER_SECOND, symbol: "s" }
        } else {
            Scale::Time { per: MS_PER_MINUTE, symbol: "min" }
        }
    }
}

/// One place after the point, more for shares that would look like none or all.
fn percent_places(share: f64) -> usize {
    let distance = share.abs().min((1.0 - share).abs());
    if distance > 0.0 && distance < 0.001 { 3 } else { 1 }
}

/// Cents for amounts of one and more, else three digits that say something.
fn money_places(amount: f64) -> usize {
    // What is about to be rounded up to the next place is written with the digits of that.
    match amount.abs() * 1.0005 {
        amount if amount >= 1.0 || amount == 0.0 => 2,
        amount if amount >= 0.1 => 3,
        amount if amount >= 0.01 => 4,
        amount if amount >= 0.001 => 5,
        _ => 6,
    }
}

/// Three digits that say something; whole from a hundred on.
fn rounded(value: f64) -> String {
    let places = match value.abs() {
        size if size >= 100.0 || (size.fract() == 0.0 && size >= 1.0) || size == 0.0 => 0,
        size if size >= 1.0 => 1,
        size if size >= 0.1 => 2,
        _ => 4,
    };
    decimals(value, places)
}

fn exact(value: f64) -> String {
    let text = decimals(value, 6);
    if text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

fn decimals(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    let is_zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
    thousands(if is_zero { text.trim_start_matches('-') } else { &text })
}

fn thousands(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, rest) = digits.find('.').map_or((digits, ""), |point| digits.split_at(point));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{rest}")
}

#[cfg(test)]
mod tests {
    use super::{chance, count, interval, limit, value};

    #[test]
    fn writes_values_for_people() {
        let cases = [
            (0.4812, "share", "48.1 %"),
            (1.0, "share", "100.0 %"),
            (0.9997, "share", "99.970 %"),
            (-0.02, "share", "-2.0 %"),
            (850.0, "ms", "850 ms"),
            (3210.0, "ms", "3.2 s"),
            (240_000.0, "ms", "4 min"),
            (0.01234, "USD/interaction", "0.0123 USD"),
            (12.5, "EUR/accepted", "12.50 EUR"),
            (1_234_567.0, "interactions", "1,234,567 interactions"),
            (28.25, "min/shortlist", "28.2 min/shortlist"),
            (-0.000_000_1, "share", "0.000 %"),
            (0.0, "count", "0"),
            (-0.0012, "share/day", "-0.1 %/day"),
            (-0.000_12, "share/day", "-0.012 %/day"),
            (f64::NAN, "share", "unknown"),
            (f64::INFINITY, "ms", "unknown"),
        ];
        for (number, unit, expected) in cases {
            assert_eq!(value(number, unit), expected, "{number} {unit}");
        }
    }

    #[test]
    fn writes_limits_as_they_were_set() {
        assert_eq!(limit(0.55, "share"), "55 %");
        assert_eq!(limit(0.012, "EUR/interaction"), "0.012 EUR");
        assert_eq!(limit(20_000.0, "ms"), "20 s");
        assert_eq!(limit(100.0, "interactions"), "100 interactions");
    }

    #[test]
    fn writes_intervals_chances_and_counts() {
        assert_eq!(interval(Some(0.43), Some(0.532), "share"), "43.0 to 53.2 %");
        assert_eq!(interval(Some(850.0), Some(3200.0), "ms"), "850 ms to 3.2 s");
        assert_eq!(interval(None, Some(0.5), "share"), "no lower bound, up to 50.0 %");
        assert_eq!(interval(Some(0.5), None, "share"), "from 50.0 %, no upper bound");
        assert_eq!(interval(None, None, "share"), "no bounds");
        assert_eq!(
            (chance(0.0), chance(0.371), chance(1.0)),
            ("under 1 %".to_owned(), "37 %".to_owned(), "over 99 %".to_owned())
        );
        assert_eq!(
            (count(0), count(999), count(12_345)),
            ("0".to_owned(), "999".to_owned(), "12,345".to_owned())
        );
    }
}
