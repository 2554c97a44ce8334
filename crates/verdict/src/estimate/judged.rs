//! What confidence, labels and judges say: ranking, calibration, agreement, corrected means.

use trueup_evidence::summary::UnitPairs;
use trueup_evidence::{Pairs, Summary, UnitBins};
use trueup_roadmap::metric::{AgreementStatistic, Measure};
use trueup_stats::agreement::{self, Pair, Undefined, Weights};
use trueup_stats::{Estimate, Looks, auc, calibration, correlation, ppi};

use super::{Found, of_rows};
use crate::number;

/// `None` for any other measure.
pub(super) fn estimate(measure: &Measure, answers: &[&Summary], looks: Looks) -> Option<Found> {
    Some(match (measure, answers) {
        (Measure::CalibrationError { .. }, [Summary::Bins(units)]) => calibration(units, looks),
        (Measure::Miscalibration { bins, .. }, [Summary::Bins(units)]) => {
            miscalibration(units, *bins, looks)
        }
        (Measure::Auc { .. }, [Summary::Bins(units)]) => ranking(units, looks),
        (Measure::Agreement { statistic, .. }, [Summary::Pairs(pairs)]) => {
            agreement(pairs, *statistic, looks)
        }
        (Measure::JudgedMean { range, .. }, [Summary::Pairs(pairs)]) => {
            judged_mean(pairs, *range, looks)
        }
        _ => return None,
    })
}

/// Bins of each unit, and rows, in an order that does not depend on what units did.
pub(super) fn bins(units: &[UnitBins]) -> (Vec<Vec<calibration::Bin>>, u64) {
    let mut units: Vec<&UnitBins> =
        units.iter().filter(|unit| unit.bins.iter().any(|bin| bin.n > 0)).collect();
    units.sort_by_key(|unit| unit.unit);
    let n = units.iter().flat_map(|unit| &unit.bins).map(|bin| bin.n).sum();
    let of_unit = |unit: &&UnitBins| {
        let bins = unit.bins.iter().map(|bin| calibration::Bin {
            bin: bin.bin,
            n: bin.n,
            confidence: bin.confidence,
            outcome: bin.outcome,
        });
        bins.collect()
    };
    (units.iter().map(of_unit).collect(), n)
}

/// The error as seen, with what of it chance explains.
fn calibration(units: &[UnitBins], looks: Looks) -> Found {
    let (bins, n) = bins(units);
    let found = calibration::equal_width(&bins, looks);
    let remark = found.as_ref().map(|found| {
        format!(
            "a faultless model would show about {} on as many rows; {} is beyond that",
            number::value(found.floor, "share"),
            number::value(found.above_floor.value, "share")
        )
    });
    of_rows(n, bins.len() as u64, found.map(|found| found.estimate)).with_remark(remark)
}

fn miscalibration(units: &[UnitBins], wanted: u32, looks: Looks) -> Found {
    let (bins, n) = bins(units);
    let found = calibration::equal_mass(&bins, wanted, looks);
    let remark = found.as_ref().map(|found| {
        format!(
            "{} as seen, of which chance explains about {}",
            number::value(found.estimate.value, "share"),
            number::value(found.floor, "share")
        )
    });
    of_rows(n, bins.len() as u64, found.map(|found| found.above_floor)).with_remark(remark)
}

/// The value of a coin.
const COIN: f64 = 0.5;

fn ranking(units: &[UnitBins], looks: Looks) -> Found {
    let (bins, n) = bins(units);
    let outcome: f64 = bins.iter().flatten().map(|bin| bin.outcome).sum();
    if n > 0 && (outcome <= 0.0 || outcome >= n as f64) {
        let only = u8::from(outcome > 0.0);
        return Found::Unusable(format!(
            "all {} outcomes are {only}: ranking needs both",
            number::count(n)
        ));
    }
    let found = auc::auc(&bins, looks);
    let backwards = found.as_ref().is_some_and(|found| found.high < COIN);
    let remark = backwards.then(|| {
        "higher confidence goes with outcome 0: is the label, or the score, the wrong way round?"
            .to_owned()
    });
    of_rows(n, bins.len() as u64, found).with_remark(remark)
}

/// The pairs of each unit that has any.
fn both(pairs: &Pairs) -> Vec<Vec<Pair>> {
    let pair =
        |pair: &trueup_evidence::Pair| Pair { judge: pair.judge, person: pair.person, n: pair.n };
    let mut units: Vec<&UnitPairs> =
        pairs.units.iter().filter(|unit| !unit.both.is_empty()).collect();
    units.sort_by_key(|unit| unit.unit);
    units.iter().map(|unit| unit.both.iter().map(pair).collect()).collect()
}

