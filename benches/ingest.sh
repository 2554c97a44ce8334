#!/usr/bin/env bash
# The same OTLP requests to Trueup, Arize Phoenix, MLflow and a sink that only appends and syncs, in one run.
# Usage: benches/ingest.sh [SECONDS] [CONNECTIONS] [RECEIVERS] (default 20 seconds, 4,64, all). Prints a Markdown table.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/trueup-target}
peers=${TRUEUP_TOOLS:-$HOME/.cache/trueup-tools}/ingest

# install NAME PACKAGE: the package in an environment of its own, once
install() {
    if [ ! -e "$peers/$1/installed" ]; then
        python3 -m venv "$peers/$1"
        "$peers/$1/bin/pip" install --quiet --disable-pip-version-check "$2"
        touch "$peers/$1/installed"
    fi
}

install phoenix arize-phoenix==20.26.1
install mlflow mlflow==3.17.2
cargo build --release -p trueup
cargo build --release -p trueup-intake --examples
release=$CARGO_TARGET_DIR/release
exec python3 benches/ingest.py "$release/trueup" "$release/examples" "$peers" \
    "$CARGO_TARGET_DIR/bench-ingest" "${1:-20}" "${2:-4,64}" ${3:+"$3"}
