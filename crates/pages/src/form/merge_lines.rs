//! Two people changed one text: what both did, line by line, if they did it in different places.

use similar::{ChangeTag, TextDiff};

/// Lines before, which are replaced by lines after.
struct Hunk {
    start: usize,
    end: usize,
    new: Vec<String>,
}

/// Both changes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Where both changed the same lines, each version stands between marks.
    pub text: String,
    /// How many such places there are.
    pub conflicts: usize,
}

/// What stands around two versions of the same lines.
pub const MARKS: [&str; 3] = ["<<<<<<< there now", "=======", ">>>>>>> yours"];

/// True when somebody has still to choose between two versions.
#[must_use]
pub fn has_marks(text: &str) -> bool {
    text.lines().any(|line| line == MARKS[0] || line == MARKS[2])
}

/// Brings together what became of a text in two hands.
#[must_use]
pub fn merge_lines(base: &str, theirs: &str, mine: &str) -> Merged {
    let lines: Vec<&str> = base.split_inclusive('\n').collect();
    let (theirs, mine) = (hunks(base, theirs), hunks(base, mine));
    let (mut text, mut conflicts, mut at) = (String::new(), 0, 0);
    let (mut theirs, mut mine) = (theirs.into_iter().peekable(), mine.into_iter().peekable());
    loop {
        let (there, here) = (theirs.peek(), mine.peek());
        let start = match (there, here) {
            (None, None) => break,
            (Some(one), None) | (None, Some(one)) => one.start,
            (Some(there), Some(here)) => there.start.min(here.start),
        };
        text.extend(lines[at..start].iter().copied());
        // Everything that touches, on both sides.
        let (mut end, mut left, mut right) = (start, Vec::new(), Vec::new());
        loop {
            let touches = |hunk: &Hunk| hunk.start <= end;
            if let Some(hunk) = theirs.next_if(touches) {
                end = end.max(hunk.end);
                left.push(hunk);
            } else if let Some(hunk) = mine.next_if(touches) {
                end = end.max(hunk.end);
                right.push(hunk);
            } else {
                break;
            }
        }
        let within = &lines[start..end];
        let (left_text, right_text) = (made(within, start, &left), made(within, start, &right));
        if right.is_empty() || left_text == right_text {
            text += &left_text;
        } else if left.is_empty() {
            text += &right_text;
        } else {
            conflicts += 1;
            text += &marked(&left_text, &right_text);
        }
        at = end;
    }
    text.extend(lines[at..].iter().copied());
    Merged { text, conflicts }
}

fn hunks(base: &str, changed: &str) -> Vec<Hunk> {
    let diff = TextDiff::from_lines(base, changed);
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut at = 0;
    let mut is_open = false;
    for change in diff.iter_all_changes() {
        if change.tag() == ChangeTag::Equal {
            at += 1;
            is_open = false;
            continue;
        }
        if !is_open {
            hunks.push(Hunk { start: at, end: at, new: Vec::new() });
            is_open = true;
        }
        let hunk = hunks.last_mut().expect("one was opened");
        if change.tag() == ChangeTag::Delete {
            at += 1;
            hunk.end = at;
        } else {
            hunk.new.push(change.value().to_owned());
        }
    }
    hunks
}

/// Lines of the base with the hunks of one side.
fn made(lines: &[&str], start: usize, hunks: &[Hunk]) -> String {
    let mut text = String::new();
    let mut at = start;
    for hunk in hunks {
        text.extend(lines[at - start..hunk.start - start].iter().copied());
        text.extend(hunk.new.iter().map(String::as_str));
        at = hunk.end;
    }
    text.extend(lines[at - start..].iter().copied());
    text
}

fn marked(theirs: &str, mine: &str) -> String {
    let whole = |text: &str| {
        if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
    };
    format!("{}\n{}{}\n{}{}\n", MARKS[0], whole(theirs), MARKS[1], whole(mine), MARKS[2])
}

#[cfg(test)]
mod tests {
    use super::{has_marks, merge_lines};

    #[test]
    fn what_two_did_in_different_places_comes_together() {
        let base = "a\nb\nc\nd\ne\n";
        let merged = merge_lines(base, "a\nB\nc\nd\ne\n", "a\nb\nc\nd\ne\nf\n");
        assert_eq!((merged.text.as_str(), merged.conflicts), ("a\nB\nc\nd\ne\nf\n", 0));
        let merged = merge_lines(base, "a\nc\nd\ne\n", "a\nb\nc\nD\ne\n");
        assert_eq!((merged.text.as_str(), merged.conflicts), ("a\nc\nD\ne\n", 0));
        // Both did the same.
        let merged = merge_lines(base, "a\nB\nc\nd\ne\n", "a\nB\nc\nd\nE\n");
        assert_eq!((merged.text.as_str(), merged.conflicts), ("a\nB\nc\nd\nE\n", 0));
        assert_eq!(merge_lines(base, base, base).text, base);
        assert_eq!(merge_lines("", "x\n", "").text, "x\n");
    }

    #[test]
    fn the_same_lines_are_a_choice() {
        let merged = merge_lines("a\nb\nc\n", "a\ntheirs\nc\n", "a\nmine\nc\n");
        assert_eq!(merged.conflicts, 1);
        let marked = "a\n<<<<<<< there now\ntheirs\n=======\nmine\n>>>>>>> yours\nc\n";
        assert_eq!(merged.text, marked);
        assert!(has_marks(&merged.text) && !has_marks("a\n=======\n"));
    }
}
