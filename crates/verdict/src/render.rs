//! The report for people: text for a terminal, Markdown for a pull request, HTML for a browser and
//! for print. All say the same; none decides anything.

pub mod markup;
pub mod words;

mod chart;
mod dashboard;
mod experiment;
mod html;
mod layout;
mod markdown;
mod text;

pub use dashboard::{
    as_html as dashboard_html, as_markdown as dashboard_markdown, notes, standing,
    text as dashboard_text,
};
pub use experiment::split;
pub use html::html;
pub use markdown::markdown;
pub use text::{summary, text};
