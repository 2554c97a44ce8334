//! The order in which somebody wants the rows of a list. Until it is saved the form carries it: the places where they saw
//! the rows, in the order in which they want them.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::edit::{Key, Path};

use super::Typed;

/// The order of a list that is wanted and not saved yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Order {
    pub list: String,
    /// Where the rows are, counted from 0, in the order in which they are wanted: "1 0 2".
    pub rows: String,
}

/// The ways in which a row can move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Moves {
    /// "criterion 2".
    pub called: String,
    /// The row's own part of the page, wherever it moves.
    pub anchor: String,
    pub up: bool,
    pub down: bool,
}

impl Typed {
    /// The same with a row one place further, as the button says: `up LIST[1]` or `down LIST[1]`.
    #[must_use]
    pub fn moved(mut self, button: &str) -> Typed {
        let Some((list, order)) = moved(&self, button) else { return self };
        let name = format!("order:{list}");
        self.0.retain(|(known, _)| *known != name);
        let places: Vec<String> = order.iter().map(ToString::to_string).collect();
        self.0.push((name, places.join(" ")));
        self
    }

    /// The order in which the rows of a list are wanted; as they are where nobody said otherwise.
    pub(super) fn order(&self, list: &str, count: usize) -> Vec<usize> {
        let wanted = self.get(&format!("order:{list}")).and_then(read).unwrap_or_default();
        arranged(&wanted, count)
    }
}

fn moved(typed: &Typed, button: &str) -> Option<(String, Vec<usize>)> {
    let (way, row) = button.split_once(' ')?;
    let mut path: Path = row.parse().ok()?;
    let Some(Key::Index(row)) = path.0.pop() else { return None };
    let list = path.to_string();
    let is_sent = |row: &usize| typed.get(&format!("row:{list}[{row}]")).is_some();
    let mut order = typed.order(&list, (0..typed.0.len()).take_while(is_sent).count());
    let at = order.iter().position(|other| *other == row)?;
    let to = match way {
        "up" => at.checked_sub(1)?,
        "down" => Some(at + 1).filter(|to| *to < order.len())?,
        _ => return None,
    };
    order.swap(at, to);
    Some((list, order))
}

/// Places with spaces between; `None` for anything else.
pub(super) fn read(text: &str) -> Option<Vec<usize>> {
    text.split_whitespace().map(|place| place.parse().ok()).collect()
}

/// Every row of a list, those that are named in the order of their names; the others stay where they are.
pub(super) fn arranged(named: &[usize], count: usize) -> Vec<usize> {
    let mut rows: Vec<usize> = Vec::new();
    for row in named.iter().filter(|row| **row < count) {
        if !rows.contains(row) {
            rows.push(*row);
        }
    }
    let mut places = rows.clone();
    places.sort_unstable();
    let mut order: Vec<usize> = (0..count).collect();
    for (place, row) in places.into_iter().zip(rows) {
        order[place] = row;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::{Typed, arranged};

    #[test]
    fn rows_that_are_not_named_stay() {
        for (named, count, order) in [
            (&[][..], 3, &[0, 1, 2][..]),
            (&[2, 0], 3, &[2, 1, 0]),
            (&[1, 0, 1, 9], 3, &[1, 0, 2]),
            (&[0], 0, &[]),
        ] {
            assert_eq!(arranged(named, count), order);
        }
    }

    #[test]
    fn a_row_moves_one_place_at_a_time_and_not_off_its_list() {
        let rows = (0..3).map(|row| (format!("row:risk[{row}]"), "\"x\"".to_owned()));
        let mut typed = Typed(rows.collect());
        for (button, order) in [
            ("up risk[2]", "0 2 1"),
            ("up risk[2]", "2 0 1"),
            ("up risk[2]", "2 0 1"),
            ("down risk[1]", "2 0 1"),
            ("down risk[0]", "2 1 0"),
            ("down risk", "2 1 0"),
            ("left risk[1]", "2 1 0"),
            ("up risk[7]", "2 1 0"),
        ] {
            typed = typed.moved(button);
            assert_eq!(typed.get("order:risk"), Some(order), "{button}");
        }
    }
}
