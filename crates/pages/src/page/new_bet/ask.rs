//! What each step of a new bet asks for.

use std::collections::BTreeMap;

use jiff::ToSpan;
use trueup_roadmap::metric::Better;
use trueup_roadmap::note::NoteKind;
use trueup_roadmap::{FileKind, KeyResult};

use super::Asked;
use crate::form::suggest;
use crate::form::{Field, Input, Names, Typed};
use crate::snapshot::Snapshot;

/// How many criteria the form offers.
const CRITERIA: usize = 5;

/// Makes the fields of a step.
struct Step<'a> {
    typed: &'a Typed,
    wrong: &'a BTreeMap<String, String>,
    groups: Vec<Asked>,
    count: usize,
}

pub(super) fn groups(
    snapshot: &Snapshot,
    step: usize,
    typed: &Typed,
    wrong: &BTreeMap<String, String>,
) -> Vec<Asked> {
    let mut asking = Step { typed, wrong, groups: Vec::new(), count: 0 };
    match step {
        1 => asking.whom(snapshot),
        2 => asking.problem(snapshot),
        3 => asking.today(),
        _ => asking.bet(snapshot),
    }
    asking.groups
}

/// The names that fields of any step may hold.
pub(super) fn lists(snapshot: &Snapshot) -> Vec<Names> {
    let used = ["metrics", "people", "models", "capabilities"].into_iter().collect();
    suggest::lists(snapshot.roadmap(), &used)
}

fn choice(words: &[&str]) -> Input {
    Input::Choice(words.iter().map(|word| (*word).to_owned()).collect())
}

