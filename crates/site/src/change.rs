//! Writing: everything that people do on the pages, each as one commit in their name.
//!
//! A form is read, its change is made to the text in memory, and looked at: what nobody can read is given back with the
//! reason at its field (422), what somebody else changed meanwhile with a choice (409). Then the workspace makes the same
//! change to the files.

mod decide;
mod edit;
mod guard;
mod new;
mod save;
mod sign;
mod target;
mod text;

use crate::paths::Paths;
use crate::workspace::Workspace;

/// Adds every form and its target.
pub fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    let paths = text::paths(edit::paths(paths));
    new::paths(decide::paths(sign::paths(paths)))
}
