//! `bets/*.toml`: the keys of a bet itself; the reviews beside it are in [`super::review`].

use super::Fields;
use super::gate::gate;
use super::review;
use crate::bet::{
    Alternative, Baseline, Bet, Component, Cost, IfUndecided, Mode, Owners, Problem, Risk, Scope,
    Stage, TimeBox, Track,
};
use crate::check::reference::Kind;
use crate::duration;
use crate::name::is_name;

const STAGES: [(&str, Stage); 9] = [
    ("proposed", Stage::Proposed),
    ("framed", Stage::Framed),
    ("discovery", Stage::Discovery),
    ("pilot", Stage::Pilot),
    ("live", Stage::Live),
    ("retired", Stage::Retired),
    ("killed", Stage::Killed),
    ("learned", Stage::Learned),
    ("pivoted", Stage::Pivoted),
];
const TRACKS: [(&str, Track); 2] = [("discovery", Track::Discovery), ("delivery", Track::Delivery)];
const IF_UNDECIDED: [(&str, IfUndecided); 3] = [
    ("ship-baseline", IfUndecided::ShipBaseline),
    ("pivot", IfUndecided::Pivot),
    ("kill", IfUndecided::Kill),
];
const COMPONENTS: [&str; 4] = ["harness", "baseline", "control", "product"];
const NOT_NEGATIVE: (f64, f64) = (0.0, f64::INFINITY);
const SHARE: (f64, f64) = (0.0, 1.0);

pub(crate) fn bet(fields: &Fields<'_>) -> Option<Bet> {
    let id = fields.own_id(is_name);
    let title = fields.required("title").and_then(|value| value.spanned_text());
    let horizon = fields.required("horizon").and_then(|value| value.reference(Kind::Horizon));
    let stage =
        fields.required("stage").and_then(|value| Some(value.spanned(value.choice(&STAGES)?)));
    let gates = fields.table("gate").map(|table| table.entries()).unwrap_or_default();
    review::suppressions(fields);
    Some(Bet {
        track: fields.optional("track").and_then(|value| value.choice(&TRACKS)),
        serves: fields.references("serves", Kind::KeyResult),
        watch: fields.references("watch", Kind::Metric),
        needs: needs(fields),
        workflow: fields.text("workflow"),
        audience: fields.text("audience"),
        problem: within(fields, "problem", problem),
        scope: within(fields, "scope", scope),
        mode: within(fields, "mode", mode),
        score: within(fields, "score", review::score),
        data: within(fields, "data", review::data),
        sourcing: within(fields, "sourcing", review::sourcing),
        options: each(fields, "option", alternative),
        cost: within(fields, "cost", cost),
        baseline: within(fields, "baseline", baseline),
        components: each(fields, "component", component),
        risks: each(fields, "risk", risk),
        time_box: within(fields, "box", time_box),
        owners: within(fields, "owners", owners),
        team: fields.references("team", Kind::Person),
        gates: gates.iter().filter_map(|(name, value)| gate(name, value)).collect(),
        from: fields.reference("from", Kind::Bet),
        place: fields.place(),
        // Last, so that everything else has been read and complained about.
        id: id?,
        title: title?,
        horizon: horizon?,
        stage: stage?,
    })
}

