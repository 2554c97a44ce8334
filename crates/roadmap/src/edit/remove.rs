//! Taking a field away.

use super::layout::{Found, Layout, strip};
use super::path::Key;
use super::splice;
use crate::syntax::{Node, Piece, Span};

/// The text without a field that it has; a table goes with all its lines.
pub(super) fn remove(layout: &Layout<'_>, path: &[Key], found: Option<Found<'_>>) -> String {
    match found {
        Some(Found { holder: Some((holder, at)), .. }) => {
            splice(layout.text, vec![(item(holder, at), String::new())])
        }
        Some(Found { line, .. }) => without(layout.text, vec![line]),
        None => without(layout.text, table(layout, path)),
    }
}

/// The places of a table with headers or dotted keys.
fn table(layout: &Layout<'_>, path: &[Key]) -> Vec<Span> {
    let mut places = Vec::new();
    for section in &layout.sections {
        if let (Some(header), true) = (section.header, section.path.starts_with(path)) {
            let start = layout.statements[header].line.start;
            places.push(blank_before(layout.text, start)..layout.end(section));
            continue;
        }
        let Some(rest) = strip(path, &section.path) else { continue };
        let entries = layout.entries(section);
        let inside = entries.filter(|(_, entry)| layout.names(&entry.keys).starts_with(rest));
        places.extend(inside.map(|(line, _)| line.clone()));
    }
    places
}

/// The start of the blank line before a place, if there is one.
fn blank_before(text: &str, at: usize) -> usize {
    let line = |text: &str| text.rfind('\n').map_or(0, |end| end + 1);
    let before = &text[..at];
    match before.strip_suffix('\n').map(line) {
        Some(start) if before[start..].trim().is_empty() => start,
        _ => at,
    }
}

/// Removes lines; a text without an end of line keeps having none.
fn without(text: &str, lines: Vec<Span>) -> String {
    let removed = splice(text, lines.into_iter().map(|line| (line, String::new())).collect());
    if text.ends_with('\n') || removed.is_empty() {
        return removed;
    }
    let kept = removed.strip_suffix('\n').unwrap_or(&removed);
    kept.strip_suffix('\r').unwrap_or(kept).to_owned()
}

/// The place of an element, with the comma that goes with it.
fn item(holder: &Node, at: usize) -> Span {
    let pieces = holder.pieces();
    let items: Vec<usize> = pieces
        .iter()
        .enumerate()
        .filter_map(|(place, piece)| matches!(piece, Piece::Item(_)).then_some(place))
        .collect();
    let place = items[at];
    line_of(pieces, place).unwrap_or_else(|| within_line(holder, pieces, &items, at))
}

/// The line of an element that stands alone on it.
fn line_of(pieces: &[Piece], place: usize) -> Option<Span> {
    let before = pieces[..place].iter().rposition(|piece| !matches!(piece, Piece::Space(_)))?;
    let Piece::Newline(start) = &pieces[before] else { return None };
    let after = pieces[place + 1..]
        .iter()
        .find(|piece| !matches!(piece, Piece::Space(_) | Piece::Comma(_) | Piece::Comment(_)))?;
    let Piece::Newline(end) = after else { return None };
    Some(start.end..end.end)
}

fn within_line(holder: &Node, pieces: &[Piece], items: &[usize], at: usize) -> Span {
    let span = piece_span(&pieces[items[at]]);
    if items.len() == 1 && !pieces.iter().any(|piece| matches!(piece, Piece::Comment(_))) {
        return holder.span.start + 1..holder.span.end - 1;
    }
    let is_comma = |piece: &&Piece| matches!(piece, Piece::Comma(_));
    if let Some(next) = items.get(at + 1) {
        let between = &pieces[items[at] + 1..*next];
        return match between.iter().find(is_comma) {
            Some(comma) if between.iter().any(|piece| matches!(piece, Piece::Comment(_))) => {
                span.start..piece_span(comma).end
            }
            _ => span.start..piece_span(&pieces[*next]).start,
        };
    }
    match (at.checked_sub(1), pieces[items[at]..].iter().find(is_comma)) {
        (Some(before), None) => {
            let comma = pieces[items[before]..items[at]].iter().find(is_comma);
            comma.map_or(span.start, |comma| piece_span(comma).start)..span.end
        }
        (_, Some(comma)) => span.start..piece_span(comma).end,
        (None, None) => span,
    }
}

fn piece_span(piece: &Piece) -> Span {
    match piece {
        Piece::Item(item) => item.start()..item.value.span.end,
        Piece::Comma(span) | Piece::Comment(span) | Piece::Newline(span) | Piece::Space(span) => {
            span.clone()
        }
    }
}
