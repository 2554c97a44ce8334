//! What is sent, and what is known of it: a seeded company whose clients send interactions, actions and
//! late judgements, some of them twice.
//!
//! Everything sent is remembered with what must be read back, and whether it was acknowledged.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

pub const BETS: [&str; 3] = ["drafts", "search", "triage"];
/// Each person is found by this many interactions, or about.
const PEOPLE: u32 = 40;
/// Days that interactions are spread over, so that each merge touches several partitions.
const DAYS: i64 = 3;
/// A trace lasts no longer, for spans further apart are looked at apart.
const LONGEST_TRACE_HOURS: i64 = 6;

/// A table, and the id of a row in it.
pub type Key = (&'static str, String);

/// One row as it was sent.
#[derive(Debug, Clone)]
pub struct Row {
    pub key: Key,
    /// Fields that must be read back as they are.
    pub fields: Map<String, Value>,
    /// The person by name, of whom the store knows only a pseudonym.
    pub unit: Option<String>,
    /// The interaction that it is about, from which it copies bet, person and time.
    pub target: Option<String>,
    /// The interaction whose bet it inherits in its trace.
    pub root: Option<String>,
}

/// A request that can be sent again as it is.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: &'static str,
    pub kind: &'static str,
    pub body: String,
    pub keys: Vec<Key>,
}

/// The company, and what is known of all that it sent.
pub struct World {
    random: ChaCha8Rng,
    now: Timestamp,
    sent: BTreeMap<Key, Row>,
    acknowledged: BTreeSet<Key>,
    erased: BTreeSet<String>,
    /// Interactions that judgements and actions are about.
    interactions: Vec<String>,
    /// Traces whose root span is not sent yet.
    rootless: Vec<Rootless>,
    requests: Vec<Request>,
    serial: u32,
}

/// A part of a trace that waits for its root, which alone names the bet.
struct Rootless {
    trace: String,
    root: String,
    bet: &'static str,
    /// When the root began, which is before its part did.
    at: String,
}

impl World {
    pub fn new(seed: u64, now: Timestamp) -> World {
        World {
            random: ChaCha8Rng::seed_from_u64(seed),
            now,
            sent: BTreeMap::new(),
            acknowledged: BTreeSet::new(),
            erased: BTreeSet::new(),
            interactions: Vec::new(),
            rootless: Vec::new(),
            requests: Vec::new(),
            serial: 0,
        }
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u32) -> u32 {
        self.random.random_range(0..limit)
    }

    pub fn sent(&self) -> &BTreeMap<Key, Row> {
        &self.sent
    }

    pub fn acknowledged(&self) -> &BTreeSet<Key> {
        &self.acknowledged
    }

    /// How much was sent.
    pub fn summary(&self) -> String {
        let (sent, acknowledged) = (self.sent.len(), self.acknowledged.len());
        format!("{sent} rows sent in {} requests, {acknowledged} acknowledged", self.requests.len())
    }

    /// True if the row is of a person who was erased, or about such a row.
    pub fn is_erased(&self, row: &Row) -> bool {
        let own = row.unit.as_ref().is_some_and(|unit| self.erased.contains(unit));
        let target =
            row.target.as_ref().and_then(|id| self.sent.get(&("interactions", id.clone())));
        own || target.is_some_and(|target| self.is_erased(target))
    }

    /// The next request: mostly new, sometimes one that was sent before.
    pub fn next(&mut self) -> Request {
        let again = !self.requests.is_empty() && self.below(5) == 0;
        if again {
            let index = self.random.random_range(0..self.requests.len());
            return self.requests[index].clone();
        }
        let request = match self.below(3) {
            0 => self.spans(),
            1 => self.lines(),
            _ => self.judgements(),
        };
        self.requests.push(request.clone());
        request
    }

    /// The server said that it has the request.
    pub fn acknowledge(&mut self, request: &Request) {
        self.acknowledged.extend(request.keys.iter().cloned());
    }

    /// A person and all that is ever sent of her.
    pub fn leaver(&mut self) -> (String, Request) {
        self.serial += 1;
        let unit = format!("leaver-{}", self.serial);
        let ids: Vec<String> = (0..3).map(|_| self.interaction_of(&unit)).collect();
        let mut rows: Vec<Row> = ids.iter().map(|id| self.sent_interaction(id)).collect();
        for id in &ids {
            rows.push(self.score(id));
        }
        // Nothing about her is sent later.
        self.interactions.retain(|id| !ids.contains(id));
        let request = lines(rows);
        (unit, request)
    }

