//! `trueup init`: a small commented roadmap to start from.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Said;
use crate::args::Init;

pub fn run(args: &Init) -> Result<Said> {
    let folder = &args.folder;
    if folder.join("roadmap.toml").exists() {
        bail!("`{}` holds a roadmap already; name another folder", folder.display());
    }
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let mut text = String::new();
    for source in trueup_roadmap::init_files(today) {
        let path = folder.join(&source.path);
        let parent = path.parent().expect("a file in a folder has a parent");
        fs::create_dir_all(parent)
            .with_context(|| format!("cannot create `{}`", parent.display()))?;
        fs::write(&path, &source.text)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
        let _ = writeln!(text, "wrote {}", path.display());
    }
    let _ = writeln!(text, "next: edit it, then `trueup check {}`", folder.display());
    Ok(Said::good(text))
}
