/**
 * Evoked subspaces and the search in them: K centres, each with the subspace of its M-component modifications, and a
 * local model of what was learned around them, by which new members are chosen.
 *
 * The centres are the best architectures, any two of them some components apart. M grows after improvements and
 * shrinks without them, as the radius of a trust region does (Eriksson et al. 2019, arXiv:1910.01739).
 *
 * @module
 */
import type { Encoded } from "../gaussian-process/kernels.ts";
import { type Warping, warped } from "../gaussian-process/targets.ts";
import { differing, nearestTo } from "../space/architecture.ts";
import type { AcquisitionOptions } from "./acquisition.ts";
import { Candidates, type Searching } from "./candidates.ts";
import { likeliestWarping } from "./likeliest-warping.ts";
import { LocalModel, type Promising } from "./local-model.ts";
import { type Hyperparameters, mostLikely } from "./model.ts";
import { type Observations, placeAmong } from "./observations.ts";

export interface SubspaceOptions extends AcquisitionOptions {
  /** K. */
  readonly centres: number;
  /** M at the beginning. */
  readonly radius: number;
  /** Components in which any two centres differ at least. */
  readonly apart: number;
  /** Observations that the local model learns from, those nearest to a centre. */
  readonly nearest: number;
  /** Candidates that are drawn for each look. */
  readonly candidates: number;
  readonly localWarping: Warping | "most-likely";
  /** Hyperparameters of which the most likely are taken. */
  readonly among: readonly Hyperparameters[];
}

/** Parents of crossings. */
const PARENTS = 20;
/** Candidates near which others are looked for, how often, and how near: two changes can make up for each other's cost. */
const [CLIMBED, CLIMBS, CLIMBING_RADIUS] = [20, 2, 2];
/** Improvements until M grows by one, and proposals without any until it shrinks by one. */
const [SUCCESSES, FAILURES] = [3, 30];
const LEAST_RADIUS = 2;
/** The model takes so many times `nearest` observations before it begins anew. */
const ROOM = 1.25;
/** New observations after which hyperparameters are chosen again, at least. */
const TUNED_AFTER = 500;

export class Subspaces {
  readonly #searching: Searching;
  readonly #observations: Observations;
  readonly #extent: number;
  readonly #options: SubspaceOptions;
  /** Its own, the best first. */
  readonly #ranked: number[] = [];
  /** Those that the model has learned, in its order. */
  #local: number[] = [];
  /** Those that it has not. */
  #fresh: number[] = [];
  #model: LocalModel | undefined;
  /** The centres that the model begins with. */
  #centres: readonly number[] = [];
  #radius: number;
  #successes = 0;
  #failures = 0;
  #best: number | undefined;
  #tuned = 0;
  #hyperparameters: Hyperparameters;
  #warping: Warping;

  constructor(searching: Searching, observations: Observations, extent: number, options: SubspaceOptions) {
    this.#searching = searching;
    this.#observations = observations;
    this.#extent = extent;
    this.#options = options;
    this.#radius = Math.min(options.radius, searching.space.length);
    this.#hyperparameters = options.among[0]!;
    this.#warping = options.localWarping === "most-likely" ? "log-distance" : options.localWarping;
  }

  /** Observations that it has learned from. */
  get count(): number {
    return this.#ranked.length;
  }

  /** The best that the limits admit, by its number. */
  get best(): number | undefined {
    return this.#best;
  }

