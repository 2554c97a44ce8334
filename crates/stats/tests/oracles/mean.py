"""Golden ends of the betting interval, written to ../golden/mean.json.

An own numpy computation of arXiv 2505.22422: each bet is what it takes to reach the target over the
units left, from the variance of the units before. The ends are searched on a grid of candidates,
which shows that those left are an interval, and then by halving. With the source of confseq
(PyPI, 0.0.11; its compiled part is not needed) unpacked, its capital process under the same bets is
compared as well:

    python mean.py [--confseq confseq-0.0.11/src]

Needs numpy.
"""

import json
import sys
import types
from pathlib import Path

import numpy as np

MOST_LOST = 0.9
BETS = 128


def variances_before(x):
    t = np.arange(1, len(x) + 1)
    means = (0.5 + np.cumsum(x)) / (t + 1)
    variances = (0.25 + np.cumsum((x - means) ** 2)) / (t + 1)
    return np.concatenate([[0.25], variances[:-1]])


def stakes(x, m, alpha):
    """The bets against the mean m on the whole path, even after the target is reached."""
    length = min(max(len(x) // BETS, 1), 64)
    variances = variances_before(x)
    target = np.log(2 / alpha)
    log_capital = 0.0
    found = np.zeros(len(x))
    for start in range(0, len(x), length):
        block = slice(start, start + length)
        needed = max(target - log_capital, 0.0)
        bet = np.sqrt(2 * needed / ((len(x) - start) * variances[start]))
        found[block] = min(bet, MOST_LOST / m if m > 0 else np.inf)
        log_capital += np.sum(np.log1p(found[block] * (x[block] - m)))
        if log_capital >= target:
            break
    return found


def highest_log_capital(x, m, alpha):
    return np.max(np.cumsum(np.log1p(stakes(x, m, alpha) * (x - m))))


def low(x, alpha):
    def gap(m):
        return highest_log_capital(x, m, alpha) - np.log(2 / alpha)

    grid = np.linspace(0.0, np.mean(x), 400)
    excluded = [gap(m) >= 0 for m in grid]
    if not excluded[0]:
        return 0.0
    first = excluded.index(False)
    assert not any(excluded[first:]), "the candidates that are left are not an interval"
    outside, inside = grid[first - 1], grid[first]
    for _ in range(60):
        middle = (outside + inside) / 2
        outside, inside = (middle, inside) if gap(middle) >= 0 else (outside, middle)
    return outside


def compare(path, x, alpha):
    """Holds the capital against confseq's, which has both sides and a factor of one half."""
    np.float_ = np.float64
    for absent in ["matplotlib", "matplotlib.pyplot", "multiprocess"]:
        sys.modules.setdefault(absent, types.ModuleType(absent))
    sys.path.insert(0, path)
    from confseq.betting import betting_mart

    for m in np.linspace(0.02, 0.98, 25):
        above, below = stakes(x, m, alpha), stakes(1 - x, 1 - m, alpha)
        theirs = betting_mart(
            x, m, alpha=alpha, lambdas_fn_positive=lambda *_: above,
            lambdas_fn_negative=lambda *_: below, trunc_scale=MOST_LOST, m_trunc=True,
        )
        ours = max(highest_log_capital(x, m, alpha), highest_log_capital(1 - x, 1 - m, alpha))
        assert abs(np.log(2 * np.max(theirs)) - ours) < 1e-9, (m, theirs, ours)


def cases():
    random = np.random.default_rng(20260301)
    yield "uniform", random.uniform(size=200), 0.05
    yield "near one", random.beta(19, 1, size=60), 0.05 / 30
    yield "coins", (random.uniform(size=150) < 0.3).astype(float), 0.05 / 90
    yield "shares of few", random.binomial(5, 0.9, size=40) / 5, 0.05
    yield "all one", np.ones(60), 0.05
    yield "all zero", np.zeros(60), 0.05 / 30
    yield "four", np.array([0.2, 0.9, 0.4, 0.7]), 0.05
    yield "many", np.round(random.beta(2, 3, size=3000), 3), 0.05 / 30


def main():
    confseq = sys.argv[2] if sys.argv[1:2] == ["--confseq"] else None
    golden = []
    for name, values, alpha in cases():
        x = np.round(values, 6)
        if confseq:
            compare(confseq, x, alpha)
        golden.append({
            "name": name, "alpha": alpha, "values": x.tolist(),
            "low": low(x, alpha), "high": 1 - low(1 - x, alpha),
        })
    path = Path(__file__).parent.parent / "golden" / "mean.json"
    path.write_text(json.dumps(golden) + "\n")


main()
