//! The four CSV files, as a product team's warehouse would export them.

use std::io;

use jiff::civil::Date;

use crate::calendar::END_MS;
use crate::call::{Answered, Call, Decision, Outcome, Survival, Verb};
use crate::chance::mixed;
use crate::criteria::Criteria;
use crate::judging::{Judgement, Judges};
use crate::row::{DayNames, Rows, whole};
use crate::telemetry::Outputs;
use crate::text::{Captured, Library, Written};

const CALLS_HEADER: &str = "call_id,called_at,feature_key,user_hash,plan,variant,model,prompt_tokens,\
                            completion_tokens,price_usd,duration_ms,error_code,score,predicted,\
                            criteria,answer_begins";
const DECISIONS_HEADER: &str = "call_id,called_at,feature_key,user_hash,plan,variant,decided_at,\
                                decision,seconds_spent,share_changed";
const JUDGEMENTS_HEADER: &str = "judgement_id,call_id,called_at,feature_key,user_hash,plan,variant,\
                                 judged_at,what,value,predicted,true_class,score";
const TEXTS_HEADER: &str =
    "call_id,called_at,feature_key,user_hash,plan,variant,kind,seq,sent_at,text";

/// How many ids in a row one call may need: its own and one for each kind of judgement that it shows
/// itself. What others say of it has ids far from these.
pub const IDS_PER_CALL: u64 = 4;
const PLANTED_ID: u64 = 1;
const LABEL_ID: u64 = 2;
const SURVIVAL_ID: u64 = 3;

/// The files that are being written.
pub struct Files<'a> {
    calls: Rows<'a>,
    decisions: Rows<'a>,
    judgements: Rows<'a>,
    texts: Rows<'a>,
    judges: Judges,
    criteria: Criteria,
    library: Library,
}