    /// The person must not be found any more.
    pub fn erase(&mut self, unit: String) {
        self.erased.insert(unit);
    }

    /// New interactions, each with its steps.
    fn lines(&mut self) -> Request {
        let mut rows = Vec::new();
        for _ in 0..=self.below(6) {
            let unit = format!("person-{}", self.below(PEOPLE));
            let id = self.interaction_of(&unit);
            rows.push(self.sent_interaction(&id));
            if self.below(2) == 0 {
                rows.push(self.action(&id));
            }
        }
        lines(rows)
    }

    /// Judgements and steps on what was sent before, or is on its way just now.
    fn judgements(&mut self) -> Request {
        if self.interactions.is_empty() {
            return self.lines();
        }
        let mut rows = Vec::new();
        for _ in 0..=self.below(8) {
            let index = self.random.random_range(0..self.interactions.len());
            let id = self.interactions[index].clone();
            rows.push(if self.below(3) == 0 { self.action(&id) } else { self.score(&id) });
        }
        lines(rows)
    }

    fn interaction_of(&mut self, unit: &str) -> String {
        let id = self.id("i");
        let at = self.time();
        let bet = self.bet();
        let mut fields =
            fields(&json!({ "id": id, "at": at, "latency_ms": f64::from(self.below(900)) }));
        if let Some(bet) = bet {
            fields.insert("bet".to_owned(), json!(bet));
        }
        let key = ("interactions", id.clone());
        self.remember(Row { key, fields, unit: Some(unit.to_owned()), target: None, root: None });
        self.interactions.push(id.clone());
        id
    }

    fn sent_interaction(&self, id: &str) -> Row {
        self.sent[&("interactions", id.to_owned())].clone()
    }

    fn action(&mut self, target: &str) -> Row {
        let kind = ["accept", "edit", "reject", "view"][self.below(4) as usize];
        let id = self.id("a");
        let fields = fields(&json!({
            "id": id, "at": self.time(), "interaction": target, "kind": kind, "actor": "person",
        }));
        self.about("actions", &id, target, fields)
    }

    fn score(&mut self, target: &str) -> Row {
        let id = self.id("s");
        let name = ["kept", "stars"][self.below(2) as usize];
        let fields = fields(&json!({
            "id": id, "at": self.time(), "target": target, "name": name, "value": f64::from(self.below(2)),
        }));
        self.about("scores", &id, target, fields)
    }

    fn about(
        &mut self,
        table: &'static str,
        id: &str,
        target: &str,
        fields: Map<String, Value>,
    ) -> Row {
        let row = Row {
            key: (table, id.to_owned()),
            fields,
            unit: None,
            target: Some(target.to_owned()),
            root: None,
        };
        self.remember(row.clone());
        row
    }

    /// Spans of a trace: a use alone, or parts whose root, which alone names the bet, comes later.
    fn spans(&mut self) -> Request {
        let mut spans = Vec::new();
        let mut keys = Vec::new();
        for _ in 0..=self.below(4) {
            let span = match self.below(3) {
                0 => self.part(),
                1 if !self.rootless.is_empty() => self.root(),
                _ => self.lone(),
            };
            keys.push(span.0);
            spans.push(span.1);
        }
        let body = json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": spans }] }] }).to_string();
        Request { path: "/v1/traces", kind: "application/json", body, keys }
    }

    fn lone(&mut self) -> (Key, Value) {
        let (trace, span) = (self.hex(32), self.hex(16));
        let unit = format!("person-{}", self.below(PEOPLE));
        let (at, bet) = (self.time(), self.bet());
        let key = self.span_row((&trace, &span), &at, bet, None, Some(unit.clone()));
        self.interactions.push(key.1.clone());
        (key.clone(), self.span(&key, None, "chat", bet, Some(&unit)))
    }

