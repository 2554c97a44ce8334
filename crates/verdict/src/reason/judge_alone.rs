//! A criterion that rests on a judge alone, without anybody's labels beside it.

use trueup_evidence::{Tally, Test};
use trueup_roadmap::metric::Measure;

use super::reason;
use crate::facts::Facts;
use crate::report::{Reason, Weight};

const JUDGE: &str = "judge";

pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    let alone = facts.criteria.iter().filter_map(|judged| {
        let metric = facts.ground.roadmap.metric(&judged.report.metric)?;
        let beside =
            matches!(metric.measure, Measure::Agreement { .. } | Measure::JudgedMean { .. });
        let tallies = metric.measure.tallies();
        (!beside && tallies.into_iter().all(is_of_judge)).then(|| {
            let text = format!(
                "`{}` rests on a judge alone: nothing shows that people would say the same; have people \
                 judge some of the same answers, and use a metric of kind `judged-mean`",
                metric.id.value
            );
            reason("judge-alone", Weight::Warning, text)
        })
    });
    alone.collect()
}

fn is_of_judge(tally: &Tally) -> bool {
    tally.conditions.iter().any(|condition| {
        let judge = matches!(&condition.test, Test::In(sources) if *sources == [JUDGE]);
        condition.field.name == "source" && judge
    })
}
