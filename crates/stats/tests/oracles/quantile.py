"""Golden quantile intervals, written to ../golden/quantile.json.

Brute force in numpy: for every bin the shares of all units up to it, their linearised interval, and
the hull of the bins that it does not exclude. Needs numpy and scipy.
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import t


def estimate(table, q, alpha):
    """`table` has a row for each unit and a column for each bin."""
    n = len(table)
    critical = t.isf(alpha / 2, n - 1)
    unseen = 1 - (alpha / 2) ** (1 / n)
    totals = table.sum(axis=1)
    bins = np.flatnonzero(table.sum(axis=0))

    def share_interval(last):
        below = table[:, : last + 1].sum(axis=1) if last >= 0 else np.zeros(n)
        share = below.sum() / totals.sum()
        residuals = (below - share * totals) / totals.mean()
        reach = critical * np.sqrt((residuals**2).sum() / (n - 1) / n)
        return share - max(reach, share * unseen), share, share + max(reach, (1 - share) * unseen)

    found = {b: share_interval(b) for b in [-1, *bins]}
    lows = [b for b in [-1, *bins] if found[b][2] >= q]
    last_maybe_below = max(b for b in [-1, *bins] if found[b][0] <= q)
    above = [b for b in bins if b > last_maybe_below]
    return {
        "value": int(next(b for b in bins if found[b][1] >= q)),
        "low": None if lows[0] == -1 else int(lows[0]),
        "high": int(above[0]) if above else None,
    }


def cases():
    random = np.random.default_rng(20260303)
    for n, q, alpha, spread in [
        (60, 0.5, 0.05 / 30, 0.3), (200, 0.95, 0.05 / 30, 0.3), (25, 0.5, 0.05, 1.0),
        (60, 0.95, 0.05 / 30, 0.3), (8, 0.1, 0.05, 0.5), (2000, 0.99, 0.05, 0.2), (300, 0.9, 0.05, 1.5),
    ]:
        speed = random.normal(2, spread, size=n)
        table = np.zeros((n, 40), dtype=int)
        for unit in range(n):
            values = np.exp(random.normal(speed[unit], 0.5, size=random.integers(1, 30)))
            np.add.at(table[unit], np.minimum(values.astype(int), 39), 1)
        yield f"{n} units, q {q}", table, q, alpha


golden = []
for name, table, q, alpha in cases():
    units = [[[int(b), int(row[b])] for b in np.flatnonzero(row)] for row in table]
    golden.append({"name": name, "q": q, "alpha": alpha, "units": units, **estimate(table, q, alpha)})
path = Path(__file__).parent.parent / "golden" / "quantile.json"
path.write_text(json.dumps(golden) + "\n")
