//! Fills templates: `{name}` is a line of the list of that name, the same one in all texts of a call;
//! `{a|b}` is `a` or `b`. Within braces each `#` is a digit.

use std::collections::BTreeMap;

use crate::chance::Hashed;

const FILE: &str = include_str!("../../texts/words.md");

/// The lists, by name.
pub struct Words {
    lists: BTreeMap<&'static str, Vec<&'static str>>,
}

/// The words of one call.
pub struct Filling<'a> {
    words: &'a Words,
    chance: Hashed,
    said: BTreeMap<&'static str, String>,
}

impl Words {
    pub fn read() -> Words {
        let lists = FILE.split("\n# ").skip(1).map(|list| {
            let mut lines = list.lines().filter(|line| !line.is_empty());
            (lines.next().expect("a list has a name"), lines.collect())
        });
        Words { lists: lists.collect() }
    }

    pub fn filling(&self, chance: Hashed) -> Filling<'_> {
        Filling { words: self, chance, said: BTreeMap::new() }
    }
}

impl Filling<'_> {
    /// Fills the innermost braces first, so that a choice may have names in it.
    pub fn fill(&mut self, template: &str) -> String {
        let mut text = template.to_owned();
        while let Some(close) = text.find('}') {
            let open = text[..close].rfind('{').expect("what is closed was opened");
            let filled = self.one(&text[open + 1..close]);
            text.replace_range(open..=close, &filled);
        }
        text
    }

    fn one(&mut self, inside: &str) -> String {
        if inside.contains('|') || inside.contains('#') {
            let choices: Vec<&str> = inside.split('|').collect();
            let chosen = self.chance.pick(&choices);
            return self.with_digits(chosen);
        }
        let list = self.words.lists.get_key_value(inside);
        let (name, lines) = list.unwrap_or_else(|| panic!("`words.md` has no list `{inside}`"));
        if let Some(said) = self.said.get(name) {
            return said.clone();
        }
        let line = *self.chance.pick(lines);
        let said = self.with_digits(line);
        self.said.insert(name, said.clone());
        said
    }

    fn with_digits(&mut self, text: &str) -> String {
        let digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
        text.chars().map(|it| if it == '#' { *self.chance.pick(&digits) } else { it }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_the_same_and_choices_may_hold_names() {
        let words = Words::read();
        let mut filling = words.filling(Hashed::seeded(7));
        let first = filling.fill("{first}");
        assert!(!first.is_empty() && !first.contains('{'));
        assert_eq!(filling.fill("{{first}|{first}}, #1"), format!("{first}, #1"));
        let order = filling.fill("{order}");
        assert!(order.len() == 7 && !order.contains('#'), "{order}");
    }
}
