/**
 * A query of our searches beside one of Python's, of like methods, each in processes of its own: from cold, as many
 * searches as the slower one can do in seconds; and warm, after those. Ours are whole runs with their look-ups; theirs are asking
 * and telling alone. `evoke` has no like there: it stands beside what else goes by a model.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ratioOf, spreadOf } from "../measure.ts";
import { type Part, type Row, row } from "../report.ts";

const PYTHON = process.env.EVOKE_PYTHON ?? "python3";
const QUERIES = 160;
const EVOLUTION = { population_size: 10, sample_size: 3 };

/** What is compared: a built-in controller, a method of a library, and how many searches a process of each does, warm ones included. */
interface Pair {
  readonly controller: string;
  readonly ours: number;
  readonly library: string;
  readonly method: string;
  readonly settings?: object;
  readonly theirs: number;
}
const PAIRS: readonly Pair[] = [
  { controller: "random", ours: 300, library: "optuna", method: "random", theirs: 10 },
  { controller: "random", ours: 300, library: "syne_tune", method: "random", theirs: 20 },
  {
    controller: "regularized-evolution",
    ours: 300,
    library: "syne_tune",
    method: "regularized-evolution",
    settings: EVOLUTION,
    theirs: 20,
  },
  { controller: "evoke", ours: 4, library: "optuna", method: "tpe", theirs: 4 },
  { controller: "evoke", ours: 2, library: "optuna", method: "gp", theirs: 2 },
];

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Runs a process of searches. @returns microseconds a query of each search, or the package that is absent */
function timed(program: string, args: readonly string[]): readonly number[] | { readonly absent: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", env: { ...process.env, OMP_NUM_THREADS: "1" } });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  const told = JSON.parse(stdout) as { readonly seconds: readonly number[] } | { readonly absent: string };
  return "absent" in told ? told : told.seconds.map((seconds) => (seconds * 1e6) / QUERIES);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Of the later half of what a process did. */
const warm = (values: readonly number[]) => spreadOf(values.slice(Math.floor(values.length / 2))).median;
const measured = (values: readonly number[]) => ({ ...spreadOf(values), values });

/** Compares one pair in turn. @returns its rows, or the package that is absent */
function compared(pair: Pair, repetitions: number): Row[] | { readonly absent: string } {
  const { controller, ours, library, method, settings = {}, theirs } = pair;
  const cold = { own: [] as number[], other: [] as number[] };
  const later = { own: [] as number[], other: [] as number[] };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const own = timed(process.execPath, ["--import", "tsx", here("own.ts"), controller, `${ours}`, `${QUERIES}`]) as readonly number[];
    const other = timed(PYTHON, [here("times.py"), library, method, JSON.stringify(settings), `${theirs}`, `${QUERIES}`]);
    if ("absent" in other) return other;
    cold.own.push(mean(own.slice(0, theirs)));
    cold.other.push(mean(other));
    later.own.push(warm(own));
    later.other.push(warm(other));
  }
  const rows = (when: string, { own, other }: typeof cold) => [
    row(`${controller}, ${when}`, "µs", measured(own)),
    row(`${library} ${method}, ${when}`, "µs", measured(other), { ratio: ratioOf(measured(other), measured(own)), to: controller }),
  ];
  return [...rows(`first ${theirs} searches of a process`, cold), ...rows("warm", later)];
}

export function peers(repetitions: number): Part {
  const part = { part: "peers", title: `A query of searches in Python, beside ours (${QUERIES} queries a search)` };
  if (spawnSync(PYTHON, ["-c", ""]).status !== 0) return { ...part, rows: [], skipped: `there is no ${PYTHON}` };
  const rows: Row[] = [];
  for (const pair of PAIRS) {
    const found = compared(pair, repetitions);
    if ("absent" in found) return { ...part, rows: [], skipped: `${PYTHON} has no ${found.absent}, see bench/peers/README.md` };
    rows.push(...found);
  }
  return { ...part, rows };
}
