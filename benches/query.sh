#!/usr/bin/env bash
# The portfolio's question and one bet's, from cells and from rows, beside DuckDB on the same files.
# Usage: benches/query.sh [INTERACTIONS] (default 10 million). Prints a Markdown table. With TRUEUP_CUT=N the
# bets of the demo are cut into N each, and a whole dashboard is asked.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/trueup-target}
tools=${TRUEUP_TOOLS:-$HOME/.cache/trueup-tools}
if [ ! -x "$tools/bench/bin/python" ]; then
    python3 -m venv "$tools/bench"
    "$tools/bench/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.0 numpy
fi
cargo build --release -p trueup --bin trueup --example portfolio
exec "$tools/bench/bin/python" benches/query.py \
    "$CARGO_TARGET_DIR/release" "${1:-10000000}" "${2:-$CARGO_TARGET_DIR/bench-query}"
