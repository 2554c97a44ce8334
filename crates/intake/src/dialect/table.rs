//! The table: our field, and where each dialect says it, best source first.

use super::Dialect::{
    Langfuse, Mlflow, OpenInference, OpenLlmetry, Otel, OtelLegacy, Own, Pydantic, Shared, Vercel,
};
use super::From::{
    AnswerId, Attribute, BetFlag, BetKey, BetMember, BetResource, BetRule, BetTag, Event,
    EventTime, Implies, Member, Members, Moment, Resource, Seconds, Text, Texts,
};
use super::{Dialect, From, Mapping, Ours, Source};

const fn source(dialect: Dialect, from: From) -> Source {
    Source { dialect, from }
}

const fn own(key: &'static str) -> Source {
    source(Own, Attribute(key))
}

const fn otel(key: &'static str) -> Source {
    source(Otel, Attribute(key))
}

const fn legacy(key: &'static str) -> Source {
    source(OtelLegacy, Attribute(key))
}

const fn inference(key: &'static str) -> Source {
    source(OpenInference, Attribute(key))
}

const fn llmetry(key: &'static str) -> Source {
    source(OpenLlmetry, Attribute(key))
}

const fn langfuse(key: &'static str) -> Source {
    source(Langfuse, Attribute(key))
}

const fn vercel(key: &'static str) -> Source {
    source(Vercel, Attribute(key))
}

const fn pydantic(key: &'static str) -> Source {
    source(Pydantic, Attribute(key))
}

const fn shared(key: &'static str) -> Source {
    source(Shared, Attribute(key))
}

const fn resource(key: &'static str) -> Source {
    source(Shared, Resource(key))
}

const fn line(ours: Ours, sources: &'static [Source]) -> Mapping {
    Mapping { ours, sources }
}

/// What OpenInference keeps of a request, as JSON.
const INVOCATION: &str = "llm.invocation_parameters";
/// What Langfuse keeps of tokens and money, as JSON.
const USAGE: &str = "langfuse.observation.usage_details";
const COST: &str = "langfuse.observation.cost_details";
const MODEL_PARAMETERS: &str = "langfuse.observation.model.parameters";
const MLFLOW_USAGE: &str = "mlflow.chat.tokenUsage";

