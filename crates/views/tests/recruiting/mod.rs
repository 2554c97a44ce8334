//! A roadmap of five bets, its history and what the evidence says of it.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use trueup_roadmap::history::{FileChange, Revision};
use trueup_roadmap::{Diagnostic, History, Roadmap, Source, blocks_verdict, parse};
use trueup_verdict::report::{BetReport, Forecast, RoadmapVersion, Word};
use trueup_verdict::{Question, Report, ask, judge};
use trueup_views::Seen;

pub const TODAY: Date = date(2026, 11, 21);

const FILES: [(&str, &str); 19] = [
    ("roadmap.toml", ROADMAP),
    ("outcomes/faster.toml", OUTCOME),
    ("capabilities/map-skills.toml", MAP_SKILLS),
    ("capabilities/read-scans.toml", READ_SCANS),
    ("capabilities/plan-steps.toml", PLAN_STEPS),
    ("workflows/recruiter.toml", RECRUITER),
    ("workflows/payroll.toml", PAYROLL),
    ("workflows/sourcer.toml", SOURCER),
    ("bets/skill-match.toml", SKILL_MATCH),
    ("bets/summaries.toml", SUMMARIES),
    ("bets/questions.toml", QUESTIONS),
    ("bets/agents.toml", AGENTS),
    ("bets/chat.toml", CHAT),
    ("notes/field-acme.md", FIELD),
    ("notes/release-one.md", RELEASE_ONE),
    ("notes/decide-match.md", DECIDED),
    ("notes/review-october.md", REVIEWED),
    ("notes/release-two.md", RELEASE_TWO),
    ("notes/learned-chat.md", LEARNED),
];

const ROADMAP: &str = r#"
edition = 1
[people]
ana = { name = "Ana Ruiz", side = "product" }
bo = { name = "Bo Lind", side = "rd" }
[models]
"lm-1" = { released = 2026-09-01 }
"lm-2" = { released = 2026-11-10 }
[policy]
notice = "Simulated evidence."
rituals = { review = "4w" }
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

const MAP_SKILLS: &str = r#"
id = "map-skills"
title = "Map free text to skills"
gap = "misses trades"
criterion = { metric = "f1", at_least = 0.8 }
labels = { have = 6200, need = 9000 }
[investment]
kind = "label"
effort = "3w"
cost = 4000
currency = "EUR"
chance = 0.7
"#;

const READ_SCANS: &str = r#"
id = "read-scans"
title = "Read scanned resumes"
gap = "reads no images"
[investment]
kind = "collect"
effort = "2w"
"#;

const PLAN_STEPS: &str = r#"
id = "plan-steps"
title = "Plan many steps"
gap = "loses the thread"
[investment]
kind = "none"
because = "nobody asked yet"
"#;

const RECRUITER: &str = r#"
id = "recruiter"
profession = "recruiter"
boundaries = { mark = 5 }
tolerance = { mark = 3 }
data = { mark = 4 }
[[stage]]
id = "intake"
what = "agree on the profile"
time = "4h"
[[stage]]
id = "screen"
what = "read resumes"
time = "10h"
[[stage]]
id = "interview"
what = "prepare questions"
time = "6h"
magic = "questions that fit the person"
"#;

const PAYROLL: &str = r#"
id = "payroll"
profession = "payroll clerk"
boundaries = { mark = 5 }
tolerance = { mark = 1 }
[[stage]]
id = "close"
what = "close the month"
time = "8h"
"#;

const SOURCER: &str = r#"
id = "sourcer"
profession = "talent sourcer"
boundaries = { mark = 2 }
tolerance = { mark = 5 }
data = { mark = 3 }
[[stage]]
id = "search"
what = "search candidates"
time = "10h"
"#;

pub const SKILL_MATCH: &str = r#"
id = "skill-match"
title = "Transparent skill matching"
horizon = "h1"
stage = "pilot"
serves = ["faster/kr1"]
needs = ["map-skills"]
workflow = "recruiter/screen"
[problem]
who = "Recruiters"
improve = "decision time"
from = 42
to = 25
unit = "min/shortlist"
evidence = ["note:field-acme"]
[score]
risk = 4
impact = 5
business = 4
scale = 3
value = "augmentation"
[data]
reviewed = { on = 2026-09-14, by = ["ana", "bo"] }
assumes = [{ what = "Resumes are in English", review_by = 2026-11-01 }]
[cost]
per_interaction_at_most = 0.0123
revenue_per_interaction = 0.0567
currency = "EUR"
[promise]
what = "matching in your plan"
on = 2026-10-10
by = 2026-12-31
[[component]]
id = "json-repair"
kind = "harness"
stands_for = "map-skills"
goes_when = { metric = "f1", at_least = 0.7 }
effort = "3w"
[[component]]
id = "retry"
kind = "harness"
stands_for = "map-skills"
goes_when = "one call in a thousand fails"
effort = "1w"
[[component]]
id = "side-by-side"
kind = "control"
[[component]]
id = "list"
kind = "product"
[[risk]]
what = "leans to one group"
mitigate = "compare groups"
owner = "bo"
[[risk]]
what = "nobody opens it"
[box]
starts = 2026-10-01
decide_by = 2026-12-11
if_undecided = "ship-baseline"
[owners]
model = "bo"
product = "ana"
[gate.graduate]
criteria = [{ metric = "acceptance", at_least = 0.5, role = "goal" }]
"#;

const SUMMARIES: &str = r#"
id = "summaries"
title = "Resume summaries"
horizon = "h1"
stage = "live"
serves = ["faster/kr1"]
workflow = "sourcer/search"
[[component]]
id = "prompt"
kind = "product"
[owners]
model = "bo"
product = "ana"
"#;

