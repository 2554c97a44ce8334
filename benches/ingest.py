"""Sends the same OTLP requests to Trueup, to two peers and to a sink, and counts what each has stored.

Arguments: the trueup binary, the folder of the built examples `load` and `sink`, the folder of the peers'
environments, a folder to work in, seconds of load, connections (such as 4,64).
Durable is what another process can read from the store when the load ends; the peers' stores are SQLite files,
the sink's is one file. Afterwards each server gets time to work off what it still holds, and is measured then:
processor time and peak memory of the server with all its processes, bytes of the store.
"""

import dataclasses
import json
import os
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

SPANS = 500
# Longest time in seconds that a server gets to start, and to work off what it still holds.
START, SETTLE = 240, 60
TICK = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass
class Figures:
    """What one server did under one load."""

    name: str
    connections: int
    acknowledged: int
    refused: int
    durable: int
    seconds: float
    p50_ms: float
    p99_ms: float
    # Afterwards: all that was stored, and when nothing was left to do.
    stored: int
    settled: float
    done: bool
    cpu: float
    size: int
    memory: float

    @property
    def rate(self):
        return self.durable / self.seconds

    @property
    def per_cpu(self):
        return self.stored / self.cpu

    @property
    def bytes(self):
        return f"{self.size / self.stored:,.0f}" if self.stored else "-"

    def row(self, best):
        done = "" if self.done else f" (not done after {SETTLE} s)"
        return (
            f"| {self.name} | {self.connections} | {self.rate:,.0f} | {self.rate / best:.3g} | "
            f"{self.acknowledged - self.durable:,} | {self.refused:,} | {self.stored / (self.seconds + self.settled):,.0f}{done} | "
            f"{self.per_cpu:,.0f} | {self.bytes} | {self.memory:,.0f} | "
            f"{self.p50_ms:,.0f} / {self.p99_ms:,.0f} |"
        )


HEADER = """
| receiver | connections | durable spans/s | of Trueup's | acknowledged, not stored at the end | requests refused | spans/s until nothing is left to do | \
spans per CPU-second | bytes per span | peak MB | answer p50 / p99 ms |
|---|---|---|---|---|---|---|---|---|---|---|"""


