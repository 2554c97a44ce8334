//! Before there is evidence: how many units it takes to tell a truth from a bound, by the very method
//! that will judge.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::Metric;
use trueup_roadmap::gate::Bound;
use trueup_roadmap::metric::Measure;
use trueup_stats::Looks;
use trueup_stats::needed::{Spread, units};

/// How far the truth may lie from the bound.
const MARGINS: [f64; 3] = [0.05, 0.1, 0.2];

/// Units that it takes if the truth lies so far on the good side.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Need {
    /// The value that is taken for true.
    pub truth: f64,
    /// Where each unit is all or nothing, as when everybody decides once; `null` if 20,000 are not
    /// enough.
    pub all_or_nothing: Option<u64>,
    /// Where units differ half as much.
    pub half: Option<u64>,
}

/// For a mean over units within 0 and 1 with one bound; nothing is known beforehand of other kinds.
pub(super) fn needs(metric: &Metric, bound: Bound, looks: Looks) -> Vec<Need> {
    let is_share = matches!(metric.measure, Measure::Rate { range: (0.0, 1.0), .. });
    let (bound, sign) = match bound {
        Bound::AtLeast(least) => (least, 1.0),
        Bound::AtMost(most) => (most, -1.0),
        Bound::Between(..) => return Vec::new(),
    };
    if !is_share {
        return Vec::new();
    }
    let truths = MARGINS.map(|margin| bound + sign * margin);
    let truths = truths.into_iter().filter(|truth| (0.0..=1.0).contains(truth));
    let need = |truth| Need {
        truth,
        all_or_nothing: units(truth, bound, Spread::AllOrNothing, looks),
        half: units(truth, bound, Spread::Half, looks),
    };
    truths.map(need).collect()
}
