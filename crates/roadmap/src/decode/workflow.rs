//! `workflows/*.toml`.

use super::Fields;
use super::suppression::suppressions;
use crate::name::is_name;
use crate::workflow::{Mark, WorkStage, Workflow};

pub(crate) fn workflow(fields: &Fields<'_>) -> Option<Workflow> {
    let id = fields.own_id(is_name);
    let profession = fields.required("profession").and_then(|value| value.spanned_text());
    let stages = fields.each("stage", stage);
    if stages.is_empty() {
        let message = "a workflow without a `[[stage]]` describes no work".to_owned();
        fields.complain(message, Some("add `[[stage]]`: id, what, time".to_owned()));
    }
    Some(Workflow {
        stages,
        boundaries: fields.within("boundaries", mark),
        tolerance: fields.within("tolerance", mark),
        data: fields.within("data", mark),
        allow: suppressions(fields),
        place: fields.place(),
        id: id?,
        profession: profession?,
    })
}

fn stage(fields: &Fields<'_>) -> Option<WorkStage> {
    let id = fields.required("id").and_then(|value| value.name(is_name));
    let what = fields.required("what").and_then(|value| value.text());
    let time = fields.optional("time").and_then(|value| value.length());
    let (fails, magic) = (fields.texts("fails"), fields.text("magic"));
    Some(WorkStage { id: id?, what: what?, time, fails, magic })
}

fn mark(fields: &Fields<'_>) -> Option<Mark> {
    let mark = fields.required("mark").and_then(|value| value.mark());
    let because = fields.text("because");
    Some(Mark { mark: mark?, because })
}
