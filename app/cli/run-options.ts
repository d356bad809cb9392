/** What `evoke run` and `evoke matrix` are told on the command line. @module */
import type { Change } from "../../core/manifest/changes.ts";
import type { Shard } from "../host/shards/shard.ts";
import { changesOf, count, seedsChange } from "./arguments.ts";
import { queueOf } from "./commands/queues/open-queue.ts";
import { outOf, shardOf } from "./commands/shards/shard-option.ts";
import type { KeepOptions } from "./run-and-keep.ts";

export interface RunOptions {
  readonly json?: boolean;
  readonly seeds?: string;
  readonly set: readonly string[];
  readonly out: string;
  readonly workers?: string;
  readonly parallel?: string;
  readonly queue?: string;
  readonly shard?: string;
  /** Print a script for SLURM instead. */
  readonly slurm?: boolean;
  readonly shards?: string;
  readonly sbatch: readonly string[];
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** The options of a call, understood. */
export interface Call extends KeepOptions {
  readonly changes: readonly Change[];
  readonly shard: Shard | undefined;
}

/** @throws EvokeError OPTION_INVALID, OPTION_UNFIT, QUEUE_ADDRESS_INVALID */
export function callOf(options: RunOptions): Call {
  const { quiet = false, debug = false } = options;
  const shard = options.shard === undefined ? undefined : shardOf(options.shard);
  return {
    changes: [...changesOf(options.set), ...seedsChange(options.seeds)],
    shard,
    out: outOf(options.out, shard),
    workers: options.workers === undefined ? undefined : count("--workers", options.workers),
    parallel: options.parallel === undefined ? undefined : count("--parallel", options.parallel),
    queue: queueOf(options),
    quiet,
    debug,
  };
}
