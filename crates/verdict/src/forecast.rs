//! What is to be expected by `decide_by`.

use jiff::ToSpan;
use trueup_roadmap::Role;

use crate::criterion::{Judged, is_on_allowed_side};
use crate::estimate::whole;
use crate::facts::Facts;
use crate::report::{Forecast, State};

/// A date later than this says no more than "not soon".
const DAYS_AT_MOST: f64 = 3650.0;

/// The chance that the gate passes: the smallest of its criteria's, an upper bound of the chance of
/// all together. `None` when a criterion has none yet; a count is left out, as it has none ever.
pub(crate) fn forecast(facts: &Facts) -> Option<Forecast> {
    let sampled = facts.criteria.iter().filter(|judged| !judged.is_count);
    let chances: Option<Vec<f64>> = sampled.map(|judged| judged.report.chance).collect();
    let chance = chances?.into_iter().min_by(f64::total_cmp)?;
    let more_units = more_units(facts);
    Some(Forecast { chance, more_units, date: date(facts) })
}

/// The goal or guardrail on the wrong side of its bound that is least likely to be met by then. A
/// budget is left out: a cheaper model mends it, so it blocks `ship` but ends nothing.
pub(crate) fn least_likely<'f, 'a>(facts: &'f Facts<'a>) -> Option<(&'f Judged<'a>, f64)> {
    facts
        .criteria
        .iter()
        .filter(|judged| matches!(judged.measured.role, Role::Goal | Role::Guardrail))
        .filter(|judged| !is_on_allowed_side(&judged.report))
        .filter_map(|judged| Some((judged, judged.report.chance?)))
        .min_by(|(_, one), (_, other)| one.total_cmp(other))
}

fn undecided<'f, 'a>(facts: &'f Facts<'a>) -> impl Iterator<Item = &'f Judged<'a>> {
    facts.criteria.iter().filter(|judged| judged.report.state == State::Undecided)
}

fn more_units(facts: &Facts) -> Option<u64> {
    let more: Option<Vec<u64>> = undecided(facts).map(|judged| judged.report.more_units).collect();
    more?.into_iter().max()
}

/// When the last undecided criterion has its units, if new ones come as fast as before.
fn date(facts: &Facts) -> Option<String> {
    let days: Option<Vec<f64>> = undecided(facts)
        .map(|judged| {
            let a_day = judged.report.units? as f64 / facts.ground.days_so_far();
            Some(judged.report.more_units? as f64 / a_day)
        })
        .collect();
    let days = days?.into_iter().max_by(f64::total_cmp).filter(|days| *days <= DAYS_AT_MOST)?;
    let days = i64::try_from(whole(days.ceil())).ok()?;
    facts.ground.today.checked_add(days.days()).ok().map(|date| date.to_string())
}
