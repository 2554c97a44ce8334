//! Every page, one file each.

pub mod access;
pub mod attest;
pub mod audit;
pub mod bet;
pub mod board;
pub mod capabilities;
pub mod check;
pub mod decide;
pub mod definition;
pub mod definitions;
pub mod diagnostics;
pub mod economics;
pub mod edit;
pub mod explanation;
pub mod interaction;
pub mod interactions;
pub mod merge;
pub mod new_bet;
pub mod new_note;
pub mod note;
pub mod outcome;
pub mod oversight;
pub mod oversights;
pub mod refused;
pub mod review;
pub mod search;
pub mod sign;
pub mod text;
pub mod why;
pub mod workflows;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

pub use access::AccessPage;
pub use attest::AttestPage;
pub use audit::AuditPage;
pub use bet::BetPage;
pub use board::BoardPage;
pub use capabilities::CapabilitiesPage;
pub use check::CheckPage;
pub use decide::DecidePage;
pub use definition::DefinitionPage;
pub use definitions::DefinitionsPage;
pub use diagnostics::DiagnosticsPage;
pub use economics::EconomicsPage;
pub use edit::EditPage;
pub use explanation::ExplanationPage;
pub use interaction::InteractionPage;
pub use interactions::InteractionsPage;
pub use merge::MergePage;
pub use new_bet::NewBetPage;
pub use new_note::NewNotePage;
pub use note::NotePage;
pub use outcome::{OutcomePage, OutcomesPage};
pub use oversight::OversightPage;
pub use oversights::OversightsPage;
pub use refused::{OutsidePage, RefusedPage, Way};
pub use review::ReviewPage;
pub use search::SearchPage;
pub use sign::SignPage;
pub use text::TextPage;
pub use why::WhyPage;
pub use workflows::WorkflowsPage;

/// A page: data for programs, and HTML for people.
pub trait Page: Template + Serialize + JsonSchema {
    /// As a browser shows it.
    #[must_use]
    fn html(&self) -> String {
        self.render().expect("templates write into memory and fail on nothing else")
    }

    /// For programs.
    #[must_use]
    fn json(&self) -> String {
        serde_json::to_string(self).expect("a page is texts, numbers and lists")
    }
}
