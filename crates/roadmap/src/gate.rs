//! A gate: criteria that both sides signed.

use std::fmt;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::schema::written;
use crate::word::words;
use crate::{Place, Side, Spanned};

mod difference;

pub(crate) use difference::changed_parts;
pub use difference::{differences, moved};

/// Criteria and who agreed to them.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Gate {
    /// For example `graduate`.
    #[schemars(skip)]
    pub name: Spanned<String>,
    /// One line each.
    #[schemars(length(min = 1))]
    pub criteria: Vec<Criterion>,
    /// Both sides' word that these are the criteria.
    #[schemars(rename = "signed")]
    pub signature: Option<Signature>,
    /// `b3:` and 8 hex digits of the BLAKE3 hash of the canonical criteria.
    #[schemars(skip)]
    pub digest: String,
}

/// The word of one side, then of both, that these are the criteria.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Signature {
    /// Who signed for product; nobody yet if absent.
    pub product: Option<Spanned<String>>,
    /// Who signed for R&D; nobody yet if absent.
    pub rd: Option<Spanned<String>>,
    /// The day of the later signature.
    pub on: Date,
    /// The digest of the criteria that were signed.
    pub digest: Spanned<String>,
}

/// One line of a gate.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(untagged)]
pub enum Criterion {
    Measured(#[schemars(with = "MeasuredInGate")] Measured),
    Attested(Attested),
}

/// A bound on a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    pub metric: Spanned<String>,
    pub bound: Bound,
    pub role: Role,
    /// Only interactions that carry this segment.
    pub among: Option<String>,
    /// The bound is on the difference to this, not on the value itself.
    pub versus: Option<Versus>,
    /// Only people of this arm of the experiment. May be left out in a comparison where there is one arm
    /// beside control.
    pub arm: Option<Spanned<String>>,
    /// How many windows of `every` days must not refute it. 1 and no `every`: the whole time-box.
    pub windows: u32,
    pub every_days: Option<u32>,
    pub place: Place,
}

/// What only a person can vouch for.
#[derive(Debug, Clone, PartialEq)]
pub struct Attested {
    /// What is vouched for.
    pub attest: Spanned<String>,
    /// Which part of being ready it is.
    pub kind: Option<ReadinessKind>,
    /// Who vouched; nobody yet if absent.
    pub by: Option<Spanned<String>>,
    pub link: Option<String>,
    pub on: Option<Date>,
    pub place: Place,
}

/// The allowed side, ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
    Between(f64, f64),
}

words! {
    /// What a value is compared with.
    pub enum Versus {
        /// The control arm of the bet's experiment, over the same days.
        Control = "control",
        /// The same metric over as many days before the time-box: weaker, as other things change too.
        Before = "before",
    }
}

words! {
    /// Why a criterion stands in the gate.
    pub enum Role {
        /// Why we do it: product, business or cost.
        Goal = "goal",
        /// What must not break; model quality lives here.
        Guardrail = "guardrail",
        /// What it may cost.
        Budget = "budget",
        /// What must stand before users come.
        Readiness = "readiness",
    }
}

words! {
    /// A part of being ready.
    pub enum ReadinessKind {
        /// Where it runs, and who is called at night.
        Infrastructure = "infrastructure",
        /// How it is seen that it fails.
        Monitoring = "monitoring",
        /// Who answers users.
        Support = "support",
        /// Who taught its users.
        Training = "training",
        /// What the law asks for.
        Compliance = "compliance",
    }
}

/// A bound on a metric.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Measured")]
#[expect(dead_code, reason = "only its schema is used")]
struct MeasuredText {
    /// A metric's id.
    metric: String,
    /// The smallest value that is allowed; or `at_most`, or `between`.
    at_least: Option<f64>,
    /// The largest value that is allowed; or `at_least`, or `between`.
    at_most: Option<f64>,
    /// The smallest and the largest value that are allowed, instead of `at_least` or `at_most`.
    between: Option<[f64; 2]>,
    /// Why it stands there.
    role: Option<Role>,
    /// Only interactions that carry this segment.
    among: Option<String>,
    /// Bound the difference to this instead of the value.
    versus: Option<Versus>,
    /// Only people of this arm of the experiment.
    arm: Option<String>,
    /// How many windows of `every` must not refute it.
    #[schemars(range(min = 1, max = 1000))]
    windows: Option<u32>,
    /// The length of a window, for example `1w`.
    #[schemars(with = "Option<written::Length>")]
    every: Option<String>,
}

