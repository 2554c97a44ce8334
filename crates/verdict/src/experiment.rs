//! A bet's experiment: who got which arm, whether the split is the planned one, and what each arm does.

use std::collections::BTreeMap;

use trueup_evidence::Summary;
use trueup_roadmap::Metric;
use trueup_roadmap::bet::experiment::{Arm, Experiment};
use trueup_roadmap::gate::Versus;
use trueup_stats::{Estimate, Looks, difference, experiment};

use crate::comparison::{self, Answers, Compared};
use crate::currency;
use crate::estimate::{Setting, whole};
use crate::facts::Ground;
use crate::number;
use crate::plan::AskedExperiment;
use crate::report::{ArmReport, ComparisonReport, ExperimentReport, Relative, SampleRatioReport};

/// Beyond so many people a p-value, which takes many intervals, is left out; the interval is there.
const UNITS_FOR_P_VALUE: u64 = 50_000;

/// More people in several arms than this share of all blur what is compared.
const IN_SEVERAL_AT_MOST: f64 = 0.01;

/// What is known of the experiment of a bet.
pub(crate) fn report(ground: &Ground, asked: &AskedExperiment) -> Option<ExperimentReport> {
    let of_bet = ground.bet.experiment.as_ref()?;
    let people = People::of(ground, asked);
    let arms: Vec<ArmReport> = of_bet
        .arms
        .iter()
        .zip(&people.arms)
        .map(|(arm, (units, interactions))| ArmReport {
            name: arm.name.value.clone(),
            planned: of_bet.share(arm),
            units: *units,
            interactions: *interactions,
        })
        .collect();
    let weights = of_bet.arms.iter().map(|arm| arm.weight);
    let counts: Vec<(u64, f64)> = arms.iter().map(|arm| arm.units).zip(weights).collect();
    let sample_ratio = experiment::sample_ratio(&counts).map(|found| SampleRatioReport {
        p_value: found.p_value,
        always_valid_p: found.always_valid_p,
        mismatch: found.mismatch,
    });
    let mut report = ExperimentReport {
        control: of_bet.control.value.clone(),
        arms,
        in_several: people.in_several,
        sample_ratio,
        comparisons: Vec::new(),
        unreadable: None,
    };
    report.unreadable = unreadable(&report);
    report.comparisons = comparisons(ground, of_bet, asked);
    Some(report)
}

/// Why the arms must not be compared.
fn unreadable(report: &ExperimentReport) -> Option<String> {
    let all: u64 = report.arms.iter().map(|arm| arm.units).sum();
    let mismatch = report.sample_ratio.as_ref().is_some_and(|found| found.mismatch);
    if mismatch {
        let split: Vec<String> = report.arms.iter().map(|arm| arm_in_words(arm, all)).collect();
        return Some(format!(
            "people are not split as planned ({}), which chance does not explain: find what puts or \
             keeps people out of an arm before reading a difference",
            split.join(", ")
        ));
    }
    let several = report.in_several as f64 / all.max(1) as f64;
    (several > IN_SEVERAL_AT_MOST).then(|| {
        format!(
            "{} met more than one arm, so the arms are not apart: assign by person, not by request",
            number::units(report.in_several, "user")
        )
    })
}

fn arm_in_words(arm: &ArmReport, all: u64) -> String {
    let share = arm.units as f64 / all.max(1) as f64;
    format!(
        "`{}` has {} where {} were planned",
        arm.name,
        number::value(share, "share"),
        number::value(arm.planned, "share")
    )
}

/// Who used which arm.
struct People {
    /// Units and uses of each arm.
    arms: Vec<(u64, u64)>,
    in_several: u64,
}

impl People {
    fn of(ground: &Ground, asked: &AskedExperiment) -> People {
        let mut seen: BTreeMap<u64, u32> = BTreeMap::new();
        let mut arms = Vec::new();
        for place in &asked.uses {
            let Some(Summary::Sums(sums)) = ground.summary(*place) else {
                arms.push((0, 0));
                continue;
            };
            let active: Vec<_> = sums.iter().filter(|unit| unit.denominator > 0.0).collect();
            for unit in &active {
                *seen.entry(unit.unit).or_default() += 1;
            }
            let uses: f64 = active.iter().map(|unit| unit.denominator).sum();
            arms.push((active.len() as u64, whole(uses)));
        }
        let in_several = seen.values().filter(|arms| **arms > 1).count() as u64;
        People { arms, in_several }
    }
}

