"""Writes a large roadmap with a long history as a git repository, the same each time, and times `trueup` on it.

    history.py make FOLDER BETS COMMITS   a repository with BETS bets, BETS notes and COMMITS commits
    history.py time TRUEUP FOLDER         wall seconds, CPU seconds and peak memory on all of FOLDER's repositories

Each commit after the first changes one to three bets: a criterion or a date moves, the scope grows, a side signs.
"""

import datetime
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 5
START = datetime.date(2025, 1, 6)
PEOPLE = ("ana", "bo", "chen", "dana")
AUTHORS = (("Ana Köhler", "ana"), ("Bo Lind", "bo"), ("陈美", "chen"), ("Dana Ray", "dana"))

ROADMAP = """\
edition = 1

[people]
ana = { name = "Ana Köhler", email = "ana@example.com", side = "product" }
bo = { name = "Bo Lind", email = "bo@example.com", side = "rd" }
chen = { name = "陈美", email = "chen@example.com", side = "rd" }
dana = { name = "Dana Ray", email = "dana@example.com", side = "product" }

[words]
draft = "An answer that the model proposes and a person may send."

[policy]
alpha = 0.05
currency = "EUR"
units_at_least = 10
"""

OUTCOME = """\
id = "outcome-{number}"
title = "Customers of team {number} get an answer sooner"
for = "customers who write to support"
metric = "time_to_decision"
from = 90000
to = 45000
by = 2027-12-31

[[key_result]]
id = "sooner"
metric = "acceptance"
from = 0
to = 0.5
by = 2027-12-31
owners = ["ana", "bo"]
"""

BET = """\
# What we try for step {number} of the work, and when we stop.
id = "bet-{number:04}"
title = "Drafted answers for step {number}"
horizon = "h1"
stage = "{stage}"
serves = ["outcome-{outcome}/sooner"]
watch = ["concentration"]

[problem]
who = "Agents of team {outcome}"
improve = "decision time"
from = {minutes}
to = {goal_minutes}
unit = "min/answer"
evidence = ["note:field-{number:04}"]

[scope]
does = [{does}]
does_not = ["Send an answer without a person"]

[mode]
kind = "augment"
decides = "the agent"
controls = ["edit", "reject", "override"]
drift = {{ approve_at_most = 0.95, dwell_at_least = "20s", catch_at_least = 0.6 }}

[score]
risk = {risk}
impact = 5
business = 4
scale = 3
value = "augmentation"
by = ["ana", "bo"]

[data]
reviewed = {{ on = 2025-01-03, by = ["ana", "bo"] }}
bias = "Answers in other languages than English are under-represented: {share} % of labels"
sparsity = "Rare questions have 11 labels each"
labels = {{ cost = 1.40, currency = "EUR", have = {have}, need = {need} }}
fresh = "Answers of 2024"
cannot = ["Read scanned images"]
assumes = ["Questions are in English, German, French or Spanish"]

[sourcing]
kind = "buy"
because = "Validate the value first"

[cost]
per_interaction_at_most = 0.012
currency = "EUR"
revenue_per_interaction = 0.05
loads = [1, 2, 5, 10]

[baseline]
kind = "rules"
what = "The canned answer with the most words in common"
metric = "acceptance"
value = 0.{share}

[[component]]
id = "repair-{number:04}"
kind = "harness"
stands_for = "valid structure"
goes_when = "the model's structure is valid in 999 of 1,000 answers"
effort = "3w"

[[risk]]
what = "People stop reading what they send"
mitigate = "Planted errors, looked at each week"
owner = "{owner}"

[box]
starts = {starts}
decide_by = {decide_by}
if_undecided = "ship-baseline"

[owners]
model = "bo"
product = "ana"
escalate = ["head of support"]

[[option]]
what = "A rule that proposes the canned answer"

[gate.graduate]
{signed}criteria = [
  {{ metric = "acceptance", at_least = {accept:.2f}, role = "goal", windows = 4, every = "1w" }},
  {{ metric = "time_to_decision", at_most = {decide}, role = "goal" }},
  {{ metric = "error_rate", at_most = {errors:.3f}, role = "guardrail" }},
  {{ metric = "calibration_error", at_most = 0.10, role = "guardrail" }},
  {{ metric = "cost_per_interaction", at_most = 0.012, role = "budget" }},
  {{ attest = "runbook and on-call", role = "readiness" }},
]
"""

NOTE = """\
+++
kind = "field"
about = ["bet-{number:04}"]
by = "{owner}"
on = {on}
+++

Sat with two agents of team {outcome} for a morning. They answer about {count} messages an hour and look for
the last answer to the same question each time. What slows them is finding it, not writing it.

- "I know that I wrote this last week."
- The draft must name the order, or they do not trust it.
"""


def bet(number, chance):
    starts = START + datetime.timedelta(days=chance.randrange(0, 300))
    return {
        "number": number, "stage": chance.choice(("proposed", "framed", "discovery")), "outcome": number % 20,
        "minutes": chance.randrange(20, 60), "goal_minutes": chance.randrange(5, 20),
        "does": ["Propose an answer", "Show what it rests on"], "risk": chance.randrange(1, 6),
        "share": chance.randrange(10, 40), "have": chance.randrange(1000, 6000), "need": 9000,
        "owner": chance.choice(PEOPLE), "starts": starts, "decide_by": starts + datetime.timedelta(weeks=12),
        "signed": None, "accept": 0.60, "decide": 30000, "errors": 0.020,
    }  # fmt: skip


