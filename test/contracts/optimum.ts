/**
 * What a controller that learns should be able to do: find the optimum of a landscape of independent
 * components sooner than random search does. For those methods that can be asked for it.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Plugin } from "../../core/plugin/plugin.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";

import { separableValidation, tinySpace } from "../fixtures.ts";
import type { Case } from "./case.ts";
import { tryController } from "./controller.ts";

/** What is asked of the controller. */
export interface Climb {
  /** Options other than the defaults. */
  readonly options?: object;
  /** One whose components are always there; one of 1,024 architectures of 5 components of 4 operations, if left out. */
  readonly space?: Space;
  /** Queries of each run, 300 if left out; one at a lower fidelity is its share. */
  readonly queries?: number;
  /** Runs, of the seeds from 1 on; 20 if left out. */
  readonly seeds?: number;
  /** The share of the runs that must find the optimum, 1 if left out. */
  readonly found?: number;
  /** By how many standard errors of the difference it must need fewer proposals than random search; 4 if left out. */
  readonly margin?: number;
}

/** Of the evaluator. */
const FIDELITIES = [1, 3, 9];

/**
 * The optimum is found when it is measured at full fidelity. Where a run does not find the optimum, its last proposal counts as the one that did, for both: this
 * favours random search, which mostly does not.
 */
export function optimumContract(
  plugin: Plugin<"controller">,
  { options = {}, space = tinySpace(5, 4), queries = 300, seeds = 20, found = 1, margin = 4 }: Climb = {},
): Case[] {
  const optimum = space.encode(Array.from({ length: space.length }, (_, l) => l % space.choices[l]!.length));
  assert.equal(separableValidation(space)(space.decode(optimum)), 90);
  const firstOf = (texts: readonly string[]) => texts.indexOf(optimum) + 1 || Number.POSITIVE_INFINITY;
  const queriesOf = async (seed: number) => {
    const { search } = await tryController(plugin, { options, space, seed, fidelities: FIDELITIES });
    for (let spent = 0; spent < queries; ) {
      const { architecture, fidelity } = search(1)[0]!;
      spent += (fidelity ?? 9) / 9;
      if (fidelity === undefined && space.encode(architecture) === optimum) return spent;
    }
    return Number.POSITIVE_INFINITY;
  };
  return [
    [
      `${plugin.name} finds the optimum of independent components in ${queries} proposals, ${margin} standard errors sooner than random search (${space.size} architectures, seeds 1 to ${seeds})`,
      async () => {
        const counts: number[] = [];
        const differences: number[] = [];
        for (let seed = 1; seed <= seeds; seed++) {
          const count = await queriesOf(seed);
          const rng = randomStream(seed, "/random");
          const random = firstOf(Array.from({ length: queries }, () => space.encode(space.sample(rng))));
          counts.push(count);
          differences.push(Math.min(random, queries) - Math.min(count, queries));
        }
        const successes = counts.filter(Number.isFinite).length;
        assert.ok(successes >= found * seeds, `it found the optimum in ${successes} of ${seeds} runs: ${counts.join(", ")}`);
        const mean = differences.reduce((a, b) => a + b) / seeds;
        const error = Math.sqrt(differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (seeds - 1) / seeds);
        assert.ok(mean >= margin * error, `it was ${mean.toFixed(1)} ± ${error.toFixed(1)} proposals sooner: ${counts.join(", ")}`);
      },
    ],
  ];
}
