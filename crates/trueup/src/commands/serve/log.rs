//! Structured logs on standard error: what happened, never what was sent.

use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;

use crate::args::LogFormat;

/// The environment variable that says what is logged, for example `debug` or `trueup_server=debug`.
const VARIABLE: &str = "TRUEUP_LOG";

/// Starts logging for the whole process.
pub fn start(format: LogFormat) -> Result<()> {
    let filter = match std::env::var(VARIABLE) {
        Ok(text) => EnvFilter::try_new(&text)
            .with_context(|| format!("`{VARIABLE}` is `{text}`; write for example `info`"))?,
        Err(_) => EnvFilter::new("warn,trueup=info,trueup_server=info,trueup_lake=info"),
    };
    // A log that cannot be written, for example to a full disk, must not stop what is logged.
    let log = tracing_subscriber::fmt().log_internal_errors(false);
    let log = log.with_env_filter(filter).with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Json => log.json().flatten_event(true).try_init(),
        LogFormat::Text => log.with_ansi(super::super::colour(&std::io::stderr())).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("cannot start logging: {error}"))
}
