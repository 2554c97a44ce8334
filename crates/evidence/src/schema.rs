//! The tables of the store and the fields of each: what was shown, what the person did with it,
//! how it turned out.
//!
//! This is the one list. The store builds its columns from it, a metric's definition may name only
//! these fields, and the documentation prints it.

/// One table of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// One use of an AI feature by one person, or a part of such a use: the model calls and tools of
    /// an agent are parts of its invocation and name it in `part_of`. Uses are counted; what is
    /// [`Field::additive`] adds up over parts too.
    Interactions,
    /// One step of a person or a machine on an interaction.
    Actions,
    /// One judgement, whenever it comes: feedback, label, evaluation, business result.
    Scores,
    /// Full text, where capture is on: apart, so that it has its own retention.
    Payloads,
    /// What arrived and is none of these: other spans, log records, metric points.
    Telemetry,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Text,
    Texts,
    Number,
    Integer,
    Time,
}

impl Kind {
    /// What such a field takes, in the words of a message.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Texts => "a list of texts",
            Kind::Number => "a number",
            Kind::Integer => "an integer",
            Kind::Time => "a time",
        }
    }
}

/// One field of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    /// A row without it is not an event and is quarantined.
    pub required: bool,
    /// What it means, with its unit.
    pub meaning: &'static str,
    /// Computed from other fields of the row when asked for, never stored. In SQL.
    pub formula: Option<&'static str>,
    /// Adds up over the parts of an interaction, for example what it cost: see
    /// [`Table::Interactions`].
    pub additive: bool,
}

const fn field(name: &'static str, kind: Kind, meaning: &'static str) -> Field {
    Field { name, kind, required: false, meaning, formula: None, additive: false }
}

const fn required(name: &'static str, kind: Kind, meaning: &'static str) -> Field {
    Field { name, kind, required: true, meaning, formula: None, additive: false }
}

const fn computed(name: &'static str, meaning: &'static str, formula: &'static str) -> Field {
    Field { formula: Some(formula), ..field(name, Number, meaning) }
}

const fn additive(name: &'static str, kind: Kind, meaning: &'static str) -> Field {
    Field { additive: true, ..field(name, kind, meaning) }
}

use Kind::{Integer, Number, Text, Texts, Time};

const INTERACTIONS: &[Field] = &[
    required("id", Text, "the event's own id; a second event with it changes nothing"),
    required("at", Time, "when it happened"),
    field("bet", Text, "the bet it belongs to; empty is unattributed"),
    field("feature", Text, "the feature, as the product calls it"),
    field("variant", Text, "the arm of an experiment"),
    field("surface", Text, "where in the product"),
    field("tenant", Text, "the customer"),
    field("unit", Text, "the pseudonymous person: the unit of inference"),
    field("session", Text, "the session"),
    field("workflow", Text, "the workflow"),
    field("stage", Text, "the stage of the workflow"),
    field("segments", Texts, "segments the use belongs to, for `among`"),
    field("provider", Text, "the model's provider"),
    field("model_requested", Text, "the model asked for"),
    field("model_answered", Text, "the model that answered"),
    field("tier", Text, "the model tier"),
    field("mode", Text, "suggest, augment or automate"),
    additive("tokens_in", Integer, "tokens in, cached ones included"),
    additive("tokens_out", Integer, "tokens out, reasoning included"),
    additive("tokens_cached", Integer, "tokens read from the cache"),
    additive("tokens_reasoning", Integer, "tokens spent on reasoning"),
    additive("cost", Number, "what it cost, in `currency`; empty is unknown, never zero"),
    field("currency", Text, "the currency of `cost`; USD if empty"),
    field("price_version", Text, "the price table that `cost` rests on"),
    field("latency_ms", Number, "time to the whole answer, milliseconds"),
    field("first_token_ms", Number, "time to the first token, milliseconds"),
    field("confidence", Number, "the model's own probability of being right, 0 to 1"),
    field("prediction", Text, "the class the model predicted"),
    field("error", Text, "what went wrong; empty if nothing"),
    field("criteria_digest", Text, "the digest of the criteria in force"),
    field("text", Text, "the first 200 characters, if capture is on"),
    field("op", Text, "the operation, for example `chat`, `embeddings` or `invoke_agent`"),
    field("trace", Text, "the trace, in hex"),
    field("span", Text, "the span, in hex"),
    field("parent", Text, "the parent span, in hex"),
    field("part_of", Text, "the id of the use that this is a part of; empty if it is a use"),
    additive("composed", Integer, "1 if its usage is that of its parts, and so stands there"),
    field("inherited", Texts, "fields that it has from another span of its trace"),
    field("response_id", Text, "the provider's id of the answer"),
    additive("tokens_cache_write", Integer, "tokens written to the cache"),
    additive("cost_reported", Number, "what the client says it cost, in USD"),
    field("finish_reason", Text, "why the model stopped"),
    field("agent", Text, "the agent's name"),
    field("tool", Text, "the tool's name"),
    field("prompt", Text, "the prompt template's name"),
    field("prompt_version", Text, "the prompt template's version"),
    field("service", Text, "the service that sent it"),
    field("environment", Text, "the deployment environment"),
    field("release", Text, "the service's version"),
    field("consent", Text, "what the person allowed: `training`, or `none`; empty if not asked"),
    field("dialect", Text, "the convention that it was sent in"),
    field("attributes", Text, "other attributes that may be stored, as a JSON object"),
];

