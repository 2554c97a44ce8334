//! How a view is said: headings, paragraphs, lists, tables and trees, as text or as Markdown.

mod html;
mod layout;
mod plain;
mod table;
mod tree;

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use layout::{COLUMNS, hang, lines};
use plain::{escaped, printable};
pub use table::Table;
pub use tree::Branch;

/// What a view has to say, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    pub blocks: Vec<Block>,
}

/// One part of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// The level, 1 for the page's own, and the text.
    Heading(u8, String),
    Paragraph(String),
    List(Vec<String>),
    /// A list whose items are ticked off.
    Checklist(Vec<String>),
    Table(Table),
    Tree(Branch),
    /// Lines to be copied as they are.
    Code(String),
}

/// A view: data for programs, and a page for people.
pub trait View: Serialize {
    /// Says it.
    fn page(&self) -> Page;

    /// For people at a terminal.
    #[must_use]
    fn text(&self) -> String {
        self.page().text()
    }

    /// For a pull request or a wiki.
    #[must_use]
    fn markdown(&self) -> String {
        self.page().markdown()
    }

    /// For programs.
    #[must_use]
    fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a view is texts, numbers and lists") + "\n"
    }
}

impl Page {
    /// Adds a heading.
    #[must_use]
    pub fn heading(self, level: u8, text: impl Into<String>) -> Page {
        self.with(Block::Heading(level, text.into()))
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn paragraph(self, text: impl Into<String>) -> Page {
        self.with(Block::Paragraph(text.into()))
    }

    /// Adds a list; nothing for an empty one.
    #[must_use]
    pub fn list(self, items: Vec<String>) -> Page {
        if items.is_empty() { self } else { self.with(Block::List(items)) }
    }

    /// Adds a list whose items are ticked off; nothing for an empty one.
    #[must_use]
    pub fn checklist(self, items: Vec<String>) -> Page {
        if items.is_empty() { self } else { self.with(Block::Checklist(items)) }
    }

    /// Adds a table; nothing for one without rows.
    #[must_use]
    pub fn table(self, table: Table) -> Page {
        if table.rows.is_empty() { self } else { self.with(Block::Table(table)) }
    }

    /// Adds a tree.
    #[must_use]
    pub fn tree(self, root: Branch) -> Page {
        self.with(Block::Tree(root))
    }

    /// Adds lines to be copied as they are.
    #[must_use]
    pub fn code(self, lines: impl Into<String>) -> Page {
        self.with(Block::Code(lines.into()))
    }

    fn with(mut self, block: Block) -> Page {
        self.blocks.push(block);
        self
    }

    /// Draws it for a terminal, at most 100 columns wide where words allow it.
    #[must_use]
    pub fn text(&self) -> String {
        printable(&self.joined(|block| match block {
            Block::Heading(1, text) => underlined(text, "="),
            Block::Heading(2, text) => underlined(text, "-"),
            Block::Heading(_, text) => format!("{text}:\n"),
            Block::Paragraph(text) => hang("", "", text),
            Block::List(items) => lines(items, |item| hang("- ", "  ", item)),
            Block::Checklist(items) => lines(items, |item| hang("- [ ] ", "      ", item)),
            Block::Table(table) => table.text(),
            Block::Tree(root) => root.text(),
            Block::Code(code) => code.clone(),
        }))
    }

    /// Writes it as GitHub's Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        self.joined(|block| match block {
            Block::Heading(level, text) => {
                format!("{} {}\n", "#".repeat(usize::from(*level)), escaped(text))
            }
            Block::Paragraph(text) => escaped(text) + "\n",
            Block::List(items) => lines(items, |item| format!("- {}\n", escaped(item))),
            Block::Checklist(items) => lines(items, |item| format!("- [ ] {}\n", escaped(item))),
            Block::Table(table) => table.markdown(),
            Block::Tree(root) => root.markdown(0),
            Block::Code(code) => format!("```\n{code}```\n"),
        })
    }

    /// Blocks with an empty line between them.
    fn joined(&self, draw: impl Fn(&Block) -> String) -> String {
        self.blocks.iter().map(draw).collect::<Vec<_>>().join("\n")
    }
}

fn underlined(text: &str, line: &str) -> String {
    format!("{text}\n{}\n", line.repeat(text.width().min(COLUMNS)))
}
