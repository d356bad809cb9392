/**
 * BOHB: the brackets of Hyperband, entered by architectures that are drawn from a model of good and of other ones.
 *
 * Falkner et al. 2018, "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", arXiv:1807.01774,
 * Algorithm 2. The defaults are NATS-Bench's; Falkner et al. take N_s = 64, ρ = 1/3, and no least bandwidth to
 * speak of.
 *
 *   l(x), g(x) = mean over the N_l best, the N_g worst y of Π k(x_j, y_j)      kernel density estimates
 *   k(a, b) = 1 − h_j if a = b, else h_j / (C_j − 1)                           Aitchison and Aitken's kernel
 *   h_j = 1.06 σ_j N^(−1 / (4 + L)), between h_min and (C_j − 1) / C_j         Scott's normal reference
 *   N_l = max(N_min, q N), N_g = max(N_min, N − N_l), N_min = L + 1            Eq. 3
 *
 * with the N architectures of the largest fidelity that has N_min + 2 of them. Of N_s draws from l, the one with the
 * greatest l / g is proposed: a good architecture, each component of which is redrawn with probability h_j.
 *
 * In a space with conditions a component that is absent from x counts as 1, since those that it depends on say so; one
 * that is absent from y only, as 1 / C_j, from which it is drawn. σ_j is of those architectures that have it.
 *
 * Axes: L components, C_j choices of component j, its absence not among them.
 *
 * | paper | here             | meaning                                                  |
 * | ----- | ---------------- | -------------------------------------------------------- |
 * | N_s   | `samples`        | draws from l for one proposal                            |
 * | ρ     | `randomFraction` | share of the proposals that are drawn uniformly          |
 * | q     | `topFraction`    | share of the architectures that count as good            |
 * | h_min | `minBandwidth`   | least bandwidth                                          |
 *
 * Different: σ_j² is half the chance that two of the architectures differ in component j, since the numbers of
 * operations have no order; the authors' code takes the deviation of the numbers. b_w, which widens the bandwidths
 * of draws, is absent: that code applies it to continuous parameters only. An architecture whose evaluation failed, or
 * whose training was stopped early, counts as one of the worst.
 *
 * @module
 */
import { power } from "../../core/engine/exact-math.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import type { Space } from "../../core/plugin/space.ts";
import { Brackets } from "../../core/policy/successive-halving.ts";
import type { Rng } from "../../core/random/rng.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { firstChoice, isPresent } from "../../core/space/choices.ts";
import { drawFeasible } from "../../core/space/draw.ts";
import { remade, uniformChoice } from "../../core/space/modifications.ts";

interface Observation {
  readonly architecture: Architecture;
  /** −∞ where the evaluation failed, or was stopped early. */
  readonly reward: number;
}

