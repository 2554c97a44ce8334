//! Too few units to decide anything, now or by the day of decision (M07).

use super::reason;
use crate::criterion::Judged;
use crate::estimate::whole;
use crate::facts::Facts;
use crate::number;
use crate::report::{Reason, State, Weight};

pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    let undecided = facts.criteria.iter().filter(|judged| judged.report.state == State::Undecided);
    undecided
        .filter_map(|judged| too_few(judged).or_else(|| underpowered(facts, judged)))
        .map(|text| reason("M07", Weight::Warning, text))
        .collect()
}

fn too_few(judged: &Judged) -> Option<String> {
    let units = judged.report.units.filter(|_| judged.estimate.is_none())?;
    let per = &judged.report.per;
    Some(format!(
        "`{}` rests on {}; at least {} are needed",
        judged.report.metric,
        number::units(units, per),
        number::units(judged.units_at_least, per)
    ))
}

/// Even if use goes on as before, the day of decision comes too early.
fn underpowered(facts: &Facts, judged: &Judged) -> Option<String> {
    let (units, more) = (judged.report.units?, judged.report.more_units?);
    let decide_by = facts.bet().time_box.as_ref()?.decide_by.value;
    let expected = whole(units as f64 * facts.ground.growth()?);
    let needed = units + more;
    let per = &judged.report.per;
    (needed > expected).then(|| {
        format!(
            "`{}` needs about {}; about {} are expected by {decide_by}",
            judged.report.metric,
            number::units(needed, per),
            number::count(expected)
        )
    })
}
