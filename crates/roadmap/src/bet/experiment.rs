//! Comparing variants: who gets which, and who there is to get it at all.

use schemars::JsonSchema;

use crate::{Place, Spanned};

/// People are split at random over arms; telemetry names the arm in `variant`.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Experiment {
    /// The arm that the others are compared with.
    pub control: Spanned<String>,
    /// Each arm with its weight: `{ current = 1, suggest = 1 }` gives half of the people to each.
    #[schemars(with = "std::collections::BTreeMap<String, crate::schema::written::Weight>")]
    pub arms: Vec<Arm>,
    /// Compare people with what they did themselves in so long before the time-box, for example `4w`:
    /// a narrower interval from the same people (CUPED). Must be chosen beforehand.
    #[schemars(rename = "adjust", with = "Option<crate::schema::written::Length>")]
    pub adjust_days: Option<u32>,
    /// The table itself.
    #[schemars(skip)]
    pub place: Place,
}

/// One arm of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// What `variant` says in telemetry.
    pub name: Spanned<String>,
    /// Its part of the people, as a weight.
    pub weight: f64,
}

impl Experiment {
    /// The arms beside control, in their order.
    pub fn treatments(&self) -> impl Iterator<Item = &Arm> {
        self.arms.iter().filter(|arm| arm.name.value != self.control.value)
    }

    /// The share of the people that an arm should have.
    #[must_use]
    pub fn share(&self, arm: &Arm) -> f64 {
        arm.weight / self.arms.iter().map(|arm| arm.weight).sum::<f64>()
    }
}

/// How many could use it: the denominator of adoption.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Eligible {
    /// People, or whatever the metric counts.
    #[schemars(range(min = 1))]
    pub people: u32,
    /// Who counted them and when, for example `staff directory, 1 October`.
    pub source: String,
}
