"""Golden AUCs, noise floors and drifts, written to ../golden/models.json.

AUC by scikit-learn and Obuchowski's formula over all pairs of rows; floors by SciPy's binomial and
folded normal, equal-mass bins also by scikit-learn; drift by evidently (of classes: its numeric PSI
has its own bins), SciPy, and matrices in NumPy. Needs numpy, scipy, scikit-learn, pandas, evidently.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from evidently.legacy.calculations.stattests.psi import _psi
from evidently.legacy.core import ColumnType
from scipy.optimize import brentq
from scipy.spatial.distance import jensenshannon
from scipy.stats import binom, chi2_contingency, f, foldnorm, ks_2samp, t
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score

random = np.random.default_rng(20260401)


def auc(people, rows, alpha):
    units, confidence, outcome = [], [], []
    for unit in range(people):
        habit = random.normal()
        m = 1 if rows == 1 else random.integers(1, rows + 1)
        score = random.integers(0, 100, size=m)
        right = random.uniform(size=m) < 1 / (1 + np.exp(-(score / 30 - 1.5 + habit)))
        units += [unit] * m
        confidence += score.tolist()
        outcome += right.astype(int).tolist()
    units, confidence, outcome = map(np.array, (units, confidence, outcome))
    x, y = confidence[outcome == 1], confidence[outcome == 0]
    wins = (x[:, None] > y) + (x[:, None] == y) / 2
    area = roc_auc_score(outcome, confidence)
    assert abs(wins.mean() - area) < 1e-13
    v10, v01 = wins.mean(axis=1), wins.mean(axis=0)
    a = np.array([(v10 - area)[units[outcome == 1] == u].sum() for u in range(people)])
    b = np.array([(v01 - area)[units[outcome == 0] == u].sum() for u in range(people)])
    with_x, with_y = len(set(units[outcome == 1])), len(set(units[outcome == 0]))
    variance = (
        with_x / (with_x - 1) * (a**2).sum() / len(x) ** 2
        + with_y / (with_y - 1) * (b**2).sum() / len(y) ** 2
        + 2 * people / (people - 1) * (a * b).sum() / len(x) / len(y)
    )
    if rows == 1:  # DeLong
        delong = v10.var(ddof=1) / len(x) + v01.var(ddof=1) / len(y)
        assert abs(delong / variance - 1) < 1e-12
    error = np.sqrt(variance)
    logit = np.log(area / (1 - area))
    reach = t.isf(alpha / 2, min(with_x, with_y) - 1) * error / area / (1 - area)
    return {
        "name": f"{people} people", "alpha": alpha,
        "rows": np.column_stack([units, confidence, outcome]).tolist(),
        "value": area, "standard_error": error,
        "low": 1 / (1 + np.exp(-(logit - reach))), "high": 1 / (1 + np.exp(-(logit + reach))),
    }


def floor(people, rows, bins):
    """Distinct confidences, so that scikit-learn's quantile bins are the same."""
    m = people * rows
    confidence = random.permutation(np.arange(m) + 0.5) / m
    unit = np.repeat(np.arange(people), rows)
    habit = random.normal(scale=0.2, size=people)[unit]
    outcome = (random.uniform(size=m) < np.clip(confidence * 0.85 + habit, 0, 1)).astype(float)
    order = np.argsort(confidence)
    groups = np.array_split(order, bins)
    share = np.array([len(g) / m for g in groups])
    gap = np.array([confidence[g].mean() - outcome[g].mean() for g in groups])
    true, predicted = calibration_curve(outcome, confidence, n_bins=bins, strategy="quantile")
    error = (share * np.abs(gap)).sum()
    assert abs(error - np.abs(true - predicted).mean()) < 1e-12

    def off(g):
        n, p = len(g), confidence[g].mean()
        k = np.arange(n + 1)
        return (binom.pmf(k, n, p) * np.abs(k - n * p)).sum() / n

    independent = np.array([off(g) for g in groups])
    clustered = sum(
        (confidence - outcome - gap[b])[g][unit[g] == u].sum() ** 2
        for b, g in enumerate(groups) for u in range(people)
    ) * people / (people - 1)
    alone = sum(len(g) * outcome[g].mean() * (1 - outcome[g].mean()) for g in groups)
    loud = np.sqrt(max(1, clustered / alone))
    scale = loud * independent * np.sqrt(np.pi / 2)

    def seen(truth):
        return sum(w * foldnorm(truth / s, scale=s).mean() for w, s in zip(share, scale))

    above = 0 if error <= seen(0) else brentq(lambda truth: seen(truth) - error, 0, 1, xtol=1e-15)
    return {
        "name": f"{people} people of {rows}", "bins": bins,
        "rows": [[int(u), float(c), float(o)] for u, c, o in zip(unit, confidence, outcome)],
        "value": error, "independent_floor": (share * independent).sum(), "floor": seen(0), "above": above,
    }


