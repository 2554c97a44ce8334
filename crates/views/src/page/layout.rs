//! Texts within a width: wrapped at spaces, and columns that make room for one another.

use unicode_width::UnicodeWidthStr;

/// How wide a page is as text.
pub(super) const COLUMNS: usize = 100;
/// Spaces between two columns of a table.
pub(super) const GAP: usize = 2;

/// Wraps at spaces. A word that is wider than the line stays whole. At least one line.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a line from the start");
        if line.is_empty() {
            line.push_str(word);
        } else if line.width() + 1 + word.width() <= columns {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Wraps; the first line starts with `first`, the others with `rest`.
pub(super) fn hang(first: &str, rest: &str, text: &str) -> String {
    let lines = wrap(text, COLUMNS.saturating_sub(first.width().max(rest.width())));
    let mut hung = String::new();
    for (at, line) in lines.iter().enumerate() {
        hung += if at == 0 { first } else { rest };
        hung += line;
        hung.push('\n');
    }
    hung
}

/// One text of many.
pub(super) fn lines<T>(parts: &[T], draw: impl Fn(&T) -> String) -> String {
    parts.iter().map(draw).collect()
}

/// Narrows the widest columns, none below its floor, until all fit beside each other.
pub(super) fn fit(mut widths: Vec<usize>, floors: &[usize]) -> Vec<usize> {
    let gaps = GAP * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > COLUMNS {
        let loose =
            widths.iter().zip(floors).enumerate().filter(|(_, (width, floor))| width > floor);
        let Some((widest, _)) = loose.max_by_key(|(_, (width, _))| **width) else { break };
        widths[widest] -= 1;
    }
    widths
}

/// The width of the longest word.
pub(super) fn longest_word(text: &str) -> usize {
    text.split_whitespace().map(UnicodeWidthStr::width).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, fit, hang, wrap};

    #[test]
    fn wraps_at_spaces_and_never_within_a_word() {
        assert_eq!(wrap("a bc def", 4), ["a bc", "def"]);
        assert_eq!(wrap("abcdefgh i", 4), ["abcdefgh", "i"]);
        assert_eq!(wrap("", 4), [""]);
        assert!(hang("- ", "  ", &"word ".repeat(60)).lines().all(|line| line.len() <= COLUMNS));
    }

    #[test]
    fn the_widest_columns_make_room() {
        assert_eq!(fit(vec![10, 200], &[1, 5]), [10, 88]);
        assert_eq!(fit(vec![10, 200], &[1, 150]), [1, 150]);
        assert_eq!(fit(vec![10, 20], &[10, 20]), [10, 20]);
    }
}
