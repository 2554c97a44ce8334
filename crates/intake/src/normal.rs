//! One spelling for what clients spell in many: operations, providers, reasons to stop, errors.

use std::borrow::Cow;

/// An operation in the words of OpenTelemetry; none if it names no operation of a model, agent or
/// tool.
#[must_use]
pub fn operation(said: &str) -> Option<Cow<'static, str>> {
    let said = said.trim_matches('"').to_ascii_lowercase();
    Some(Cow::Borrowed(match said.as_str() {
        "" | "span" | "event" | "unknown" | "parser" => return None,
        "chat"
        | "llm"
        | "chat_model"
        | "generation"
        | "ai.generatetext.dogenerate"
        | "ai.streamtext.dostream"
        | "ai.generateobject.dogenerate"
        | "ai.streamobject.dostream" => "chat",
        "text_completion" | "completion" => "text_completion",
        "generate_content" => "generate_content",
        "embeddings" | "embedding" | "ai.embed.doembed" | "ai.embedmany.doembed" => "embeddings",
        "rerank" | "reranker" => "rerank",
        "retrieval" | "retriever" => "retrieval",
        "execute_tool" | "tool" | "ai.toolcall" => "execute_tool",
        "create_agent" => "create_agent",
        "invoke_agent" | "agent" | "ai.generatetext" | "ai.streamtext" | "ai.generateobject"
        | "ai.streamobject" => "invoke_agent",
        "invoke_workflow" | "workflow" | "chain" | "ai.embed" | "ai.embedmany" => "invoke_workflow",
        "evaluator" | "evaluation" => "evaluate",
        _ => return Some(Cow::Owned(identifier(&said)?)),
    }))
}

/// A provider in the words of OpenTelemetry.
#[must_use]
pub fn provider(said: &str) -> Cow<'static, str> {
    let said = said.to_ascii_lowercase();
    let head = said.split('.').next().unwrap_or_default();
    Cow::Borrowed(match said.as_str() {
        "vertex_ai" | "vertexai" | "google_vertexai" | "gcp.vertex" => "gcp.vertex_ai",
        "gemini" | "google" | "google_genai" | "google.generative-ai" | "google_ai_studio" => {
            "gcp.gemini"
        }
        "az.ai.inference" => "azure.ai.inference",
        "az.ai.openai" | "azure" | "azure_openai" => "azure.ai.openai",
        "xai" => "x_ai",
        "mistralai" => "mistral_ai",
        "bedrock" | "aws" | "aws_bedrock" | "amazon-bedrock" | "amazon_bedrock" => "aws.bedrock",
        "watsonx" => "ibm.watsonx.ai",
        "moonshot" => "moonshot_ai",
        _ if said.starts_with("google.vertex") => "gcp.vertex_ai",
        _ if said.starts_with("google.") => "gcp.gemini",
        _ if said.starts_with("azure-openai") || said.starts_with("azure.openai") => {
            "azure.ai.openai"
        }
        // The Vercel AI SDK adds which of a provider's interfaces it used.
        _ => match head {
            "openai" => "openai",
            "anthropic" => "anthropic",
            "groq" => "groq",
            "cohere" => "cohere",
            "deepseek" => "deepseek",
            "perplexity" => "perplexity",
            "mistral" => "mistral_ai",
            "xai" => "x_ai",
            _ => return Cow::Owned(said),
        },
    })
}

/// Why a model stopped; none if it is no name of a reason.
#[must_use]
pub fn finish(said: &str) -> Option<Cow<'static, str>> {
    let said = snake(said);
    Some(Cow::Borrowed(match said.as_str() {
        "stop" | "end_turn" | "stop_sequence" | "completed" | "complete" | "eos" | "eos_token" => {
            "stop"
        }
        "tool_calls" | "tool_call" | "tool_use" | "function_call" => "tool_calls",
        "length" | "max_tokens" | "max_output_tokens" | "model_length" => "length",
        "content_filter" | "content_filtered" | "safety" | "refusal" => "content_filter",
        _ => return Some(Cow::Owned(identifier(&said)?)),
    }))
}

