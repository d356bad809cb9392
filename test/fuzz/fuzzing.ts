/**
 * Inputs for each kind of what comes from outside, until the time is over, each kind for as long as the others. The inputs
 * of a kind follow from the seed alone: with more time there are more of them, and the first ones are the same.
 *
 * @module
 */
import { createHash } from "node:crypto";
import fc, { type Arbitrary } from "fast-check";
import { Executor } from "./executors.ts";
import { targetOf } from "./targets.ts";

export interface FuzzOptions {
  /** How long, and how many cases of each kind at most. */
  readonly seconds: number;
  readonly cases?: number;
  readonly seed: number;
  /** Processes at a time. */
  readonly processes: number;
  /** The kinds. */
  readonly targets: readonly string[];
  /** Told of each fault as it is found. */
  found(fault: FoundFault): void;
}

export interface Fault {
  readonly target: string;
  readonly fault: string;
  /** What is left of it when what does not matter is taken away. */
  readonly input: unknown;
}

/** A fault, as it is found. */
export interface FoundFault extends Fault {
  /** The cases of its kind until then. */
  readonly after: number;
}

/** What came of a kind. */
export interface Tally {
  readonly target: string;
  cases: number;
  /** Those that were refused in words, and the codes of the errors. */
  refused: number;
  readonly codes: Set<string>;
  readonly faults: Fault[];
  /** How often faults were met again. */
  again: number;
  /** The largest of a case, in milliseconds of the processor. */
  milliseconds: number;
  megabytes: number;
}

/** Inputs that are made at a time. */
const BATCH = 10;
/** Inputs that are tried to make a fault smaller, and for how long at most. */
const [SHRINKS, SHRINKING_SECONDS] = [300, 60];

export async function fuzz({ seconds, cases = Number.POSITIVE_INFINITY, seed, processes, targets, found }: FuzzOptions): Promise<Tally[]> {
  const end = performance.now() + seconds * 1000;
  const kinds = await Promise.all(targets.map((target) => kindOf(target, seed)));
  const work = async () => {
    const executor = new Executor();
    while (performance.now() < end) {
      const free = kinds.filter(({ busy, tally }) => !busy && tally.cases < cases);
      const kind = free.reduce((least, one) => (one.spent < least.spent ? one : least), free[0]!);
      if (!kind) break; // the others are busy, or there are enough cases
      kind.busy = true;
      const began = performance.now();
      await batch(kind, executor, end, found);
      kind.spent += performance.now() - began;
      kind.busy = false;
    }
    executor.close();
  };
  await Promise.all(Array.from({ length: processes }, work));
  return kinds.map(({ tally }) => tally);
}

interface Kind {
  readonly inputs: Arbitrary<unknown>;
  readonly seed: number;
  readonly tally: Tally;
  batches: number;
  spent: number;
  busy: boolean;
}

async function kindOf(target: string, seed: number): Promise<Kind> {
  const tally: Tally = {
    ...{ target, cases: 0, refused: 0, codes: new Set<string>(), faults: [], again: 0 },
    ...{ milliseconds: 0, megabytes: 0 },
  };
  return { inputs: await (await targetOf(target)).inputs(), seed, tally, batches: 0, spent: 0, busy: false };
}

/** Takes some inputs in, until there is a fault that was not there before; of that it makes the smallest input. */
async function batch(kind: Kind, executor: Executor, end: number, found: (fault: FoundFault) => void): Promise<void> {
  const { inputs, tally } = kind;
  const { target } = tally;
  let first: string | undefined;
  /** Of the smallest input so far. */
  let last = "";
  let shrinks = 0;
  let until = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(inputs, async (input) => {
    const isShrinking = first !== undefined;
    if (isShrinking && (++shrinks > SHRINKS || performance.now() > until)) return true;
    if (!isShrinking && performance.now() > end) return true;
    const verdict = await executor.take({ target, input });
    if (!isShrinking) count(tally, verdict);
    if (verdict.fault === undefined) return true;
    if (isShrinking && signature(verdict.fault) !== signature(first!)) return true;
    last = verdict.fault;
    if (isShrinking) return false;
    if (tally.faults.some(({ fault }) => signature(fault) === signature(verdict.fault!))) {
      tally.again++;
      return true;
    }
    first = verdict.fault;
    until = performance.now() + SHRINKING_SECONDS * 1000;
    return false;
  });
  const { failed, counterexample } = await fc.check(property, { seed: seedOf(kind), numRuns: BATCH });
  kind.batches++;
  if (!failed) return;
  const fault = { target, fault: last, input: counterexample![0] };
  tally.faults.push(fault);
  found({ ...fault, after: tally.cases });
}

function count(tally: Tally, { code, milliseconds, megabytes }: Awaited<ReturnType<Executor["take"]>>): void {
  tally.cases++;
  if (code !== undefined) {
    tally.refused++;
    tally.codes.add(code);
  }
  tally.milliseconds = Math.max(tally.milliseconds, milliseconds);
  tally.megabytes = Math.max(tally.megabytes, megabytes);
}

/** Of a batch. */
function seedOf({ seed, tally: { target }, batches }: Kind): number {
  return createHash("sha256").update(`${seed} ${target} ${batches}`).digest().readInt32LE();
}

/** What two faults have in common that are one: what was thrown and where, without what is particular to an input. */
function signature(fault: string): string {
  const [message = "", ...stack] = fault.split("\n");
  const where = stack.find((line) => /^\s+at .*\b(core|app|training|spaces|controllers|evaluators|plugins)\//.test(line)) ?? "";
  return `${message.replaceAll(/"[^"]*"|\d+/g, "").slice(0, 60)} ${where.replace(/:\d+\)?$/, "")}`;
}
