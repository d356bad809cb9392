/**
 * Two-sided and upper tails of the normal, Student and χ² distributions. They are computed as tails, never as
 * 1 − (something near 1), so small p-values keep their digits: relative error under 1e-12 in the tests.
 *
 * They enter nothing but reported p-values, so the runtime's own exp and log will do, though
 * their last bit may differ from one version to another.
 *
 * @module
 */

/** P(|Z| ≥ |z|) for a standard normal Z. */
export function normalTail(z: number): number {
  return complementaryError(Math.abs(z) / Math.SQRT2);
}

/**
 * erfc(x) = 1 − erf(x), x ≥ 0. Below 1 by the series erf(x) = 2x e^(−x²)/√π · Σ (2x²)ⁿ / (2n + 1)!!, above by
 * the continued fraction e^(−x²)/√π / (x + ½/(x + 1/(x + 3⁄2/(x + …)))), Abramowitz and Stegun 7.1.6 and 7.1.14.
 */
function complementaryError(x: number): number {
  const front = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 1) {
    let sum = 0;
    let term = 1;
    for (let n = 1; n < 40; n++) {
      sum += term;
      term *= (2 * x * x) / (2 * n + 1);
    }
    return 1 - 2 * x * front * sum;
  }
  let fraction = x;
  for (let n = 200; n > 0; n--) fraction = x + n / 2 / fraction;
  return front / fraction;
}

/**
 * P(|T| ≥ |t|) for Student's T: the regularised incomplete beta function I_x(ν/2, ½) at x = ν / (ν + t²),
 * Abramowitz and Stegun 26.7.1.
 *
 * @param degreesOfFreedom  ν, a whole number; below 1 gives NaN
 */
export function studentTail(t: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom >= 1)) return Number.NaN;
  const square = t * t;
  if (square === Number.POSITIVE_INFINITY) return 0;
  const [a, b] = [degreesOfFreedom / 2, 0.5];
  const x = degreesOfFreedom / (degreesOfFreedom + square);
  const rest = square / (degreesOfFreedom + square);
  // 1 / B(ν/2, ½) = Γ((ν + 1)/2) / (Γ(ν/2) √π), by Γ(z + 1) = z Γ(z) from ν = 1 or 2
  let front = degreesOfFreedom % 2 === 1 ? 1 / Math.PI : 1 / 2;
  for (let k = degreesOfFreedom % 2 === 1 ? 1 : 2; k < degreesOfFreedom; k += 2) front *= (k + 1) / k;
  front *= Math.exp(-a * Math.log1p(square / degreesOfFreedom)) * Math.sqrt(rest); // x^a, but without the rounding of x
  // Each side of the mode the one fraction or the other converges in some √ν steps.
  return x < (a + 1) / (a + b + 2) ? (front / a) * betaFraction(x, a, b) : 1 - (front / b) * betaFraction(rest, b, a);
}

/** The continued fraction of the incomplete beta function, Abramowitz and Stegun 26.5.8, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let numerators = 1;
  let denominators = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = denominators;
  for (let m = 1, factor = 0; m < 10_000 && Math.abs(factor - 1) > 1e-16; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    factor = 1;
    for (const d of [even, odd]) {
      denominators = 1 / (1 + d * denominators);
      numerators = 1 + d / numerators;
      factor *= denominators * numerators;
    }
    fraction *= factor;
  }
  return fraction;
}

/**
 * P(X ≥ x) for a χ² variable X, x ≥ 0: the finite sums of Abramowitz and Stegun 26.4.4 and 26.4.5.
 *
 * @param degreesOfFreedom  a whole number; below 1 gives NaN
 */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom >= 1)) return Number.NaN;
  const half = x / 2;
  const odd = degreesOfFreedom % 2 === 1;
  let term = odd ? Math.exp(-half) * Math.sqrt(half / Math.PI) * 2 : Math.exp(-half);
  let sum = odd ? complementaryError(Math.sqrt(half)) : 0;
  for (let k = odd ? 3 : 2; k <= degreesOfFreedom; k += 2) {
    sum += term;
    term *= half / (k / 2);
  }
  return sum;
}

/**
 * P(the largest less the smallest of k standard normal variables ≥ q), which is the studentized range with infinitely many
 * degrees of freedom: 1 − k ∫ φ(x) (Φ(x + q) − Φ(x))^(k − 1) dx, by the trapezoidal rule, whose error here is below 1e-12.
 *
 * @param count  k, two or more
 */
export function rangeTail(q: number, count: number): number {
  const step = 1 / 8;
  let sum = 0;
  for (let x = -8.5; x <= 8.5; x += step) {
    const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    sum += density * (upperTail(x) - upperTail(x + q)) ** (count - 1);
  }
  return Math.max(0, 1 - count * step * sum);
}

/** P(Z ≥ z). */
function upperTail(z: number): number {
  return z >= 0 ? normalTail(z) / 2 : 1 - normalTail(z) / 2;
}
