"""Golden agreement, rank correlations and corrected judges, written to ../golden/judges.json.

Kappa by statsmodels and scikit-learn, rank correlations by SciPy, prediction-powered means by
ppi-python. Standard errors with clusters by numerical differentiation of a brute-force definition
with a weight for each unit. Needs numpy, scipy, statsmodels, scikit-learn, ppi-python.
"""

import json
from pathlib import Path

import numpy as np
import ppi_py
from scipy.stats import kendalltau, norm, spearmanr, t
from sklearn.metrics import cohen_kappa_score, confusion_matrix
from statsmodels.stats.inter_rater import cohens_kappa

random = np.random.default_rng(20260402)


def kappa(w, judge, person, power):
    cost = lambda a, b: (np.abs(a - b) ** power if power else (a != b)).astype(float)
    w = w / w.sum()
    seen = (w * cost(judge, person)).sum()
    blind = (np.outer(w, w) * cost(judge[:, None], person[None, :])).sum()
    return 1 - seen / blind


def grades(w, x):
    return (w * (x[None, :] < x[:, None])).sum(axis=1) + (w * (x[None, :] == x[:, None])).sum(axis=1) / 2


def spearman(w, judge, person):
    w = w / w.sum()
    a, b = grades(w, judge) - 0.5, grades(w, person) - 0.5
    return (w * a * b).sum() / np.sqrt((w * a * a).sum() * (w * b * b).sum())


def kendall(w, judge, person):
    a = np.sign(judge[:, None] - judge[None, :])
    b = np.sign(person[:, None] - person[None, :])
    ww = np.outer(w, w)
    return (ww * a * b).sum() / np.sqrt((ww * a * a).sum() * (ww * b * b).sum())


def clustered(statistic, unit, units):
    """Moves of each unit by a five-point derivative in its weight."""
    step = 1e-3

    def at(u, change):
        return statistic(1.0 + change * (unit == u))

    moves = [
        (8 * (at(u, step) - at(u, -step)) - at(u, 2 * step) + at(u, -2 * step)) / 12 / step
        for u in range(units)
    ]
    return np.sqrt((np.array(moves) ** 2).sum() * units / (units - 1))


def interval(value, error, units, alpha):
    reach = t.isf(alpha / 2, units - 1) * error / (1 - value**2)
    unseen = 1 - (alpha / 2) ** (1 / units)
    low = min(np.tanh(np.arctanh(value) - reach), value - unseen * (value + 1))
    return low, max(np.tanh(np.arctanh(value) + reach), value + unseen * (1 - value))


def agreement(people, rows, classes, alpha):
    sizes = np.ones(people, int) if rows == 1 else random.integers(1, rows + 1, size=people)
    unit = np.repeat(np.arange(people), sizes)
    m = len(unit)
    person = random.integers(0, classes, size=m)
    careless = random.uniform(0.1, 0.6, size=people)[unit]
    near = np.clip(person + random.integers(-1, 2, size=m), 0, classes - 1)
    judge = np.where(random.uniform(size=m) < careless, near, person)
    found = {
        "name": f"{people} people, {classes} classes", "alpha": alpha,
        "rows": np.column_stack([unit, judge, person]).tolist(),
        "confusion": confusion_matrix(judge, person, labels=range(classes)).tolist(),
    }
    ones = np.ones(m)
    for name, weights, power in [("equal", None, 0), ("linear", "linear", 1), ("quadratic", "quadratic", 2)]:
        value = cohen_kappa_score(judge, person, weights=weights)
        error = clustered(lambda w: kappa(w, judge, person, power), unit, people)
        if rows == 1:
            peer = cohens_kappa(confusion_matrix(judge, person), wt={0: None, 1: "linear", 2: "quadratic"}[power])
            assert abs(peer.kappa - value) < 1e-12
            exact = peer.std_kappa * np.sqrt(people / (people - 1))
            assert abs(exact / error - 1) < 1e-8, (exact, error)
            error = exact
        found[name] = [value, error, *interval(value, error, people, alpha)]
    for name, value, of in [
        ("spearman", spearmanr(judge, person).statistic, spearman),
        ("kendall", kendalltau(judge, person).statistic, kendall),
    ]:
        assert abs(of(ones, judge, person) - value) < 1e-12
        error = clustered(lambda w: of(w, judge, person), unit, people)
        found[name] = [value, error, *interval(value, error, people, alpha)]
    return found


