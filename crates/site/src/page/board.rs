//! The board, and which bets of it are asked for.

use std::collections::HashMap;

use axum::extract::Query;
use axum::response::Response;
use trueup_pages::page::BoardPage;
use trueup_pages::page::board::Shown;

use crate::answer;
use crate::paths::Paths;
use crate::visit::Visit;
use crate::workspace::Workspace;

const SHOWN: &[(&str, &str)] = &[
    ("horizon", "Only bets of this horizon, by its id."),
    ("verdict", "Only bets with this verdict, as it is spoken."),
    ("owner", "Only bets that this person owns, by id."),
];

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths.page::<BoardPage, _>("/board", "Every bet where it stands.", SHOWN, board)
}

async fn board(Query(asked): Query<HashMap<String, String>>, visit: Visit) -> Response {
    // An empty field of a form asks for nothing.
    let of = |name: &str| asked.get(name).filter(|value| !value.is_empty()).cloned();
    let shown = Shown { horizon: of("horizon"), verdict: of("verdict"), owner: of("owner") };
    answer::page(&visit.headers, &BoardPage::new(&visit.snapshot, visit.frame(), shown))
}
