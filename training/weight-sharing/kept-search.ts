/**
 * The file that a search by weight sharing is kept in while its run is not over: its last checkpoint, and in the end what it
 * has ranked, so that a run that is killed after it, or asked and told in one process after the other, need not train again.
 *
 * What cannot be kept is lost at a kill, and harms nobody before: it is told.
 *
 * @module
 */
import type { Standing, WeightSharingResult } from "../../core/training/weight-sharing.ts";
import { readSealed, writeSealed } from "../checkpoints/sealed-file.ts";

/** What the next epoch follows from. */
export interface SearchCheckpoint {
  /** How the architecture stood after each of the epochs that are over. */
  readonly epochs: readonly Standing[];
  readonly seconds: number;
  /** Of the method. */
  readonly saved: readonly number[];
  /** Of the weights. */
  readonly state: Float32Array;
}
/** A search that is over. */
export interface SearchOver {
  readonly epochs: readonly Standing[];
  readonly over: WeightSharingResult;
}

interface Header {
  readonly search: string;
  readonly epochs: readonly Standing[];
  readonly over?: WeightSharingResult;
  readonly seconds?: number;
  /** So many numbers of the method come first in the body, 8 bytes each; then the weights, 4 bytes each. */
  readonly saved?: number;
}

/** How the names of the files begin that are of the run of a seed. */
export const keptSearchesOf = (seed: number): string => `seed-${seed}-`;

export class KeptSearch {
  readonly #file: string;
  readonly #digest: string;
  readonly #note: (line: string) => void;

  /**
   * @param digest  of all that the search follows from
   * @param note  told of what is damaged, and of what cannot be kept
   */
  constructor(file: string, digest: string, note: (line: string) => void) {
    this.#file = file;
    this.#digest = digest;
    this.#note = note;
  }

  /** What there is of it. */
  async read(): Promise<SearchCheckpoint | SearchOver | undefined> {
    const sealed = await readSealed(this.#file, "the checkpoint");
    if (!sealed) return undefined;
    if (sealed === "damaged") {
      this.#note(`${this.#file} is damaged or cut off, and is not used`);
      return undefined;
    }
    const { search, epochs, over, seconds = 0, saved: count = 0 } = sealed.header as Header;
    if (search !== this.#digest) {
      this.#note(`${this.#file} is of another search, and is not used`);
      return undefined;
    }
    if (over) return { epochs, over };
    const { buffer, byteLength } = sealed.body;
    const from = count * Float64Array.BYTES_PER_ELEMENT;
    const state = new Float32Array(buffer, from, (byteLength - from) / Float32Array.BYTES_PER_ELEMENT);
    return { epochs, seconds, saved: [...new Float64Array(buffer, 0, count)], state };
  }

  async keep({ epochs, seconds, saved, state }: SearchCheckpoint): Promise<void> {
    const parts = [Float64Array.from(saved), state].map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    );
    await this.#write({ search: this.#digest, epochs, seconds, saved: saved.length }, Buffer.concat(parts));
  }

  async finish({ epochs, over }: SearchOver): Promise<void> {
    await this.#write({ search: this.#digest, epochs, over }, new Uint8Array(0));
  }

  async #write(header: Header, body: Uint8Array): Promise<void> {
    await writeSealed(this.#file, header, body).catch((error: Error) =>
      this.#note(`if it is killed, it cannot go on. ${error.message.split("\n")[0]}`),
    );
  }
}
