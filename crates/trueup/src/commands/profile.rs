//! `trueup profile`: whether a table is ready, before a bet is framed.

use anyhow::{Result, bail};
use jiff::Timestamp;
use trueup_evidence::Table;
use trueup_evidence::profile::{Counts, Roles};
use trueup_lake::{Profiled, block_on};
use trueup_views::View;
use trueup_views::profile::{Level, Question, readiness};

use super::document::moment;
use super::{Said, outlet, progress};
use crate::args::{Printed, Profile};

/// Tables of the store that a bet may be framed on.
const TABLES: [Table; 3] = [Table::Interactions, Table::Actions, Table::Scores];

pub fn run(args: &Profile) -> Result<Said> {
    let roles = Roles {
        label: args.label.clone(),
        groups: args.groups.clone(),
        time: args.time.clone(),
        id: args.id.clone(),
        as_of: args.as_of.as_deref().map_or_else(|| Ok(Timestamp::now()), moment)?,
    };
    let of = of(args)?;
    let counts = count(&of, &roles, args.memory)?;
    let named = args.of.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
    let question = Question {
        source: &named.join(", "),
        roles: &roles,
        positive: args.positive.as_deref(),
        floor: args.floor,
        counts: &counts,
    };
    let found = readiness(&question)?;
    let text = match args.format {
        Printed::Text => found.text(),
        Printed::Json => found.json(),
        Printed::Markdown => found.markdown(),
    };
    let bad_news = found.findings.iter().any(|finding| finding.level == Level::Blocks);
    Ok(Said { text, bad_news })
}

/// A single name that is no file's may be that of a table.
fn of(args: &Profile) -> Result<Profiled> {
    let [only] = args.of.as_slice() else { return Ok(Profiled::Files(args.of.clone())) };
    if only.exists() {
        return Ok(Profiled::Files(args.of.clone()));
    }
    let name = only.display().to_string();
    if TABLES.iter().any(|table| table.name() == name) {
        return Ok(Profiled::Table(outlet::store(&args.store, &args.roadmap)?, name));
    }
    let mut names = TABLES.iter().map(|table| table.name());
    if let Some(nearest) = trueup_roadmap::nearest(&name, names.by_ref()) {
        bail!("there is no file and no table `{name}`; did you mean `{nearest}`?");
    }
    let names = TABLES.map(Table::name).join("`, `");
    bail!("there is no file `{name}`; tables of the store are `{names}`");
}

/// Counts with progress on standard error.
fn count(of: &Profiled, roles: &Roles, memory: usize) -> Result<Counts> {
    let bar = progress::bar("reading:", "rows");
    let counts = block_on(trueup_lake::profile(of, roles, memory, &mut |step| {
        bar.set_message(step.what);
        progress::advance(&bar, step.rows, step.of);
    }));
    bar.finish_and_clear();
    Ok(counts?)
}
