/**
 * The folder that a supernet is kept in: a checkpoint after each epoch, and in the end the weights.
 *
 * A kill leaves the old file or the new one (see sealed-file.ts). The last two checkpoints stay, so that one which a disk has
 * damaged is made good by the one before.
 *
 * One process trains at a time; others wait for it (see folder-lock.ts).
 *
 * @module
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readSealed, writeSealed } from "../checkpoints/sealed-file.ts";
import { forgetLocks, lockFolder } from "../folder-lock.ts";

const WEIGHTS = "weights.bin";

/** What a file holds. */
export interface Checkpoint {
  /** Epochs that are over. */
  readonly epoch: number;
  readonly values: Float32Array;
}

export class SupernetFolder {
  readonly path: string;
  readonly #digest: string;
  readonly #note: (line: string) => void;

  /**
   * @param digest  of all that the weights follow from
   * @param note  told of files that are damaged, and of waiting
   */
  constructor(path: string, digest: string, note: (line: string) => void) {
    this.path = path;
    this.#digest = digest;
    const told = new Set<string>(); // a file is read before the wait for the lock, and again after it
    this.#note = (line) => {
      if (!told.has(line)) note(line);
      told.add(line);
    };
  }

  /** The weights of the trained supernet, if it is there and whole. */
  async weights(): Promise<Float32Array | undefined> {
    const weights = await this.#read(WEIGHTS);
    // A process may have been killed as soon as it had kept them.
    if (weights) await Promise.all([this.#removeCheckpoints(), forgetLocks(this.path)]).catch(() => {});
    return weights;
  }

  /** The last checkpoint that is whole. */
  async checkpoint(): Promise<Checkpoint | undefined> {
    const epochs = await this.#epochs();
    for (const epoch of epochs.reverse()) {
      const values = await this.#read(checkpointName(epoch));
      if (values) return { epoch, values };
    }
    return undefined;
  }

  async writeCheckpoint({ epoch, values }: Checkpoint): Promise<void> {
    await this.#write(checkpointName(epoch), epoch, values);
    for (const old of await this.#epochs()) if (old < epoch - 1) await rm(join(this.path, checkpointName(old)), { force: true });
  }

  /** Keeps the weights; the checkpoints have served their purpose then. */
  async writeWeights({ epoch, values }: Checkpoint): Promise<void> {
    await this.#write(WEIGHTS, epoch, values);
    await this.#removeCheckpoints();
  }

  /** Does something while no other process does it here. */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    const release = await lockFolder(this.path, ({ pid, file }) =>
      this.#note(
        `process ${pid} is training the supernet in ${this.path}: waiting for it; if that process is no evoke any more, remove ${file}`,
      ),
    );
    return work().finally(release);
  }

  async #removeCheckpoints(): Promise<void> {
    for (const epoch of await this.#epochs()) await rm(join(this.path, checkpointName(epoch)), { force: true });
  }

  async #epochs(): Promise<number[]> {
    const names = await readdir(this.path).catch(() => []);
    const found = names.flatMap((name) => /^epoch-(\d+)\.bin$/.exec(name)?.slice(1) ?? []);
    return found.map(Number).sort((a, b) => a - b);
  }

  async #write(name: string, epoch: number, values: Float32Array): Promise<void> {
    const header = { supernet: this.#digest, epoch, values: values.length };
    await writeSealed(join(this.path, name), header, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  /** What a file holds; nothing if it is not there, or damaged: that is told. */
  async #read(name: string): Promise<Float32Array | undefined> {
    const file = join(this.path, name);
    const sealed = await readSealed(file, "the supernet in");
    if (!sealed) return undefined;
    if (sealed === "damaged") {
      this.#note(`${file} is damaged or cut off, and is not used`);
      return undefined;
    }
    if ((sealed.header as { readonly supernet: string }).supernet !== this.#digest) {
      this.#note(`${file} is of another supernet, and is not used`);
      return undefined;
    }
    return new Float32Array(sealed.body.buffer);
  }
}

function checkpointName(epoch: number): string {
  return `epoch-${epoch}.bin`;
}
