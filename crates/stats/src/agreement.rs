//! How far a judge (a model that grades) agrees with people about the same targets.
//!
//! - [`raw`]: the share of targets on which both say the same. Easy to read, and high by chance
//!   alone where one answer is common.
//! - [`kappa`]: agreement beyond what two judges with the same habits would reach blindly: 1 is
//!   full, 0 is blind. Weighted, a near miss counts less than a far one.
//! - [`precision`] and [`recall`] of the judge for one class, with the person's word as truth.
//! - [`confusion`]: who said what.
//!
//! All targets are pooled; units are the clusters, taken as independent draws, and their order does
//! not matter. Pairs with a number that is not finite are left out everywhere.
//!
//! Source: Cohen 1960, Educational and Psychological Measurement 20:37; Cohen 1968, Psychological
//! Bulletin 70:213 (weights); Fleiss, Cohen & Everitt 1969, Psychological Bulletin 72:323 (standard
//! error, here with units as clusters). The interval is Student's for the logit within -1..1.

use crate::estimate::{Estimate, Method};
use crate::influence;
use crate::looks::Looks;
use crate::ratio;

const KAPPA: Method = Method {
    name: "Cohen's kappa, units as clusters, interval for its Fisher transform",
    source: "Cohen 1960, 1968; Fleiss, Cohen & Everitt 1969",
};

const SHARE: (f64, f64) = (0.0, 1.0);
const CORRELATION: (f64, f64) = (-1.0, 1.0);

/// Targets of which the judge says one thing and the person another: numbers, or the places of
/// classes in a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub judge: f64,
    pub person: f64,
    pub n: u64,
}

/// Why there is no chance-corrected agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undefined {
    /// No target was judged by both.
    NoPairs,
    /// The judge always says the same: whatever it says, it tells no targets apart.
    JudgeConstant,
    /// The person always says the same: there is nothing to tell apart.
    PersonConstant,
    /// Both always say the same.
    BothConstant,
}

/// What a disagreement costs. Weights are taken from the numbers themselves, not from their ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// All the same; for classes without order.
    Equal,
    /// The distance.
    Linear,
    /// The square of the distance.
    Quadratic,
}

impl Weights {
    fn cost(self, judge: f64, person: f64) -> f64 {
        match self {
            Weights::Equal => f64::from(u8::from(!same(judge, person))),
            Weights::Linear => (judge - person).abs(),
            Weights::Quadratic => (judge - person).powi(2),
        }
    }
}

/// The share of targets on which judge and person say the same, with an interval at
/// [`Looks::alpha_per_look`]; as [`ratio::linearised`]. `None` without pairs.
#[must_use]
pub fn raw(units: &[Vec<Pair>], looks: Looks) -> Option<Estimate> {
    share_of(units, |_| true, |pair| same(pair.judge, pair.person), looks)
}

/// Of what the judge calls `class`, the share that the person calls so too. `None` where the judge
/// never does.
#[must_use]
pub fn precision(units: &[Vec<Pair>], class: f64, looks: Looks) -> Option<Estimate> {
    share_of(units, |pair| same(pair.judge, class), |pair| same(pair.person, class), looks)
}

/// Of what the person calls `class`, the share that the judge calls so too. `None` where the person
/// never does.
#[must_use]
pub fn recall(units: &[Vec<Pair>], class: f64, looks: Looks) -> Option<Estimate> {
    share_of(units, |pair| same(pair.person, class), |pair| same(pair.judge, class), looks)
}

/// Of the pairs in `of`, the share that is in `with` too. Units without any are left out.
fn share_of(
    units: &[Vec<Pair>],
    of: impl Fn(&Pair) -> bool,
    with: impl Fn(&Pair) -> bool,
    looks: Looks,
) -> Option<Estimate> {
    let sums: Vec<(f64, f64)> = usable(units)
        .iter()
        .map(|unit| {
            unit.iter().filter(|pair| of(pair)).fold((0.0, 0.0), |(hits, rows), pair| {
                let n = pair.n as f64;
                (hits + if with(pair) { n } else { 0.0 }, rows + n)
            })
        })
        .filter(|(_, rows)| *rows > 0.0)
        .collect();
    ratio::linearised(&sums, SHARE, looks)
}

/// The pairs of all units, equal ones put together, sorted by judge and then by person.
#[must_use]
pub fn confusion(units: &[Vec<Pair>]) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = usable(units).into_iter().flatten().collect();
    pairs.sort_by(|a, b| a.judge.total_cmp(&b.judge).then(a.person.total_cmp(&b.person)));
    pairs.dedup_by(|next, kept| {
        let equal = same(next.judge, kept.judge) && same(next.person, kept.person);
        kept.n += if equal { next.n } else { 0 };
        equal
    });
    pairs
}

