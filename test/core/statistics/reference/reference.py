"""Writes reference.json: the numbers that the tests hold core/statistics to, from SciPy, mpmath and R.

    python3 test/core/statistics/reference/reference.py && npx biome format --write test/core/statistics/reference/reference.json

Made with Python 3.11, SciPy 1.17.1, NumPy 2, mpmath 1.3.0, R 4.2.2. The tests need none of them.
Samples have few decimals, so that they have ties, and stand in the file beside what was computed from them.
"""

import json
import math
import random
import subprocess
from pathlib import Path

import mpmath
import numpy as np
from scipy import stats

mpmath.mp.dps = 60
rng = random.Random(20210)


def sample(n, decimals, mean=0.0, std=1.0):
    return [round(rng.gauss(mean, std), decimals) for _ in range(n)]


def number(x):
    """A plain number; None for NaN."""
    return None if math.isnan(x) else float(x)


def descriptive(x):
    return {
        "x": x,
        "mean": number(np.mean(x)),
        "population": number(np.std(x)),
        "sample": number(np.std(x, ddof=1)) if len(x) > 1 else None,
        "standardError": number(stats.sem(x)) if len(x) > 1 else None,
        "quantiles": [[q, number(np.quantile(x, q))] for q in (0, 0.025, 0.25, 0.5, 0.9, 1)],
        "interquartileMean": number(stats.trim_mean(x, 0.25)),
    }


def tails():
    """Two-sided for normal and Student, upper for chi-square; from incomplete beta and gamma functions at 60 digits."""
    normal = [[z, float(mpmath.erfc(mpmath.mpf(z) / mpmath.sqrt(2)))] for z in (0, 0.001, 0.5, 1.4, 1.5, 1.96, 3, 6, 12, 30)]
    student = []
    for df in (1, 2, 3, 4, 9, 30, 99, 498, 1001, 15623):
        for t in (0, 1e-5, 0.3, 1, 2, 5, 12, 35):
            x = mpmath.mpf(df) / (df + mpmath.mpf(t) ** 2)
            student.append([t, df, float(mpmath.betainc(mpmath.mpf(df) / 2, mpmath.mpf(1) / 2, 0, x, regularized=True))])
    chi_square = []
    for df in (1, 2, 3, 4, 7, 12, 41):
        for x in (0, 0.01, 0.7, 3, 11, 60, 400):
            chi_square.append([x, df, float(mpmath.gammainc(mpmath.mpf(df) / 2, mpmath.mpf(x) / 2, regularized=True))])
    return {"normal": normal, "student": student, "chiSquare": chi_square}


def paired_t(differences):
    test = stats.ttest_1samp(differences, 0)
    return {"differences": differences, "t": test.statistic, "degreesOfFreedom": int(test.df), "p": test.pvalue}


def wilcoxon(differences, method):
    """`method` as SciPy's; "all signs" goes through all 2^n of them, which is exact with ties too."""
    nonzero = [d for d in differences if d != 0]
    if method == "all signs":
        how = stats.PermutationMethod(n_resamples=np.inf, batch=4096)
        test = stats.wilcoxon(nonzero, method=how)
    else:
        test = stats.wilcoxon(differences, method=method)
    return {"differences": differences, "method": method, "statistic": test.statistic, "p": test.pvalue}


def holm(p):
    text = ",".join("NA" if x is None else repr(x) for x in p)
    out = subprocess.run(
        ["Rscript", "-e", f'cat(sprintf("%.17g", p.adjust(c({text}), "holm")))'], check=True, capture_output=True, text=True
    ).stdout.split()
    return {"p": p, "adjusted": [None if x == "NA" else float(x) for x in out]}


def cliff(a, b):
    u = stats.mannwhitneyu(a, b).statistic
    return {"a": a, "b": b, "delta": 2 * u / (len(a) * len(b)) - 1}


def correlation(x, y):
    s = stats.spearmanr(x, y)
    k = stats.kendalltau(x, y)
    found = {"rho": s.statistic, "rhoP": s.pvalue, "tau": k.statistic, "tauP": k.pvalue}
    return {"x": x, "y": y, **{name: number(value) for name, value in found.items()}}


def over_seeds(values):
    test = stats.friedmanchisquare(*values)
    ranks = stats.rankdata(-np.array(values), axis=0)
    return {"values": values, "statistic": test.statistic, "p": test.pvalue, "meanRanks": ranks.mean(axis=1).tolist()}


def percentile(x, of, name):
    """With 400,000 resamples, so that its own error is small beside that of 10,000."""
    test = stats.bootstrap(
        (x,), of, n_resamples=400_000, batch=10_000, method="percentile", rng=np.random.default_rng(1), vectorized=True
    )
    interval = test.confidence_interval
    return {"x": x, "statistic": name, "low": interval.low, "high": interval.high, "standardError": test.standard_error}


