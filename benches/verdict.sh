#!/usr/bin/env bash
# Verdicts for all bets of the demo beside DuckDB on the same files, in one run.
# Usage: benches/verdict.sh [INTERACTIONS] (default 10 million). Prints a Markdown table.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/trueup-target}
tools=${TRUEUP_TOOLS:-$HOME/.cache/trueup-tools}
if [ ! -x "$tools/bench/bin/python" ]; then
    python3 -m venv "$tools/bench"
    "$tools/bench/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.0
fi
cargo build --release -p trueup
exec "$tools/bench/bin/python" benches/verdict.py \
    "$CARGO_TARGET_DIR/release/trueup" "${1:-10000000}" "${2:-$CARGO_TARGET_DIR/bench-verdict}"
