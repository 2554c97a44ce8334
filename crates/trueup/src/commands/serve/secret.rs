//! Where secrets come from: a file or the environment, and for a store on this machine a file of its
//! own that is made once. Never from the command line, which everybody can see.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use trueup_intake::Secret;
use trueup_lake::Lake;

/// The environment variable that holds the secret where no file does.
const VARIABLE: &str = "TRUEUP_SECRET";
/// The file in a store on this machine.
const FILE: &str = "secret.key";
const BYTES: usize = 32;

/// The store's secret: from the file named, the environment, or the store itself.
pub fn secret(named: Option<&Path>, lake: &Lake) -> Result<Secret> {
    if let Some(path) = named {
        let key = read(path)?;
        return Secret::new(&key).with_context(|| format!("`{}` holds no secret", path.display()));
    }
    if let Some(key) = std::env::var_os(VARIABLE) {
        let key = key.into_encoded_bytes();
        return Secret::new(&key).with_context(|| format!("`{VARIABLE}` holds no secret"));
    }
    let Some(folder) = lake.disk().folder() else {
        bail!(
            "a store that is not on this machine keeps no secret beside the data; \
             give it with `--secret-file` or `{VARIABLE}`, the same for every server of the store"
        );
    };
    let path = folder.join(FILE);
    let key = match create(folder, &path) {
        Ok(key) => key,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(&path)?,
        Err(error) => {
            return Err(error).with_context(|| format!("cannot write `{}`", path.display()));
        }
    };
    Secret::new(&key).with_context(|| {
        format!("`{}` holds no secret; restore it, or people are counted anew", path.display())
    })
}

/// Bytes without the line end that editors add.
fn read(path: &Path) -> Result<Vec<u8>> {
    let key = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(key.trim_ascii_end().to_vec())
}

/// Makes the file, for its owner alone. It appears whole or not at all, and is not replaced.
fn create(folder: &Path, path: &Path) -> std::io::Result<Vec<u8>> {
    if path.exists() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    fs::create_dir_all(folder)?;
    let key = random()?;
    // Temporary files are for their owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&key)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|failed| failed.error)?;
    OpenOptions::new().read(true).open(folder)?.sync_all()?;
    Ok(key)
}

/// Hex digits of random bytes, so that the file can be copied as text.
fn random() -> std::io::Result<Vec<u8>> {
    use std::fmt::Write as _;
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    let mut text = String::with_capacity(2 * BYTES);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a text takes any number of characters");
    }
    Ok(text.into_bytes())
}

/// The key that requests must bear: from the file named, else from `TRUEUP_API_KEY`.
pub fn api_key(named: Option<&Path>) -> Result<Option<String>> {
    let text = match named {
        Some(path) => Some(String::from_utf8(read(path)?).context("a key is text")?),
        None => std::env::var("TRUEUP_API_KEY").ok(),
    };
    // A variable that is set to nothing is not set.
    let key = text.map(|text| text.trim().to_owned()).filter(|key| !key.is_empty());
    let Some(key) = key else { return Ok(None) };
    if key.len() < 16 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        bail!("a key has at least 16 characters, without spaces; `openssl rand -hex 32` makes one");
    }
    Ok(Some(key))
}
