//! `trueup export interactions`: uses with their whole path, as training data.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use trueup_lake::{Export, ExportForm, Exported, block_on};

use super::{Said, outlet};
use crate::args::{Consent, ExportFormat, ExportInteractions, ExportOf};

pub fn run(of: &ExportOf) -> Result<Said> {
    let ExportOf::Interactions(args) = of;
    ensure!(
        args.format != ExportFormat::Parquet || args.output.is_some(),
        "Parquet is not for a terminal; name a file with `--output`"
    );
    let export = asked(args);
    let lake = outlet::store(&args.store, &args.roadmap)?;
    let output = args.output.as_deref();
    let exported = outlet::write(output, |out| block_on(lake.export(&export, out)))?;
    if let Some(exported) = exported {
        if let Some(output) = output {
            write_about(output, &exported.about(&export, Timestamp::now()))?;
        }
        say(&exported);
    }
    Ok(Said::good(String::new()))
}

fn asked(args: &ExportInteractions) -> Export {
    Export {
        bets: args.bets.clone(),
        from: args.from,
        to: args.to,
        any_consent: args.consent == Consent::Any,
        form: match args.format {
            ExportFormat::Jsonl => ExportForm::JsonLines,
            ExportFormat::Parquet => ExportForm::Parquet,
        },
    }
}

/// Says what the file beside it holds, and of what.
fn write_about(output: &Path, about: &str) -> Result<()> {
    let mut name = output.as_os_str().to_owned();
    name.push(".about.json");
    let path = PathBuf::from(name);
    std::fs::write(&path, about).with_context(|| format!("cannot write `{}`", path.display()))
}

fn say(exported: &Exported) {
    eprintln!(
        "{} uses with {} parts, {} actions, {} scores and {} texts",
        exported.uses, exported.parts, exported.actions, exported.scores, exported.payloads
    );
    for (said, count) in &exported.left_out {
        let why = if said.is_empty() { "nobody was asked" } else { said };
        eprintln!("left out: {count} uses without consent to training ({why})");
    }
}
