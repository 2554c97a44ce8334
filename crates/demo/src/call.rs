//! One simulated call: what the model answered, what the person did with it, how it turned out.

use crate::behaviour::{Behaviour, Model};
use crate::calendar::{DAY_MS, HOUR_MS, progress};
use crate::chance::Chance;
use crate::population::User;
use crate::row::whole;

/// Tokens out for each token in.
const TOKENS_OUT_PER_IN: f64 = 0.25;
/// The spread of the logarithm of how long somebody looks.
const LOOK_SPREAD: f64 = 0.6;
/// A truth is looked up after a day, and at most this much later.
const LABELLED_WITHIN_MS: f64 = 72.0 * HOUR_MS as f64;
/// What can go wrong with a call, and how often among what goes wrong.
const ERRORS: [(&str, f64); 3] = [("timeout", 0.5), ("rate_limited", 0.3), ("server_error", 0.2)];

/// One feature on one day: its behaviour with the trends worked out.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    pub volume: f64,
    accepted: f64,
    look_s: f64,
    right: f64,
    failed: f64,
    tokens_in: f64,
}

/// Who uses what, and how that stands on the day.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The place of the feature in the table of behaviours.
    pub feature: usize,
    pub behaviour: &'static Behaviour,
    pub now: &'a Now,
    pub user: User,
}

/// One call and all that follows from it. Times are milliseconds since the first day began.
pub struct Call {
    /// The place of the feature in the table of behaviours.
    pub feature: usize,
    pub behaviour: &'static Behaviour,
    pub user: User,
    /// The first of the ids that belong to it.
    pub ids: u64,
    pub at_ms: u64,
    pub tokens_in: u64,
    pub tokens_out: u64,
    /// `None` if nobody knows.
    pub price_usd: Option<f64>,
    pub duration_ms: u64,
    pub outcome: Outcome,
}

