/** What `evoke ask` and `evoke tell` have in common: each opens the search, does one thing, and leaves it again. @module */
import { optionInvalid } from "../../core/errors/index.ts";
import type { SearchEvent } from "../../core/record/events.ts";
import { epochInWords } from "../../core/record/progress-line.ts";
import { claimRun, type OpenedRun, openRun } from "../host/ask/open.ts";
import { ToldSearch } from "../host/ask/told-search.ts";
import { changesOf } from "./arguments.ts";
import { tell } from "./streams.ts";
import { progressLine, stderrTerminal } from "./terminal.ts";

export interface AskingOptions {
  readonly out: string;
  readonly seed?: string;
  readonly set: readonly string[];
}

/** Opens the run, and closes its store when the work with it is done. */
export async function withRun<T>(file: string, { out, seed, set }: AskingOptions, work: (run: OpenedRun) => Promise<T>): Promise<T> {
  const run = await openRun({ file, changes: changesOf(set) }, { out, seed: seedOf(seed), terminal: stderrTerminal(true) });
  try {
    return await work(run);
  } finally {
    run.store.close();
  }
}

/** Brings the search to where it waits, or to its end, while no other call is at it. */
export async function withSearch<T>(run: OpenedRun, out: string, work: (search: ToldSearch) => Promise<T>): Promise<T> {
  const waits = () => say(`Another call is at the run of seed ${run.seed} in ${run.store.file}: this one waits for it, up to 90 seconds.`);
  const release = await claimRun(run, undefined, waits);
  const search = new ToldSearch({ ...run, out, handedOut: true, types: ["weights.trained"], event: showTraining(), note: say });
  try {
    await search.rest();
    return await work(search);
  } finally {
    await search.close();
    release();
  }
}

/** Shows how far shared weights are that are trained before the first question. */
function showTraining(): (event: SearchEvent) => void {
  const terminal = stderrTerminal(false);
  const line = progressLine(terminal);
  return (event) => {
    if (event.type !== "weights.trained") return;
    const { seed, epoch, epochs } = event;
    line.show(() => `seed ${seed}: ${epochInWords(event, epochs)}`, terminal.interactive && epoch === epochs);
  };
}

/** Says that the search is over, and how it has ended. */
export function tellEnd({ store, digest, seed, plan }: OpenedRun, out: string): void {
  const [run] = store.results(digest, { first: seed, count: 1 });
  const { best, queries } = run!.result;
  say(
    `The search of seed ${seed} is over: ${best.score} after ${queries} queries, by ${best.architecture}\n  See it with: evoke report ${out}/${plan.name}`,
  );
}

export function say(line: string): void {
  tell(`${line}\n`);
}

function seedOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw optionInvalid("--seed", text, "a whole number from 0");
  return Number(text);
}
