//! The text as it is written: each key, value and comment with its place, nothing lost, in order.
//!
//! Edits and formatting change the text through these places. `toml_edit` cannot serve here: it
//! moves dotted keys together and respells prefixes (its issues 163 and 1214).

use std::ops::Range;

use toml_parser::decoder::Encoding;
use toml_parser::parser::{Event, EventKind, parse_document};

pub(crate) type Span = Range<usize>;

/// One statement of a document, with its whole line or lines, their end included.
#[derive(Debug)]
pub(crate) struct Statement {
    pub line: Span,
    pub kind: StatementKind,
    /// A comment behind the key or header.
    pub comment: Option<Span>,
}

#[derive(Debug)]
pub(crate) enum StatementKind {
    Blank,
    /// A comment on a line of its own.
    Comment(Span),
    Header(Header),
    Entry(Entry),
}

/// `[a.b]` or `[[a.b]]`.
#[derive(Debug)]
pub(crate) struct Header {
    pub keys: Vec<Span>,
    pub is_array: bool,
}

/// `a.b = value`; an element of an array has no keys.
#[derive(Debug)]
pub(crate) struct Entry {
    pub keys: Vec<Span>,
    pub value: Node,
}

impl Entry {
    pub(crate) fn start(&self) -> usize {
        self.keys.first().map_or(self.value.span.start, |key| key.start)
    }
}

/// A value.
#[derive(Debug)]
pub(crate) struct Node {
    pub span: Span,
    pub kind: NodeKind,
}

#[derive(Debug)]
pub(crate) enum NodeKind {
    Scalar,
    Array(Vec<Piece>),
    Table(Vec<Piece>),
}

/// What stands between the brackets.
#[derive(Debug)]
pub(crate) enum Piece {
    Item(Entry),
    Comma(Span),
    Comment(Span),
    Newline(Span),
    Space(Span),
}

impl Node {
    pub(crate) fn pieces(&self) -> &[Piece] {
        match &self.kind {
            NodeKind::Scalar => &[],
            NodeKind::Array(pieces) | NodeKind::Table(pieces) => pieces,
        }
    }

    pub(crate) fn items(&self) -> impl Iterator<Item = &Entry> {
        self.pieces().iter().filter_map(|piece| match piece {
            Piece::Item(item) => Some(item),
            _ => None,
        })
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.kind, NodeKind::Table(_))
    }
}

/// Reads a text that is known to be TOML.
pub(crate) fn statements(text: &str) -> Vec<Statement> {
    let events = events(text);
    let mut reader = Reader { events: &events, at: 0 };
    let mut statements = Vec::new();
    while reader.peek().is_some() {
        statements.push(reader.statement());
    }
    statements
}

fn events(text: &str) -> Vec<Event> {
    let tokens = toml_parser::Source::new(text).lex().into_vec();
    let mut events: Vec<Event> = Vec::with_capacity(tokens.len());
    parse_document(&tokens, &mut events, &mut ());
    events
}

/// Everything in a text that means something, comments too, in order and as it is spelled.
pub(crate) fn spelled(text: &str) -> Vec<&str> {
    let is_layout =
        |kind| matches!(kind, EventKind::Whitespace | EventKind::Newline | EventKind::ValueSep);
    let spelled = |event: &Event| {
        let span = event.span();
        (!is_layout(event.kind())).then(|| text[span.start()..span.end()].trim_end())
    };
    events(text).iter().filter_map(spelled).collect()
}

/// A key as it is meant, without its quotes and escapes.
pub(crate) fn name(written: &str) -> String {
    let encoding = match written.as_bytes().first() {
        Some(b'"') => Some(Encoding::BasicString),
        Some(b'\'') => Some(Encoding::LiteralString),
        _ => None,
    };
    let span = toml_parser::Span::new_unchecked(0, written.len());
    let mut name = std::borrow::Cow::default();
    toml_parser::Raw::new_unchecked(written, encoding, span).decode_key(&mut name, &mut ());
    name.into_owned()
}

/// The TOML within a text: all of it, or of a note what stands between its `+++` lines.
pub(crate) fn toml_within(text: &str) -> Span {
    header(text).unwrap_or(0..text.len())
}

/// The header of a note: between a first line `+++` and the next line `+++`.
pub(crate) fn header(text: &str) -> Option<Span> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|line| is_fence(line.trim_start_matches('\u{feff}')))?;
    let mut end = first.len();
    for line in lines {
        if is_fence(line) {
            return Some(first.len()..end);
        }
        end += line.len();
    }
    None
}

