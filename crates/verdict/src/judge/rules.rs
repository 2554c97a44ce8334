//! The verdict: the first rule that holds.
//!
//! | # | condition | verdict |
//! |---|---|---|
//! | 0 | the text is denied, or the bet has ended | none |
//! | 1 | a decisive criterion is invalid, before `decide_by` | continue |
//! | 2 | a guardrail is refuted, or a safety rule is breached | kill or pivot |
//! | 3 | everything is met, attested and signed | ship (exploration: learned) |
//! | 4 | a goal is refuted, or the gate is out of reach | pivot or kill |
//! | 5 | `decide_by` has come | what was chosen beforehand |
//! | 6 | otherwise | continue |
//!
//! Rubber-stamping (A03) is a breach of rule 2 where use is regulated. Elsewhere it keeps rule 3 from
//! holding: what people approve without looking is no evidence.

use trueup_roadmap::bet::{IfUndecided, Stage, TimeBox};
use trueup_roadmap::{Bet, Role};

use crate::change;
use crate::criterion::{self, Judged};
use crate::facts::Facts;
use crate::forecast::least_likely;
use crate::number;
use crate::question::{Question, has_ended};
use crate::reason::RUBBER_STAMP;
use crate::report::{Forecast, Reason, State, Word};

/// What is decided, by which rule, and why.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decision {
    pub rule: u8,
    pub word: Option<Word>,
    pub because: String,
    pub action: String,
}

/// What the rules look at.
pub(crate) struct Case<'c, 'a> {
    pub facts: &'c Facts<'a>,
    pub reasons: &'c [Reason],
    pub forecast: Option<&'c Forecast>,
    /// How often the bet has pivoted before.
    pub pivots: u32,
}

type Rule = fn(&Case) -> Option<Decision>;

/// In the order of their numbers, from 1.
const RULES: [Rule; 5] =
    [evidence_invalid, guardrail_broken, everything_met, out_of_reach, time_is_up];

/// Finds the first rule that holds.
pub(crate) fn decide(case: &Case) -> Decision {
    RULES.iter().find_map(|rule| rule(case)).unwrap_or_else(|| go_on(case))
}

/// Rule 0: there is nothing to judge.
pub(crate) fn not_judged(question: &Question, bet: &Bet) -> Option<Decision> {
    if let Some(why) = question.denied.get(&bet.id.value) {
        return Some(denied(why));
    }
    let because = format!("this bet has ended: {}", stage(bet.stage.value));
    has_ended(bet.stage.value).then(|| no_verdict(because))
}

/// Rule 0 for a text that is not in order.
pub(crate) fn denied(why: &str) -> Decision {
    no_verdict(format!("the text cannot be judged: {why}"))
}

fn no_verdict(because: String) -> Decision {
    Decision { rule: 0, word: None, because, action: String::new() }
}

/// Rule 1. Goals and guardrails are decisive. So is a budget, unless a guardrail is broken: no
/// price would change that. After `decide_by` rule 5 speaks.
fn evidence_invalid(case: &Case) -> Option<Decision> {
    if is_due(case) {
        return None;
    }
    let broken = refuted(case, Role::Guardrail).is_some();
    let invalid = case.facts.criteria.iter().find(|judged| {
        let decisive = !broken || judged.measured.role != Role::Budget;
        judged.report.state == State::Invalid && decisive
    })?;
    let because = format!("the evidence is invalid: {}", invalid.report.text);
    Some(decision(1, Word::Continue, because, "mend the evidence"))
}

/// Rule 2. Approvals that nobody thinks about breach a safety rule where use is regulated.
fn guardrail_broken(case: &Case) -> Option<Decision> {
    let broken = refuted(case, Role::Guardrail)
        .map(|judged| format!("a guardrail is refuted: {}", judged.report.text));
    let because = broken.or_else(|| {
        let regulated = case.facts.bet().mode.as_ref().map(|mode| &mode.regulated)?.first()?;
        let stamped = case.reasons.iter().find(|reason| reason.code == RUBBER_STAMP)?;
        Some(format!("nobody looks, in use regulated by {regulated}: {}", stamped.text))
    })?;
    Some(case.pivot_or_kill(2, &because))
}

