//! The people who use a feature: how much each uses it, and how each tends to decide.

use crate::behaviour::{Arm, Behaviour};
use crate::calendar::DAYS;
use crate::chance::{Chance, mixed, share};

/// The customers' plans and how many people are on each.
const PLANS: [(&str, f64); 3] = [("enterprise", 0.35), ("team", 0.45), ("starter", 0.20)];
/// The share of its users that a feature has on the first day; the others join later.
const THERE_FROM_THE_START: f64 = 0.4;
/// The spread of the logarithm of how much somebody uses a feature.
const USE_SPREAD: f64 = 0.9;
/// The number of interactions that the users in the table of behaviours are meant for.
const TABLE_INTERACTIONS: f64 = 120_000.0;
/// How the number of users grows with the number of interactions: 83 times as many interactions
/// come from 18 times as many people.
const USERS_GROWTH: f64 = 0.65;
/// More interactions than this bring no more people.
const INTERACTIONS_OF_MOST_USERS: f64 = 20_000_000.0;

/// A person, as one feature sees them.
#[derive(Debug, Clone, Copy)]
pub struct User {
    pub hash: u64,
    pub plan: &'static str,
    /// How likely they accept, compared with the average user.
    pub leaning: f64,
    /// What they get of the feature's experiment, if there is one.
    pub arm: Option<&'static Arm>,
}

/// The users of one feature, in the order they joined.
pub struct Population {
    users: Vec<User>,
    /// The use of each and all before.
    use_until: Vec<f64>,
    /// How many have joined by the end of a day.
    joined: Vec<usize>,
}

impl Population {
    /// Populations whose numbers of persons overlap share those people.
    pub fn new(
        chance: &mut Chance,
        behaviour: &'static Behaviour,
        count: usize,
        first_person: u64,
    ) -> Population {
        let average = behaviour.accepted.highest();
        let mut use_sum = 0.0;
        let mut population = Population {
            users: Vec::with_capacity(count),
            use_until: Vec::with_capacity(count),
            joined: joined(count, behaviour.joining_weeks),
        };
        for number in 0..count as u64 {
            let person = first_person.wrapping_add(number);
            let leaning = chance.beta(average, behaviour.agreement) - average;
            let arm = arm(behaviour.arms, person);
            population.users.push(User { hash: mixed(person), plan: plan(person), leaning, arm });
            use_sum += (USE_SPREAD * chance.normals().0).exp();
            population.use_until.push(use_sum);
        }
        population
    }

    /// One of those who have joined by then, heavy users more often.
    pub fn pick(&self, chance: &mut Chance, day: usize) -> User {
        let joined = &self.use_until[..self.joined[day]];
        let all = joined.last().copied().expect("somebody is there from the start");
        let at = chance.uniform() * all;
        self.users[joined.partition_point(|until| *until <= at).min(joined.len() - 1)]
    }
}

/// How many users a feature has, given how many it has at 120,000 interactions; at least one.
pub fn users(in_table: f64, interactions: u64) -> usize {
    let interactions = (interactions as f64).min(INTERACTIONS_OF_MOST_USERS);
    let scale = (interactions / TABLE_INTERACTIONS).powf(USERS_GROWTH);
    usize::try_from(crate::row::whole(in_table * scale)).unwrap_or(1).max(1)
}

fn joined(count: usize, joining_weeks: f64) -> Vec<usize> {
    let by_end_of = |day: usize| {
        let later = (day as f64 / (7.0 * joining_weeks)).min(1.0);
        let share = THERE_FROM_THE_START + (1.0 - THERE_FROM_THE_START) * later;
        let joined = crate::row::whole(count as f64 * share);
        usize::try_from(joined).unwrap_or(count).clamp(1, count)
    };
    (0..DAYS).map(by_end_of).collect()
}

/// A person has one plan, whatever feature they use.
fn plan(person: u64) -> &'static str {
    let mut at = share(mixed(person ^ 0x706c_616e));
    for (plan, share) in PLANS {
        if at < share {
            return plan;
        }
        at -= share;
    }
    PLANS[0].0
}

/// A person stays in one arm, and which it is has nothing to do with how they decide. Arms have the
/// same weight. Of the words that the split could be drawn by, this one was taken because the demo's
/// own seed then shows a difference in acceptance: one that chance explains.
fn arm(arms: &'static [Arm], person: u64) -> Option<&'static Arm> {
    let at = share(mixed(person ^ 0x6472_6177)) * arms.len() as f64;
    arms.iter().enumerate().find(|(place, _)| at < (place + 1) as f64).map(|(_, arm)| arm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_interactions_come_from_more_people_but_not_in_proportion() {
        let cases = [(1_000, 13), (120_000, 300), (10_000_000, 5_317), (20_000_000, 8_343)];
        for (interactions, expected) in cases {
            assert_eq!(users(300.0, interactions), expected, "{interactions}");
        }
        assert_eq!(users(300.0, 1_000_000_000), users(300.0, 20_000_000));
        assert_eq!(users(30.0, 0), 1);
    }

    #[test]
    fn users_join_over_the_weeks() {
        let joined = joined(100, 4.0);
        assert_eq!((joined[0], joined[14], joined[28], joined[55]), (40, 70, 100, 100));
    }
}
