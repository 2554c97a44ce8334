//! What the reasons look at beside the criteria: use, approval, looks, planted errors, cost, controls, fans
//! and models.

use trueup_evidence::Summary;
use trueup_stats::Looks;

use crate::estimate::{Measurement, estimate, median, share, whole};
use crate::facts::Ground;
use crate::oversight;
use crate::plan::{AskedSignals, Place, Places};

/// Measurements that no criterion has to name. Missing where there is nothing to measure.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signals {
    pub interactions: u64,
    pub units: u64,
    /// The share of interactions that carry a price.
    pub priced: Option<f64>,
    /// Interactions of the first and the second half.
    pub interactions_halves: Option<(u64, u64)>,
    pub acceptance: Option<Measurement>,
    /// The median time to a decision in the first and in the last third.
    pub look_thirds: (Option<Measurement>, Option<Measurement>),
    pub catch_rate: Option<Measurement>,
    pub override_rate: Option<Measurement>,
    /// The time that reading half of the answers takes at most, milliseconds.
    pub reading_ms: Option<f64>,
    pub cost: Option<Measurement>,
    pub cost_halves: (Option<Measurement>, Option<Measurement>),
    /// For each declared control that leaves steps: the share of decisions that came with one.
    pub controls: Vec<(String, Measurement)>,
    pub concentration: Option<Measurement>,
    /// How far distributions have moved: a metric's id and what it says.
    pub drift: Vec<(String, Measurement)>,
    /// How acceptance changes within people.
    pub novelty: Option<Measurement>,
    /// The share of interactions that a premium model answered.
    pub premium: Option<Measurement>,
}

impl Signals {
    pub(crate) fn new(ground: &Ground, asked: &AskedSignals) -> Signals {
        let measured = |id: &str, places: &Places| measure(ground, id, places);
        let both = |id: &str, places: &Option<(Places, Places)>| {
            let found =
                places.as_ref().map(|(first, last)| (measured(id, first), measured(id, last)));
            found.unwrap_or_default()
        };
        let (interactions, units) = used(ground, asked.used).unwrap_or_default();
        let halves = asked.used_halves.and_then(|(first, second)| {
            Some((used(ground, Some(first))?.0, used(ground, Some(second))?.0))
        });
        Signals {
            interactions,
            units,
            priced: ground.priced(asked.priced),
            interactions_halves: halves,
            acceptance: measured("acceptance", &asked.acceptance),
            look_thirds: both("time_to_decision", &asked.look_thirds),
            catch_rate: measured("catch_rate", &asked.catch_rate),
            override_rate: measured("override_rate", &asked.override_rate),
            reading_ms: ground.summary(asked.tokens).and_then(|it| reading_ms(it, ground.looks)),
            cost: measured("cost_per_interaction", &asked.cost),
            cost_halves: both("cost_per_interaction", &asked.cost_halves),
            controls: controls(ground, &asked.controls),
            concentration: measured("concentration", &asked.concentration),
            drift: asked
                .drift
                .iter()
                .filter_map(|(id, places)| Some((id.clone(), measured(id, places)?)))
                .collect(),
            novelty: measured("novelty", &asked.novelty),
            premium: ground.summary(asked.premium).and_then(|sums| share(sums, ground.looks)),
        }
    }
}

fn measure(ground: &Ground, id: &str, places: &Places) -> Option<Measurement> {
    let metric = ground.roadmap.metric(id)?;
    let answers = ground.answers(places)?;
    estimate(metric, &answers, ground.setting(ground.window.to)).measurement().copied()
}

fn controls(ground: &Ground, asked: &[(String, Place)]) -> Vec<(String, Measurement)> {
    let found = asked.iter().filter_map(|(control, place)| {
        let summary = ground.summary(Some(*place))?;
        Some((control.clone(), share(summary, ground.looks)?))
    });
    found.collect()
}

/// What reading an answer of median length takes.
fn reading_ms(summary: &Summary, looks: Looks) -> Option<f64> {
    let tokens = median(summary, looks)?.estimate?.value;
    Some(tokens * oversight::MS_A_TOKEN)
}

/// Interactions and the units that made them.
fn used(ground: &Ground, place: Option<Place>) -> Option<(u64, u64)> {
    let Summary::Sums(sums) = ground.summary(place)? else { return None };
    let active = sums.iter().filter(|unit| unit.denominator > 0.0);
    Some((whole(active.clone().map(|unit| unit.denominator).sum()), active.count() as u64))
}
