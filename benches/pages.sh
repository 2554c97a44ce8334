#!/usr/bin/env bash
# How fast the pages are served: each page of the demo under 64 connections, beside `/health` of the same process, which
# says what the machine can do at this moment. Prints p50, p95, p99 and the share of `/health`'s requests in a second.
# `pages.sh [INTERACTIONS] [SECONDS]`
set -euo pipefail
cd "$(dirname "$0")/.."

interactions=${1:-120000} seconds=${2:-10}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/trueup-target}
command -v wrk >/dev/null || apt-get install --yes --quiet wrk
cargo build --release --workspace --bin trueup
work=$(mktemp -d)
"$CARGO_TARGET_DIR/release/trueup" demo "$work/demo" --interactions "$interactions" --serve >"$work/said" 2>"$work/talk" &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$work"' EXIT
until grep -q listening "$work/said"; do
    kill -0 "$server" || { cat "$work/talk" >&2; exit 1; }
    sleep 0.2
done
address=$(grep -o 'http://[^ ]*' "$work/said" | head -n 1)

# measure PATH: requests a second, p50, p95, p99
measure() {
    cat >"$work/report.lua" <<'LUA'
done = function(summary, latency)
  io.write(string.format("%.0f %.2f %.2f %.2f %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    summary.errors.status + summary.errors.timeout + summary.errors.read))
end
LUA
    wrk --threads 2 --connections 64 --duration "${seconds}s" --header 'accept: text/html' \
        --script "$work/report.lua" "$address$1" | tail -n 1
}

base=$(measure /health | cut -d ' ' -f 1)
printf '%-28s %9s %9s %9s %9s %9s %8s %7s\n' page bytes requests p50_ms p95_ms p99_ms of_health errors
for path in /health /board /bets/reply-draft /bets/reply-draft/edit /outcomes /capabilities /workflows \
    /economics /oversight /interactions /definitions /review /diagnostics '/search?q=reply'; do
    bytes=$(curl --silent --header 'accept: text/html' --output /dev/null --write-out '%{size_download}' "$address$path")
    read -r rate p50 p95 p99 errors < <(measure "$path")
    share=$(awk "BEGIN { printf \"%.3f\", $rate / $base }")
    printf '%-28s %9s %9s %9s %9s %9s %8s %7s\n' "$path" "$bytes" "$rate" "$p50" "$p95" "$p99" "$share" "$errors"
done
