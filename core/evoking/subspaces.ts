/**
 * Evoked subspaces and the search in them: K centres, each with the subspace of its M-component modifications, and a
 * local model of what was learned around them, by which new members are chosen.
 *
 * The centres are the best architectures, any two of them some components apart. Candidates are drawn from the
 * subspaces, from crossings of the best, and from the neighbours of what promises most. M grows after improvements and
 * shrinks without them, as the radius of a trust region does (Eriksson et al. 2019, arXiv:1910.01739).
 *
 * @module
 */
import { expectedImprovement, GaussianProcess } from "../gaussian-process/gaussian-process.ts";
import type { Encoded } from "../gaussian-process/kernels.ts";
import { type Warping, warped } from "../gaussian-process/targets.ts";
import type { Space } from "../plugin/space.ts";
import type { Rng } from "../random/rng.ts";
import type { Architecture } from "../space/architecture.ts";
import { uniformModifications } from "../space/modifications.ts";
import { type Extent, type Hyperparameters, kernelOf, mostLikely } from "./model.ts";
import type { Observations } from "./observations.ts";

export interface SubspaceOptions {
  /** K. */
  readonly centres: number;
  /** M at the beginning. */
  readonly radius: number;
  /** Components in which any two centres differ at least. */
  readonly apart: number;
  /** Observations that the local model learns from, those nearest to a centre. */
  readonly nearest: number;
  /** Candidates that are drawn for each model. */
  readonly candidates: number;
  readonly warping: Warping;
  /** Hyperparameters of which the most likely are taken. */
  readonly among: readonly Hyperparameters[];
}

/** Parents of crossings. */
const PARENTS = 20;
/** Candidates whose neighbours are looked at. */
const CLIMBED = 15;
/** Of the candidates, those that are looked at again with these neighbours. */
const KEPT = 200;
/** Improvements until M grows by one, and proposals without any until it shrinks by one. */
const [SUCCESSES, FAILURES] = [3, 30];
const LEAST_RADIUS = 2;
/** New observations after which hyperparameters are chosen again, at least. */
const TUNED_AFTER = 500;

export class Subspaces {
  readonly #space: Space;
  readonly #rng: Rng;
  readonly #feasible: (architecture: Architecture) => boolean;
  readonly #observations: Observations;
  readonly #extent: Extent;
  readonly #options: SubspaceOptions;
  /** Those that belong to this search: all that were made since it began, or all that there are. */
  readonly #own: number[] = [];
  #radius: number;
  #successes = 0;
  #failures = 0;
  #best = Number.NEGATIVE_INFINITY;
  #tuned = 0;
  #hyperparameters: Hyperparameters;

  constructor(
    { space, rng, feasible }: { readonly space: Space; readonly rng: Rng; readonly feasible: (architecture: Architecture) => boolean },
    observations: Observations,
    extent: Extent,
    options: SubspaceOptions,
  ) {
    this.#space = space;
    this.#rng = rng;
    this.#feasible = feasible;
    this.#observations = observations;
    this.#extent = extent;
    this.#options = options;
    this.#radius = Math.min(options.radius, space.length);
    this.#hyperparameters = options.among[0]!;
  }

  /** Observations that it has learned from. */
  get count(): number {
    return this.#own.length;
  }

  /** The best reward of its own. */
  get best(): number {
    return this.#best;
  }

  /** M. */
  get radius(): number {
    return this.#radius;
  }

  /** Takes an observation, by its number, among those that it learns from. */
  learn(i: number): void {
    this.#own.push(i);
    const reward = this.#observations.rewards[i]!;
    if (reward > this.#best) {
      this.#best = reward;
      this.#successes++;
      this.#failures = 0;
    } else {
      this.#failures++;
      this.#successes = 0;
    }
    if (this.#successes === SUCCESSES) {
      this.#radius = Math.min(this.#radius + 1, Math.max(LEAST_RADIUS, Math.floor(this.#space.length / 2)));
      this.#successes = 0;
    }
    if (this.#failures === FAILURES) {
      this.#radius = Math.max(this.#radius - 1, Math.min(LEAST_RADIUS, this.#space.length));
      this.#failures = 0;
    }
  }

