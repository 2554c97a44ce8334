//! How what was counted becomes the answer to a request.

use trueup_evidence::summary::{BinIndex, CalibrationBin};
use trueup_evidence::{Histogram, Measure, Summary, UnitBins, UnitSums};

use super::grouped::Group;
use super::items::{Compared, Role, Shape};
use super::sampled::Days;
use super::tallied::Tallied;

/// The answer to a request, from all that was counted for its items, in a fixed order.
pub fn summary(measure: &Measure, counted: &[(Role, &Tallied)]) -> Summary {
    let of = |wanted: Role, shape: &Shape| {
        let parts = counted.iter().filter(|(role, _)| *role == wanted);
        Tallied::merged(parts.map(|(_, tallied)| *tallied).collect(), shape)
    };
    match measure {
        Measure::Sums { .. } => {
            let numerator = of(Role::Numerator, &Shape::Sums);
            sums(&numerator, &of(Role::Denominator, &Shape::Sums))
        }
        Measure::Days { .. } => {
            days(&of(Role::Numerator, &Shape::Days), &of(Role::Denominator, &Shape::Days))
        }
        Measure::Classes { .. } => classes(of(Role::Whole, &Shape::Classes { by: "" })),
        Measure::Pairs { .. } => pairs(of(Role::Whole, &Shape::Pairs { by: Compared::Numbers })),
        Measure::Values { .. } => histograms(of(Role::Whole, &Shape::Values { field: "" })),
        Measure::Calibration { bins, .. } => {
            bins_by_unit(of(Role::Whole, &Shape::Calibration { outcome: "", bins: *bins }))
        }
    }
}

fn sums(numerator: &Tallied, denominator: &Tallied) -> Summary {
    let (Tallied::Sums(over), Tallied::Sums(under)) = (numerator, denominator) else {
        unreachable!("sums are asked for")
    };
    let mut units: Vec<UnitSums> = Vec::with_capacity(over.len().max(under.len()));
    let mut under = under.iter().peekable();
    for (unit, numerator) in over {
        while let Some((other, denominator)) = under.next_if(|(other, _)| other < unit) {
            units.push(UnitSums { unit: *other, numerator: 0.0, denominator: *denominator });
        }
        let denominator = under.next_if(|(other, _)| other == unit).map_or(0.0, |(_, it)| *it);
        units.push(UnitSums { unit: *unit, numerator: *numerator, denominator });
    }
    let rest = under.map(|(unit, denominator)| (*unit, *denominator));
    units.extend(rest.map(|(unit, denominator)| UnitSums { unit, numerator: 0.0, denominator }));
    Summary::Sums(units)
}

fn histograms(values: Tallied) -> Summary {
    let Tallied::Values(values) = values else { unreachable!("values are asked for") };
    let of_unit =
        |Group { unit, units, counts }: Group<BinIndex>| Histogram { unit, units, counts };
    Summary::Histograms(values.groups().into_iter().map(of_unit).collect())
}

fn classes(classes: Tallied) -> Summary {
    let Tallied::Classes(classes) = classes else { unreachable!("classes are asked for") };
    Summary::Classes(classes.answer())
}

fn days(numerator: &Tallied, denominator: &Tallied) -> Summary {
    let (Tallied::Days(over), Tallied::Days(under)) = (numerator, denominator) else {
        unreachable!("days are asked for")
    };
    Summary::Days(Days::answer(over, under))
}

fn pairs(pairs: Tallied) -> Summary {
    let Tallied::Pairs(pairs) = pairs else { unreachable!("pairs are asked for") };
    Summary::Pairs(pairs.answer())
}

fn bins_by_unit(bins: Tallied) -> Summary {
    let Tallied::Calibration(bins) = bins else { unreachable!("a calibration is asked for") };
    let mut units: Vec<UnitBins> = Vec::new();
    for ((unit, bin), [n, confidence, outcome]) in bins {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let bin = CalibrationBin { bin, n: n as u64, confidence, outcome };
        match units.last_mut() {
            Some(last) if last.unit == unit => last.bins.push(bin),
            _ => units.push(UnitBins { unit, bins: vec![bin] }),
        }
    }
    Summary::Bins(units)
}