impl<'a> Files<'a> {
    pub fn new(outputs: &'a mut Outputs<'_>, days: &'a DayNames, last_day: Date) -> Files<'a> {
        Files {
            calls: Rows::new(&mut *outputs.calls, days, CALLS_HEADER),
            decisions: Rows::new(&mut *outputs.decisions, days, DECISIONS_HEADER),
            judgements: Rows::new(&mut *outputs.judgements, days, JUDGEMENTS_HEADER),
            texts: Rows::new(&mut *outputs.texts, days, TEXTS_HEADER),
            judges: Judges::default(),
            criteria: Criteria::new(last_day),
            library: Library::read(),
        }
    }

    /// Writes a call and what followed from it before the story ends, with its texts if they are kept.
    pub fn write(&mut self, call: &Call, with_texts: bool) -> io::Result<()> {
        let captured = with_texts.then(|| self.library.captured(call)).flatten();
        let criteria = self.criteria.at(call.feature, call.at_ms);
        write_call(&mut self.calls, call, criteria, captured.as_ref())?;
        for text in captured.iter().flat_map(|captured| &captured.texts) {
            write_text(&mut self.texts, call, text)?;
        }
        let Outcome::Answered(answered) = &call.outcome else { return Ok(()) };
        if let Some(decision) = answered.decision.as_ref().filter(|it| it.at_ms < END_MS) {
            let changed = captured.and_then(|captured| captured.changed);
            let changed = changed.unwrap_or(decision.changed);
            write_decision(&mut self.decisions, call, decision, changed)?;
            if answered.planted {
                write_planted(&mut self.judgements, call, decision)?;
            }
        }
        if let Some(at_ms) = answered.labelled_at_ms.filter(|at_ms| *at_ms < END_MS) {
            write_label(&mut self.judgements, call, answered, at_ms)?;
        }
        if let Some(survival) = answered.survival.filter(|it| it.at_ms < END_MS) {
            write_survival(&mut self.judgements, call, survival)?;
        }
        for judgement in self.judges.judge(call, answered).filter(|it| it.at_ms < END_MS) {
            write_judgement(&mut self.judgements, call, &judgement)?;
        }
        Ok(())
    }

    /// Hands on what is left.
    pub fn finish(self) -> io::Result<()> {
        self.calls.finish()?;
        self.decisions.finish()?;
        self.judgements.finish()?;
        self.texts.finish()
    }
}

fn write_call(
    rows: &mut Rows<'_>,
    call: &Call,
    criteria: &str,
    captured: Option<&Captured>,
) -> io::Result<()> {
    write_context(rows, call);
    rows.text(call.behaviour.model.name).integer(call.tokens_in).integer(call.tokens_out);
    match call.price_usd {
        Some(usd) => rows.decimal(usd, 6),
        None => rows.empty(),
    };
    rows.integer(call.duration_ms);
    match &call.outcome {
        Outcome::Failed(error) => rows.text(error).empty().empty(),
        Outcome::Answered(answered) => {
            rows.empty().decimal(answered.confidence, 3).text(yes_or_no(answered.predicted))
        }
    };
    rows.text(criteria);
    match captured {
        Some(captured) => rows.quoted(&captured.beginning()),
        None => rows.empty(),
    };
    rows.end()
}

fn write_decision(
    rows: &mut Rows<'_>,
    call: &Call,
    decision: &Decision,
    changed: f64,
) -> io::Result<()> {
    write_context(rows, call);
    rows.time(decision.at_ms).text(decision.verb.name());
    rows.decimal(decision.seconds, 1).decimal(changed, 3).end()
}

fn write_text(rows: &mut Rows<'_>, call: &Call, text: &Written) -> io::Result<()> {
    write_context(rows, call);
    rows.text(text.kind).integer(text.seq).time(text.at_ms).quoted(&text.text).end()
}

fn write_planted(rows: &mut Rows<'_>, call: &Call, decision: &Decision) -> io::Result<()> {
    rows.id("jdg_", mixed(call.ids.wrapping_add(PLANTED_ID)));
    write_context(rows, call);
    let caught = decision.verb != Verb::Accepted;
    rows.time(decision.at_ms).text("planted_error_caught").integer(u64::from(caught));
    rows.empty().empty().empty().end()
}

fn write_label(
    rows: &mut Rows<'_>,
    call: &Call,
    answered: &Answered,
    at_ms: u64,
) -> io::Result<()> {
    rows.id("jdg_", mixed(call.ids.wrapping_add(LABEL_ID)));
    write_context(rows, call);
    let Answered { predicted, truth, confidence, .. } = *answered;
    rows.time(at_ms).text("correct").integer(u64::from(predicted == truth));
    rows.text(yes_or_no(predicted)).text(yes_or_no(truth)).decimal(confidence, 3).end()
}

fn write_survival(rows: &mut Rows<'_>, call: &Call, survival: Survival) -> io::Result<()> {
    rows.id("jdg_", mixed(call.ids.wrapping_add(SURVIVAL_ID)));
    write_context(rows, call);
    rows.time(survival.at_ms).text("kept_after_a_day").decimal(survival.kept, 3);
    rows.empty().empty().empty().end()
}

fn write_judgement(rows: &mut Rows<'_>, call: &Call, judgement: &Judgement) -> io::Result<()> {
    let Judgement { id, what, value, places, at_ms } = *judgement;
    rows.id("jdg_", id);
    write_context(rows, call);
    rows.time(at_ms).text(what);
    match places {
        0 => rows.integer(whole(value)),
        _ => rows.decimal(value, places),
    };
    rows.empty().empty().empty().end()
}

/// What all four files say of a call: which, when, of what, by whom, in which arm.
fn write_context(rows: &mut Rows<'_>, call: &Call) {
    rows.id("call_", mixed(call.ids)).time(call.at_ms).text(call.behaviour.feature_key);
    rows.id("u_", call.user.hash).text(call.user.plan);
    rows.text(call.user.arm.map_or("", |arm| arm.name));
}

impl Verb {
    fn name(self) -> &'static str {
        match self {
            Verb::Accepted => "accepted",
            Verb::Rejected => "rejected",
            Verb::Overridden => "overridden",
        }
    }
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}
