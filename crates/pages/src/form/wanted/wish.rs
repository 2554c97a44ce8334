//! Rows in another order: where they are now, whoever moved them meanwhile.

use trueup_roadmap::edit::{Edit, EditError, Key, Path, Value, reorder, value_at};

use super::{Conflict, Reading};
use crate::form::order::{arranged, read};

/// The order that is wanted of a list's rows.
pub(super) struct Wish {
    pub list: Path,
    /// Where the rows are now, in the order in which they are wanted.
    places: Vec<usize>,
}

impl Reading<'_> {
    /// Lists whose rows are wanted in another order than they were seen in.
    pub(super) fn orders(&mut self) {
        let typed = self.typed;
        for (named, wanted) in typed.under("order:") {
            if typed.get(&format!("pick:{named}")) == Some("theirs") {
                continue;
            }
            match (named.parse::<Path>(), read(wanted)) {
                (Ok(list), Some(rows)) => self.order(named, list, &rows),
                (Ok(_), None) => {
                    let how = format!("`{wanted}` is no order; write for example `1 0 2`");
                    self.wrong.insert(named.to_owned(), how);
                }
                (Err(error), _) => drop(self.wrong.insert(named.to_owned(), error.to_string())),
            }
        }
    }

    fn order(&mut self, named: &str, list: Path, rows: &[usize]) {
        let places = self.places(&list, rows);
        let mut seen = rows.to_vec();
        seen.sort_unstable();
        if seen == rows || places.is_sorted() {
            return;
        }
        let stood = self.places(&list, &seen);
        let is_mine = self.typed.get(&format!("pick:{named}")) == Some("mine");
        if is_mine || stood.is_sorted() {
            self.orders.push(Wish { list, places });
            return;
        }
        let mut now = places.clone();
        now.sort_unstable();
        let [saw, now, wants] =
            [&stood, &now, &places].map(|places| Some(self.called(&list, places)));
        let (path, place) = (named.to_owned(), Some(list));
        let conflict = Conflict { path, place, saw, now, wants };
        self.conflicts.push(conflict);
    }

    /// Where the rows are now that were seen at these places; those that are gone are left out.
    fn places(&self, list: &Path, rows: &[usize]) -> Vec<usize> {
        let count = self.tree.at(&list.0).map_or(0, |tree| tree.children.len());
        let place = |row: &usize| {
            let path = Path([list.0.as_slice(), &[Key::Index(*row)]].concat());
            match self.typed.get(&format!("row:{path}")) {
                Some(seen) => self.place(&path, seen).or_else(|| self.rewritten(&path)),
                None => Some(*row).filter(|row| *row < count),
            }
        };
        rows.iter().filter_map(place).collect()
    }

    /// The names of rows.
    fn called(&self, list: &Path, places: &[usize]) -> Value {
        let rows = self.tree.at(&list.0).map(|tree| tree.children.as_slice()).unwrap_or_default();
        places.iter().map(|place| Value::from(rows[*place].1.called().as_str())).collect()
    }
}

impl Wish {
    /// Leaves out the rows that are taken away: the others move up.
    pub(super) fn shift(&mut self, steps: &[(String, Edit)]) {
        let gone = |(_, step): &(String, Edit)| match step.path.0.split_last() {
            Some((Key::Index(at), list)) if step.new.is_none() && list == self.list.0 => Some(*at),
            _ => None,
        };
        let gone: Vec<usize> = steps.iter().filter_map(gone).collect();
        self.places.retain(|place| !gone.contains(place));
        for place in &mut self.places {
            *place -= gone.iter().filter(|gone| *gone < place).count();
        }
    }

    /// The text with the rows in this order; those that nobody named stay where they are.
    pub(super) fn make(&self, text: &str) -> Result<String, EditError> {
        let rows = value_at(text, &self.list)?.and_then(|list| list.items());
        let order = arranged(&self.places, rows.map_or(0, |rows| rows.len()));
        if order.is_sorted() { Ok(text.to_owned()) } else { reorder(text, &self.list, &order) }
    }
}
