"""Golden comparisons of two arms, of splits and of what others do, written to
../golden/comparison.json.

Welch's standard errors and Satterthwaite's, absolute and relative, of means, ratios and CUPED, and
the sequential t-test: PyPI's gbstats 0.8.0. Squaring and adding: statsmodels' Newcombe interval of
two proportions; its relative form: the root of the equation that defines it, by Brent's method.
Splits: SciPy's chi-square and PyPI's ssrm-test 0.1.5. Wilson: SciPy. Empirical Bernstein: confseq
(PyPI, 0.0.11; unpacked source, its compiled part is not needed):

    python comparison.py confseq-0.0.11/src

Needs gbstats, ssrm-test, statsmodels, scipy and numpy.
"""

import json
import sys
import types
from pathlib import Path

import numpy as np
from gbstats.frequentist.tests import (
    FrequentistConfig, SequentialConfig, SequentialTwoSidedTTest, TwoSidedTTest,
)
from gbstats.models.statistics import (
    RatioStatistic, RegressionAdjustedStatistic, SampleMeanStatistic, compute_theta,
)
from scipy.optimize import brentq
from scipy.special import betaln
from scipy.stats import binomtest, chisquare
from ssrm_test.ssrm_test import log_posterior_predictive
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

random = np.random.default_rng(20260314)


def sample(x):
    return SampleMeanStatistic(n=len(x), sum=float(np.sum(x)), sum_squares=float(np.sum(x * x)))


def ratio(units):
    m, d = units.T
    return RatioStatistic(
        n=len(m), m_statistic=sample(m), d_statistic=sample(d), m_d_sum_of_products=float(np.sum(m * d))
    )


def errors(control, treatment):
    absolute = TwoSidedTTest(control, treatment, FrequentistConfig(difference_type="absolute"))
    relative = TwoSidedTTest(control, treatment, FrequentistConfig(difference_type="relative"))
    return {
        "difference": absolute.point_estimate, "error": float(np.sqrt(absolute.variance)),
        "uplift": relative.point_estimate, "relative_error": float(np.sqrt(relative.variance)),
    }


def ratios():
    for n, m in [(40, 40), (15, 120), (400, 350)]:
        arms = []
        for size, price in [(n, 1.2), (m, 1.0)]:
            uses = random.integers(1, 20, size)
            arms.append(np.column_stack([np.round(uses * price * random.lognormal(0, 0.4, size), 4), uses]))
        treatment, control = arms
        yield {"treatment": treatment.tolist(), "control": control.tolist(),
               **errors(ratio(control), ratio(treatment))}


def means():
    for n, m in [(30, 50), (200, 200)]:
        treatment, control = (np.round(random.normal(c, 1.0, k), 4) for c, k in [(5.3, n), (5.0, m)])
        yield {"treatment": treatment.tolist(), "control": control.tolist(),
               **errors(sample(control), sample(treatment))}


def adjusted():
    for n, m in [(25, 40), (300, 250)]:
        arms = []
        for size, effect in [(n, 0.5), (m, 0.0)]:
            before = np.round(random.gamma(2.0, 2.0, size), 4)
            after = np.round(0.8 * before + effect + random.normal(3, 1, size), 4)
            arms.append((after, before))
        def statistic(arm, theta):
            after, before = arm
            return RegressionAdjustedStatistic(
                n=len(after), post_statistic=sample(after), pre_statistic=sample(before),
                post_pre_sum_of_products=float(np.sum(after * before)), theta=theta)
        theta = compute_theta(statistic(arms[1], 0), statistic(arms[0], 0))
        treatment, control = (statistic(arm, theta) for arm in arms)
        test = TwoSidedTTest(control, treatment, FrequentistConfig(difference_type="absolute"))
        yield {"treatment": np.column_stack(arms[0]).tolist(), "control": np.column_stack(arms[1]).tolist(),
               "theta": theta, "difference": test.point_estimate, "error": float(np.sqrt(test.variance))}


