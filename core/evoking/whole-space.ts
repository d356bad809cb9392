/**
 * A space that is small enough to be looked at as a whole: one subspace, whose model sees every member. Of those with the
 * same features, which compute the same, it looks at one, the first that is new.
 *
 * @module
 */
import { GaussianProcess, WatchedCandidates } from "../gaussian-process/gaussian-process.ts";
import type { Encoded } from "../gaussian-process/kernels.ts";
import { RandomFunctions, valueAt } from "../gaussian-process/random-functions.ts";
import { type Warping, warped } from "../gaussian-process/targets.ts";
import { grouped } from "../json/grouped.ts";
import type { Space } from "../plugin/space.ts";
import type { Rng } from "../random/rng.ts";
import type { Architecture } from "../space/architecture.ts";
import { everyMember, Numbering } from "../space/choices.ts";
import { type AcquisitionOptions, promiseOf } from "./acquisition.ts";
import { type Hyperparameters, kernelOf, mostLikely } from "./model.ts";
import { keyOf, type Observations } from "./observations.ts";

/** The most strings among which members are looked for. */
const STRINGS = 2 ** 22;

/** All members, where these are no more than `most`; undefined otherwise. */
export function membersUpTo(space: Space, most: number): readonly Architecture[] | undefined {
  return space.size > BigInt(most) || new Numbering(space).count > STRINGS ? undefined : [...everyMember(space)];
}

/** Members with the same features. */
export function groupsOf(members: readonly Encoded[]): readonly (readonly Encoded[])[] {
  return grouped(members, ({ counts: { features, counts } }) => `${features}:${counts}`);
}

/** What an improvement is over. */
export const INCUMBENTS = ["in-turn", "value", "believed"] as const;

export interface WholeSpaceOptions extends AcquisitionOptions {
  /**
   * The best value, or the best that is believed of a place that was evaluated: the plug-in of Picheny et al. 2013,
   * doi:10.1007/s00158-013-0919-4, for functions that are evaluated with noise.
   */
  readonly incumbent: (typeof INCUMBENTS)[number];
  readonly warping: Warping;
  /** Hyperparameters of which the most likely are taken. */
  readonly among: readonly Hyperparameters[];
}

export class WholeSpace {
  readonly #groups: readonly (readonly Encoded[])[];
  /** What is looked at of each group. */
  readonly #firsts: Encoded[];
  /** The group of each member that is not alone in it, by key, where choices tell such members apart. */
  readonly #groupOf = new Map<string, number>();
  readonly #observations: Observations;
  readonly #extent: number;
  readonly #rng: Rng;
  readonly #options: WholeSpaceOptions;
  #hyperparameters: Hyperparameters | undefined;
  #process!: GaussianProcess<Encoded>;
  #watched!: WatchedCandidates<Encoded>;
  /** Where a function is drawn. */
  #functions: RandomFunctions | undefined;
  /** Their waves at each group, once they were asked for.  [groups][D] */
  #waves: readonly Float64Array[] = [];
  #seen = 0;
  /** Observations when hyperparameters were chosen last. */
  #tuned = 0;

  /** @param groups  of all that may be proposed */
  constructor(groups: readonly (readonly Encoded[])[], observations: Observations, extent: number, rng: Rng, options: WholeSpaceOptions) {
    this.#groups = groups;
    this.#observations = observations;
    this.#extent = extent;
    this.#rng = rng;
    this.#options = options;
    this.#firsts = groups.map(([first]) => first!);
    if (options.among.some(({ choices }) => choices))
      for (const [g, group] of groups.entries())
        if (group.length > 1) for (const { architecture } of group) this.#groupOf.set(keyOf(architecture), g);
  }

