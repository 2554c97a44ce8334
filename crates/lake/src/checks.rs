//! Which values a field can have, whichever way they come in.

/// Fields that cannot be below zero.
const NOT_NEGATIVE: [&str; 10] = [
    "tokens_in",
    "tokens_out",
    "tokens_cached",
    "tokens_reasoning",
    "tokens_cache_write",
    "cost",
    "cost_reported",
    "latency_ms",
    "first_token_ms",
    "dwell_ms",
];
/// Fields that lie between 0 and 1.
const SHARES: [&str; 3] = ["confidence", "edit_share_previous", "edit_share_first"];
/// Scores whose value lies between 0 and 1, because standard metrics count on it: outside, a mark for
/// "unknown" would be averaged in.
const SHARES_BY_NAME: [&str; 3] = ["label", "planted", "survival"];
/// What a cost without a currency is in.
pub const CURRENCY: &str = "USD";
/// A row's own words are quoted up to here.
const LONGEST_QUOTE: usize = 40;

pub fn not_negative(name: &str) -> bool {
    NOT_NEGATIVE.contains(&name)
}

/// What is wrong with a number of a field, if anything is.
pub fn impossible(name: &str, number: f64) -> Option<&'static str> {
    if !number.is_finite() {
        return Some("not a finite number");
    }
    if number < 0.0 && not_negative(name) {
        return Some("negative");
    }
    let outside = !(0.0..=1.0).contains(&number) && SHARES.contains(&name);
    outside.then_some("outside 0 to 1")
}

/// What is wrong with the value of a score of this name, if anything is.
pub fn impossible_score(name: &str, value: f64) -> Option<String> {
    let outside = SHARES_BY_NAME.contains(&name) && !(0.0..=1.0).contains(&value);
    outside.then(|| format!("`value` of `{name}` is outside 0 to 1"))
}

/// The beginning of a row's own words.
pub fn quoted(text: &str) -> String {
    text.chars().take(LONGEST_QUOTE).collect()
}
