#!/usr/bin/env bash
# `trueup check` (and `trueup log`) on a roadmap of many bets with a long history, at full and half size.
# Usage: benches/history.sh [BETS] [COMMITS] (default 1000 and 2000). Prints a Markdown table.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/trueup-target}
bets=${1:-1000} commits=${2:-2000}
cargo build --release -p trueup --no-default-features
folder=$CARGO_TARGET_DIR/bench-history/$bets-$commits
for part in 2 1; do
    size=$folder/$((bets / part))-$((commits / part))
    if [ ! -e "$size/made" ]; then
        rm -rf "$size"
        python3 benches/history.py make "$size" $((bets / part)) $((commits / part))
        touch "$size/made"
    fi
done
python3 benches/history.py time "$CARGO_TARGET_DIR/release/trueup" "$folder"
printf '\nThe history alone, once with and once without the text of each changed file:\n'
cargo test --quiet --release -p trueup --no-default-features --bin trueup --no-run
for size in "$folder"/*/; do
    for form in packed loose; do
        TRUEUP_HISTORY=$size$form/roadmap cargo test --quiet --release -p trueup --no-default-features \
            --bin trueup -- --ignored --nocapture how_long_a_history_takes | grep ' commits in '
    done
done
