//! A roadmap of one bet, made of text, and a store that answers with given summaries.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::BTreeMap;

use jiff::Timestamp;
use trueup_evidence::summary::{CalibrationBin, Histogram, TableVersion};
use trueup_evidence::{
    Answer, Bin, Classes, DaySums, Days, Measure as Asks, Moments, Pair, Pairs, Plan, Request,
    Summary, Tally, Test, UnitBins, UnitClasses, UnitDays, UnitPairs, UnitSums,
};
use trueup_roadmap::metric::Measure;
use trueup_roadmap::{Roadmap, Source};
use trueup_verdict::report::RoadmapVersion;
use trueup_verdict::{Asked, Move, Question, Report, ask, judge};

pub const HEAD: &str = r#"
edition = 1
[people]
ana = { name = "Ana Ruiz", side = "product" }
bo = { name = "Bo Lind", side = "rd" }
"#;

const OUTCOME: &str = r#"
id = "faster"
title = "Shortlists are faster"
for = "recruiters"
metric = "acceptance"
from = 0.3
to = 0.6
by = 2027-03-31
[[key_result]]
id = "kr1"
metric = "acceptance"
from = 0.3
to = 0.6
by = 2027-03-31
owners = ["ana", "bo"]
"#;

const BET: &str = r#"
id = "skill-match"
title = "Transparent skill matching"
horizon = "h1"
stage = "pilot"
serves = ["faster/kr1"]
[problem]
who = "recruiters"
improve = "decision time"
from = 42
to = 25
unit = "min/shortlist"
[owners]
model = "bo"
product = "ana"
[mode]
kind = "augment"
decides = "the recruiter"
controls = ["override"]
[box]
starts = 2026-10-01
decide_by = 2026-12-11
if_undecided = "kill"
"#;

/// The day most cases are for: fifty days into the time-box, twenty-one to go.
pub const TODAY: &str = "2026-11-20";

/// A bet, the evidence, and the day.
#[derive(Clone)]
pub struct World {
    pub head: String,
    pub bet: String,
    pub criteria: Vec<String>,
    pub signature: Signature,
    signers: &'static str,
    pub given: Vec<Given>,
    pub moves: Vec<Move>,
    pub denied: BTreeMap<String, String>,
    pub only: Option<&'static str>,
    /// The day whose end the answer is for.
    pub today: String,
    pub has_store: bool,
    pub dashboard: bool,
    pub more_files: Vec<Source>,
}

#[derive(Clone)]
pub enum Signature {
    None,
    Fresh,
    Of(String),
}

/// What the store holds of one metric, of `use` (priced interactions over all), or of `tokens` (how long
/// the answers are).
#[derive(Clone)]
pub struct Given {
    pub of: &'static str,
    pub when: When,
    pub summary: Summary,
}

