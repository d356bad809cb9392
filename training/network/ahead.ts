/**
 * Numbers that a device has still to compute. This thread goes on meanwhile, a few answers ahead of it: so the device
 * always has work, and never more of it than there is memory for.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { checkCard } from "../webgpu/load.ts";

/** Answers that are waited for before the thread stops for the first of them. */
const MOST = 8;

/** What a tensor holds, which is disposed of then. @throws EvokeError TRAINING_FAILED */
export async function taken(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return await tensor.data<"float32">();
  } finally {
    tensor.dispose();
    checkCard();
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
    if (this.#waiting.length > MOST) await this.#next();
  }

  async all(): Promise<void> {
    while (this.#waiting.length > 0) await this.#next();
  }

  async #next(): Promise<void> {
    try {
      this.#take(await this.#waiting.shift()!);
    } catch (error) {
      await Promise.allSettled(this.#waiting); // what else goes wrong is of this work, and not of the next
      throw error;
    }
  }
}
