//! What each dialect of telemetry calls the things that we store: one table, [`TABLE`], and how it
//! is read. `docs/dialects.md` is printed from it.

mod index;
mod page;
mod said;
mod table;

pub use index::{Index, Use};
pub use page::page;
pub use said::{Heard, Said, entries};
pub use table::TABLE;

/// A convention that clients speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// Ours: `trueup.*`.
    Own,
    /// Keys that several conventions share and that tell none from another.
    Shared,
    /// OpenTelemetry's GenAI convention since 1.37.
    Otel,
    /// The same as of 1.36 and before: `gen_ai.system`, one log record for each message.
    OtelLegacy,
    OpenInference,
    /// Traceloop's.
    OpenLlmetry,
    Langfuse,
    /// The Vercel AI SDK.
    Vercel,
    /// Pydantic AI and Logfire.
    Pydantic,
    Mlflow,
}

impl Dialect {
    /// Those that a row may be said to be in: if several left marks, the first of these.
    pub const SPOKEN: [Dialect; 8] = [
        Dialect::Langfuse,
        Dialect::OpenInference,
        Dialect::OpenLlmetry,
        Dialect::Vercel,
        Dialect::Pydantic,
        Dialect::Mlflow,
        Dialect::OtelLegacy,
        Dialect::Otel,
    ];

    /// The name in the field `dialect`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::Own => "trueup",
            Dialect::Shared => "any",
            Dialect::Otel => "otel",
            Dialect::OtelLegacy => "otel-legacy",
            Dialect::OpenInference => "openinference",
            Dialect::OpenLlmetry => "openllmetry",
            Dialect::Langfuse => "langfuse",
            Dialect::Vercel => "vercel",
            Dialect::Pydantic => "pydantic-ai",
            Dialect::Mlflow => "mlflow",
        }
    }

    pub(crate) const fn mark(self) -> u16 {
        1 << self as u16
    }
}

/// One line of the table: a thing of ours, and where it may stand. The first source that holds a
/// value of the right kind wins.
#[derive(Debug, Clone, Copy)]
pub struct Mapping {
    pub ours: Ours,
    pub sources: &'static [Source],
}

/// Where one dialect says it.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    pub dialect: Dialect,
    pub from: From,
}