#[derive(Clone, Copy, PartialEq)]
pub enum When {
    Always,
    /// Windows that end by this day.
    Early(&'static str),
    /// Windows that start on this day or later.
    Late(&'static str),
    /// People of this arm.
    In(&'static str),
    /// Everybody, in windows that end by this day.
    Before(&'static str),
}

impl World {
    pub fn new(criteria: &[&str]) -> World {
        World {
            head: HEAD.to_owned(),
            bet: BET.to_owned(),
            criteria: criteria.iter().map(|&line| line.to_owned()).collect(),
            signature: Signature::Fresh,
            signers: "product = \"ana\", rd = \"bo\"",
            given: Vec::new(),
            moves: Vec::new(),
            denied: BTreeMap::new(),
            only: None,
            today: TODAY.to_owned(),
            has_store: true,
            dashboard: false,
            more_files: Vec::new(),
        }
    }

    /// Adds evidence; later ones win.
    pub fn with(mut self, of: &'static str, summary: Summary) -> World {
        self.given.push(Given { of, when: When::Always, summary });
        self
    }

    pub fn with_when(mut self, of: &'static str, when: When, summary: Summary) -> World {
        self.given.push(Given { of, when, summary });
        self
    }

    /// Replaces a part of the bet's text, which must be there.
    pub fn bet(mut self, old: &str, new: &str) -> World {
        assert!(self.bet.contains(old), "the bet's text has no {old}");
        self.bet = self.bet.replacen(old, new, 1);
        self
    }

    /// Adds tables to the bet's text.
    pub fn and(mut self, text: &str) -> World {
        self.bet.push_str(text);
        self
    }

    pub fn policy(mut self, text: &str) -> World {
        self.head.extend(["[policy]\n", text, "\n"]);
        self
    }

    /// Signs under other criteria than these.
    pub fn signed_as(mut self, digest: &str) -> World {
        self.signature = Signature::Of(digest.to_owned());
        self
    }

    /// Signs for product alone.
    pub fn half_signed(mut self) -> World {
        self.signers = "product = \"ana\"";
        self
    }

    pub fn unsigned(mut self) -> World {
        self.signature = Signature::None;
        self
    }

    pub fn on(mut self, today: &str) -> World {
        today.clone_into(&mut self.today);
        self
    }

    pub fn file(mut self, path: &str, text: &str) -> World {
        self.more_files.push(Source { path: path.to_owned(), text: text.to_owned() });
        self
    }

    fn gate(&self, digest: Option<&str>) -> String {
        if self.criteria.is_empty() {
            return String::new();
        }
        let signed = digest.map_or_else(String::new, |digest| {
            format!("signed = {{ {}, on = 2026-09-28, digest = \"{digest}\" }}\n", self.signers)
        });
        format!("[gate.graduate]\ncriteria = [\n{},\n]\n{signed}", self.criteria.join(",\n"))
    }

    fn sources(&self, digest: Option<&str>) -> Vec<Source> {
        let source = |path: &str, text: String| Source { path: path.to_owned(), text };
        let mut sources = vec![
            source("roadmap.toml", self.head.clone()),
            source("outcomes/faster.toml", OUTCOME.to_owned()),
            source("bets/skill-match.toml", format!("{}{}", self.bet, self.gate(digest))),
        ];
        sources.extend(self.more_files.clone());
        sources
    }

    /// Parses the text. It must be in order, and a fresh signature is one under the criteria as
    /// they stand.
    pub fn roadmap(&self) -> Roadmap {
        let unsigned = parsed(&self.sources(None));
        let gate = unsigned.bet("skill-match").expect("the bet is there").graduation();
        let digest = match &self.signature {
            Signature::None => None,
            Signature::Of(digest) => Some(digest.clone()),
            Signature::Fresh => gate.map(|gate| gate.digest.clone()),
        };
        parsed(&self.sources(digest.as_deref()))
    }

    /// All text of the roadmap.
    pub fn texts(&self) -> String {
        self.sources(None).into_iter().map(|source| source.text).collect()
    }

    pub fn report(&self) -> Report {
        self.asked_and_judged().1
    }

    pub fn plan(&self) -> Plan {
        self.asked_and_judged().0.plan
    }

    fn asked_and_judged(&self) -> (Asked, Report) {
        let roadmap = self.roadmap();
        let history = BTreeMap::from([("skill-match".to_owned(), self.moves.clone())]);
        let day: jiff::civil::Date = self.today.parse().expect("a date");
        let end = day.tomorrow().expect("there is a next day");
        let question = Question {
            roadmap: &roadmap,
            version: RoadmapVersion { digest: "b3:00c0ffee".to_owned(), commit: None },
            denied: &self.denied,
            history: &history,
            now: midnight(&end.to_string()),
            only: self.only,
            dashboard: self.dashboard,
        };
        let asked = ask(&question);
        let answer = self.has_store.then(|| self.answer(&asked.plan, &roadmap));
        let report = judge(&question, &asked, answer.as_ref());
        (asked, report)
    }

    fn answer(&self, plan: &Plan, roadmap: &Roadmap) -> Answer {
        let table = "interactions".to_owned();
        Answer {
            summaries: plan.requests.iter().map(|request| self.summary(request, roadmap)).collect(),
            versions: vec![TableVersion { table, version: 7 }],
        }
    }

    fn summary(&self, request: &Request, roadmap: &Roadmap) -> Summary {
        let given = self.given.iter().rev().find(|given| {
            let fits = match given.when {
                When::Always => true,
                When::Early(day) => request.window.to <= midnight(day),
                When::Late(day) => request.window.from >= midnight(day),
                When::In(arm) => arm_of(&request.measure).as_deref() == Some(arm),
                When::Before(day) => {
                    request.window.to <= midnight(day) && arm_of(&request.measure).is_none()
                }
            };
            fits && asks_for(request, given.of, roadmap)
        });
        given.map_or_else(|| empty(&request.measure), |given| given.summary.clone())
    }
}

fn parsed(sources: &[Source]) -> Roadmap {
    let parsed = trueup_roadmap::parse(sources);
    // A stale signature is part of some cases; what cannot be read is part of none.
    let unreadable: Vec<_> = parsed
        .diagnostics
        .iter()
        .filter(|diagnostic| trueup_roadmap::blocks_verdict(diagnostic.code))
        .collect();
    assert!(unreadable.is_empty(), "{unreadable:#?}");
    parsed.roadmap
}

fn midnight(day: &str) -> Timestamp {
    format!("{day}T00:00:00Z").parse().expect("a date")
}

fn asks_if_priced(numerator: &[Tally]) -> bool {
    numerator[0].sum.is_none() && numerator[0].conditions.iter().any(|c| c.field.name == "cost")
}

fn asks_for_uses(numerator: &[Tally]) -> bool {
    let [of] = numerator else { return false };
    of.table == trueup_evidence::Table::Interactions
        && of.sum.is_none()
        && of.conditions.iter().all(|condition| condition.field.name == "variant")
}

/// True when a request is what a metric needs, apart from the currency that it is limited to.
fn asks_for(request: &Request, of: &str, roadmap: &Roadmap) -> bool {
    let plain = |tallies: &[Tally]| -> Vec<Tally> {
        tallies
            .iter()
            .map(|tally| {
                let mut tally = tally.clone();
                let added = ["currency", "variant"];
                tally.conditions.retain(|condition| !added.contains(&condition.field.name));
                tally
            })
            .collect()
    };
    if let Some(of) = of.strip_prefix("rows outside ") {
        return asks_for_rows_outside(request, of, roadmap);
    }
    if of == "use" {
        return matches!(&request.measure, Asks::Sums { numerator, denominator }
            if denominator[0].sum.is_none() && (asks_if_priced(numerator) || asks_for_uses(numerator))
                && denominator[0].conditions.iter().all(|c| ["composed", "variant"].contains(&c.field.name)));
    }
    if of == "tokens" {
        return matches!(&request.measure, Asks::Values { tally }
            if tally.sum.is_some_and(|field| field.name == "tokens_out"));
    }
    let measure = &roadmap.metric(of).unwrap_or_else(|| panic!("no metric {of}")).measure;
    match (measure, &request.measure) {
        (
            Measure::Rate { numerator: n, denominator: d, .. }
            | Measure::Ratio { numerator: n, denominator: d, .. },
            Asks::Sums { numerator, denominator },
        )
        | (
            Measure::Novelty { numerator: n, denominator: d, .. },
            Asks::Days { numerator, denominator },
        ) => plain(numerator) == *n && plain(denominator) == *d,
        (
            Measure::Count { of }
            | Measure::Units { of }
            | Measure::TopDecileShare { of }
            | Measure::Adoption { of },
            Asks::Sums { numerator, denominator },
        )
        | (Measure::Retention { of, .. }, Asks::Days { numerator, denominator }) => {
            numerator == denominator && plain(numerator) == [of.clone()]
        }
        (Measure::Quantile { of, .. }, Asks::Values { tally })
        | (
            Measure::CalibrationError { of, .. }
            | Measure::Miscalibration { of, .. }
            | Measure::Auc { of, .. },
            Asks::Calibration { tally, .. },
        ) => plain(std::slice::from_ref(tally)) == [of.clone()],
        (Measure::Drift { of, .. }, Asks::Values { tally } | Asks::Classes { tally, .. }) => {
            tally == of.tally()
        }
        (
            Measure::Agreement { judge, person, .. } | Measure::JudgedMean { judge, person, .. },
            Asks::Pairs { judge: one, person: other },
        ) => judge == one && person == other,
        _ => false,
    }
}

/// True for a count of the rows that a rate sums and that lie outside its range.
fn asks_for_rows_outside(request: &Request, of: &str, roadmap: &Roadmap) -> bool {
    let Asks::Sums { numerator, denominator } = &request.measure else { return false };
    let metric = roadmap.metric(of).expect("a metric is meant");
    let Measure::Rate { numerator: summed, .. } = &metric.measure else { return false };
    let outside = |tally: &Tally| {
        tally.table == summed[0].table
            && tally.sum.is_none()
            && tally.conditions.starts_with(&summed[0].conditions)
            && tally.conditions.len() == summed[0].conditions.len() + 1
    };
    numerator == denominator && numerator.len() == 2 && numerator.iter().all(outside)
}

/// The arm that a request is about.
fn arm_of(measure: &Asks) -> Option<String> {
    let tally = match measure {
        Asks::Sums { denominator, .. } | Asks::Days { denominator, .. } => denominator.first()?,
        Asks::Values { tally } | Asks::Calibration { tally, .. } | Asks::Classes { tally, .. } => {
            tally
        }
        Asks::Pairs { judge, .. } => judge,
    };
    tally.conditions.iter().find_map(|condition| match &condition.test {
        Test::In(arms) if condition.field.name == "variant" => arms.first().cloned(),
        _ => None,
    })
}

fn empty(measure: &Asks) -> Summary {
    match measure {
        Asks::Sums { .. } => Summary::Sums(Vec::new()),
        Asks::Values { .. } => Summary::Histograms(Vec::new()),
        Asks::Calibration { .. } => Summary::Bins(Vec::new()),
        Asks::Classes { .. } => Summary::Classes(Classes::default()),
        Asks::Days { .. } => Summary::Days(Days { sampled: 1.0, units: Vec::new() }),
        Asks::Pairs { .. } => Summary::Pairs(Pairs::default()),
    }
}

/// A name's hash, spread over all of `u64`.
fn unit(index: u64) -> u64 {
    index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Every unit has the same two sums.
pub fn sums(units: u64, numerator: f64, denominator: f64) -> Summary {
    let one = |index| UnitSums { unit: unit(index), numerator, denominator };
    Summary::Sums((0..units).map(one).collect())
}

/// Of `units` people with ten events each, every third a little above the rate, every third below.
pub fn rate(units: u64, of_ten: f64) -> Summary {
    let one = |index: u64| {
        let step = [-1.0, 0.0, 1.0][usize::try_from(index % 3).expect("below 3")];
        let numerator = (of_ten + step).clamp(0.0, 10.0);
        UnitSums { unit: unit(index), numerator, denominator: 10.0 }
    };
    Summary::Sums((0..units).map(one).collect())
}

/// Every unit has ten uses; what they cost differs a little from unit to unit.
pub fn costs(units: u64, of_ten: f64) -> Summary {
    let one = |index: u64| {
        let step = [0.9, 1.0, 1.1][usize::try_from(index % 3).expect("below 3")];
        UnitSums { unit: unit(index), numerator: of_ten * step, denominator: 10.0 }
    };
    Summary::Sums((0..units).map(one).collect())
}

pub fn none() -> Summary {
    Summary::Sums(Vec::new())
}

/// Every unit took ten values close to `value`.
pub fn values(units: u64, value: f64) -> Summary {
    let bin = Bin::of(value);
    let one = |index| Histogram {
        unit: unit(index),
        units: 1,
        counts: vec![(bin - 2, 3), (bin, 4), (bin + 2, 3)],
    };
    Summary::Histograms((0..units).map(one).collect())
}

/// Every unit has one row in each bin, and those from `true_from` on came true.
pub fn ranked(units: u64, bins: u32, true_from: u32) -> Summary {
    let bin = |bin: u32| CalibrationBin {
        bin,
        n: 1,
        confidence: (f64::from(bin) + 0.5) / f64::from(bins),
        outcome: f64::from(u8::from(bin >= true_from)),
    };
    let one = |index| UnitBins { unit: unit(index), bins: (0..bins).map(bin).collect() };
    Summary::Bins((0..units).map(one).collect())
}

/// Each unit uses it on these days, counted from 2026-10-01; every tenth unit on the first alone.
pub fn days(units: u64, used: &[i32], rate_by_day: impl Fn(i32) -> f64) -> Summary {
    let start = 20_727; // 2026-10-01
    let one = |index: u64| {
        let used = if index.is_multiple_of(10) { &used[..1] } else { used };
        // Nobody does on all days exactly as the others.
        let own = |day: i32| (index * 7 + u64::from(day.unsigned_abs()) * 3) % 5;
        let day = |day: i32| DaySums {
            day: start + day,
            numerator: 10.0 * rate_by_day(day) + own(day) as f64 / 10.0,
            denominator: 10.0,
        };
        UnitDays { unit: unit(index), days: used.iter().map(|at| day(*at)).collect() }
    };
    Summary::Days(Days { sampled: 1.0, units: (0..units).map(one).collect() })
}

/// Every unit has `both` pairs, each (judge, person, how many), and more that the judge alone judged.
pub fn pairs(units: u64, both: &[(f64, f64, u64)], alone: u64, alone_mean: f64) -> Summary {
    let n = alone as f64;
    let one = |index| UnitPairs {
        unit: unit(index),
        both: both.iter().map(|&(judge, person, n)| Pair { judge, person, n }).collect(),
        judge_alone: Moments { n: alone, sum: n * alone_mean, squares: n * alone_mean },
        person_alone: Moments::default(),
    };
    let names = vec!["bad".to_owned(), "good".to_owned()];
    Summary::Pairs(Pairs { names, units: (0..units).map(one).collect() })
}

/// Every unit has so many rows of each class.
pub fn classes(units: u64, counts: &[(&str, u64)]) -> Summary {
    let one = |index| UnitClasses {
        unit: unit(index),
        units: 1,
        counts: (0..).zip(counts).map(|(place, (_, n))| (place, *n)).collect(),
    };
    let names = counts.iter().map(|(name, _)| (*name).to_owned()).collect();
    Summary::Classes(Classes { names, units: (0..units).map(one).collect() })
}

/// Every unit has ten rows of one confidence and a share that came true.
pub fn calibrated(units: u64, confidence: f64, outcome: f64) -> Summary {
    let one = |index| UnitBins {
        unit: unit(index),
        bins: vec![CalibrationBin {
            bin: 7,
            n: 10,
            confidence: confidence * 10.0,
            outcome: outcome * 10.0,
        }],
    };
    Summary::Bins((0..units).map(one).collect())
}
