"""Golden forecasts, their scores, and proportions, written to ../golden/forecasts.json.

Posterior predictive by SciPy's beta-binomial, delivery by convolution in whole fractions, scores by
scikit-learn, proportions by statsmodels; the net promoter score by hand. Needs numpy, scipy,
scikit-learn, statsmodels.
"""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
from scipy.stats import beta, betabinom, norm
from sklearn.metrics import brier_score_loss, mean_pinball_loss
from statsmodels.stats.proportion import proportion_confint

random = np.random.default_rng(20260404)


def posterior(successes, units, then, at_least, at_most, alpha):
    more = then - units
    k = np.arange(more + 1)
    chances = betabinom.pmf(k, more, successes + 0.5, units - successes + 0.5)
    total = successes + k
    low = np.where(total > 0, beta.ppf(alpha / 2, np.maximum(total, 1e-9), then - total + 1), 0)
    high = np.where(total < then, beta.isf(alpha / 2, total + 1, np.maximum(then - total, 1e-9)), 1)
    passes = np.ones(len(k), bool)
    if at_least is not None:
        passes &= low >= at_least
    if at_most is not None:
        passes &= high <= at_most
    return {
        "name": f"{successes} of {units}", "alpha": alpha, "successes": successes, "units": units,
        "then": then, "at_least": at_least, "at_most": at_most,
        "chances": chances.tolist(), "met": float(chances[passes].sum()),
    }


def delivery(finished, remaining):
    week = {}
    for items in finished:
        week[items] = week.get(items, 0) + Fraction(1, len(finished))
    sums, done = {0: Fraction(1)}, []
    for _ in range(40):
        done.append(float(sum(c for items, c in sums.items() if items >= remaining)))
        after = {}
        for a, x in sums.items():
            for b, y in week.items():
                after[a + b] = after.get(a + b, 0) + x * y
        sums = after
        if len(done) == 12:
            within = sums
    upper = lambda chance: max(
        items for items in within if sum(c for i, c in within.items() if i >= items) >= chance
    )
    return {
        "finished": finished, "remaining": remaining, "done": done,
        "weeks": [next(w for w, c in enumerate(done) if c >= q) for q in (Fraction(1, 2), Fraction(17, 20))],
        "items_in_12": [upper(Fraction(1, 2)), upper(Fraction(17, 20))],
    }


def brier(n, digits):
    chance = np.round(random.uniform(size=n), digits)
    happened = random.uniform(size=n) < chance**1.3
    place = np.minimum((chance * 10).astype(int), 9)
    rate = happened.mean()
    reliability = resolution = 0.0
    for b in np.unique(place):
        inside = place == b
        reliability += inside.mean() * (chance[inside].mean() - happened[inside].mean()) ** 2
        resolution += inside.mean() * (happened[inside].mean() - rate) ** 2
    # Within bins, by Stephenson et al.: variance of the chances less twice their covariance.
    within = 0.0
    for b in np.unique(place):
        c, h = chance[place == b], happened[place == b]
        within += ((c - c.mean()) ** 2).sum() / n - 2 * ((c - c.mean()) * (h - h.mean())).sum() / n
    return {
        "name": f"{n} forecasts", "forecasts": [[float(c), bool(h)] for c, h in zip(chance, happened)],
        "score": brier_score_loss(happened, chance), "reliability": reliability,
        "resolution": resolution, "uncertainty": rate * (1 - rate), "within": within,
    }


def pinball(q):
    forecast, actual = random.normal(size=50).round(6), random.normal(size=50).round(6)
    loss = mean_pinball_loss(actual, forecast, alpha=q)
    return {"q": q, "forecasts": np.column_stack([forecast, actual]).tolist(), "loss": loss}


def proportion(successes, trials, alpha):
    return {
        "name": f"{successes} of {trials}", "successes": successes, "trials": trials, "alpha": alpha,
        "wilson": proportion_confint(successes, trials, alpha, method="wilson"),
        "exact": proportion_confint(successes, trials, alpha, method="beta"),
    }


def nps(up, passive, down, alpha):
    n = up + passive + down
    p, d = (up + 0.75) / (n + 3), (down + 0.75) / (n + 3)
    error = np.sqrt((p + d - (p - d) ** 2) / (n + 3))
    reach = norm.isf(alpha / 2) * error
    return {
        "counts": [up, passive, down], "alpha": alpha, "value": 100 * (up - down) / n,
        "low": 100 * (p - d - reach), "high": 100 * (p - d + reach),
    }


golden = {
    "posterior": [
        posterior(40, 60, 140, 0.6, None, 0.05), posterior(3, 90, 200, None, 0.08, 0.05 / 30),
        posterior(0, 0, 30, 0.5, None, 0.05), posterior(55, 100, 160, 0.4, 0.75, 0.05),
        posterior(12.5, 20, 50, 0.5, None, 0.05),
    ],
    "delivery": [delivery([0, 3, 1, 0, 5, 2, 2, 4], 20), delivery([1, 0, 0, 2], 7), delivery([3, 3, 4], 1)],
    "brier": [brier(200, 6), brier(80, 1)],
    "pinball": [pinball(0.5), pinball(0.85)],
    "proportion": [
        proportion(*case) for case in
        [(40, 60, 0.05), (0, 20, 0.05), (20, 20, 0.05), (3, 1000, 0.05 / 30), (499, 1000, 0.05 / 90)]
    ],
    "nps": [nps(40, 35, 25, 0.05), nps(9, 3, 1, 0.05 / 30), nps(10, 400, 20, 0.05)],
}
path = Path(__file__).parent.parent / "golden" / "forecasts.json"
path.write_text(json.dumps(golden) + "\n")
