//! Lines of at most eighty columns.

pub(super) const COLUMNS: usize = 80;

pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// Fills up with spaces.
pub(super) fn padded(text: &str, columns: usize) -> String {
    let fill = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(fill))
}

/// Cuts to so many columns, with a sign that something is missing.
pub(super) fn shortened(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let kept: String = text.chars().take(columns.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Wraps a text at spaces; the first line starts with `first`, the others with spaces of its width.
/// A word that is wider than the line stays whole.
pub(super) fn wrapped(first: &str, text: &str) -> String {
    let indent = " ".repeat(width(first));
    let mut lines = vec![first.to_owned()];
    let mut is_empty = true;
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a line from the start");
        if !is_empty && width(line) + 1 + width(word) > COLUMNS {
            lines.push(format!("{indent}{word}"));
            continue;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// Puts cells beside each other, each as wide as its column. A cell that does not fit goes on
/// below, under the column `hang`.
pub(super) fn flowed(cells: &[String], widths: &[usize], hang: usize) -> Vec<String> {
    let indent: usize = widths.iter().take(hang).map(|width| width + GAP).sum();
    let mut lines = vec![String::new()];
    for (cell, columns) in cells.iter().zip(widths) {
        let line = lines.last_mut().expect("there is a line from the start");
        if width(line.trim_end()) > indent && width(line) + width(cell) > COLUMNS - MARGIN {
            lines.push(format!("{}{}", " ".repeat(indent), filled(cell, *columns)));
        } else {
            line.push_str(&filled(cell, *columns));
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).filter(|l| !l.is_empty()).collect()
}

/// A cell and the gap after it, also where it is wider than its column.
fn filled(cell: &str, columns: usize) -> String {
    padded(cell, columns.max(width(cell)) + GAP)
}

/// Spaces between two columns.
const GAP: usize = 2;
/// Spaces before a line of a table.
pub(super) const MARGIN: usize = 2;

/// A cell wider than this does not make its column wider for the others.
const CELL_COLUMNS: usize = 28;

/// The width of each column.
pub(super) fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell));
        cells.filter(|columns| *columns <= CELL_COLUMNS).max()
    };
    (0..columns).map(|column| widest(column).unwrap_or_default()).collect()
}

/// Replaces control characters, so that a text cannot command the terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, shortened, width, wrapped};

    #[test]
    fn wraps_at_eighty_columns() {
        let text = wrapped("  - ", &"word ".repeat(60));
        assert!(text.lines().all(|line| width(line) <= COLUMNS));
        assert!(text.lines().skip(1).all(|line| line.starts_with("    word")));
        assert_eq!(wrapped("a: ", ""), "a:");
        assert_eq!(width(&wrapped("", &"x".repeat(100))), 100);
    }

    #[test]
    fn shortens_with_a_sign() {
        assert_eq!(shortened("abc", 3), "abc");
        assert_eq!(shortened("abcd", 3), "ab…");
    }
}