pub enum Outcome {
    Failed(&'static str),
    Answered(Answered),
}

pub struct Answered {
    /// What the model says of itself.
    pub confidence: f64,
    pub predicted: bool,
    pub truth: bool,
    /// The answer is an error that was put there on purpose.
    pub planted: bool,
    pub decision: Option<Decision>,
    /// When somebody looks up the truth.
    pub labelled_at_ms: Option<u64>,
    pub survival: Option<Survival>,
}

pub struct Decision {
    pub verb: Verb,
    pub at_ms: u64,
    pub seconds: f64,
    /// The share of the text that the person changed.
    pub changed: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Accepted,
    Rejected,
    Overridden,
}

/// How much of an accepted text is still there when somebody looks again.
#[derive(Debug, Clone, Copy)]
pub struct Survival {
    pub at_ms: u64,
    pub kept: f64,
}

impl Now {
    pub fn new(behaviour: &Behaviour, day: usize) -> Now {
        let progress = progress(day);
        let usd_for_token_in = price_usd(behaviour.model, 1.0, TOKENS_OUT_PER_IN);
        Now {
            volume: behaviour.volume.at(progress),
            accepted: behaviour.accepted.at(progress),
            look_s: behaviour.look_s.at_ratio(progress),
            right: behaviour.right.at(progress),
            failed: behaviour.failed.at(progress),
            tokens_in: behaviour.cost_usd.at_ratio(progress) / usd_for_token_in,
        }
    }
}

impl Call {
    pub fn draw(chance: &mut Chance, setting: &Setting<'_>, at_ms: u64, ids: u64) -> Call {
        let Setting { feature, behaviour, now, user } = *setting;
        let (answer_normal, look_normal) = chance.normals();
        let duration_ms =
            whole(behaviour.answer_ms * (behaviour.answer_spread * answer_normal).exp());
        let tokens_in = tokens(chance, now.tokens_in);
        let (tokens_out, outcome) = if chance.happens(now.failed) {
            (0, Outcome::Failed(error(chance)))
        } else {
            let look_s = now.look_s * user.arm.map_or(1.0, |arm| arm.look);
            let look_s = look_s * (LOOK_SPREAD * look_normal).exp();
            let answered = Answered::draw(chance, setting, at_ms + duration_ms, look_s);
            (whole(TOKENS_OUT_PER_IN * tokens_in as f64).max(1), Outcome::Answered(answered))
        };
        let price_usd = (!chance.happens(behaviour.unpriced))
            .then(|| price_usd(behaviour.model, tokens_in as f64, tokens_out as f64));
        Call {
            feature,
            behaviour,
            user,
            ids,
            at_ms,
            tokens_in,
            tokens_out,
            price_usd,
            duration_ms,
            outcome,
        }
    }
}

impl Answered {
    fn draw(chance: &mut Chance, setting: &Setting<'_>, done_ms: u64, look_s: f64) -> Answered {
        let Setting { behaviour, now, .. } = *setting;
        let planted = chance.happens(behaviour.planted);
        let chance_right = chance_right(chance, now.right);
        let right = chance.happens(chance_right) && !planted;
        let truth = chance.happens(behaviour.positive);
        let accepts = accepts(setting, right, planted);
        let decided = planted || chance.happens(behaviour.decided);
        let decision = decided.then(|| Decision::draw(chance, behaviour, accepts, done_ms, look_s));
        let labelled = !planted && chance.happens(behaviour.labelled);
        Answered {
            confidence: chance_right + behaviour.overconfident * (1.0 - chance_right),
            predicted: truth == right,
            truth,
            planted,
            survival: decision.as_ref().and_then(|it| Survival::draw(chance, behaviour, it)),
            decision,
            labelled_at_ms: labelled
                .then(|| done_ms + DAY_MS + whole(LABELLED_WITHIN_MS * chance.uniform())),
        }
    }
}

impl Decision {
    fn draw(
        chance: &mut Chance,
        behaviour: &Behaviour,
        accepts: f64,
        done_ms: u64,
        seconds: f64,
    ) -> Decision {
        let verb = match chance.happens(accepts) {
            true => Verb::Accepted,
            false if chance.happens(behaviour.overridden) => Verb::Overridden,
            false => Verb::Rejected,
        };
        let changed = match verb {
            Verb::Accepted => share_changed(chance, behaviour.changed),
            Verb::Rejected | Verb::Overridden => 0.0,
        };
        Decision { verb, at_ms: done_ms + whole(1000.0 * seconds), seconds, changed }
    }
}

impl Survival {
    fn draw(chance: &mut Chance, behaviour: &Behaviour, decision: &Decision) -> Option<Survival> {
        if decision.verb != Verb::Accepted || !chance.happens(behaviour.looked_at_again) {
            return None;
        }
        let kept = (1.0 - decision.changed) * (1.0 - 0.15 * chance.uniform());
        Some(Survival { at_ms: decision.at_ms + DAY_MS, kept })
    }
}

/// The chance of being right with this very case, spread evenly around the mean: what a model that
/// knows itself would say.
fn chance_right(chance: &mut Chance, mean: f64) -> f64 {
    let spread = mean.min(1.0 - mean);
    mean + spread * (2.0 * chance.uniform() - 1.0)
}

/// The chance that this person accepts an answer, right or wrong.
fn accepts(setting: &Setting<'_>, right: bool, planted: bool) -> f64 {
    let Setting { behaviour, now, user, .. } = setting;
    if planted {
        return 1.0 - behaviour.caught;
    }
    let surprise = f64::from(u8::from(right)) - now.right;
    now.accepted + user.leaning + behaviour.attention * surprise
}

/// Between 0.4 and 1.6 times the mean, which it keeps.
fn tokens(chance: &mut Chance, mean: f64) -> u64 {
    whole(mean * (0.4 + 0.6 * (chance.uniform() + chance.uniform()))).max(1)
}

fn price_usd(model: Model, tokens_in: f64, tokens_out: f64) -> f64 {
    (tokens_in * model.usd_per_million_in + tokens_out * model.usd_per_million_out) / 1e6
}

/// Most people change little and some nearly all: a power of a uniform draw, with this mean.
fn share_changed(chance: &mut Chance, mean: f64) -> f64 {
    if mean <= 0.0 { 0.0 } else { chance.uniform().powf(1.0 / mean - 1.0) }
}

fn error(chance: &mut Chance) -> &'static str {
    let mut at = chance.uniform();
    for (error, share) in ERRORS {
        if at < share {
            return error;
        }
        at -= share;
    }
    ERRORS[0].0
}
