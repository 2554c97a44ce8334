//! Places at which a test may let the process die, as a power cut or a kill would.
//!
//! In a build without debug assertions they are not there.

/// Dies here if `TRUEUP_CRASH_AT` names this point: `merge.committed`, or `merge.committed:3` for
/// the third time that the process comes by.
#[cfg(debug_assertions)]
pub fn point(name: &str) {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex, PoisonError};

    static WANTED: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
        let wanted = std::env::var("TRUEUP_CRASH_AT").ok()?;
        Some(match wanted.rsplit_once(':') {
            Some((name, time)) => (name.to_owned(), time.parse().ok()?),
            None => (wanted, 1),
        })
    });
    static TIMES: LazyLock<Mutex<HashMap<String, u64>>> = LazyLock::new(Mutex::default);

    let Some((wanted, time)) = &*WANTED else { return };
    if wanted == name {
        let mut times = TIMES.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = times.entry(name.to_owned()).or_default();
        *passed += 1;
        if passed == time {
            std::process::abort();
        }
    }
}

#[cfg(not(debug_assertions))]
pub fn point(_: &str) {}
