//! Moves every day that a text names.

use jiff::Span;
use jiff::civil::Date;

/// The length of `2026-11-21`.
const LENGTH: usize = 10;

/// The text with all its days moved by so many.
pub fn shifted(text: &str, days: i64) -> String {
    let mut shifted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, day)) = first_day(rest) {
        shifted.push_str(&rest[..at]);
        shifted.push_str(&day.saturating_add(Span::new().days(days)).to_string());
        rest = &rest[at + LENGTH..];
    }
    shifted.push_str(rest);
    shifted
}

/// The first day in a text, and where it stands.
fn first_day(text: &str) -> Option<(usize, Date)> {
    text.match_indices('-').find_map(|(dash, _)| {
        let at = dash.checked_sub("2026".len())?;
        let written = text.get(at..at + LENGTH)?;
        let alone = !text[..at].ends_with(is_part) && !text[at + LENGTH..].starts_with(is_part);
        let is_day = alone
            && written.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        is_day.then(|| Some((at, written.parse().ok()?)))?
    })
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_moved_and_all_else_stays() {
        let check = |text: &str, expected: &str| assert_eq!(shifted(text, 10), expected);
        check("on = 2026-11-25, by = 2026-01-01\n", "on = 2026-12-05, by = 2026-01-11\n");
        check(
            "2026-02-30 2026-13-01 12026-01-01 2026-01-011",
            "2026-02-30 2026-13-01 12026-01-01 2026-01-011",
        );
        check("note:field-2026-01-01", "note:field-2026-01-01");
        check("ä-2026 b3:2e60bb91 eu-ai-act", "ä-2026 b3:2e60bb91 eu-ai-act");
        assert_eq!(shifted("9999-12-30", 365), "9999-12-31");
    }
}
