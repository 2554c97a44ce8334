//! `trueup fmt`: the roadmap's files, all laid out in one way.

use std::fmt::Write;
use std::io::stderr;
use std::path::Path;

use anyhow::Result;
use similar::TextDiff;
use trueup_roadmap::{Diagnostic, Source};

use super::{Said, colour};
use crate::args::Fmt;
use crate::folder;

pub fn run(args: &Fmt) -> Result<Said> {
    let folder = folder::locate(args.roadmap.as_deref())?;
    let sources = folder::read(&folder)?;
    let layout = Layout::of(&sources);
    tell(&layout.broken, &sources);
    if args.check {
        let bad_news = !layout.changed.is_empty() || !layout.broken.is_empty();
        return Ok(Said { text: layout.differences(&sources), bad_news });
    }
    Ok(layout.write(&folder, &sources))
}

/// What formatting would do to a roadmap.
struct Layout<'s> {
    /// Each file that would change, with its new text.
    changed: Vec<(&'s Source, String)>,
    /// Why the others could not be read.
    broken: Vec<Diagnostic>,
}

impl Layout<'_> {
    fn of(sources: &[Source]) -> Layout<'_> {
        let mut layout = Layout { changed: Vec::new(), broken: Vec::new() };
        for source in sources {
            match trueup_roadmap::format(source) {
                Ok(text) if text == source.text => {}
                Ok(text) => layout.changed.push((source, text)),
                Err(diagnostics) => layout.broken.extend(diagnostics),
            }
        }
        layout
    }

    /// Rewrites what changes. A file that cannot be written is told; it does not stop the others.
    fn write(&self, folder: &Path, sources: &[Source]) -> Said {
        let mut text = String::new();
        let mut bad_news = !self.broken.is_empty();
        for (source, new) in &self.changed {
            match folder::replace(folder, source, new) {
                Ok(()) => {
                    let _ = writeln!(text, "formatted {}", source.path);
                }
                Err(error) => {
                    eprintln!("error: {error:#}");
                    bad_news = true;
                }
            }
        }
        if self.changed.is_empty() && !bad_news {
            text = nothing_to_change(sources);
        }
        Said { text, bad_news }
    }

    fn differences(&self, sources: &[Source]) -> String {
        if self.changed.is_empty() && self.broken.is_empty() {
            return nothing_to_change(sources);
        }
        let (changed, all) = (self.changed.len(), sources.len());
        let mut text = format!("{changed} of {all} files would change\n");
        for (source, new) in &self.changed {
            let difference = TextDiff::from_lines(source.text.as_str(), new.as_str());
            let mut difference = difference.unified_diff();
            let shown = difference.context_radius(1).header(&source.path, &source.path);
            let _ = write!(text, "\n{shown}");
        }
        text
    }
}

fn nothing_to_change(sources: &[Source]) -> String {
    format!("ok: {} files, nothing to change\n", sources.len())
}

fn tell(broken: &[Diagnostic], sources: &[Source]) {
    eprint!("{}", trueup_roadmap::render(broken, sources, colour(&stderr())));
}
