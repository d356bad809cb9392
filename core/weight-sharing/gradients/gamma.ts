/**
 * The gamma function's logarithm and its derivatives, and Gamma variables as functions of their shape. In arithmetic that
 * gives the same bits on every runtime; libraries mostly use Math.log and Math.exp, and have no derivatives by the shape.
 *
 * @module
 */
import { antilogarithm, logarithm } from "../../engine/exact-math.ts";

/** From here on the asymptotic series are exact to rounding. */
const FAR = 10;

/** ln Γ(a), a > 0. Stirling's series, Abramowitz and Stegun 6.1.41, after Γ(a + 1) = a Γ(a). Absolute error under 1e-12 for a ≤ 100. */
export function logGamma(a: number): number {
  let product = 1;
  for (; a < FAR; a++) product *= a;
  const square = 1 / (a * a);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / a;
  return (a - 0.5) * logarithm(a) - a + 0.5 * logarithm(2 * Math.PI) + series - logarithm(product);
}

/** ψ(a) = d ln Γ(a) / da, a > 0. Abramowitz and Stegun 6.3.18. */
export function digamma(a: number): number {
  let sum = 0;
  for (; a < FAR; a++) sum -= 1 / a;
  const square = 1 / (a * a);
  const series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))));
  return sum + logarithm(a) - 0.5 / a - series;
}

/** ψ′(a), a > 0. Abramowitz and Stegun 6.4.12. */
export function trigamma(a: number): number {
  let sum = 0;
  for (; a < FAR; a++) sum += 1 / (a * a);
  const square = 1 / (a * a);
  const series = (1 + square * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square / 30)))) / a;
  return sum + series + 0.5 * square;
}

/** A Gamma variable: its logarithm, since those of small shapes are smaller than any number, and what that is by the shape. */
export interface GammaVariable {
  readonly log: number;
  /** d ln x / da. */
  readonly slope: number;
}

/**
 * The u-quantile x of Gamma(a, 1), and how it moves with a while u stays: by the implicit function theorem,
 * dx/da = −(∂F/∂a) / (∂F/∂x); Figurnov et al. 2018, "Implicit Reparameterization Gradients", arXiv:1805.08498. With
 *
 *   F(x; a) = x^a e^(−x) / Γ(a) · Σ_n t_n,  t_n = xⁿ / (a (a + 1) … (a + n))      Abramowitz and Stegun 6.5.29
 *
 * it is  d ln x / da = −Σ_n t_n (ln x − ψ(a) − Σ_{i ≤ n} 1 / (a + i)).
 *
 * x is found by Newton's method on ln F as a function of ln x: that is concave, and its tangent at −∞ is above it, so the
 * steps come from the left and never go too far.
 *
 * @param a  the shape, above 0
 * @param u  between 0 and 1; up to 1 − 1e-6 the relative error of the slope is under 1e-7, at 1 − 2⁻³³ under 1e-4
 */
export function gammaQuantile(a: number, u: number): GammaVariable {
  const logOfGamma = logGamma(a);
  const psi = digamma(a);
  const target = logarithm(u);
  let log = (target + logOfGamma + logarithm(a)) / a;
  for (let step = 0; step < 100; step++) {
    const { sum } = series(a, log, psi);
    // ln F, and its slope in ln x, which is x^a e^(−x) / Γ(a) / F = 1 / Σ t_n
    const found = a * log - antilogarithm(log) - logOfGamma + logarithm(sum);
    const further = (target - found) * sum;
    log += further;
    if (!(further > 1e-13 * Math.max(1, Math.abs(log)))) break;
  }
  return { log, slope: -series(a, log, psi).slopes };
}

/** Σ t_n, and Σ t_n (ln x − ψ(a) − Σ_{i ≤ n} 1 / (a + i)). */
function series(a: number, log: number, psi: number): { readonly sum: number; readonly slopes: number } {
  const x = antilogarithm(log);
  let term = 1 / a;
  let sum = term;
  let factor = log - psi - 1 / a;
  let slopes = term * factor;
  for (let n = 1; n < 10_000; n++) {
    term *= x / (a + n);
    factor -= 1 / (a + n);
    sum += term;
    slopes += term * factor;
    if (term < 1e-18 * sum) break;
  }
  return { sum, slopes };
}
