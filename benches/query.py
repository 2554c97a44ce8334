"""Times a roadmap's question to the store: from cells, from rows, and the same SQL in DuckDB.

Arguments: the folder of the binaries, the number of interactions, a folder to work in (kept for the next
run). With TRUEUP_CUT=N each bet of the demo stands for N bets with people of their own, and a dashboard's
classes, days and pairs are asked of each beside what the roadmap asks: 3 makes 27 of its 9. Each round asks once of each, turn by turn; every figure is the median of the rounds.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 7
TODAY = "2026-11-20"
CUT = int(os.environ.get("TRUEUP_CUT", "0"))
DUCKDB = """
import sys, time, resource, duckdb
store, queries, rounds = sys.argv[1], open(sys.argv[2]).read(), int(sys.argv[3])
connection = duckdb.connect()
for table in ("interactions", "actions", "scores"):
    connection.execute(
        f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{store}/{table}/**/*.parquet', hive_partitioning=true, union_by_name=true)"
    )
statements = [query for query in queries.split(";\\n") if query.strip()]
for _ in range(rounds):
    started, cpu = time.monotonic(), time.process_time()
    for query in statements:
        connection.execute(query).fetchnumpy()
    print(time.monotonic() - started, time.process_time() - cpu, flush=True)
"""


def run(*command):
    """Runs a program to its end; returns its output and wall seconds."""
    started = time.monotonic()
    done = subprocess.run([str(part) for part in command], check=False, capture_output=True, text=True)
    if done.returncode not in (0, 1):  # 1: the roadmap has bad news, as the demo's has
        sys.exit(f"{command[0]} failed with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout, time.monotonic() - started


def timed(*command):
    """Runs a program that prints seconds and CPU seconds for each round; adds its peak memory in MB."""
    stdout, _ = run("/usr/bin/env", "python3", "-c", PEAK, *command)
    *rounds, peak = stdout.splitlines()
    return [tuple(float(number) for number in line.split()) for line in rounds], float(peak)


PEAK = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], check=True, stdout=subprocess.PIPE, text=True)
print(done.stdout, end="")
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def main():
    binaries, interactions, folder = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    trueup, portfolio = binaries / "trueup", binaries / "examples" / "portfolio"
    demo, store = folder / f"demo-{interactions}", folder / f"store-{interactions}-{CUT}"
    if not store.exists():
        folder.mkdir(parents=True, exist_ok=True)
        run(trueup, "demo", demo, "--interactions", interactions, "--today", TODAY, "--force")
        files = sorted((demo / "telemetry").glob("*.csv"))
        if CUT:
            cut(demo / "import.sql")
        _, seconds = run(trueup, "import", *files, "--with", demo / "import.sql", "--store", store)
        print(f"import: {seconds:.1f} s")
        for file in files:
            file.unlink()
    question = [portfolio, demo / "roadmap", store, TODAY]
    rolled, seconds = run(*question, "roll-up")
    print(f"roll-up: {seconds:.1f} s: {rolled.splitlines()[-1]}")
    again, seconds = run(*question, "roll-up")
    print(f"again: {again.strip()}")
    size = lambda name: sum(file.stat().st_size for file in (store / name).rglob("*") if file.is_file()) / 1e6
    print(f"cells: {size('cells'):.0f} MB; tables: {sum(map(size, ('interactions', 'actions', 'scores'))):.0f} MB")
    print(f"load: {os.getloadavg()[0]:.1f}")
    for name, only in (("all bets", []), ("one bet", [first_bet(demo)])):
        queries = folder / "queries.sql"
        queries.write_text(run(*question, "queries", 1, *only)[0])
        ways = {
            "cells": [*question, "cells", ROUNDS, *only],
            "rows": [*question, "rows", ROUNDS, *only],
            "DuckDB, same SQL over rows": [sys.executable, "-c", DUCKDB, store, queries, ROUNDS],
        }
        print(f"\n{interactions:,} interactions, {name}, medians of {ROUNDS} rounds in one process each\n")
        print("| | ms | CPU ms | first, ms | peak MB |\n|---|---|---|---|---|")
        for way, command in ways.items():
            rounds, peak = timed(*command)
            wall, cpu = (statistics.median(column) * 1000 for column in zip(*rounds))
            print(f"| {way} | {wall:.1f} | {cpu:.1f} | {rounds[0][0] * 1000:.1f} | {peak:.0f} |")


def cut(script):
    """Makes several bets of each, by the last digit of the person's hash."""
    bet = "replace(feature_key, '_', '-')"
    part = f"CAST(strpos('0123456789abcdef', right(user_hash, 1)) % {CUT} AS VARCHAR)"
    script.write_text(script.read_text().replace(bet, f"concat({bet}, '-', {part})"))


def first_bet(demo):
    """The bet whose file comes first."""
    return sorted(file.stem for file in (demo / "roadmap" / "bets").glob("*.toml"))[0]


if __name__ == "__main__":
    main()
