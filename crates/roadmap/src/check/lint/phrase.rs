//! Phrases in what people write: whole words, whatever their case, dashes and plural.

/// The words of a text, in small letters: "Multi-agent RAG" has three.
pub(super) fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
}

/// The first phrase of a table that the words hold, in the order of the table.
pub(super) fn first_of(words: &[String], table: &[&'static str]) -> Option<&'static str> {
    table.iter().copied().find(|phrase| (0..words.len()).any(|at| length(&words[at..], phrase) > 0))
}

/// True when the words are nothing but phrases of the table.
pub(super) fn is_only(words: &[String], table: &[&str]) -> bool {
    let longest = |rest: &[String]| table.iter().map(|phrase| length(rest, phrase)).max();
    let mut rest = words;
    while !rest.is_empty() {
        match longest(rest) {
            Some(taken) if taken > 0 => rest = &rest[taken..],
            _ => return false,
        }
    }
    !words.is_empty()
}

/// How many words a phrase takes at the start of the words; 0 if they do not begin with it.
pub(super) fn length(words: &[String], phrase: &str) -> usize {
    let mut taken = 0;
    for part in phrase.split(' ') {
        if !words.get(taken).is_some_and(|word| is_same(word, part)) {
            return 0;
        }
        taken += 1;
    }
    taken
}

/// True for a word of the table.
pub(super) fn is_one_of(word: &str, table: &[&str]) -> bool {
    table.iter().any(|known| is_same(word, known))
}

/// True for the same word, or its plural in `s`.
fn is_same(word: &str, known: &str) -> bool {
    word.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest == "s")
}
