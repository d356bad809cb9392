/**
 * Shards: parts of the runs of a plan, each done by a call of its own into a store of its own, so that no two of them
 * write one file. `evoke merge` joins the stores.
 *
 * @module
 */
import type { SeedRange } from "../store/run-store.ts";

/** A part of the runs. */
export interface Shard {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

/** What there is to run, as far as its runs can be told from each other. */
interface Runs {
  readonly cells: readonly { readonly digest: string }[];
  readonly seeds: SeedRange;
}

/**
 * The numbers of the shards that do runs of a cell, by their seeds: cells and seeds take turns, so that each shard has some
 * of every cell. Cells of one digest have the same runs, which one shard does.
 */
export function shardsOfCell({ cells }: Pick<Runs, "cells">, cell: number, of: number): (seed: number) => number {
  const first = cells.findIndex(({ digest }) => digest === cells[cell]!.digest);
  return (seed) => ((first + seed) % of) + 1;
}

/** The seeds of a cell that a plan is about. */
export function seedsOf(plan: Runs & { readonly shard?: Shard }, cell: number): number[] {
  const { seeds, shard } = plan;
  const all = Array.from({ length: seeds.count }, (_, i) => seeds.first + i);
  if (!shard) return all;
  const numberOf = shardsOfCell(plan, cell, shard.of);
  return all.filter((seed) => numberOf(seed) === shard.number);
}

/** The name of the folder in --out that has its store. */
export function shardFolder({ number, of }: Shard): string {
  return `shard-${number}-of-${of}`;
}

/** Which shard a folder of this name is of; undefined if it is of none. */
export function shardOfFolder(name: string): Shard | undefined {
  const [, number, of] = /^shard-([1-9]\d*)-of-([1-9]\d*)$/.exec(name) ?? [];
  return number === undefined ? undefined : { number: Number(number), of: Number(of) };
}

/** What a shard is of the whole, as documents say it. */
export interface ShardSummary extends Shard {
  /** How many runs it has. */
  readonly runs: number;
  /** How many the others have. */
  readonly others: number;
}

export function shardSummary(plan: Runs & { readonly shard: Shard }): ShardSummary {
  const runs = plan.cells.reduce((sum, _, cell) => sum + seedsOf(plan, cell).length, 0);
  return { ...plan.shard, runs, others: plan.cells.length * plan.seeds.count - runs };
}