/// Reads the table `name`, and reports the keys that it does not know.
pub(crate) fn within<T>(
    fields: &Fields<'_>,
    name: &'static str,
    read: fn(&Fields<'_>) -> Option<T>,
) -> Option<T> {
    let table = fields.table(name)?;
    let entity = read(&table);
    table.finish();
    entity
}

/// Reads each table of the array `name`.
fn each<T>(fields: &Fields<'_>, name: &'static str, read: fn(&Fields<'_>) -> Option<T>) -> Vec<T> {
    let read = |table: &Fields<'_>| {
        let entity = read(table);
        table.finish();
        entity
    };
    fields.tables(name).iter().filter_map(read).collect()
}

/// Capabilities; whether they exist is not checked yet.
fn needs(fields: &Fields<'_>) -> Vec<crate::Spanned<String>> {
    let items = fields.optional("needs").map(|value| value.items()).unwrap_or_default();
    items.iter().filter_map(|item| item.name(is_name)).collect()
}

fn problem(fields: &Fields<'_>) -> Option<Problem> {
    let text = |name| fields.required(name).and_then(|value| value.text());
    let number = |name| fields.required(name).and_then(|value| value.number());
    let (who, improve, unit) = (text("who"), text("improve"), text("unit"));
    let (from, to) = (number("from"), number("to"));
    let evidence = fields.texts("evidence");
    Some(Problem { who: who?, improve: improve?, from: from?, to: to?, unit: unit?, evidence })
}

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
fn scope(fields: &Fields<'_>) -> Option<Scope> {
    Some(Scope { does: fields.texts("does"), does_not: fields.texts("does_not") })
}

fn mode(fields: &Fields<'_>) -> Option<Mode> {
    let kinds = [("augment", false), ("automate", true)];
    let automate = fields.required("kind").and_then(|value| value.choice(&kinds));
    let decides = fields.text("decides");
    let (controls, regulated) = (fields.texts("controls"), fields.texts("regulated"));
    let drift = within(fields, "drift", drift).unwrap_or_default();
    Some(Mode {
        automate: automate?,
        decides,
        controls,
        regulated,
        approve_at_most: drift.approve_at_most,
        dwell_at_least_s: drift.dwell_at_least_s,
        catch_at_least: drift.catch_at_least,
    })
}

/// Limits against rubber-stamping.
#[derive(Default)]
struct Drift {
    approve_at_most: Option<f64>,
    dwell_at_least_s: Option<f64>,
    catch_at_least: Option<f64>,
}

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
fn drift(fields: &Fields<'_>) -> Option<Drift> {
    let share = |name| fields.optional(name)?.number_within(SHARE);
    let dwell = fields.optional("dwell_at_least");
    Some(Drift {
        approve_at_most: share("approve_at_most"),
        dwell_at_least_s: dwell.and_then(|value| value.duration(duration::seconds)),
        catch_at_least: share("catch_at_least"),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "one of the readers that `within` takes")]
fn cost(fields: &Fields<'_>) -> Option<Cost> {
    let amount = |name| fields.optional(name)?.number_within(NOT_NEGATIVE);
    let loads = fields.optional("loads").map(|value| value.items()).unwrap_or_default();
    Some(Cost {
        per_interaction_at_most: amount("per_interaction_at_most"),
        currency: fields.optional("currency").and_then(|value| value.currency()),
        revenue_per_interaction: amount("revenue_per_interaction"),
        loads: loads.iter().filter_map(|load| load.number_within(NOT_NEGATIVE)).collect(),
        place: fields.place(),
    })
}

fn baseline(fields: &Fields<'_>) -> Option<Baseline> {
    let text = |name| fields.required(name).and_then(|value| value.text());
    let (kind, what) = (text("kind"), text("what"));
    let metric = fields.reference("metric", Kind::Metric);
    let value = fields.optional("value").and_then(|value| value.number());
    Some(Baseline { kind: kind?, what: what?, metric, value })
}

fn alternative(fields: &Fields<'_>) -> Option<Alternative> {
    let what = fields.required("what").and_then(|value| value.text());
    let flag = |name| fields.optional(name).and_then(|value| value.flag()).unwrap_or(false);
    let (chosen, tried) = (flag("chosen"), flag("tried"));
    Some(Alternative { what: what?, chosen, tried })
}

fn component(fields: &Fields<'_>) -> Option<Component> {
    let id = fields.required("id").and_then(|value| value.name(is_name));
    let kind = fields.required("kind").and_then(|value| value.word(&COMPONENTS));
    let (stands_for, goes_when) = (fields.text("stands_for"), fields.text("goes_when"));
    let effort = fields.optional("effort").and_then(|value| value.effort());
    Some(Component { id: id?.value, kind: kind?, stands_for, goes_when, effort })
}

fn risk(fields: &Fields<'_>) -> Option<Risk> {
    let what = fields.required("what").and_then(|value| value.text());
    let mitigate = fields.text("mitigate");
    let owner = fields.reference("owner", Kind::Person);
    Some(Risk { what: what?, mitigate, owner })
}

fn time_box(fields: &Fields<'_>) -> Option<TimeBox> {
    let starts = fields.required("starts").and_then(|value| value.date());
    let written = fields.required("decide_by");
    let decide_by = written.as_ref().and_then(|value| Some(value.spanned(value.date()?)));
    let if_undecided = fields.required("if_undecided").and_then(|v| v.choice(&IF_UNDECIDED));
    let (starts, decide_by) = (starts?, decide_by?);
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
    })
}