fn agreement(pairs: &Pairs, statistic: AgreementStatistic, looks: Looks) -> Found {
    let units = both(pairs);
    let n: u64 = units.iter().flatten().map(|pair| pair.n).sum();
    if n == 0 {
        return no_pairs(pairs);
    }
    let found = match statistic {
        AgreementStatistic::Share => agreement::raw(&units, looks).ok_or(Undefined::NoPairs),
        AgreementStatistic::Kappa => agreement::kappa(&units, Weights::Equal, looks),
        AgreementStatistic::WeightedKappa => agreement::kappa(&units, Weights::Quadratic, looks),
        AgreementStatistic::Spearman => correlation::spearman(&units, looks),
        AgreementStatistic::Kendall => correlation::kendall(&units, looks),
    };
    match found {
        Ok(found) => of_rows(n, units.len() as u64, Some(found)),
        Err(why) => Found::Unusable(format!("{}, on all {} targets", said(why), number::count(n))),
    }
}

fn no_pairs(pairs: &Pairs) -> Found {
    let sum = |of: fn(&UnitPairs) -> u64| pairs.units.iter().map(of).sum::<u64>();
    match (sum(|unit| unit.judge_alone.n), sum(|unit| unit.person_alone.n)) {
        (0, 0) => Found::Nothing,
        (judge, person) => Found::Unusable(format!(
            "no target was judged by both: {} by the one, {} by the other",
            number::count(judge),
            number::count(person)
        )),
    }
}

fn said(why: Undefined) -> &'static str {
    match why {
        Undefined::NoPairs => "nothing was judged by both",
        Undefined::JudgeConstant => "the judge always says the same, so it tells nothing apart",
        Undefined::PersonConstant => {
            "the person always says the same, so there is nothing to tell apart"
        }
        Undefined::BothConstant => "both always say the same, so there is nothing to tell apart",
    }
}

/// The judge's mean, corrected where persons have judged too.
fn judged_mean(pairs: &Pairs, range: (f64, f64), looks: Looks) -> Found {
    let units = judgements(pairs);
    let all = || units.iter().flat_map(|unit| &unit.both);
    if let Some(pair) =
        all().find(|pair| !allowed(pair.judge, range) || !allowed(pair.person, range))
    {
        return Found::Unusable(format!(
            "a mark lies outside {} to {}: judge {}, person {}",
            range.0, range.1, pair.judge, pair.person
        ));
    }
    let labelled: u64 = all().map(|pair| pair.n).sum();
    if labelled == 0 {
        return no_pairs(pairs);
    }
    let alone: u64 = units.iter().map(|unit| unit.alone_n).sum();
    let found = ppi::mean(&units, range, looks);
    let remark = found.as_ref().map(|found| weight_of_judge(found, labelled, alone));
    let with_labels = units.iter().filter(|unit| !unit.both.is_empty()).count();
    of_rows(labelled + alone, with_labels as u64, found.map(|found| found.estimate))
        .with_remark(remark)
}

fn judgements(pairs: &Pairs) -> Vec<ppi::UnitJudgements> {
    let mut units: Vec<&UnitPairs> = pairs.units.iter().collect();
    units.sort_by_key(|unit| unit.unit);
    let pair =
        |pair: &trueup_evidence::Pair| Pair { judge: pair.judge, person: pair.person, n: pair.n };
    let of_unit = |unit: &&UnitPairs| ppi::UnitJudgements {
        both: unit.both.iter().map(pair).collect(),
        alone_n: unit.judge_alone.n,
        alone_sum: unit.judge_alone.sum,
    };
    units.iter().map(of_unit).collect()
}

fn allowed(value: f64, (low, high): (f64, f64)) -> bool {
    (low - super::ROUNDING..=high + super::ROUNDING).contains(&value)
}

fn weight_of_judge(found: &ppi::Corrected, labelled: u64, alone: u64) -> String {
    let people = |estimate: &Estimate| number::value(estimate.value, "share");
    let basis = format!(
        "rests on {} that a person judged too, and {} by the judge alone",
        number::counted(labelled, "answer", "answers"),
        number::count(alone)
    );
    match found.narrower {
        Some(narrower) if found.lambda > 0.0 => format!(
            "{basis}; the judge narrows the interval by {}; persons alone say {}",
            number::value(narrower.max(0.0), "share"),
            people(&found.human_only)
        ),
        _ => format!(
            "{basis}; the judge says nothing about what persons say, so it counts for nothing"
        ),
    }
}
