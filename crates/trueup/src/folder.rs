//! The roadmap's folder on disk, as sources for the language.

use std::fs;
use std::io::{ErrorKind, Write};
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
/// Bytes that are not UTF-8 are replaced, so that the language can point at them. Symbolic links are
/// followed within the folder and refused where they lead out of it: a roadmap is read whole from
/// its own folder, on every machine.
pub fn read(folder: &Path) -> Result<Vec<Source>> {
    let top = folder.canonicalize().with_context(|| refused("read", folder))?;
    let mut sources = Vec::new();
    let root = folder.join(ROOT);
    if stays(&root, &top)? && root.is_file() {
        sources.push(source(&root, ROOT.to_owned())?);
    }
    for name in FOLDERS {
        for path in entries(&folder.join(name), &top)? {
            let file = path.file_name().expect("an entry of a folder has a name").to_string_lossy();
            sources.push(source(&path, format!("{name}/{file}"))?);
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn entries(folder: &Path, top: &Path) -> Result<Vec<PathBuf>> {
    if !stays(folder, top)? || !folder.is_dir() {
        return Ok(Vec::new());
    }
    let listing = fs::read_dir(folder).with_context(|| refused("list", folder))?;
    let mut paths = Vec::new();
    for entry in listing {
        let path = entry.with_context(|| refused("list", folder))?.path();
        if belongs(&path.to_string_lossy()) && stays(&path, top)? && path.is_file() {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// True if something is there; fails if it is a link that leads out of the folder `top`.
fn stays(path: &Path, top: &Path) -> Result<bool> {
    let kind = match fs::symlink_metadata(path) {
        Ok(about) => about.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error).with_context(|| refused("read", path)),
    };
    if !kind.is_symlink() {
        return Ok(true);
    }
    let link = path.display();
    let Ok(target) = path.canonicalize() else {
        bail!("`{link}` is a symbolic link that leads nowhere; remove it, or mend what it names");
    };
    if !target.starts_with(top) {
        bail!(
            "`{link}` is a symbolic link that leads out of the roadmap's folder, to `{}`; \
             replace it by a copy, or remove it",
            target.display()
        );
    }
    Ok(true)
}

fn refused(what: &str, path: &Path) -> String {
    format!("cannot {what} `{}`; make it readable for you, or move it elsewhere", path.display())
}

/// True for the endings that the language reads, of files that are not hidden.
pub fn belongs(path: &str) -> bool {
    let path = Path::new(path);
    let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    let ending = path.extension().and_then(|ending| ending.to_str());
    !hidden && matches!(ending, Some("toml" | "md"))
}

fn source(path: &Path, name: String) -> Result<Source> {
    let bytes = fs::read(path).with_context(|| refused("read", path))?;
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Ok(Source { path: name, text })
}

/// Writes a file that Trueup makes, and the folders above it; returns where.
pub fn write(folder: &Path, file: &Source) -> Result<PathBuf> {
    let path = folder.join(&file.path);
    let parent = path.parent().expect("a file in a folder has a parent");
    fs::create_dir_all(parent).with_context(|| format!("cannot create `{}`", parent.display()))?;
    fs::write(&path, &file.text).with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(path)
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

/// Writes a file that is not there yet, as a whole or not at all.
pub fn create(folder: &Path, new: &Source) -> Result<()> {
    let path = folder.join(&new.path);
    let context = || format!("cannot write `{}`", path.display());
    let parent = path.parent().expect("a file is in a folder");
    fs::create_dir_all(parent).with_context(context)?;
    let mut file = tempfile::NamedTempFile::new_in(parent).with_context(context)?;
    file.write_all(new.text.as_bytes()).with_context(context)?;
    open_to_readers(file.path()).with_context(context)?;
    file.persist_noclobber(&path).with_context(context)?;
    Ok(())
}

/// Temporary files are for their owner alone; a roadmap is for everybody.
fn open_to_readers(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o644))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Where the store lies unless `--store` says otherwise: in the roadmap's folder, hidden.
#[cfg(feature = "evidence")]
pub fn default_store(roadmap: &Path) -> PathBuf {
    roadmap.join(".trueup").join("store")
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use tempfile::TempDir;

    use super::{ROOT, read};

    fn roadmap() -> TempDir {
        let place = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(place.path().join("bets")).expect("a folder");
        fs::write(place.path().join(ROOT), "edition = 1").expect("a file");
        place
    }

    fn refusal(place: &TempDir) -> String {
        format!("{:#}", read(place.path()).expect_err("it is refused"))
    }

    #[test]
    fn a_link_within_the_folder_is_followed() {
        let place = roadmap();
        fs::write(place.path().join("bet.txt"), "id = 1").expect("a file");
        symlink("../bet.txt", place.path().join("bets/a.toml")).expect("a link");
        symlink("bets", place.path().join("notes")).expect("a link");
        let sources = read(place.path()).expect("a roadmap");
        let paths: Vec<&str> = sources.iter().map(|source| source.path.as_str()).collect();
        assert_eq!(paths, ["bets/a.toml", "notes/a.toml", ROOT]);
        assert_eq!(sources[0].text, "id = 1");
    }

    #[test]
    fn a_link_out_of_the_folder_is_refused_by_name() {
        let outside = tempfile::tempdir().expect("a temporary folder");
        fs::write(outside.path().join("secret.toml"), "key = 1").expect("a file");
        for (link, target) in [
            ("bets/a.toml", outside.path().join("secret.toml")),
            ("notes", outside.path().to_owned()),
            ("roadmap.toml", outside.path().join("secret.toml")),
        ] {
            let place = roadmap();
            let path = place.path().join(link);
            fs::remove_file(&path).ok();
            symlink(target, &path).expect("a link");
            let said = refusal(&place);
            assert!(said.contains(link) && said.contains("leads out"), "{said}");
        }
    }

    #[test]
    fn links_to_nothing_and_in_a_circle_are_refused() {
        let place = roadmap();
        symlink("b.toml", place.path().join("bets/a.toml")).expect("a link");
        assert!(refusal(&place).contains("leads nowhere"));
        symlink("a.toml", place.path().join("bets/b.toml")).expect("a link");
        assert!(refusal(&place).contains("leads nowhere"));
    }

    #[test]
    fn what_may_not_be_read_is_named() {
        for path in ["bets/a.toml", "bets", ROOT] {
            let place = roadmap();
            fs::write(place.path().join("bets/a.toml"), "").expect("a file");
            let closed = place.path().join(path);
            fs::set_permissions(&closed, Permissions::from_mode(0o000)).expect("rights can be set");
            if fs::File::open(&closed).is_ok() {
                eprintln!("skipped: this user may read everything");
                return;
            }
            let said = refusal(&place);
            fs::set_permissions(&closed, Permissions::from_mode(0o700)).expect("rights");
            assert!(said.contains(path) && said.contains("make it readable"), "{said}");
        }
    }

    #[test]
    fn a_file_of_10_mb_is_read_whole() {
        let place = roadmap();
        let text = format!("# {}\r\n", "ä".repeat(1000)).repeat(5000);
        fs::write(place.path().join("bets/a.toml"), &text).expect("a file");
        assert_eq!(read(place.path()).expect("a roadmap")[0].text, text);
    }
}
