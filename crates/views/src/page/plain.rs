//! Texts that people wrote, made harmless where they are shown.

/// Replaces control characters, so that a text cannot command the terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

/// Text within a line of Markdown: no tags, no cells, no line breaks, no links of its own. Backticks
/// stay: they are how things are named, and between them nothing has a meaning but the cell's end.
pub(super) fn escaped(text: &str) -> String {
    // Pairs of single backticks are as Markdown reads them; anything else is taken for plain text.
    let is_paired = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut is_code = false;
    let mut escaped = String::new();
    for letter in text.chars() {
        is_code ^= letter == '`' && is_paired;
        match letter {
            '|' => escaped.push_str("\\|"),
            letter if letter.is_control() => escaped.push(' '),
            letter if is_code => escaped.push(letter),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '[' | ']' | '*' => escaped.extend(['\\', letter]),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{escaped, printable};

    #[test]
    fn texts_stay_texts() {
        assert_eq!(printable("a\u{1b}[2Jb\n"), "a [2Jb\n");
        assert_eq!(escaped("<b> a|b\n`c_d` [x](y)"), "&lt;b&gt; a\\|b `c_d` \\[x\\](y)");
        assert_eq!(escaped("`[policy.order]` <b>"), "`[policy.order]` &lt;b&gt;");
        assert_eq!(escaped("` <b>"), "` &lt;b&gt;");
        assert_eq!(escaped("`` <b> ``"), "`` &lt;b&gt; ``");
    }
}
