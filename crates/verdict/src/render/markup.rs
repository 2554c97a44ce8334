//! Texts that people wrote, within HTML: here for every crate that writes some.

/// A text that cannot be taken for markup, in content and in quoted attributes.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(letter),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// The same, and what stands in backticks is code.
#[must_use]
pub fn code(text: &str) -> String {
    let text = escaped(text);
    let mut html = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, (inside, after))) =
        rest.split_once('`').and_then(|(before, rest)| Some((before, rest.split_once('`')?)))
    {
        for part in [before, "<code>", inside, "</code>"] {
            html.push_str(part);
        }
        rest = after;
    }
    html + rest
}

#[cfg(test)]
mod tests {
    use super::{code, escaped};

    #[test]
    fn no_text_is_taken_for_markup() {
        let text = "<a b=\"c\" d='e'>\u{1b}[1m & \u{0}\nf\tg</a>";
        let html = "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt; [1m &amp;  \nf\tg&lt;/a&gt;";
        assert_eq!(escaped(text), html);
        assert_eq!(code("`a<b` is `c` and ` d"), "<code>a&lt;b</code> is <code>c</code> and ` d");
    }
}
