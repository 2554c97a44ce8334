//! Putting the rows of a list into another order: each moves as it is written, with the comments on it.

use super::layout::{Layout, Section, strip};
use super::path::{Key, Path};
use super::value::Meaning;
use super::{EditError, at, read, splice};
use crate::syntax::{self, Node, Piece, Span, StatementKind};

/// Puts the rows of a list into another order: the row that stands at `order[0]` comes first.
///
/// With a row goes the comment behind it, and the lines of comments right above it. What stands between rows stays.
pub fn reorder(text: &str, list: &Path, order: &[usize]) -> Result<String, EditError> {
    let within = syntax::toml_within(text);
    let toml = &text[within.clone()];
    let was = elements(toml, list)?;
    let no_place = || EditError::NoPlace { path: list.clone() };
    if !is_order(order, was.len()) {
        return Err(no_place());
    }
    let layout = Layout::new(toml);
    let rows = match layout.find(&list.0) {
        Some(found) => items(found.node),
        None => tables(&layout, &list.0),
    };
    let mingled = || EditError::Mingled { path: list.clone() };
    let rows = rows.filter(|rows| rows.len() == was.len()).ok_or_else(mingled)?;
    let changed = put(toml, &rows, order, syntax::line_end(text));
    let wanted: Vec<&Meaning> = order.iter().map(|row| &was[*row]).collect();
    if !elements(&changed, list).is_ok_and(|now| now.iter().eq(wanted)) {
        return Err(no_place());
    }
    Ok(format!("{}{changed}{}", &text[..within.start], &text[within.end..]))
}

/// What the rows of a list mean.
fn elements(toml: &str, list: &Path) -> Result<Vec<Meaning>, EditError> {
    match at(&read(toml)?, &list.0).map(Meaning::of) {
        Some(Meaning::List(elements)) => Ok(elements),
        _ => Err(EditError::NoPlace { path: list.clone() }),
    }
}

/// True when each of so many rows is named once.
fn is_order(order: &[usize], count: usize) -> bool {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    sorted.into_iter().eq(0..count)
}

/// A row with the comments on it.
struct Row {
    span: Span,
    /// Where its value ends.
    end: usize,
    /// The comma behind it, if it is a part of the row.
    comma: Option<Span>,
}

impl Row {
    /// As it is written, with or without a comma.
    fn written(&self, text: &str, has_comma: bool) -> String {
        let before = &text[self.span.start..self.end];
        let behind = match &self.comma {
            Some(comma) => {
                format!("{}{}", &text[self.end..comma.start], &text[comma.end..self.span.end])
            }
            None => text[self.end..self.span.end].to_owned(),
        };
        format!("{before}{}{behind}", if has_comma { "," } else { "" })
    }
}

fn put(text: &str, rows: &[Row], order: &[usize], line_end: &str) -> String {
    let place = |(place, row): (&Row, &usize)| {
        let mut written = rows[*row].written(text, place.comma.is_some());
        // A text without an end of line keeps having none.
        let is_open = |span: &Span| !text[span.clone()].ends_with('\n');
        match (is_open(&place.span), is_open(&rows[*row].span)) {
            (true, false) => written.truncate(written.trim_end_matches(['\r', '\n']).len()),
            (false, true) => written += line_end,
            _ => {}
        }
        (place.span.clone(), written)
    };
    splice(text, rows.iter().zip(order).map(place).collect())
}

/// The elements of a list between brackets; `None` where it is not clear whose the comments are.
fn items(list: &Node) -> Option<Vec<Row>> {
    let pieces = list.pieces();
    let places: Vec<usize> = (0..pieces.len()).filter(|at| is_item(&pieces[*at])).collect();
    let whole: Option<Vec<Row>> = places.iter().map(|place| lines_of(pieces, *place)).collect();
    if whole.is_some() {
        return whole;
    }
    let is_comment = |piece: &Piece| matches!(piece, Piece::Comment(_));
    let bare = |item: &syntax::Entry| {
        let span = item.start()..item.value.span.end;
        Row { end: span.end, span, comma: None }
    };
    (!pieces.iter().any(is_comment)).then(|| list.items().map(bare).collect())
}

fn is_item(piece: &Piece) -> bool {
    matches!(piece, Piece::Item(_))
}

/// The lines of an element that shares them with no other.
fn lines_of(pieces: &[Piece], place: usize) -> Option<Row> {
    let Piece::Item(item) = &pieces[place] else { return None };
    let (mut end, mut comma) = (None, None);
    for piece in &pieces[place + 1..] {
        match piece {
            Piece::Newline(span) => {
                end = Some(span.end);
                break;
            }
            Piece::Comma(span) => comma = Some(span.clone()),
            Piece::Item(_) => return None,
            Piece::Comment(_) | Piece::Space(_) => {}
        }
    }
    // Only the last may do without a comma; that of any other stands on a line below.
    if comma.is_none() && pieces[place + 1..].iter().any(is_item) {
        return None;
    }
    let span = start_of_lines(&pieces[..place])?..end?;
    Some(Row { span, end: item.value.span.end, comma })
}

/// Where the line begins that these pieces lead to, or the first of the lines of comments right above it.
fn start_of_lines(before: &[Piece]) -> Option<usize> {
    let (at, start) = line_start(before)?;
    let above = &before[..at];
    let bare = above.iter().rposition(|piece| !matches!(piece, Piece::Space(_)));
    match bare.map(|at| (at, &above[at])) {
        Some((at, Piece::Comment(_))) => start_of_lines(&above[..at]).or(Some(start)),
        _ => Some(start),
    }
}

/// The break before a line of which nothing but these spaces has been seen, and where the line begins.
fn line_start(before: &[Piece]) -> Option<(usize, usize)> {
    let at = before.iter().rposition(|piece| !matches!(piece, Piece::Space(_)))?;
    match &before[at] {
        Piece::Newline(span) => Some((at, span.end)),
        _ => None,
    }
}

/// The elements of `[[tables]]`; `None` where the tables of one do not stand together.
fn tables(layout: &Layout<'_>, list: &[Key]) -> Option<Vec<Row>> {
    let rows = (0..).map_while(|index| {
        let of = |section: &Section| {
            strip(&section.path, list).is_some_and(|rest| rest.first() == Some(&Key::Index(index)))
        };
        let sections = &layout.sections;
        let (first, last) = (sections.iter().position(of)?, sections.iter().rposition(of)?);
        Some(sections[first..=last].iter().all(of).then(|| lines(layout, first, last)).flatten())
    });
    rows.collect()
}

/// The lines of tables that stand together, with the comments right above them.
fn lines(layout: &Layout<'_>, first: usize, last: usize) -> Option<Row> {
    let header = layout.sections[first].header?;
    let is_comment = |at: &usize| matches!(layout.statements[*at].kind, StatementKind::Comment(_));
    let above = (0..header).rev().take_while(is_comment).last();
    let start = layout.statements[above.unwrap_or(header)].line.start;
    let end = layout.end(&layout.sections[last]);
    Some(Row { span: start..end, end, comma: None })
}
