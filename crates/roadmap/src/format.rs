//! One way to lay out roadmap text. Comments stay where they are, values as they are spelled, and
//! what the text means does not change.

use crate::decode;
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};
use crate::syntax::{self, Entry, Header, Node, NodeKind, Piece, Span, Statement, StatementKind};

/// A line that would be longer is wrapped, where TOML allows it.
const COLUMNS: usize = 100;
const INDENT: usize = 2;

/// Lays out a file anew; the same text comes back when nothing is to be changed.
///
/// Of a note, the header between its `+++` lines; the Markdown below stays byte for byte. Line ends
/// become those of the file's first line, so that a checkout with CRLF does not change as a whole.
/// A text that is not TOML is refused with what `parse` says of it.
pub fn format(source: &Source) -> Result<String, Vec<Diagnostic>> {
    let text = &source.text;
    let Some(span) = toml_of(source)? else { return Ok(text.clone()) };
    let within = Source { path: source.path.clone(), text: text[span.clone()].to_owned() };
    let mut broken = decode::syntax(&within);
    if broken.is_empty() {
        let formatted = document(&within.text, &text[..span.start]);
        // A comment in a place that no layout of ours has: better as it is than lost.
        if syntax::spelled(&formatted) != syntax::spelled(&within.text) {
            return Ok(text.clone());
        }
        return Ok(format!("{}{formatted}{}", &text[..span.start], &text[span.end..]));
    }
    for diagnostic in &mut broken {
        diagnostic.place.span.start += span.start;
        diagnostic.place.span.end += span.start;
    }
    Err(broken)
}

/// Where the TOML of a file lies; `None` for Markdown without a header.
fn toml_of(source: &Source) -> Result<Option<Span>, Vec<Diagnostic>> {
    if !is_markdown(&source.path) {
        return Ok(Some(0..source.text.len()));
    }
    let header = syntax::header(&source.text);
    if header.is_some() || !syntax::opens_header(&source.text) {
        return Ok(header);
    }
    let place = Place { path: source.path.clone(), span: 0..3 };
    let message = "this is not TOML: the header is not closed";
    let help = Some("write a line `+++` below the header".to_owned());
    Err(vec![Diagnostic { help, ..Diagnostic::deny("F01", place, message) }])
}

fn is_markdown(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "md")
}

/// Lays out a TOML document; what stands before it in the file is not touched.
fn document(text: &str, before: &str) -> String {
    let statements = syntax::statements(text);
    // Not the first line end in the text: that may lie within a value.
    let first = statements.first().map_or("", |first| &text[first.line.clone()]);
    let line_end = if before.ends_with("\r\n") || before.is_empty() && first.ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let mut writer = Writer { text, line_end, out: String::with_capacity(text.len()) };
    if let Some(rest) = text.strip_prefix('\u{feff}') {
        writer.out.push_str(&text[..text.len() - rest.len()]);
    }
    let start = writer.out.len();
    let begins = header_groups(&statements);
    let mut blank = false;
    for (statement, begins) in statements.iter().zip(begins) {
        if matches!(statement.kind, StatementKind::Blank) {
            blank = true;
            continue;
        }
        if (blank || begins) && writer.out.len() > start {
            writer.out.push_str(line_end);
        }
        blank = false;
        writer.statement(statement);
    }
    writer.out
}

/// For each statement: does a header begin with it? The comments directly above belong to it.
fn header_groups(statements: &[Statement]) -> Vec<bool> {
    let mut begins = vec![false; statements.len()];
    for (at, statement) in statements.iter().enumerate() {
        if matches!(statement.kind, StatementKind::Header(_)) {
            let is_comment = |above: &&Statement| matches!(above.kind, StatementKind::Comment(_));
            let comments = statements[..at].iter().rev().take_while(is_comment).count();
            begins[at - comments] = true;
        }
    }
    begins
}

/// The text being written.
struct Writer<'t> {
    text: &'t str,
    line_end: &'static str,
    out: String,
}

/// Where a value stands: that decides how it may spread.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    /// On a line of its own, or behind its key: it may take more lines.
    Line,
    /// Within a value on one line.
    Within,
}

/// How the values of an array share lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// One on each.
    One,
    /// As many as fit, on the lines that the author chose.
    Filled,
}

