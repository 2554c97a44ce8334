//! Texts that others wrote, as they may be shown: nothing in them is hidden, and long ones are cut.

use std::fmt::Write;

/// The same text with what cannot be seen, or turns other text around, made visible.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => visible.push(letter),
            // The pictures of the first 32 stand in the same order.
            '\0'..='\u{1f}' => visible.extend(char::from_u32(0x2400 + letter as u32)),
            '\u{7f}' => visible.push('\u{2421}'),
            '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            // Not those that join letters: Persian and families need them.
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' => {
                let _ = write!(visible, "[U+{:04X}]", letter as u32);
            }
            letter => visible.push(letter),
        }
    }
    visible
}

/// The beginning of a text, visible, and how many characters are left out.
#[must_use]
pub fn beginning(text: &str, most: usize) -> (String, usize) {
    match text.char_indices().nth(most) {
        None => (visible(text), 0),
        Some((end, _)) => (visible(&text[..end]), text[end..].chars().count()),
    }
}

/// One line of it, with a sign where it was cut.
#[must_use]
pub fn short(text: &str, most: usize) -> String {
    let end = text.char_indices().nth(most).map(|(end, _)| end);
    let line = visible(&text[..end.unwrap_or(text.len())]).replace(['\n', '\t'], " ");
    if end.is_some() { format!("{line}…") } else { line }
}

/// What programs are told in a clause, as a sentence for people. What begins with a name, such as a path, begins with that.
#[must_use]
pub fn sentence(clause: &str) -> String {
    let clause = clause.trim();
    let first = clause.split([' ', ',', ';', ':']).next().unwrap_or_default();
    let mut letters = clause.chars();
    let mut sentence = match letters.next() {
        Some(letter) if first.chars().all(char::is_alphabetic) => {
            letter.to_uppercase().chain(letters).collect()
        }
        Some(_) => clause.to_owned(),
        None => return String::new(),
    };
    if !sentence.ends_with(['.', '!', '?', ':']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::{beginning, sentence, short, visible};

    #[test]
    fn a_clause_becomes_a_sentence() {
        for (clause, written) in [
            ("no bet `x`; did you mean `y`?", "No bet `x`; did you mean `y`?"),
            ("`x` is none", "`x` is none."),
            ("bets/x.toml:3: no value", "bets/x.toml:3: no value."),
            ("It is.", "It is."),
            ("", ""),
        ] {
            assert_eq!(sentence(clause), written);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_made_visible() {
        for (text, shown) in [
            ("größe 東京 🎉\n\ttwo", "größe 東京 🎉\n\ttwo"),
            ("a\0b\u{1b}[31m\r", "a␀b␛[31m␍"),
            ("\u{202e}txt.exe", "[U+202E]txt.exe"),
            ("zero\u{200b}width\u{feff}", "zero[U+200B]width[U+FEFF]"),
            ("\u{e0041}\u{85}", "[U+E0041][U+0085]"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn long_texts_are_cut_between_letters() {
        assert_eq!(beginning("größe", 3), ("grö".to_owned(), 2));
        assert_eq!(beginning("größe", 5), ("größe".to_owned(), 0));
        assert_eq!(short("a\nb c", 3), "a b…");
    }
}
