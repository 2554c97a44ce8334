//! Which interactions went to a premium model.

use trueup_evidence::{Condition, Measure, Table, Tally, Test};
use trueup_roadmap::Roadmap;
use trueup_roadmap::model::Tier;

/// Interactions that a premium model answered over all that a model answered. `None` where no model
/// is known to be premium, or none has a price: then nothing is known of what routing would save.
pub(crate) fn asks(roadmap: &Roadmap) -> Option<Measure> {
    let models = roadmap.models.values();
    if models.clone().all(|model| model.prices.is_empty()) {
        return None;
    }
    let premium: Vec<String> = models
        .filter(|model| model.tier == Some(Tier::Premium))
        .map(|model| model.id.value.clone())
        .collect();
    if premium.is_empty() {
        return None;
    }
    Some(Measure::Sums {
        numerator: vec![answered(Test::In(premium))?],
        denominator: vec![answered(Test::Present)?],
    })
}

fn answered(test: Test) -> Option<Tally> {
    let field = Table::Interactions.field("model_answered")?;
    let conditions = vec![Condition { field, test }];
    Some(Tally { table: Table::Interactions, conditions, sum: None })
}
