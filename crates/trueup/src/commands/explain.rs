//! `trueup explain CODE`: what a code means, why it matters and how to mend it.

use std::fmt::Write;

use anyhow::{Result, bail};

use super::Said;
use crate::args::Explain;

pub fn run(args: &Explain) -> Result<Said> {
    let Some(code) = &args.code else { return Ok(Said::good(list())) };
    let code = code.to_uppercase();
    let Some(page) = trueup_roadmap::explain(&code) else {
        bail!("no code `{code}`; `trueup explain` lists all of them");
    };
    Ok(Said::good(page.to_owned()))
}

fn list() -> String {
    let mut text = String::new();
    for (code, name) in trueup_roadmap::codes() {
        let _ = writeln!(text, "{code}  {name}");
    }
    text
}