  /** The most promising new members, two components apart from each other where that can be. */
  promising(count: number): Architecture[] {
    const { encoded } = this.#observations;
    const ranked = [...this.#own].sort((a, b) => this.#observations.lesson(b) - this.#observations.lesson(a));
    const centres = this.#centres(ranked);
    const places = this.#nearest(centres).map((i) => ({ place: encoded[i]!, reward: this.#observations.lesson(i) }));
    const observed = places.map(({ place }) => place);
    const rewards = places.map(({ reward }) => reward);
    this.#tune(observed, rewards);

    const process = new GaussianProcess(kernelOf(this.#hyperparameters, this.#extent), this.#hyperparameters.noise);
    for (const place of observed) process.observe(place);
    const targets = warped(rewards, this.#options.warping);
    process.setTargets(targets);
    const best = Math.max(...targets);
    const promised = (candidates: readonly Encoded[]) => {
      const { mean, variance } = process.predict(candidates);
      return candidates
        .map((candidate, c) => ({ candidate, promise: expectedImprovement(mean[c]!, variance[c]!, best) }))
        .sort((a, b) => b.promise - a.promise);
    };

    const drawn = new Candidates(this.#observations, this.#feasible);
    this.#draw(drawn, centres, ranked);
    let looked = promised(drawn.taken());
    for (const { candidate } of looked.slice(0, CLIMBED)) drawn.addAll(this.#space.neighbours(candidate.architecture));
    looked = [...looked.slice(0, KEPT), ...promised(drawn.taken())].sort((a, b) => b.promise - a.promise);

    const chosen: Architecture[] = [];
    for (const least of [2, 1]) {
      for (const { candidate } of looked) {
        if (chosen.length === count) return chosen;
        if (chosen.every((other) => differing(other, candidate.architecture) >= least)) chosen.push(candidate.architecture);
      }
    }
    return chosen;
  }

  #centres(ranked: readonly number[]): readonly Architecture[] {
    const { encoded } = this.#observations;
    const centres: Architecture[] = [];
    for (const i of ranked) {
      if (centres.length === this.#options.centres) break;
      const { architecture } = encoded[i]!;
      if (this.#feasible(architecture) && centres.every((other) => differing(other, architecture) >= this.#options.apart))
        centres.push(architecture);
    }
    return centres;
  }

  /** The observations nearest to a centre. */
  #nearest(centres: readonly Architecture[]): readonly number[] {
    const { nearest } = this.#options;
    if (this.#own.length <= nearest) return this.#own;
    const { encoded } = this.#observations;
    const distances = this.#own.map((i) => Math.min(...centres.map((centre) => differing(centre, encoded[i]!.architecture))));
    return [...this.#own.keys()]
      .sort((a, b) => distances[a]! - distances[b]! || a - b)
      .slice(0, nearest)
      .map((place) => this.#own[place]!);
  }

  #tune(observed: readonly Encoded[], rewards: readonly number[]): void {
    const count = this.#own.length;
    if (this.#tuned > 0 && count < 2 * this.#tuned && count < this.#tuned + TUNED_AFTER) return;
    this.#tuned = count;
    this.#hyperparameters = mostLikely(observed, rewards, this.#options.warping, this.#extent, this.#options.among);
  }

  #draw(into: Candidates, centres: readonly Architecture[], ranked: readonly number[]): void {
    const rng = this.#rng;
    const { candidates } = this.#options;
    const { encoded } = this.#observations;
    for (const centre of centres)
      for (let n = 0; n < candidates / centres.length; n++)
        into.add(this.#space.modify(centre, uniformModifications(this.#space, centre, 1 + rng.below(this.#radius), rng)));
    for (const centre of centres.slice(0, 2)) into.addAll(this.#space.neighbours(centre));
    const parents = ranked.slice(0, PARENTS);
    const parent = () => encoded[parents[rng.below(parents.length)]!]!.architecture;
    for (let n = 0; n < candidates / 4; n++) {
      const [first, second] = [parent(), parent()];
      const inherited = second.flatMap((operation, component) => (rng.below(2) === 1 ? [{ component, operation }] : []));
      into.add(this.#space.modify(first, inherited));
    }
  }
}

/** New, feasible, each once. */
class Candidates {
  readonly #observations: Observations;
  readonly #feasible: (architecture: Architecture) => boolean;
  readonly #seen = new Set<string>();
  #fresh: Encoded[] = [];

  constructor(observations: Observations, feasible: (architecture: Architecture) => boolean) {
    this.#observations = observations;
    this.#feasible = feasible;
  }

  add(architecture: Architecture): void {
    const key = architecture.join();
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.#observations.isNew(architecture) && this.#feasible(architecture)) this.#fresh.push(this.#observations.encode(architecture));
  }

  addAll(architectures: readonly Architecture[]): void {
    for (const architecture of architectures) this.add(architecture);
  }

  /** Those that were added since it was asked last. */
  taken(): readonly Encoded[] {
    const taken = this.#fresh;
    this.#fresh = [];
    return taken;
  }
}

function differing(a: Architecture, b: Architecture): number {
  let different = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) different++;
  return different;
}