/// Our field, and where each dialect says it. One span is one row, even if two conventions are on it.
pub const TABLE: &[Mapping] = &[
    line(
        Ours::Op,
        &[
            own("trueup.op"),
            langfuse("langfuse.observation.type"),
            inference("openinference.span.kind"),
            vercel("ai.operationId"),
            otel("gen_ai.operation.name"),
            llmetry("llm.request.type"),
            llmetry("traceloop.span.kind"),
            source(Mlflow, Attribute("mlflow.spanType")),
            source(Otel, Implies("gen_ai.tool.name", "execute_tool")),
            source(OpenInference, Implies("tool.name", "execute_tool")),
            source(Pydantic, Implies("agent_name", "invoke_agent")),
            source(Otel, Implies("gen_ai.agent.name", "invoke_agent")),
            source(OpenInference, Implies("embedding.model_name", "embeddings")),
            source(Otel, Implies("gen_ai.request.model", "chat")),
            source(Otel, Implies("gen_ai.response.model", "chat")),
            source(OpenInference, Implies("llm.model_name", "chat")),
            source(Langfuse, Implies("langfuse.observation.model.name", "chat")),
            source(Otel, Implies("gen_ai.usage.output_tokens", "chat")),
        ],
    ),
    line(
        Ours::Provider,
        &[
            otel("gen_ai.provider.name"),
            legacy("gen_ai.system"),
            inference("llm.provider"),
            inference("llm.system"),
            vercel("ai.model.provider"),
        ],
    ),
    line(
        Ours::ModelRequested,
        // OpenInference's twin `gen_ai.request.model` holds the model that answered.
        &[
            inference("llm.request.model_name"),
            source(OpenInference, Member(INVOCATION, "model")),
            inference("embedding.model_name"),
            otel("gen_ai.request.model"),
            vercel("ai.model.id"),
            langfuse("langfuse.observation.model.name"),
            pydantic("model_name"),
        ],
    ),
    line(
        Ours::ModelAnswered,
        &[
            otel("gen_ai.response.model"),
            inference("llm.response.model_name"),
            inference("llm.model_name"),
            vercel("ai.response.model"),
        ],
    ),
    line(
        Ours::ResponseId,
        &[
            otel("gen_ai.response.id"),
            vercel("ai.response.id"),
            source(OpenInference, AnswerId("output.value")),
        ],
    ),
    line(
        Ours::TokensIn,
        &[
            otel("gen_ai.usage.input_tokens"),
            legacy("gen_ai.usage.prompt_tokens"),
            inference("llm.token_count.prompt"),
            llmetry("llm.usage.prompt_tokens"),
            vercel("ai.usage.inputTokens"),
            vercel("ai.usage.promptTokens"),
            vercel("ai.usage.tokens"),
            source(Langfuse, Members(USAGE, "input")),
            source(Mlflow, Member(MLFLOW_USAGE, "input_tokens")),
        ],
    ),
    line(
        Ours::TokensOut,
        &[
            otel("gen_ai.usage.output_tokens"),
            legacy("gen_ai.usage.completion_tokens"),
            inference("llm.token_count.completion"),
            llmetry("llm.usage.completion_tokens"),
            vercel("ai.usage.outputTokens"),
            vercel("ai.usage.completionTokens"),
            source(Langfuse, Members(USAGE, "output")),
            source(Mlflow, Member(MLFLOW_USAGE, "output_tokens")),
        ],
    ),
    line(
        Ours::TokensCached,
        &[
            otel("gen_ai.usage.cache_read.input_tokens"),
            inference("llm.token_count.prompt_details.cache_read"),
            llmetry("gen_ai.usage.cache_read_input_tokens"),
            vercel("ai.usage.cachedInputTokens"),
            source(Langfuse, Member(USAGE, "input_cached_tokens")),
            source(Langfuse, Member(USAGE, "cache_read_input_tokens")),
            source(Langfuse, Member(USAGE, "input_cache_read")),
        ],
    ),
    line(
        Ours::TokensCacheWrite,
        &[
            otel("gen_ai.usage.cache_write.input_tokens"),
            otel("gen_ai.usage.cache_creation.input_tokens"),
            inference("llm.token_count.prompt_details.cache_write"),
            llmetry("gen_ai.usage.cache_creation_input_tokens"),
            source(Langfuse, Member(USAGE, "cache_creation_input_tokens")),
            source(Langfuse, Member(USAGE, "input_cache_creation")),
        ],
    ),
    line(
        Ours::TokensReasoning,
        &[
            otel("gen_ai.usage.reasoning.output_tokens"),
            inference("llm.token_count.completion_details.reasoning"),
            llmetry("gen_ai.usage.reasoning_tokens"),
            llmetry("llm.usage.reasoning_tokens"),
            vercel("ai.usage.reasoningTokens"),
            source(Langfuse, Member(USAGE, "output_reasoning_tokens")),
            source(Langfuse, Member(USAGE, "output_reasoning")),
        ],
    ),
    line(
        Ours::CostReported,
        &[
            own("trueup.cost"),
            otel("gen_ai.usage.cost"),
            inference("llm.cost.total"),
            source(Langfuse, Member(COST, "total")),
            pydantic("operation.cost"),
        ],
    ),
    line(
        Ours::FinishReason,
        &[
            otel("gen_ai.response.finish_reasons"),
            inference("llm.finish_reason"),
            llmetry("gen_ai.response.finish_reason"),
            legacy("gen_ai.completion.0.finish_reason"),
            vercel("ai.response.finishReason"),
        ],
    ),
    line(
        Ours::FirstToken,
        &[
            source(Otel, Seconds("gen_ai.response.time_to_first_chunk")),
            source(OpenInference, EventTime("First Token Stream Event")),
            source(OpenLlmetry, EventTime("gen_ai.content.completion.chunk")),
            source(OpenLlmetry, EventTime("llm.content.completion.chunk")),
            vercel("ai.response.msToFirstChunk"),
            source(Langfuse, Moment("langfuse.observation.completion_start_time")),
        ],
    ),
    line(
        Ours::Error,
        // Besides these the span's status: without a name it is `error`.
        &[
            otel("error.type"),
            shared("exception.type"),
            source(Shared, Event("exception", "exception.type")),
        ],
    ),
    line(
        Ours::Session,
        &[
            own("trueup.session"),
            otel("gen_ai.conversation.id"),
            shared("session.id"),
            langfuse("langfuse.session.id"),
            llmetry("traceloop.association.properties.session_id"),
            llmetry("traceloop.association.properties.conversation_id"),
            llmetry("traceloop.association.properties.chat_id"),
            llmetry("traceloop.association.properties.thread_id"),
            vercel("ai.telemetry.metadata.sessionId"),
            source(Mlflow, Attribute("mlflow.trace.session")),
            shared("gcp.vertex.agent.session_id"),
        ],
    ),
    line(
        Ours::Subject,
        // Never stored: its pseudonym is.
        &[
            own("trueup.unit"),
            shared("enduser.pseudo.id"),
            shared("user.hash"),
            shared("user.id"),
            shared("enduser.id"),
            langfuse("langfuse.user.id"),
            source(OpenInference, Member(INVOCATION, "user")),
            llmetry("traceloop.association.properties.user_id"),
            llmetry("gen_ai.user"),
            llmetry("llm.user"),
            vercel("ai.telemetry.metadata.userId"),
            source(Mlflow, Attribute("mlflow.trace.user")),
            shared("feature_flag.context.id"),
            source(Shared, Event("feature_flag.evaluation", "feature_flag.context.id")),
        ],
    ),
    line(
        Ours::Bet,
        &[
            source(Own, BetKey("")),
            source(Own, BetResource),
            source(Shared, BetFlag),
            source(OpenLlmetry, BetKey("traceloop.association.properties.")),
            source(OpenInference, BetMember("metadata")),
            source(OpenInference, BetTag("tag.tags")),
            source(Langfuse, BetKey("langfuse.trace.metadata.")),
            source(Langfuse, BetKey("langfuse.observation.metadata.")),
            source(Langfuse, BetTag("langfuse.trace.tags")),
            source(Vercel, BetKey("ai.telemetry.metadata.")),
            source(Shared, BetRule),
        ],
    ),
    line(
        Ours::Flag,
        &[
            shared("feature_flag.key"),
            source(Shared, Event("feature_flag.evaluation", "feature_flag.key")),
        ],
    ),
    line(
        Ours::Variant,
        &[
            own("trueup.variant"),
            source(Own, Resource("trueup.variant")),
            shared("feature_flag.result.variant"),
            shared("feature_flag.variant"),
            source(Shared, Event("feature_flag.evaluation", "feature_flag.result.variant")),
            source(Shared, Event("feature_flag.evaluation", "feature_flag.variant")),
            llmetry("traceloop.association.properties.variant"),
            source(OpenInference, Member("metadata", "variant")),
            langfuse("langfuse.trace.metadata.variant"),
            langfuse("langfuse.observation.metadata.variant"),
            vercel("ai.telemetry.metadata.variant"),
        ],
    ),
    line(
        Ours::Tenant,
        &[
            own("trueup.tenant"),
            source(Own, Resource("trueup.tenant")),
            shared("tenant.id"),
            resource("tenant.id"),
            llmetry("traceloop.association.properties.tenant_id"),
            source(OpenInference, Member("metadata", "tenant")),
            langfuse("langfuse.trace.metadata.tenant"),
            vercel("ai.telemetry.metadata.tenant"),
        ],
    ),
    line(Ours::Feature, &[own("trueup.feature"), source(Own, Resource("trueup.feature"))]),
    line(Ours::Surface, &[own("trueup.surface"), source(Own, Resource("trueup.surface"))]),
    line(Ours::Stage, &[own("trueup.stage"), source(Own, Resource("trueup.stage"))]),
    line(Ours::Mode, &[own("trueup.mode"), source(Own, Resource("trueup.mode"))]),
    line(Ours::Segments, &[own("trueup.segments"), source(Own, Resource("trueup.segments"))]),
    line(Ours::Confidence, &[own("trueup.confidence")]),
    line(Ours::Prediction, &[own("trueup.prediction")]),
    line(Ours::Consent, &[own("trueup.consent")]),
    line(
        Ours::Workflow,
        &[
            own("trueup.workflow"),
            otel("gen_ai.workflow.name"),
            llmetry("traceloop.workflow.name"),
            langfuse("langfuse.trace.name"),
            vercel("ai.telemetry.functionId"),
            inference("graph.node.name"),
        ],
    ),
    line(
        Ours::Agent,
        &[
            otel("gen_ai.agent.name"),
            inference("agent.name"),
            pydantic("agent_name"),
            inference("llm.agent_name"),
        ],
    ),
    line(
        Ours::Tool,
        &[otel("gen_ai.tool.name"), inference("tool.name"), vercel("ai.toolCall.name")],
    ),
    line(
        Ours::Prompt,
        &[
            otel("gen_ai.prompt.name"),
            inference("prompt.id"),
            llmetry("traceloop.prompt.key"),
            langfuse("langfuse.observation.prompt.name"),
        ],
    ),
    line(
        Ours::PromptVersion,
        &[
            otel("gen_ai.prompt.version"),
            inference("llm.prompt_template.version"),
            llmetry("traceloop.prompt.version"),
            langfuse("langfuse.observation.prompt.version"),
        ],
    ),
    line(Ours::Service, &[resource("service.name")]),
    line(
        Ours::Environment,
        &[
            resource("deployment.environment.name"),
            resource("deployment.environment"),
            langfuse("langfuse.environment"),
        ],
    ),
    line(Ours::Release, &[resource("service.version"), langfuse("langfuse.release")]),
    line(
        Ours::Streamed,
        &[
            otel("gen_ai.request.stream"),
            llmetry("gen_ai.is_streaming"),
            llmetry("llm.is_streaming"),
            source(OpenInference, Member(INVOCATION, "stream")),
        ],
    ),
    line(
        Ours::Temperature,
        &[
            otel("gen_ai.request.temperature"),
            source(OpenInference, Member(INVOCATION, "temperature")),
            vercel("ai.settings.temperature"),
            source(Langfuse, Member(MODEL_PARAMETERS, "temperature")),
        ],
    ),
    line(
        Ours::TopP,
        &[otel("gen_ai.request.top_p"), source(OpenInference, Member(INVOCATION, "top_p"))],
    ),
    line(
        Ours::MaxTokens,
        &[
            otel("gen_ai.request.max_tokens"),
            llmetry("gen_ai.request.max_completion_tokens"),
            source(OpenInference, Member(INVOCATION, "max_tokens")),
            source(OpenInference, Member(INVOCATION, "max_completion_tokens")),
            vercel("ai.settings.maxOutputTokens"),
            vercel("ai.settings.maxTokens"),
        ],
    ),
    line(
        Ours::Seed,
        &[otel("gen_ai.request.seed"), source(OpenInference, Member(INVOCATION, "seed"))],
    ),
    line(
        Ours::ServiceTier,
        &[
            otel("openai.response.service_tier"),
            legacy("gen_ai.openai.response.service_tier"),
            otel("openai.request.service_tier"),
            legacy("gen_ai.openai.request.service_tier"),
            source(OpenInference, Member(INVOCATION, "service_tier")),
        ],
    ),
    line(Ours::EventName, &[shared("event.name")]),
    line(Ours::EventId, &[own("trueup.id")]),
    line(Ours::Target, &[own("trueup.target"), own("trueup.interaction")]),
    line(Ours::TargetKind, &[own("trueup.target_kind")]),
    line(Ours::ScoreName, &[own("trueup.score.name"), otel("gen_ai.evaluation.name")]),
    line(Ours::ScoreValue, &[own("trueup.score.value"), otel("gen_ai.evaluation.score.value")]),
    line(Ours::ScoreLabel, &[own("trueup.score.label"), otel("gen_ai.evaluation.score.label")]),
    line(
        Ours::ScoreSource,
        &[own("trueup.source"), own("trueup.score.source"), inference("annotator_kind")],
    ),
    line(Ours::ScoreAuthor, &[own("trueup.score.author")]),
    line(Ours::ScoreRubric, &[own("trueup.score.rubric")]),
    line(Ours::ScoreSupersedes, &[own("trueup.score.supersedes")]),
    line(Ours::ActionKind, &[own("trueup.action.kind")]),
    line(Ours::ActionSeq, &[own("trueup.action.seq")]),
    line(Ours::ActionActor, &[own("trueup.action.actor")]),
    line(Ours::ActionDwell, &[own("trueup.action.dwell_ms")]),
    line(Ours::ActionEditFirst, &[own("trueup.action.edit_share_first")]),
    line(Ours::ActionEditPrevious, &[own("trueup.action.edit_share_previous")]),
    line(
        Ours::Input,
        &[
            source(Otel, Text("gen_ai.input.messages")),
            source(OtelLegacy, Texts("gen_ai.prompt.")),
            source(OpenInference, Texts("llm.input_messages.")),
            source(Langfuse, Text("langfuse.observation.input")),
            source(Vercel, Text("ai.prompt.messages")),
            source(Vercel, Text("ai.prompt")),
            source(Vercel, Text("ai.values")),
            source(Vercel, Text("ai.toolCall.args")),
            source(Otel, Text("gen_ai.tool.call.arguments")),
            source(Otel, Text("gen_ai.retrieval.query.text")),
            source(OpenLlmetry, Text("traceloop.entity.input")),
            source(Pydantic, Text("pydantic_ai.all_messages")),
            source(Pydantic, Text("tool_arguments")),
            source(Mlflow, Text("mlflow.spanInputs")),
            source(OpenInference, Text("input.value")),
        ],
    ),
    line(
        Ours::Output,
        &[
            source(Otel, Text("gen_ai.output.messages")),
            source(OtelLegacy, Texts("gen_ai.completion.")),
            source(OpenInference, Texts("llm.output_messages.")),
            source(Langfuse, Text("langfuse.observation.output")),
            source(Vercel, Text("ai.response.text")),
            source(Vercel, Text("ai.response.object")),
            source(Vercel, Text("ai.toolCall.result")),
            source(Otel, Text("gen_ai.tool.call.result")),
            source(OpenLlmetry, Text("traceloop.entity.output")),
            source(Pydantic, Text("final_result")),
            source(Pydantic, Text("tool_response")),
            source(Mlflow, Text("mlflow.spanOutputs")),
            source(OpenInference, Text("output.value")),
        ],
    ),
    line(Ours::System, &[source(Otel, Text("gen_ai.system_instructions"))]),
    line(
        Ours::Tools,
        &[
            source(Otel, Text("gen_ai.tool.definitions")),
            source(OpenInference, Texts("llm.tools.")),
            source(Vercel, Text("ai.prompt.tools")),
        ],
    ),
    line(
        Ours::Documents,
        &[
            source(Otel, Text("gen_ai.retrieval.documents")),
            source(OpenInference, Texts("retrieval.documents.")),
        ],
    ),
    line(
        Ours::Explanation,
        &[
            source(Own, Text("trueup.score.explanation")),
            source(Otel, Text("gen_ai.evaluation.explanation")),
        ],
    ),
];
