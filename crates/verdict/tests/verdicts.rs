//! The judgement, text in and text out: a bet, what the store answers, and the verdict.

mod world;

use trueup_evidence::{Measure, Summary, Tally, Test};
use trueup_verdict::Move;
use trueup_verdict::report::{BetReport, State, Word};
use world::{When, World, calibrated, costs, none, rate, sums, values};

const GOAL: &str = r#"{ metric = "acceptance", at_least = 0.55, role = "goal" }"#;
const QUALITY: &str = r#"{ metric = "f1", at_least = 0.7, role = "guardrail" }"#;
const LATENCY: &str = r#"{ metric = "latency_p95", at_most = 2000, role = "guardrail" }"#;
const BUDGET: &str = r#"{ metric = "cost_per_interaction", at_most = 0.012, role = "budget" }"#;
const READY: &str = r#"{ attest = "runbook", role = "readiness", by = "bo" }"#;
const OPTION: &str = "[[option]]\nwhat = \"rank by keywords\"\n";
const BASELINE: &str = "[baseline]\nkind = \"rules\"\nwhat = \"BM25 on skill labels\"\n";

/// `ship by 3 | acceptance met, f1 met | A03 P02`.
fn outcome(bet: &BetReport) -> String {
    let word = match bet.verdict {
        Some(Word::Ship) => "ship",
        Some(Word::Continue) => "continue",
        Some(Word::Pivot) => "pivot",
        Some(Word::Kill) => "kill",
        Some(Word::Learned) => "learned",
        None => "none",
    };
    let state = |state| match state {
        State::Met => "met",
        State::Refuted => "refuted",
        State::Undecided => "undecided",
        State::NoData => "no-data",
        State::Invalid => "invalid",
        State::Watched => "watched",
    };
    let criteria = bet.criteria.iter();
    let criteria: Vec<String> = criteria
        .map(|criterion| format!("{} {}", criterion.metric, state(criterion.state)))
        .collect();
    let codes: Vec<&str> = bet.reasons.iter().map(|reason| reason.code.as_str()).collect();
    format!("{word} by {} | {} | {}", bet.rule, criteria.join(", "), codes.join(" "))
}

/// Judges, and compares the outcome, and what must be read somewhere in the report of the bet.
fn check(name: &str, world: &World, expected: &str, says: &[&str]) {
    let report = world.report();
    let bet = report.bets.first().expect("one bet");
    assert_eq!(outcome(bet), expected, "{name}\n{}", trueup_verdict::render::text(&report, false));
    let json = report.to_json();
    for words in says {
        assert!(json.contains(words), "{name}: nothing says {words:?} in\n{json}");
    }
    let shown = [
        trueup_verdict::render::text(&report, false),
        trueup_verdict::render::markdown(&report),
        trueup_verdict::render::html(&report),
    ];
    for text in shown {
        assert!(!text.contains("NaN") && !text.contains("inf "), "{name}: {text}");
    }
    assert_eq!(json, world.report().to_json(), "{name}: the same question, another answer");
}

fn good(criteria: &[&str]) -> World {
    World::new(criteria)
        .with("use", sums(300, 10.0, 10.0))
        .with("acceptance", rate(300, 7.0))
        .with("f1", sums(300, 9.0, 10.0))
        .with("latency_p95", values(300, 800.0))
        .with("cost_per_interaction", costs(300, 0.05))
}

fn moved(on: &str) -> Move {
    Move {
        on: on.parse().expect("a date"),
        by: "Bo Lind".to_owned(),
        what: "`acceptance` at least 0.6 → at least 0.55".to_owned(),
    }
}

#[test]
fn rule_0_there_is_nothing_to_judge() {
    let mut denied = good(&[GOAL]);
    let why = "unknown key `at_lest`".to_owned();
    denied.denied.insert("skill-match".to_owned(), why.clone());
    check("denied", &denied, "none by 0 |  | denied", &["unknown key `at_lest`"]);
    assert!(denied.report().has_bad_news());
    assert!(denied.plan().requests.is_empty());
    denied.denied = [("unread".to_owned(), why)].into();
    let unread = denied.report();
    assert_eq!(unread.bets.len(), 2, "a bet that could not be read at all is not passed over");
    assert_eq!(outcome(&unread.bets[1]), "none by 0 |  | denied");
    for stage in ["retired", "killed", "learned", "pivoted"] {
        let ended = good(&[GOAL]).bet("\"pilot\"", &format!("\"{stage}\""));
        check(stage, &ended, "none by 0 |  | ", &[&format!("this bet has ended: {stage}")]);
        assert!(!ended.report().has_bad_news());
    }
}

