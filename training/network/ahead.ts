/**
 * Numbers that a device has still to compute. This thread goes on meanwhile, a few answers ahead of it: so the device
 * always has work, and never more of it than there is memory for.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";

/** Answers that are waited for before the thread stops for the first of them. */
const MOST = 8;

/** What a tensor holds, which is disposed of then. */
export async function taken(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}

/** Takes answers in the order in which they were asked for. */
export class Ahead<T> {
  readonly #take: (answer: T) => void;
  readonly #waiting: Promise<T>[] = [];

  constructor(take: (answer: T) => void) {
    this.#take = take;
  }

  /** Waits only if there is too much to wait for. */
  async add(answer: T | Promise<T>): Promise<void> {
    if (!(answer instanceof Promise)) {
      this.#take(answer);
      return;
    }
    answer.catch(() => {}); // it is thrown where it is waited for
    this.#waiting.push(answer);
    if (this.#waiting.length > MOST) this.#take(await this.#waiting.shift()!);
  }

  async all(): Promise<void> {
    for (const answer of this.#waiting.splice(0)) this.#take(await answer);
  }
}
