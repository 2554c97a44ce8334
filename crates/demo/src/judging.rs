//! What others say of a call afterwards: a judge and a person about its quality, people about how
//! satisfied they are, the business about revenue, an audit about explanations and reliance.
//!
//! Every draw comes from the ids of the call, so nothing here moves anything else of the story.

use std::collections::HashSet;

use crate::calendar::HOUR_MS;
use crate::call::{Answered, Call, Verb};
use crate::chance::{Hashed, mixed};
use crate::row::whole;

/// How often a feature is judged, and how it fares. Everything not said is as in [`UNJUDGED`].
#[derive(Debug, Clone, Copy)]
pub struct Judging {
    /// The share of answers that a judge, which is another model, marks.
    pub marked: f64,
    /// The share of answers whose user says how satisfied they are, from 1 to 5.
    pub asked: f64,
    /// The share of them that says 4 or 5 of an answer they accepted; of another, half as many.
    pub satisfied: f64,
    /// The share of answers whose user is asked whether they would recommend it, unless somebody has
    /// asked them before.
    pub recommending: f64,
    /// The share of accepted answers that revenue is attributed to.
    pub paid: f64,
    /// The mean of that revenue, in USD.
    pub revenue_usd: f64,
    /// The share of answers that are checked for what they rest on.
    pub audited: f64,
    /// The share of those that show it.
    pub explained: f64,
    /// The share of answers whose task is followed to its end.
    pub followed: f64,
    /// The share of tasks that are completed with a right answer, and with a wrong one.
    pub completed: (f64, f64),
    /// The share of decisions before which the person says what they would do without the AI.
    pub decides_first: f64,
    /// The share of those first answers that are right.
    pub first_right: f64,
}

/// A feature that nobody judges.
pub const UNJUDGED: Judging = Judging {
    marked: 0.0,
    asked: 0.0,
    satisfied: 0.8,
    recommending: 0.0,
    paid: 0.0,
    revenue_usd: 0.0,
    audited: 0.0,
    explained: 0.9,
    followed: 0.0,
    completed: (0.9, 0.5),
    decides_first: 0.0,
    first_right: 0.8,
};

/// The mark, from 0 to 1, that right and wrong answers deserve on average.
const MARK: (f64, f64) = (0.80, 0.40);
/// How far the mark that an answer deserves is from that average, at most.
const MARK_SPREAD: f64 = 0.25;
/// How far a person's mark is from what the answer deserves, at most; the judge's as much.
const MARK_NOISE: f64 = 0.15;
/// The judge is this much too kind.
const KINDNESS: f64 = 0.07;
/// The share of the marked answers that a person marks too.
const MARKED_BY_PERSON: f64 = 0.05;
/// The shares of those who would recommend it (9 or 10), and of those who would not (0 to 6).
const RECOMMENDING: (f64, f64) = (0.48, 0.22);

/// How many judgements of an answer there can be.
const KINDS: usize = 8;
/// Ids of different kinds lie further apart than calls can be many.
const KIND_SHIFT: u32 = 48;

/// What is judged.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Judge = 1,
    Person,
    Satisfied,
    Recommending,
    Revenue,
    Explained,
    Completed,
    OverReliance,
    UnderReliance,
}

/// One row about a call, beside what the call itself shows.
#[derive(Debug, Clone, Copy)]
pub struct Judgement {
    pub id: u64,
    pub what: &'static str,
    pub value: f64,
    /// Decimal places of the value.
    pub places: u32,
    pub at_ms: u64,
}

/// A value, and how long after the answer it came.
#[derive(Debug, Clone, Copy)]
struct Said {
    value: f64,
    places: u32,
    hours: f64,
}

/// Who was asked what before.
#[derive(Default)]
pub struct Judges {
    asked_to_recommend: HashSet<u64>,
}

impl Judges {
    /// Everything that is said of an answer. An error planted on purpose says nothing of the feature.
    pub fn judge(
        &mut self,
        call: &Call,
        answered: &Answered,
    ) -> impl Iterator<Item = Judgement> + use<> {
        let mut judgements = [None; KINDS];
        if !answered.planted {
            let case = Case { call, answered, judging: &call.behaviour.judging };
            let [judge, person] = case.marks();
            let recommending = case.recommending(&mut self.asked_to_recommend);
            let (satisfied, revenue) = (case.satisfied(), case.revenue());
            let (explained, completed) = (case.explained(), case.completed());
            let reliance = case.reliance();
            judgements =
                [judge, person, satisfied, recommending, revenue, explained, completed, reliance];
        }
        judgements.into_iter().flatten()
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Judge => "quality_by_judge",
            Kind::Person => "quality_by_person",
            Kind::Satisfied => "csat",
            Kind::Recommending => "nps",
            Kind::Revenue => "revenue",
            Kind::Explained => "explained",
            Kind::Completed => "completed",
            Kind::OverReliance => "over_reliance",
            Kind::UnderReliance => "under_reliance",
        }
    }
}

impl Said {
    fn whole(value: f64, hours: f64) -> Said {
        Said { value, places: 0, hours }
    }

    fn yes(yes: bool, hours: f64) -> Said {
        Said::whole(f64::from(u8::from(yes)), hours)
    }
}

/// What the person said before they saw the answer, if they were asked: whether that was right.
pub fn decided_first(call: &Call, answered: &Answered) -> Option<bool> {
    let case = Case { call, answered, judging: &call.behaviour.judging };
    let (_, mut chance) = case.drawn(Kind::OverReliance, case.judging.decides_first)?;
    Some(chance.happens(case.judging.first_right))
}

