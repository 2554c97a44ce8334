"""Golden survival curves and novelty slopes, written to ../golden/lasting.json.

Survival by lifelines, with clusters by numerical differentiation; slopes by statsmodels. Needs
numpy, scipy, pandas, lifelines, statsmodels.
"""

import json
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from lifelines import KaplanMeierFitter
from scipy.stats import norm, t

random = np.random.default_rng(20260403)


def survival(people, alpha, hazard):
    start = random.integers(0, 60, size=people)
    lasts = np.ceil(random.exponential(1 / hazard, size=people))
    watched = 90 - start
    duration, event = np.minimum(lasts, watched), lasts <= watched
    # Student's critical value in place of the normal one.
    as_normal = 2 * norm.sf(t.isf(alpha / 2, people - 1))
    fit = KaplanMeierFitter(alpha=as_normal).fit(duration, event)
    ends = fit.confidence_interval_survival_function_
    times = [float(x) for x in np.quantile(duration, [0.1, 0.3, 0.5, 0.7])]
    at = lambda frame, time: float(frame.loc[:time].iloc[-1])
    curves = [fit.survival_function_.iloc[:, 0], ends.iloc[:, 0], ends.iloc[:, 1]]

    def estimate(time):
        """lifelines' interval, at least as wide as those still watched can support."""
        value, low, high = (at(curve, time) for curve in curves)
        unseen = 1 - (alpha / 2) ** (1 / (duration >= time).sum())
        return value, min(low, value * (1 - unseen)), max(high, value + unseen * (1 - value))

    # lifelines' own median search passes over a curve that is one half but for rounding.
    ended = np.unique(duration[event])
    # The low end also falls when fewer are watched, and beyond the last watched nothing is known.
    def first_half(days, of, otherwise):
        return next((day for day in days if estimate(day)[of] <= 0.5 + 1e-9), otherwise)

    median = [
        first_half(ended, 0, np.inf), first_half(np.unique(duration), 1, duration.max()),
        first_half(ended, 2, np.inf),
    ]
    finite = lambda x: float(x) if np.isfinite(x) else None
    return {
        "name": f"{people} people", "alpha": alpha,
        "spans": [[float(d), bool(e)] for d, e in zip(duration, event)],
        "survival": [[time, *estimate(time)] for time in times],
        "median": [finite(x) for x in median],
    }


def clustered(people):
    """Several spans of each person that go together."""
    count = random.integers(1, 6, size=people)
    unit = np.repeat(np.arange(people), count)
    speed = np.exp(random.normal(size=people))[unit]
    duration = np.ceil(random.exponential(10 * speed))
    watched = random.integers(5, 40, size=len(unit))
    duration, event = np.minimum(duration, watched), duration <= watched
    time = float(np.median(duration))

    def at(w):
        share = 1.0
        for day in np.unique(duration[event & (duration <= time)]):
            share *= 1 - (w * event)[duration == day].sum() / w[duration >= day].sum()
        return share

    step = 1e-3
    moves = np.array([
        (8 * (at(1.0 + step * (unit == u)) - at(1.0 - step * (unit == u)))
         - at(1.0 + 2 * step * (unit == u)) + at(1.0 - 2 * step * (unit == u))) / 12 / step
        for u in range(people)
    ])
    return {
        "spans": [[int(u), float(d), bool(e)] for u, d, e in zip(unit, duration, event)], "time": time,
        "value": at(np.ones(len(unit))),
        "standard_error": float(np.sqrt((moves**2).sum() * people / (people - 1))),
    }


def slope(people, alpha, true, burn_in):
    unit, day, value, weight = [], [], [], []
    for person in range(people):
        days = np.sort(random.choice(40, size=random.integers(2, 15), replace=False))
        own = random.normal(true, 0.01)
        unit += [person] * len(days)
        day += days.tolist()
        value += (random.normal() + own * days + 0.2 * random.normal(size=len(days))).round(6).tolist()
        weight += random.integers(1, 9, size=len(days)).tolist()
    unit, day, value, weight = map(np.array, (unit, day, value, weight))
    keep = day >= burn_in
    keep &= np.array([len(set(day[keep & (unit == u)])) > 1 for u in unit])
    u, d, y, w = unit[keep], day[keep].astype(float), value[keep], weight[keep].astype(float)
    dummies = (u[:, None] == np.unique(u)[None, :]).astype(float)
    with_dummies = sm.WLS(y, np.column_stack([d, dummies]), weights=w).fit()
    within = lambda x: x - np.array([(w * x)[u == k].sum() / w[u == k].sum() for k in u])
    fit = sm.WLS(within(y), within(d), weights=w).fit(cov_type="cluster", cov_kwds={"groups": u})
    assert abs(fit.params[0] - with_dummies.params[0]) < 1e-12
    reach = t.isf(alpha / 2, len(np.unique(u)) - 1) * fit.bse[0]
    rows = [[int(a), float(b), float(c), float(e)] for a, b, c, e in zip(unit, day, value, weight)]
    return {
        "name": f"slope of {people}", "alpha": alpha, "burn_in": burn_in, "rows": rows,
        "units": len(np.unique(u)), "value": fit.params[0], "standard_error": fit.bse[0],
        "low": fit.params[0] - reach, "high": fit.params[0] + reach,
    }


golden = {
    "survival": [survival(80, 0.05, 0.03), survival(200, 0.05 / 30, 0.015), survival(40, 0.05, 0.004)],
    "clustered": clustered(40),
    "slope": [slope(40, 0.05, -0.02, 0), slope(120, 0.05 / 30, 0.0, 7)],
}
path = Path(__file__).parent.parent / "golden" / "lasting.json"
path.write_text(json.dumps(golden) + "\n")
