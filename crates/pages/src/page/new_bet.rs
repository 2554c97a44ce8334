//! A new bet, asked for in the order in which one should think of it: whom it is for, the problem in numbers, what there is
//! already, and only then the feature.

mod ask;
mod write;

use std::collections::BTreeMap;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

pub use write::{NewBet, new_bet};

use super::Page;
use crate::consequence::{self, Consequences};
use crate::filters;
use crate::form::whose::Whose;
use crate::form::{Field, Input, Names, Typed};
use crate::frame::{Frame, Section};
use crate::snapshot::Snapshot;

/// One step of a new bet.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "new-bet.html")]
pub struct NewBetPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    /// From 1 to 4.
    pub step: usize,
    pub steps: Vec<&'static str>,
    pub why: &'static str,
    pub groups: Vec<Asked>,
    /// What was typed at other steps.
    #[serde(skip)]
    #[schemars(skip)]
    pub kept: Vec<(String, String)>,
    pub lists: Vec<Names>,
    /// Why nothing was saved.
    pub error: Option<String>,
    /// What is wrong at other steps, by path.
    pub elsewhere: BTreeMap<String, String>,
    pub consequences: Option<Consequences>,
    /// What it still lacks to be framed; empty when it is.
    pub lacks: Vec<String>,
    #[serde(skip)]
    #[schemars(skip)]
    whose: Whose,
}

/// Fields that are asked for together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Asked {
    pub heading: String,
    pub help: String,
    pub fields: Vec<Field>,
}

/// The steps, and why each is asked.
pub(crate) const STEPS: [(&str, &str); 4] = [
    (
        "Whom it is for",
        "A bet begins with somebody who has a problem, and with the outcome that it serves.",
    ),
    (
        "The problem in numbers",
        "Measured today, wanted later, with the notes that show it. Without a number nobody can say whether it got better.",
    ),
    (
        "What there is today",
        "What happens without the bet, and the plain rule that could do it: that is what the model must beat.",
    ),
    (
        "The bet",
        "Only now the feature: what it does, who decides, until when, at what cost, and by which criteria.",
    ),
];

impl NewBetPage {
    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        step: usize,
        typed: &Typed,
        (error, wrong): (Option<String>, &BTreeMap<String, String>),
    ) -> NewBetPage {
        let step = step.clamp(1, STEPS.len());
        let groups = ask::groups(snapshot, step, typed, wrong);
        let fields = || groups.iter().flat_map(|group| &group.fields);
        let is_here = |name: &str| {
            let path = name.strip_prefix("set:");
            path.is_none_or(|path| fields().any(|field| field.path == path))
        };
        let kept = typed.0.iter().filter(|(name, _)| !is_here(name)).cloned().collect();
        let elsewhere = wrong.iter().filter(|(path, _)| fields().all(|field| field.path != **path));
        NewBetPage {
            whose: Whose::new(snapshot, &frame, typed),
            frame,
            step,
            steps: STEPS.iter().map(|(name, _)| *name).collect(),
            why: STEPS[step - 1].1,
            kept,
            lists: ask::lists(snapshot),
            error,
            elsewhere: elsewhere.map(|(path, why)| (path.clone(), why.clone())).collect(),
            consequences: None,
            lacks: Vec::new(),
            groups,
        }
    }

    /// The same with what the bet would do and lack as it stands.
    #[must_use]
    pub fn with_effect(mut self, snapshot: &Snapshot, new: &NewBet) -> NewBetPage {
        let after = consequence::after(&snapshot.sources, std::slice::from_ref(&new.source));
        self.consequences = Some(Consequences::of(snapshot, &after));
        self.lacks.clone_from(&new.lacks);
        self
    }

    fn section(&self) -> Section {
        Section::Board
    }

    /// The name of this step, or of one before or after it.
    fn name(&self, after: isize) -> &'static str {
        let at = (self.step - 1).checked_add_signed(after);
        at.and_then(|at| STEPS.get(at)).map_or("", |(name, _)| *name)
    }

    fn is_last(&self) -> bool {
        self.step == STEPS.len()
    }

    fn is_first(&self) -> bool {
        self.step == 1
    }

    /// Fields of this step that are wrong.
    fn wrong(&self) -> Vec<&Field> {
        let fields = self.groups.iter().flat_map(|group| &group.fields);
        fields.filter(|field| field.error.is_some()).collect()
    }
}

impl Page for NewBetPage {}
