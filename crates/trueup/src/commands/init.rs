//! `trueup init`: a small commented roadmap to start from.

use std::fmt::Write;

use anyhow::{Result, bail};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Said;
use crate::args::Init;
use crate::folder;

pub fn run(args: &Init) -> Result<Said> {
    let folder = &args.folder;
    if folder.join("roadmap.toml").exists() {
        bail!("`{}` holds a roadmap already; name another folder", folder.display());
    }
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let mut text = String::new();
    for source in trueup_roadmap::init_files(today) {
        let path = folder::write(folder, &source)?;
        let _ = writeln!(text, "wrote {}", path.display());
    }
    for schema in trueup_roadmap::schema_files() {
        folder::write(folder, &schema)?;
    }
    let schemas = folder.join(".schema");
    let _ = writeln!(text, "wrote {}, with which editors complete and check", schemas.display());
    let _ = writeln!(text, "next: edit it, then `trueup check {}`", folder.display());
    Ok(Said::good(text))
}