/// Rule 3.
fn everything_met(case: &Case) -> Option<Decision> {
    if !change::until_ship(case.facts, case.reasons).is_empty() {
        return None;
    }
    let because = format!("{}, and both sides signed", all_met(case.facts));
    if is_exploration(case) {
        let action = "write down what was learned";
        return Some(decision(3, Word::Learned, because, action));
    }
    if let Some(rule) = sufficient_rule(case.facts) {
        let because = format!("{because}, but a plain rule does as well");
        return Some(decision(3, Word::Ship, because, &format!("ship the rule: {rule}")));
    }
    let action = if case.facts.ground.is_live() { "keep it live" } else { "" };
    Some(decision(3, Word::Ship, because, action))
}

/// Rule 4. A small chance ends a bet only while there is time left that it speaks of, and only for a
/// value on the wrong side of its bound: where the value is right and only the evidence is thin,
/// `if_undecided` was chosen for that beforehand.
fn out_of_reach(case: &Case) -> Option<Decision> {
    if let Some(judged) = refuted(case, Role::Goal) {
        let because = format!("a goal is refuted: {}", judged.report.text);
        return Some(case.pivot_or_kill(4, &because));
    }
    let limit = case.facts.ground.roadmap.policy.give_up_below;
    let (judged, chance) = least_likely(case.facts).filter(|(_, chance)| *chance < limit)?;
    let because = format!(
        "the chance that `{}` is met by {} is {}, and policy gives up below {}",
        judged.report.metric,
        case.time_box()?.decide_by.value,
        number::chance(chance),
        number::limit(limit, "share")
    );
    Some(case.pivot_or_kill(4, &because))
}

/// Rule 5.
fn time_is_up(case: &Case) -> Option<Decision> {
    let time_box = case.time_box().filter(|_| is_due(case))?;
    let day = time_box.decide_by.value;
    let chosen = match time_box.if_undecided {
        IfUndecided::ShipBaseline => "ship-baseline",
        IfUndecided::Pivot => "pivot",
        IfUndecided::Kill => "kill",
    };
    let because = format!("undecided by {day}, and `{chosen}` was chosen beforehand for that");
    Some(match time_box.if_undecided {
        IfUndecided::ShipBaseline => ship_baseline(case, because),
        IfUndecided::Pivot => case.pivot(5, &because),
        IfUndecided::Kill => decision(5, Word::Kill, because, ""),
    })
}

/// Only a baseline that is written down can be shipped, and an exploration ships nothing.
fn ship_baseline(case: &Case, because: String) -> Decision {
    match &case.facts.bet().baseline {
        Some(baseline) if is_exploration(case) => {
            let action = format!("keep the baseline: {}", baseline.what);
            decision(5, Word::Kill, because, &action)
        }
        Some(baseline) => {
            let action = format!("ship the baseline: {}", baseline.what);
            decision(5, Word::Ship, because, &action)
        }
        None => {
            let because = format!("{because}, but there is no baseline to ship");
            decision(5, Word::Kill, because, "")
        }
    }
}

/// Rule 6.
fn go_on(case: &Case) -> Decision {
    let (because, action) = why_go_on(case);
    decision(6, Word::Continue, because, action)
}

fn why_go_on(case: &Case) -> (String, &'static str) {
    let facts = case.facts;
    if let Some(time_box) = case.time_box().filter(|_| facts.ground.is_before_start()) {
        return (format!("the time-box starts on {}", time_box.starts), "");
    }
    if facts.criteria.is_empty() {
        return ("no gate: nothing can be decided".to_owned(), "");
    }
    if let Some(budget) = refuted(case, Role::Budget).filter(|_| facts.ground.is_live()) {
        return (format!("a budget is refuted: {}", budget.report.text), "hold the rollout");
    }
    let met = facts.criteria.iter().filter(|judged| judged.report.state == State::Met).count();
    let all = facts.criteria.len();
    if met == all {
        return (format!("all criteria are met, but {}", held_up(case)), "");
    }
    if facts.criteria.iter().all(|judged| judged.report.state == State::NoData) {
        return ("there is no evidence yet".to_owned(), "");
    }
    let expected = case.forecast.map_or_else(String::new, |forecast| expected(case, forecast));
    (format!("not decided yet: {met} of {all} criteria are met{expected}"), "")
}

/// What keeps a bet from shipping although the evidence says yes.
fn held_up(case: &Case) -> String {
    let missing = change::until_ship(case.facts, case.reasons);
    format!("first {}", missing.join(", and "))
}

