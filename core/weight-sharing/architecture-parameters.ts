/**
 * α: a number for each operation of each edge, which learns by Adam.
 *
 * Kingma and Ba 2015, arXiv:1412.6980, as in PyTorch: weight decay is L2 in the gradient, ε = 1e-8 stands beside the root
 * of the second moment when its bias is corrected.
 *
 * @module
 */
import { nearlyNormal, type Rng } from "../random/rng.ts";
import type { OpenEdge } from "../space/open-network.ts";
import type { Mixture } from "../training/weight-sharing.ts";

const EPSILON = 1e-8;

export interface ArchitectureAdam {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** L2: added to the gradient, times the parameter. */
  readonly weightDecay: number;
}

/** Adam's β₁ and β₂ as the authors of DARTS chose them, and most methods after it. */
export const DARTS_BETAS = { beta1: 0.5, beta2: 0.999 } as const;

/** The options of α, for the schema of a controller. */
export const ARCHITECTURE_OPTIONS = {
  learningRate: {
    type: "number",
    exclusiveMinimum: 0,
    maximum: 100,
    default: 3e-4,
    description: "of the architecture's parameters, by Adam",
  },
  weightDecay: {
    type: "number",
    minimum: 0,
    maximum: 100,
    default: 1e-3,
    description: "of the architecture's parameters, L2 in their gradient",
  },
} as const;

/** The option of methods in which α begins to learn after the weights. */
export const FROZEN_OPTION = {
  type: "number",
  minimum: 0,
  maximum: 1,
  description: "the share of the epochs, from the first on, in which weights learn alone",
} as const;

/** Where α begins in most methods: 1e-3 times a normal deviate, or rather `nearlyNormal`. */
export function nearZero(rng: Rng): () => number {
  return () => 1e-3 * nearlyNormal(rng);
}

export class ArchitectureParameters {
  readonly #adam: ArchitectureAdam;
  /** Where the parameters of each edge begin, and where those of the last end.  [edges + 1] */
  readonly #begins: readonly number[];
  /** α and Adam's two memories, edge after edge. */
  readonly #values: Float64Array;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  /** β₁ᵗ and β₂ᵗ: running products, since Math.pow is not the same on every runtime. */
  #powers: [number, number] = [1, 1];

  /** @param edges  what has parameters: a row for each, of one for each operation */
  constructor(edges: readonly Pick<OpenEdge, "operations">[], initial: () => number, adam: ArchitectureAdam) {
    this.#adam = adam;
    let size = 0;
    this.#begins = [0, ...edges.map(({ operations }) => (size += operations.length))];
    this.#values = Float64Array.from({ length: size }, initial);
    this.#first = new Float64Array(size);
    this.#second = new Float64Array(size);
  }

  /** α as it is now.  [edges][operations] */
  get values(): Mixture {
    return this.#begins.slice(1).map((end, edge) => [...this.#values.subarray(this.#begins[edge], end)]);
  }

  /** Puts other parameters in the place of an edge's; Adam's memories stay.  [operations] */
  replace(edge: number, values: readonly number[]): void {
    this.#values.set(values, this.#begins[edge]);
  }

  /**
   * A step of Adam.
   * @param gradient  ∂L/∂α  [edges][operations]
   * @param rateFactor  by how much the learning rate is multiplied; see SharedWeights
   */
  step(gradient: Mixture, rateFactor: number): void {
    const { learningRate, beta1, beta2, weightDecay } = this.#adam;
    this.#powers = [this.#powers[0] * beta1, this.#powers[1] * beta2];
    const rate = (learningRate * rateFactor) / (1 - this.#powers[0]);
    const correction = 1 - this.#powers[1];
    for (const [i, slope] of gradient.flat().entries()) {
      const g = slope + weightDecay * this.#values[i]!;
      this.#first[i] = beta1 * this.#first[i]! + (1 - beta1) * g;
      this.#second[i] = beta2 * this.#second[i]! + (1 - beta2) * g * g;
      this.#values[i]! -= (rate * this.#first[i]!) / (Math.sqrt(this.#second[i]! / correction) + EPSILON);
    }
  }

  /** How many numbers `save` gives. */
  get saved(): number {
    return 3 * this.#values.length + 2;
  }

  save(): number[] {
    return [...this.#values, ...this.#first, ...this.#second, ...this.#powers];
  }

  /** @param saved  what `save` gave; what comes behind it is not looked at */
  restore(saved: readonly number[]): void {
    const size = this.#values.length;
    for (const [at, part] of [this.#values, this.#first, this.#second].entries()) part.set(saved.slice(at * size, (at + 1) * size));
    this.#powers = [saved[3 * size]!, saved[3 * size + 1]!];
  }
}
