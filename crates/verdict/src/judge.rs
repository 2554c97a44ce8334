//! From a question and the answer of the store to the report. The rules themselves, a table and one
//! function each, are in `rules`.

mod rules;

use std::collections::BTreeSet;

use trueup_evidence::Answer;
use trueup_roadmap::bet::{IfUndecided, TimeBox};
use trueup_roadmap::{Bet, Criterion, Roadmap};

use self::rules::{Case, Decision, decide, not_judged};
use crate::criterion;
use crate::dashboard::dashboard;
use crate::facts::Facts;
use crate::forecast::forecast;
use crate::plan::Asked;
use crate::question::Question;
use crate::report::{
    BetReport, CriterionReport, Evidence, FORMAT, Purgatory, Reason, Report, StoreVersion,
    TimeBoxReport, Weight, Word,
};
use crate::{change, reason, span};

/// Judges every bet that was asked about. Without an answer there is no store yet.
#[must_use]
pub fn judge(question: &Question, asked: &Asked, answer: Option<&Answer>) -> Report {
    Report {
        schema: FORMAT.to_owned(),
        now: question.now.to_string(),
        roadmap: question.version.clone(),
        store: answer.map(versions).unwrap_or_default(),
        bets: question
            .bets()
            .map(|bet| judge_bet(question, bet, asked, answer))
            .chain(question.unread().map(|(id, why)| unread(id, why)))
            .collect(),
        unattributed: None,
        orphans: None,
        quarantined: None,
        nameless: None,
        notices: notices(question, answer),
    }
}

fn versions(answer: &Answer) -> Vec<StoreVersion> {
    let versions = answer.versions.iter();
    versions.map(|read| StoreVersion { table: read.table.clone(), version: read.version }).collect()
}

fn notices(question: &Question, answer: Option<&Answer>) -> Vec<String> {
    let said = question.roadmap.policy.notice.clone();
    let missing = answer.is_none().then(|| {
        "there is no evidence yet: bring some in with `trueup import FILE --with import.sql`"
            .to_owned()
    });
    said.into_iter().chain(missing).collect()
}

fn judge_bet(question: &Question, bet: &Bet, asked: &Asked, answer: Option<&Answer>) -> BetReport {
    if let Some(decision) = not_judged(question, bet) {
        return unjudged(question, bet, decision);
    }
    let asked = asked.bets.get(&bet.id.value).expect("`ask` asks about every open bet");
    let facts = Facts::new(question, bet, asked, answer);
    let reasons = reason::find(&facts);
    let expected = forecast(&facts);
    let pivots = pivots(question.roadmap, bet);
    let decision =
        decide(&Case { facts: &facts, reasons: &reasons, forecast: expected.as_ref(), pivots });
    let would_change = match decision.word {
        Some(Word::Ship | Word::Learned) if decision.rule == 3 => change::after_ship(&facts),
        _ => change::until_ship(&facts, &reasons),
    };
    BetReport {
        reasons,
        criteria: criteria(&facts),
        watched: facts.watched.clone(),
        would_change,
        forecast: expected.filter(|_| decision.rule == 6),
        dashboard: question.dashboard.then(|| dashboard(&facts, &asked.dashboard)),
        experiment: facts.experiment.clone(),
        evidence: Evidence {
            interactions: facts.signals.interactions,
            units: facts.signals.units,
            priced: facts.signals.priced,
        },
        ..of_text(question, bet, decision)
    }
    .with_purgatory()
}

/// A bet that rule 0 holds for. That its text is denied is bad news; that it has ended is none.
fn unjudged(question: &Question, bet: &Bet, decision: Decision) -> BetReport {
    let report = of_text(question, bet, decision);
    match question.denied.get(&bet.id.value) {
        Some(why) => denied(report, why),
        None => report,
    }
}

/// A bet of whose text not even the title could be read.
fn unread(id: &str, why: &str) -> BetReport {
    denied(empty(id, rules::denied(why)), why)
}

fn denied(report: BetReport, why: &str) -> BetReport {
    let reason = Reason {
        code: "denied".to_owned(),
        weight: Weight::Decisive,
        deny: true,
        text: why.to_owned(),
    };
    let mend = "mend the text; `trueup check` shows where".to_owned();
    BetReport { reasons: vec![reason], would_change: vec![mend], ..report }
}

/// What a report says without any evidence.
fn of_text(question: &Question, bet: &Bet, decision: Decision) -> BetReport {
    let time_box = bet.time_box.as_ref();
    BetReport {
        title: bet.title.value.clone(),
        horizon: bet.horizon.value.clone(),
        stage: rules::stage(bet.stage.value).to_owned(),
        time_box: time_box.map(|time_box| time_box_report(question, time_box)),
        ..empty(&bet.id.value, decision)
    }
}

fn empty(id: &str, decision: Decision) -> BetReport {
    BetReport {
        id: id.to_owned(),
        title: String::new(),
        horizon: String::new(),
        stage: String::new(),
        verdict: decision.word,
        rule: decision.rule,
        because: decision.because,
        action: decision.action,
        reasons: Vec::new(),
        criteria: Vec::new(),
        watched: Vec::new(),
        would_change: Vec::new(),
        forecast: None,
        purgatory: Purgatory::default(),
        evidence: Evidence::default(),
        time_box: None,
        experiment: None,
        dashboard: None,
    }
}

fn time_box_report(question: &Question, time_box: &TimeBox) -> TimeBoxReport {
    let decide_by = time_box.decide_by.value;
    let if_undecided = match time_box.if_undecided {
        IfUndecided::ShipBaseline => "ship-baseline",
        IfUndecided::Pivot => "pivot",
        IfUndecided::Kill => "kill",
    };
    TimeBoxReport {
        starts: time_box.starts.to_string(),
        decide_by: decide_by.to_string(),
        days_left: span::days_between(span::today(question.now), decide_by),
        if_undecided: if_undecided.to_owned(),
    }
}

/// All criteria of the gate, measured and attested, in the order of the text.
fn criteria(facts: &Facts) -> Vec<CriterionReport> {
    let mut measured = facts.criteria.iter();
    let of_gate = facts.gate.map_or(&[][..], |gate| gate.criteria.as_slice());
    let report = |criterion: &Criterion| match criterion {
        Criterion::Measured(_) => measured.next().map(|judged| judged.report.clone()),
        Criterion::Attested(attested) => Some(criterion::attested(&facts.ground, attested)),
    };
    of_gate.iter().filter_map(report).collect()
}

/// How often a bet has pivoted: the bets it came from, each once.
fn pivots(roadmap: &Roadmap, bet: &Bet) -> u32 {
    let mut seen = BTreeSet::from([bet.id.value.as_str()]);
    let mut from = bet.from.as_ref();
    let mut pivots = 0;
    while let Some(earlier) = from.filter(|id| seen.insert(id.value.as_str())) {
        pivots += 1;
        from = roadmap.bet(&earlier.value).and_then(|bet| bet.from.as_ref());
    }
    pivots
}

impl BetReport {
    fn with_purgatory(self) -> BetReport {
        BetReport { purgatory: reason::purgatory(&self.reasons), ..self }
    }
}
