"""Golden calibration errors and concentrations, written to ../golden/resampled.json.

Values are exact; the standard errors are from 20,000 bootstrap draws of numpy and are known to
0.5 %, so they are compared loosely. Needs numpy.
"""

import json
from pathlib import Path

import numpy as np

random = np.random.default_rng(20260304)
DRAWS = 20_000


def calibration(n, rows, bins):
    units = []
    for _ in range(n):
        m = random.integers(1, rows)
        confidence = random.uniform(size=m)
        outcome = random.uniform(size=m) < np.clip(confidence * random.uniform(0.5, 1.1), 0, 1)
        units.append((np.round(confidence, 4), outcome))
    gaps = np.zeros((n, bins))
    sums = []
    for unit, (confidence, outcome) in enumerate(units):
        place = np.minimum((confidence * bins).astype(int), bins - 1)
        np.add.at(gaps[unit], place, confidence - outcome)
        sums.append([
            [int(b), int((place == b).sum()), confidence[place == b].sum(), float(outcome[place == b].sum())]
            for b in np.unique(place)
        ])
    sizes = np.array([len(c) for c, _ in units])
    # The value from the rows themselves, by the definition.
    confidence = np.concatenate([c for c, _ in units])
    outcome = np.concatenate([o for _, o in units])
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    value = sum(
        (place == b).mean() * abs(confidence[place == b].mean() - outcome[place == b].mean())
        for b in np.unique(place)
    )
    draws = random.integers(0, n, size=(DRAWS, n))
    errors = [np.abs(gaps[d].sum(axis=0)).sum() / sizes[d].sum() for d in draws]
    return {"units": sums, "value": value, "standard_error": np.std(errors) * np.sqrt(n / (n - 1))}


def concentration(rows):
    n = len(rows)
    top = int(np.ceil(n / 10))

    def share(values):
        return np.sort(values)[::-1][:top].sum() / values.sum()

    errors = [share(rows[random.integers(0, n, size=n)]) for _ in range(DRAWS)]
    return {
        "rows": rows.tolist(), "value": share(rows),
        "standard_error": np.std(errors) * np.sqrt(n / (n - 1)),
    }


golden = {
    "calibration": [calibration(80, 20, 15), calibration(300, 10, 10)],
    "concentration": [
        concentration(np.ceil(np.exp(random.normal(1, 1, size=200)))),
        concentration(random.poisson(5, size=95).astype(float)),
    ],
}
path = Path(__file__).parent.parent / "golden" / "resampled.json"
path.write_text(json.dumps(golden) + "\n")
