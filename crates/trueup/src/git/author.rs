//! Who writes at this machine, as git is told: `user.name`, `user.email`, and what stands above them.

use std::path::Path;

/// Somebody who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub name: String,
    pub email: String,
}

impl Author {
    /// Whom git would name for a commit of a folder; `None` where it is in no repository, or git has not been told.
    pub fn of(folder: &Path) -> Option<Author> {
        let repository = gix::discover(folder).ok()?;
        let author = repository.author()?.ok()?;
        let text = |bytes: &gix::bstr::BStr| bytes.to_string().trim().to_owned();
        let author = Author { name: text(author.name), email: text(author.email) };
        (!author.name.is_empty()).then_some(author)
    }
}
