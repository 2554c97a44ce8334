#!/usr/bin/env bash
# Pages of single interactions, near and deep, filtered, and the path of one. Prints a Markdown table.
# Usage: benches/browse.sh [INTERACTIONS] [FOLDER] (default 10 million); the store is that of benches/query.sh, which
# makes it if it is not there.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/trueup-target}
interactions=${1:-10000000}
folder=${2:-$CARGO_TARGET_DIR/bench-query}
store=$folder/store-$interactions-${TRUEUP_CUT:-0}
[ -d "$store" ] || benches/query.sh "$interactions" "$folder" >&2
cargo build --release --workspace --example browse
echo "load: $(cut -d' ' -f1 /proc/loadavg)"
exec "$CARGO_TARGET_DIR/release/examples/browse" "$store" "${TRUEUP_ROUNDS:-40}"
