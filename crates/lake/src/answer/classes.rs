//! Rows by unit and class: a dictionary of the classes beside their counts.

use trueup_evidence::summary::{Classes as Answer, UnitClasses};

use super::added::{folded, named};
use super::grouped::{Group, Grouped};

/// An answer tells so many classes apart; the others are put together.
pub const MOST_CLASSES: usize = 256;

/// What the others are called.
const OTHER: &str = "(other)";

/// How many rows of each unit, or group of units, are of each class.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Classes {
    /// Sorted; each once.
    pub names: Vec<String>,
    /// By the class's place among the names.
    pub counts: Grouped<u32>,
}

impl Classes {
    pub fn of(rows: &[(u64, String, u64)]) -> Classes {
        let mut texts: Vec<String> = rows.iter().map(|(_, name, _)| name.clone()).collect();
        texts.sort_unstable();
        texts.dedup();
        let place = |name: &String| texts.binary_search(name).expect("it is one of them");
        let counts = rows.iter().map(|(unit, name, count)| {
            let place = u32::try_from(place(name)).expect("fewer than four billion texts");
            ((*unit, place), *count)
        });
        let counts = Grouped::of(folded(counts.collect(), |a, b| a + b));
        Classes { names: texts, counts }
    }

    pub fn merged(parts: &[&Classes]) -> Classes {
        if let [only] = parts {
            return (*only).clone();
        }
        let lists: Vec<&[String]> = parts.iter().map(|part| part.names.as_slice()).collect();
        let (names, places) = named(&lists);
        // Places keep their order, so the counts stay sorted.
        let moved = |(part, places): (&&Classes, &Vec<u32>)| Grouped {
            grouped: part.counts.grouped.clone(),
            counts: renamed(&part.counts.counts, places),
        };
        let moved: Vec<Grouped<u32>> = parts.iter().zip(&places).map(moved).collect();
        Classes { names, counts: Grouped::merged(&moved.iter().collect::<Vec<_>>()) }
    }

    /// The answer tells the most frequent classes apart; of equally frequent ones the first by name.
    pub fn answer(self) -> Answer {
        let Classes { names, mut counts } = self;
        let (names, places) = most_frequent(&names, &counts.counts);
        counts.counts = folded(renamed(&counts.counts, &places), |a, b| a + b);
        let of_unit =
            |Group { unit, units, counts }: Group<u32>| UnitClasses { unit, units, counts };
        Answer { names, units: counts.groups().into_iter().map(of_unit).collect() }
    }
}

fn renamed(counts: &[((u64, u32), u64)], places: &[u32]) -> Vec<((u64, u32), u64)> {
    counts.iter().map(|((unit, class), n)| ((*unit, places[*class as usize]), *n)).collect()
}

/// The names that an answer keeps, and where each of all the names went.
fn most_frequent(names: &[String], counts: &[((u64, u32), u64)]) -> (Vec<String>, Vec<u32>) {
    let mut totals: Vec<u64> = vec![0; names.len()];
    for ((_, class), n) in counts {
        totals[*class as usize] += n;
    }
    let mut order: Vec<usize> = (0..names.len()).collect();
    if names.len() > MOST_CLASSES {
        order.sort_by_key(|class| (std::cmp::Reverse(totals[*class]), *class));
        order.truncate(MOST_CLASSES);
    }
    let mut kept: Vec<String> = order.iter().map(|class| names[*class].clone()).collect();
    if kept.len() < names.len() {
        kept.push(OTHER.to_owned());
    }
    kept.sort_unstable();
    kept.dedup();
    let found = |name: &str| kept.binary_search_by(|it| it.as_str().cmp(name));
    let other = found(OTHER).unwrap_or_default();
    let place = |name: &String| {
        u32::try_from(found(name).unwrap_or(other)).expect("as many as are kept, which are few")
    };
    let places = names.iter().map(place).collect();
    (kept, places)
}

#[cfg(test)]
mod tests {
    use super::{Classes, MOST_CLASSES, OTHER};

    fn rows(range: std::ops::Range<u64>) -> Classes {
        let rows = range.map(|n| (n % 3, format!("c{n:04}"), 1 + n));
        Classes::of(&rows.collect::<Vec<_>>())
    }

    #[test]
    fn rare_classes_are_put_together() {
        let parts = [rows(0..200), rows(100..400), rows(300..301)];
        let all = Classes::merged(&parts.iter().collect::<Vec<_>>());
        assert_eq!(all.names.len(), 400);
        let answer = all.answer();
        assert_eq!(answer.names.len(), MOST_CLASSES + 1);
        // Those before 100 are the rarest, then those from 200 up, which were counted once: 401 as
        // often is `c0400`.
        assert_eq!(answer.names[0], OTHER);
        let count = |unit: u64, name: &str| {
            let place = answer.names.iter().position(|it| it == name);
            let place = u32::try_from(place.expect("it is kept")).expect("few");
            let of_unit = answer.units.iter().find(|it| it.unit == unit).expect("it is there");
            of_unit.counts.iter().find(|(class, _)| *class == place).map_or(0, |(_, n)| *n)
        };
        assert_eq!(count(0, "c0300"), 602);
        let others: u64 = (0..3).map(|unit| count(unit, OTHER)).sum();
        let counted = |n: u64| {
            let times =
                u64::from(n < 200) + u64::from((100..400).contains(&n)) + u64::from(n == 300);
            times * (1 + n)
        };
        let mut all: Vec<u64> = (0..400).map(counted).collect();
        all.sort_unstable();
        assert_eq!(others, all[..400 - MOST_CLASSES].iter().sum::<u64>());
        let told: u64 = answer.units.iter().flat_map(|unit| &unit.counts).map(|(_, n)| n).sum();
        assert_eq!(told, all.iter().sum::<u64>());
    }

    #[test]
    fn few_classes_are_all_told() {
        let answer = Classes::merged(&[&rows(0..3), &rows(2..5)]).answer();
        assert_eq!(answer.names, ["c0000", "c0001", "c0002", "c0003", "c0004"]);
        assert_eq!(answer.units[2].counts, [(2, 6)]);
    }
}
