"""Golden critical values of Student's t and Clopper-Pearson ends for 0 of n, by SciPy, written to
../golden/critical.json."""

import json
from pathlib import Path

from scipy.stats import binomtest, t

student = [
    [alpha, freedom, float(t.isf(alpha / 2, freedom))]
    for alpha in [0.5, 0.05, 0.05 / 30, 0.05 / 90, 1e-9]
    for freedom in [1, 2, 7, 59, 999, 49999]
]
unseen = [
    [alpha, n, float(binomtest(0, n).proportion_ci(1 - alpha, "exact").high)]
    for alpha, n in [(0.05, 1), (0.05, 5), (0.05 / 30, 60), (0.01, 5000)]
]
path = Path(__file__).parent.parent / "golden" / "critical.json"
path.write_text(json.dumps({"student": student, "unseen": unseen}) + "\n")
