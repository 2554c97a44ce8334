//! What is judged afterwards is as the table says, fits what happened, and moves nothing else.

use super::*;
use crate::judging::Judging;

/// The kinds of judgement that a call shows itself.
const SHOWN: [&str; 3] = ["correct", "planted_error_caught", "kept_after_a_day"];

/// The interactions that figures in documents come from, at the program's own seed.
const INTERACTIONS: u64 = 120_000;

impl Table {
    /// Values of several columns by call, in the rows where `what` is this.
    fn judged(&self, what: &str) -> HashMap<&str, f64> {
        let kinds = self.column("what").zip(self.column("value"));
        let rows = self.column("call_id").zip(kinds).filter(|(_, (kind, _))| *kind == what);
        rows.map(|(call, (_, value))| (call, value.parse().expect("a value is a number"))).collect()
    }
}

fn values(export: &Export, feature: &str, what: &str) -> Vec<f64> {
    let kinds = export.judgements.of(feature, "what").into_iter();
    let rows = kinds.zip(export.judgements.of(feature, "value"));
    let values = rows.filter(|(kind, _)| *kind == what).map(|(_, value)| value.parse());
    values.collect::<Result<_, _>>().expect("a value is a number")
}

fn average_of(values: impl IntoIterator<Item = f64>) -> f64 {
    let (n, sum) = values.into_iter().fold((0.0, 0.0), |(n, sum), value| (n + 1.0, sum + value));
    sum / n
}

#[test]
fn nothing_that_was_there_before_has_moved() {
    let export = export(INTERACTIONS);
    // Calls, decisions, accepted, and judgements of the kinds that calls show themselves.
    for (feature, expected) in [
        ("reply_draft", [31_067, 29_877, 21_566, 6_015]),
        ("thread_summary", [5_088, 4_881, 3_061, 1_169]),
        ("ticket_routing", [22_398, 21_536, 12_623, 888]),
        ("refund_approvals", [6_674, 6_423, 6_320, 563]),
        ("call_notes", [14_733, 14_190, 10_228, 2_364]),
        ("auto_close", [10_054, 9_371, 7_503, 1_340]),
        ("churn_signals", [3_436, 3_309, 2_023, 1_902]),
        ("smart_search", [24_820, 23_864, 16_043, 727]),
        ("tone_check", [1_730, 1_669, 1_101, 79]),
    ] {
        let decisions = export.decisions.of(feature, "decision");
        let judged = export.judgements.of(feature, "what");
        let found = [
            export.calls.of(feature, "call_id").len(),
            decisions.len(),
            decisions.iter().filter(|decision| **decision == "accepted").count(),
            judged.iter().filter(|what| SHOWN.contains(what)).count(),
        ];
        assert_eq!(found, expected, "{feature}");
    }
}

#[test]
fn judgements_are_as_many_as_the_table_says() {
    let export = export(INTERACTIONS);
    for behaviour in &BEHAVIOURS {
        let feature = behaviour.feature_key;
        let Judging { marked, asked, paid, audited, followed, .. } = behaviour.judging;
        let answered = export.calls.of(feature, "error_code");
        let answered = answered.iter().filter(|error| error.is_empty()).count() as f64;
        let accepted = export.decisions.of(feature, "decision");
        let accepted = accepted.iter().filter(|it| **it == "accepted").count() as f64;
        for (what, share, of) in [
            ("quality_by_judge", marked, answered),
            ("csat", asked, answered),
            ("revenue", paid, accepted),
            ("explained", audited, answered),
            ("completed", followed, answered),
        ] {
            let found = values(&export, feature, what).len() as f64 / of;
            // What is said a day later of the last day's calls is not there yet.
            let tolerance = 5.0 * (share / of).sqrt() + 0.03 * share;
            check(feature, what, share, found, tolerance);
            assert_eq!(found > 0.0, share > 0.0, "{feature}: {what}");
        }
    }
}

#[test]
fn the_judge_is_a_little_too_kind_and_goes_with_the_person() {
    let export = export(300_000);
    let judge = export.judgements.judged("quality_by_judge");
    let person = export.judgements.judged("quality_by_person");
    check("all", "person", 0.05, person.len() as f64 / judge.len() as f64, 0.01);
    assert!(judge.values().all(|mark| (0.0..=1.0).contains(mark)));
    let both: Vec<(f64, f64)> = person.iter().map(|(call, mark)| (judge[call], *mark)).collect();
    let kinder = average_of(both.iter().map(|(judge, person)| judge - person));
    assert!((0.03..0.08).contains(&kinder), "{kinder}");
    let deviations = |of: fn(&(f64, f64)) -> f64| {
        let mean = average_of(both.iter().map(of));
        both.iter().map(|pair| of(pair) - mean).collect::<Vec<f64>>()
    };
    let (x, y) = (deviations(|pair| pair.0), deviations(|pair| pair.1));
    let sum = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let correlation = sum(&x, &y) / (sum(&x, &x) * sum(&y, &y)).sqrt();
    assert!((0.7..0.95).contains(&correlation), "{correlation}");
}

