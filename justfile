# The way to do everything. `just` lists the recipes.

# Builds outside the clone, so that a clean clone reuses what is built.
export CARGO_TARGET_DIR := env("CARGO_TARGET_DIR", home_directory() / ".cache/trueup-target")

[private]
default:
    @just --list

# Run the main job: a company's roadmap, simulated telemetry, verdicts
demo *ARGS:
    cargo run -- demo {{ ARGS }}

# Run every test
test *ARGS:
    .ci/test {{ ARGS }}

# Format the code
fmt:
    cargo fmt --all
    cargo fmt --manifest-path fuzz/Cargo.toml

# Everything that is checked without running
lint:
    cargo fmt --all --check
    cargo fmt --manifest-path fuzz/Cargo.toml --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo clippy -p trueup --no-default-features --all-targets -- -D warnings

# Licences, sources and duplicate engines of the dependencies
deny:
    cargo deny --all-features check licenses bans sources

# Security advisories: needs the advisory database from the network
advisories:
    cargo deny --all-features check advisories

# JUnit of `trueup check` against its XSD; installs the validator
check-formats:
    .ci/formats

# Look for text and telemetry that cannot be read, for some seconds each, after all that was found before
fuzz SECONDS="60":
    .ci/fuzz {{ SECONDS }}

# Completion, hover and errors in TOML editors, with real ones; installs them
check-editors:
    .ci/editors

# What real clients send is stored as they meant it; installs them
check-clients *ARGS:
    .ci/clients {{ ARGS }}

# Every answer of the API is as its description says; installs schemathesis
check-api *ARGS:
    .ci/api {{ ARGS }}

# Journeys of people through the pages in a real browser, and axe over every page; installs both
check-browser:
    .ci/browser

# A picture of each page of the demo, light, dark and narrow, into a folder
shots FOLDER:
    .ci/browser shots {{ FOLDER }}

# What CI runs
ci: lint deny check-formats check-editors check-clients check-api check-browser
    .ci/fuzz ci
    TRUEUP_CRASH_ROUNDS=200 .ci/test --profile ci

# The language alone, from nothing, in a folder of its own: seconds
time-language:
    rm -rf "$CARGO_TARGET_DIR-language"
    CARGO_TARGET_DIR="$CARGO_TARGET_DIR-language" cargo build -p trueup --no-default-features --timings

# The first README command from nothing, in a folder of its own: seconds
time-build:
    rm -rf "$CARGO_TARGET_DIR-clean"
    CARGO_TARGET_DIR="$CARGO_TARGET_DIR-clean" cargo build --timings

# Verdicts on 10 million interactions beside DuckDB, side by side in one run
bench-verdict *ARGS:
    benches/verdict.sh {{ ARGS }}

# The portfolio's question from cells and from rows beside DuckDB, on 10 million interactions or as many as named
bench-query *ARGS:
    benches/query.sh {{ ARGS }}

# Pages of single interactions, near and deep, and the path of one, on 10 million or as many as named
bench-browse *ARGS:
    benches/browse.sh {{ ARGS }}

# How often intervals err over ninety daily looks and how wide they are, beside what others do
bench-grid RUNS="100" PEOPLE="200":
    cargo bench -p trueup-stats --bench grid -- {{ RUNS }} {{ PEOPLE }}

# `check` and `log` on 1,000 bets with 2,000 commits, and on half of both
bench-history *ARGS:
    benches/history.sh {{ ARGS }}

# Each page under 64 connections, beside the least that the same process can answer
bench-pages *ARGS:
    benches/pages.sh {{ ARGS }}

# The same OTLP requests to Trueup, Phoenix, MLflow and a file, side by side in one run; installs them
bench-ingest *ARGS:
    benches/ingest.sh {{ ARGS }}

# A server under load for some minutes: do memory and files stay flat?
soak MINUTES="30":
    benches/soak.sh {{ MINUTES }}

# Kill the program so many times, at random and where it hurts, and count what is stored
crash ROUNDS="1000" SEED="1":
    TRUEUP_CRASH_ROUNDS={{ ROUNDS }} TRUEUP_CRASH_SEED={{ SEED }} \
        cargo test --workspace --test crash -- --nocapture

# A binary to ship
dist:
    cargo build --profile dist -p trueup