/// True when a text opens a header, whether or not it closes it.
pub(crate) fn opens_header(text: &str) -> bool {
    text.lines().next().is_some_and(|line| is_fence(line.trim_start_matches('\u{feff}')))
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == "+++"
}

/// The end of line that a text uses first.
pub(crate) fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

struct Reader<'e> {
    events: &'e [Event],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<EventKind> {
        self.events.get(self.at).map(Event::kind)
    }

    fn next(&mut self) -> Span {
        let span = self.events[self.at].span();
        self.at += 1;
        span.start()..span.end()
    }

    fn next_if(&mut self, kind: EventKind) -> Option<Span> {
        (self.peek() == Some(kind)).then(|| self.next())
    }

    fn statement(&mut self) -> Statement {
        let start = self.events[self.at].span().start();
        self.next_if(EventKind::Whitespace);
        let kind = match self.peek() {
            Some(EventKind::Comment) => StatementKind::Comment(self.next()),
            Some(EventKind::StdTableOpen | EventKind::ArrayTableOpen) => {
                StatementKind::Header(self.header())
            }
            Some(EventKind::SimpleKey) => StatementKind::Entry(self.entry()),
            _ => StatementKind::Blank,
        };
        self.next_if(EventKind::Whitespace);
        let comment = self.next_if(EventKind::Comment);
        // A text that is TOML has nothing else on the line; skipping it keeps any other from looping.
        while self.peek().is_some_and(|kind| kind != EventKind::Newline) {
            self.next();
        }
        self.next_if(EventKind::Newline);
        let end = self.events[self.at - 1].span().end();
        Statement { line: start..end, kind, comment }
    }

    fn header(&mut self) -> Header {
        let is_array = self.peek() == Some(EventKind::ArrayTableOpen);
        self.next();
        let mut keys = Vec::new();
        while let Some(kind) = self.peek() {
            let span = self.next();
            match kind {
                EventKind::SimpleKey => keys.push(span),
                EventKind::StdTableClose | EventKind::ArrayTableClose => break,
                _ => {}
            }
        }
        Header { keys, is_array }
    }

    fn entry(&mut self) -> Entry {
        let mut keys = Vec::new();
        while let Some(kind) = self.peek() {
            let span = self.next();
            match kind {
                EventKind::SimpleKey => keys.push(span),
                EventKind::KeyValSep => break,
                _ => {}
            }
        }
        // Within braces a value may stand on the line below its key.
        let is_layout =
            |kind| matches!(kind, EventKind::Whitespace | EventKind::Newline | EventKind::Comment);
        while self.peek().is_some_and(is_layout) {
            self.next();
        }
        Entry { keys, value: self.value() }
    }

    fn value(&mut self) -> Node {
        let kind = self.peek();
        if kind.is_none() {
            return Node { span: 0..0, kind: NodeKind::Scalar };
        }
        let open = self.next();
        match kind {
            Some(EventKind::ArrayOpen) => {
                let (pieces, end) = self.pieces(EventKind::ArrayClose);
                Node { span: open.start..end, kind: NodeKind::Array(pieces) }
            }
            Some(EventKind::InlineTableOpen) => {
                let (pieces, end) = self.pieces(EventKind::InlineTableClose);
                Node { span: open.start..end, kind: NodeKind::Table(pieces) }
            }
            _ => Node { span: open, kind: NodeKind::Scalar },
        }
    }

    fn pieces(&mut self, close: EventKind) -> (Vec<Piece>, usize) {
        let mut pieces = Vec::new();
        let mut end = 0;
        while let Some(kind) = self.peek() {
            if kind == close {
                return (pieces, self.next().end);
            }
            let piece = self.piece(kind);
            end = self.events[self.at - 1].span().end();
            pieces.push(piece);
        }
        (pieces, end)
    }

    fn piece(&mut self, kind: EventKind) -> Piece {
        match kind {
            EventKind::ValueSep => Piece::Comma(self.next()),
            EventKind::Comment => Piece::Comment(self.next()),
            EventKind::Newline => Piece::Newline(self.next()),
            EventKind::SimpleKey => Piece::Item(self.entry()),
            EventKind::Scalar | EventKind::ArrayOpen | EventKind::InlineTableOpen => {
                Piece::Item(Entry { keys: Vec::new(), value: self.value() })
            }
            _ => Piece::Space(self.next()),
        }
    }
}
