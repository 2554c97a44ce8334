//! Lengths of time as people write them: a number and `h d w mo q y`, never `m`, which some read as
//! minutes and some as months.

use crate::name::shown;

/// Hours in each unit. A year is the Julian one of 365.25 days and a month its twelfth,
/// so that `12mo`, `4q` and `1y` are the same length.
const HOURS: [(&str, f64); 6] =
    [("mo", 730.5), ("h", 1.0), ("d", 24.0), ("w", 168.0), ("q", 2191.5), ("y", 8766.0)];

const SECONDS_PER_HOUR: f64 = 3600.0;

/// Reads a length of time in hours; the error says what is wrong with it.
pub(crate) fn hours(text: &str) -> Result<f64, String> {
    let (count, unit) = split(text)?;
    match HOURS.iter().find(|(name, _)| *name == unit) {
        Some((_, hours)) => Ok(count * hours),
        None => Err(bad_unit(text, unit, "h, d, w, mo, q or y")),
    }
}

/// Reads a length of time in seconds; here `s` is allowed too.
pub(crate) fn seconds(text: &str) -> Result<f64, String> {
    let (count, unit) = split(text)?;
    if unit == "s" {
        return Ok(count);
    }
    match HOURS.iter().find(|(name, _)| *name == unit) {
        Some((_, hours)) => Ok(count * hours * SECONDS_PER_HOUR),
        None => Err(bad_unit(text, unit, "s, h, d, w, mo, q or y")),
    }
}

/// Reads a length of time in whole days, months and years rounded to the nearest.
pub(crate) fn days(text: &str) -> Result<u32, String> {
    let hours = hours(text)?;
    let days = (hours / 24.0).round();
    let hours_only = text.ends_with('h') && hours % 24.0 != 0.0;
    if hours_only || days < 1.0 || days > f64::from(DAYS_AT_MOST) {
        let shown = shown(text);
        return Err(format!("`{shown}` is not a number of days from 1 to {DAYS_AT_MOST}"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a whole number from 1 to DAYS_AT_MOST"
    )]
    let days = days as u32;
    Ok(days)
}

/// A century: longer is a slip of the finger.
const DAYS_AT_MOST: u32 = 36_525;

fn split(text: &str) -> Result<(f64, &str), String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (count, unit) = text.split_at(end);
    match count.parse::<f64>() {
        Ok(count) if count.is_finite() => Ok((count, unit)),
        _ => Err(format!("`{}` is not a length of time; write for example `6w`", shown(text))),
    }
}

fn bad_unit(text: &str, unit: &str, units: &str) -> String {
    let text = shown(text);
    if unit == "m" {
        return format!("`{text}` could be minutes or months; write {units}");
    }
    format!("`{text}` has no unit that is known; write {units}")
}

#[cfg(test)]
mod tests {
    use super::{days, hours, seconds};

    #[test]
    fn reads_every_unit() {
        let cases = [("0h", 0.0), ("1.5h", 1.5), ("2d", 48.0), ("6w", 1008.0), ("12mo", 8766.0)];
        for (text, expected) in cases {
            assert_eq!(hours(text), Ok(expected), "{text}");
        }
        assert_eq!(hours("4q"), hours("1y"));
        assert_eq!(seconds("20s"), Ok(20.0));
        assert_eq!(seconds("1h"), Ok(3600.0));
        assert_eq!((days("1w"), days("24h"), days("1mo")), (Ok(7), Ok(1), Ok(30)));
    }

    #[test]
    fn refuses_what_is_not_a_length_of_time() {
        for text in ["", "w", "6", "6 w", "-6w", "6m", "1e3d", "..d", "6W", "inf", "NaNd", "20s"] {
            assert!(hours(text).is_err(), "{text}");
        }
        for text in ["0d", "23h", "99999999y", "20s"] {
            assert!(days(text).is_err(), "{text}");
        }
    }
}