export default plugin({
  kind: "controller",
  name: "bohb",
  summary: "Hyperband, with a density model of good architectures instead of chance",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      eta: { type: "integer", minimum: 2, maximum: 1000, default: 3, description: "η: one in so many of a rung is trained longer" },
      samples: {
        type: "integer",
        minimum: 1,
        maximum: 10_000,
        default: 4,
        description: "N_s: draws from the good, the best of which is proposed",
      },
      randomFraction: { type: "number", minimum: 0, maximum: 1, default: 0, description: "ρ: share of uniform proposals" },
      topFraction: { type: "number", exclusiveMinimum: 0, maximum: 1, default: 0.15, description: "q: share that counts as good" },
      minBandwidth: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.3,
        description: "h_min: least chance to redraw a component",
      },
    },
  },
  needs: ["space", "rng", "fidelities", "feasible"],
  underWay: "the widest rung",
  create({ eta, samples, randomFraction, topFraction, minBandwidth }, { space, rng, fidelities, feasible }) {
    const brackets = new Brackets(fidelities, eta);
    const full = fidelities.at(-1)!;
    const least = space.length + 1;
    /** By fidelity. */
    const observed = new Map<number, readonly Observation[]>();

    /** The densities at the largest fidelity that has enough architectures; undefined if none has. */
    function model(): { readonly good: Density; readonly bad: Density } | undefined {
      for (const fidelity of fidelities.toReversed()) {
        const ranked = (observed.get(fidelity) ?? []).toSorted((a, b) => (a.reward === b.reward ? 0 : b.reward - a.reward));
        const succeeded = ranked.filter(({ reward }) => reward > Number.NEGATIVE_INFINITY).length;
        if (succeeded < least + 2) continue;
        const best = Math.max(least, Math.floor(topFraction * ranked.length));
        const architectures = ranked.map(({ architecture }) => architecture);
        return {
          good: new Density(space, architectures.slice(0, Math.min(best, succeeded)), minBandwidth),
          bad: new Density(space, architectures.slice(-Math.max(least, ranked.length - best)), minBandwidth),
        };
      }
      return undefined;
    }

    function draw(): Architecture {
      const densities = rng.next() < randomFraction ? undefined : model();
      if (!densities) return drawFeasible(() => space.sample(rng), feasible);
      const { good, bad } = densities;
      const candidates = Array.from({ length: samples }, () => {
        const architecture = drawFeasible(() => good.draw(rng), feasible);
        return { architecture, ratio: good.at(architecture) / bad.at(architecture) };
      });
      return candidates.reduce((best, candidate) => (candidate.ratio > best.ratio ? candidate : best)).architecture;
    }

    return {
      concurrency: brackets.widest,
      propose: () => brackets.propose(draw),
      observe(outcome) {
        const { architecture, reward, fidelity = full, stoppedAfter } = outcome;
        const complete = !Number.isNaN(reward) && stoppedAfter === undefined;
        const observation = { architecture, reward: complete ? reward : Number.NEGATIVE_INFINITY };
        observed.set(fidelity, [...(observed.get(fidelity) ?? []), observation]);
        brackets.observe(outcome);
      },
    };
  },
});

/** A kernel density estimate over the architectures of a space. */
class Density {
  readonly #space: Space;
  readonly #architectures: readonly Architecture[];
  /** C_j.  [L] */
  readonly #choices: readonly number[];
  /** h_j.  [L] */
  readonly #bandwidths: readonly number[];

  constructor(space: Space, architectures: readonly Architecture[], minBandwidth: number) {
    this.#space = space;
    this.#architectures = architectures;
    this.#choices = space.choices.map(({ length }, component) => length - firstChoice(space, component));
    const scale = 1.06 * power(architectures.length, -1 / (4 + space.length));
    this.#bandwidths = space.choices.map(({ length }, component) => {
      const having = architectures.filter((architecture) => isPresent(space, architecture, component));
      const counts = new Array<number>(length).fill(0);
      for (const architecture of having) counts[architecture[component]!]!++;
      const alike = counts.reduce((sum, count) => sum + (count / Math.max(1, having.length)) ** 2, 0);
      const c = this.#choices[component]!;
      return Math.min((c - 1) / c, Math.max(minBandwidth, scale * Math.sqrt((1 - alike) / 2)));
    });
  }

  /** The density at x. */
  at(x: Architecture): number {
    let sum = 0;
    for (const y of this.#architectures) {
      let product = 1;
      for (let j = 0; j < x.length; j++) product *= this.#kernel(x, y, j);
      sum += product;
    }
    return sum / this.#architectures.length;
  }

  /** k(x_j, y_j). */
  #kernel(x: Architecture, y: Architecture, j: number): number {
    const h = this.#bandwidths[j]!;
    const c = this.#choices[j]!;
    if (!isPresent(this.#space, x, j)) return 1;
    if (!isPresent(this.#space, y, j)) return 1 / c;
    return x[j] === y[j] ? 1 - h : h / Math.max(1, c - 1);
  }

  /** One of the architectures, each component of which is redrawn with the probability of its bandwidth. */
  draw(rng: Rng): Architecture {
    const architecture = this.#architectures[rng.below(this.#architectures.length)]!;
    return remade(this.#space, architecture, (component, comes) =>
      comes || rng.next() < this.#bandwidths[component]! ? uniformChoice(this.#space, component, rng) : undefined,
    );
  }
}