def drift(name, then, now, alpha):
    """`then` and `now` have a row for each unit and a column for each class."""
    n, m = then.sum(), now.sum()
    p, q = then.sum(axis=0) / n, now.sum(axis=0) / m
    both = (then.sum(axis=0) + now.sum(axis=0)) / (n + m)
    classes = np.arange(len(p))
    rows = lambda table: pd.Series(np.repeat(classes, table.sum(axis=0))).astype(str)
    psi = ((q - p) * np.log(q / p)).sum() if (p > 0).all() and (q > 0).all() else None
    if psi is not None:
        peer, _ = _psi(rows(then), rows(now), ColumnType.Categorical, 0.1)
        assert abs(psi - peer) < 1e-12
    else:
        p_s, q_s = (then.sum(axis=0) + 0.5) / (n + len(p) / 2), (now.sum(axis=0) + 0.5) / (m + len(p) / 2)
        psi = ((q_s - p_s) * np.log(q_s / p_s)).sum()

    def covariance(table, share):
        units = len(table)
        rows = np.vstack([table, both * table.sum() / units])
        moves = (rows - rows.sum(axis=1, keepdims=True) * share) / table.sum()
        return moves.T @ moves * units / (units - 1)

    v_then, v_now = covariance(then, p), covariance(now, q)
    m_matrix = np.diag(1 / both) @ (v_then + v_now)
    trace, squares = np.trace(m_matrix), np.trace(m_matrix @ m_matrix)
    df, nu = trace**2 / squares, len(then) + len(now) - 2
    statistic = ((q - p) ** 2 / both).sum()
    ps, qs = (p, q) if (p > 0).all() and (q > 0).all() else (p_s, q_s)
    g_p, g_q = np.log(ps / qs) + 1 - qs / ps, np.log(qs / ps) + 1 - ps / qs
    variance = max(g_p @ v_then @ g_p + g_q @ v_now @ g_q - 4 * squares, 0) + 2 * squares
    scale = max(psi, trace)
    reach = t.isf(alpha / 2, nu) * np.sqrt(variance) / 3 / scale ** (2 / 3)
    value = max(psi - trace, 0)
    low = psi - scale + max(scale ** (1 / 3) - reach, 0) ** 3 - trace
    high = psi - scale + (scale ** (1 / 3) + reach) ** 3 - trace
    return {
        "name": name, "alpha": alpha, "then": then.tolist(), "now": now.tolist(),
        "psi": psi, "by_chance": trace, "p_value": f.sf(statistic / trace, df, df * nu),
        "plain_p": chi2_contingency(np.vstack([then.sum(axis=0), now.sum(axis=0)]), correction=False).pvalue,
        "standard_error": np.sqrt(variance), "value": value,
        "low": min(max(low, 0), value), "high": max(high, value),
        "jensen_shannon": jensenshannon(p, q),
    }


def drifts():
    def people(count, rows, share, alike):
        habits = random.dirichlet(np.array(share) * alike, size=count)
        return np.array([random.multinomial(random.integers(1, rows + 1), h) for h in habits])

    yield drift("one row each", people(300, 1, [0.4, 0.3, 0.2, 0.1], 1e6), people(200, 1, [0.35, 0.3, 0.25, 0.1], 1e6), 0.05)
    yield drift("clusters", people(80, 20, [0.4, 0.3, 0.2, 0.1], 3), people(60, 20, [0.2, 0.3, 0.3, 0.2], 3), 0.05 / 30)
    yield drift("no drift", people(50, 9, [0.5, 0.3, 0.2], 2), people(50, 9, [0.5, 0.3, 0.2], 2), 0.05)
    then, now = people(40, 5, [0.6, 0.4, 1e-9], 1e3), people(40, 5, [0.4, 0.4, 0.2], 5)
    yield drift("a new class", then, now, 0.05)


def numeric():
    then, now = random.normal(0, 1, size=500), random.normal(0.3, 1.2, size=330)
    fine = lambda values: np.floor(values / 0.05).astype(int)
    a, b = fine(then), fine(now)
    # Distinct values in NumPy's own deciles: bins by rank of the middle of each equal value.
    values, counts = np.unique(a, return_counts=True)
    middle = (np.cumsum(counts) - counts / 2) / len(a)
    decile = np.minimum((middle * 10).astype(int), 9)
    place = np.searchsorted(values, b, side="left")
    d_now = np.where(place < len(values), decile[np.minimum(place, len(values) - 1)], decile[-1])
    p = np.bincount(np.repeat(decile, counts), minlength=10) / len(a)
    q = np.bincount(d_now, minlength=10) / len(b)
    return {
        "name": "numbers", "then": a.tolist(), "now": b.tolist(),
        "psi": ((q - p) * np.log(q / p)).sum(), "jensen_shannon": jensenshannon(p, q),
        "kolmogorov_smirnov": ks_2samp(a, b).statistic,
    }


golden = {
    "auc": [auc(60, 8, 0.05), auc(150, 1, 0.05), auc(300, 4, 0.05 / 30)],
    "floor": [floor(20, 10, 10), floor(60, 5, 15), floor(100, 1, 10)],
    "drift": list(drifts()),
    "numbers": [numeric()],
}
path = Path(__file__).parent.parent / "golden" / "models.json"
path.write_text(json.dumps(golden) + "\n")