#[test]
fn people_answer_within_the_scale_and_are_asked_to_recommend_once() {
    let export = export(300_000);
    let within = |what: &str, lowest: f64, highest: f64| {
        let answers: Vec<f64> = export.judgements.judged(what).into_values().collect();
        assert!(answers.iter().all(|it| it.fract() == 0.0 && (lowest..=highest).contains(it)));
        let all: HashSet<String> = answers.iter().map(ToString::to_string).collect();
        assert!(all.len() >= 5, "{what}: {all:?}");
    };
    within("csat", 1.0, 5.0);
    within("nps", 0.0, 10.0);
    let rows = export.judgements.column("what").zip(export.judgements.column("user_hash"));
    let people: Vec<&str> = rows.filter(|row| row.0 == "nps").map(|row| row.1).collect();
    assert_eq!(people.iter().collect::<HashSet<_>>().len(), people.len());
}

#[test]
fn search_pays_for_itself_and_notes_stop_to() {
    let export = export(INTERACTIONS);
    let revenue = export.judgements.judged("revenue");
    let worth = |feature: &str, days: std::ops::Range<&str>| {
        let calls = export.calls.of(feature, "call_id").into_iter();
        let rows = calls.zip(export.calls.of(feature, "price_usd"));
        let rows = rows.zip(export.calls.of(feature, "called_at"));
        let (got, spent) = rows.filter(|(_, at)| days.contains(at)).fold(
            (0.0, 0.0),
            |(got, spent), ((call, price), _)| {
                let usd = revenue.get(call).copied().unwrap_or_default();
                (got + usd, spent + price.parse().unwrap_or(0.0))
            },
        );
        got / spent
    };
    assert!(worth("smart_search", "2026-09-25".."2026-11-20") > 3.0);
    let (first, last) = ("2026-09-25".."2026-10-09", "2026-11-06".."2026-11-20");
    let (first, last) = (worth("call_notes", first), worth("call_notes", last));
    assert!(first > 1.5 && last < 0.75, "{first} {last}");
}

#[test]
fn whoever_knew_better_follows_the_model_as_the_decision_says() {
    let export = export(300_000);
    let calls = export.decisions.column("call_id").zip(export.decisions.column("decision"));
    let decisions: HashMap<&str, &str> = calls.collect();
    let accepted = |call: &str| decisions[call] == "accepted";
    let over = export.judgements.judged("over_reliance");
    let under = export.judgements.judged("under_reliance");
    assert!(over.len() > 50 && under.len() > 300, "{} {}", over.len(), under.len());
    assert!(over.iter().all(|(call, followed)| (*followed > 0.5) == accepted(call)));
    assert!(under.iter().all(|(call, stayed)| (*stayed < 0.5) == accepted(call)));
    let (over, under) = (average_of(over.into_values()), average_of(under.into_values()));
    assert!(over > 0.9 && under < 0.1, "{over} {under}");
}

#[test]
fn half_of_the_people_get_short_summaries_and_stay_with_them() {
    let export = export(300_000);
    let people = export.calls.of("thread_summary", "user_hash").into_iter();
    let arms: HashMap<&str, &str> =
        people.zip(export.calls.of("thread_summary", "variant")).collect();
    let short = arms.values().filter(|arm| **arm == "short").count() as f64;
    let n = arms.len() as f64;
    check("thread_summary", "short", 0.5, short / n, 2.0 / n.sqrt());
    for table in [&export.calls, &export.decisions, &export.judgements] {
        let rows = table.column("user_hash").zip(table.column("variant"));
        for (feature, (person, variant)) in table.column("feature_key").zip(rows) {
            let expected = if feature == "thread_summary" { arms[person] } else { "" };
            assert_eq!(variant, expected, "{feature}");
        }
    }
}

#[test]
fn short_summaries_are_read_faster_and_marked_better() {
    let export = export(300_000);
    let of = |table: &Table, arm: &str, column: &str| -> Vec<String> {
        let rows = table.column("variant").zip(table.column(column));
        rows.filter(|row| row.0 == arm).map(|row| row.1.to_owned()).collect()
    };
    let number = |text: &String| text.parse::<f64>().expect("seconds and values are numbers");
    let look = |arm| average_of(of(&export.decisions, arm, "seconds_spent").iter().map(number));
    let faster = look("short") / look("long");
    assert!((0.75..0.85).contains(&faster), "{faster}");
    let mark = |arm| {
        let rows = of(&export.judgements, arm, "what").into_iter();
        let rows = rows.zip(of(&export.judgements, arm, "value"));
        average_of(rows.filter(|row| row.0 == "quality_by_judge").map(|row| number(&row.1)))
    };
    let better = mark("short") - mark("long");
    assert!((0.04..0.1).contains(&better), "{better}");
}
