//! What oversight asks of the store, one statement for each kind of record. All of them count by
//! reviewer and by the month (UTC) of the interaction concerned, up to a moment.

use jiff::Timestamp;
use jiff::civil::Date;
use trueup_verdict::oversight::MS_A_TOKEN;
use trueup_verdict::oversight::records::SCORES;

/// The tables that are read.
pub const TABLES: [&str; 3] = ["interactions", "actions", "scores"];

/// A smaller share of a text is rounding.
const SMALLEST_CHANGE: f64 = 1e-6;

/// Of which bet, from when to when.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    pub bet: &'a str,
    pub from: Date,
    pub now: Timestamp,
}

impl Asking<'_> {
    /// Decisions, what they were, and how long they took.
    pub fn steps(&self) -> String {
        let times = |test: &str| format!("sum(CASE WHEN {test} THEN 1 ELSE 0 END)");
        let different =
            |test: &str| format!("count(DISTINCT CASE WHEN {test} THEN interaction END)");
        let changed = format!(
            "kind = 'edit' OR ({DECIDES} AND greatest(coalesce(edit_share_first, 0), \
             coalesce(edit_share_previous, 0)) > {SMALLEST_CHANGE})"
        );
        format!(
            "SELECT unit, {MONTH} AS month, {} AS decisions, {} AS approvals, {} AS rejections, \
             {} AS overrides, {} AS edited, {} AS explained, \
             count(CASE WHEN {DECIDES} THEN dwell_ms END) AS looked, \
             median(CASE WHEN {DECIDES} THEN dwell_ms END) AS dwell_ms \
             FROM actions WHERE {} GROUP BY 1, 2 ORDER BY 1, 2",
            times(DECIDES),
            times("kind = 'accept'"),
            times("kind = 'reject'"),
            times("kind = 'override'"),
            different(&changed),
            different("kind = 'explain'"),
            self.within("actions"),
        )
    }

    /// Decisions beside the time that reading the text takes. Tokens of reasoning are not shown to
    /// anybody.
    pub fn reading(&self) -> String {
        format!(
            "SELECT unit, month, count(*) AS read, \
             sum(CASE WHEN dwell_ms < reading_ms THEN 1 ELSE 0 END) AS hurried, \
             median(reading_ms) AS reading_ms FROM (\
             SELECT actions.unit AS unit, {MONTH} AS month, actions.dwell_ms AS dwell_ms, \
             (interactions.tokens_out - coalesce(interactions.tokens_reasoning, 0)) * {MS_A_TOKEN} \
             AS reading_ms FROM actions JOIN interactions \
             ON actions.interaction = interactions.id WHERE {DECIDES} \
             AND actions.dwell_ms IS NOT NULL AND {}) AS looks \
             WHERE reading_ms > 0 GROUP BY 1, 2 ORDER BY 1, 2",
            self.within("actions"),
        )
    }

    /// Scores by name. One that a later score corrects does not count.
    pub fn scores(&self) -> String {
        let names: Vec<String> = SCORES.iter().map(|name| format!("'{name}'")).collect();
        format!(
            "SELECT unit, {MONTH} AS month, name, count(value) AS n, sum(value) AS total \
             FROM scores WHERE name IN ({}) AND value IS NOT NULL AND {} AND {} \
             GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            names.join(", "),
            self.within("scores"),
            self.not_corrected(),
        )
    }

    /// First answers that were not the suggestion, and those whose person then took it.
    pub fn moved(&self) -> String {
        format!(
            "SELECT scores.unit AS unit, {MONTH} AS month, count(*) AS differed, \
             sum(coalesce(taken.accepted, 0)) AS moved FROM scores LEFT JOIN (\
             SELECT interaction AS target_id, max(CASE WHEN kind = 'accept' THEN 1 ELSE 0 END) \
             AS accepted FROM actions WHERE bet = {} AND actions.at <= {} GROUP BY 1) AS taken \
             ON scores.target = taken.target_id \
             WHERE scores.name = 'first_answer' AND scores.value = 0 AND {} AND {} \
             GROUP BY 1, 2 ORDER BY 1, 2",
            text(self.bet),
            moment(self.now),
            self.within("scores"),
            self.not_corrected(),
        )
    }

    fn within(&self, table: &str) -> String {
        format!(
            "{table}.bet = {} AND {table}.interaction_at >= TIMESTAMPTZ '{}T00:00:00Z' \
             AND {table}.interaction_at < {now} AND {table}.at <= {now}",
            text(self.bet),
            self.from,
            now = moment(self.now)
        )
    }

    fn not_corrected(&self) -> String {
        format!(
            "scores.id NOT IN (SELECT supersedes FROM scores AS later WHERE later.bet = {} \
             AND later.supersedes IS NOT NULL AND later.at <= {})",
            text(self.bet),
            moment(self.now)
        )
    }
}

/// The steps by which a person decides on a suggestion.
const DECIDES: &str = "kind IN ('accept', 'reject', 'override')";
const MONTH: &str = "to_char(interaction_at, '%Y-%m')";

fn moment(at: Timestamp) -> String {
    format!("TIMESTAMPTZ '{at}'")
}

fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