class Server:
    """A receiver that runs in a folder of its own, in a process group of its own."""

    name = ""
    headers = ()

    def __init__(self, tools, folder):
        self.tools, self.folder = tools, folder
        folder.mkdir(parents=True)
        self.log = open(folder / "log", "w")
        self.address = f"127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(
            [str(part) for part in self.command()],
            cwd=folder,
            env={**os.environ, **self.environment()},
            stdout=subprocess.PIPE if self.prints_address() else self.log,
            stderr=self.log,
            text=True,
            start_new_session=True,
        )
        if self.prints_address():
            self.address = read_address(self.process)
        self.wait_until_up()

    def environment(self):
        return {}

    def prints_address(self):
        return False

    def wait_until_up(self):
        for _ in range(START):
            try:
                urllib.request.urlopen(f"http://{self.address}{self.health()}", timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if self.process.poll() is not None:
                    break
                time.sleep(1)
        sys.exit(f"{self.name} did not start: see {self.folder / 'log'}")

    def health(self):
        return "/health"

    def busy(self):
        """True as long as it holds something that is not where it belongs."""
        return False

    def settle(self):
        """Waits until nothing is left to do; returns how long that took, and whether it was enough."""
        begin = time.monotonic()
        used, since = self.cpu(), begin
        while time.monotonic() - begin < SETTLE:
            time.sleep(1)
            if self.busy() or self.cpu() - used > 0.1:
                used, since = self.cpu(), time.monotonic()
            elif time.monotonic() - since > 3:
                return since - begin, True
        return time.monotonic() - begin, False

    def processes(self):
        """The server and all that it started."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if os.getsid(int(entry.name)) == self.process.pid:
                        found.append(entry)
                except ProcessLookupError:
                    pass
        return found

    def cpu(self):
        total = 0
        for entry in self.processes():
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            total += sum(int(field) for field in fields[11:15])  # user, system, and of ended children
        return total / TICK

    def memory(self):
        total = 0
        for entry in self.processes():
            for line in (entry / "status").read_text().splitlines():
                if line.startswith("VmHWM"):
                    total += int(line.split()[1])
        return total / 1024

    def size(self):
        return sum(path.stat().st_size for path in self.store().rglob("*") if path.is_file())

    def end(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


class Trueup(Server):
    name = "Trueup"

    def command(self):
        return [self.tools["trueup"], "serve", "--store", self.store(), "--listen", self.address]

    def store(self):
        return self.folder / "store"

    def stored(self):
        command = [self.tools["trueup"], "store", "--store", self.store(), "--format", "json"]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return said["tables"]["interactions"]["rows"]

    def busy(self):
        return any((self.store() / "wal").rglob("*.arrow"))


class Phoenix(Server):
    name = "Phoenix"

    def command(self):
        return [self.tools["peers"] / "phoenix/bin/phoenix", "serve"]

    def environment(self):
        host, port = self.address.split(":")
        return {
            "PHOENIX_HOST": host,
            "PHOENIX_PORT": port,
            "PHOENIX_GRPC_PORT": str(free_port()),
            "PHOENIX_WORKING_DIR": str(self.store()),
            "PHOENIX_TELEMETRY_ENABLED": "false",
            "PHOENIX_ALLOW_EXTERNAL_RESOURCES": "false",
        }

    def health(self):
        return "/healthz"

    def store(self):
        return self.folder / "store"

    def stored(self):
        return count_rows(self.store() / "phoenix.db")


class MLflow(Server):
    name = "MLflow"
    headers = ("x-mlflow-experiment-id:0",)

    def command(self):
        host, port = self.address.split(":")
        return [
            self.tools["peers"] / "mlflow/bin/mlflow", "server", "--host", host, "--port", port, "--workers", "1",
            "--backend-store-uri", f"sqlite:///{self.store() / 'mlflow.db'}",
            "--artifacts-destination", self.store() / "artifacts",
        ]  # fmt: skip

    def environment(self):
        self.store().mkdir()
        path = f"{self.tools['peers'] / 'mlflow/bin'}:{os.environ['PATH']}"
        return {"PATH": path, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}

    def store(self):
        return self.folder / "store"

    def stored(self):
        return count_rows(self.store() / "mlflow.db")


class Sink(Server):
    name = "append and sync only"

    def command(self):
        self.store().mkdir()
        return [self.tools["examples"] / "sink", self.store() / "requests"]

    def store(self):
        return self.folder / "store"

    def prints_address(self):
        return True

    def wait_until_up(self):
        pass

    def stored(self):
        requests = 0
        with open(self.store() / "requests", "rb") as file:
            while len(size := file.read(4)) == 4:
                file.seek(struct.unpack("<I", size)[0], os.SEEK_CUR)
                requests += 1
        return requests * SPANS


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read_address(process):
    return process.stdout.readline().strip().removeprefix("http://")


def count_rows(database):
    """Spans that another process sees: those that are committed."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60) as connection:
        return connection.execute("SELECT count(*) FROM spans").fetchone()[0]


def load(server, tools, connections, seconds):
    command = [tools["examples"] / "load", server.address, connections, seconds]
    command += [f"header={header}" for header in server.headers]
    ran = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if ran.returncode:
        sys.exit(f"{server.name}: {ran.stderr}{(server.folder / 'log').read_text()[-2000:]}")
    return json.loads(ran.stdout)


def measure(kind, tools, folder, connections, seconds):
    shutil.rmtree(folder, ignore_errors=True)
    server = kind(tools, folder)
    try:
        idle, before = server.cpu(), server.stored() if kind is not Trueup else 0
        sent = load(server, tools, connections, seconds)
        durable = server.stored() - before
        settled, done = server.settle()
        cpu, memory, size = server.cpu() - idle, server.memory(), server.size()
        return Figures(
            kind.name, connections, sent["spans"], sent["refused"], durable, sent["seconds"], sent["p50_ms"], sent["p99_ms"],
            server.stored() - before, settled, done, cpu, size, memory,
        )  # fmt: skip
    finally:
        server.end()


def main():
    trueup, examples, peers, folder, seconds = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), sys.argv[5]
    tools = {"trueup": trueup, "examples": examples, "peers": peers}
    kinds = [kind for kind in (Trueup, Sink, Phoenix, MLflow) if len(sys.argv) < 8 or kind.__name__ in sys.argv[7]]
    print(f"{seconds} s of load each, {SPANS} spans a request, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    rows = []
    for connections in sys.argv[6].split(","):
        figures = []
        for kind in kinds:
            figures.append(measure(kind, tools, folder / f"{kind.__name__}-{connections}", int(connections), seconds))
            print(figures[-1], file=sys.stderr)
        rows += [one.row(figures[0].rate or 1) for one in figures]
    print(HEADER, *rows, sep="\n")


if __name__ == "__main__":
    main()
