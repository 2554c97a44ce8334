//! What a number is made of, to be drawn: where a model is too sure, what moved, when people leave.

use schemars::JsonSchema;
use serde::Serialize;

/// Of the whole window. Intervals are of one point each, at the confidence of the number itself.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Shape {
    /// How sure the model was beside how often it was right.
    Calibration {
        /// By confidence; those without rows are left out.
        bins: Vec<ConfidenceBin>,
    },
    /// How numbers were spread in the reference and are now.
    Shift {
        /// The field whose values they are.
        field: String,
        measured_in: String,
        /// Rows of the reference.
        n_reference: u64,
        /// Rows of now.
        n: u64,
        /// Tenths of the reference, in order; fewer where many values are equal.
        bins: Vec<ValueBin>,
    },
    /// How classes were mixed in the reference and are now.
    Mix {
        /// The field whose texts they are.
        field: String,
        /// Rows of the reference.
        n_reference: u64,
        /// Rows of now.
        n: u64,
        /// Most frequent first; all beyond the first are `(other)`, which is last.
        classes: Vec<ClassShare>,
    },
    /// Who still comes, by days since they first came (Kaplan-Meier).
    Retention {
        /// The day that the metric asks about.
        after_days: u32,
        /// In order, from the first day, with a point wherever the share falls or, of very many, at some
        /// of them.
        days: Vec<DayShare>,
    },
}

/// The rows whose confidence lies close together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ConfidenceBin {
    pub n: u64,
    pub units: u64,
    /// The mean.
    pub confidence: f64,
    /// The mean: the share that came true.
    pub outcome: f64,
    /// Of the outcome; `null` where too few units have such rows.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// The rows whose value lies from one edge to the next; an edge is known to within 2 %.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ValueBin {
    /// `null`: whatever is smaller.
    pub from: Option<f64>,
    /// `null`: whatever is larger.
    pub to: Option<f64>,
    /// Of the rows of the reference.
    pub share_reference: f64,
    /// Of the rows of now.
    pub share: f64,
}

/// The rows of one class.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ClassShare {
    pub class: String,
    /// Of the rows of the reference.
    pub share_reference: f64,
    /// Of the rows of now.
    pub share: f64,
}

/// Who is still there on a day.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DayShare {
    /// Days since they first came.
    pub day: u32,
    /// The share that comes on this day or later.
    pub share: f64,
    pub low: f64,
    pub high: f64,
    /// Units that are known to have come on this day or later.
    pub units: u64,
}
