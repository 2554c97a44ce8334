//! What two judges say of the same targets: pairs, and what either says alone.

use std::cmp::Ordering;

use trueup_evidence::summary::{Moments, Pair, Pairs as Answer, UnitPairs};

use super::added::{added, folded, named};

/// A judgement: a number, or the place of a label among the names.
#[derive(Debug, Clone, Copy)]
pub struct Said(f64);

impl Said {
    /// Numbers that differ beyond twelve digits only are one: means of the same numbers, added up in
    /// another order.
    pub fn number(number: f64) -> Said {
        let short = (number * 1e6).round() / 1e6;
        #[expect(
            clippy::float_cmp,
            reason = "most numbers have few digits and are kept as they are"
        )]
        let number = if short == number {
            number
        } else {
            format!("{number:.11e}").parse().expect("a number was written")
        };
        // No two zeros.
        Said(number + 0.0)
    }

    pub fn label(place: u32) -> Said {
        Said(f64::from(place))
    }

    /// What was a value before.
    pub fn stored(value: f64) -> Said {
        Said(value)
    }

    pub fn value(self) -> f64 {
        self.0
    }
}

impl PartialEq for Said {
    fn eq(&self, other: &Said) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Said {}

impl PartialOrd for Said {
    fn partial_cmp(&self, other: &Said) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Said {
    fn cmp(&self, other: &Said) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// What the judge says and what the person says.
pub type Both = [Said; 2];

/// Targets by unit and by what is said of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pairs {
    /// Of labels: sorted, each once.
    pub names: Vec<String>,
    pub both: Vec<((u64, Both), u64)>,
    /// Of the judge and of the person.
    pub alone: Vec<(u64, [Moments; 2])>,
}

impl Pairs {
    /// Of targets, each with its unit and the mean of what judge and person say.
    pub fn of_numbers(targets: impl Iterator<Item = (u64, [Option<f64>; 2])>) -> Pairs {
        let (mut both, mut alone) = (Vec::new(), Vec::new());
        for (unit, [judge, person]) in targets {
            let said = [judge.map(Said::number), person.map(Said::number)];
            match said {
                [Some(judge), Some(person)] => both.push(((unit, [judge, person]), 1)),
                [None, None] => {}
                one => alone.push((unit, one.map(|it| it.map(moments).unwrap_or_default()))),
            }
        }
        Pairs::folded(Vec::new(), both, alone)
    }

    /// Of targets, each with its unit and all labels that judge and person give it.
    pub fn of_labels(targets: &[(u64, [Vec<String>; 2])]) -> Pairs {
        let all = targets.iter().flat_map(|(_, said)| said.iter().flatten());
        let mut names: Vec<String> = all.cloned().collect();
        names.sort_unstable();
        names.dedup();
        let place = |name: &String| {
            let place = names.binary_search(name).expect("it is one of them");
            Said::label(u32::try_from(place).expect("fewer than four billion texts"))
        };
        let (mut both, mut alone) = (Vec::new(), Vec::new());
        let once = |labels: &Vec<String>| Moments {
            n: u64::from(!labels.is_empty()),
            ..Moments::default()
        };
        for (unit, said) in targets {
            let [judge, person] = said;
            for judge in judge {
                both.extend(person.iter().map(|it| ((*unit, [place(judge), place(it)]), 1)));
            }
            if judge.is_empty() != person.is_empty() {
                alone.push((*unit, [once(judge), once(person)]));
            }
        }
        Pairs::folded(names, both, alone)
    }

    fn folded(
        names: Vec<String>,
        both: Vec<((u64, Both), u64)>,
        alone: Vec<(u64, [Moments; 2])>,
    ) -> Pairs {
        Pairs { names, both: folded(both, |a, b| a + b), alone: folded(alone, add) }
    }

    pub fn is_empty(&self) -> bool {
        self.both.is_empty() && self.alone.is_empty()
    }

