//! The line of sight, both ways: outcome → key result → bet → criterion → metric.

mod line;
mod name;
mod node;
mod say;

use schemars::JsonSchema;
use serde::Serialize;

use crate::page::{Branch, Page, View};
use crate::seen::{Seen, Unknown};
pub use line::{Asked, Change, Found, Kind, Line};
use node::{Node, Way};

/// What something is for, and how it is measured.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Trace {
    /// What the question was about, with nothing under it.
    pub subject: Line,
    /// Towards the outcome: why.
    pub why: Vec<Line>,
    /// Towards the metric: how it is known.
    pub how: Vec<Line>,
    /// Every place where a line breaks off, once.
    pub missing: Vec<String>,
}

/// Follows the lines through what goes by this name: an id, `outcome/key-result`, `workflow/stage`,
/// or a kind before an id, such as `bet:skill-match`.
pub fn trace(seen: &Seen<'_>, name: &str) -> Result<Trace, Unknown> {
    let subject = name::find(seen.roadmap, name)?;
    let why = follow(seen, subject, Way::Up, true);
    let how = follow(seen, subject, Way::Down, true);
    let mut missing = Vec::new();
    collect(&why, &mut missing);
    collect(&how, &mut missing);
    let own = Line { lines: Vec::new(), missing: Vec::new(), ..how.clone() };
    Ok(Trace { subject: own, why: why.lines, how: how.lines, missing })
}

/// The line of a node, and of all that lies that way.
fn follow(seen: &Seen<'_>, node: Node<'_>, way: Way, is_subject: bool) -> Line {
    // A note may be about a note that is about it.
    let is_end = matches!(node, Node::Note(_)) && !is_subject;
    let next = if is_end { Vec::new() } else { node.next(seen.roadmap, way) };
    let missing = if is_end { None } else { node.missing(seen.roadmap, way, &next) };
    let lines = next.into_iter().map(|next| follow(seen, next, way, false)).collect();
    Line { missing: missing.into_iter().map(str::to_owned).collect(), lines, ..node.line(seen) }
}

fn collect(line: &Line, missing: &mut Vec<String>) {
    for gap in &line.missing {
        let gap = format!("{} {gap}", line.name());
        if !missing.contains(&gap) {
            missing.push(gap);
        }
    }
    line.lines.iter().for_each(|line| collect(line, missing));
}

impl View for Trace {
    fn page(&self) -> Page {
        let page = Page::default().heading(1, format!("Line of sight of {}", self.subject.name()));
        let page = side(page, "Why: towards the outcome", &self.subject, &self.why);
        let page = side(page, "How it is known: towards the metric", &self.subject, &self.how);
        match self.missing.as_slice() {
            [] => page.paragraph("Nothing is missing on the line."),
            missing => page.heading(2, "Missing on the line").list(missing.to_vec()),
        }
    }
}

fn side(page: Page, title: &str, subject: &Line, lines: &[Line]) -> Page {
    if lines.is_empty() {
        return page;
    }
    let branches = lines.iter().map(branch).collect();
    page.heading(2, title).tree(Branch { text: subject.sentence(), branches })
}

fn branch(line: &Line) -> Branch {
    let gaps = line.missing.iter().map(|gap| Branch::leaf(format!("✖ {gap}")));
    let branches = line.lines.iter().map(branch).chain(gaps).collect();
    Branch { text: line.sentence(), branches }
}
