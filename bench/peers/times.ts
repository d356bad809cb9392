/**
 * A query of our searches beside one of Python's, of like methods, each in a process of its own: over its first searches,
 * with its start and without; and of the later ones, warm. Theirs are asking and telling alone; so are ours, and beside
 * them are whole runs of ours with their look-ups. Times are of the processor, all threads together, so that other work on
 * the machine counts little.
 * `evoke` has no like there: it stands beside what else goes by a model.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Measured, ratioOf, spreadOf } from "../measure.ts";
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
  /** How many times as fast ours are to be, asked and told alone from cold. */
  readonly goal?: number;
}
const PAIRS: readonly Pair[] = [
  { controller: "random", ours: 300, library: "optuna", method: "random", theirs: 10, goal: 5 },
  { controller: "random", ours: 300, library: "syne_tune", method: "random", theirs: 20, goal: 5 },
  {
    controller: "regularized-evolution",
    ours: 300,
    library: "syne_tune",
    method: "regularized-evolution",
    settings: EVOLUTION,
    theirs: 20,
    goal: 5,
  },
  { controller: "evoke", ours: 4, library: "optuna", method: "tpe", theirs: 4 },
  { controller: "evoke", ours: 2, library: "optuna", method: "gp", theirs: 2 },
];

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Microseconds a query. */
interface Times {
  /** Over as many searches as theirs do, from the start of the process. */
  readonly whole: number;
  /** Over these searches alone. */
  readonly cold: number;
  /** Of the later half of what a process does. */
  readonly warm: number;
}

/** Runs a process of searches. @param counted  how many of them are the first ones. @returns the package that is absent, or its times */
function timed(program: string, args: readonly string[], counted: number): Times | { readonly absent: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", env: { ...process.env, OMP_NUM_THREADS: "1" } });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  const told = JSON.parse(stdout) as { readonly seconds: readonly number[] } | { readonly absent: string };
  if ("absent" in told) return told;
  const [start, ...ends] = told.seconds.map((seconds) => (seconds * 1e6) / QUERIES);
  const each = ends.map((end, i) => end - (ends[i - 1] ?? start!));
  const upTo = ends[counted - 1]!;
  return { whole: upTo / counted, cold: (upTo - start!) / counted, warm: spreadOf(each.slice(Math.floor(each.length / 2))).median };
}

/** What ours do: asking and telling alone, and whole runs. */
const OURS = ["alone", "runs"] as const;

/** Compares one pair in turn. @returns its rows, or the package that is absent */
function compared(pair: Pair, repetitions: number): Row[] | { readonly absent: string } {
  const { controller, ours, library, method, settings = {}, theirs } = pair;
  const times: Readonly<Record<(typeof OURS)[number] | "theirs", Times>>[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const own = (what: (typeof OURS)[number]) =>
      timed(process.execPath, [here("own.mjs"), what, controller, `${ours}`, `${QUERIES}`], theirs) as Times;
    const [alone, runs] = OURS.map(own) as [Times, Times];
    const other = timed(PYTHON, [here("times.py"), library, method, JSON.stringify(settings), `${theirs}`, `${QUERIES}`], theirs);
    if ("absent" in other) return other;
    times.push({ alone, runs, theirs: other });
  }
  const searches = `${theirs} searches`;
  const rows = (which: keyof Times, when: string) => {
    const measured = (side: keyof (typeof times)[number]): Measured => {
      const values = times.map((all) => all[side][which]);
      return { ...spreadOf(values), values };
    };
    const other = measured("theirs");
    const beside = (side: (typeof OURS)[number], goal?: string) => {
      const own = measured(side);
      const name = side === "alone" ? `${controller}, ${when}` : `${controller}, whole runs, ${when}`;
      return row(name, "µs", own, { ratio: ratioOf(own, other), to: "theirs", ...(goal !== undefined && { goal }) });
    };
    const most = which === "cold" && pair.goal ? `at most ${1 / pair.goal} ×` : undefined;
    return [row(`${library} ${method}, ${when}`, "µs", other), beside("alone", most), beside("runs")];
  };
  return [...rows("whole", `process of ${searches}`), ...rows("cold", `its ${searches}`), ...rows("warm", "warm")];
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
