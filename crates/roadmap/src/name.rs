//! Names: what an id may look like, and which known name was probably meant.

/// The longest a name may be, so that it fits a DNS label, a file name and a column of a report.
pub(crate) const LONGEST: usize = 63;

/// True for lower-case words with dashes: `skill-match`.
pub(crate) fn is_name(text: &str) -> bool {
    is_words(text, |separator| separator == '-')
}

/// True for lower-case words with underscores or dashes: `override_rate`.
pub(crate) fn is_metric_name(text: &str) -> bool {
    is_words(text, |separator| separator == '-' || separator == '_')
}

fn is_words(text: &str, separates: fn(char) -> bool) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    text.len() <= LONGEST && text.split(separates).all(is_word)
}

/// Finds the known name that was probably meant: fewest slips of the finger, at most one in three
/// letters, rounded up. None if two are equally near: between them it takes a person to choose.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = name.chars().count();
    if letters > 2 * LONGEST {
        return None;
    }
    let slips_at_most = letters.div_ceil(3);
    let name = name.to_lowercase();
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .filter(|known| known.chars().count().abs_diff(letters) <= slips_at_most)
        .map(|known| (strsim::damerau_levenshtein(&name, known), known))
        .filter(|(slips, _)| *slips <= slips_at_most)
        .collect();
    near.sort_unstable();
    near.dedup();
    match near[..] {
        [(_, only)] => Some(only),
        [(fewest, first), (more, _), ..] if fewest < more => Some(first),
        _ => None,
    }
}

/// The start of a text, so that a message that repeats it stays short.
pub(crate) fn shown(text: &str) -> &str {
    text.char_indices().nth(2 * LONGEST).map_or(text, |(end, _)| &text[..end])
}

/// The longest list that a message spells out.
const LISTED_AT_MOST: usize = 12;

/// Spells out names for a message: "`a`, `b` or `c`".
pub(crate) fn listed<'a, Names>(names: Names) -> String
where
    Names: IntoIterator<Item = &'a str, IntoIter: ExactSizeIterator>,
{
    let names = names.into_iter();
    let more = names.len().saturating_sub(LISTED_AT_MOST);
    let mut names: Vec<String> =
        names.take(LISTED_AT_MOST).map(|name| format!("`{}`", shown(name))).collect();
    if more > 0 {
        return format!("{} and {more} more", names.join(", "));
    }
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} or {last}", names.join(", ")) }
}
