/** `--shard I/N` of `evoke run` and `evoke matrix`. @module */
import { join } from "node:path";
import { optionInvalid } from "../../../../core/errors/index.ts";
import { type Shard, type ShardSummary, shardFolder } from "../../../host/shards/shard.ts";
import { ownPlace } from "../../../host/store/own-place.ts";
import { whole } from "../../terminal.ts";

/** @throws EvokeError OPTION_INVALID */
export function shardOf(text: string): Shard {
  const [, number, of] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  const shard = { number: Number(number), of: Number(of) };
  if (!(shard.number >= 1 && shard.number <= shard.of))
    throw optionInvalid("--shard", text, "I/N, the shard I of N, such as 2/4, with I from 1 to N");
  return shard;
}

/** Where the runs of a call are kept. */
export function outOf(out: string, shard: Shard | undefined): string {
  return shard ? ownPlace(out, shardFolder(shard)) : out;
}

/**
 * What is to be known of a shard: its part, what is left to others, and how all come together.
 * @param finished  runs of its part that are finished
 * @param folder  OUT/shard-I-of-N/NAME
 */
export function shardLines({ number, of, runs, others }: ShardSummary, finished: number, folder: string): string[] {
  return [
    `shard ${number} of ${of}: ${whole(finished)} of its ${whole(runs)} runs finished; of the ${whole(runs + others)} in all, other shards do ${whole(others)}`,
    `when all shards are done: evoke merge ${join(folder, "..", "..")}`,
  ];
}
