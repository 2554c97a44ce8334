"""Golden linearised ratios, written to ../golden/ratio.json.

Numpy and scipy, from the formulas: linearisation in Cochran 1977 chapter 6, Hall's 1992
transformation inverted numerically (not by its closed form). `plain` is without the transformation;
`amount` is for a range from 0 without end: a skewness of at least that of a gamma distribution, and a
low end that leaves room for units not seen.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.stats import skew, t


def undo(x, skewness, n):
    def gap(T):
        s = skewness / np.sqrt(n)
        return T + s * T**2 / 3 + s**2 * T**3 / 27 + s / 6 - x

    return brentq(gap, -1e4, 1e4, xtol=1e-13, rtol=1e-14)


def estimate(a, d, alpha):
    n = len(a)
    value = a.sum() / d.sum()
    residuals = (a - value * d) / d.mean()
    error = residuals.std(ddof=1) / np.sqrt(n)
    critical = t.isf(alpha / 2, n - 1)
    skewness = skew(residuals)
    gamma = 2 * residuals.std(ddof=1) / value
    unseen = 1 - (alpha / 2) ** (1 / n)
    low = value - undo(critical, skewness, n) * error
    high = value - undo(-critical, skewness, n) * error
    return {
        "value": value, "standard_error": error,
        "plain": [value - critical * error, value + critical * error],
        "low": low, "high": high,
        "amount": [
            max(0, min(low, value * (1 - unseen))),
            max(high, value - undo(-critical, gamma, n) * error),
        ],
    }


def cases():
    random = np.random.default_rng(20260302)
    for n, sigma, alpha in [(60, 1.0, 0.05), (300, 1.5, 0.05 / 30), (12, 0.5, 0.05), (40, 2.0, 0.01)]:
        d = random.poisson(4, size=n) + 1
        a = np.round(d * np.exp(random.normal(0, sigma, size=n)), 6)
        yield f"{n} units, sigma {sigma}", a, d, alpha
    d = np.array([1, 2, 3, 4, 5, 6, 7, 8.0])
    yield "symmetric", d * 2 + np.array([1, -1, -1, 1, 1, -1, -1, 1]), d, 0.05
    yield "long tail to the left", 10 * d - np.round(np.exp(d / 2), 6), d, 0.05


golden = [
    {"name": name, "alpha": alpha, "units": np.column_stack([a, d]).tolist(), **estimate(a, d, alpha)}
    for name, a, d, alpha in cases()
]
path = Path(__file__).parent.parent / "golden" / "ratio.json"
path.write_text(json.dumps(golden) + "\n")
