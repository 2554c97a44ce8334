//! Lines and columns of a text, through an index: no look-up reads more than one block.

/// Bytes between two counted places.
const BLOCK: usize = 1024;

/// A text, where its lines start, and how many characters stand before each block.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// The first is behind a byte order mark, which belongs to no line.
    starts: Vec<usize>,
    blocks: Vec<Length>,
}

/// A place as people and editors count it, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub line: usize,
    /// In characters (Unicode scalar values).
    pub column: usize,
    /// In UTF-16 code units.
    pub column_utf16: usize,
    /// In bytes of the text, from 0.
    pub byte: usize,
}

/// The length of a part of the text.
#[derive(Clone, Copy, Default)]
struct Length {
    chars: usize,
    utf16: usize,
}

impl Length {
    fn and(self, bytes: &[u8]) -> Length {
        bytes.iter().fold(self, |length, byte| match byte {
            // The bytes of a character after its first.
            0x80..=0xbf => length,
            // Four bytes: two units.
            0xf0.. => Length { chars: length.chars + 1, utf16: length.utf16 + 2 },
            _ => Length { chars: length.chars + 1, utf16: length.utf16 + 1 },
        })
    }
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Lines<'a> {
        let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(mark).chain(ends.map(|(at, _)| at + 1)).collect();
        let mut before = Length::default();
        let blocks = text.as_bytes().chunks(BLOCK).map(|block| {
            let after = before.and(block);
            std::mem::replace(&mut before, after)
        });
        let blocks = blocks.collect();
        Lines { text, starts, blocks }
    }

    /// Where a byte is; within a line break, the end of its line.
    pub(super) fn position(&self, byte: usize) -> Position {
        let line = self.line(byte);
        let first = self.starts[line - 1];
        let at = floor(self.text, byte).clamp(first, first + self.line_text(line).len());
        let (start, here) = (self.length_before(first), self.length_before(at));
        Position {
            line,
            column: here.chars - start.chars + 1,
            column_utf16: here.utf16 - start.utf16 + 1,
            byte: byte.min(self.text.len()),
        }
    }

    /// The number of the line that a byte lies on, from 1.
    pub(super) fn line(&self, byte: usize) -> usize {
        self.starts.partition_point(|first| *first <= byte.min(self.text.len())).max(1)
    }

    /// The byte that a line starts at.
    pub(super) fn start(&self, line: usize) -> usize {
        self.starts[line - 1]
    }

    /// A line without its break.
    pub(super) fn line_text(&self, line: usize) -> &'a str {
        let end = self.starts.get(line).map_or(self.text.len(), |next| next - 1);
        let text = &self.text[self.starts[line - 1]..end];
        text.strip_suffix('\r').unwrap_or(text)
    }

    fn length_before(&self, byte: usize) -> Length {
        let block = byte / BLOCK;
        let bytes = &self.text.as_bytes()[block * BLOCK..byte];
        // Behind the last byte of a text that fills its blocks there is none.
        match self.blocks.get(block) {
            Some(before) => before.and(bytes),
            None => self.whole(),
        }
    }

    fn whole(&self) -> Length {
        let last = self.blocks.len().saturating_sub(1);
        let bytes = &self.text.as_bytes()[last * BLOCK..];
        self.blocks.last().copied().unwrap_or_default().and(bytes)
    }
}

/// The nearest character boundary at or before a byte.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str, bytes: &[usize]) -> Vec<(usize, usize, usize)> {
        let lines = Lines::new(text);
        let place = |byte: &usize| {
            let at = lines.position(*byte);
            (at.line, at.column, at.column_utf16)
        };
        bytes.iter().map(place).collect()
    }

    #[test]
    fn characters_units_marks_and_breaks() {
        assert_eq!(places("", &[0, 9]), [(1, 1, 1), (1, 1, 1)]);
        assert_eq!(
            places("é𝄞x\ny", &[0, 2, 6, 7, 8, 9]),
            [(1, 1, 1), (1, 2, 2), (1, 3, 4), (1, 4, 5), (2, 1, 1), (2, 2, 2)]
        );
        assert_eq!(places("\u{feff}ab", &[0, 3, 4]), [(1, 1, 1), (1, 1, 1), (1, 2, 2)]);
        assert_eq!(places("a\r\nb", &[1, 2, 3]), [(1, 2, 2), (1, 2, 2), (2, 1, 1)]);
        assert_eq!(places("𝄞", &[1, 2, 3]), [(1, 1, 1); 3]);
    }

    /// Whatever the block it falls in, a byte is where plain counting finds it.
    #[test]
    fn the_index_agrees_with_counting() {
        let text = "ä𝄞 b\n\r\nccc日本\n".repeat(400) + &"x".repeat(BLOCK);
        let text = &text[..floor(&text, text.len() / BLOCK * BLOCK)];
        let lines = Lines::new(text);
        for (byte, letter) in text.char_indices().filter(|(_, letter)| !"\r\n".contains(*letter)) {
            let before = &text[..byte];
            let line = before.rsplit('\n').next().unwrap_or(before);
            let at = lines.position(byte);
            let counted = (
                before.matches('\n').count() + 1,
                line.chars().count() + 1,
                line.encode_utf16().count() + 1,
            );
            assert_eq!((at.line, at.column, at.column_utf16), counted, "{letter} at {byte}");
        }
        assert_eq!(lines.position(text.len()).byte, text.len());
    }
}
