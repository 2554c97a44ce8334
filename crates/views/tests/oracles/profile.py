"""Golden intervals of shares and their differences by statsmodels 0.14.5, and Cramér's V by the chi-square of
SciPy 1.17.1, written to ../golden/profile.json."""

import json
from pathlib import Path

from scipy.stats import chi2_contingency
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

wilson = [
    [of, n, *map(float, proportion_confint(of, n, alpha=0.05, method="wilson"))]
    for of, n in [(0, 1), (0, 40), (1, 7), (12, 30), (500, 1000), (39, 40), (40, 40), (123, 456789)]
]
newcombe = [
    [*one, *other, *map(float, confint_proportions_2indep(*one, *other, method="newcomb", compare="diff"))]
    for one, other in [((56, 70), (48, 80)), ((9, 10), (3, 10)), ((10, 10), (0, 20)), ((0, 10), (0, 20)), ((400, 1000), (390, 900))]
]


def corrected(table):
    """Bergsma 2013: phi squared less what it is by chance, over the corrected sizes of the table."""
    n = sum(map(sum, table))
    r, k = len(table), len(table[0])
    phi2 = max(0, chi2_contingency(table, correction=False).statistic / n - (k - 1) * (r - 1) / (n - 1))
    rc, kc = (size - (size - 1) ** 2 / (n - 1) for size in (r, k))
    return float((phi2 / min(rc - 1, kc - 1)) ** 0.5)


tables = [[[20, 5], [4, 30]], [[10, 12, 9], [30, 4, 2]], [[50, 1], [2, 40], [3, 25], [60, 4]]]
cramer = [[table, corrected(table)] for table in tables]
path = Path(__file__).parent.parent / "golden" / "profile.json"
path.write_text(json.dumps({"wilson": wilson, "newcombe": newcombe, "cramer": cramer}) + "\n")
