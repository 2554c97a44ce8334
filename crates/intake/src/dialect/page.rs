//! `docs/dialects.md`, printed from the table.

use std::fmt::Write as _;

use super::{Dialect, From, Ours, TABLE};
use crate::attributes::ALLOWED;

/// The dialects with columns of their own, in this order.
const COLUMNS: [(Dialect, &str); 6] = [
    (Dialect::Own, "Ours"),
    (Dialect::Otel, "OpenTelemetry"),
    (Dialect::OpenInference, "OpenInference"),
    (Dialect::OpenLlmetry, "OpenLLMetry"),
    (Dialect::Langfuse, "Langfuse"),
    (Dialect::Vercel, "Vercel, others"),
];

const HEAD: &str = "\
# Dialects

What each convention calls the fields that Trueup stores. This page is printed from
`crates/intake/src/dialect/table.rs`; a test holds the two equal.

The number before a source is its place in the order: the first source that holds a value of the right kind
wins, whichever convention it is from, so a span on which two conventions stand is one row. Attribute names
stand as they are. `a → b` is member `b` of the JSON object in attribute `a`, `a → *b*` the sum of its
members with `b` in the name, `resource a` an attribute of the resource, `event a → b` an attribute of the
span's first event `a`, and `a ⇒ b` says that the presence of `a` means `b`. `KEY` is a key that names the
bet: `trueup.bet` and `bet.id` unless the settings say otherwise, and among other people's metadata also
`bet` and `bet_id`.

";

/// The page.
#[must_use]
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    let titles: Vec<&str> = COLUMNS.iter().map(|(_, title)| *title).collect();
    let _ = writeln!(page, "| field | {} |", titles.join(" | "));
    let _ = writeln!(page, "|---|{}", "---|".repeat(COLUMNS.len()));
    for mapping in TABLE {
        let cells: Vec<String> =
            (0..COLUMNS.len()).map(|column| cell(mapping.ours, column)).collect();
        let _ = writeln!(page, "| {} | {} |", mapping.ours.name(), cells.join(" | "));
    }
    page.push_str(TAIL);
    let allowed: Vec<String> = ALLOWED.iter().map(|key| format!("`{key}`")).collect();
    let _ = writeln!(page, "{}.", allowed.join(", "));
    page
}

/// The sources of a line in one column.
fn cell(ours: Ours, column: usize) -> String {
    let sources = TABLE[ours as usize].sources.iter().enumerate();
    let own = sources.filter(|(_, source)| column_of(source.dialect) == column);
    let own = own.map(|(place, source)| format!("{}. {}", place + 1, said(source.from)));
    own.collect::<Vec<_>>().join("<br>")
}

fn column_of(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Own => 0,
        Dialect::Shared | Dialect::Otel | Dialect::OtelLegacy => 1,
        Dialect::OpenInference => 2,
        Dialect::OpenLlmetry => 3,
        Dialect::Langfuse => 4,
        Dialect::Vercel | Dialect::Pydantic | Dialect::Mlflow => 5,
    }
}

fn said(from: From) -> String {
    match from {
        From::Attribute(key) | From::Text(key) => format!("`{key}`"),
        From::Seconds(key) => format!("`{key}` (seconds)"),
        From::Moment(key) => format!("`{key}` (a time)"),
        From::Resource(key) => format!("resource `{key}`"),
        From::Member(key, member) => format!("`{key}` → `{member}`"),
        From::Members(key, word) => format!("`{key}` → *{word}*"),
        From::AnswerId(key) => format!("`{key}` → `id` of a whole answer"),
        From::Event(name, key) => format!("event `{name}` → `{key}`"),
        From::EventTime(name) => format!("event `{name}`, its time"),
        From::Implies(key, meaning) => format!("`{key}` ⇒ `{meaning}`"),
        From::BetKey(prefix) => format!("`{prefix}KEY`"),
        From::BetResource => "resource `KEY`".to_owned(),
        From::BetMember(key) => format!("`{key}` → `KEY`"),
        From::BetTag(key) => format!("`bet:NAME` in `{key}`"),
        From::BetFlag => "the roadmap gives the flag to a bet".to_owned(),
        From::BetRule => {
            "the roadmap gives the workflow, agent, prompt, tool or service to a bet".to_owned()
        }
        From::Texts(prefix) => format!("`{prefix}N.*`"),
    }
}

const TAIL: &str = "
Whatever a span inherits from others of its trace (bet, variant, person, session, customer) is decided in the
store, which sees all of them; this table is about what a span says itself.

## What a span is

A span with an operation (the first line) is an interaction. One without, in which no key of a model stands, is
telemetry. One whose keys look like those of a model in a convention that nobody knows is an interaction in
dialect `unknown`: its numbers and the names of all its attributes are kept.

## Log records

| event | becomes |
|---|---|
| `gen_ai.evaluation.result`, `trueup.score` | a score of `trueup.target`, else of the span it was written in, else of the answer with `gen_ai.response.id`, else of the session |
| `trueup.action` | an action on `trueup.interaction` or the span it was written in; `trueup.action.kind` is accepted, edited, rejected, overridden, ignored, or a kind of ours |
| `gen_ai.client.inference.operation.details`, `gen_ai.*.message`, `gen_ai.choice` | texts of the span, if capture is on |
| `feature_flag.evaluation` and all others | telemetry |

The name of the event is `event_name` or, as older clients have it, the attribute `event.name`.

## What is kept

Besides the fields: numbers and truths of any attribute whose name does not look personal, and text of the
attributes at the end of this page, of names in the table and of those that the settings add. All other text
(prompts, template variables, tool arguments, documents, status messages, names) is dropped unless capture is
on, and then it goes to `payloads`, and the first 200 characters of the answer to `text`. Capture is off, whole,
or redacted: without mail addresses, phone numbers and card numbers, which is a courtesy and no promise. Ids of
people become pseudonyms: HMAC-SHA-256 under the store's secret, with the customer's name in it.

## What it cost

    (tokens_in - tokens_cached - tokens_cache_write) x input + tokens_cached x cached
        + tokens_cache_write x cache_write + tokens_out x output

by the first table that knows the model that answered, or else the one that was asked: the roadmap's, then the
public one that is built in (`crates/intake/prices/public.tsv`, with its source, licence and date). A table without
a price for cached tokens has them at the price of `input`. An answer of a model, service tier or day that no table
knows, or without its tokens, has no cost, and never a cost of zero. `price_version` names the table.

## Attributes whose text is kept

";
