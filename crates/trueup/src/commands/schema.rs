//! `trueup schema`: the JSON Schema of what Trueup prints and of what it reads.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use trueup_roadmap::{FileKind, schema_files, schema_line};

use super::Said;
use crate::args::{Schema, SchemaOf};
use crate::folder;

pub fn run(args: &Schema) -> Result<Said> {
    match args.of {
        Some(of) => Ok(Said::good(print(of))),
        None => write(args.roadmap.roadmap.as_deref()),
    }
}

fn print(of: SchemaOf) -> String {
    match of {
        SchemaOf::Check => trueup_roadmap::check_schema() + "\n",
        SchemaOf::Log => trueup_roadmap::log_schema() + "\n",
        SchemaOf::Plan => trueup_roadmap::effect_schema() + "\n",
        SchemaOf::Report => trueup_verdict::schema() + "\n",
        #[cfg(feature = "evidence")]
        SchemaOf::Store => super::store::SCHEMA.to_owned(),
        SchemaOf::Profile => trueup_views::profile::schema() + "\n",
        SchemaOf::Roadmap => trueup_roadmap::schema(FileKind::Roadmap),
        SchemaOf::Outcome => trueup_roadmap::schema(FileKind::Outcome),
        SchemaOf::Metric => trueup_roadmap::schema(FileKind::Metric),
        SchemaOf::Capability => trueup_roadmap::schema(FileKind::Capability),
        SchemaOf::Workflow => trueup_roadmap::schema(FileKind::Workflow),
        SchemaOf::Bet => trueup_roadmap::schema(FileKind::Bet),
        SchemaOf::Note => trueup_roadmap::schema(FileKind::Note),
    }
}

fn write(named: Option<&Path>) -> Result<Said> {
    let folder = folder::locate(named)?;
    let mut text = String::new();
    for file in schema_files() {
        let path = folder::write(&folder, &file)?;
        let _ = writeln!(text, "wrote {}", path.display());
    }
    let _ = writeln!(
        text,
        "next: let each file begin with the line that names its schema, a bet with `{}`",
        schema_line(FileKind::Bet)
    );
    Ok(Said::good(text))
}
