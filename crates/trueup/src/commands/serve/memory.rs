//! How the C library hands out memory. It keeps a heap of its own for each of many threads, and what is freed in one of
//! them is of no use to the others: under load that held two to three times the memory that was needed.

/// Starts the program anew with few heaps, unless the environment says how many. Comes back if that is
/// so already, or cannot be.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn bound() {
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    /// Read by the C library before anything else runs.
    const VARIABLE: &str = "MALLOC_ARENA_MAX";
    const HEAPS: &str = "2";

    if std::env::var_os(VARIABLE).is_some() {
        return;
    }
    let error = match std::env::current_exe() {
        Ok(program) => {
            Command::new(program).args(std::env::args_os().skip(1)).env(VARIABLE, HEAPS).exec()
        }
        Err(error) => error,
    };
    tracing::warn!(%error, "more memory may be used; `{VARIABLE}={HEAPS}` would prevent it");
}

/// Other C libraries do with one heap.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn bound() {}
