//! The data review of a bet: bias, sparsity, the cost of labels, freshness, and what cannot be done.

use jiff::civil::Date;
use schemars::JsonSchema;

use crate::schema::written;
use crate::{Place, Spanned};

/// What both sides know about the data before they lock the bet in.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DataReview {
    /// When and by whom it was reviewed.
    pub reviewed: Option<Reviewed>,
    /// Who or what is under-represented.
    pub bias: Option<String>,
    /// Where there is too little.
    pub sparsity: Option<String>,
    /// Labels: how many, of how many, and what one costs.
    pub labels: Option<Labels>,
    /// How old the data is.
    pub fresh: Option<String>,
    /// What the model cannot do.
    #[schemars(default)]
    pub cannot: Vec<Spanned<String>>,
    /// What must stay true for the review to hold.
    #[schemars(default)]
    pub assumes: Vec<Assumption>,
    /// Steps of the work that are logged: `prompt`, `edit`, `accept`, `submit` ...
    #[schemars(default)]
    pub gathers: Vec<Spanned<String>>,
    /// Labels for capabilities that its use will bring.
    #[schemars(default)]
    pub will_collect: Vec<Collected>,
    /// The table itself.
    #[schemars(skip)]
    pub place: Place,
}

/// A review and its date.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Reviewed {
    /// The day.
    pub on: Spanned<Date>,
    /// Who reviewed.
    #[schemars(default)]
    pub by: Vec<Spanned<String>>,
}

/// Labelled cases: what there is and what is needed.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Labels {
    /// What one label costs.
    #[schemars(range(min = 0))]
    pub cost: Option<f64>,
    /// The currency of that; policy's if absent.
    #[schemars(with = "Option<written::Currency>")]
    pub currency: Option<String>,
    /// How many there are.
    pub have: u64,
    /// How many are needed.
    pub need: u64,
    /// The table itself.
    #[schemars(skip)]
    pub place: Place,
}

impl Labels {
    /// True when there are as many as needed.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        self.have >= self.need
    }
}

/// Something taken for true: a text, or a table with the day it is looked at again.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumption {
    /// What is assumed.
    pub what: Spanned<String>,
    /// When it is looked at again.
    pub review_by: Option<Spanned<Date>>,
}

/// The two ways to write an [`Assumption`].
#[derive(JsonSchema)]
#[schemars(untagged, rename = "Assumption")]
#[expect(dead_code, reason = "only its schema is used")]
enum AssumptionText {
    /// What is assumed.
    Text(String),
    /// What is assumed, and until when.
    Table(AssumptionTable),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct AssumptionTable {
    /// What is assumed.
    what: String,
    /// When it is looked at again.
    review_by: Option<Date>,
}

impl JsonSchema for Assumption {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        AssumptionText::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        AssumptionText::json_schema(generator)
    }
}

/// Labels that the use of a bet brings for a capability.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Collected {
    /// The capability.
    #[schemars(rename = "for")]
    pub capability: Spanned<String>,
    /// How many within the time-box.
    pub labels: u64,
}
