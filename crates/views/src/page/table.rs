//! Rows under named columns.

use unicode_width::UnicodeWidthStr;

use super::layout::{GAP, fit, lines, longest_word, wrap};
use super::plain::escaped;

/// Rows under named columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Columns of numbers, by index: set to the right.
    pub numbers: Vec<usize>,
}

impl Table {
    /// A table with these columns and no rows yet.
    #[must_use]
    pub fn new(columns: &[&str]) -> Table {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        Table { columns, ..Table::default() }
    }

    /// Sets columns of numbers to the right.
    #[must_use]
    pub fn numbers(mut self, columns: &[usize]) -> Table {
        self.numbers = columns.to_vec();
        self
    }

    /// Adds rows.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = Vec<String>>) -> Table {
        self.rows.extend(rows);
        self
    }

    /// Of each column, the largest that `measure` gives of its cells and its name.
    fn largest(&self, measure: impl Fn(&str) -> usize) -> Vec<usize> {
        let cells = |column: usize| self.rows.iter().filter_map(move |row| row.get(column));
        let columns = self.columns.iter().enumerate();
        columns
            .map(|(at, name)| cells(at).map(|cell| measure(cell)).fold(measure(name), usize::max))
            .collect()
    }

    fn widths(&self) -> Vec<usize> {
        let natural = self.largest(UnicodeWidthStr::width);
        let mut floors = self.largest(longest_word);
        for &column in &self.numbers {
            floors[column] = natural[column];
        }
        fit(natural, &floors)
    }

    /// Draws it; a cell that does not fit goes on in the next line.
    pub(super) fn text(&self) -> String {
        let widths = self.widths();
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        let head = [&self.columns, &rule].into_iter();
        head.chain(&self.rows).map(|row| self.lines(row, &widths)).collect()
    }

    fn lines(&self, row: &[String], widths: &[usize]) -> String {
        let cells: Vec<Vec<String>> =
            row.iter().zip(widths).map(|(cell, width)| wrap(cell, *width)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or_default();
        (0..height).map(|line| self.line(&cells, line, widths)).collect()
    }

    fn line(&self, cells: &[Vec<String>], line: usize, widths: &[usize]) -> String {
        let mut drawn = String::new();
        for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let part = cell.get(line).map_or("", String::as_str);
            let blank = " ".repeat(width.saturating_sub(part.width()));
            drawn += &" ".repeat(if at > 0 { GAP } else { 0 });
            drawn +=
                &if self.numbers.contains(&at) { blank + part } else { part.to_owned() + &blank };
        }
        drawn.truncate(drawn.trim_end().len());
        drawn + "\n"
    }

    /// Writes it as GitHub's Markdown.
    pub(super) fn markdown(&self) -> String {
        let row = |cells: &Vec<String>| {
            let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule = (0..self.columns.len())
            .map(|at| if self.numbers.contains(&at) { "--:" } else { "---" });
        let rule = format!("|{}|\n", rule.collect::<Vec<_>>().join("|"));
        row(&self.columns) + &rule + &lines(&self.rows, row)
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn cells_go_on_below_and_numbers_stand_to_the_right() {
        let row =
            |id: &str, n: &str, text: &str| vec![id.to_owned(), n.to_owned(), text.to_owned()];
        let rows = [row("a", "5", &"many words ".repeat(12)), row("b", "1,200", "few")];
        let drawn = Table::new(&["bet", "n", "title"]).numbers(&[1]).rows(rows).text();
        assert!(drawn.lines().all(|line| line.chars().count() <= 100), "{drawn}");
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(lines[0], "bet      n  title");
        assert!(lines[2].starts_with("a        5  many words"));
        assert!(lines[3].starts_with("            many words"));
        assert_eq!(lines[4], "b    1,200  few");
    }
}
