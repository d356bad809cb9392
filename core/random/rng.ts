/**
 * Random streams. Each plugin instance draws from one of its own, derived from (run seed, slot), so
 * that swapping one plugin does not shift the numbers of another.
 *
 * The generator is xoroshiro128+ of `pure-rand`; its 128-bit state is the head of
 * SHA-256("seed/slot"), so two streams practically never overlap.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** A seeded source of randomness. Plugins are given one and never call Math.random. */
export interface Rng {
  /** Uniform in [0, 1), a multiple of 2⁻³². */
  next(): number;
  /** Uniform integer in [0, n); n at most 2³². Its bias, under n / 2³², is far below what any experiment can see. */
  below(n: number): number;
}

/** A stream that can be gone on with later, from where it is. */
export interface RandomStream extends Rng {
  /** Where it is: four integers of 32 bits, for `resumedStream`. */
  state(): readonly number[];
  /** Goes on from there: for what has drawn from it by other means. */
  resume(state: readonly number[]): void;
}

/** Whether it says where it is; a plugin may be given another source. */
export function isStream(rng: Rng): rng is RandomStream {
  return "resume" in rng;
}

/**
 * The stream of one slot of one run.
 *
 * @param seed  the run's seed
 * @param slot  JSON pointer of the manifest slot that draws from it, for example "/controller"
 */
export function randomStream(seed: number, slot: string): RandomStream {
  const digest = sha256(utf8ToBytes(`${seed}${slot}`));
  const words = new DataView(digest.buffer, digest.byteOffset);
  return resumedStream([0, 4, 8, 12].map((at) => words.getInt32(at)));
}

/** The stream that was in this state. */
export function resumedStream(state: readonly number[]): RandomStream {
  let generator = xoroshiro128plusFromState(state);
  const next = () => (generator.next() >>> 0) / 2 ** 32;
  return {
    next,
    below: (n) => Math.floor(next() * n),
    state: () => generator.getState(),
    resume(state) {
      generator = xoroshiro128plusFromState(state);
    },
  };
}

/** Puts the values in a uniformly random order, in place (Fisher and Yates). */
export function shuffle<V>(values: { readonly length: number; [index: number]: V }, rng: Rng): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = rng.below(i + 1);
    const value = values[i]!;
    values[i] = values[j]!;
    values[j] = value;
  }
}

/** The sum of twelve uniform numbers less six: nearly a normal deviate, and the same to the bit on every runtime. */
export function nearlyNormal(rng: Rng): number {
  let deviate = -6;
  for (let i = 0; i < 12; i++) deviate += rng.next();
  return deviate;
}
