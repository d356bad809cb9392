/**
 * `evoke tell`: what came of an evaluation that `evoke ask` has given. The run is finished and kept when the last is told.
 *
 * @module
 */
import { optionInvalid, optionMissing, optionUnfit } from "../../../../core/errors/index.ts";
import type { Outcome } from "../../../host/ask/outcome.ts";
import { type AskingOptions, say, tellEnd, withRun, withSearch } from "../../asking.ts";

export interface TellOptions extends AskingOptions {
  readonly score?: string;
  readonly metrics?: string;
  readonly seconds?: string;
  readonly failed?: string;
}

export async function tellCommand(file: string, asked: string, options: TellOptions): Promise<void> {
  const { query, attempt } = evaluationOf(asked);
  const outcome = outcomeOf(options);
  await withRun(file, options, async (run) => {
    const over = await withSearch(run, options.out, async (search) => {
      const late = search.over;
      search.tell(query, outcome, attempt);
      if (late) {
        say(`The search of seed ${run.seed} is over: it does not want the outcome of query ${query} any more.`);
        return false;
      }
      await search.rest();
      if (search.over) search.checkFinished();
      const retried = search.waiting.find((one) => one.query === query);
      if (retried) say(`Query ${query} is to be tried again: evoke ask gives it out as attempt ${retried.attempt}.`);
      return search.over;
    });
    if (over) tellEnd(run, options.out);
  });
}

/** Its number; or the document that `evoke ask` has printed. */
function evaluationOf(text: string): { readonly query: number; readonly attempt?: number } {
  const expected = "the number of a query, or the line that evoke ask has printed";
  if (/^-?\d+$/.test(text)) return { query: Number(text) };
  try {
    const { query, attempt } = JSON.parse(text) as { query?: unknown; attempt?: unknown };
    if (Number.isSafeInteger(query) && Number.isSafeInteger(attempt)) return { query: query as number, attempt: attempt as number };
  } catch {
    // told below
  }
  throw optionInvalid("QUERY", text, expected);
}

function outcomeOf({ score, metrics, seconds, failed }: TellOptions): Outcome {
  if (failed !== undefined) {
    const other = Object.entries({ score, metrics, seconds }).find(([, value]) => value !== undefined);
    if (other) throw optionUnfit(`--${other[0]}`, "what has failed has no outcome but --failed");
    return { failed };
  }
  if (score === undefined) throw optionMissing("tell what came of an evaluation", "nothing is told", "Add --score X, or --failed REASON.");
  return {
    score: numberOf("--score", score),
    ...(seconds !== undefined && { seconds: numberOf("--seconds", seconds) }),
    ...(metrics !== undefined && { metrics: metricsOf(metrics) }),
  };
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw optionInvalid(option, text, "a finite number");
  return value;
}

function metricsOf(text: string): Record<string, number> {
  try {
    const metrics: unknown = JSON.parse(text);
    if (typeof metrics === "object" && metrics !== null) return metrics as Record<string, number>; // its values are looked at by what takes it
  } catch {
    // told below
  }
  throw optionInvalid("--metrics", text, 'finite numbers by name, as JSON, for example {"latency": 3}');
}