impl Writer<'_> {
    fn statement(&mut self, statement: &Statement) {
        let start = self.out.len();
        match &statement.kind {
            StatementKind::Blank => {}
            StatementKind::Comment(span) => self.comment(span),
            StatementKind::Header(header) => self.header(header),
            StatementKind::Entry(entry) => self.entry(entry, 0, Room::Line),
        }
        if let Some(span) = &statement.comment {
            let was_spread = self.text[statement.line.start..span.start].contains('\n');
            if self.out[start..].contains('\n') == was_spread {
                self.trailing_comment(span);
            } else {
                self.pad(1);
                self.comment(span);
            }
        }
        self.out.push_str(self.line_end);
    }

    fn header(&mut self, header: &Header) {
        let (open, close) = if header.is_array { ("[[", "]]") } else { ("[", "]") };
        self.out.push_str(open);
        self.keys(&header.keys);
        self.out.push_str(close);
    }

    fn keys(&mut self, keys: &[Span]) {
        for (at, key) in keys.iter().enumerate() {
            if at > 0 {
                self.out.push('.');
            }
            self.out.push_str(&self.text[key.clone()]);
        }
    }

    fn entry(&mut self, entry: &Entry, indent: usize, room: Room) {
        if !entry.keys.is_empty() {
            self.keys(&entry.keys);
            self.out.push_str(" = ");
        }
        self.value(&entry.value, indent, room);
    }

    fn value(&mut self, node: &Node, indent: usize, room: Room) {
        match &node.kind {
            NodeKind::Scalar => self.out.push_str(&self.text[node.span.clone()]),
            NodeKind::Array(pieces) => self.array(node, pieces, indent, room),
            NodeKind::Table(pieces) if has_comment(pieces) => {
                self.rows(pieces, indent, ["{", "}"], Rows::One);
            }
            NodeKind::Table(pieces) => self.table(pieces, indent, false),
        }
    }

    fn array(&mut self, node: &Node, pieces: &[Piece], indent: usize, room: Room) {
        let is_one_by_one = node.items().any(|item| self.takes_a_line(&item.value));
        if (room == Room::Line && is_one_by_one) || has_comment_within(node) {
            let rows = if is_one_by_one { Rows::One } else { Rows::Filled };
            return self.rows(pieces, indent, ["[", "]"], rows);
        }
        let start = self.out.len();
        self.out.push('[');
        for (at, item) in node.items().enumerate() {
            self.out.push_str(if at > 0 { ", " } else { "" });
            self.value(&item.value, indent, Room::Within);
        }
        self.out.push(']');
        if room == Room::Line && self.width() > COLUMNS {
            self.out.truncate(start);
            self.rows(pieces, indent, ["[", "]"], Rows::Filled);
        }
    }

    /// True for what stands alone on its line of an array.
    fn takes_a_line(&self, node: &Node) -> bool {
        node.is_table()
            || self.text[node.span.clone()].contains('\n') && matches!(node.kind, NodeKind::Scalar)
            || node.items().any(|item| self.takes_a_line(&item.value))
    }

    /// `{ a = 1, b = 2 }`; in a row of an array the spaces behind commas stay, for they make columns.
    fn table(&mut self, pieces: &[Piece], indent: usize, is_row: bool) {
        let mut space = 1;
        let mut is_first = true;
        self.out.push('{');
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Comma(_) => space = self.space_after(pieces, at, is_row),
                Piece::Item(item) => {
                    self.out.push_str(if is_first { "" } else { "," });
                    self.pad(space);
                    self.entry(item, indent, Room::Within);
                    is_first = false;
                }
                _ => {}
            }
        }
        self.out.push_str(if is_first { "}" } else { " }" });
    }

    fn space_after(&self, pieces: &[Piece], comma: usize, is_row: bool) -> usize {
        match pieces.get(comma + 1..) {
            Some([Piece::Space(span), Piece::Item(_), ..]) if is_row => {
                let space = &self.text[span.clone()];
                if space.contains('\t') { 1 } else { space.len() }
            }
            _ => 1,
        }
    }

    /// The values of an array, or of a table with comments, over several lines.
    fn rows(&mut self, pieces: &[Piece], indent: usize, brackets: [&str; 2], rows: Rows) {
        let inner = indent + INDENT;
        let mut breaks = 0;
        let mut is_first = true;
        self.out.push_str(brackets[0]);
        for piece in pieces {
            let row = match piece {
                Piece::Newline(_) => {
                    breaks += 1;
                    continue;
                }
                Piece::Comma(_) | Piece::Space(_) => continue,
                Piece::Comment(span) if breaks == 0 => {
                    self.trailing_comment(span);
                    is_first = false;
                    continue;
                }
                Piece::Comment(span) => self.text[span.clone()].trim_end().to_owned(),
                Piece::Item(item) => self.row(item, inner),
            };
            if rows == Rows::Filled && breaks == 0 && !is_first && self.fits(&row) {
                self.out.push(' ');
            } else {
                self.new_line(inner, breaks > 1 && !is_first);
            }
            self.out.push_str(&row);
            (breaks, is_first) = (0, false);
        }
        self.new_line(indent, false);
        self.out.push_str(brackets[1]);
    }

    fn row(&self, item: &Entry, indent: usize) -> String {
        let mut writer = Writer { out: " ".repeat(indent), ..*self };
        match &item.value.kind {
            NodeKind::Table(pieces) if item.keys.is_empty() && !has_comment(pieces) => {
                writer.table(pieces, indent, true);
            }
            _ => writer.entry(item, indent, Room::Line),
        }
        writer.out.split_off(indent) + ","
    }

    fn fits(&self, row: &str) -> bool {
        !row.contains('\n') && self.width() + 1 + row.chars().count() <= COLUMNS
    }

    fn comment(&mut self, span: &Span) {
        self.out.push_str(self.text[span.clone()].trim_end());
    }

    /// A comment behind something: in the column it was in, if there is room.
    fn trailing_comment(&mut self, span: &Span) {
        let column = last_line(&self.text[..span.start]).chars().count();
        self.pad(column.saturating_sub(self.width()).max(1));
        self.comment(span);
    }

    fn pad(&mut self, spaces: usize) {
        self.out.extend(std::iter::repeat_n(' ', spaces));
    }

    fn new_line(&mut self, indent: usize, blank: bool) {
        self.out.push_str(if blank { self.line_end } else { "" });
        self.out.push_str(self.line_end);
        self.pad(indent);
    }

    /// The columns that the last line takes so far.
    fn width(&self) -> usize {
        last_line(&self.out).chars().count()
    }
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or(text)
}

fn has_comment(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| matches!(piece, Piece::Comment(_)))
}

fn has_comment_within(node: &Node) -> bool {
    has_comment(node.pieces()) || node.items().any(|item| has_comment_within(&item.value))
}
