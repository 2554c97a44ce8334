//! Capabilities: what the product gains beside the training it asks for, and the harness in their place.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass everything by reference")]

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_views::capabilities::{Capabilities, Row};
use trueup_views::harness::{Exit, Release, Thinness, Trend};

use super::Page;
use crate::chart::{Figure, Point, trend};
use crate::filters;
use crate::frame::{Frame, Section};
use crate::said;
use crate::snapshot::Snapshot;

/// The two columns.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "capabilities.html")]
pub struct CapabilitiesPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub capabilities: Capabilities,
}

impl CapabilitiesPage {
    #[must_use]
    pub fn new(snapshot: &Snapshot, frame: Frame) -> CapabilitiesPage {
        let capabilities = trueup_views::capabilities::capabilities(&snapshot.seen());
        CapabilitiesPage { frame, capabilities }
    }

    fn section(&self) -> Section {
        Section::Capabilities
    }

    /// True when it enables no bet.
    fn is_orphan(&self, row: &Row) -> bool {
        self.capabilities.orphans.contains(&row.id)
    }

    /// Thinness over the releases of models.
    fn thinness(&self) -> Figure {
        let point = |release: &Release| Point {
            at: format!("{} {}", release.on, release.model.as_deref().unwrap_or_default()),
            value: release.thinness.and_then(|thinness| thinness.share),
            low: None,
            high: None,
            rests_on: release.thinness.as_ref().map(thin).unwrap_or_default(),
        };
        let points: Vec<Point> = self.capabilities.harness.releases.iter().map(point).collect();
        trend("thinness", "How thin the layer was at each release", "share", &points, None, None)
    }

    /// The title of a capability by its id.
    fn title_of<'a>(&'a self, id: &'a str) -> &'a str {
        let rows = &self.capabilities.capabilities;
        rows.iter().find(|row| row.id == id).map_or(id, |row| &row.title)
    }
}

/// A mark and a word for whether a harness can go.
fn exit(exit: &Exit) -> (&'static str, &'static str) {
    match exit {
        Exit::CanGo => ("✓", "can go"),
        Exit::Stays => ("✗", "stays"),
        Exit::Undecided => ("…", "undecided"),
        Exit::Ask => ("?", "ask"),
    }
}

/// How thinness moved, as people read it.
fn moved(release: &Release) -> &'static str {
    match release.trend {
        Some(Trend::Rising) => "↑ thinner",
        Some(Trend::Level) => "→ as before",
        Some(Trend::Falling) => "↓ thicker",
        None => "",
    }
}

/// `67 % thin: 1 harness of 3 components`.
fn thin(thinness: &Thinness) -> String {
    let Thinness { harness, components, share } = *thinness;
    match share {
        Some(share) => {
            format!("{:.0} % thin: {harness} harness of {components} components", share * 100.0)
        }
        None => "no component is written down".to_owned(),
    }
}

impl Page for CapabilitiesPage {}
