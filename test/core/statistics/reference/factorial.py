"""Writes factorial.json: the numbers that the tests hold core/statistics/factorial.ts to.

    python3 test/core/statistics/reference/factorial.py && npx biome format --write test/core/statistics/reference/factorial.json

Made with Python 3.11, SciPy 1.17.1, statsmodels 0.15.0. F, its degrees of freedom and (from F) partial eta squared are those of
statsmodels' AnovaRM. p of one degree of freedom is that of SciPy's permutation test over all signs of the paired contrast; p of
more is counted here over all signs with AnovaRM's F of the values whose effect has them; for many seeds over 400,000 drawn signs.
"""

import itertools
import json
import random
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.anova import AnovaRM

rng = random.Random(2011)


def design(seeds, levels, decimals, effect):
    """Values [seeds][cells] with an effect of the first factor, and one of the first two together."""
    cells = list(itertools.product(*(range(n) for n in levels)))
    values = []
    for _ in range(seeds):
        own = rng.gauss(0, 1)
        values.append([round(90 + own + effect * cell[0] + effect * cell[0] * cell[1] + rng.gauss(0, 1), decimals) for cell in cells])
    return values


def table(values, levels):
    rows = []
    for seed, of_seed in enumerate(values):
        for cell, value in zip(itertools.product(*(range(n) for n in levels)), of_seed):
            rows.append({"seed": seed, "value": value, **{f"f{i}": level for i, level in enumerate(cell)}})
    return pd.DataFrame(rows)


def anova(values, levels):
    found = AnovaRM(table(values, levels), "value", "seed", within=[f"f{i}" for i in range(len(levels))]).fit().anova_table
    return {tuple(int(f[1:]) for f in name.split(":")): row for name, row in found.iterrows()}


def part(values, levels, factors):
    """The part of each seed's values that an effect is: means over the other factors, centred along each of its own  [seeds, ...]"""
    x = np.array(values).reshape(len(values), *levels)
    for axis in range(len(levels)):
        average = x.mean(axis=axis + 1, keepdims=True)
        x = x - average if axis in factors else np.broadcast_to(average, x.shape)
    return x


def p_of_signs(values, levels, factors, f):
    own = part(values, levels, factors)
    rest = np.array(values).reshape(own.shape) - own
    signs = list(itertools.product((1, -1), repeat=len(values) - 1))
    count = 0
    for some in signs:
        flipped = rest + own * np.array((1, *some)).reshape(-1, *[1] * len(levels))
        count += anova(flipped.reshape(len(values), -1).tolist(), levels)[factors]["F Value"] >= f * (1 - 1e-9)
    return count / len(signs)


def p_of_scipy(values, levels, factors):
    """Of two levels each: the contrast of a seed is one number, up to sign."""
    own = part(values, levels, factors).reshape(len(values), -1)[:, 0]
    return stats.permutation_test((own,), np.mean, permutation_type="samples", n_resamples=np.inf).pvalue


def p_of_drawn_signs(values, levels, factors, flips=400_000):
    """So many that their own error is small beside that of 10,000."""
    own = part(values, levels, factors).reshape(len(values), -1)
    draw = np.random.default_rng(1)
    observed = (own.sum(axis=0) ** 2).sum()
    count = 0
    for _ in range(flips // 20_000):
        signs = draw.choice((-1.0, 1.0), size=(20_000, len(values)))
        count += int((((signs @ own) ** 2).sum(axis=1) >= observed * (1 - 1e-9)).sum())
    return count / flips


def reference(seeds, levels, decimals, effect, signs=True):
    values = design(seeds, levels, decimals, effect)
    effects = []
    for factors, row in anova(values, levels).items():
        f, df, error = row["F Value"], int(row["Num DF"]), int(row["Den DF"])
        one = {"factors": list(factors), "f": f, "degreesOfFreedom": [df, error], "partialEtaSquared": f * df / (f * df + error)}
        if signs:
            one["p"] = p_of_scipy(values, levels, factors) if df == 1 else p_of_signs(values, levels, factors, f)
        else:
            one["p"] = p_of_drawn_signs(values, levels, factors)
        effects.append(one)
    return {"levels": list(levels), "values": values, "effects": effects}


found = {
    "exact": [reference(7, (2, 2), 2, 0.5), reference(6, (3, 2), 1, 0.4), reference(8, (2, 2, 2), 2, 0.3), reference(5, (2, 3, 2), 2, 0.6)],
    "sampled": [reference(40, (3, 4), 3, 0.12, signs=False), reference(25, (2, 3, 3), 3, 0.2, signs=False)],
}
Path(__file__).with_name("factorial.json").write_text(json.dumps(found, allow_nan=False))
