//! What a verdict takes for granted: the numbers that are policy's, and what nothing has tested.

use super::Told;
use crate::currency::PRICED_AT_LEAST;
use crate::number;
use crate::span::LIVE_DAYS;

pub(super) fn assumed(told: &Told) -> Vec<String> {
    if !told.is_judged() {
        return vec!["Nothing: where there is nothing to judge, only the text counts.".to_owned()];
    }
    let policy = &told.roadmap.policy;
    let mut assumed: Vec<String> = Vec::new();
    assumed.extend(told.looks().map(|looks| {
        format!(
            "A wrong reading is taken into account in at most {} of the cases, over {} (policy `alpha`).",
            number::limit(policy.alpha, "share"),
            number::counted(u64::from(looks), "look", "looks")
        )
    }));
    assumed.push(format!(
        "Fewer than {} decide nothing, unless a metric asks for more (policy `units_at_least`).",
        number::counted(u64::from(policy.units_at_least), "unit", "units")
    ));
    assumed.push(window(told));
    assumed.push(
        "The rows say what happened: what was not sent, or was sent wrongly, is not seen here."
            .to_owned(),
    );
    assumed.push(format!(
        "A cost is known from {} priced interactions on; no other currency is converted.",
        number::limit(PRICED_AT_LEAST, "share")
    ));
    if told.judged.criteria.iter().any(|found| found.chance.is_some()) {
        assumed.push(format!(
            "A chance takes use to go on as before and the next people to be like those so far; below \
             {} policy gives up (`give_up_below`).",
            number::limit(policy.give_up_below, "share")
        ));
    }
    if told.attested().any(|found| found.state == crate::report::State::Met) {
        assumed.push("What people vouch for is so: nothing here has looked.".to_owned());
    }
    assumed
}

fn window(told: &Told) -> String {
    match told.judged.time_box.as_ref() {
        _ if told.is_live() => {
            format!("The last {LIVE_DAYS} days speak for a live bet.")
        }
        Some(time_box) => format!(
            "Only what happened from {} on counts, up to {}.",
            time_box.starts, told.report.now
        ),
        None => format!(
            "Without a time-box all that was ever recorded counts, up to {}.",
            told.report.now
        ),
    }
}
