"""Loads a server for a long time while others ask, and says whether it stays as it is.

Arguments: the trueup binary, the folder of the built example `load`, a folder to work in, minutes.
Every 10 seconds one line of figures goes to soak.tsv in that folder. At the end each figure's growth over the second
half is held against its bound; the exit code says whether all stayed within.
"""

import json
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from ingest import Trueup

SPANS_PER_SECOND = 2000
# Replaced files are kept for so long: by default an hour, in which a soak would see nothing but growth.
KEPT_MINUTES = 2
CONNECTIONS = 4
EVERY = 10  # seconds
QUERY = "SELECT bet, count(*) AS uses, sum(tokens_out) AS tokens FROM interactions GROUP BY bet ORDER BY bet"
# The growth that a figure may show over the second half, as a share of its mean there.
BOUNDS = {"memory_mb": 0.10, "data_files": 0.25, "wal_objects": 0.50, "log_files": 0.25, "lag_s": 0.50}
# Below these a change means nothing.
TRIVIAL = {"memory_mb": 20, "data_files": 20, "wal_objects": 20, "log_files": 50, "lag_s": 10}


class Soaked(Trueup):
    def command(self):
        return [*super().command(), "--keep-replaced-min", str(KEPT_MINUTES)]


def sample(server, begin):
    gauges = read_metrics(server)
    files = [path for path in server.store().rglob("*") if path.is_file()]
    asked = time.monotonic()
    rows = ask(server)
    return {
        "seconds": round(time.monotonic() - begin),
        "memory_mb": round(resident(server), 1),
        "cpu_s": round(server.cpu(), 1),
        "data_files": sum(path.suffix == ".parquet" and "_delta_log" not in path.parts for path in files),
        "log_files": sum("_delta_log" in path.parts for path in files),
        "wal_objects": sum(path.suffix == ".arrow" for path in files),
        "store_mb": round(sum(size(path) for path in files) / 1e6, 1),
        "lag_s": round(gauges.get("trueup_store_lag_seconds", 0.0), 1),
        "queued_bytes": int(gauges.get("trueup_store_queued_bytes", 0)),
        "rows": rows,
        "query_s": round(time.monotonic() - asked, 2),
    }


def read_metrics(server):
    text = urllib.request.urlopen(f"http://{server.address}/metrics", timeout=30).read().decode()
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {words[0]: float(words[1]) for words in lines if len(words) == 2}


def ask(server):
    command = [server.tools["trueup"], "query", QUERY, "--store", str(server.store()), "--format", "json"]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    return sum(row["uses"] for row in json.loads(ran.stdout))


def resident(server):
    kilobytes = 0
    for entry in server.processes():
        for line in (entry / "status").read_text().splitlines():
            if line.startswith("VmRSS"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024


def size(path):
    try:
        return path.stat().st_size
    except FileNotFoundError:  # merged meanwhile
        return 0


def growth(samples, name):
    """By how much a figure grew over the second half, by the straight line through it, and its mean there."""
    half = samples[len(samples) // 2 :]
    times, values = [one["seconds"] for one in half], [one[name] for one in half]
    middle, mean = sum(times) / len(times), sum(values) / len(values)
    spread = sum((at - middle) ** 2 for at in times)
    slope = sum((at - middle) * (value - mean) for at, value in zip(times, values)) / spread if spread else 0.0
    return slope * (times[-1] - times[0]), mean


def verdict(samples):
    good = True
    print("\n| figure | mean of the second half | growth over it | bound | |\n|---|---|---|---|---|")
    for name, share in BOUNDS.items():
        grown, mean = growth(samples, name)
        bound = max(share * mean, TRIVIAL[name])
        good &= grown <= bound
        print(f"| {name} | {mean:,.1f} | {grown:+,.1f} | {bound:,.1f} | {'flat' if grown <= bound else 'GROWS'} |")
    return good


def main():
    trueup, examples, folder, minutes = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4])
    shutil.rmtree(folder, ignore_errors=True)
    server = Soaked({"trueup": trueup, "examples": examples}, folder)
    command = [examples / "load", server.address, CONNECTIONS, minutes * 60, f"pace={SPANS_PER_SECOND}", "scores=/v1/events"]
    loading = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    samples, begin = [], time.monotonic()
    try:
        with open(folder / "soak.tsv", "w") as table:
            while loading.poll() is None:
                time.sleep(max(0.0, (len(samples) + 1) * EVERY - (time.monotonic() - begin)))
                samples.append(sample(server, begin))
                if len(samples) == 1:
                    print(*samples[0], sep="\t", file=table)
                print(*samples[-1].values(), sep="\t", file=table, flush=True)
        sent = json.loads(loading.stdout.read())
        settled, done = server.settle()
        stored = ask(server)
        print(f"{minutes:g} minutes, replaced files kept for {KEPT_MINUTES}, at {SPANS_PER_SECOND} spans/s and judgements on a third: {json.dumps(sent)}")
        print(f"settled after {settled:.0f} s ({'done' if done else 'not done'}), stored {stored:,} of {sent['spans']:,} acknowledged")
        print(f"peak {server.memory():,.0f} MB, {server.cpu():,.0f} CPU-seconds, figures in {folder / 'soak.tsv'}")
        sys.exit(0 if verdict(samples) and stored == sent["spans"] and loading.returncode == 0 else 1)
    finally:
        loading.kill()
        server.end()


if __name__ == "__main__":
    main()