#[test]
fn rule_1_the_evidence_is_invalid() {
    let unpriced = good(&[GOAL, BUDGET]).with("use", sums(300, 9.0, 10.0));
    check(
        "a tenth without a price",
        &unpriced,
        "continue by 1 | acceptance met, cost_per_interaction invalid | cost_per_interaction",
        &["only 90.0 % of the interactions carry a price in USD", "unknown, never zero"],
    );
    let due = unpriced.clone().on("2026-12-11");
    check(
        "after the day of decision rule 5 speaks",
        &due,
        "kill by 5 | acceptance met, cost_per_interaction invalid | cost_per_interaction",
        &[],
    );
    let broken = unpriced.with("latency_p95", values(300, 9000.0));
    let mut broken = broken;
    broken.criteria.push(LATENCY.to_owned());
    check(
        "no price would mend a broken guardrail",
        &broken,
        "kill by 2 | acceptance met, cost_per_interaction invalid, latency_p95 refuted \
         | latency_p95 cost_per_interaction",
        &[],
    );
    let strange = good(&[GOAL]).with("acceptance", sums(300, 12.0, 10.0));
    check(
        "more accepted than decided",
        &strange,
        "continue by 1 | acceptance invalid | acceptance",
        &["outside 0 to 1"],
    );
}

#[test]
fn money_in_another_currency_is_not_converted() {
    let world = good(&[GOAL, BUDGET]).and("[cost]\ncurrency = \"EUR\"\n");
    // The events are in dollars, so none has a price in euro.
    let world = world.with("use", sums(300, 0.0, 10.0)).with("cost_per_interaction", none());
    check(
        "unit mismatch",
        &world,
        "continue by 1 | acceptance met, cost_per_interaction invalid \
         | cost_per_interaction cost_per_interaction",
        &["only 0.0 % of the interactions carry a price in EUR", "EUR/interaction"],
    );
    let plan = world.plan();
    let sums = plan.requests.iter().filter_map(|request| match &request.measure {
        Measure::Sums { numerator, denominator } => Some(numerator.iter().chain(denominator)),
        _ => None,
    });
    let of_cost = |tally: &&Tally| {
        let tested = tally.conditions.iter().map(|condition| condition.field);
        tested.chain(tally.sum).any(|field| field.name == "cost")
    };
    let of_cost: Vec<&Tally> = sums.flatten().filter(of_cost).collect();
    assert!(of_cost.len() >= 3, "the share that is priced, the sum and what it is divided by");
    let euro = Test::In(vec!["EUR".to_owned()]);
    for tally in of_cost {
        assert!(tally.conditions.iter().any(|condition| condition.test == euro), "{tally:?}");
    }
}

#[test]
fn rule_2_a_guardrail_is_broken() {
    let slow = good(&[GOAL, LATENCY]).with("latency_p95", values(300, 9000.0));
    check(
        "nothing else to try",
        &slow,
        "kill by 2 | acceptance met, latency_p95 refuted | latency_p95",
        &["no untried option is left", "wholly above 2 s"],
    );
    assert!(slow.report().has_bad_news());
    check(
        "something else to try",
        &slow.clone().and(OPTION),
        "pivot by 2 | acceptance met, latency_p95 refuted | latency_p95",
        &["try: rank by keywords"],
    );
    let tried = slow.clone().and("[[option]]\nwhat = \"rank by keywords\"\ntried = true\n");
    check(
        "all is tried",
        &tried,
        "kill by 2 | acceptance met, latency_p95 refuted | latency_p95",
        &[],
    );
    check(
        "too many pivots",
        &slow.and(OPTION).policy("pivots_at_most = 0"),
        "kill by 2 | acceptance met, latency_p95 refuted | latency_p95",
        &["policy allows 0"],
    );
}

#[test]
fn pivots_are_counted_along_the_chain() {
    let earlier = |id: &str, from: &str| {
        format!(
            "id = \"{id}\"\ntitle = \"Earlier\"\nhorizon = \"h1\"\nstage = \"pivoted\"\n\
             serves = [\"faster/kr1\"]\n{from}"
        )
    };
    let world = good(&[GOAL, LATENCY])
        .with("latency_p95", values(300, 9000.0))
        .bet("stage = \"pilot\"", "stage = \"pilot\"\nfrom = \"z-second\"")
        .and(OPTION)
        .file("bets/z-second.toml", &earlier("z-second", "from = \"z-first\"\n"))
        .file("bets/z-first.toml", &earlier("z-first", ""));
    check(
        "two pivots made, two allowed",
        &world,
        "kill by 2 | acceptance met, latency_p95 refuted | latency_p95",
        &["2 pivots made, and policy allows 2"],
    );
}

#[test]
fn rule_3_everything_is_met() {
    let world = good(&[GOAL, QUALITY, LATENCY, BUDGET, READY]);
    let all = "acceptance met, f1 met, latency_p95 met, cost_per_interaction met, runbook met";
    check("ship", &world, &format!("ship by 3 | {all} | "), &["readiness is attested"]);
    assert!(!world.report().has_bad_news());
    let live = world.clone().bet("\"pilot\"", "\"live\"");
    check("live", &live, &format!("ship by 3 | {all} | "), &["keep it live"]);
    let explore = world.clone().bet("\"h1\"", "\"h3\"");
    check("exploration", &explore, &format!("learned by 3 | {all} | "), &["what was learned"]);
    let due = world.on("2026-12-20");
    check("late is better than never", &due, &format!("ship by 3 | {all} | P03"), &[]);
}

