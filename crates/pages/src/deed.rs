//! What people and machines do with a suggestion, in a word with a sign.

/// A sign and a word for a kind of action.
#[must_use]
pub fn said(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "prompt" => ("›", "asked"),
        "suggest" => ("«", "suggested"),
        "view" => ("◦", "looked"),
        "explain" => ("?", "opened the explanation"),
        "edit" => ("✎", "edited"),
        "accept" => ("✓", "accepted"),
        "reject" => ("✗", "rejected"),
        "override" => ("⇄", "overrode"),
        "regenerate" => ("↻", "asked again"),
        "undo" => ("↶", "took back"),
        "submit" => ("↑", "submitted"),
        _ => ("·", "did something else"),
    }
}

/// True for steps that say what became of a suggestion.
#[must_use]
pub fn decides(kind: &str) -> bool {
    !matches!(kind, "prompt" | "suggest" | "view" | "explain")
}