const QUESTIONS: &str = r#"
id = "questions"
title = "Interview questions"
horizon = "h1"
stage = "pilot"
serves = ["faster/kr1"]
needs = ["map-skills", "read-scans"]
[promise]
what = "questions for everybody"
on = 2026-11-02
[box]
starts = 2026-09-01
decide_by = 2026-11-14
if_undecided = "kill"
[owners]
model = "bo"
product = "ana"
"#;

const AGENTS: &str = r#"
id = "agents"
title = "Secret agents"
horizon = "h3"
stage = "discovery"
[box]
starts = 2026-11-01
decide_by = 2027-02-01
if_undecided = "kill"
"#;

const CHAT: &str = r#"
id = "chat"
title = "Chat"
horizon = "h2"
stage = "learned"
"#;

const FIELD: &str = r#"+++
kind = "field"
on = 2026-08-20
by = "ana"
about = "skill-match"
account = "Acme"
+++
They read every resume twice.
"#;

const RELEASE_ONE: &str = r#"+++
kind = "model-release"
on = 2026-09-02
by = "bo"
about = "model:lm-1"
model = "lm-1"
+++
The first.
"#;

const DECIDED: &str = r#"+++
kind = "decision"
on = 2026-10-02
by = ["ana", "bo"]
about = "skill-match"
decision = "continue"
verdict = "ship on 2026-10-02, b3:00c0ffee"
+++
Go on.
"#;

const REVIEWED: &str = r#"+++
kind = "review"
on = 2026-10-20
by = ["ana", "bo"]
[[action]]
what = "count trades"
by = "bo"
due = 2026-11-01
[[action]]
what = "call Acme"
by = "ana"
due = 2026-12-01
[[action]]
what = "write minutes"
done = true
+++
Met.
"#;

const RELEASE_TWO: &str = r#"+++
kind = "model-release"
on = 2026-11-12
by = "bo"
about = "model:lm-2"
model = "lm-2"
+++
The second.
"#;

const LEARNED: &str = r#"+++
kind = "learning"
on = 2026-11-15
by = ["ana", "bo"]
about = "chat"
title = "Likes do not tell use"
predicts = "thumbs up does not predict return"
+++
"#;

/// What a view may look at, owned.
pub struct Recruiting {
    pub roadmap: Roadmap,
    pub diagnostics: Vec<Diagnostic>,
    pub history: Option<History>,
    pub report: Option<Report>,
}

impl Recruiting {
    /// The text alone.
    pub fn text() -> Recruiting {
        let sources: Vec<Source> = FILES.iter().map(|(path, text)| source(path, text)).collect();
        let parsed = parse(&sources);
        let unread: Vec<_> =
            parsed.diagnostics.iter().filter(|found| blocks_verdict(found.code)).collect();
        assert!(unread.is_empty(), "{unread:#?}");
        Recruiting { roadmap: parsed.roadmap, diagnostics: Vec::new(), history: None, report: None }
    }

    /// With its history: a lower goal and one more risk and harness since September.
    pub fn with_history(mut self) -> Recruiting {
        let first = SKILL_MATCH
            .replace("at_least = 0.5,", "at_least = 0.6,")
            .replace("[[risk]]\nwhat = \"nobody opens it\"\n", "")
            .replace(
                "id = \"side-by-side\"\nkind = \"control\"",
                "id = \"glue\"\nkind = \"harness\"",
            );
        let revisions = [
            revision(date(2026, 9, 1), "bets/skill-match.toml", &first),
            revision(date(2026, 11, 5), "bets/skill-match.toml", SKILL_MATCH),
            revision(date(2026, 11, 6), "bets/summaries.toml", SUMMARIES),
        ];
        self.history = Some(History::read(revisions, false));
        self
    }

    /// With evidence: `alter` says what it holds of each bet.
    pub fn with_evidence(mut self, alter: impl Fn(&mut BetReport)) -> Recruiting {
        let (denied, history) = (BTreeMap::new(), BTreeMap::new());
        let question = Question {
            roadmap: &self.roadmap,
            version: RoadmapVersion { digest: "b3:00c0ffee".to_owned(), commit: None },
            denied: &denied,
            history: &history,
            now: "2026-11-22T00:00:00Z".parse().unwrap(),
            only: None,
            dashboard: false,
        };
        let mut report = judge(&question, &ask(&question), None);
        report.bets.iter_mut().for_each(alter);
        self.report = Some(report);
        self
    }

    pub fn seen(&self) -> Seen<'_> {
        Seen {
            roadmap: &self.roadmap,
            today: TODAY,
            diagnostics: &self.diagnostics,
            history: self.history.as_ref(),
            report: self.report.as_ref(),
        }
    }
}

/// Says that a bet goes on and passes with this chance.
pub fn forecast(bet: &mut BetReport, chance: f64) {
    (bet.verdict, bet.rule) = (Some(Word::Continue), 6);
    bet.forecast = Some(Forecast { chance, more_units: None, date: None });
}

/// Says that a bet ships because all its criteria are met.
pub fn ships(bet: &mut BetReport) {
    (bet.verdict, bet.rule, bet.forecast) = (Some(Word::Ship), 3, None);
}

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

fn revision(on: Date, path: &str, text: &str) -> (Revision, Vec<FileChange>) {
    let revision = Revision {
        commit: on.to_string(),
        on,
        by: "Bo Lind".to_owned(),
        email: "bo@example.com".to_owned(),
        subject: "change".to_owned(),
    };
    let change = FileChange { path: path.to_owned(), text: Some(text.to_owned()), found: false };
    (revision, vec![change])
}
