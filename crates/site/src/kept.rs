//! Pages that were made already. A page of the roadmap follows from the snapshot, from who looks and from its address alone,
//! so it is made once for all who look in the same way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::response::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use trueup_pages::{Snapshot, Viewer};

use crate::answer::{Form, Lacking};
use crate::people::Action;
use crate::site::Site;
use crate::visit::Visit;
use crate::workspace::Workspace;

/// What all pages that are kept may take together, in bytes.
const MOST: usize = 32 << 20;

/// All on which a page of one snapshot may rest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Asked {
    path: String,
    form: Form,
    viewer: Viewer,
    may: [bool; Action::ALL.len()],
}

/// Pages of the snapshot that was looked at last.
#[derive(Default)]
pub struct Kept(Mutex<Of>);

#[derive(Default)]
struct Of {
    snapshot: Option<Arc<Snapshot>>,
    pages: HashMap<Asked, (Parts, Bytes)>,
    bytes: usize,
}

impl Of {
    fn is_of(&self, snapshot: &Arc<Snapshot>) -> bool {
        self.snapshot.as_ref().is_some_and(|kept| Arc::ptr_eq(kept, snapshot))
    }

    fn start_anew(&mut self, snapshot: &Arc<Snapshot>) {
        *self = Of { snapshot: Some(Arc::clone(snapshot)), ..Of::default() };
    }
}

impl Kept {
    fn find(&self, snapshot: &Arc<Snapshot>, asked: &Asked) -> Option<Response> {
        let mut of = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !of.is_of(snapshot) {
            of.start_anew(snapshot);
        }
        let (parts, body) = of.pages.get(asked)?;
        Some(Response::from_parts(parts.clone(), Body::from(body.clone())))
    }

    /// Where there is no room left, all that was kept goes: what is looked at comes back at the next look.
    fn keep(&self, snapshot: &Arc<Snapshot>, asked: Asked, parts: Parts, body: Bytes) {
        let size = asked.path.len() + body.len();
        let mut of = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !of.is_of(snapshot) || size > MOST {
            return;
        }
        if of.bytes + size > MOST {
            of.start_anew(snapshot);
        }
        if of.pages.insert(asked, (parts, body)).is_none() {
            of.bytes += size;
        }
    }
}

/// Answers with the page that was made before; else makes it, and keeps it if it is one.
pub async fn once<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    visit: Visit,
    mut request: Request,
    next: Next,
) -> Response {
    // What asks for the headers of a page is given them without its body, which would be missing to those who want it.
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let path = request.uri().path_and_query().map_or("", |path| path.as_str());
    let asked = Asked {
        path: path.to_owned(),
        form: Form::asked(&visit.headers),
        viewer: visit.viewer.clone(),
        may: Action::ALL.map(|action| visit.may(action)),
    };
    let snapshot = Arc::clone(&visit.snapshot);
    if let Some(made) = site.kept.find(&snapshot, &asked) {
        return made;
    }
    // Who asks was found out already, and the page has to be of the snapshot under which it is kept.
    request.extensions_mut().insert(visit);
    let answer = next.run(request).await;
    let is_lacking = answer.extensions().get::<Lacking>().is_some();
    if answer.status() != StatusCode::OK || is_lacking {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a page is whole in memory");
    site.kept.keep(&snapshot, asked, parts.clone(), body.clone());
    Response::from_parts(parts, Body::from(body))
}
