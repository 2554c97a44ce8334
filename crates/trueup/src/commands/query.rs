//! `trueup query`: the store in SQL, read-only.

use anyhow::{Result, ensure};
use trueup_lake::{Form, Question};

use super::{Said, outlet};
use crate::args::{Query, QueryFormat};

/// A screenful or two.
const ROWS_OF_A_TABLE: usize = 100;

pub fn run(args: &Query) -> Result<Said> {
    let form = form(args.format);
    ensure!(
        form != Form::Parquet || args.output.is_some(),
        "Parquet is not for a terminal; name a file with `--output`"
    );
    let most_rows = match args.limit {
        Some(0) => None,
        None => (form == Form::Table).then_some(ROWS_OF_A_TABLE),
        some => some,
    };
    let question = Question {
        sql: args.sql.clone(),
        most_memory: args.memory,
        longest: args.timeout,
        most_rows,
    };
    let lake = outlet::store(&args.store, &args.roadmap)?;
    let told =
        outlet::write(args.output.as_deref(), |out| lake.ask_and_leave(&question, form, out))?;
    if told.is_some_and(|told| told.cut) {
        let rows = most_rows.unwrap_or_default();
        eprintln!("note: there are more than these {rows} rows; `--limit 0` shows all");
    }
    Ok(Said::good(String::new()))
}

fn form(format: QueryFormat) -> Form {
    match format {
        QueryFormat::Table => Form::Table,
        QueryFormat::Csv => Form::Csv,
        QueryFormat::Json => Form::Json,
        QueryFormat::Ndjson => Form::JsonLines,
        QueryFormat::Parquet => Form::Parquet,
    }
}
