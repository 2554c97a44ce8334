#!/usr/bin/env bash
# A server under steady load with late judgements, queries, merging and compaction: do memory and files stay flat?
# Usage: benches/soak.sh [MINUTES] (default 30). Prints a Markdown table; fails if a figure grows beyond its bound.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/trueup-target}
cargo build --release -p trueup
cargo build --release -p trueup-intake --examples
release=$CARGO_TARGET_DIR/release
exec python3 benches/soak.py "$release/trueup" "$release/examples" "$CARGO_TARGET_DIR/bench-soak" "${1:-30}"
