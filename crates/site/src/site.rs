//! All that the site holds, and its router.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};

use crate::answer;
use crate::change;
use crate::changes::{self, Listeners};
use crate::kept::Kept;
use crate::page;
use crate::paths::Paths;
use crate::people::People;
use crate::people::guard::guard;
use crate::workspace::Workspace;

/// The site over one workspace.
pub struct Site<W> {
    pub(crate) workspace: W,
    pub(crate) people: People,
    pub(crate) listeners: Listeners,
    pub(crate) kept: Kept,
}

impl<W: Workspace> Site<W> {
    /// The site for whoever sits at this machine.
    #[must_use]
    pub fn new(workspace: W) -> Site<W> {
        Site::with_people(workspace, People::local())
    }

    /// The site for those who may come in.
    #[must_use]
    pub fn with_people(workspace: W, people: People) -> Site<W> {
        Site { workspace, people, listeners: Listeners::default(), kept: Kept::default() }
    }

    /// What it works on.
    pub fn workspace(&self) -> &W {
        &self.workspace
    }

    /// Ends what would otherwise last: open pages no longer wait for a newer snapshot.
    pub fn close(&self) {
        self.listeners.close();
    }
}

/// Every path of the site. It has no fallback: what is not found is said by whom it is merged into.
pub fn router<W: Workspace>(site: &Arc<Site<W>>) -> Router {
    let paths = page::access::paths(page::login::paths(page::paths(Paths::of(site))));
    let paths = changes::paths(change::paths(paths));
    let router = paths.described().method_not_allowed_fallback(answer::other_method);
    let guard = from_fn_with_state(Arc::clone(site), guard::<W>);
    router.layer(guard).layer(from_fn(answer::secure)).with_state(Arc::clone(site))
}

/// The site beside other paths on the same port: where a browser asks for one of them in vain, it gets a page.
pub fn beside<W: Workspace>(site: &Arc<Site<W>>, others: Router) -> Router {
    let explain = from_fn_with_state(Arc::clone(site), answer::explain::<W>);
    router(site).merge(others).layer(explain)
}
