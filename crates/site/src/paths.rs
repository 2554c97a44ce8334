//! Every path, registered together with its description, so that the API's document cannot fall out of step.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::handler::Handler;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use schemars::{Schema, SchemaGenerator};
use trueup_pages::Page;

use crate::kept;
use crate::openapi;
use crate::site::Site;
use crate::workspace::Workspace;

/// Paths that were registered so far.
pub struct Paths<W> {
    site: Arc<Site<W>>,
    router: Router<Arc<Site<W>>>,
    operations: Vec<Operation>,
}

/// A parameter of a query or a field of a form: its name and what it means.
pub type Named = (&'static str, &'static str);

/// One method of one path, as `OpenAPI` describes it.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: &'static str,
    /// As `OpenAPI` writes it: `/bets/{id}`.
    pub path: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    pub query: &'static [Named],
    /// Fields of the form that is sent. A form may take more than it names here, such as those of a file.
    pub fields: &'static [Named],
    /// The schema of the JSON answer; `None` where the answer is the way to a page.
    pub answer: Option<fn(&mut SchemaGenerator) -> Schema>,
}

impl<W: Workspace> Paths<W> {
    /// None yet, of a site.
    pub fn of(site: &Arc<Site<W>>) -> Paths<W> {
        Paths { site: Arc::clone(site), router: Router::new(), operations: Vec::new() }
    }

    /// Adds a page, which is HTML or JSON by what is accepted. It follows from the snapshot, from who looks and from its
    /// address alone, so it is made once for all who look in the same way.
    #[must_use]
    pub fn page<P: Page, T: 'static>(
        self,
        path: &'static str,
        summary: &'static str,
        query: &'static [Named],
        handler: impl Handler<T, Arc<Site<W>>>,
    ) -> Paths<W> {
        let kept = from_fn_with_state(Arc::clone(&self.site), kept::once::<W>);
        self.route::<P>(path, summary, query, get(handler).layer(kept))
    }

    /// Adds a page that tells what may change while the snapshot stays.
    #[must_use]
    pub fn live_page<P: Page, T: 'static>(
        self,
        path: &'static str,
        summary: &'static str,
        query: &'static [Named],
        handler: impl Handler<T, Arc<Site<W>>>,
    ) -> Paths<W> {
        self.route::<P>(path, summary, query, get(handler))
    }

    fn route<P: Page>(
        mut self,
        path: &'static str,
        summary: &'static str,
        query: &'static [Named],
        methods: MethodRouter<Arc<Site<W>>>,
    ) -> Paths<W> {
        self.router = self.router.route(path, methods);
        let answer: fn(&mut SchemaGenerator) -> Schema = |schemas| schemas.subschema_for::<P>();
        let (method, fields, answer) = ("get", &[] as _, Some(answer));
        self.operations.push(Operation { method, path, summary, query, fields, answer });
        self
    }

    /// Adds a form's target, which also takes the same fields as JSON.
    #[must_use]
    pub fn post<T: 'static>(
        mut self,
        path: &'static str,
        summary: &'static str,
        handler: impl Handler<T, Arc<Site<W>>>,
    ) -> Paths<W> {
        self.router = self.router.route(path, post(handler));
        let (method, query, fields) = ("post", &[] as _, &[] as _);
        let operation = Operation { method, path, summary, query, fields, answer: None };
        self.operations.push(operation);
        self
    }

    /// Names the fields that the form takes which was added last.
    #[must_use]
    pub fn fields(mut self, fields: &'static [Named]) -> Paths<W> {
        if let Some(last) = self.operations.last_mut() {
            last.fields = fields;
        }
        self
    }

    /// Adds what is no part of the API: assets and ways to elsewhere.
    #[must_use]
    pub fn plain(mut self, path: &str, methods: MethodRouter<Arc<Site<W>>>) -> Paths<W> {
        self.router = self.router.route(path, methods);
        self
    }

    /// Adds the description of all that was added, and returns every path.
    pub fn described(self) -> Router<Arc<Site<W>>> {
        let document: Bytes = openapi::document(&self.operations).to_string().into();
        let kind = [(CONTENT_TYPE, "application/json")];
        let describe = get(move || async move { (kind, document) });
        self.router.route("/openapi.json", describe)
    }
}
