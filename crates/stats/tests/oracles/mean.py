"""Golden ends of the betting interval, written to ../golden/mean.json.

An own numpy computation of arXiv 2010.09686, theorem 3 and remark 3: the hedged capital of every
candidate on the whole path, candidates by Brent's method. With the source of PyPI's confseq
(0.0.11; its compiled part is not needed) unpacked, its capital process is compared as well:

    python mean.py [--confseq confseq-0.0.11/src]

Needs numpy and scipy.
"""

import json
import sys
import types
from pathlib import Path

import numpy as np
from scipy.optimize import brentq

MOST_LOST = 0.75


def bets(x, alpha):
    t = np.arange(1, len(x) + 1)
    means = (0.5 + np.cumsum(x)) / (t + 1)
    variances = (0.25 + np.cumsum((x - means) ** 2)) / (t + 1)
    before = np.concatenate([[0.25], variances[:-1]])
    return np.sqrt(2 * np.log(2 / alpha) / (len(x) * before))


def highest_log_capital(x, m, alpha):
    with np.errstate(divide="ignore"):
        stakes = np.minimum(bets(x, alpha), np.divide(MOST_LOST, m))
    return np.max(np.cumsum(np.log1p(stakes * (x - m))))


def low(x, alpha):
    def gap(m):
        return highest_log_capital(x, m, alpha) - np.log(2 / alpha)

    return 0.0 if gap(0.0) < 0 else brentq(gap, 0.0, np.mean(x), xtol=1e-13)


def compare(path, x, alpha):
    """Holds the capital against confseq's, which has both sides and a factor of one half."""
    np.float_ = np.float64
    for absent in ["matplotlib", "matplotlib.pyplot", "multiprocess"]:
        sys.modules.setdefault(absent, types.ModuleType(absent))
    sys.path.insert(0, path)
    from confseq.betting import betting_mart
    from confseq.betting_strategies import lambda_predmix_eb

    def stakes(values, _):
        return lambda_predmix_eb(values, alpha=alpha / 2, fixed_n=len(values))

    for m in np.linspace(0.02, 0.98, 25):
        theirs = betting_mart(
            x, m, alpha=alpha, lambdas_fn_positive=stakes, lambdas_fn_negative=stakes,
            trunc_scale=MOST_LOST, m_trunc=True,
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