    pub fn merged(parts: &[&Pairs]) -> Pairs {
        let lists: Vec<&[String]> = parts.iter().map(|part| part.names.as_slice()).collect();
        let (names, places) = named(&lists);
        let moved: Vec<Vec<_>> =
            parts.iter().zip(&places).map(|(part, places)| part.renamed(places)).collect();
        let both: Vec<_> = moved.iter().map(Vec::as_slice).collect();
        let alone: Vec<_> = parts.iter().map(|part| part.alone.as_slice()).collect();
        Pairs { names, both: added(&both, |a, b| a + b), alone: added(&alone, add) }
    }

    /// Labels at their new places, which are in the same order; numbers as they are.
    fn renamed(&self, places: &[u32]) -> Vec<((u64, Both), u64)> {
        if places.is_empty() {
            return self.both.clone();
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the place of a label"
        )]
        let moved = |said: Said| Said::label(places[said.0 as usize]);
        self.both.iter().map(|((unit, said), n)| ((*unit, said.map(moved)), *n)).collect()
    }

    pub fn answer(self) -> Answer {
        let empty = |unit| UnitPairs {
            unit,
            both: Vec::new(),
            judge_alone: Moments::default(),
            person_alone: Moments::default(),
        };
        let mut units: Vec<UnitPairs> = Vec::new();
        for ((unit, [judge, person]), n) in self.both {
            if units.last().is_none_or(|last| last.unit != unit) {
                units.push(empty(unit));
            }
            let last = units.last_mut().expect("one was just added");
            last.both.push(Pair { judge: judge.value(), person: person.value(), n });
        }
        let paired = units.len();
        for (unit, [judge_alone, person_alone]) in self.alone {
            match units[..paired].binary_search_by_key(&unit, |it| it.unit) {
                Ok(place) => {
                    units[place].judge_alone = judge_alone;
                    units[place].person_alone = person_alone;
                }
                Err(_) => units.push(UnitPairs { judge_alone, person_alone, ..empty(unit) }),
            }
        }
        units.sort_by_key(|it| it.unit);
        Answer { names: self.names, units }
    }
}

fn moments(said: Said) -> Moments {
    Moments { n: 1, sum: said.0, squares: said.0 * said.0 }
}

fn add(a: [Moments; 2], b: [Moments; 2]) -> [Moments; 2] {
    let sum = |a: Moments, b: Moments| Moments {
        n: a.n + b.n,
        sum: a.sum + b.sum,
        squares: a.squares + b.squares,
    };
    [sum(a[0], b[0]), sum(a[1], b[1])]
}

#[cfg(test)]
mod tests {
    use super::{Moments, Pairs, Said};

    #[test]
    fn numbers_that_differ_by_rounding_are_one() {
        assert_eq!(Said::number(0.1 + 0.2), Said::number(0.3));
        assert_eq!(Said::number(-0.0), Said::number(0.0));
        assert_eq!(Said::number(2.0 / 3.0), Said::number(1.0 - 1.0 / 3.0));
        assert_ne!(Said::number(0.3), Said::number(0.300_000_1));
        assert!((Said::number(1e15 / 7.0).value() * 7.0 / 1e15 - 1.0).abs() < 1e-11);
    }

    #[test]
    fn labels_keep_their_names_when_parts_are_put_together() {
        let said = |labels: &[&str]| labels.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let first = Pairs::of_labels(&[
            (7, [said(&["good"]), said(&["bad", "good"])]),
            (9, [said(&["good"]), said(&[])]),
        ]);
        let second = Pairs::of_labels(&[
            (7, [said(&["awful"]), said(&["good"])]),
            (3, [said(&[]), said(&["bad", "bad"])]),
        ]);
        let answer = Pairs::merged(&[&first, &second]).answer();
        assert_eq!(answer.names, ["awful", "bad", "good"]);
        let [three, seven, nine] = answer.units.as_slice() else { panic!("{answer:?}") };
        let pairs: Vec<_> = seven.both.iter().map(|it| (it.judge, it.person, it.n)).collect();
        assert_eq!(pairs, [(0.0, 2.0, 1), (2.0, 1.0, 1), (2.0, 2.0, 1)]);
        let one = Moments { n: 1, ..Moments::default() };
        assert_eq!((three.unit, three.person_alone, three.both.len()), (3, one, 0));
        assert_eq!((nine.unit, nine.judge_alone, nine.person_alone.n), (9, one, 0));
    }
}
