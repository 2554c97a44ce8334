//! A criterion week by week, beside what decides.

use trueup_evidence::Window;
use trueup_stats::Looks;

use super::{Asked, Found, Judging, Stretch, window_report};
use crate::plan::{AskedCriterion, AskedValue};
use crate::report::{State, WindowReport};

impl Judging<'_, '_> {
    /// Each week alone at one look: a picture of how it went, which decides nothing. Weeks before the first
    /// that has evidence are left out.
    pub(super) fn weeks(&self, asked: &AskedCriterion) -> Vec<WindowReport> {
        let looks = Looks { alpha: self.ground.looks.alpha, planned: 1 };
        let one = |(week, value): &(Window, AskedValue)| {
            let found = self.find(Asked { value, to: week.to, looks }).0;
            let state = match found {
                Found::Measured(..) => State::Watched,
                Found::Nothing => State::NoData,
                Found::Unusable(_) => State::Invalid,
            };
            window_report(&(*week, Stretch::of(state, found)))
        };
        let mut weeks: Vec<WindowReport> = asked.weeks.iter().map(one).collect();
        let known = weeks.iter().rposition(|week| week.estimate.is_some());
        weeks.truncate(known.map_or(0, |last| last + 1));
        weeks
    }
}
