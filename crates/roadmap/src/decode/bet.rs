//! `bets/*.toml`: the keys of a bet itself; its larger tables are in [`super::data`],
//! [`super::economics`], [`super::experiment`] and [`super::delivery`].

use super::gate::gate;
use super::suppression::suppressions;
use super::{Fields, Value, data, delivery, economics, experiment};
use crate::bet::{Bet, BlindMarks, Drift, Marks, Mode, Owners, Problem, Scope, Score, TimeBox};
use crate::check::reference::Kind;
use crate::duration;
use crate::name::is_name;
use crate::source::Spanned;

pub(crate) fn bet(fields: &Fields<'_>) -> Option<Bet> {
    let id = fields.own_id(is_name);
    let title = fields.required("title").and_then(|value| value.spanned_text());
    let horizon = fields.required("horizon").and_then(|value| value.reference(Kind::Horizon));
    let stage = fields.required("stage").and_then(|value| value.spanned_word());
    let gates = fields.table("gate").map(|table| table.entries()).unwrap_or_default();
    Some(Bet {
        track: fields.optional("track").and_then(|value| value.spanned_word()),
        serves: fields.references("serves", Kind::KeyResult),
        watch: fields.references("watch", Kind::Metric),
        needs: fields.references("needs", Kind::Capability),
        workflow: fields.reference("workflow", Kind::WorkStage),
        audience: fields.optional("audience").and_then(|value| value.spanned_word()),
        problem: fields.within("problem", problem),
        scope: fields.within("scope", scope),
        mode: fields.within("mode", mode),
        score: fields.within("score", score),
        data: fields.within("data", data::data),
        sourcing: fields.within("sourcing", economics::sourcing),
        options: fields.each("option", economics::alternative),
        cost: fields.within("cost", economics::cost),
        baseline: fields.within("baseline", economics::baseline),
        experiment: fields.within("experiment", experiment::experiment),
        eligible: fields.within("eligible", experiment::eligible),
        components: fields.each("component", delivery::component),
        risks: fields.each("risk", delivery::risk),
        constraints: fields.each("constraint", delivery::constraint),
        path: fields.within("path", delivery::path),
        deployments: fields.each("deployment", delivery::deployment),
        artifact: fields.within("artifact", delivery::artifact),
        done: fields.each("done", delivery::done),
        promise: fields.within("promise", delivery::promise),
        acknowledged: fields.within("acknowledged", delivery::acknowledged),
        time_box: fields.within("box", time_box),
        owners: fields.within("owners", owners),
        team: fields.references("team", Kind::Person),
        gates: gates.iter().filter_map(|(name, value)| gate(name, value)).collect(),
        from: fields.reference("from", Kind::Bet),
        allow: suppressions(fields),
        place: fields.place(),
        // Last, so that everything else has been read and complained about.
        id: id?,
        title: title?,
        horizon: horizon?,
        stage: stage?,
    })
}

fn problem(fields: &Fields<'_>) -> Option<Problem> {
    let text = |name| fields.required(name).and_then(|value| value.text());
    let number = |name| fields.required(name).and_then(|value| value.number());
    let who = fields.required("who").and_then(|value| value.spanned_text());
    let (improve, unit) = (text("improve"), text("unit"));
    let (from, to) = (number("from"), number("to"));
    let evidence = fields.notes("evidence");
    let place = fields.place();
    Some(Problem {
        who: who?,
        improve: improve?,
        from: from?,
        to: to?,
        unit: unit?,
        evidence,
        place,
    })
}

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
fn scope(fields: &Fields<'_>) -> Option<Scope> {
    let (does, does_not) = (fields.spanned_texts("does"), fields.spanned_texts("does_not"));
    Some(Scope { does, does_not, place: fields.place() })
}

fn mode(fields: &Fields<'_>) -> Option<Mode> {
    let kind = fields.required("kind").and_then(|value| value.spanned_word());
    let decides = fields.text("decides");
    let (controls, regulated) =
        (fields.spanned_texts("controls"), fields.spanned_texts("regulated"));
    let (assessment, retention) = (fields.text("assessment"), fields.text("retention"));
    let drift = fields.within("drift", drift).unwrap_or_default();
    let place = fields.place();
    Some(Mode { kind: kind?, decides, controls, regulated, assessment, retention, drift, place })
}

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
fn drift(fields: &Fields<'_>) -> Option<Drift> {
    let share = |name| fields.optional(name).and_then(|value| value.share());
    let dwell = fields.optional("dwell_at_least");
    Some(Drift {
        approve_at_most: share("approve_at_most"),
        dwell_at_least_s: dwell.and_then(|value| value.duration(duration::seconds)),
        catch_at_least: share("catch_at_least"),
    })
}

fn score(fields: &Fields<'_>) -> Option<Score> {
    let agreed = marks(fields);
    let value = fields.optional("value").and_then(|value| value.spanned_word());
    let by = fields.references("by", Kind::Person);
    let blind = fields.each("blind", blind);
    Some(Score { agreed: agreed?, value, by, blind, place: fields.place() })
}

fn marks(fields: &Fields<'_>) -> Option<Marks> {
    let mark = |name| fields.required(name).and_then(|value| value.mark());
    let (risk, impact) = (mark("risk"), mark("impact"));
    let (business, scale) = (mark("business"), mark("scale"));
    Some(Marks { risk: risk?, impact: impact?, business: business?, scale: scale? })
}

fn blind(fields: &Fields<'_>) -> Option<BlindMarks> {
    let by = fields.required("by").and_then(|value| value.reference(Kind::Person));
    let marks = marks(fields);
    Some(BlindMarks { by: by?, marks: marks? })
}

fn time_box(fields: &Fields<'_>) -> Option<TimeBox> {
    let starts = fields.required("starts").and_then(|value| value.date());
    let written = fields.required("decide_by");
    let decide_by = written.as_ref().and_then(Value::spanned_date);
    let if_undecided = fields.required("if_undecided").and_then(|value| value.word());
    let (starts, decide_by): (_, Spanned<_>) = (starts?, decide_by?);
    if decide_by.value <= starts {
        return written?.complain(format!("`decide_by` must come after `starts`, {starts}"), None);
    }
    Some(TimeBox { starts, decide_by, if_undecided: if_undecided? })
}

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
fn owners(fields: &Fields<'_>) -> Option<Owners> {
    Some(Owners {
        model: fields.reference("model", Kind::Person),
        product: fields.reference("product", Kind::Person),
        escalate: fields.texts("escalate"),
        place: fields.place(),
    })
}
