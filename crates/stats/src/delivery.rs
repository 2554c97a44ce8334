//! When the remaining items will be done, from how many were finished in each week so far.
//!
//! A future week is a draw from the weeks seen, those with nothing finished too; weeks are
//! independent. This is the Monte Carlo forecast of delivery dates, but computed exactly by adding
//! up distributions, so there is no noise of simulation and no seed. Items are counted, not sized:
//! that works when sizes mix as they did. Few weeks of history make the range too narrow: a bad week
//! that was not seen is not expected.
//!
//! Source: Vacanti 2015, Actionable Agile Metrics for Predictability, chapter 14 (forecasts from
//! own throughput); the bootstrap of sums, Efron 1979, Annals of Statistics 7:1.

/// Beyond ten years nothing is forecast.
pub const MOST_WEEKS: u32 = 520;

/// The finished items of a week, as drawn from those seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Throughput {
    /// Items finished in a week and the chance of it.
    weeks: Vec<(usize, f64)>,
}

impl Throughput {
    /// From the items finished in each week so far. `None` without weeks.
    #[must_use]
    pub fn of(finished: &[u32]) -> Option<Throughput> {
        let mut sorted = finished.to_vec();
        sorted.sort_unstable();
        let weeks: Vec<(usize, f64)> = sorted
            .chunk_by(|a, b| a == b)
            .map(|equal| (equal[0] as usize, equal.len() as f64 / sorted.len() as f64))
            .collect();
        (!weeks.is_empty()).then_some(Throughput { weeks })
    }

    /// The weeks after which all `remaining` items are done with at least this chance: .5 gives the
    /// date that is as likely early as late, .85 one to promise. 0 if nothing remains.
    ///
    /// `None` if [`MOST_WEEKS`] are not enough.
    #[must_use]
    pub fn weeks_until(&self, remaining: u32, chance: f64) -> Option<u32> {
        if remaining > self.most().saturating_mul(MOST_WEEKS) {
            return None;
        }
        let mut sums = Sums::start(remaining);
        for week in 0..=MOST_WEEKS {
            if sums.done() >= chance - ROUNDING {
                return Some(week);
            }
            sums.add_week(&self.weeks);
        }
        None
    }

    /// The chance that all `remaining` items are done after `weeks`, at most [`MOST_WEEKS`].
    #[must_use]
    pub fn chance_done(&self, remaining: u32, weeks: u32) -> f64 {
        if remaining > self.most().saturating_mul(weeks.min(MOST_WEEKS)) {
            return 0.0;
        }
        let mut sums = Sums::start(remaining);
        (0..weeks.min(MOST_WEEKS)).for_each(|_| sums.add_week(&self.weeks));
        sums.done()
    }

    /// The number of items that will be finished within `weeks`, at most [`MOST_WEEKS`], with at
    /// least this chance: .85 gives a number to promise, which is lower than at .5.
    #[must_use]
    pub fn items_by(&self, weeks: u32, chance: f64) -> u32 {
        let weeks = weeks.min(MOST_WEEKS);
        let mut sums = Sums::start(self.most().saturating_mul(weeks));
        (0..weeks).for_each(|_| sums.add_week(&self.weeks));
        let mut at_least = 0.0;
        let sure = sums.0.iter().enumerate().rev().find(|(_, of)| {
            at_least += **of;
            at_least >= chance - ROUNDING
        });
        sure.map_or(0, |(items, _)| u32::try_from(items).unwrap_or(u32::MAX))
    }

    /// The items of the best week.
    fn most(&self) -> u32 {
        self.weeks.last().map_or(0, |(items, _)| u32::try_from(*items).unwrap_or(u32::MAX))
    }
}

/// Sums of chances end a few rounding errors beside what they should be.
const ROUNDING: f64 = 1e-12;

/// The chance of each number of items finished; the last stands for all that remain, or more.
struct Sums(Vec<f64>);

impl Sums {
    fn start(remaining: u32) -> Sums {
        let mut chances = vec![0.0; remaining as usize + 1];
        chances[0] = 1.0;
        Sums(chances)
    }

    fn add_week(&mut self, weeks: &[(usize, f64)]) {
        let all = self.0.len() - 1;
        let mut next = vec![0.0; all + 1];
        for (before, chance) in self.0.iter().enumerate().filter(|(_, chance)| **chance > 0.0) {
            for (items, share) in weeks {
                next[before.saturating_add(*items).min(all)] += chance * share;
            }
        }
        self.0 = next;
    }

    fn done(&self) -> f64 {
        self.0.last().copied().unwrap_or(1.0).min(1.0)
    }
}
