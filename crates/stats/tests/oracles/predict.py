"""Golden chances at a later look, by SciPy, written to ../golden/predict.json.

Now: 100 units, value .6 in .5 to .8, standard error .05. Then: 400 units.
"""

import json
from pathlib import Path

from scipy.stats import norm

value, error, below, above = 0.6, 0.05, 0.1, 0.2
known = 100 / 400
then = norm(value, error * (1 - known) ** 0.5)
below, above = below * known**0.5, above * known**0.5

golden = []
for at_least, at_most in [(0.52, None), (None, 0.65), (0.4, 0.8), (0.58, None), (0.7, 0.75)]:
    lowest = float("-inf") if at_least is None else at_least + below
    highest = float("inf") if at_most is None else at_most - above
    golden.append({
        "at_least": at_least, "at_most": at_most,
        "met": float(max(0, then.cdf(highest) - then.cdf(lowest))),
        "refuted": float(
            (0 if at_least is None else then.cdf(at_least - above))
            + (0 if at_most is None else then.sf(at_most + below))
        ),
    })
path = Path(__file__).parent.parent / "golden" / "predict.json"
path.write_text(json.dumps(golden) + "\n")
