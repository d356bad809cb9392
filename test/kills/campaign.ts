/** Rounds of kills, scenario after scenario, until there were enough. @module */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Prepared, type Round } from "./round.ts";
import type { Scenario } from "./scenarios.ts";

export interface Campaign {
  readonly scenarios: readonly Scenario[];
  /** In all, those of the rounds that are done already among them. */
  readonly kills: number;
  readonly seed: number;
  /** Rounds at a time, of different scenarios. */
  readonly atOnce: number;
  /** Which gets one of each scenario. */
  readonly folder: string;
  /** Told of each round when it is over. */
  over?(round: Round): void;
}

export const killsOf = (rounds: readonly Round[]): number => rounds.reduce((sum, { kills }) => sum + kills.length, 0);

/**
 * Goes from scenario to scenario, so that all have had about as many rounds whenever it is ended.
 * @param before  rounds that are done already
 * @returns these and the new ones
 */
export async function killAtRandom(
  { scenarios, kills, seed, atOnce, folder, over }: Campaign,
  before: readonly Round[] = [],
): Promise<readonly Round[]> {
  const done = [...before];
  const count = ({ scenario }: Prepared) => done.filter((round) => round.scenario === scenario.name).length;
  const waiting = scenarios.map((scenario) => {
    const own = join(folder, scenario.name);
    mkdirSync(own);
    return new Prepared(scenario, own);
  });
  waiting.sort((a, b) => count(a) - count(b));
  const keepBusy = async () => {
    while (killsOf(done) < kills) {
      const prepared = waiting.shift()!;
      const round = await prepared.round(seed, count(prepared) + 1);
      waiting.push(prepared);
      done.push(round);
      over?.(round);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, keepBusy));
  return done;
}