/// True if an audit finds that the answer does not show what it rests on.
pub fn is_unexplained(call: &Call, answered: &Answered) -> bool {
    let case = Case { call, answered, judging: &call.behaviour.judging };
    let drawn = case.drawn(Kind::Explained, case.judging.audited);
    drawn.is_some_and(|(_, mut chance)| !chance.happens(case.judging.explained))
}

/// An answer that may be judged.
struct Case<'a> {
    call: &'a Call,
    answered: &'a Answered,
    judging: &'a Judging,
}

impl Case<'_> {
    /// The judge's mark, and on few of the same answers a person's.
    fn marks(&self) -> [Option<Judgement>; 2] {
        let Some((judge, mut chance)) = self.drawn(Kind::Judge, self.judging.marked) else {
            return [None; 2];
        };
        let average = if self.is_right() { MARK.0 } else { MARK.1 };
        let better = self.call.user.arm.map_or(0.0, |arm| arm.mark);
        let deserved = average + better + chance.around(MARK_SPREAD);
        let mark = |value: f64, hours: f64| Said { value: value.clamp(0.0, 1.0), places: 1, hours };
        let judges = mark(deserved + KINDNESS + chance.around(MARK_NOISE), 0.2);
        let persons = mark(deserved + chance.around(MARK_NOISE), 1.0 + 20.0 * chance.uniform());
        let by_person = chance.happens(MARKED_BY_PERSON);
        let person =
            by_person.then(|| self.judgement(self.id(Kind::Person), Kind::Person, persons));
        [Some(self.judgement(judge, Kind::Judge, judges)), person]
    }

    fn satisfied(&self) -> Option<Judgement> {
        let (id, mut chance) = self.drawn(Kind::Satisfied, self.judging.asked)?;
        let content = self.judging.satisfied * if self.is_accepted() { 1.0 } else { 0.5 };
        let answer = match (chance.happens(content), chance.uniform()) {
            (true, at) => 4.0 + f64::from(u8::from(at < 0.45)),
            (false, at) => 1.0 + (at * 3.0).floor(),
        };
        Some(self.judgement(id, Kind::Satisfied, Said::whole(answer, 0.1)))
    }

    /// At most once a person, whatever they use.
    fn recommending(&self, asked: &mut HashSet<u64>) -> Option<Judgement> {
        let (id, mut chance) = self.drawn(Kind::Recommending, self.judging.recommending)?;
        if !asked.insert(self.call.user.hash) {
            return None;
        }
        let (promoters, detractors) = RECOMMENDING;
        let (at, within) = (chance.uniform(), chance.uniform());
        let answer = if at < promoters {
            9.0 + (within * 2.0).floor()
        } else if at < promoters + detractors {
            // Few are furious: most of those who would not say 5 or 6.
            (within.sqrt() * 7.0).floor()
        } else {
            7.0 + (within * 2.0).floor()
        };
        Some(self.judgement(id, Kind::Recommending, Said::whole(answer, 0.5)))
    }

    fn revenue(&self) -> Option<Judgement> {
        let (id, mut chance) = self.drawn(Kind::Revenue, self.judging.paid)?;
        let usd = self.judging.revenue_usd * (0.4 + 1.2 * chance.uniform());
        let said = Said { value: usd, places: 4, hours: 0.5 + 19.0 * chance.uniform() };
        self.is_accepted().then(|| self.judgement(id, Kind::Revenue, said))
    }

    fn explained(&self) -> Option<Judgement> {
        let (id, mut chance) = self.drawn(Kind::Explained, self.judging.audited)?;
        let shows = chance.happens(self.judging.explained);
        Some(self.judgement(id, Kind::Explained, Said::yes(shows, 24.0)))
    }

    fn completed(&self) -> Option<Judgement> {
        let (id, mut chance) = self.drawn(Kind::Completed, self.judging.followed)?;
        let (right, wrong) = self.judging.completed;
        let completed = chance.happens(if self.is_right() { right } else { wrong });
        Some(self.judgement(id, Kind::Completed, Said::yes(completed, 22.0)))
    }

    /// Where the person and the AI differ, and one of them is right: who was followed? That is the
    /// decision as it was taken.
    fn reliance(&self) -> Option<Judgement> {
        let decision = self.answered.decision.as_ref()?;
        let (id, mut chance) = self.drawn(Kind::OverReliance, self.judging.decides_first)?;
        let hours = decision.seconds / 3600.0;
        match (chance.happens(self.judging.first_right), self.is_right()) {
            (true, false) => {
                let followed = Said::yes(self.is_accepted(), hours);
                Some(self.judgement(id, Kind::OverReliance, followed))
            }
            (false, true) => {
                let stayed = Said::yes(!self.is_accepted(), hours);
                Some(self.judgement(id, Kind::UnderReliance, stayed))
            }
            _ => None,
        }
    }

    fn is_right(&self) -> bool {
        self.answered.predicted == self.answered.truth
    }

    fn is_accepted(&self) -> bool {
        self.answered.decision.as_ref().is_some_and(|it| it.verb == Verb::Accepted)
    }

    /// The id of a judgement that comes with this probability, and what else is drawn for it.
    fn drawn(&self, kind: Kind, probability: f64) -> Option<(u64, Hashed)> {
        if probability <= 0.0 {
            return None;
        }
        let id = self.id(kind);
        let mut chance = Hashed::seeded(id);
        chance.happens(probability).then_some((id, chance))
    }

    fn id(&self, kind: Kind) -> u64 {
        mixed(self.call.ids.wrapping_add((kind as u64) << KIND_SHIFT))
    }

    fn judgement(&self, id: u64, kind: Kind, said: Said) -> Judgement {
        let done_ms = self.call.at_ms + self.call.duration_ms;
        let at_ms = done_ms + 1 + whole(said.hours * HOUR_MS as f64);
        Judgement { id, what: kind.name(), value: said.value, places: said.places, at_ms }
    }
}
