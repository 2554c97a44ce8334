//! What stands around every page: the name of the roadmap, the way to the other pages, who looks, and what must be said.

use std::collections::BTreeMap;

use crate::asset::ASSETS;
use crate::link::{self, Links};
use crate::snapshot::Snapshot;

/// Around one page for one viewer.
#[derive(Debug, Clone)]
pub struct Frame {
    /// What the roadmap goes by.
    pub name: String,
    /// Tells the snapshot that is shown; pages that are open compare it.
    pub snapshot: String,
    /// The moment the answers are for.
    pub now: String,
    pub links: Links,
    pub viewer: Viewer,
    /// What was just done, told once: "saved, committed as 1a2b3c4".
    pub done: Option<String>,
    /// Said of the evidence as a whole, for example that it is simulated.
    pub notices: Vec<String>,
    /// The people of the roadmap: what each id is called.
    pub people: BTreeMap<String, String>,
}

/// Who looks at a page, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Viewer {
    /// As people write it; `None` for somebody who is not known.
    pub name: Option<String>,
    /// The id in the roadmap's `[people]`, if there is one.
    pub person: Option<String>,
    /// "viewer", "product", "R&D", "admin" or, on this machine alone, "local".
    pub role: String,
    /// True if they may change the roadmap; false also where nobody can.
    pub may_edit: bool,
    pub may_administer: bool,
    /// True where people log in, so that there is a way out.
    pub has_login: bool,
    /// The secret that forms of this viewer carry.
    pub token: String,
}

/// A part of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Board,
    Outcomes,
    Capabilities,
    Workflows,
    Economics,
    Oversight,
    Interactions,
    Metrics,
    Review,
    Diagnostics,
    Search,
    Access,
}

impl Section {
    /// Those in the navigation, in its order.
    pub const SHOWN: [Section; 10] = [
        Section::Board,
        Section::Outcomes,
        Section::Capabilities,
        Section::Workflows,
        Section::Economics,
        Section::Oversight,
        Section::Interactions,
        Section::Metrics,
        Section::Review,
        Section::Diagnostics,
    ];

    #[must_use]
    pub fn is(self, other: Section) -> bool {
        self == other
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Section::Board => "Board",
            Section::Outcomes => "Outcomes",
            Section::Capabilities => "Capabilities",
            Section::Workflows => "Workflows",
            Section::Economics => "Economics",
            Section::Oversight => "Oversight",
            Section::Interactions => "Interactions",
            Section::Metrics => "Metrics",
            Section::Review => "Review",
            Section::Diagnostics => "Diagnostics",
            Section::Search => "Search",
            Section::Access => "Access",
        }
    }

    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Section::Board => "/board",
            Section::Outcomes => "/outcomes",
            Section::Capabilities => "/capabilities",
            Section::Workflows => "/workflows",
            Section::Economics => "/economics",
            Section::Oversight => "/oversight",
            Section::Interactions => "/interactions",
            // `/metrics` is where Prometheus looks.
            Section::Metrics => "/definitions",
            Section::Review => "/review",
            Section::Diagnostics => "/diagnostics",
            Section::Search => "/search",
            Section::Access => "/access",
        }
    }
}

impl Frame {
    #[must_use]
    pub fn new(snapshot: &Snapshot, links: Links, viewer: Viewer) -> Frame {
        let people = snapshot.roadmap().people.iter();
        let of_report = snapshot.report.iter().flat_map(|report| &report.notices);
        Frame {
            name: snapshot.name.clone(),
            snapshot: snapshot.id.clone(),
            now: snapshot.now.to_string(),
            links,
            viewer,
            done: None,
            notices: snapshot.notices.iter().chain(of_report).cloned().collect(),
            people: people.map(|(id, person)| (id.clone(), person.name.clone())).collect(),
        }
    }

    /// The link to a page by its path on a server.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        self.links.to(path)
    }

    /// The link to a page about one thing: `frame.about("bets", id)`.
    #[must_use]
    pub fn about(&self, folder: &str, id: &str) -> String {
        self.links.to(&format!("/{folder}/{}", link::part(id)))
    }

    /// The link to one thing on a page about many: `frame.at("/capabilities", id)`.
    #[must_use]
    pub fn at(&self, page: &str, id: &str) -> String {
        self.links.at(page, id)
    }

    /// What a person is called, or the id where nobody is known by it.
    #[must_use]
    pub fn person<'a>(&'a self, id: &'a str) -> &'a str {
        self.people.get(id).map_or(id, String::as_str)
    }

    /// The moment the answers are for, as people write it.
    #[must_use]
    pub fn as_of(&self) -> String {
        match self.now.parse::<jiff::Timestamp>() {
            Ok(now) => now.strftime("%-d %B %Y, %H:%M UTC").to_string(),
            Err(_) => self.now.clone(),
        }
    }

    /// The link to the style sheet.
    #[must_use]
    pub fn style(&self) -> String {
        self.links.to(&ASSETS[0].path)
    }

    /// The link to the script.
    #[must_use]
    pub fn script(&self) -> String {
        self.links.to(&ASSETS[1].path)
    }

    /// The link to the mark.
    #[must_use]
    pub fn mark(&self) -> String {
        self.links.to(&ASSETS[2].path)
    }

    /// True while the evidence is being read for the first time.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.snapshot == Snapshot::UNREAD
    }

    /// True where a form can be sent.
    #[must_use]
    pub fn has_forms(&self) -> bool {
        self.links.is_server()
    }

    /// True where this viewer may change the roadmap.
    #[must_use]
    pub fn may_edit(&self) -> bool {
        self.has_forms() && self.viewer.may_edit
    }
}