def corrected(n, more, noise, binary, alpha):
    """One row for each unit, so that ppi-python's formula applies; t and n - 2 are ours."""
    truth = random.uniform(size=n + more)
    grade = (random.uniform(size=n + more) < truth).astype(float) if binary else truth
    judge = np.clip(grade * 0.8 + 0.15 + noise * random.normal(size=n + more), 0, 1)
    y, f, alone = grade[:n], judge[:n], judge[n:]
    a = np.concatenate([(y - y.mean()) / n, np.zeros(more)])
    b = np.concatenate([(f - f.mean()) / n, -(alone - alone.mean()) / more])
    lam = float(np.clip((a * b).sum() / (b * b).sum(), 0, 1))
    value = float(np.squeeze(ppi_py.ppi_mean_pointestimate(y, f, alone, lam=lam)))
    low, high = (float(np.squeeze(end)) for end in ppi_py.ppi_mean_ci(y, f, alone, alpha=0.05, lam=lam))
    error = (high - low) / 2 / norm.isf(0.025) * np.sqrt(n / (n - 2))
    human = float(y.std() / np.sqrt(n)) * np.sqrt(n / (n - 1))
    own = float(np.squeeze(ppi_py.ppi_mean_pointestimate(y, f, alone)))
    return {
        "name": f"{n} of {n + more}", "alpha": alpha, "person": y.tolist(), "judge": f.tolist(),
        "alone": alone.tolist(), "lambda": lam, "value": value, "standard_error": error,
        "reach": t.isf(alpha / 2, n - 2) * error, "human": float(y.mean()), "human_error": human,
        "human_reach": t.isf(alpha / 2, n - 1) * human, "value_with_their_lambda": own,
    }


def corrected_clusters(people):
    """Rows with and without labels of the same people: the variance by differentiation."""
    rows = random.integers(2, 9, size=people)
    unit = np.repeat(np.arange(people), rows)
    habit = random.normal(scale=0.2, size=people)[unit]
    y = np.round(np.clip(0.6 + habit + 0.2 * random.normal(size=len(unit)), 0, 1), 6)
    f = np.round(np.clip(y + 0.1 + 0.1 * random.normal(size=len(unit)), 0, 1), 6)
    label = random.uniform(size=len(unit)) < 0.3

    def at(w, lam):
        both, alone = w * label, w * ~label
        mean = lambda w, x: (w * x).sum() / w.sum()
        return mean(both, y) + lam * (mean(alone, f) - mean(both, f))

    labelled = len(set(unit[label]))
    scale = lambda fitted: np.sqrt((people - 1) / people * labelled / (labelled - fitted))
    errors = {lam: clustered(lambda w: at(w, lam), unit, people) for lam in np.linspace(0, 1, 21)}
    best = min(errors, key=errors.get)
    return {
        "unit": unit.tolist(), "person": y.tolist(), "judge": f.tolist(), "label": label.tolist(),
        "human": at(np.ones(len(unit)), 0.0), "human_error": errors[0.0] * scale(1),
        "least_error_on_grid": errors[best] * scale(2), "best_on_grid": best,
        "ones": at(np.ones(len(unit)), 1.0),
    }


golden = {
    "agreement": [agreement(150, 1, 4, 0.05), agreement(40, 6, 3, 0.05), agreement(60, 4, 12, 0.05 / 30)],
    "corrected": [
        corrected(60, 900, 0.05, False, 0.05), corrected(100, 1000, 0.3, True, 0.05 / 30),
        corrected(25, 60, 0.6, True, 0.05),
    ],
    "clusters": corrected_clusters(50),
}
path = Path(__file__).parent.parent / "golden" / "judges.json"
path.write_text(json.dumps(golden) + "\n")
