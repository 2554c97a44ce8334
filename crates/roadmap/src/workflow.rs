//! A workflow: a profession's work from end to end, stage by stage.

use schemars::JsonSchema;

use crate::schema::written;
use crate::{Length, Place, Spanned, Suppression};

/// What people of one profession do, from end to end. How much of it is served is derived.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Workflow {
    /// Lower-case words with dashes.
    #[schemars(with = "written::Name")]
    pub id: Spanned<String>,
    /// Whose work it is: an occupation, not an industry.
    pub profession: Spanned<String>,
    /// The steps, in order.
    #[schemars(rename = "stage", length(min = 1))]
    pub stages: Vec<WorkStage>,
    /// How clear it is where the work starts and ends: 1 to 5.
    pub boundaries: Option<Mark>,
    /// How well the work bears a mistake of the machine: 1 to 5.
    pub tolerance: Option<Mark>,
    /// How good the data of the work is: 1 to 5.
    pub data: Option<Mark>,
    /// Lints that are suppressed in this file, each with a reason and an end.
    #[schemars(default)]
    pub allow: Vec<Suppression>,
    /// The whole file.
    #[schemars(skip)]
    pub place: Place,
}

/// One step of the work.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WorkStage {
    /// Its name within the workflow.
    #[schemars(with = "written::Name")]
    pub id: Spanned<String>,
    /// What is done.
    pub what: String,
    /// What it takes of a working week, for example `6h`.
    pub time: Option<Length>,
    /// How it fails today.
    #[schemars(default)]
    pub fails: Vec<String>,
    /// What would feel like magic.
    pub magic: Option<String>,
}

/// A mark with its reason.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Mark {
    /// 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    pub mark: u8,
    /// Why.
    pub because: Option<String>,
}