  /**
   * The new member that promises most; undefined where all are known.
   * @param pending  what is under way, of which the model takes for true what it believes
   */
  promising(pending: readonly Encoded[]): Encoded | undefined {
    const { encoded, count, lessons } = this.#observations;
    if (count === 0) return undefined;
    this.#tune();
    for (; this.#seen < count; this.#seen++) this.#observe(encoded[this.#seen]!);
    const targets = warped(lessons(), this.#options.warping);
    this.#process.setTargets(targets);
    for (const one of pending) {
      const believed = this.#process.means([one])[0]!;
      this.#observe(one);
      targets.push(believed);
      this.#process.setTargets(targets);
    }
    const found = this.#best(targets, pending);
    this.#watched.truncate(count);
    return found;
  }

  /** Adds a place, and looks at the first member of its group that is still new. */
  #observe(place: Encoded): void {
    this.#watched.observe(place);
    const g = this.#groupOf.get(keyOf(place.architecture));
    const next = g === undefined ? undefined : this.#groups[g]!.find(({ architecture }) => this.#observations.isNew(architecture));
    if (!next || next === this.#firsts[g!]) return;
    this.#firsts[g!] = next;
    this.#watched.replace(g!, next);
  }

  #best(targets: readonly number[], pending: readonly Encoded[]): Encoded | undefined {
    const promises = this.#functions ? this.#drawn(this.#functions, targets, pending) : this.#promises(targets);
    let found: Encoded | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const [g, group] of this.#groups.entries()) {
      const promise = promises[g]!;
      if (promise <= most) continue;
      const fresh = group.find(({ architecture }) => this.#observations.isNew(architecture));
      if (!fresh) continue;
      most = promise;
      found = fresh;
    }
    return found;
  }

  /** By mean and variance.  [groups] */
  #promises(targets: readonly number[]): Float64Array {
    const { mean, variance } = this.#watched.posterior();
    const best = this.#incumbent(targets);
    const promise = promiseOf(this.#options);
    return mean.map((value, g) => promise(value, variance[g]!, best));
  }

  /** What is to be improved on. What is believed at places observed is K K⁻¹ y − σ² K⁻¹ y. */
  #incumbent(targets: readonly number[]): number {
    const { incumbent } = this.#options;
    if (incumbent === "value" || (incumbent === "in-turn" && targets.length % 2 === 0)) return Math.max(...targets);
    const weights = this.#process.weights();
    return Math.max(...targets.map((target, i) => target - this.#hyperparameters!.noise * weights[i]!));
  }

  /** A function drawn from the model.  [groups] */
  #drawn(functions: RandomFunctions, targets: readonly number[], pending: readonly Encoded[]): Float64Array {
    if (this.#waves.length === 0) this.#waves = this.#groups.map((group) => functions.waves(group[0]!.counts));
    const weights = functions.draw();
    const deviation = Math.sqrt(this.#hyperparameters!.noise);
    const places = [...this.#observations.encoded, ...pending];
    this.#process.setTargets(
      targets.map((target, i) => target - valueAt(functions.waves(places[i]!.counts), weights) - deviation * functions.noise()),
    );
    return this.#watched.posterior().mean.map((value, g) => value + valueAt(this.#waves[g]!, weights));
  }

  /** Chooses hyperparameters when twice as much is known; the model begins anew with others. */
  #tune(): void {
    const { encoded, count, lessons } = this.#observations;
    if (count < 2 * this.#tuned) return;
    this.#tuned = count;
    const { warping, among, acquisition } = this.#options;
    const chosen = mostLikely(encoded, lessons(), warping, this.#extent, among);
    if (chosen === this.#hyperparameters) return;
    this.#hyperparameters = chosen;
    const kernel = kernelOf(chosen, this.#extent);
    this.#process = new GaussianProcess(kernel, chosen.noise);
    this.#watched = new WatchedCandidates(this.#process, kernel, this.#firsts);
    if (acquisition === "thompson") this.#functions = new RandomFunctions(chosen.scale * this.#extent, this.#rng);
    this.#waves = [];
    this.#seen = 0;
  }
}
