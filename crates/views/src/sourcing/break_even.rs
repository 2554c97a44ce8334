//! At which use another way becomes cheaper than the chosen one.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::economics::SourcingKind;

use super::way::Way;

/// Another way against the chosen one, by what they cost a month.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BreakEven {
    pub other: SourcingKind,
    pub chosen: SourcingKind,
    pub cheaper: Cheaper,
    /// Where both cost the same.
    pub interactions_month: Option<f64>,
    /// The same as a multiple of today's use.
    pub load: Option<f64>,
}

/// When the other way is the cheaper one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cheaper {
    Always,
    Never,
    /// They cost the same at any use.
    Same,
    /// With more use than where both cost the same.
    Above,
    /// With less.
    Below,
}

/// Each other way whose price is known against the chosen one, if that has a price.
pub(super) fn break_evens(ways: &[Way], interactions_month: Option<f64>) -> Vec<BreakEven> {
    let priced = |way: &&Way| way.unknown.is_none();
    let Some(chosen) = ways.iter().filter(priced).find(|way| way.is_chosen) else {
        return Vec::new();
    };
    let others = ways.iter().filter(priced).filter(|way| !way.is_chosen);
    others.map(|other| against(other, chosen, interactions_month)).collect()
}

fn against(other: &Way, chosen: &Way, today: Option<f64>) -> BreakEven {
    let fixed = |way: &Way| way.fixed_month.unwrap_or_default();
    let each = |way: &Way| way.per_interaction.unwrap_or_default();
    // The other costs `more` a month before any use, and saves `saves` with each interaction.
    let (more, saves) = (fixed(other) - fixed(chosen), each(chosen) - each(other));
    let cheaper = match (sign(more), sign(saves)) {
        (0, 0) => Cheaper::Same,
        (1, 1) => Cheaper::Above,
        (-1, -1) => Cheaper::Below,
        (more, saves) if more <= 0 && saves >= 0 => Cheaper::Always,
        _ => Cheaper::Never,
    };
    let crosses = matches!(cheaper, Cheaper::Above | Cheaper::Below);
    let interactions_month = crosses.then(|| more / saves);
    let today = today.filter(|today| *today > 0.0);
    BreakEven {
        other: other.kind,
        chosen: chosen.kind,
        cheaper,
        interactions_month,
        load: interactions_month.zip(today).map(|(even, today)| even / today),
    }
}

fn sign(number: f64) -> i8 {
    match number {
        number if number > 0.0 => 1,
        number if number < 0.0 => -1,
        _ => 0,
    }
}
