//! Human oversight of one bet: who decided on suggestions, how they looked, and who stopped it when.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_verdict::number;
use trueup_verdict::oversight::switch::What;
use trueup_verdict::oversight::{Mean, OfMonth, Oversight, Reviewed, Share, Sign, Switch};

use super::Page;
use crate::chart::{Figure, Point, trend};
use crate::filters;
use crate::frame::{Frame, Section};
use crate::said;

/// Rows of reviewers on the page; the JSON holds all.
const ROWS: usize = 60;
/// Letters of a pseudonym that are shown.
const PSEUDONYM: usize = 10;
const MS_PER_SECOND: f64 = 1000.0;

/// The report on human oversight.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "oversight.html")]
pub struct OversightPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub oversight: Oversight,
}

impl OversightPage {
    #[must_use]
    pub fn new(frame: Frame, oversight: Oversight) -> OversightPage {
        OversightPage { frame, oversight }
    }

    fn section(&self) -> Section {
        Section::Oversight
    }

    /// Those that can be judged, and how many of them look like rubber-stamping.
    fn stamped(&self) -> (u64, u64) {
        let judged = self.oversight.reviewers.iter().filter(|one| one.judged);
        let stamped = judged.clone().filter(|one| one.signs.contains(&Sign::RubberStamp));
        (stamped.count() as u64, judged.count() as u64)
    }

    /// The start or stop that counts now.
    fn last(&self) -> Option<&Switch> {
        self.oversight.switches.iter().rev().find(|switch| switch.what != What::Decided)
    }

    /// Reviewers with something to see, those with the most signs first, and how many more there are.
    fn reviewers(&self) -> (Vec<&Reviewed>, usize) {
        let decides =
            |one: &&Reviewed| one.decisions > 0 || one.explained > 0 || one.caught.is_some();
        let mut rows: Vec<&Reviewed> = self.oversight.reviewers.iter().filter(decides).collect();
        let stamped = |one: &Reviewed| one.signs.contains(&Sign::RubberStamp);
        rows.sort_by_key(|one| std::cmp::Reverse((stamped(one), one.signs.len(), one.decisions)));
        let left = rows.len().saturating_sub(ROWS);
        rows.truncate(ROWS);
        (rows, left)
    }

    /// What all reviewers did, with what each number is of.
    fn together(&self) -> Vec<(&'static str, Mean)> {
        let all = &self.oversight.together;
        let found = [
            ("approved", all.approved),
            ("overridden", all.overridden),
            ("decided in less time than reading takes", all.hurried),
            ("planted errors caught", all.caught),
        ];
        known(found)
    }

    /// What all reviewers do, month by month, against the limits that signs are measured by.
    fn figures(&self) -> [Figure; 3] {
        let rules = &self.oversight.rules;
        let approved = self.points(|month| month.approved);
        let caught = self.points(|month| month.caught);
        let looks = self.oversight.together.months.iter().map(|month| Point {
            at: month.month.clone(),
            value: month.dwell_s.map(|seconds| seconds * MS_PER_SECOND),
            low: None,
            high: None,
            rests_on: format!("{} reviewers", number::count(month.reviewers)),
        });
        let looks: Vec<Point> = looks.collect();
        let least = Some(rules.dwell_at_least_s * MS_PER_SECOND);
        [
            trend("approved", "Approved", "share", &approved, None, Some(rules.approve_at_most)),
            trend("look", "Median look", "ms", &looks, least, None),
            trend(
                "caught",
                "Planted errors caught",
                "share",
                &caught,
                Some(rules.catch_at_least),
                None,
            ),
        ]
    }

    fn points(&self, of: impl Fn(&OfMonth) -> Option<Mean>) -> Vec<Point> {
        let point = |month: &OfMonth| {
            let found = of(month);
            let on = |mean: Mean| {
                format!(
                    "n = {}, {} reviewers",
                    number::count(mean.n),
                    number::count(mean.reviewers)
                )
            };
            Point {
                at: month.month.clone(),
                value: found.map(|mean| mean.mean),
                low: found.map(|mean| mean.low),
                high: found.map(|mean| mean.high),
                rests_on: found.map(on).unwrap_or_default(),
            }
        };
        self.oversight.together.months.iter().map(point).collect()
    }

    fn reliance(&self) -> Vec<(&'static str, Mean)> {
        let found = &self.oversight.reliance;
        known([
            ("moved to the suggestion, having answered otherwise", found.moved),
            ("over-reliance: took wrong advice though first right", found.over_reliance),
            ("under-reliance: stayed wrong though the advice was right", found.under_reliance),
            ("relative AI reliance (RAIR)", found.relative_ai_reliance),
            ("relative self-reliance (RSR)", found.relative_self_reliance),
        ])
    }

    fn team(&self) -> Vec<(&'static str, Mean)> {
        let team = &self.oversight.team;
        known([
            ("right: the person alone", team.person_alone),
            ("right: the suggestion alone", team.ai_alone),
            ("right: both together", team.together),
            ("both together, less the person alone", team.over_person),
            ("both together, less the suggestion alone", team.over_ai),
        ])
    }
}

fn known<const N: usize>(found: [(&'static str, Option<Mean>); N]) -> Vec<(&'static str, Mean)> {
    found.into_iter().filter_map(|(what, mean)| Some((what, mean?))).collect()
}

/// `56.7 % (52.6 to 60.6 %)`.
fn mean(mean: &Mean) -> String {
    let bounds = number::interval(Some(mean.low), Some(mean.high), "share");
    format!("{} ({bounds})", number::value(mean.mean, "share"))
}

fn or_none(found: &Option<Mean>) -> String {
    found.as_ref().map(mean).unwrap_or_default()
}

/// The interval of a share.
fn reach(share: &Share) -> String {
    number::interval(Some(share.low), Some(share.high), "share")
}

fn seconds(seconds: &Option<f64>) -> String {
    seconds.map(|seconds| number::value(seconds * MS_PER_SECOND, "ms")).unwrap_or_default()
}

fn short(pseudonym: &str) -> String {
    pseudonym.chars().take(PSEUDONYM).collect()
}

/// A mark for what a switch means to those who use it.
fn sign(what: &What) -> (&'static str, &'static str) {
    match what {
        What::Started => ("▶", "started"),
        What::Stopped => ("■", "stopped"),
        What::Decided => ("·", "decided"),
    }
}

/// The id of the note that a switch is told by.
fn note(switch: &Switch) -> Option<&str> {
    switch.source.strip_prefix("notes/")?.strip_suffix(".md")
}

/// What speaks against how somebody looks; a rubber stamp is what the others amount to.
fn signs(one: &Reviewed) -> String {
    let text = |sign: &Sign| if *sign == Sign::RubberStamp { "rubber stamp" } else { sign.text() };
    let texts: Vec<&str> = one.signs.iter().map(text).collect();
    if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
}

impl Page for OversightPage {}
