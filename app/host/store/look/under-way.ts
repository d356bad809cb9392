/**
 * What a call says of its evaluations that are under way, in a file beside the store, for those who look on: see
 * app/host/evaluations/under-way-file.ts. And what trainings keep between their epochs.
 *
 * @module
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import type { CurvePoint } from "../../../../core/plugin/evaluator.ts";
import type { EpochResult } from "../../../../core/training/trainer.ts";
import { isRunning } from "../../../../training/folder-lock.ts";

/** How the names of the files begin, in the folder `evaluations`. */
export const UNDER_WAY = "under-way";

/** An evaluation that is under way. Times are in milliseconds since 1970. */
export interface EvaluationUnderWay {
  readonly digest: string;
  readonly seed: number;
  readonly query: number;
  readonly architecture: string;
  readonly fidelity?: number;
  readonly began: number;
  /** When it told something last. */
  readonly changed: number;
  /** How far it is. */
  readonly curve: readonly CurvePoint[];
}

/** The file of one call. */
export interface UnderWayDocument {
  readonly host: string;
  readonly pid: number;
  readonly evaluations: readonly EvaluationUnderWay[];
}

/** A training that is kept between its epochs. */
export interface TrainingUnderWay {
  readonly changed: number;
  readonly epochs: readonly EpochResult[];
}

/** A call of another machine that has not written for so long is gone. */
const GONE_MILLISECONDS = 60_000;
/** Bytes of a file that are read at most. */
const [MOST_DOCUMENT, MOST_HEADER] = [16e6, 1e6];

/** What the calls on a store have under way, those that live. @param store  its file */
export function evaluationsUnderWay(store: string, digest: string): EvaluationUnderWay[] {
  const folder = folderOf(store);
  return documentsIn(folder).flatMap((name) => evaluationsIn(join(folder, name)).filter((one) => one.digest === digest));
}

/** Looks again and again whether calls say something new of what they have under way. */
export class UnderWayLook {
  readonly #folder: string;
  #stamps = new Map<string, number>();

  /** @param store  its file */
  constructor(store: string) {
    this.#folder = folderOf(store);
  }

  /** What is under way in calls that have said something since the last look. */
  changed(): EvaluationUnderWay[] {
    const stamps = new Map<string, number>();
    const changed: EvaluationUnderWay[] = [];
    for (const name of documentsIn(this.#folder)) {
      const path = join(this.#folder, name);
      const stamp = attempt(() => statSync(path).mtimeMs);
      if (stamp === undefined) continue;
      stamps.set(name, stamp);
      if (this.#stamps.get(name) !== stamp) changed.push(...evaluationsIn(path));
    }
    this.#stamps = stamps;
    return changed;
  }
}

function folderOf(store: string): string {
  return join(dirname(store), "evaluations");
}

function documentsIn(folder: string): string[] {
  return namesIn(folder).filter((name) => name.startsWith(`${UNDER_WAY}.`));
}

/** None where the call does not live. */
function evaluationsIn(path: string): readonly EvaluationUnderWay[] {
  const document = attempt(() => {
    const { size, mtimeMs } = statSync(path);
    if (size > MOST_DOCUMENT) return undefined;
    const { host, pid, evaluations } = JSON.parse(readFileSync(path, "utf8")) as UnderWayDocument;
    const lives = host === hostname() ? isRunning(pid) : Date.now() - mtimeMs < GONE_MILLISECONDS;
    return lives && Array.isArray(evaluations) ? evaluations : undefined;
  });
  return document ?? [];
}

/** The trainings that an experiment keeps and that are not over. @param store  its file */
export function trainingsUnderWay(store: string, digest: string): TrainingUnderWay[] {
  const folder = join(folderOf(store), digest.slice(0, 16), "trainings");
  return namesIn(folder)
    .filter((name) => /^[0-9a-f]{16}\.bin$/.test(name))
    .flatMap((name) => attempt(() => trainingOf(join(folder, name))) ?? []);
}

function trainingOf(path: string): TrainingUnderWay | undefined {
  const descriptor = openSync(path, "r");
  try {
    const start = Buffer.alloc(Math.min(MOST_HEADER, statSync(path).size));
    readSync(descriptor, start);
    const { epochs, over } = JSON.parse(start.subarray(0, start.indexOf("\n")).toString("utf8")) as TrainingUnderWay & { over?: object };
    return over || !Array.isArray(epochs) ? undefined : { changed: statSync(path).mtimeMs, epochs };
  } finally {
    closeSync(descriptor);
  }
}

function namesIn(folder: string): string[] {
  return attempt(() => readdirSync(folder)) ?? [];
}

/** What is removed, or being written, while it is looked at counts as not there. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