#[test]
fn a_plain_rule_that_does_as_well_is_shipped() {
    let rule = |value| format!("{BASELINE}metric = \"acceptance\"\nvalue = {value}\n");
    let as_good = good(&[GOAL]).and(&rule("0.72"));
    check(
        "as good",
        &as_good,
        "ship by 3 | acceptance met | ",
        &["ship the rule: BM25 on skill labels"],
    );
    let worse = good(&[GOAL]).and(&rule("0.41")).report();
    assert_eq!(worse.bets[0].action, "");
}

#[test]
fn what_is_missing_keeps_a_bet_from_shipping() {
    let met = "acceptance met";
    check(
        "nobody signed",
        &good(&[GOAL]).unsigned(),
        &format!("continue by 6 | {met} | P01"),
        &["both sides sign the criteria as they stand (b3:"],
    );
    check(
        "signed by one side",
        &good(&[GOAL]).half_signed(),
        &format!("continue by 6 | {met} | P01"),
        &["both sides sign the criteria as they stand (b3:"],
    );
    let stale = good(&[GOAL]).signed_as("b3:5d1c0a77");
    check(
        "signed under other criteria",
        &stale,
        &format!("continue by 6 | {met} | S03"),
        &["signed b3:5d1c0a77, file is b3:"],
    );
    check(
        "nobody attested",
        &good(&[GOAL, r#"{ attest = "runbook", role = "readiness" }"#]),
        &format!("continue by 6 | {met}, runbook undecided | "),
        &["Bo Lind attests `runbook`"],
    );
    check(
        "no goal",
        &good(&[LATENCY]),
        "continue by 6 | latency_p95 met | ",
        &["the gate names a goal"],
    );
    check("no gate", &good(&[]), "continue by 6 |  | P01", &["no gate: nothing can be decided"]);
    let framed = good(&[GOAL]).unsigned().bet("\"pilot\"", "\"framed\"");
    check("unsigned before the pilot", &framed, &format!("continue by 6 | {met} | S02"), &[]);
    assert!(!framed.report().has_bad_news(), "a warning is no bad news");
}

#[test]
fn rule_4_a_goal_is_out_of_reach() {
    let low = good(&[GOAL]).with("acceptance", rate(300, 3.0));
    check(
        "refuted",
        &low,
        "kill by 4 | acceptance refuted | acceptance",
        &["a goal is refuted", "wholly below 55 %"],
    );
    check("with an option", &low.and(OPTION), "pivot by 4 | acceptance refuted | acceptance", &[]);
    let hopeless = good(&[GOAL]).with("acceptance", rate(30, 5.3));
    check(
        "hardly any chance",
        &hopeless,
        "kill by 4 | acceptance undecided | M07",
        &["the chance that `acceptance` is met by 2026-12-11", "gives up below 5 %"],
    );
    check(
        "policy does not give up",
        &hopeless.clone().policy("give_up_below = 0"),
        "continue by 6 | acceptance undecided | M07",
        &[],
    );
    check(
        "on the day there is no chance to speak of",
        &hopeless.on("2026-12-11"),
        "kill by 5 | acceptance undecided | ",
        &["`kill` was chosen beforehand"],
    );
}

#[test]
fn rule_5_time_is_up() {
    let undecided = good(&[GOAL]).with("acceptance", rate(30, 6.0)).on("2026-12-11");
    let ends = |with: &str| undecided.clone().bet("\"kill\"", &format!("\"{with}\""));
    check("kill", &ends("kill"), "kill by 5 | acceptance undecided | ", &[]);
    check(
        "ship the baseline",
        &ends("ship-baseline").and(BASELINE),
        "ship by 5 | acceptance undecided | ",
        &["ship the baseline: BM25 on skill labels"],
    );
    check(
        "exploration ships nothing",
        &ends("ship-baseline").and(BASELINE).bet("\"h1\"", "\"h3\""),
        "kill by 5 | acceptance undecided | ",
        &["keep the baseline: BM25 on skill labels"],
    );
    check(
        "no baseline",
        &ends("ship-baseline"),
        "kill by 5 | acceptance undecided | ",
        &["there is no baseline to ship"],
    );
    check("pivot", &ends("pivot").and(OPTION), "pivot by 5 | acceptance undecided | ", &[]);
    check(
        "no pivot is left",
        &ends("pivot").policy("pivots_at_most = 0"),
        "kill by 5 | acceptance undecided | ",
        &["policy allows 0"],
    );
}

#[test]
fn rule_6_the_bet_goes_on() {
    let world = good(&[GOAL]).with("acceptance", rate(60, 5.8));
    check(
        "with a forecast",
        &world,
        "continue by 6 | acceptance undecided | M07",
        &["\"forecast\": {", "more people would decide it"],
    );
    check(
        "thin evidence on the right side is no reason to give up",
        &world.clone().with("acceptance", rate(25, 5.9)),
        "continue by 6 | acceptance undecided | M07",
        &["by 2026-12-11 is under 1 %"],
    );
    check(
        "before the start",
        &world.clone().on("2026-09-20"),
        "continue by 6 | acceptance no-data | acceptance",
        &["the time-box starts on 2026-10-01", "the time-box has not started"],
    );
    assert!(world.on("2026-09-20").plan().requests.is_empty());
}

#[test]
fn a_live_bet_answers_for_its_last_four_weeks() {
    let live = good(&[GOAL, BUDGET]).bet("\"pilot\"", "\"live\"").on("2027-02-01");
    let dear = live.with("cost_per_interaction", costs(300, 0.5));
    check(
        "over budget",
        &dear,
        "continue by 6 | acceptance met, cost_per_interaction refuted | cost_per_interaction",
        &["hold the rollout"],
    );
    // Drift and what wears off look back to the start on purpose.
    let requests = dear.plan().requests.into_iter();
    let sums = requests.filter(|request| matches!(request.measure, Measure::Sums { .. }));
    let windows = sums.map(|request| request.window);
    let earliest = windows.map(|window| window.from).min().expect("something is asked");
    assert_eq!(earliest.to_string(), "2027-01-05T00:00:00Z");
}

#[test]
fn a_live_bets_count_is_complete() {
    let used = r#"{ metric = "interactions", at_least = 5000, role = "goal" }"#;
    let live = good(&[GOAL, used]).bet("\"pilot\"", "\"live\"").on("2027-02-01");
    check(
        "too little use in four weeks",
        &live.with("interactions", sums(300, 10.0, 10.0)),
        "kill by 4 | acceptance met, interactions refuted | interactions",
        &["wholly below 5,000 interactions"],
    );
}

#[test]
fn degenerate_evidence_has_a_clear_answer() {
    let goal_and_quality = [GOAL, QUALITY];
    let empty = World::new(&goal_and_quality);
    let none = "continue by 6 | acceptance no-data, f1 no-data | acceptance f1";
    check("empty store", &empty, none, &["there is no evidence yet"]);
    let mut no_store = empty.clone();
    no_store.has_store = false;
    check("no store", &no_store, none, &["bring some in with `trueup import"]);
    check(
        "one metric has no data",
        &empty.with("acceptance", rate(300, 7.0)),
        "continue by 6 | acceptance met, f1 no-data | f1",
        &["nothing that `f1` counts has been recorded in interactions at least 7 days old"],
    );
    check(
        "one user",
        &good(&[GOAL]).with("acceptance", rate(1, 7.0)),
        "continue by 6 | acceptance undecided | M07",
        &["not enough evidence (n = 10 decisions of 1 person, need at least 10 people)"],
    );
    check(
        "all accepted",
        &good(&[GOAL]).with("acceptance", sums(300, 10.0, 10.0)),
        "ship by 3 | acceptance met | ",
        &[],
    );
    check(
        "all rejected",
        &good(&[GOAL]).with("acceptance", sums(300, 0.0, 10.0)),
        "kill by 4 | acceptance refuted | acceptance",
        &[],
    );
    let per_accepted =
        [GOAL, r#"{ metric = "cost_per_accepted", at_most = 0.05, role = "budget" }"#];
    check(
        "cost, and nobody accepted anything",
        &good(&per_accepted).with("cost_per_accepted", sums(300, 0.1, 0.0)),
        "continue by 6 | acceptance met, cost_per_accepted no-data | cost_per_accepted",
        &[],
    );
}

#[test]
fn every_kind_of_measure_is_judged() {
    let criteria = [
        GOAL,
        r#"{ metric = "calibration_error", at_most = 0.1, role = "guardrail" }"#,
        r#"{ metric = "concentration", at_most = 0.5, role = "guardrail" }"#,
        r#"{ metric = "active_users", at_least = 200, role = "goal" }"#,
        r#"{ metric = "interactions", at_least = 5000, role = "goal" }"#,
        r#"{ metric = "time_to_decision", between = [2000, 60000], role = "guardrail" }"#,
    ];
    let world = good(&criteria)
        .with("calibration_error", calibrated(400, 0.8, 0.8))
        .with("concentration", sums(300, 10.0, 10.0))
        .with("interactions", sums(300, 10.0, 10.0))
        .with("active_users", sums(300, 10.0, 10.0))
        .with("time_to_decision", values(300, 30_000.0));
    let measured = "acceptance met, calibration_error met, concentration met, active_users met";
    check(
        "a count may still grow",
        &world,
        &format!("continue by 6 | {measured}, interactions undecided, time_to_decision met | "),
        &["3,000 interactions so far, at least 5,000 interactions is asked"],
    );
    let due = world.on("2026-12-11");
    check(
        "until the time-box ends",
        &due,
        &format!(
            "kill by 4 | {measured}, interactions refuted, time_to_decision met | interactions"
        ),
        &[],
    );
}

#[test]
fn windows_must_all_be_there_and_none_may_refute() {
    let weekly =
        r#"{ metric = "acceptance", at_least = 0.55, role = "goal", windows = 4, every = "1w" }"#;
    check("all agree", &good(&[weekly]), "ship by 3 | acceptance met | ", &[]);
    let late = When::Late("2026-11-13");
    let worse = good(&[weekly]).with_when("acceptance", late, rate(300, 2.0));
    check(
        "the last week refutes it",
        &worse,
        "continue by 6 | acceptance undecided | ",
        &["the window from 2026-11-13 to 2026-11-20 refutes it"],
    );
    check(
        "too early for four weeks",
        &good(&[weekly]).on("2026-10-16"),
        "continue by 6 | acceptance undecided | ",
        &["only 2 of 4 windows of 7 days are complete"],
    );
    let of_four = worse.report().bets[0].criteria[0].windows.clone();
    assert_eq!(of_four.len(), 4);
    let one = r#"{ metric = "acceptance", at_least = 0.55, role = "goal", every = "1w" }"#;
    let alone = good(&[one]).report().bets[0].criteria[0].windows[0].clone();
    assert!(of_four[3].low < alone.low, "four windows share alpha, so each is wider");
}

#[test]
fn guardrails_share_the_chance_of_a_false_alarm() {
    let guardrail = r#"{ metric = "acceptance", at_least = 0.55, role = "guardrail" }"#;
    let found = |criteria: &[&str], of_ten: f64| {
        let report = good(criteria).with("acceptance", rate(300, of_ten)).report();
        let criterion = &report.bets[0].criteria[0];
        (criterion.state, criterion.high.expect("bounded"))
    };
    let crowd: Vec<&str> =
        [guardrail].into_iter().chain([QUALITY, LATENCY].into_iter().cycle().take(60)).collect();
    let mut differ = 0;
    for hundredths in 490..540 {
        let of_ten = f64::from(hundredths) / 100.0;
        let (alone, high) = found(&[guardrail], of_ten);
        let (crowded, high_in_crowd) = found(&crowd, of_ten);
        assert!((high - high_in_crowd).abs() < 1e-12, "what is shown is at alpha either way");
        assert!(crowded != State::Refuted || alone == State::Refuted);
        differ += i32::from(alone != crowded);
    }
    assert!(differ > 0, "somewhere one guardrail alone is refuted and one of sixty is not");
}

#[test]
fn purgatory_names_every_move() {
    let mut stuck = good(&[GOAL]).unsigned().on("2026-12-20");
    stuck.moves = vec![moved("2026-09-15"), moved("2026-10-20"), moved("2026-11-02")];
    check(
        "unsigned, moved, overdue",
        &stuck,
        "kill by 5 | acceptance met | P01 P02 P03",
        &[
            "the criteria moved 2 times since 2026-10-01: on 2026-10-20 by Bo Lind: `acceptance`",
            "9 days past 2026-12-11",
            "\"level\": 3",
        ],
    );
    let allowed = stuck.policy("[policy.levels]\nP03 = \"warn\"\nP02 = \"allow\"");
    let report = allowed.report();
    assert_eq!(report.bets[0].purgatory.codes, ["P01", "P03"]);
}

#[test]
fn rubber_stamps_need_a_second_sign() {
    let approving = good(&[GOAL]).with("acceptance", sums(300, 9.9, 10.0));
    check("a good model", &approving, "ship by 3 | acceptance met | ", &[]);
    let hasty = approving.clone().with("time_to_decision", values(300, 9000.0)).with_when(
        "time_to_decision",
        When::Late("2026-11-01"),
        values(300, 3000.0),
    );
    check(
        "nobody looks",
        &hasty,
        "continue by 6 | acceptance met | A03",
        &[
            "approves 99.0 %",
            "median look 3.0 s (8.9 s at first)",
            "people look before they approve",
        ],
    );
    assert!(hasty.report().has_bad_news());
    check(
        "in regulated use",
        &hasty.bet("[mode]\n", "[mode]\nregulated = [\"eu-ai-act:annex-3-employment\"]\n"),
        "kill by 2 | acceptance met | A03",
        &["regulated by eu-ai-act:annex-3-employment"],
    );
    check(
        "planted errors slip through",
        &approving.clone().with("catch_rate", sums(300, 0.1, 1.0)),
        "continue by 6 | acceptance met | A03",
        &["caught 30 of 300 planted errors"],
    );
    check(
        "long looks that halve",
        &approving.clone().with("time_to_decision", values(300, 90_000.0)).with_when(
            "time_to_decision",
            When::Late("2026-11-01"),
            values(300, 40_000.0),
        ),
        "continue by 6 | acceptance met | A03",
        &[],
    );
    // 300 tokens are 225 words, which take 57 s to read: a look of 25 s is no short one, but too short.
    let unread = approving
        .clone()
        .with("time_to_decision", values(300, 25_000.0))
        .with("tokens", values(300, 300.0))
        .with("override_rate", rate(300, 0.0));
    check(
        "nobody reads",
        &unread,
        "continue by 6 | acceptance met | A03",
        &["overrides", "median look 25.1 s (25.1 s at first), where reading takes 57.3 s"],
    );
    check(
        "short texts are read in that time",
        &unread.clone().with("tokens", values(300, 200.0)),
        "ship by 3 | acceptance met | ",
        &[],
    );
    check(
        "who catches what is planted has read enough",
        &unread.with("catch_rate", sums(300, 0.95, 1.0)),
        "ship by 3 | acceptance met | ",
        &[],
    );
    check(
        "nobody is there to approve",
        &approving
            .with("catch_rate", sums(300, 0.1, 1.0))
            .bet("kind = \"augment\"", "kind = \"automate\""),
        "ship by 3 | acceptance met | ",
        &[],
    );
}

#[test]
fn cost_is_watched_without_a_criterion() {
    let cost = "[cost]\nper_interaction_at_most = 0.012\nrevenue_per_interaction = 0.02\n\
                loads = [1, 5]\n";
    let dear = good(&[GOAL]).and(cost).with("cost_per_interaction", costs(300, 0.15));
    check(
        "over budget",
        &dear,
        "ship by 3 | acceptance met | C04",
        &["costs 0.0150 USD per interaction", "cap 0.012 USD"],
    );
    assert!(dear.report().has_bad_news(), "C04 is denied unless policy warns of it");
    let warned = dear.clone().policy("[policy.levels]\nC04 = \"warn\"").report();
    assert!(!warned.has_bad_news());
    let growing = dear
        .clone()
        .with_when("use", When::Early("2026-10-27"), sums(100, 10.0, 10.0))
        .with_when("cost_per_interaction", When::Early("2026-10-27"), costs(99, 0.1));
    check(
        "while growing",
        &growing,
        "ship by 3 | acceptance met | C04",
        &["while growing: 1,000 interactions, then 3,000", "0.0100 USD in the first half"],
    );
    let losing = dear.clone().with("cost_per_interaction", costs(300, 0.25));
    check(
        "the margin inverts",
        &losing,
        "ship by 3 | acceptance met | C04 C05",
        &["margin -0.00500 USD per interaction", "-8.95 USD at 1×, -44.76 USD at 5×"],
    );
    assert!(losing.report().has_bad_news());
    check(
        "an unknown price is not fine",
        &losing.with("use", sums(300, 5.0, 10.0)),
        "ship by 3 | acceptance met | cost_per_interaction",
        &["50.0 % of the interactions carry no price in USD"],
    );
}

#[test]
fn the_same_thing_is_asked_once() {
    let plan = good(&[GOAL, GOAL, BUDGET, BUDGET]).plan();
    for (index, request) in plan.requests.iter().enumerate() {
        assert!(!plan.requests[..index].contains(request), "asked twice: {request:?}");
    }
    let windows = plan.requests.iter().map(|request| request.window);
    assert!(windows.clone().all(|window| !window.is_empty() && window.to <= plan.now));
    let matured = windows.map(|window| window.to.to_string());
    assert!(matured.into_iter().any(|to| to == "2026-11-20T23:00:00Z"), "an hour is left out");
}

#[test]
fn one_bet_of_several_may_be_asked_about() {
    let other = "id = \"other\"\ntitle = \"Other\"\nhorizon = \"h1\"\nstage = \"framed\"\n\
                 serves = [\"faster/kr1\"]\n";
    let mut world = good(&[GOAL]).file("bets/other.toml", other);
    let all: Vec<String> = world.report().bets.into_iter().map(|bet| bet.id).collect();
    assert_eq!(all, ["other", "skill-match"]);
    world.only = Some("skill-match");
    check("only one", &world, "ship by 3 | acceptance met | ", &[]);
    assert_eq!(world.report().bets.len(), 1);
    assert!(world.plan().requests.iter().all(|request| request.bet == "skill-match"));
}

#[test]
fn segments_are_asked_apart() {
    let among =
        r#"{ metric = "acceptance", at_least = 0.55, role = "goal", among = "enterprise" }"#;
    let plan = good(&[GOAL, among]).plan();
    let apart = plan.requests.iter().filter(|request| request.among.is_some());
    assert_eq!(apart.count(), 1);
}

#[test]
fn no_evidence_is_too_strange_for_an_answer() {
    let metrics = [
        "acceptance",
        "f1",
        "cost_per_interaction",
        "cost_per_accepted",
        "interactions",
        "active_users",
        "concentration",
    ];
    let strange = [0.0, -1.0, 1.0, 1e300, f64::INFINITY, f64::NAN];
    let criteria = metrics
        .map(|metric| format!("{{ metric = \"{metric}\", at_least = 0.5, role = \"guardrail\" }}"));
    let criteria: Vec<&str> = criteria.iter().map(String::as_str).collect();
    for units in [1, 2, 12] {
        for numerator in strange {
            for denominator in strange {
                let mut world = World::new(&criteria);
                for metric in metrics.into_iter().chain(["use"]) {
                    world = world.with(metric, sums(units, numerator, denominator));
                }
                let report = world.report();
                let text = trueup_verdict::render::text(&report, false);
                assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
                let _ = trueup_verdict::render::html(&report);
            }
        }
    }
}

#[test]
fn watched_metrics_are_shown_and_decide_nothing() {
    let watching = good(&[GOAL])
        .bet("serves = [", "watch = [\"f1\", \"csat_missing\"]\nserves = [")
        .bet(", \"csat_missing\"", ", \"brier\"")
        .with("f1", sums(300, 1.0, 10.0));
    check("shown", &watching, "ship by 3 | acceptance met | ", &["\"watched\""]);
    let report = watching.report();
    let watched = &report.bets[0].watched;
    assert_eq!(watched.len(), 2);
    assert_eq!((watched[0].metric.as_str(), watched[0].state), ("f1", State::Watched));
    assert_eq!((watched[1].metric.as_str(), watched[1].state), ("brier", State::NoData));
    assert_eq!(watched[0].pooled, Some(0.1));
}

#[test]
fn a_notice_of_the_policy_stands_on_every_report() {
    let world = good(&[GOAL]).policy("notice = \"all of this is simulated\"");
    check("noticed", &world, "ship by 3 | acceptance met | ", &["all of this is simulated"]);
}

/// The team's own metrics that ask for what a reason asks for, so that a case can answer it.
fn asking(world: World, id: &str, numerator: &str, denominator: &str) -> World {
    let text = format!(
        "id = \"{id}\"\ntitle = \"T\"\ndefinition = \"D\"\nside = \"trust\"\nunit = \"share\"\n\
         better = \"up\"\n[measure]\nkind = \"ratio\"\nnumerator = {numerator}\n\
         denominator = {denominator}\n"
    );
    world.file(&format!("metrics/{id}.toml"), &text)
}

fn with_control(world: World, id: &'static str, step: &str) -> World {
    let decisions = r#"{ table = "actions", where = { kind = ["accept", "reject", "override", "edit", "submit"] } }"#;
    let steps = format!(r#"{{ table = "actions", where = {{ kind = "{step}" }} }}"#);
    asking(world, id, &steps, decisions)
}

#[test]
fn mechanism_20_a_declared_control_is_used() {
    let declared = good(&[GOAL]).bet(
        "controls = [\"override\"]",
        "controls = [\"override\", \"explanation\", \"side-by-side\"]",
    );
    let world =
        with_control(with_control(declared, "overrides", "override"), "explains", "explain")
            .with("overrides", sums(300, 0.0, 10.0))
            .with("explains", sums(300, 1.0, 10.0));
    check(
        "nobody overrides, and explanations are opened",
        &world,
        "ship by 3 | acceptance met | A02",
        &[
            "`override` is declared, and in 14 days there were 0 `override` steps beside 3,000 decisions \
           of 300 people (at most 3.2 % of them)",
        ],
    );
    assert!(world.report().has_bad_news());
    let silent = "ship by 3 | acceptance met | ";
    check("one is enough", &world.clone().with("overrides", sums(300, 0.01, 10.0)), silent, &[]);
    check("too few people", &world.clone().with("overrides", sums(20, 0.0, 10.0)), silent, &[]);
    check("no decision is recorded", &world.clone().with("overrides", none()), silent, &[]);
    let early = world.clone().on("2026-10-12");
    assert_eq!(early.report().bets[0].reasons, [], "14 days have not gone by");
    let edited = World::new(&[GOAL]).bet("\"override\"", "\"edit\"").plan();
    let shares = edited.requests.iter().any(|request| {
        matches!(&request.measure, Measure::Sums { numerator, .. }
            if numerator.len() == 3 && numerator[1].conditions[0].field.name == "edit_share_first")
    });
    assert!(shares, "a changed text shows that it can be edited");
    let discovery = world.bet("\"pilot\"", "\"discovery\"");
    assert!(!outcome(&discovery.report().bets[0]).contains("A02"), "it has no users yet");
}

#[test]
fn mechanism_25_demos_without_users() {
    let demo = |id: u32, on: &str| {
        let text = format!(
            "+++\nkind = \"demo\"\nabout = [\"skill-match\"]\nby = [\"bo\"]\non = {on}\n+++\nShown.\n"
        );
        (format!("notes/demo-{id}.md"), text)
    };
    let shown = |days: &[&str]| {
        let demos = (1..).zip(days).map(|(id, on)| demo(id, on));
        demos.fold(World::new(&[GOAL]), |world, (path, text)| world.file(&path, &text))
    };
    let four = ["2026-10-02", "2026-10-09", "2026-10-16", "2026-11-13"];
    let stuck = shown(&four);
    check(
        "four demos, no user",
        &stuck,
        "continue by 6 | acceptance no-data | acceptance P04",
        &["4 demos since 2026-10-01, the last on 2026-11-13, and 0 users", "\"level\": 1"],
    );
    let waiting = "continue by 6 | acceptance no-data | acceptance";
    check("three are allowed", &shown(&four[..3]), waiting, &[]);
    check("policy allows four", &stuck.clone().policy("demos_at_most = 4"), waiting, &[]);
    let before = ["2026-09-02", "2026-09-09", "2026-09-16", "2026-11-13"];
    check("before the time-box", &shown(&before), waiting, &[]);
    let used = stuck.clone().with("use", sums(1, 1.0, 1.0));
    check("somebody uses it", &used, waiting, &[]);
    let mut offline = stuck;
    offline.has_store = false;
    assert!(!outcome(&offline.report().bets[0]).contains("P04"), "nothing is known");
}

#[test]
fn mechanism_27_a_few_fans_carry_the_use() {
    let fans = |few: f64| {
        let Summary::Sums(mut all) = sums(300, 2.0, 2.0) else { unreachable!("these are sums") };
        for fan in &mut all[..30] {
            (fan.numerator, fan.denominator) = (few, few);
        }
        Summary::Sums(all)
    };
    let carried = good(&[GOAL]).with("concentration", fans(100.0));
    check(
        "a tenth makes nearly all use",
        &carried,
        "ship by 3 | acceptance met | P05",
        &["the most active tenth of 300 people makes 84.7 % of all use", "policy allows 50 %"],
    );
    let silent = "ship by 3 | acceptance met | ";
    check("all use it alike", &good(&[GOAL]).with("concentration", fans(2.0)), silent, &[]);
    check("policy allows it", &carried.policy("top_decile_at_most = 0.95"), silent, &[]);
    check("too few people", &good(&[GOAL]).with("concentration", sums(3, 9.0, 9.0)), silent, &[]);
}

#[test]
fn mechanism_39_every_request_goes_to_the_dearest_model() {
    let head = |price: &str| {
        format!(
            "[models]\nbig = {{ tier = \"premium\"{price} }}\nlittle = {{ tier = \"small\" }}\n"
        )
    };
    let routed = |price: &str, share: f64| {
        let mut world = good(&[GOAL]);
        world.head.push_str(&head(price));
        let big = r#"{ table = "interactions", where = { model_answered = "big" } }"#;
        let all = r#"{ table = "interactions", where = { model_answered = { present = true } } }"#;
        asking(world, "big-share", big, all).with("big-share", sums(300, share, 10.0))
    };
    let price =
        ", prices = [{ since = 2026-01-01, input_per_million = 5, output_per_million = 25 }]";
    let dear = routed(price, 10.0);
    check(
        "all of them",
        &dear,
        "ship by 3 | acceptance met | C06",
        &["a premium model answers 100.0 % of the requests", "policy allows 90 %"],
    );
    assert!(!dear.report().has_bad_news(), "it is a note");
    let silent = "ship by 3 | acceptance met | ";
    check("half of them", &routed(price, 5.0), silent, &[]);
    check("no model has a price", &routed("", 10.0), silent, &[]);
    check("policy allows it", &dear.policy("premium_at_most = 1"), silent, &[]);
}

#[test]
fn mechanism_78_a_promise_is_no_stronger_than_its_evidence() {
    let promise = "promise = { what = \"halves your search\", on = 2026-10-20 }\n";
    let promised = |accepts: f64| {
        good(&[GOAL])
            .bet("[problem]", &format!("{promise}[problem]"))
            .with("acceptance", rate(300, accepts))
    };
    check(
        "hardly half a chance",
        &promised(5.6),
        "continue by 6 | acceptance undecided | H05 M07",
        &["promised on 2026-10-20: `halves your search`; the chance to pass is", "asks for 85 %"],
    );
    assert!(promised(5.6).report().has_bad_news());
    let sure = promised(9.0).report();
    assert!(!outcome(&sure.bets[0]).contains("H05"), "{}", outcome(&sure.bets[0]));
    let unknown = promised(5.6).with("acceptance", none()).report();
    assert!(!outcome(&unknown.bets[0]).contains("H05"), "without a chance nothing is claimed");
    let lax = promised(5.6).policy("promise = 0.01").report();
    assert!(!outcome(&lax.bets[0]).contains("H05"), "policy asks for less");
}