/// The place of a value in a span or log record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// An attribute of the span or log record.
    Attribute(&'static str),
    /// A number of seconds, which we keep in milliseconds.
    Seconds(&'static str),
    /// A time; kept is the distance from the start of the span.
    Moment(&'static str),
    /// An attribute of the resource.
    Resource(&'static str),
    /// A member of an attribute that holds a JSON object as text.
    Member(&'static str, &'static str),
    /// The sum of all members whose names contain a word.
    Members(&'static str, &'static str),
    /// The `id` of a provider's answer that an attribute holds as JSON.
    AnswerId(&'static str),
    /// An attribute of the first event of that name on the span.
    Event(&'static str, &'static str),
    /// The time of the first event of that name, from the start of the span.
    EventTime(&'static str),
    /// The attribute is there, whatever it holds, and that means the value.
    Implies(&'static str, &'static str),
    /// An attribute whose key starts so and goes on with the name of a bet key: see
    /// [`crate::Settings::bet_keys`].
    BetKey(&'static str),
    /// A resource attribute with the name of a bet key.
    BetResource,
    /// A member with the name of a bet key.
    BetMember(&'static str),
    /// A text `bet:NAME` in a list.
    BetTag(&'static str),
    /// The roadmap gives the flag of [`Ours::Flag`] to a bet.
    BetFlag,
    /// The roadmap gives the workflow, agent, prompt, tool or service of that name to a bet.
    BetRule,
    /// Text, kept only if capture is on: an attribute as it is.
    Text(&'static str),
    /// Text in attributes that start so and go on with a number: one for each message.
    Texts(&'static str),
}

/// How the values of a line are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// Text of at most 512 bytes; of a list the first.
    Text,
    /// All texts of a list.
    Texts,
    /// A whole number that is not negative; also if written as text or with a fraction of zero.
    Count,
    Number,
    Truth,
    /// The name of an operation, in the words of OpenTelemetry.
    Operation,
    /// The name of a provider, in the words of OpenTelemetry.
    Provider,
    /// Why a model stopped, in one spelling.
    Finish,
    /// What went wrong, in one spelling.
    Error,
    /// The bet's own order, see [`crate::attribution`].
    Bet,
    /// Text that is kept only if capture is on.
    Captured,
}

macro_rules! ours {
    ($($name:ident $text:literal $as:ident,)*) => {
        /// What we store, or need on the way.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Ours {
            $($name,)*
        }

        impl Ours {
            /// In the order of the table.
            pub const ALL: &'static [Ours] = &[$(Ours::$name,)*];

            /// The name of the stored field, or what it is for.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Ours::$name => $text,)*
                }
            }

            /// How its values are read.
            #[must_use]
            pub const fn kind(self) -> As {
                match self {
                    $(Ours::$name => As::$as,)*
                }
            }
        }
    };
}

ours! {
    Op "op" Operation,
    Provider "provider" Provider,
    ModelRequested "model_requested" Text,
    ModelAnswered "model_answered" Text,
    ResponseId "response_id" Text,
    TokensIn "tokens_in" Count,
    TokensOut "tokens_out" Count,
    TokensCached "tokens_cached" Count,
    TokensCacheWrite "tokens_cache_write" Count,
    TokensReasoning "tokens_reasoning" Count,
    CostReported "cost_reported" Number,
    FinishReason "finish_reason" Finish,
    FirstToken "first_token_ms" Number,
    Error "error" Error,
    Session "session" Text,
    Subject "unit" Text,
    Bet "bet" Bet,
    Flag "the flag that was asked" Text,
    Variant "variant" Text,
    Tenant "tenant" Text,
    Feature "feature" Text,
    Surface "surface" Text,
    Stage "stage" Text,
    Mode "mode" Text,
    Segments "segments" Texts,
    Confidence "confidence" Number,
    Prediction "prediction" Text,
    Consent "consent" Text,
    Workflow "workflow" Text,
    Agent "agent" Text,
    Tool "tool" Text,
    Prompt "prompt" Text,
    PromptVersion "prompt_version" Text,
    Service "service" Text,
    Environment "environment" Text,
    Release "release" Text,
    Streamed "`streamed` in attributes" Truth,
    Temperature "`temperature` in attributes" Number,
    TopP "`top_p` in attributes" Number,
    MaxTokens "`max_tokens` in attributes" Count,
    Seed "`seed` in attributes" Number,
    ServiceTier "`service_tier` in attributes" Text,
    EventName "a log record's event" Text,
    EventId "a score's or action's `id`" Text,
    Target "`target` of a score, `interaction` of an action" Text,
    TargetKind "`target_kind` of a score" Text,
    ScoreName "`name` of a score" Text,
    ScoreValue "`value` of a score" Number,
    ScoreLabel "`label` of a score" Text,
    ScoreSource "`source` of a score" Text,
    ScoreAuthor "`author` of a score" Text,
    ScoreRubric "`rubric` of a score" Text,
    ScoreSupersedes "`supersedes` of a score" Text,
    ActionKind "`kind` of an action" Text,
    ActionSeq "`seq` of an action" Count,
    ActionActor "`actor` of an action" Text,
    ActionDwell "`dwell_ms` of an action" Number,
    ActionEditFirst "`edit_share_first` of an action" Number,
    ActionEditPrevious "`edit_share_previous` of an action" Number,
    Input "payload `input`" Captured,
    Output "payload `output`" Captured,
    System "payload `system`" Captured,
    Tools "payload `tools`" Captured,
    Documents "payload `documents`" Captured,
    Explanation "payload `explanation`" Captured,
}

impl Ours {
    pub(crate) const COUNT: usize = Ours::ALL.len();
}
