//! What may be said to customers: only what the evidence lets us promise, and of that the evaluation,
//! not the result.
//!
//! [`Customers`] is handed outside. It holds no costs, people or notes, and no word of what is refused;
//! the reasons for that are in [`Export`], beside it.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::{Bet, Horizon, Severity};
use trueup_verdict::report::{BetReport, Word};

use crate::capabilities::percent;
use crate::page::{Page, View};
use crate::seen::Seen;

/// What is handed to customers, and what is said inside about the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    pub customers: Customers,
    /// Why each of the others is not promised; never handed outside.
    pub refused: Vec<Refused>,
    /// H05: what was promised beyond the evidence.
    pub overpromised: Vec<Refused>,
    /// How bad H05 is by policy; `None` where nothing is to be said of it.
    pub severity: Option<Severity>,
}

/// A bet and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub bet: String,
    pub why: String,
}

/// The public text.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Customers {
    pub as_of: Date,
    /// What policy wants said of all evidence, for example that it is simulated.
    pub notice: Option<String>,
    /// False: nothing can be promised.
    pub has_evidence: bool,
    pub promised: Vec<Promised>,
    /// How many others are worked on.
    pub not_promised: usize,
}

/// Something that may be promised.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Promised {
    pub title: String,
    pub state: State,
    /// The day of the evaluation, where it is still to come.
    pub evaluated_by: Option<Date>,
    /// The chance that it passes, where it is still to come.
    pub chance: Option<f64>,
}

/// How far the evaluation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In service, and its evaluation holds.
    InService,
    /// Evaluated with success; not in service yet.
    Passed,
    /// To be evaluated.
    ToBeEvaluated,
}

/// Parts what may be promised from what may not.
#[must_use]
pub fn customers(seen: &Seen<'_>) -> Export {
    let mut promised = Vec::new();
    let (mut refused, mut overpromised) = (Vec::new(), Vec::new());
    for bet in seen.roadmap.bets.iter().filter(|bet| bet.stage.value != Stage::Retired) {
        let (id, answer) = (&bet.id.value, promise(seen, bet));
        if let Some(why) = beyond(bet, &answer) {
            overpromised.push(Refused { bet: id.clone(), why });
        }
        match answer {
            Ok(one) => promised.push(one),
            Err(_) if bet.stage.value > Stage::Live => {}
            Err(why) => refused.push(Refused { bet: id.clone(), why }),
        }
    }
    let customers = Customers {
        as_of: seen.today,
        notice: seen.roadmap.policy.notice.clone(),
        has_evidence: seen.report.is_some(),
        promised,
        not_promised: refused.len(),
    };
    let severity = seen.roadmap.policy.severity("H05", seen.today);
    Export { customers, refused, overpromised, severity }
}

impl Export {
    /// True when a promise goes beyond the evidence and policy denies that.
    #[must_use]
    pub fn has_bad_news(&self) -> bool {
        self.severity == Some(Severity::Deny) && !self.overpromised.is_empty()
    }

    /// What is said inside, a line each; never handed to customers.
    #[must_use]
    pub fn inside(&self) -> Vec<String> {
        let refused =
            self.refused.iter().map(|one| format!("`{}` is not promised: {}", one.bet, one.why));
        let shown = self.overpromised.iter().filter(|_| self.severity.is_some());
        let beyond = shown.map(|one| format!("H05 overpromise: `{}` {}", one.bet, one.why));
        refused.chain(beyond).collect()
    }
}

/// What may be said of a bet, or why nothing may.
fn promise(seen: &Seen<'_>, bet: &Bet) -> Result<Promised, String> {
    if bet.stage.value > Stage::Live {
        return Err(format!("it has ended: {}", bet.stage.value));
    }
    let judged = seen.judged(&bet.id.value).ok_or("there is no evidence")?;
    let said = |state, evaluated_by, chance| Promised {
        title: bet.title.value.clone(),
        state,
        evaluated_by,
        chance,
    };
    let passes = passes(judged);
    if bet.stage.value == Stage::Live {
        let word = judged.verdict.map_or("none", Word::name);
        let holds = passes.then(|| said(State::InService, None, None));
        return holds.ok_or_else(|| format!("it is live, but its verdict is {word}"));
    }
    let floor = floor(seen, bet)?;
    if passes {
        return Ok(said(State::Passed, None, None));
    }
    let decide_by = bet.time_box.as_ref().map(|time_box| time_box.decide_by.value);
    let decide_by = decide_by.ok_or("it has no time-box")?;
    let forecast = judged.forecast.as_ref().ok_or("the evidence gives no forecast")?;
    if forecast.chance >= floor {
        return Ok(said(State::ToBeEvaluated, Some(decide_by), Some(forecast.chance)));
    }
    Err(format!("P(pass by {decide_by}) = {:.2}, policy {floor:.2}", forecast.chance))
}

/// All criteria are met; a baseline that goes out because nothing else was shown is no pass.
fn passes(judged: &BetReport) -> bool {
    judged.verdict == Some(Word::Ship) && judged.rule == 3
}

/// The least chance that may be promised in the bet's horizon, if that is a committed one: the
/// nearest, or one that names its own `promise`; never one whose result is learning.
fn floor(seen: &Seen<'_>, bet: &Bet) -> Result<f64, String> {
    let horizons = &seen.roadmap.horizons;
    let id = &bet.horizon.value;
    let nearest = horizons.keys().next() == Some(id);
    let committed =
        |horizon: &&Horizon| !horizon.is_learning() && (nearest || horizon.promise.is_some());
    let horizon = horizons.get(id).filter(committed);
    let horizon = horizon.ok_or_else(|| format!("horizon `{id}` is not committed"))?;
    Ok(horizon.promise.unwrap_or(seen.roadmap.policy.promise))
}

/// Why what was said to customers is more than the evidence holds.
fn beyond(bet: &Bet, answer: &Result<Promised, String>) -> Option<String> {
    let said = bet.promise.as_ref()?;
    let what = format!("was promised on {} (\"{}\")", said.on, said.what.value);
    match answer {
        Err(why) => Some(format!("{what}, but {why}")),
        Ok(Promised { evaluated_by: Some(day), .. }) if said.by.is_some_and(|by| by < *day) => {
            let by = said.by?;
            Some(format!("{what} by {by}, but it is evaluated by {day}"))
        }
        Ok(_) => None,
    }
}

impl View for Customers {
    fn page(&self) -> Page {
        let mut page = Page::default().heading(1, format!("Roadmap as of {}", self.as_of));
        if let Some(notice) = &self.notice {
            page = page.paragraph(notice.clone());
        }
        if !self.has_evidence {
            return page.paragraph("There is no evidence yet, so nothing can be promised.");
        }
        page = page.paragraph("We promise that each of these is evaluated, not how it turns out.");
        page = match self.promised.as_slice() {
            [] => page.paragraph("Nothing can be promised today."),
            promised => page.list(promised.iter().map(Promised::in_words).collect()),
        };
        match self.not_promised {
            0 => page,
            n => page.paragraph(format!("Worked on, but not promised: {n}.")),
        }
    }
}

impl Promised {
    fn in_words(&self) -> String {
        let chance = self.chance.map(|chance| format!("; {} likely to pass", percent(chance)));
        let chance = chance.unwrap_or_default();
        match (self.state, self.evaluated_by) {
            (State::InService, _) => format!("{}: in service; its evaluation holds", self.title),
            (State::ToBeEvaluated, Some(day)) => {
                format!("{}: will be evaluated by {day}{chance}", self.title)
            }
            _ => format!("{}: evaluated with success; not in service yet", self.title),
        }
    }
}
