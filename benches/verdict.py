"""Times `trueup verdict` and the same SQL in DuckDB over the same Parquet files, turn by turn.

Arguments: the trueup binary, the number of interactions, a folder to work in (kept for the next run).
Reports wall seconds, CPU seconds and peak memory of each whole process, medians of ROUNDS rounds.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 5
DUCKDB = """
import sys, duckdb
store, queries = sys.argv[1], sys.argv[2]
connection = duckdb.connect()
for table in ("interactions", "actions", "scores"):
    connection.execute(
        f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{store}/{table}/**/*.parquet', hive_partitioning=true)"
    )
for query in open(queries).read().split(";\\n"):
    if query.strip():
        connection.execute(query).fetchall()
"""


def run(*command, quiet=True):
    """Runs a program; returns wall seconds, CPU seconds and peak memory in MB."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL if quiet else None)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):  # 1: the roadmap has bad news, as the demo's has
        sys.exit(f"{command[0]} failed with {code}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    trueup, interactions, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    demo = folder / f"demo-{interactions}"
    today = "2026-11-20"
    if not (demo / "report.html").exists():
        folder.mkdir(parents=True, exist_ok=True)
        wall, cpu, memory = run(
            trueup, "demo", str(demo), "--interactions", str(interactions), "--today", today, "--force", quiet=False
        )
        print(f"\ndemo (simulate, import, judge): {wall:.1f} s, {cpu:.1f} CPU s, {memory:.0f} MB")
    telemetry = demo / "telemetry"
    store = folder / f"store-{interactions}"
    files = sorted(map(str, telemetry.glob("*.csv")))
    rows = sum(sum(1 for _ in open(name, "rb")) - 1 for name in files)
    if not store.exists():
        wall, cpu, memory = run(
            trueup, "import", *files, "--with", str(demo / "import.sql"), "--store", str(store)
        )
        print(f"import: {rows:,} rows in {wall:.1f} s = {rows / wall:,.0f} rows/s, {cpu:.1f} CPU s, {memory:.0f} MB")
    verdict = [trueup, "verdict", "--roadmap", str(demo / "roadmap"), "--store", str(store), "--as-of", today]
    queries = folder / "queries.sql"
    queries.write_text(subprocess.run([*verdict, "--show-queries"], check=True, capture_output=True, text=True).stdout)
    duckdb = [sys.executable, "-c", DUCKDB, str(store), str(queries)]
    figures = {"trueup verdict": [], "DuckDB, same SQL": []}
    for _ in range(ROUNDS):
        figures["trueup verdict"].append(run(*verdict))
        figures["DuckDB, same SQL"].append(run(*duckdb))
    print(f"\n{interactions:,} interactions, {rows:,} rows, medians of {ROUNDS} rounds turn by turn\n")
    print("| | seconds | CPU seconds | peak MB |\n|---|---|---|---|")
    for name, rounds in figures.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*rounds))
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {memory:.0f} |")


if __name__ == "__main__":
    main()