/// What went wrong: a name, never a message, for messages quote what was asked.
#[must_use]
pub fn error(said: &str) -> String {
    let is_path =
        |said: &str| said.chars().all(|c| c.is_ascii_alphanumeric() || "_.:/$-".contains(c));
    let said = said.trim();
    let last = said.rsplit(['.', ':', '/']).find(|part| !part.is_empty());
    let Some(name) = last.filter(|_| is_path(said)).map(snake).and_then(|name| identifier(&name))
    else {
        return "error".to_owned();
    };
    let stem = name.strip_suffix("_error").or_else(|| name.strip_suffix("_exception"));
    let stem = stem.filter(|stem| !stem.is_empty()).unwrap_or(&name);
    match stem {
        "429"
        | "rate_limit"
        | "rate_limit_exceeded"
        | "ratelimit"
        | "too_many_requests"
        | "throttling"
        | "throttled"
        | "resource_exhausted" => "rate_limit",
        "408" | "504" | "timeout" | "api_timeout" | "read_timeout" | "connect_timeout"
        | "deadline_exceeded" | "gateway_timeout" | "request_timeout" | "timed_out" => "timeout",
        "401" | "authentication" | "unauthenticated" | "unauthorized" | "invalid_api_key" => {
            "authentication"
        }
        "403" | "permission_denied" | "permission" | "forbidden" => "permission",
        "404" | "not_found" | "model_not_found" => "not_found",
        "400"
        | "422"
        | "bad_request"
        | "invalid_request"
        | "unprocessable_entity"
        | "invalid_argument" => "invalid_request",
        "500" | "502" | "internal_server" | "server" | "api" | "internal" | "bad_gateway" => {
            "server"
        }
        "503" | "529" | "service_unavailable" | "overloaded" | "unavailable" => "overloaded",
        "api_connection" | "connection" | "connect" | "connection_refused" => "connection",
        "cancelled" | "canceled" | "api_user_abort" | "abort" => "cancelled",
        "other" => "other",
        other => other,
    }
    .to_owned()
}

/// `RateLimitError`, `tool-calls` and `MAX_TOKENS` in small letters with underscores.
fn snake(said: &str) -> String {
    let mut snake = String::with_capacity(said.len() + 4);
    let mut small = false;
    for character in said.trim().chars() {
        if character.is_ascii_uppercase() && small {
            snake.push('_');
        }
        small = character.is_ascii_lowercase() || character.is_ascii_digit();
        match character {
            '-' | ' ' => snake.push('_'),
            _ => snake.push(character.to_ascii_lowercase()),
        }
    }
    snake.trim_matches('_').to_owned()
}

/// The text if it reads as a name: short, and of letters, digits and joints alone.
fn identifier(said: &str) -> Option<String> {
    let joints = |character: char| matches!(character, '_' | '.' | '-' | '$');
    let fits = (1..=64).contains(&said.len())
        && said.chars().all(|character| character.is_ascii_alphanumeric() || joints(character));
    fits.then(|| said.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{error, finish, operation, provider};

    #[test]
    fn three_spellings_of_a_rate_limit_are_one() {
        for said in ["openai.RateLimitError", "RateLimitError", "rate_limit_exceeded", "429"] {
            assert_eq!(error(said), "rate_limit", "{said}");
        }
        assert_eq!(error("java.net.SocketTimeoutException"), "socket_timeout");
        assert_eq!(error("_OTHER"), "other");
        assert_eq!(error("Rate limit reached for jane@example.org"), "error");
        assert_eq!(error("could not reach a server"), "error");
        assert_eq!(error(""), "error");
    }

    #[test]
    fn names_are_those_of_opentelemetry() {
        assert_eq!(operation("LLM").as_deref(), Some("chat"));
        assert_eq!(operation("\"CHAT_MODEL\"").as_deref(), Some("chat"));
        assert_eq!(operation("ai.generateText.doGenerate").as_deref(), Some("chat"));
        assert_eq!(operation("plan").as_deref(), Some("plan"));
        assert_eq!(operation("SPAN"), None);
        assert_eq!(provider("OpenAI"), "openai");
        assert_eq!(provider("openai.responses"), "openai");
        assert_eq!(provider("az.ai.openai"), "azure.ai.openai");
        assert_eq!(provider("azure.ai.openai"), "azure.ai.openai");
        assert_eq!(provider("mistralai"), "mistral_ai");
        assert_eq!(provider("aws.bedrock"), "aws.bedrock");
        assert_eq!(provider("acme"), "acme");
        assert_eq!(finish("tool_call"), finish("tool-calls"));
        assert_eq!(finish("MAX_TOKENS").as_deref(), Some("length"));
        assert_eq!(finish("because I said so, dear"), None);
        assert_eq!(finish("end_turn").as_deref(), Some("stop"));
    }
}
