/** Runs of other experiments, which runs of an executor begin with: each is done once there, and told with what began with it. @module */
import type { Kept } from "../../../run/kept-runs.ts";
import type { StoredRun } from "../../../store/stored-run.ts";

/** So many are kept, since runs of other cells begin with the same. */
const KEPT = 64;

interface Other {
  readonly digest: string;
  readonly run: StoredRun;
}

export class OtherRuns {
  readonly #known = new Map<string, Other>();
  #used: Other[] = [];

  kept(trainings: Kept["trainings"]): Kept {
    return {
      find: (digest, seed) => {
        const known = this.#known.get(`${digest} ${seed}`);
        if (known) this.#used.push(known);
        return known?.run.trajectory;
      },
      keep: (digest, run) => {
        const other = { digest, run };
        this.#used.push(other);
        this.#known.set(`${digest} ${run.result.seed}`, other);
        if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value!);
      },
      journals: {},
      ...(trainings && { trainings }),
      underWay: new Map(),
    };
  }

  /** Those that were asked for since the last time. */
  take(): readonly Other[] {
    const used = this.#used;
    this.#used = [];
    return used;
  }
}