/// What only a person can vouch for.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Attested")]
#[expect(dead_code, reason = "only its schema is used")]
struct AttestedText {
    /// What a person vouches for.
    attest: String,
    /// Always the same.
    role: Option<AttestedRole>,
    /// Which part of being ready it is.
    kind: Option<ReadinessKind>,
    /// Who vouched.
    by: Option<String>,
    /// When.
    on: Option<Date>,
    /// Where it can be seen.
    link: Option<String>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
enum AttestedRole {
    /// What must stand before users come.
    #[schemars(rename = "readiness")]
    Readiness,
}

/// [`Measured`] with a role, which it cannot be without in a gate.
struct MeasuredInGate;

impl JsonSchema for MeasuredInGate {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MeasuredInGate".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Measured::json_schema(generator);
        schema.insert("required".to_owned(), serde_json::json!(["metric", "role"]));
        schema
    }
}

impl JsonSchema for Measured {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        MeasuredText::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        // That it has exactly one bound, `check` says: as `oneOf`, editors report every misspelt key
        // of a criterion as three missing bounds.
        MeasuredText::json_schema(generator)
    }
}

impl JsonSchema for Attested {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        AttestedText::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        AttestedText::json_schema(generator)
    }
}

impl Gate {
    /// True when both sides signed these very criteria.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.signature.as_ref().is_some_and(Signature::is_whole) && !self.is_stale()
    }

    /// True when what was signed, by one side or by both, are other criteria.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.signature.as_ref().is_some_and(|signature| signature.digest.value != self.digest)
    }

    /// Says whose signature is missing; `None` when both sides signed, whatever they signed.
    #[must_use]
    pub fn unsigned(&self) -> Option<String> {
        let name = &self.name.value;
        let signed = |side| self.signature.as_ref().is_some_and(|by| by.by(side).is_some());
        match (signed(Side::Product), signed(Side::Rd)) {
            (true, true) => None,
            (false, false) => Some(format!("nobody has signed the criteria of `{name}`")),
            (product, _) => {
                let there = if product { Side::Product } else { Side::Rd }.spoken();
                Some(format!("the criteria of `{name}` are signed by {there} only"))
            }
        }
    }
}

impl Signature {
    /// Who signed for a side.
    #[must_use]
    pub fn by(&self, side: Side) -> Option<&Spanned<String>> {
        match side {
            Side::Product => self.product.as_ref(),
            Side::Rd => self.rd.as_ref(),
        }
    }

    /// The side that is still to sign.
    #[must_use]
    pub fn missing(&self) -> Option<Side> {
        [Side::Product, Side::Rd].into_iter().find(|side| self.by(*side).is_none())
    }

    fn is_whole(&self) -> bool {
        self.missing().is_none()
    }
}

/// The whole line: "`acceptance` at least 0.6 among `de`, goal, 2 windows of 7 days".
impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Criterion::Attested(attested) => write!(f, "attestation `{}`", attested.attest.value),
            Criterion::Measured(measured) => {
                write!(f, "`{}` {}", measured.metric.value, measured.bound)?;
                if let Some(versus) = measured.versus {
                    write!(f, " more than {}", versus.spoken())?;
                }
                if let Some(arm) = &measured.arm {
                    write!(f, " in `{}`", arm.value)?;
                }
                if let Some(among) = &measured.among {
                    write!(f, " among `{among}`")?;
                }
                write!(f, ", {}", measured.role)?;
                match (measured.windows, measured.every_days) {
                    (_, None) => Ok(()),
                    (1, Some(days)) => write!(f, ", 1 window of {days} days"),
                    (windows, Some(days)) => write!(f, ", {windows} windows of {days} days"),
                }
            }
        }
    }
}

impl Versus {
    /// In a sentence: "more than control".
    #[must_use]
    pub const fn spoken(self) -> &'static str {
        match self {
            Versus::Control => "control",
            Versus::Before => "before",
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bound::AtLeast(low) => write!(f, "at least {low}"),
            Bound::AtMost(high) => write!(f, "at most {high}"),
            Bound::Between(low, high) => write!(f, "between {low} and {high}"),
        }
    }
}