fn expected(case: &Case, forecast: &Forecast) -> String {
    let day = case
        .time_box()
        .map_or_else(String::new, |time_box| format!(" by {}", time_box.decide_by.value));
    format!("; the chance that all are{day} is {}", number::chance(forecast.chance))
}

fn decision(rule: u8, word: Word, because: String, action: &str) -> Decision {
    Decision { rule, word: Some(word), because, action: action.to_owned() }
}

impl Case<'_, '_> {
    /// Pivot if something untried is left and policy allows one more, else kill.
    fn pivot_or_kill(&self, rule: u8, because: &str) -> Decision {
        if self.untried().is_some() {
            return self.pivot(rule, because);
        }
        let because = format!("{because}; no untried option is left");
        decision(rule, Word::Kill, because, "")
    }

    fn pivot(&self, rule: u8, because: &str) -> Decision {
        let most = self.facts.ground.roadmap.policy.pivots_at_most;
        if self.pivots >= most {
            let used = number::counted(u64::from(self.pivots), "pivot", "pivots");
            let because = format!("{because}; {used} made, and policy allows {most}");
            return decision(rule, Word::Kill, because, "");
        }
        let action = self.untried().map(|what| format!("try: {what}")).unwrap_or_default();
        decision(rule, Word::Pivot, because.to_owned(), &action)
    }

    fn untried(&self) -> Option<&str> {
        let options = self.facts.bet().options.iter();
        options.filter(|option| !option.tried && !option.chosen).map(|o| o.what.as_str()).next()
    }

    fn time_box(&self) -> Option<&TimeBox> {
        self.facts.bet().time_box.as_ref()
    }
}

fn refuted<'c, 'a>(case: &Case<'c, 'a>, role: Role) -> Option<&'c Judged<'a>> {
    case.facts.of_role(role).find(|judged| judged.report.state == State::Refuted)
}

/// True from the day of decision on.
fn is_due(case: &Case) -> bool {
    case.facts.ground.days_left().is_some_and(|days| days <= 0)
}

/// True in a horizon whose result is learning.
fn is_exploration(case: &Case) -> bool {
    let horizons = &case.facts.ground.roadmap.horizons;
    horizons.get(&case.facts.bet().horizon.value).is_some_and(trueup_roadmap::Horizon::is_learning)
}

/// A plain rule that reaches the bound by itself and that the bet is not shown to beat: its value
/// lies within the interval, or on the better side of it.
fn sufficient_rule<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    let baseline = facts.bet().baseline.as_ref().filter(|baseline| baseline.kind == "rules")?;
    let (metric, value) = (baseline.metric.as_ref()?, baseline.value?);
    let judged = facts.of_role(Role::Goal).find(|judged| {
        judged.measured.metric.value == metric.value && judged.measured.among.is_none()
    })?;
    let bound = criterion::threshold(judged.measured.bound);
    let reaches = bound.at_least.is_none_or(|least| value >= least)
        && bound.at_most.is_none_or(|most| value <= most);
    let estimate = judged.estimate?;
    // Which side is better is what the bound says; between two bounds neither is.
    let beaten = match (bound.at_least, bound.at_most) {
        (Some(_), None) => value < estimate.low,
        (None, Some(_)) => value > estimate.high,
        _ => true,
    };
    (reaches && !beaten).then_some(baseline.what.as_str())
}

/// `1 goal, 2 guardrails and 1 budget are met, readiness is attested`.
fn all_met(facts: &Facts) -> String {
    let roles = [
        (Role::Goal, "goal", "goals"),
        (Role::Guardrail, "guardrail", "guardrails"),
        (Role::Budget, "budget", "budgets"),
    ];
    let counts = roles.map(|(role, one, many)| (facts.of_role(role).count() as u64, one, many));
    let mut parts: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| number::counted(count, one, many))
        .collect();
    let last = parts.pop().unwrap_or_default();
    let all = if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) };
    let verb = if facts.criteria.len() == 1 { "is" } else { "are" };
    let ready = if facts.attested().next().is_some() { ", readiness is attested" } else { "" };
    format!("{all} {verb} met{ready}")
}

pub(crate) fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Proposed => "proposed",
        Stage::Framed => "framed",
        Stage::Discovery => "discovery",
        Stage::Pilot => "pilot",
        Stage::Live => "live",
        Stage::Retired => "retired",
        Stage::Killed => "killed",
        Stage::Learned => "learned",
        Stage::Pivoted => "pivoted",
    }
}
