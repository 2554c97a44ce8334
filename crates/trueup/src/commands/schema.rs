//! `trueup schema`: the JSON Schema of what Trueup prints.

use super::Said;
use crate::args::{Schema, SchemaOf};

pub fn run(args: &Schema) -> Said {
    match args.of {
        SchemaOf::Check => Said::good(trueup_roadmap::check_schema() + "\n"),
        SchemaOf::Report => Said::good(trueup_verdict::schema() + "\n"),
    }
}
