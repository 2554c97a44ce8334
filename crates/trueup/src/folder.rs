//! The roadmap's folder on disk, as sources for the language.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use trueup_roadmap::Source;

/// The file that makes a folder a roadmap's.
pub const ROOT: &str = "roadmap.toml";

/// The folders that hold entities, beside [`ROOT`]; what lies deeper does not belong.
pub const FOLDERS: [&str; 6] =
    ["bets", "capabilities", "metrics", "notes", "outcomes", "workflows"];

/// Where the roadmap lies: the folder named, or the one found from here.
pub fn locate(named: Option<&Path>) -> Result<PathBuf> {
    if let Some(folder) = named {
        if !folder.is_dir() {
            bail!("`{}` is not a folder; name the one that holds `roadmap.toml`", folder.display());
        }
        return Ok(folder.to_owned());
    }
    for folder in [".", "roadmap"] {
        let folder = Path::new(folder);
        if folder.join(ROOT).is_file() {
            return Ok(folder.to_owned());
        }
    }
    bail!(
        "no `roadmap.toml` here or in `roadmap/`; name its folder with `--roadmap`, \
         or start one with `trueup init`"
    )
}

/// Reads every file that belongs to the roadmap, sorted by path.
///
/// Bytes that are not UTF-8 are replaced, so that the language can point at them.
pub fn read(folder: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    let root = folder.join(ROOT);
    if root.is_file() {
        sources.push(source(&root, ROOT.to_owned())?);
    }
    for name in FOLDERS {
        for path in entries(&folder.join(name))? {
            let file = path.file_name().expect("an entry of a folder has a name").to_string_lossy();
            sources.push(source(&path, format!("{name}/{file}"))?);
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let listing =
        fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))?;
    let mut paths = Vec::new();
    for entry in listing {
        let path = entry.with_context(|| format!("cannot list `{}`", folder.display()))?.path();
        if belongs(&path.to_string_lossy()) && path.is_file() {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// True for the endings that the language reads, of files that are not hidden.
pub fn belongs(path: &str) -> bool {
    let path = Path::new(path);
    let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    let ending = path.extension().and_then(|ending| ending.to_str());
    !hidden && matches!(ending, Some("toml" | "md"))
}

fn source(path: &Path, name: String) -> Result<Source> {
    let bytes = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Source { path: name, text })
}

/// Replaces a file as a whole or not at all; only if it still holds the bytes that were read.
///
/// A file that is not UTF-8 never does, so that no byte of it is lost.
pub fn replace(folder: &Path, read: &Source, text: &str) -> Result<()> {
    let named = folder.join(&read.path);
    let context = || format!("cannot write `{}`", named.display());
    // A link stays a link: what it leads to is replaced.
    let path = named.canonicalize().with_context(context)?;
    if fs::read(&path).with_context(context)? != read.text.as_bytes() {
        bail!("`{}` is not UTF-8, or changed just now; nothing was written to it", named.display());
    }
    let parent = path.parent().expect("a file is in a folder");
    let mut file = tempfile::NamedTempFile::new_in(parent).with_context(context)?;
    file.write_all(text.as_bytes()).with_context(context)?;
    let permissions = fs::metadata(&path).with_context(context)?.permissions();
    fs::set_permissions(file.path(), permissions).with_context(context)?;
    file.persist(&path).with_context(context)?;
    Ok(())
}

/// Where the store lies unless `--store` says otherwise: in the roadmap's folder, hidden.
#[cfg(feature = "evidence")]
pub fn default_store(roadmap: &Path) -> PathBuf {
    roadmap.join(".trueup").join("store")
}
