/**
 * A space that is small enough to be looked at as a whole: one subspace, whose model sees every member. Members with the
 * same features are one to the model, so it looks at each such group once.
 *
 * @module
 */
import { expectedImprovement, GaussianProcess, WatchedCandidates } from "../gaussian-process/gaussian-process.ts";
import type { Encoded } from "../gaussian-process/kernels.ts";
import { type Warping, warped } from "../gaussian-process/targets.ts";
import { grouped } from "../json/grouped.ts";
import type { Space } from "../plugin/space.ts";
import type { Architecture } from "../space/architecture.ts";
import { Numbering } from "../space/choices.ts";
import { type Extent, type Hyperparameters, kernelOf } from "./model.ts";
import type { Observations } from "./observations.ts";

/** The most strings among which members are looked for. */
const STRINGS = 2 ** 22;

/** All members, where these are no more than `most`; undefined otherwise. */
export function everyMember(space: Space, most: number): readonly Architecture[] | undefined {
  const numbering = new Numbering(space);
  if (space.size > BigInt(most) || numbering.count > STRINGS) return undefined;
  const members: Architecture[] = [];
  for (let number = 0; number < numbering.count; number++) {
    const architecture = numbering.architecture(number);
    if (space.contains(architecture)) members.push(architecture);
  }
  return members;
}

/** Members with the same features. */
export function groupsOf(members: readonly Encoded[]): readonly (readonly Encoded[])[] {
  return grouped(members, ({ counts: { features, counts } }) => `${features}:${counts}`);
}

export class WholeSpace {
  readonly #groups: readonly (readonly Encoded[])[];
  readonly #observations: Observations;
  #process!: GaussianProcess<Encoded>;
  #watched!: WatchedCandidates<Encoded>;
  #seen = 0;

  /** @param groups  of all that may be proposed */
  constructor(groups: readonly (readonly Encoded[])[], observations: Observations, hyperparameters: Hyperparameters, extent: Extent) {
    this.#groups = groups;
    this.#observations = observations;
    this.learnAnew(hyperparameters, extent);
  }

  /** Begins with other hyperparameters. */
  learnAnew(hyperparameters: Hyperparameters, extent: Extent): void {
    const kernel = kernelOf(hyperparameters, extent);
    this.#process = new GaussianProcess(kernel, hyperparameters.noise);
    const first = this.#groups.map((group) => group[0]!);
    this.#watched = new WatchedCandidates(this.#process, kernel, first);
    this.#seen = 0;
  }

  /** The new member that promises most; undefined where all are known. */
  best(warping: Warping): Architecture | undefined {
    const { encoded, count } = this.#observations;
    for (; this.#seen < count; this.#seen++) this.#watched.observe(encoded[this.#seen]!);
    const targets = warped(
      encoded.map((_, i) => this.#observations.lesson(i)),
      warping,
    );
    this.#process.setTargets(targets);
    const { mean, variance } = this.#watched.posterior();
    const best = Math.max(...targets);
    let found: Architecture | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const [g, group] of this.#groups.entries()) {
      const promise = expectedImprovement(mean[g]!, variance[g]!, best);
      if (promise <= most) continue;
      const fresh = group.find(({ architecture }) => this.#observations.isNew(architecture));
      if (!fresh) continue;
      most = promise;
      found = fresh.architecture;
    }
    return found;
  }
}