def noisy(x, decimals, noise):
    return [round(value + rng.gauss(0, noise), decimals) for value in x]


small = [0.5, 1.2, -0.3, 2.2, 3.1, 1.7, -0.9, 2.8, 0.4, 1.1]
accuracies = sample(500, 2, 94.2, 0.22)
skewed = [round(94.37 - 3 * rng.random() ** 4, 3) for _ in range(40)]
x20, x33, x34, x500 = sample(20, 1), sample(33, 9), sample(34, 9), sample(500, 2)
methods = [sample(30, 1, mean) for mean in (0, 0.3, 0.5, 0.5)]

reference = {
    "descriptive": [
        descriptive(x)
        for x in ([94.2], [1.5, 1.25], [2.0, 2.0], [3.0, -1.0, 2.5], [4.0, 1.0, 3.0, 10.0], [2.0, 2.0, 5.0, 7.0, -9.0], small, x33, accuracies)
    ],
    "tails": tails(),
    "pairedT": [paired_t(x) for x in ([1.0, 2.0], [1.0, -1.0], [0.0, 0.0, 1.0], [-0.4, 0.1, -0.3], small, sample(100, 2, 0.3), sample(500, 2, -1))],
    "wilcoxon": [
        wilcoxon([1.0], "exact"),
        wilcoxon([1.0, 2.0], "exact"),
        wilcoxon([1.0, -1.0], "auto"),
        wilcoxon([0.0, 1.0], "auto"),
        wilcoxon([-2.0, 1.0, 3.0], "exact"),
        wilcoxon(small, "exact"),
        wilcoxon(sample(50, 9, 0.2), "exact"),
        wilcoxon([1.0, 1.0, 2.0, -2.0, 3.0, 4.0, 5.0], "auto"),
        wilcoxon([0.0, 1.0, 2.0, -3.0, 4.0, 5.0, 6.0, 0.0, 6.0], "auto"),
        wilcoxon([1.0, -1.0, 1.0, 1.0, 1.0, 1.0], "auto"),
        wilcoxon([0.0, 0.0, 0.0], "auto"),
        wilcoxon(sample(16, 1, 0.4, 0.6), "all signs"),
        wilcoxon([0.0] * 4 + sample(17, 1, 0.2, 0.4), "all signs"),
        wilcoxon(sample(51, 9, 0.2), "asymptotic"),
        wilcoxon(sample(90, 1, 0.2), "asymptotic"),
        wilcoxon(sample(500, 2, 0.05, 0.3), "asymptotic"),
    ],
    "holm": [
        holm(p)
        for p in ([0.03], [0.01, 0.04, 0.03, 0.005], [0.5, 0.6, 0.01, 0.01, None, 0.9], [0.02, None], [1e-30, 0.0, 0.2, 0.049, 0.0125])
    ],
    "cliffsDelta": [
        cliff(a, b)
        for a, b in (([1.0], [2.0]), ([2.0, 2.0], [2.0, 2.0]), ([1.0, 2.0, 2.0], [2.0, 0.0]), (small, x20), (accuracies, sample(300, 2, 94.1, 0.3)))
    ],
    "correlation": [
        correlation(x, y)
        for x, y in (
            ([1.0, 2.0, 3.0, 4.0, 5.0], [5.0, 6.0, 7.0, 8.0, 7.5]),
            ([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]),
            ([1.0, 2.0], [4.0, 3.0]),
            ([1.0, 1.0, 2.0], [3.0, 4.0, 4.0]),
            ([2.0, 2.0, 2.0], [1.0, 2.0, 3.0]),
            (small, noisy(small, 3, 2)),
            (x20, noisy(x20, 1, 1)),
            (x33, noisy(x33, 9, 3)),
            (x34, noisy(x34, 9, 3)),
            (x500, noisy(x500, 0, 4)),
        )
    ],
    "friedman": [
        over_seeds(values)
        for values in ([[1.0, 2.0, 3.0], [2.0, 3.0, 1.0], [3.0, 1.0, 2.5]], [[1.0, 2.0], [2.0, 2.0], [2.0, 3.0]], methods, [[round(x, 0) for x in ofMethod] for ofMethod in methods])
    ],
    "bootstrap": [
        percentile(x, of, name)
        for x in ([1.0, 3.0], [2.0, 2.0], skewed, accuracies)
        for of, name in ((np.mean, "mean"), (lambda y, axis: stats.trim_mean(y, 0.25, axis=axis), "interquartileMean"))
    ],
}

Path(__file__).with_name("reference.json").write_text(json.dumps(reference, allow_nan=False))