  /** Takes an observation, by its number, among those that it learns from. @returns true if it is the best of them */
  learn(i: number): boolean {
    const { rewards } = this.#observations;
    const reward = this.#observations.lesson(i);
    this.#ranked.splice(placeAmong(this.#ranked, this.#observations.lesson, reward), 0, i);
    this.#fresh.push(i);
    const better =
      (this.#best === undefined ? !Number.isNaN(rewards[i]!) : rewards[i]! > rewards[this.#best]!) &&
      this.#searching.feasible(this.#observations.encoded[i]!.architecture);
    if (better) {
      this.#best = i;
      this.#successes++;
      this.#failures = 0;
    } else {
      this.#failures++;
      this.#successes = 0;
    }
    const { length } = this.#searching.space;
    if (this.#successes === SUCCESSES) {
      this.#radius = Math.min(this.#radius + 1, Math.max(LEAST_RADIUS, Math.floor(length / 2)));
      this.#successes = 0;
    }
    if (this.#failures === FAILURES) {
      this.#radius = Math.max(this.#radius - 1, Math.min(LEAST_RADIUS, length));
      this.#failures = 0;
    }
    return better;
  }

  /** Ranks its observations again, and finds the best anew. */
  rank(): void {
    const { rewards, lesson, encoded } = this.#observations;
    this.#ranked.sort((a, b) => lesson(b) - lesson(a) || a - b);
    this.#best = this.#ranked.find((i) => !Number.isNaN(rewards[i]!) && this.#searching.feasible(encoded[i]!.architecture));
  }

  /** Forgets its model, which it makes anew when it is asked again. */
  rest(): void {
    this.#model = undefined;
    this.#local = [];
    this.#centres = [];
  }

  /**
   * The most promising new members, each chosen as if what is believed of those before were true; none where the limits
   * admit no centre, or no member is left.
   *
   * @param pending  what is under way, of which what is believed is taken for true
   */
  promising(count: number, pending: readonly Encoded[]): Encoded[] {
    const centres = this.#evoked();
    if (centres.length === 0) return [];
    const model = this.#learned(centres);
    const targets = warped(
      this.#local.map((i) => this.#observations.lesson(i)),
      this.#warping,
    );
    model.setTargets(targets);
    for (const { counts } of pending) model.believe(counts, targets);
    model.draw(targets);
    const found = this.#found(model, centres);
    const chosen: Encoded[] = [];
    while (chosen.length < count && found.length > 0) {
      // What is believed of one makes no other more promising, so one that still promises most is the next.
      const { candidate, promise } = found.shift()!;
      const now = chosen.length === 0 ? promise : model.promise(candidate.counts);
      const better = found.findIndex((other) => other.promise <= now);
      if (better > 0 || (better < 0 && found.length > 0)) {
        found.splice(better < 0 ? found.length : better, 0, { candidate, promise: now });
        continue;
      }
      chosen.push(candidate);
      if (chosen.length < count) model.believe(candidate.counts, targets);
    }
    model.truncate(this.#local.length);
    return chosen;
  }

  /** Members of the subspaces and crossings of the best; then, again and again, what is near the most promising of all. */
  #found(model: LocalModel, centres: readonly number[]): Promising<Encoded>[] {
    const { encoded } = this.#observations;
    const { rng } = this.#searching;
    const drawn = new Candidates(this.#searching, this.#observations);
    const share = Math.ceil(this.#options.candidates / (CLIMBS + 2));
    const parents = this.#ranked.slice(0, PARENTS);
    const parent = () => encoded[parents[rng.below(parents.length)]!]!;
    drawn.draw(
      1.5 * share,
      (n) => encoded[centres[n % centres.length]!]!,
      (centre) => drawn.modified(centre, this.#radius),
    );
    drawn.draw(0.5 * share, parent, (first) => drawn.crossed(first, parent().architecture));
    let found = model.mostPromising(drawn.taken(), CLIMBED);
    for (let climb = 0; climb < CLIMBS && found.length > 0; climb++) {
      drawn.draw(
        share,
        (n) => found[n % found.length]!.candidate,
        (near) => drawn.modified(near, CLIMBING_RADIUS),
      );
      const more = model.mostPromising(drawn.taken(), CLIMBED, found.at(CLIMBED - 1)?.promise);
      found = [...found, ...more].sort((a, b) => b.promise - a.promise).slice(0, CLIMBED);
    }
    return found;
  }

  /** The centres, by their numbers. */
  #evoked(): readonly number[] {
    const { encoded } = this.#observations;
    const centres: number[] = [];
    for (const i of this.#ranked) {
      if (centres.length === this.#options.centres) break;
      const { architecture } = encoded[i]!;
      if (
        this.#searching.feasible(architecture) &&
        centres.every((other) => differing(encoded[other]!.architecture, architecture) >= this.#options.apart)
      )
        centres.push(i);
    }
    return centres;
  }

  /**
   * The model, with what is new at its end as long as the centres stay; it begins with those nearest to them, for these
   * say most about candidates.
   */
  #learned(centres: readonly number[]): LocalModel {
    const { encoded } = this.#observations;
    const most = Math.ceil(ROOM * this.#options.nearest);
    const retuned = this.#tune(centres);
    if (!this.#model || retuned) this.#model = new LocalModel(this.#hyperparameters, this.#extent, this.#options, this.#searching.rng);
    const stays = !retuned && centres.join() === this.#centres.join() && this.#local.length + this.#fresh.length <= most;
    if (!stays) {
      this.#model.truncate(0);
      this.#local = [];
      this.#fresh = this.#nearest(centres);
    }
    this.#local.push(...this.#fresh);
    this.#model.observe(this.#fresh.map((i) => encoded[i]!.counts));
    this.#fresh = [];
    this.#centres = centres;
    return this.#model;
  }

  /** The observations nearest to a centre, those first. */
  #nearest(centres: readonly number[]): number[] {
    const { encoded } = this.#observations;
    const architectures = (numbers: readonly number[]) => numbers.map((i) => encoded[i]!.architecture);
    return nearestTo(architectures(centres), architectures(this.#ranked), this.#options.nearest).map((place) => this.#ranked[place]!);
  }

  /** Chooses hyperparameters, and a warping, when there is enough more to choose by. @returns whether they are others */
  #tune(centres: readonly number[]): boolean {
    if (this.#tuned > 0 && this.count < 2 * this.#tuned && this.count < this.#tuned + TUNED_AFTER) return false;
    this.#tuned = this.count;
    const before = this.#hyperparameters;
    const { encoded } = this.#observations;
    const local = this.#nearest(centres);
    const places = local.map((i) => encoded[i]!);
    const rewards = local.map(this.#observations.lesson);
    const { localWarping, among } = this.#options;
    const { warping, hyperparameters } =
      localWarping === "most-likely"
        ? likeliestWarping(places, rewards, this.#extent, among)
        : { warping: localWarping, hyperparameters: mostLikely(places, rewards, localWarping, this.#extent, among) };
    this.#warping = warping;
    this.#hyperparameters = hyperparameters;
    return this.#hyperparameters !== before;
  }
}
