//! Any bytes as the files of a roadmap.
//!
//! The bytes are those of a case in `crates/roadmap/tests/cases`: a line `#--- PATH` starts a file.
//! What stands before the first such line belongs to no file.

pub mod arrivals;

use std::collections::BTreeMap;

use trueup_roadmap::Source;

const START: &str = "#--- ";

/// Cuts bytes into files, no two with one path. Bytes that are not UTF-8 are replaced.
#[must_use]
pub fn files(bytes: &[u8]) -> Vec<Source> {
    let text = String::from_utf8_lossy(bytes);
    let mut files = BTreeMap::new();
    let mut own: Option<&mut String> = None;
    for line in text.split_inclusive('\n') {
        if let Some(header) = line.strip_prefix(START) {
            own = Some(files.entry(path(header)).or_default());
        } else if let Some(own) = &mut own {
            own.push_str(line);
        }
    }
    files.into_iter().map(|(path, text)| Source { path, text }).collect()
}

/// The first word; what follows it is a remark.
fn path(header: &str) -> String {
    header.split_whitespace().next().unwrap_or_default().to_owned()
}
