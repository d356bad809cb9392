/**
 * `evoke ask`: the next evaluation of a search, for a script that does it and tells what came of it with `evoke tell`.
 *
 * @module
 */
import process from "node:process";
import { optionInvalid } from "../../../../core/errors/index.ts";
import type { AskedDocument } from "../../../host/ask/asked.ts";
import type { OpenedRun } from "../../../host/ask/open.ts";
import type { ToldSearch, Waiting } from "../../../host/ask/told-search.ts";
import { type AskingOptions, say, tellEnd, withRun, withSearch } from "../../asking.ts";
import { print } from "../../streams.ts";

/** Exit statuses: nothing can be asked for now, and nothing ever again. */
const [NOTHING_NOW, OVER] = [3, 4];
const POLL_MILLISECONDS = 250;

export interface AskOptions extends AskingOptions {
  readonly again?: boolean;
  /** Seconds, or true for any time. */
  readonly wait?: string | true;
}

export async function askCommand(file: string, { again = false, wait, ...options }: AskOptions): Promise<void> {
  const patience = patienceOf(wait);
  await withRun(file, options, async (run) => {
    const { store, digest, seed } = run;
    const began = performance.now();
    for (let waits = false; ; ) {
      const state = store.asked.state(digest, seed);
      const asked = await withSearch(run, options.out, (search) => handOut(run, search, again));
      if (asked === "over") {
        tellEnd(run, options.out);
        process.exitCode = OVER;
        return;
      }
      if ("query" in asked) {
        print(`${JSON.stringify(asked)}\n`);
        return;
      }
      if (!waits) say(again ? "Nothing is asked and not told." : allAsked(asked.waiting));
      waits = true;
      const left = () => began + patience - performance.now();
      while (left() > 0 && store.asked.state(digest, seed) === state)
        await new Promise((resolve) => setTimeout(resolve, Math.min(POLL_MILLISECONDS, Math.max(left(), 0))));
      if (left() > 0) continue;
      process.exitCode = NOTHING_NOW;
      return;
    }
  });
}

/** Hands out an evaluation, and keeps that it was. */
async function handOut(
  { store, digest, seed }: OpenedRun,
  search: ToldSearch,
  again: boolean,
): Promise<AskedDocument | "over" | { readonly waiting: readonly Waiting[] }> {
  if (search.over) {
    search.checkFinished();
    return "over";
  }
  const { waiting } = search;
  const next = again ? longestAsked(waiting) : waiting.find(({ asked }) => asked === undefined);
  if (!next) return { waiting };
  const { signal: _, progress: __, ...document } = await search.take(next.query);
  store.asked.keep(digest, seed, { query: next.query, attempt: next.attempt, asked: Date.now() });
  return document;
}

function longestAsked(waiting: readonly Waiting[]): Waiting | undefined {
  return waiting.filter(({ asked }) => asked !== undefined).sort((a, b) => a.asked! - b.asked!)[0];
}

function allAsked(waiting: readonly Waiting[]): string {
  const queries = waiting.map(({ query }) => query);
  return `All that may be under way has been asked: ${queries.length === 1 ? "query" : "queries"} ${queries.join(", ")}. Tell what came of them to go on.`;
}

/** In milliseconds. */
function patienceOf(wait: AskOptions["wait"]): number {
  if (wait === undefined) return 0;
  if (wait === true) return Number.POSITIVE_INFINITY;
  const seconds = Number(wait);
  if (wait.trim() === "" || !(seconds >= 0)) throw optionInvalid("--wait", wait, "seconds, a number from 0");
  return seconds * 1000;
}
