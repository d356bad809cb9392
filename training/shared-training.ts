/**
 * One training that several wait for. Each of them sees its epochs as if it were alone with it, and may leave early with
 * what there is by then; when the last has left, the training ends.
 *
 * @module
 */
import type { EpochResult, TrainingCurve, TrainingObserver } from "../core/training/trainer.ts";

/**
 * Trains, and asks after each epoch whether to go on.
 * @param signal  aborted when nobody waits any more
 * @param note  told what people should know, in a line
 */
export type Train = (goesOn: (result: EpochResult) => boolean, signal: AbortSignal, note: (line: string) => void) => Promise<TrainingCurve>;

interface Waiting {
  readonly observer: TrainingObserver;
  resolve(curve: TrainingCurve): void;
  reject(error: unknown): void;
}

export class SharedTraining {
  readonly #train: Train;
  readonly #over: () => void;
  readonly #epochs: EpochResult[] = [];
  readonly #waiting = new Set<Waiting>();
  readonly #abort = new AbortController();
  #begun = false;
  #complete: TrainingCurve | undefined;

  /** @param over  told if it ends without being complete */
  constructor(train: Train, over: () => void = () => {}) {
    this.#train = train;
    this.#over = over;
  }

  /** Begins, for the first that waits. @throws the reason of the signal when that is aborted */
  async wait(observer: TrainingObserver = {}): Promise<TrainingCurve> {
    const { signal } = observer;
    signal?.throwIfAborted();
    let abandon = () => {};
    const curve = new Promise<TrainingCurve>((resolve, reject) => {
      const waiting: Waiting = { observer, resolve, reject };
      this.#waiting.add(waiting);
      for (let i = 0; i < this.#epochs.length && this.#waiting.has(waiting); i++) this.#tell(waiting, i);
      if (this.#complete) this.#leave(waiting, this.#complete);
      abandon = () => {
        if (!this.#waiting.delete(waiting)) return;
        reject(signal!.reason);
        if (this.#waiting.size > 0) return;
        this.#over();
        this.#abort.abort();
      };
    });
    signal?.addEventListener("abort", abandon);
    if (!this.#begun) this.#begin();
    try {
      return await curve;
    } finally {
      signal?.removeEventListener("abort", abandon);
    }
  }

  #begin(): void {
    this.#begun = true;
    const note = (line: string) => {
      for (const { observer } of this.#waiting) observer.note?.(line);
    };
    this.#train((result) => this.#next(result), this.#abort.signal, note).then(
      (curve) => {
        this.#complete = curve;
        for (const waiting of this.#waiting) this.#leave(waiting, curve);
      },
      (error: unknown) => {
        this.#over();
        for (const { reject } of this.#waiting) reject(error);
      },
    );
  }

  /** @returns false if nobody waits any more */
  #next(result: EpochResult): boolean {
    const place = this.#epochs.push(result) - 1;
    for (const waiting of this.#waiting) this.#tell(waiting, place);
    if (this.#waiting.size > 0) return true;
    this.#over();
    return false;
  }

  #tell(waiting: Waiting, place: number): void {
    const result = this.#epochs[place]!;
    try {
      if (waiting.observer.epoch?.(result) !== false) return;
      this.#leave(waiting, { epochs: this.#epochs.slice(0, place + 1), seconds: result.seconds });
    } catch (error) {
      this.#waiting.delete(waiting);
      waiting.reject(error);
    }
  }

  #leave(waiting: Waiting, curve: TrainingCurve): void {
    if (this.#waiting.delete(waiting)) waiting.resolve(curve);
  }
}
