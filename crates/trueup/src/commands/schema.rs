//! `trueup schema`: the JSON Schema of what Trueup prints.

use super::Said;
use crate::args::{Schema, SchemaOf};

pub fn run(args: &Schema) -> Said {
    match args.of {
        SchemaOf::Report => Said::good(trueup_verdict::schema() + "\n"),
    }
}