def bet_text(bet):
    does = ", ".join(f'"{step}"' for step in bet["does"])
    signed = bet["signed"]
    line = f'signed = {{ product = "ana", rd = "bo", on = {signed[0]}, digest = "b3:{signed[1]}" }}\n' if signed else ""
    return BET.format(**{**bet, "does": does, "signed": line})


def move(bet, day, chance):
    """Changes a bet as teams do, and says what was done."""
    kind = chance.choices(("criterion", "date", "scope", "sign", "stage"), (40, 25, 15, 15, 5))[0]
    if kind == "criterion":
        which, step = chance.choice((("accept", -0.01), ("decide", 500), ("errors", 0.001)))
        bet[which] = max(0.01, round(bet[which] + step, 3)) if which != "decide" else bet[which] + step
    elif kind == "date":
        bet["decide_by"] += datetime.timedelta(weeks=2)
    elif kind == "scope":
        bet["does"].append(f"Answer in language {len(bet['does'])}")
    elif kind == "sign":
        bet["signed"] = (day, f"{chance.getrandbits(32):08x}")
    else:
        bet["stage"] = "pilot"
    return f"{bet['number']:04}: move the {kind}"


def files(number, chance):
    """The first version of all files."""
    yield "roadmap/roadmap.toml", ROADMAP
    yield "README.md", "A roadmap to measure with.\n"
    for outcome in range(20):
        yield f"roadmap/outcomes/outcome-{outcome}.toml", OUTCOME.format(number=outcome)
    for one in number:
        yield f"roadmap/bets/bet-{one['number']:04}.toml", bet_text(one)
        on = START + datetime.timedelta(days=chance.randrange(0, 300))
        note = NOTE.format(**{**one, "on": on}, count=chance.randrange(5, 20))
        yield f"roadmap/notes/field-{one['number']:04}.md", note


def commits(bets, count, chance):
    """Each commit as its message and the files that it changes."""
    yield "Start the roadmap", list(files(bets, chance))
    for number in range(1, count):
        day = START + datetime.timedelta(hours=number * 6)
        chosen = chance.sample(bets, chance.randrange(1, 4))
        said = ", ".join(move(one, day, chance) for one in chosen)
        yield said, [(f"roadmap/bets/bet-{one['number']:04}.toml", bet_text(one)) for one in chosen]


def make(folder, bets, count):
    """One repository in two forms: `loose` as commits leave it, `packed` as `git gc` leaves them."""
    chance = random.Random(1)
    loose, packed = folder / "loose", folder / "packed"
    folder.mkdir(parents=True)
    git = ["git", "-c", "init.defaultBranch=main"]
    subprocess.run([*git, "init", "--quiet", packed], check=True)
    importing = subprocess.Popen(["git", "-C", packed, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    for number, (message, changed) in enumerate(commits([bet(n, chance) for n in range(bets)], count, chance)):
        importing.stdin.write(commit(number, message, changed))
    importing.stdin.close()
    if importing.wait() != 0:
        sys.exit("`git fast-import` failed")
    subprocess.run(["git", "-C", packed, "reset", "--quiet", "--hard"], check=True)
    # Anew, as a server does: `fast-import` packs each version as a change of the one before.
    subprocess.run(["git", "-C", packed, "repack", "-adfq"], check=True)
    subprocess.run([*git, "init", "--quiet", loose], check=True)
    for pack in (packed / ".git/objects/pack").glob("*.pack"):
        with pack.open("rb") as stream:
            subprocess.run(["git", "-C", loose, "unpack-objects", "-q"], stdin=stream, check=True)
    head = subprocess.run(["git", "-C", packed, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    subprocess.run(["git", "-C", loose, "update-ref", "refs/heads/main", head.stdout.strip()], check=True)
    subprocess.run(["git", "-C", loose, "reset", "--quiet", "--hard"], check=True)


def commit(number, message, changed):
    name, email = AUTHORS[number % len(AUTHORS)]
    moment = int(datetime.datetime(2025, 1, 6, tzinfo=datetime.timezone.utc).timestamp()) + number * 6 * 3600
    said = message.encode()
    parts = [
        f"commit refs/heads/main\nmark :{number + 1}\n".encode(),
        f"committer {name} <{email}@example.com> {moment} +0000\ndata {len(said)}\n".encode(),
        said + b"\n",
    ]
    for path, text in changed:
        bytes_ = text.encode()
        parts.append(f"M 100644 inline {path}\ndata {len(bytes_)}\n".encode() + bytes_ + b"\n")
    return b"".join(parts)


def run(command):
    """Runs a program; returns wall seconds, CPU seconds and peak memory in MB."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):  # 1: the roadmap has bad news
        sys.exit(f"{command[0]} failed with {code}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def has_command(trueup, name):
    return subprocess.run([trueup, name, "--help"], capture_output=True).returncode == 0


def measure(trueup, folder):
    # `log` is measured from the day that it exists.
    commands = [["check"]] + ([["log", "--roadmap"]] if has_command(trueup, "log") else [])
    print("| bets | commits | objects | command | wall s | CPU s | peak MB |\n|--:|--:|---|---|--:|--:|--:|")
    for size in sorted(folder.iterdir(), key=lambda size: int(size.name.split("-")[0])):
        bets, count = size.name.split("-")
        for form in ("packed", "loose"):
            for command in commands:
                line = [trueup, *command, str(size / form / "roadmap")]
                rounds = [run(line) for _ in range(ROUNDS + 1)][1:]
                wall, cpu, memory = (statistics.median(column) for column in zip(*rounds))
                print(f"| {bets} | {count} | {form} | {command[0]} | {wall:.2f} | {cpu:.2f} | {memory:.0f} |")


def main():
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        measure(sys.argv[2], Path(sys.argv[3]))


if __name__ == "__main__":
    main()
