/**
 * The file that a training is kept in while the runs that wait for it are not over: its last checkpoint, and what came of
 * it in the end. So a training that was killed goes on after the last epoch that is in the file, and one that is over need
 * not be done again by a run that was killed after it.
 *
 * It goes by all that the training follows from. What cannot be kept is lost at a kill, and harms nobody before: it is told.
 *
 * @module
 */
import { rm } from "node:fs/promises";
import type { EpochResult, TrainingCurve } from "../../core/training/trainer.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { readSealed, writeSealed } from "./sealed-file.ts";

interface Header {
  readonly training: string;
  readonly epochs: readonly EpochResult[];
  /** Of a training that is over; its weights are the body then, if they were wanted: so many values each. */
  readonly over?: { readonly seconds: number; readonly weights?: readonly number[] };
}

export class KeptTraining {
  readonly #file: string;
  readonly #digest: string;
  readonly #note: (line: string) => void;
  #writing: Promise<void> | undefined;
  #written = false;

  /**
   * @param digest  of all that the training follows from
   * @param note  told of what is damaged, and of what cannot be kept
   */
  constructor(file: string, digest: string, note: (line: string) => void) {
    this.#file = file;
    this.#digest = digest;
    this.#note = note;
  }

  /** What there is of it. */
  async read(): Promise<{ readonly curve: TrainingCurve } | { readonly checkpoint: Checkpoint } | undefined> {
    const sealed = await readSealed(this.#file, "the checkpoint");
    if (!sealed) return undefined;
    this.#written = true;
    if (sealed === "damaged") {
      this.#note(`${this.#file} is damaged or cut off, and is not used`);
      return undefined;
    }
    const { training, epochs, over } = sealed.header as Header;
    if (training !== this.#digest) {
      this.#note(`${this.#file} is of another training, and is not used`);
      return undefined;
    }
    if (!over) return { checkpoint: { epochs, state: sealed.body } };
    const values = new Float32Array(sealed.body.buffer);
    let at = 0;
    const weights = over.weights?.map((size) => values.slice(at, (at += size)));
    return { curve: { epochs, seconds: over.seconds, ...(weights && { weights }) } };
  }

  /** Keeps a checkpoint instead of the one before; one that comes while another is being written is left out. */
  keep({ epochs, state }: Checkpoint): void {
    this.#writing ??= this.#write({ training: this.#digest, epochs }, state).finally(() => {
      this.#writing = undefined;
    });
  }

  /** Waits until what is being written is. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** The training is over: what came of it takes the place of its last checkpoint, if there is one. */
  async finish({ epochs, seconds, weights }: TrainingCurve): Promise<void> {
    await this.settled();
    if (!this.#written) return;
    const over = { seconds, ...(weights && { weights: weights.map(({ length }) => length) }) };
    const parts = (weights ?? []).map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
    await this.#write({ training: this.#digest, epochs, over }, Buffer.concat(parts));
  }

  /** The training was ended early: nobody will go on with it. */
  async forget(): Promise<void> {
    await this.settled();
    if (this.#written) await rm(this.#file, { force: true });
  }

  async #write(header: Header, body: Uint8Array): Promise<void> {
    this.#written = true;
    await writeSealed(this.#file, header, body).catch((error: Error) =>
      this.#note(`if it is killed, it cannot go on. ${error.message.split("\n")[0]}`),
    );
  }
}
