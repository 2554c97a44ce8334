//! Runs the built binary in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A temporary folder to run in.
pub struct Place {
    folder: TempDir,
}

/// What a run printed.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn new() -> Place {
        Place { folder: TempDir::new().expect("a temporary folder can be made") }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder"))
            .expect("a folder can be made");
        std::fs::write(&path, text).expect("a file can be written");
        path
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(&[], arguments)
    }

    /// Runs with these environment variables beside the usual ones.
    pub fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_trueup"))
            .args(arguments)
            .current_dir(self.path())
            .env_remove("TRUEUP_STORE")
            .env_remove("TRUEUP_ROADMAP")
            // The words that a user without cargo reads.
            .env_remove("CARGO")
            // What a user at a desk sees, wherever the tests run.
            .env_remove("GITHUB_ACTIONS")
            .env_remove("GITHUB_WORKSPACE")
            .envs(variables.iter().copied())
            .output()
            .expect("the built binary runs");
        Ran {
            code: output.status.code().expect("the binary was not killed"),
            out: String::from_utf8(output.stdout).expect("output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    }

    /// Runs and expects the exit code 0; returns what was printed.
    pub fn good(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}\n{}\n{}", ran.out, ran.err);
        ran.out
    }
}

/// The workspace's root.
#[cfg(feature = "evidence")]
pub fn root() -> PathBuf {
    // Tests run in their crate's folder. A path from build time may be that of another clone, whose
    // build this one shares.
    Path::new("../..").canonicalize().expect("the workspace has a root")
}

/// The folder of real data sets; `None`, with a message, where it is absent.
#[cfg(feature = "evidence")]
pub fn shared() -> Option<PathBuf> {
    let shared =
        std::env::var_os("TRUEUP_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    if shared.join("data").is_dir() {
        return Some(shared);
    }
    eprintln!("skipped: no data at {}; set TRUEUP_SHARED", shared.display());
    None
}
