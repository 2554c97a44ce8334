//! One verdict told to three readers: the product manager, the data scientist and the engineer.
//!
//! All three are told from the same [`Report`] and the roadmap it is about. They differ in words and
//! never in numbers: nothing is estimated here, and no number is rounded further than it is elsewhere,
//! but for shares as counts (`62 of 100`).
//!
//! Reading order: [`explain`], `product`, `science`, `engineering` (one reader each), `assumed` (what
//! all of it rests on), `frequency` (shares as counts).

mod assumed;
mod engineering;
mod frequency;
mod product;
mod science;

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::gate::Measured;
use trueup_roadmap::{Bet, Metric, Roadmap};

use crate::plan::measured;
use crate::report::{BetReport, CriterionReport, Report, Word};
use crate::span;

/// The name and version of this format.
pub const FORMAT: &str = "trueup/explanation/1";

/// One verdict in the words of each reader.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Explanation {
    /// The version of this format.
    pub schema: String,
    /// The moment the answer is for, RFC 3339.
    pub now: String,
    pub bet: String,
    pub title: String,
    /// As in the report.
    pub verdict: Option<Word>,
    /// One for each reader that was asked for.
    pub tellings: Vec<Telling>,
    /// What all of it rests on and nothing here has tested.
    pub assumed: Vec<String>,
    /// What the report says of the evidence as a whole, for example that it is simulated.
    pub notices: Vec<String>,
}

/// What one reader is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Telling {
    pub reader: Reader,
    pub parts: Vec<Part>,
}

/// Sentences under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    pub heading: String,
    pub sentences: Vec<String>,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    Product,
    DataScience,
    Engineering,
}

impl Reader {
    /// In the order in which they are told.
    pub const ALL: [Reader; 3] = [Reader::Product, Reader::DataScience, Reader::Engineering];

    /// As in a heading: `For the product manager`.
    #[must_use]
    pub const fn person(self) -> &'static str {
        match self {
            Reader::Product => "product manager",
            Reader::DataScience => "data scientist",
            Reader::Engineering => "engineer",
        }
    }
}

/// Tells the verdict on a bet to these readers; `None` if the report does not answer for it.
///
/// `roadmap` is the one that the report was made of.
#[must_use]
pub fn explain(
    report: &Report,
    roadmap: &Roadmap,
    bet: &str,
    readers: &[Reader],
) -> Option<Explanation> {
    let judged = report.bets.iter().find(|judged| judged.id == bet)?;
    let told = Told::of(report, roadmap, judged);
    let tellings =
        readers.iter().map(|reader| Telling { reader: *reader, parts: told.to(*reader) });
    Some(Explanation {
        schema: FORMAT.to_owned(),
        now: report.now.clone(),
        bet: judged.id.clone(),
        title: judged.title.clone(),
        verdict: judged.verdict,
        tellings: tellings.collect(),
        assumed: assumed::assumed(&told),
        notices: report.notices.clone(),
    })
}

/// The verdict in a sentence or two, for somebody in a hurry.
#[must_use]
pub fn in_short(report: &Report, roadmap: &Roadmap, judged: &BetReport) -> Vec<String> {
    product::in_short(&Told::of(report, roadmap, judged))
}

/// What somebody has to do next, and when; empty where nothing is left to do.
#[must_use]
pub fn to_do(report: &Report, roadmap: &Roadmap, judged: &BetReport) -> Vec<String> {
    product::next(&Told::of(report, roadmap, judged))
}

/// One number of a bet told to each reader: a criterion, a watched metric or one of its dashboard.
#[must_use]
pub fn number(
    report: &Report,
    roadmap: &Roadmap,
    judged: &BetReport,
    found: &CriterionReport,
) -> Vec<Telling> {
    let told = Told::of(report, roadmap, judged);
    let Some(metric) = roadmap.metric(&found.metric) else { return Vec::new() };
    let criterion = told.bet.into_iter().flat_map(measured).find(|text| found.is_of(text));
    let reading = Reading { found, metric, criterion };
    let telling = |reader: Reader| {
        let sentences = match reader {
            Reader::Product => product::one(&reading),
            Reader::DataScience => science::one(&reading),
            Reader::Engineering => engineering::one(&told, &reading),
        };
        Telling { reader, parts: vec![Part::new(&found.title, sentences)] }
    };
    Reader::ALL.into_iter().map(telling).collect()
}

/// What there is to tell.
struct Told<'a> {
    report: &'a Report,
    judged: &'a BetReport,
    roadmap: &'a Roadmap,
    /// Missing where the text is so broken that the roadmap does not hold it.
    bet: Option<&'a Bet>,
}

/// A measured criterion, or a watched metric, with its text.
struct Reading<'a> {
    found: &'a CriterionReport,
    metric: &'a Metric,
    /// Missing for a watched metric.
    criterion: Option<&'a Measured>,
}

impl<'a> Told<'a> {
    fn of(report: &'a Report, roadmap: &'a Roadmap, judged: &'a BetReport) -> Told<'a> {
        Told { report, judged, roadmap, bet: roadmap.bet(&judged.id) }
    }

    fn to(&self, reader: Reader) -> Vec<Part> {
        let parts = match reader {
            Reader::Product => product::parts(self),
            Reader::DataScience => science::parts(self),
            Reader::Engineering => engineering::parts(self),
        };
        parts.into_iter().filter(|part| !part.sentences.is_empty()).collect()
    }

    /// True when something was judged: the text is in order and the bet has not ended.
    fn is_judged(&self) -> bool {
        self.judged.rule != 0
    }

    /// True when there is a store that was read.
    fn has_store(&self) -> bool {
        !self.report.store.is_empty()
    }

    fn is_live(&self) -> bool {
        self.judged.stage == "live"
    }

    /// How many looks the intervals allow for.
    fn looks(&self) -> Option<u32> {
        self.bet.map(|bet| span::planned(bet, &self.roadmap.policy))
    }

    /// The criteria that are measured, in the order of the gate.
    fn criteria(&self) -> Vec<Reading<'a>> {
        let texts: Vec<&Measured> = self.bet.into_iter().flat_map(measured).collect();
        let readings = self.judged.criteria.iter().filter_map(|found| {
            let criterion = texts.iter().find(|text| found.is_of(text)).copied()?;
            Some(Reading {
                found,
                metric: self.roadmap.metric(&found.metric)?,
                criterion: Some(criterion),
            })
        });
        readings.collect()
    }

    /// What is only watched.
    fn watched(&self) -> Vec<Reading<'a>> {
        let watched = self.judged.watched.iter();
        let reading = |found: &'a CriterionReport| {
            let metric = self.roadmap.metric(&found.metric)?;
            Some(Reading { found, metric, criterion: None })
        };
        watched.filter_map(reading).collect()
    }

    /// What a person vouches for or has to.
    fn attested(&self) -> impl Iterator<Item = &'a CriterionReport> {
        self.judged.criteria.iter().filter(|found| found.role == "readiness")
    }
}

impl Part {
    fn new(heading: &str, sentences: Vec<String>) -> Part {
        Part { heading: heading.to_owned(), sentences }
    }
}