/// Every arm beside control by every metric; all of them together keep to alpha for each metric.
fn comparisons(
    ground: &Ground,
    of_bet: &Experiment,
    asked: &AskedExperiment,
) -> Vec<ComparisonReport> {
    let treatments = of_bet.treatments().count().max(1);
    let looks = Looks { alpha: ground.looks.alpha / treatments as f64, ..ground.looks };
    let setting = Setting { looks, ..ground.setting(ground.window.to) };
    let mut all = Vec::new();
    for (id, places, earlier) in &asked.metrics {
        let Some(metric) = ground.roadmap.metric(id) else { continue };
        let of_arm: Vec<Option<Answers>> =
            places.iter().map(|places| ground.answers(places)).collect();
        let earlier = ground.answers(earlier).unwrap_or_default();
        let arms = of_bet.arms.iter().zip(&of_arm);
        let is_control = |arm: &Arm| arm.name.value == of_bet.control.value;
        let Some((_, Some(control))) = arms.clone().find(|(arm, _)| is_control(arm)) else {
            continue;
        };
        for (arm, answers) in arms.filter(|(arm, _)| !is_control(arm)) {
            let Some(answers) = answers else { continue };
            let both = (answers, control);
            let compared =
                comparison::compare(metric, both, &earlier, Versus::Control, setting).ok();
            all.extend(compared.map(|compared| {
                let p_value = p_value(metric, both, &earlier, setting, &compared);
                comparison_report(ground, metric, arm, &compared, p_value)
            }));
        }
    }
    all
}

fn p_value(
    metric: &Metric,
    both: (&Answers, &Answers),
    earlier: &Answers,
    setting: Setting,
    compared: &Compared,
) -> Option<f64> {
    if compared.value.units + compared.other.units > UNITS_FOR_P_VALUE {
        return None;
    }
    let interval = |looks: Looks| {
        let setting = Setting { looks, ..setting };
        let found = comparison::compare(metric, both, earlier, Versus::Control, setting).ok()?;
        found.difference.measurement()?.estimate
    };
    Some(experiment::p_value(interval, 0.0, setting.looks))
}

fn comparison_report(
    ground: &Ground,
    metric: &Metric,
    arm: &Arm,
    compared: &Compared,
    p_value: Option<f64>,
) -> ComparisonReport {
    let found = compared.difference.measurement().and_then(|found| found.estimate);
    let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
    let value = |found: Option<Estimate>| finite(found.map(|found| found.value));
    ComparisonReport {
        metric: metric.id.value.clone(),
        title: metric.title.clone(),
        arm: arm.name.value.clone(),
        measured_in: currency::unit(metric, ground.currency),
        better: metric.better.name().to_owned(),
        value: value(compared.value.estimate),
        control: value(compared.other.estimate),
        difference: value(found),
        low: finite(found.map(|found| found.low)),
        high: finite(found.map(|found| found.high)),
        relative: relative(compared),
        p_value,
        explained: compared.explained,
        n: compared.value.n + compared.other.n,
        units: compared.value.units + compared.other.units,
        method: found.map(|found| found.method.name.to_owned()),
        source: found.map(|found| found.method.source.to_owned()),
    }
}

/// In percent of control, where control lies above 0.
pub(crate) fn relative(compared: &Compared) -> Option<Relative> {
    let (value, other) = (compared.value.estimate?, compared.other.estimate?);
    if value.low < 0.0 {
        return None;
    }
    let found = difference::uplift(&value, &other)?;
    let finite = |end: f64| Some(end).filter(|end| end.is_finite());
    Some(Relative { value: finite(found.value)?, low: finite(found.low), high: finite(found.high) })
}
