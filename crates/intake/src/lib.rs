//! Whatever arrives becomes events: OTLP in every dialect, and JSON lines. Pure: no input or output.
