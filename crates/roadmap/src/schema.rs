//! The JSON Schema of each kind of file, from its types alone, for editors.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;

use crate::roadmap::Head;
use crate::source::Source;
use crate::word::{Word, words};
use crate::{Bet, Capability, Metric, Note, Outcome, Workflow};

mod tidy;
pub(crate) mod written;

#[cfg(test)]
pub(crate) mod in_step;

words! {
    /// A kind of file.
    pub enum FileKind {
        /// `roadmap.toml`
        Roadmap = "roadmap",
        /// `outcomes/*.toml`
        Outcome = "outcome",
        /// `metrics/*.toml`
        Metric = "metric",
        /// `capabilities/*.toml`
        Capability = "capability",
        /// `workflows/*.toml`
        Workflow = "workflow",
        /// `bets/*.toml`
        Bet = "bet",
        /// The header of `notes/*.md`
        Note = "note",
    }
}

/// The folder within a roadmap's that holds its schemas; hidden, so that no entity is looked for there.
const FOLDER: &str = ".schema";

/// The JSON Schema (draft 7, which every TOML editor reads) of a kind of file.
///
/// Everything stands where it is used: editors lose the description beside a reference. What TOML
/// cannot say (null) is left out.
#[must_use]
pub fn schema(kind: FileKind) -> String {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let generator = settings.with_transform(RecursiveTransform(tidy::tidy)).into_generator();
    let mut schema = match kind {
        FileKind::Roadmap => generator.into_root_schema_for::<Head>(),
        FileKind::Outcome => generator.into_root_schema_for::<Outcome>(),
        FileKind::Metric => generator.into_root_schema_for::<Metric>(),
        FileKind::Capability => generator.into_root_schema_for::<Capability>(),
        FileKind::Workflow => generator.into_root_schema_for::<Workflow>(),
        FileKind::Bet => generator.into_root_schema_for::<Bet>(),
        FileKind::Note => generator.into_root_schema_for::<Note>(),
    };
    schema.insert("$id".to_owned(), format!("urn:trueup:schema:1:{kind}").into());
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}

/// The schemas as files of the roadmap's folder, where the first lines of its files look for them.
#[must_use]
pub fn schema_files() -> Vec<Source> {
    let file = |(name, kind): &(&str, FileKind)| Source {
        path: format!("{FOLDER}/{name}.json"),
        text: schema(*kind),
    };
    FileKind::WORDS.iter().map(file).collect()
}

/// The first line of a TOML file, which tells editors its schema.
#[must_use]
pub fn schema_line(kind: FileKind) -> String {
    let up = if kind == FileKind::Roadmap { "." } else { ".." };
    format!("#:schema {up}/{FOLDER}/{kind}.json")
}

/// The JSON Schema (draft 2020-12) of something that is printed as JSON.
pub(crate) fn of_output<T: JsonSchema>() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = generator.into_root_schema_for::<T>();
    serde_json::to_string_pretty(&schema).expect("a schema is JSON")
}