    /// A model call in a trace whose root is not there yet.
    fn part(&mut self) -> (Key, Value) {
        let (trace, span, root) = (self.hex(32), self.hex(16), self.hex(16));
        let bet = BETS[self.below(3) as usize];
        let root_id = format!("{trace}-{root}");
        let back = self.random.random_range(0..DAYS * 86_400_000);
        let earlier = self.random.random_range(0..LONGEST_TRACE_HOURS * 3_600_000);
        let (at, began) = (self.ago(back), self.ago(back + earlier));
        let key = self.span_row((&trace, &span), &at, None, Some(root_id), None);
        self.rootless.push(Rootless { trace, root: root.clone(), bet, at: began });
        (key.clone(), self.span(&key, Some(&root), "chat", None, None))
    }

    fn root(&mut self) -> (Key, Value) {
        let index = self.random.random_range(0..self.rootless.len());
        let Rootless { trace, root, bet, at } = self.rootless.swap_remove(index);
        let key = self.span_row((&trace, &root), &at, Some(bet), None, None);
        (key.clone(), self.span(&key, None, "invoke_agent", Some(bet), None))
    }

    fn span_row(
        &mut self,
        (trace, span): (&str, &str),
        at: &str,
        bet: Option<&str>,
        root: Option<String>,
        unit: Option<String>,
    ) -> Key {
        let id = format!("{trace}-{span}");
        let mut fields = fields(&json!({ "id": id, "at": at, "trace": trace, "span": span }));
        if let Some(bet) = bet {
            fields.insert("bet".to_owned(), json!(bet));
        }
        let key = ("interactions", id);
        self.remember(Row { key: key.clone(), fields, unit, target: None, root });
        key
    }

    fn span(
        &self,
        key: &Key,
        parent: Option<&str>,
        op: &str,
        bet: Option<&str>,
        unit: Option<&str>,
    ) -> Value {
        let row = &self.sent[key];
        let at: Timestamp =
            row.fields["at"].as_str().and_then(|at| at.parse().ok()).expect("it has a time");
        let end = at + SignedDuration::from_millis(700);
        let mut attributes =
            vec![text("gen_ai.operation.name", op), text("gen_ai.request.model", "small")];
        attributes.extend(bet.map(|bet| text("trueup.bet", bet)));
        attributes.extend(unit.map(|unit| text("user.id", unit)));
        json!({
            "traceId": row.fields["trace"],
            "spanId": row.fields["span"],
            "parentSpanId": parent.unwrap_or_default(),
            "name": op,
            "kind": 3,
            "startTimeUnixNano": at.as_nanosecond().to_string(),
            "endTimeUnixNano": end.as_nanosecond().to_string(),
            "attributes": attributes,
        })
    }

    fn remember(&mut self, row: Row) {
        self.sent.insert(row.key.clone(), row);
    }

    fn bet(&mut self) -> Option<&'static str> {
        BETS.get(self.below(4) as usize).copied()
    }

    /// A time of the last days, in whole milliseconds.
    fn time(&mut self) -> String {
        let back = self.random.random_range(0..DAYS * 86_400_000);
        self.ago(back)
    }

    fn ago(&self, milliseconds: i64) -> String {
        let at = self.now.as_millisecond() - milliseconds;
        Timestamp::from_millisecond(at).expect("it is near now").to_string()
    }

    fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}-{:016x}", self.random.next_u64())
    }

    fn hex(&mut self, digits: usize) -> String {
        format!("{:016x}{:016x}", self.random.next_u64(), self.random.next_u64())[..digits]
            .to_owned()
    }
}

fn lines(rows: Vec<Row>) -> Request {
    let mut body = String::new();
    for row in &rows {
        body += &line(row).to_string();
        body.push('\n');
    }
    let keys = rows.into_iter().map(|row| row.key).collect();
    Request { path: "/v1/events", kind: "application/x-ndjson", body, keys }
}

/// An event as a line of `/v1/events`.
fn line(row: &Row) -> Value {
    let mut event = row.fields.clone();
    let noun = row.key.0.trim_end_matches('s');
    event.insert("type".to_owned(), json!(noun));
    if let Some(unit) = &row.unit {
        event.insert("unit".to_owned(), json!(unit));
    }
    Value::Object(event)
}

fn fields(object: &Value) -> Map<String, Value> {
    object.as_object().expect("fields are an object").clone()
}

fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}