def squared_and_added():
    for a, n, b, m, alpha in [(56, 70, 48, 80, 0.05), (9, 10, 3, 10, 0.05), (29, 30, 30, 31, 0.001)]:
        t = [a / n, *proportion_confint(a, n, alpha, method="wilson")]
        c = [b / m, *proportion_confint(b, m, alpha, method="wilson")]
        low, high = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff", alpha=alpha)

        def gap(r, end, other):
            return (t[0] - r * c[0]) ** 2 - (t[0] - end) ** 2 - r * r * (c[0] - other) ** 2

        value = t[0] / c[0]
        ratio_low = brentq(gap, 0, value, args=(t[1], c[2]), xtol=1e-15, rtol=1e-14)
        ratio_high = brentq(gap, value, 100 * value, args=(t[2], c[1]), xtol=1e-15, rtol=1e-14)
        yield {"treatment": list(map(float, t)), "control": list(map(float, c)), "low": float(low), "high": float(high),
               "uplift_low": ratio_low - 1, "uplift_high": ratio_high - 1}


def splits():
    for counts, weights in [
        ([500, 500], [0.5, 0.5]), ([5200, 4800], [1, 1]), ([30, 10], [1, 1]),
        ([1000, 2100, 900], [0.25, 0.5, 0.25]), ([101234, 100021], [1, 1]), ([9, 1], [0.9, 0.1]),
    ]:
        n, shares = np.array(counts), np.array(weights) / np.sum(weights)
        null = np.sum(n * np.log(shares))
        factors = [np.exp(sequential(n, shares * sure) - null) for sure in [10, 100, 1_000, 10_000]]
        p = chisquare(n, n.sum() * shares).pvalue
        yield {"counts": counts, "weights": weights, "p": float(p), "e": float(np.mean(factors))}


def sequential(n, prior):
    """ssrm-test has the probability of the counts in any order; this is that of one order."""
    from scipy.special import gammaln
    any_order = log_posterior_predictive(n, prior)
    return any_order - gammaln(n.sum() + 1) + np.sum(gammaln(n + 1))


def sequences():
    for n, m in [(100, 120), (1000, 900)]:
        treatment, control = (np.round(random.normal(c, 1.0, k), 4) for c, k in [(5.2, n), (5.0, m)])
        test = SequentialTwoSidedTTest(
            sample(control), sample(treatment), SequentialConfig(difference_type="absolute"))
        yield {"treatment": treatment.tolist(), "control": control.tolist(),
               "difference": test.point_estimate, "error": float(np.sqrt(test.variance)),
               "expected": float(np.sqrt(test.variance * (n + m)) * test.rho),
               "p": float(test.p_value), "interval": list(map(float, test.confidence_interval))}


def empirical_bernstein(x):
    """By confseq's pieces with the running mean of the paper, which starts at one half."""
    from confseq.betting_strategies import lambda_predmix_eb
    from confseq.predmix import predmix_lower_cs

    before = (0.5 + np.concatenate([[0.0], np.cumsum(x)[:-1]])) / np.arange(1, len(x) + 1)
    v = (x - before) ** 2

    def lower(values):
        return predmix_lower_cs(
            values, v, lambda y: lambda_predmix_eb(y, truncation=0.5, alpha=0.025),
            lambda bets: -np.log(1 - bets) - bets, alpha=0.025, running_intersection=True)

    return float(lower(x)[-1]), float(1 - lower(1 - x)[-1])


def shares():
    for hits, n in [(90, 100), (5, 12), (495, 500)]:
        def gap(p):
            return betaln(1 + hits, 1 + n - hits) - hits * np.log(p) - (n - hits) * np.log1p(-p) - np.log(20)

        x = np.round(random.beta(4.5, 0.5, n), 6)
        wilson = binomtest(hits, n).proportion_ci(method="wilson")
        mean = hits / n
        yield {"hits": hits, "n": n, "wilson": [float(wilson.low), float(wilson.high)],
               "beta_binomial": [brentq(gap, 1e-12, mean, xtol=1e-15), brentq(gap, mean, 1 - 1e-12, xtol=1e-15)],
               "values": x.tolist(), "empirical_bernstein": empirical_bernstein(x)}


def main():
    np.float_ = np.float64
    for absent in ["matplotlib", "matplotlib.pyplot", "multiprocess"]:
        sys.modules.setdefault(absent, types.ModuleType(absent))
    sys.path.insert(0, sys.argv[1])

    golden = {
        "ratios": list(ratios()), "means": list(means()), "adjusted": list(adjusted()),
        "squared_and_added": list(squared_and_added()), "splits": list(splits()),
        "sequences": list(sequences()), "shares": list(shares()),
    }
    path = Path(__file__).parent.parent / "golden" / "comparison.json"
    path.write_text(json.dumps(golden) + "\n")


main()
