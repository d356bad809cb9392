/**
 * Which backend is the fastest for the networks at hand: those that are there are timed once on a machine, and the answer is
 * kept, so that all runs of an experiment have the same.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { live } from "../core/space/network.ts";
import type { BackendName, BackendOptions } from "../core/training/settings.ts";
import type { Workload } from "../core/training/workload.ts";
import { readIfThere, replaceFile } from "./kept-file.ts";
import type { Answer, Task } from "./messages.ts";
import type { There } from "./tensorflow.ts";

/** A backend that is not ahead of the best by then is given up: so many seconds to load, and so many of the best one's steps. */
const [LOADING_SECONDS, LOADING_STEPS] = [20, 40];
/** Who is ahead by less may be so by chance: the first is taken then, in the order of BACKENDS. */
const MARGIN = 1.1;

/** Seconds of a step, by backend. */
type Timings = Partial<Record<BackendName, number>>;
type Ask = (task: Task, options: { readonly signal?: AbortSignal }) => Promise<Answer>;

/**
 * @param options  that the backend has to have
 * @param folder  where answers are kept; left out, they are not
 * @param note  told of the answer, where there was a choice
 * @throws EvokeError BACKEND_UNAVAILABLE if there is none
 */
export async function fastestBackend(
  ask: Ask,
  options: BackendOptions,
  work: Workload,
  folder: string | undefined,
  note: (line: string) => void,
): Promise<BackendName> {
  const answer = await ask({ compared: options, shared: work.shared }, {});
  if (!("there" in answer)) throw new Error("the worker looked for nothing");
  const { there } = answer;
  if (there.length === 1) return there[0]!.name;
  const file = folder && join(folder, `${keyOf(options, work, there)}.json`);
  const kept = file && (await readTimings(file));
  const timings = kept || (await timeAll(ask, options, work, there, note));
  if (file && !kept && Object.keys(timings).length > 0)
    await replaceFile(file, `${JSON.stringify(timings)}\n`).catch((error: Error) =>
      note(`the next call has to time them again. ${error.message.split("\n")[0]}`),
    );
  const timed = there.filter(({ name }) => timings[name] !== undefined).map(({ name }) => name);
  const least = Math.min(...timed.map((name) => timings[name]!));
  const chosen = timed.find((name) => timings[name]! <= MARGIN * least) ?? there[0]!.name;
  const others = timed.filter((name) => name !== chosen).map((name) => `${(timings[name]! / timings[chosen]!).toFixed(1)} × ${name}`);
  if (others.length > 0) note(`${chosen}, ${others.join(", ")} on these networks`);
  return chosen;
}

async function timeAll(
  ask: Ask,
  options: BackendOptions,
  work: Workload,
  there: readonly There[],
  note: (line: string) => void,
): Promise<Timings> {
  const timings: Timings = {};
  let least = Number.POSITIVE_INFINITY;
  // First that which is likely the fastest where a step takes long, so that the others are given up early.
  for (const { name } of [...there].sort((a, b) => Number(b.name === "pytorch") - Number(a.name === "pytorch"))) {
    const milliseconds = 1000 * (LOADING_SECONDS + LOADING_STEPS * least);
    const signal = Number.isFinite(milliseconds) ? AbortSignal.timeout(Math.ceil(milliseconds)) : undefined;
    try {
      const answer = await ask({ backend: { ...options, backend: name }, timed: work }, signal ? { signal } : {});
      if (!("stepSeconds" in answer)) throw new Error("the worker timed nothing");
      timings[name] = answer.stepSeconds;
      least = Math.min(least, answer.stepSeconds);
    } catch (error) {
      note(signal?.aborted ? `${name} is slower` : `${name} cannot be used: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  return timings;
}

/** Names the work, what there is to do it, and the machine. */
function keyOf(options: BackendOptions, { network, ...work }: Workload, there: readonly There[]): string {
  const layers = live(network).layers.map(({ weights: _, ...layer }) => layer);
  const machine = [processor(), availableParallelism(), process.platform, process.arch];
  const followed = [1, options, layers, work, there, machine];
  return createHash("sha256").update(JSON.stringify(followed)).digest("hex").slice(0, 16);
}

function processor(): string | undefined {
  try {
    return cpus()[0]?.model;
  } catch {
    return undefined; // Deno, where it may not look
  }
}

/** What is kept; nothing if it cannot be made out, which costs no more than to time again. */
async function readTimings(file: string): Promise<Timings | undefined> {
  const content = await readIfThere(file, "the timings of backends");
  try {
    const timings = JSON.parse(content?.toString() ?? "") as Timings;
    return Object.values(timings).every((seconds) => seconds > 0) ? timings : undefined;
  } catch {
    return undefined;
  }
}
