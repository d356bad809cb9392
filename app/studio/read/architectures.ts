/**
 * The architectures of a cell with their scores, as numbers of choices: of its evaluations where they are kept, else of
 * what its finished runs have kept.
 *
 * @module
 */
import { setImmediate as turn } from "node:timers/promises";
import type { Space } from "../../../core/plugin/space.ts";
import { scoresOf } from "../../host/store/look/trials.ts";
import type { Coordinates } from "../api.ts";
import type { OpenStore } from "../live/live-store.ts";
import { recordOf } from "./record.ts";
import { decoded, knownSpace } from "./spaces.ts";
import type { RunPlace } from "./trials.ts";

/** Architectures that are read, and finished runs whose trajectories are. */
const [MOST, MOST_RUNS] = [20_000, 1_000];
/** Architectures that are decoded, and runs that are read, in one turn. */
const [PIECE, RUNS_PIECE] = [500, 50];

export interface Measured {
  readonly choices: readonly number[];
  readonly score: number;
  readonly seed: number;
  readonly query?: number;
}

export interface MeasuredArchitectures {
  readonly of: Coordinates["of"];
  /** How many there are in all. */
  readonly total: number;
  readonly measured: readonly Measured[];
  /** Left out of spaces that are not built in. */
  readonly space?: Space;
  readonly why?: string;
}

interface Text {
  readonly architecture: string;
  readonly score: number;
  readonly seed: number;
  readonly query?: number;
}

/** @param place  the run, or with `seed` left out all runs of the cell among the seeds */
export async function architecturesOf(
  place: Omit<RunPlace, "seed"> & {
    readonly seed?: number | undefined;
    readonly seeds: { readonly first: number; readonly count: number };
  },
  store: OpenStore,
): Promise<MeasuredArchitectures> {
  const { cell } = place;
  const space = await knownSpace(cell);
  const { of, total, texts } = await textsOf(place, store);
  if (!space)
    return { of, total, measured: [], why: `The space ${cell.space} is not built in: the studio runs no code that results name.` };
  const measured: Measured[] = [];
  for (const [i, { architecture, ...rest }] of texts.entries()) {
    if (i % PIECE === PIECE - 1) await turn();
    const choices = decoded(space, architecture);
    if (choices) measured.push({ choices, ...rest });
  }
  return { of, total, measured, space, ...(measured.length === 0 && { why: "No architecture with a score is kept yet." }) };
}

async function textsOf(
  { cell, seed, seeds, folder }: Parameters<typeof architecturesOf>[0],
  store: OpenStore,
): Promise<{ readonly of: Coordinates["of"]; readonly total: number; readonly texts: readonly Text[] }> {
  const range = seed === undefined ? seeds : { first: seed, count: 1 };
  const { total, rows } = scoresOf(store.look.database, cell.digest, range, MOST);
  if (total > 0) return { of: "trials", total, texts: rows };
  if (seed !== undefined) {
    const record = await recordOf(folder, cell.digest, seed);
    const texts = (record?.trials ?? []).flatMap(({ architecture, score, query, fidelity }): Text[] =>
      score === undefined || fidelity !== undefined ? [] : [{ architecture, score, seed, query }],
    );
    if (texts.length > 0) return { of: "trials", total: texts.length, texts: texts.slice(0, MOST) };
  }
  const [answers, centres]: [Text[], Text[]] = [[], []];
  let count = 0;
  for (const { result, trajectory } of store.runs.runs(cell.digest, range)) {
    answers.push({ architecture: result.best.architecture, score: result.best.score, seed: result.seed });
    for (const { architecture, score } of trajectory.centres) centres.push({ architecture, score, seed: result.seed });
    if (++count % RUNS_PIECE === 0) await turn();
    if (count >= MOST_RUNS) break;
  }
  return centres.length > 0
    ? { of: "centres", total: centres.length, texts: centres.slice(0, MOST) }
    : { of: "answers", total: store.fold.of(cell.digest).seeds(range).length, texts: answers };
}
