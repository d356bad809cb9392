/**
 * Functions drawn from a Gaussian process with the kernel exp(−‖x − y‖² / ℓ), of D waves each:
 *
 *   f(x) = Σ w_d φ_d(x),  φ_d(x) = √(2 / D) cos(b_d + ω_d · x),  ω ~ N(0, 2 / ℓ), b ~ U(0, 2π), w ~ N(0, 1)
 *
 * Rahimi and Recht 2007, "Random Features for Large-Scale Kernel Machines". Given observations, such a function is
 *
 *   f(x) + k(x, X) K⁻¹ (y − f(X) − ε),  ε ~ N(0, σ²)
 *
 * Wilson et al. 2020, "Efficiently Sampling Functions from Gaussian Process Posteriors", arXiv:2002.09309, Eq. 13.
 *
 * Axes: D waves.
 *
 * @module
 */
import { cosineOfHalfTurns } from "../engine/exact-math.ts";
import type { Counts } from "../plugin/space.ts";
import { nearlyNormal, type Rng } from "../random/rng.ts";

const WAVES = 256;

export class RandomFunctions {
  readonly #rng: Rng;
  /** √(2 / ℓ), in half turns. */
  readonly #frequency: number;
  /** b, in half turns.  [D] */
  readonly #phases: Float64Array;
  /** ω of each feature, in units of its deviation.  [D] each */
  readonly #frequencies = new Map<number, Float64Array>();

  /** @param scale  ℓ */
  constructor(scale: number, rng: Rng) {
    this.#rng = rng;
    this.#frequency = Math.sqrt(2 / scale) / Math.PI;
    this.#phases = Float64Array.from({ length: WAVES }, () => 2 * rng.next());
  }

  /** φ(x), the same for all functions.  [D] */
  waves({ features, counts }: Counts): Float64Array {
    const waves = this.#phases.slice();
    for (const [f, feature] of features.entries()) {
      let frequencies = this.#frequencies.get(feature);
      if (!frequencies) this.#frequencies.set(feature, (frequencies = this.#normal()));
      const times = this.#frequency * counts[f]!;
      for (let d = 0; d < WAVES; d++) waves[d]! += times * frequencies[d]!;
    }
    const height = Math.sqrt(2 / WAVES);
    for (let d = 0; d < WAVES; d++) {
      const turned = Math.abs(waves[d]!) % 2;
      waves[d] = height * cosineOfHalfTurns(turned > 1 ? 2 - turned : turned);
    }
    return waves;
  }

  /** Draws w, and so a function.  [D] */
  draw(): Float64Array {
    return this.#normal();
  }

  /** ε, of deviation 1. */
  noise(): number {
    return nearlyNormal(this.#rng);
  }

  #normal(): Float64Array {
    return Float64Array.from({ length: WAVES }, () => nearlyNormal(this.#rng));
  }
}

/** f(x). @param waves  φ(x)  [D]  @param weights  w  [D] */
export function valueAt(waves: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < WAVES; d++) sum += waves[d]! * weights[d]!;
  return sum;
}
