"""Writes reference.json: what scikit-learn 1.9 and SciPy say of Gaussian processes, kernels and the normal distribution."""
import json
import numpy as np
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct

rng = np.random.default_rng(7)
counts = rng.integers(0, 3, (30, 12)) * (rng.random((30, 12)) < 0.4)
targets = np.sin(counts[:25].sum(1)) + 0.1 * rng.standard_normal(25)
# exp(-d2 / s) is an RBF of length sqrt(s / 2)
scale, weight, noise = 8.0, 0.05, 0.02
kernel = RBF(np.sqrt(scale / 2), "fixed") + ConstantKernel(weight, "fixed") * DotProduct(0, "fixed")
process = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None).fit(counts[:25], targets)
mean, deviation = process.predict(counts[20:], return_std=True)
z = np.array([-37.0, -12.5, -7.08, -7.05, -3.0, -1.0, -0.1, 0.0, 0.4, 1.96, 5.0, 7.2, 9.0])
p = np.array([1e-12, 1e-6, 0.001, 0.02, 0.25, 0.5, 0.6, 0.975, 0.999999])
best = 0.8
gain = (mean - best) / deviation
json.dump(
    {
        "counts": counts.tolist(),
        "targets": targets.tolist(),
        "scale": scale,
        "weight": weight,
        "noise": noise,
        "mean": mean.tolist(),
        "variance": (deviation**2).tolist(),
        "logLikelihood": process.log_marginal_likelihood_value_,
        "best": best,
        "improvement": (deviation * (gain * norm.cdf(gain) + norm.pdf(gain))).tolist(),
        "z": z.tolist(),
        "density": norm.pdf(z).tolist(),
        "distribution": norm.cdf(z).tolist(),
        "p": p.tolist(),
        "quantile": norm.ppf(p).tolist(),
    },
    open(__file__.replace(".py", ".json"), "w"),
    indent=1,
)