impl Step<'_> {
    fn group(&mut self, heading: &str, help: &str) {
        self.groups.push(Asked {
            heading: heading.to_owned(),
            help: help.to_owned(),
            fields: Vec::new(),
        });
    }

    /// A field with what was typed, or what is suggested where nothing was asked yet.
    fn ask(&mut self, path: &str, label: &str, help: &str, input: Input, suggested: &str) {
        self.count += 1;
        let typed = self.typed.get(&format!("set:{path}"));
        let names = suggest::names(FileKind::Bet, &crate::form::without_places(path));
        let field = Field {
            id: format!("f{}", self.count),
            label: label.to_owned(),
            help: help.to_owned(),
            was: String::new(),
            value: typed.unwrap_or(suggested).to_owned(),
            required: false,
            error: self.wrong.get(path).cloned(),
            names: names.filter(|_| input == Input::Line && path != "horizon"),
            input,
            path: path.to_owned(),
        };
        if let Some(group) = self.groups.last_mut() {
            group.fields.push(field);
        }
    }

    fn whom(&mut self, snapshot: &Snapshot) {
        self.group("Who has the problem", "");
        let help = "People in their work: \"Support agents on the night shift\", not \"users\".";
        self.ask("problem.who", "Who", help, Input::Line, "");
        self.group("What it serves", "The business result that should be different.");
        let results = snapshot.roadmap().outcomes.iter().flat_map(|outcome| {
            let id = outcome.id.value.clone();
            let results = outcome.key_results.iter();
            results.map(move |result| format!("{id}/{}", result.id.value)).collect::<Vec<_>>()
        });
        let help = "A key result of an outcome. A bet that serves none is a solution in search of a problem.";
        self.ask("serves", "Key result", help, Input::Choice(results.collect()), "");
        let stages = suggest::lists(snapshot.roadmap(), &["stages"].into_iter().collect());
        let stages = stages.into_iter().flat_map(|list| list.names).collect();
        let help = "Where in their work it happens.";
        self.ask("workflow", "Stage of work", help, Input::Choice(stages), "");
        let audience = choice(&["internal", "enterprise", "consumer"]);
        self.ask("audience", "Who gets it first", "Each in its turn.", audience, "");
    }

    fn problem(&mut self, snapshot: &Snapshot) {
        self.group("What should improve", "");
        let help = "Decision time, errors, cost, risk or revenue.";
        self.ask("problem.improve", "Improve", help, Input::Line, "");
        self.ask("problem.from", "From, measured today", "", Input::Number, "");
        self.ask("problem.to", "To", "", Input::Number, "");
        let help = "What both are measured in, for example `min/reply`.";
        self.ask("problem.unit", "Unit", help, Input::Line, "");
        let shows = |kind| matches!(kind, NoteKind::Field | NoteKind::Interview);
        let notes = snapshot.roadmap().notes.iter().filter(|note| shows(note.kind.value));
        let notes: Vec<String> =
            notes.map(|note| format!("`note:{}` ({})", note.id.value, note.headline())).collect();
        let help = if notes.is_empty() {
            "There is no field note or interview yet; add one first, or leave this empty."
                .to_owned()
        } else {
            format!("Notes that show it: {}.", notes.join(", "))
        };
        self.group("Who told us", "");
        self.ask("problem.evidence", "Evidence", &help, Input::Texts, "");
    }

    fn today(&mut self) {
        self.group("Without the bet", "");
        let help = "What happens now, in a sentence.";
        self.ask("baseline.what", "What there is", help, Input::Line, "");
        self.ask("baseline.kind", "Of which kind", "", choice(&["today", "rules"]), "today");
        let help = "The metric that the bet will be compared by.";
        self.ask("baseline.metric", "Measured with", help, Input::Line, "");
        self.ask("baseline.value", "Its value", "", Input::Number, "");
        self.group("The plain rule", "What could be done without a model at all.");
        self.ask("option[0].what", "Rule", "", Input::Line, "");
        self.ask("option[0].tried", "Was it tried", "", choice(&["true", "false"]), "");
        self.ask("option[0].result", "What that showed", "", Input::Line, "");
    }

    fn bet(&mut self, snapshot: &Snapshot) {
        self.group("What it does", "");
        let help = "What people call it: what it does for them, not how.";
        self.ask("title", "Title", help, Input::Line, "");
        let help = "Lower-case words with dashes; made of the title where it is empty.";
        self.ask("id", "Id", help, Input::Line, "");
        self.ask("scope.does", "It does", "", Input::Texts, "");
        self.ask("scope.does_not", "It does not, however easy it looks", "", Input::Texts, "");
        self.group("Who decides", "");
        let help = "augment: a person decides, with help. automate: the machine decides, watched by people.";
        self.ask("mode.kind", "Mode", help, choice(&["augment", "automate"]), "augment");
        let help = "The person who decides, or may stop it.";
        self.ask("mode.decides", "Decides", help, Input::Line, "");
        let help = "What the person can do: edit, reject, override ...";
        self.ask("mode.controls", "Controls", help, Input::Texts, "");
        self.when(snapshot);
        self.group("Who answers for it", "");
        self.ask("owners.product", "Product", "", Input::Line, "");
        self.ask("owners.model", "Model (R&D)", "", Input::Line, "");
        self.criteria(snapshot);
    }

    fn when(&mut self, snapshot: &Snapshot) {
        let horizons = snapshot.roadmap().nearest_horizons();
        let horizons: Vec<&str> = horizons.iter().map(|(id, _)| *id).collect();
        let last = horizons.last().copied().unwrap_or_default().to_owned();
        let today = snapshot.today();
        let in_weeks = |weeks: i32| today.saturating_add(weeks.weeks()).to_string();
        self.group(
            "Until when, and for how much",
            "The day of the decision is the one date that is committed to.",
        );
        self.ask("horizon", "Horizon", "", choice(&horizons), &last);
        self.ask("track", "Track", "", choice(&["discovery", "delivery"]), "discovery");
        self.ask("box.starts", "Starts", "", Input::Date, &in_weeks(2));
        self.ask("box.decide_by", "Decided by", "", Input::Date, &in_weeks(12));
        let help = "Chosen now, for the day when the evidence does not decide.";
        let then = choice(&["ship-baseline", "pivot", "kill"]);
        self.ask("box.if_undecided", "If undecided", help, then, "kill");
        let help = "The most that one interaction may cost while its value is not proven.";
        self.ask("cost.per_interaction_at_most", "Cost cap", help, Input::Number, "");
    }

    /// The key result's metric as the goal, the guardrails that every feature needs, and the budget.
    fn criteria(&mut self, snapshot: &Snapshot) {
        let cap =
            self.typed.filled("set:cost.per_interaction_at_most").unwrap_or_default().to_owned();
        let goal = served(snapshot, self.typed);
        let goal = goal.map(|result| {
            let metric = snapshot.roadmap().metric(&result.metric.value);
            let is_less = metric.is_some_and(|metric| metric.better == Better::Down);
            let to = result.to.to_string();
            let bounds = if is_less { (String::new(), to) } else { (to, String::new()) };
            (result.metric.value.clone(), bounds)
        });
        let (goal, (least, most)) = goal.unwrap_or_default();
        let rows: [(&str, &str, &str, &str); CRITERIA] = [
            (&goal, &least, &most, "goal"),
            ("acceptance", "", "", "goal"),
            ("accuracy", "", "", "guardrail"),
            ("error_rate", "", "0.02", "guardrail"),
            ("cost_per_interaction", "", &cap, "budget"),
        ];
        let help = "A row without a bound is left out. Both sides sign what stands here, before the evidence is in.";
        self.group("Criteria to graduate", help);
        for (at, (metric, least, most, role)) in rows.into_iter().enumerate() {
            let path = |key: &str| format!("gate.graduate.criteria[{at}].{key}");
            let number = at + 1;
            self.ask(
                &path("metric"),
                &format!("Criterion {number}: metric"),
                "",
                Input::Line,
                metric,
            );
            self.ask(
                &path("at_least"),
                &format!("Criterion {number}: at least"),
                "",
                Input::Number,
                least,
            );
            self.ask(
                &path("at_most"),
                &format!("Criterion {number}: at most"),
                "",
                Input::Number,
                most,
            );
            let roles = choice(&["goal", "guardrail", "budget"]);
            self.ask(&path("role"), &format!("Criterion {number}: role"), "", roles, role);
        }
    }
}

/// The key result that the bet serves.
fn served<'s>(snapshot: &'s Snapshot, typed: &Typed) -> Option<&'s KeyResult> {
    let (outcome, result) = typed.filled("set:serves")?.split_once('/')?;
    let outcome = snapshot.roadmap().outcome(outcome)?;
    outcome.key_results.iter().find(|known| known.id.value == result)
}