const ACTIONS: &[Field] = &[
    required("id", Text, "the event's own id; `interaction/seq` if it has none"),
    required("interaction", Text, "the interaction it is a step of"),
    field("seq", Integer, "its place among the steps"),
    required("at", Time, "when it happened"),
    field("bet", Text, "copied from the interaction"),
    field("variant", Text, "copied from the interaction"),
    field("unit", Text, "copied from the interaction"),
    field("segments", Texts, "copied from the interaction"),
    field("interaction_at", Time, "copied from the interaction: when that happened"),
    field("actor", Text, "person, model or tool"),
    required(
        "kind",
        Text,
        "prompt, suggest, view, explain, edit, accept, reject, override, regenerate, undo or submit",
    ),
    field("dwell_ms", Number, "time the person took for this step, milliseconds"),
    field(
        "edit_share_previous",
        Number,
        "edit distance to the text before, as a share of the longer text, 0 to 1",
    ),
    field(
        "edit_share_first",
        Number,
        "edit distance to the first suggestion, as a share of the longer text, 0 to 1",
    ),
    field("criteria_digest", Text, "the digest of the criteria in force"),
];

const SCORES: &[Field] = &[
    required("id", Text, "the event's own id"),
    required("target", Text, "the id of what it judges"),
    field(
        "target_kind",
        Text,
        "interaction, action, response, trace, session or unit; interaction if empty",
    ),
    required("at", Time, "when it was given"),
    field("bet", Text, "copied from the target"),
    field("variant", Text, "copied from the target"),
    field("unit", Text, "copied from the target"),
    field("segments", Texts, "copied from the target"),
    field("interaction_at", Time, "copied from the target: when that happened"),
    field("prediction", Text, "the class that is judged; copied from the target if empty"),
    field(
        "confidence",
        Number,
        "the probability of being right that is judged, 0 to 1; copied from the target if empty",
    ),
    required("name", Text, "what is judged, for example `label`, `survival` or `csat`"),
    field("value", Number, "the judgement as a number; true is 1, false is 0"),
    field("label", Text, "the judgement as a class"),
    computed(
        "squared_error",
        "(confidence - value)², whose mean is the Brier score",
        "(confidence - value) * (confidence - value)",
    ),
    computed(
        "log_loss",
        "-(value ln confidence + (1 - value) ln(1 - confidence)) in nats, with the confidence kept 1e-15 away from 0 and 1",
        LOG_LOSS,
    ),
    field("source", Text, "person, label, judge, rule or system"),
    field("author", Text, "the pseudonym of who gave it"),
    field("rubric", Text, "the version of the rubric"),
    field("supersedes", Text, "the id of the score that this one corrects"),
    field("criteria_digest", Text, "the digest of the criteria in force"),
];

/// An empty confidence stays empty, which the functions for the smaller and the larger of two would
/// not see to.
const LOG_LOSS: &str = "-(value * ln(CASE WHEN confidence < 1e-15 THEN 1e-15 \
     WHEN confidence > 1 - 1e-15 THEN 1 - 1e-15 ELSE confidence END) \
     + (1 - value) * ln(CASE WHEN confidence < 1e-15 THEN 1 - 1e-15 \
     WHEN confidence > 1 - 1e-15 THEN 1e-15 ELSE 1 - confidence END))";