/// Estimates Cohen's kappa, with an interval at [`Looks::alpha_per_look`] within -1..1.
///
/// One unit has no standard error and -1..1 as interval. The interval is at least as wide as so few
/// units can support whatever their spread.
///
/// # Errors
///
/// A judge or a person that always says the same makes kappa 0 or undefined by construction; either
/// way it would measure nothing.
pub fn kappa(units: &[Vec<Pair>], weights: Weights, looks: Looks) -> Result<Estimate, Undefined> {
    let units = usable(units);
    check_varied(&units)?;
    let judge = Answers::of(&units, |pair| pair.judge);
    let person = Answers::of(&units, |pair| pair.person);
    let all = || units.iter().flatten();
    let rows = judge.rows;
    let seen = all().map(|p| p.n as f64 * weights.cost(p.judge, p.person)).sum::<f64>() / rows;
    let blind = all().map(|p| p.n as f64 * person.cost_of(p.judge, weights)).sum::<f64>() / rows;
    let value = 1.0 - seen / blind;
    if !value.is_finite() {
        return Err(Undefined::NoPairs);
    }
    // How far a target moves kappa: through what is seen, and through what is blind.
    let moved = |pair: &Pair| {
        let here = weights.cost(pair.judge, pair.person) - seen;
        let habits = person.cost_of(pair.judge, weights) + judge.cost_of(pair.person, weights);
        pair.n as f64 / rows * (seen / blind * (habits - 2.0 * blind) - here) / blind
    };
    let moves: Vec<f64> = units.iter().map(|unit| unit.iter().map(moved).sum()).collect();
    Ok(correlation(value, &moves, KAPPA, looks))
}

/// The estimate of a coefficient within -1..1 that each unit moves by so much.
pub(crate) fn correlation(value: f64, moves: &[f64], method: Method, looks: Looks) -> Estimate {
    let value = value.clamp(-1.0, 1.0);
    let (standard_error, units) = (influence::standard_error(moves), moves.len());
    let alpha = looks.alpha_per_look();
    let (low, high) = influence::logit_interval(value, standard_error, CORRELATION, alpha, units);
    Estimate { value, low, high, standard_error, units, method }
}

/// Whether both judge and person say more than one thing.
pub(crate) fn check_varied(units: &[Vec<Pair>]) -> Result<(), Undefined> {
    let mut pairs = units.iter().flatten();
    let first = pairs.next().ok_or(Undefined::NoPairs)?;
    let (mut judge, mut person) = (false, false);
    for pair in pairs {
        judge |= !same(pair.judge, first.judge);
        person |= !same(pair.person, first.person);
    }
    match (judge, person) {
        (true, true) => Ok(()),
        (false, true) => Err(Undefined::JudgeConstant),
        (true, false) => Err(Undefined::PersonConstant),
        (false, false) => Err(Undefined::BothConstant),
    }
}

/// Pairs of finite numbers; units without any are left out.
pub(crate) fn usable(units: &[Vec<Pair>]) -> Vec<Vec<Pair>> {
    let kept = |pair: &&Pair| pair.n > 0 && pair.judge.is_finite() && pair.person.is_finite();
    // Adding 0 makes -0 the same as 0 in every order.
    let plain = |pair: &Pair| Pair { judge: pair.judge + 0.0, person: pair.person + 0.0, ..*pair };
    units
        .iter()
        .map(|unit| unit.iter().filter(kept).map(plain).collect::<Vec<_>>())
        .filter(|unit| !unit.is_empty())
        .collect()
}

/// Classes are whole numbers and equal numbers are put together by their bits.
#[expect(clippy::float_cmp, reason = "the same class or the same number, not nearly the same")]
fn same(one: f64, other: f64) -> bool {
    one == other
}

/// How often each answer is given, in order, with sums up to it.
struct Answers {
    rows: f64,
    sum: f64,
    squares: f64,
    /// Answer, its rows, and the rows and the sum of all up to it.
    steps: Vec<(f64, f64, f64, f64)>,
}

impl Answers {
    fn of(units: &[Vec<Pair>], answer: impl Fn(&Pair) -> f64) -> Answers {
        let mut answers: Vec<(f64, f64)> =
            units.iter().flatten().map(|pair| (answer(pair), pair.n as f64)).collect();
        answers.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut found = Answers { rows: 0.0, sum: 0.0, squares: 0.0, steps: Vec::new() };
        for equal in answers.chunk_by(|a, b| same(a.0, b.0)) {
            let (value, n) = (equal[0].0, equal.iter().map(|(_, n)| n).sum::<f64>());
            found.rows += n;
            found.sum += n * value;
            found.squares += n * value * value;
            found.steps.push((value, n, found.rows, found.sum));
        }
        found
    }

    /// The mean cost of `other` beside an answer drawn blindly.
    fn cost_of(&self, other: f64, weights: Weights) -> f64 {
        let up_to = self.steps.partition_point(|step| step.0 <= other);
        let (value, n, rows, sum) = match up_to {
            0 => (f64::NAN, 0.0, 0.0, 0.0),
            _ => self.steps[up_to - 1],
        };
        let cost = match weights {
            Weights::Equal => self.rows - if same(value, other) { n } else { 0.0 },
            Weights::Linear => other * (2.0 * rows - self.rows) + self.sum - 2.0 * sum,
            Weights::Quadratic => other * (other * self.rows - 2.0 * self.sum) + self.squares,
        };
        cost / self.rows
    }
}