const PAYLOADS: &[Field] = &[
    required("id", Text, "`interaction/kind/seq`"),
    required("interaction", Text, "the interaction whose text it is"),
    required("kind", Text, "input, output, system, tools, documents, first, final or explanation"),
    field("seq", Integer, "its place among the texts of its kind"),
    required("at", Time, "when it was sent"),
    field("bet", Text, "copied from the interaction"),
    field("variant", Text, "copied from the interaction"),
    field("unit", Text, "copied from the interaction"),
    field("segments", Texts, "copied from the interaction"),
    field("interaction_at", Time, "copied from the interaction: when that happened"),
    required("text", Text, "the whole text"),
];

const TELEMETRY: &[Field] = &[
    required("id", Text, "of a span `trace-span`, else a hash of what it says"),
    required("at", Time, "when it happened"),
    required("signal", Text, "span, log or metric"),
    field("name", Text, "the span's, event's or metric's name"),
    field("trace", Text, "the trace, in hex"),
    field("span", Text, "the span, in hex"),
    field("parent", Text, "the parent span, in hex"),
    field("bet", Text, "the bet that it names itself"),
    field("variant", Text, "the variant that it names itself"),
    field("tenant", Text, "the customer that it names itself"),
    field("unit", Text, "the pseudonymous person that it names itself"),
    field("session", Text, "the session that it names itself"),
    field("service", Text, "the service that sent it"),
    field("environment", Text, "the deployment environment"),
    field("release", Text, "the service's version"),
    field("duration_ms", Number, "of a span, milliseconds"),
    field("value", Number, "of a metric point; of a histogram its sum"),
    field("count", Integer, "of a histogram: how many values"),
    field("measured_in", Text, "the metric's unit, as in UCUM"),
    field("error", Text, "what went wrong; empty if nothing"),
    field("attributes", Text, "attributes that may be stored, as a JSON object"),
];

impl Table {
    /// The tables that a metric may count.
    pub const ALL: [Table; 3] = [Table::Interactions, Table::Actions, Table::Scores];
    /// The tables that an import may fill. A row may be about a row of a table before its own.
    pub const IMPORTED: [Table; 4] =
        [Table::Interactions, Table::Actions, Table::Scores, Table::Payloads];
    /// Every table of events. A row may be about a row of a table before its own.
    pub const STORED: [Table; 5] =
        [Table::Interactions, Table::Actions, Table::Scores, Table::Payloads, Table::Telemetry];

    /// The table's name in SQL and in the language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Table::Interactions => "interactions",
            Table::Actions => "actions",
            Table::Scores => "scores",
            Table::Payloads => "payloads",
            Table::Telemetry => "telemetry",
        }
    }

    /// Finds one of [`Table::ALL`] by name.
    #[must_use]
    pub fn named(name: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| table.name() == name)
    }

    /// The fields, stored and computed; the stored ones in the order of the columns.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Table::Interactions => INTERACTIONS,
            Table::Actions => ACTIONS,
            Table::Scores => SCORES,
            Table::Payloads => PAYLOADS,
            Table::Telemetry => TELEMETRY,
        }
    }

    /// Finds a field by name.
    #[must_use]
    pub fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// True if a row copies the bet, person and time of the interaction that it is about, and is an
    /// orphan as long as that is not known.
    #[must_use]
    pub const fn has_target(self) -> bool {
        matches!(self, Table::Actions | Table::Scores | Table::Payloads)
    }

    /// The field with the time of the interaction that a row is about. Windows are cut by it, so
    /// that late feedback counts for the day of what it judges.
    #[must_use]
    pub const fn target_time(self) -> &'static str {
        match self {
            Table::Interactions | Table::Telemetry => "at",
            Table::Actions | Table::Scores | Table::Payloads => "interaction_at",
        }
    }
}

/// What a text may be, in the order in which texts come to be.
pub const PAYLOAD_KINDS: [&str; 8] =
    ["system", "documents", "tools", "input", "first", "output", "explanation", "final"];

/// What an action may be: the process data of a decision.
pub const ACTION_KINDS: [&str; 11] = [
    "prompt",
    "suggest",
    "view",
    "explain",
    "edit",
    "accept",
    "reject",
    "override",
    "regenerate",
    "undo",
    "submit",
];
