/**
 * The network and its learning step apart from the search: work and the rate reached, the ratio to
 * PyTorch, and curves over K, M, L and H.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { url } from "./built.ts";
import { loneController, loneSearch, PAPER, QUERIES, type Sizes } from "./lone-controller.ts";
import { alternate, ratioOf, repeated } from "./measure.ts";
import { peakLoop } from "./peak.ts";
import { pytorch as pytorchVersion } from "./pytorch.ts";
import { type Part, row } from "./report.ts";
import { manifest } from "./subject.ts";
import { workOf } from "./work.ts";

/** The larger network of the paper, on the MobileNet-like space's K and M. */
const TEN: Sizes = { ...PAPER, count: 10, radius: 3 };

/** Rounds of the multiply-add loop, some milliseconds. */
const ROUNDS = 1_000_000;

const title = ({ count, radius }: Sizes) => `gnn-lstm, K = ${count}, M = ${radius}`;

/** Microseconds a query, of one controller that goes on and on. */
function timed(sizes: Sizes): () => number {
  return repeated(loneController(sizes));
}

export async function work(repetitions: number): Promise<Part> {
  const loop = await peakLoop();
  const times = await alternate({ loop: repeated(() => loop(ROUNDS)), paper: timed(PAPER), ten: timed(TEN) }, 6 * repetitions);
  const peak = loop(ROUNDS) / times.loop.median / 1000;
  const rows = [row("multiply-add loop on registers", "GFLOP/s", peak)];
  for (const [sizes, time] of [
    [PAPER, times.paper],
    [TEN, times.ten],
  ] as const) {
    const { products, adam, others } = workOf(sizes);
    const all = products + adam + others;
    const share = (ratioOf(times.loop, time) * all) / loop(ROUNDS);
    rows.push(
      row(`${title(sizes)}: matrix products`, "MFLOP", products / 1e6),
      row(`${title(sizes)}: Adam`, "MFLOP", adam / 1e6),
      row(`${title(sizes)}: the rest`, "MFLOP", others / 1e6),
      row(`${title(sizes)}: time`, "µs", time),
      row(`${title(sizes)}: rate`, "GFLOP/s", all / time.median / 1000, { ratio: share, to: "the loop" }),
    );
  }
  return { part: "work", title: "Floating-point work of a query, and the rate reached on one core", rows };
}

/** Searches of 160 queries, and the first of a process. */
export async function pytorch(repetitions: number): Promise<Part> {
  const name = "The same network and step in PyTorch (bench/pytorch), one thread, in alternation";
  const rows = [];
  for (const sizes of [PAPER, TEN]) {
    const start = () => pytorchVersion("gnn-lstm.py", { ...sizes });
    const other = await start();
    if ("absent" in other) return { part: "pytorch", title: name, rows: [], skipped: other.absent };
    const { ours, theirs } = await alternate({ ours: loneSearch(sizes), theirs: () => other.run(QUERIES) }, repetitions).finally(
      other.close,
    );
    const anew = async () => {
      const fresh = await start();
      return "absent" in fresh ? Number.NaN : fresh.run(QUERIES).finally(fresh.close);
    };
    const first = await alternate({ ours: coldSteps(sizes), run: coldRun(sizes), theirs: anew }, repetitions);
    const paper = sizes === PAPER;
    rows.push(
      row(`${title(sizes)}: PyTorch ${other.version}`, "µs", theirs),
      row(`${title(sizes)}: Evoke`, "µs", ours, { ratio: ratioOf(theirs, ours), to: "faster", ...(paper && { goal: "25 × faster" }) }),
      row(`${title(sizes)}, first search of a process: PyTorch`, "µs", first.theirs),
      row(`${title(sizes)}, first search of a process: Evoke`, "µs", first.ours, {
        ratio: ratioOf(first.theirs, first.ours),
        to: "faster",
        ...(paper && { goal: "12 × faster" }),
      }),
      row(`${title(sizes)}, first search of a process: Evoke, the whole run`, "µs", first.run, {
        ratio: ratioOf(first.theirs, first.run),
        to: "faster",
      }),
    );
  }
  return { part: "pytorch", title: name, rows };
}

/**
 * A search in a process of its own, where nothing is compiled yet. What it takes to start the process and to load modules and
 * the table is left out, as it is of PyTorch's, which has also done one query.
 */
function cold(script: string): () => number {
  const began = `(await import("${url("app/cli/optimise-later.js")}")).optimiseLater(); // as the command does
    ${script}`;
  return () => {
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", began], { encoding: "utf8" });
    if (!(Number(stdout) > 0)) throw new Error(stderr);
    return Number(stdout);
  };
}

/** The network and its steps alone, as PyTorch's, with the engine that they need. @returns microseconds a query */
const coldSteps = (sizes: Sizes) =>
  cold(`const { loneSearch, QUERIES } = await import("${new URL("lone-controller.ts", import.meta.url).href}");
    const began = performance.now();
    loneSearch(${JSON.stringify(sizes)})();
    console.log(((performance.now() - began) * 1000) / QUERIES);`);

/** A whole run, from composing it to its result, with what goes on around the controller. @returns microseconds a query */
function coldRun({ count, radius }: Sizes): () => number {
  const file = manifest(`cold-${count}`, { controller: "gnn-lstm", subspaces: { count, radius } });
  return cold(`const { openExperiment } = await import("${url("app/host/experiment.js")}");
    const { runToEnd } = await import("${url("core/search/run.js")}");
    const { composition } = await openExperiment({ file: ${JSON.stringify(file)}, changes: [] });
    const began = performance.now();
    const { run } = await composition.run(1);
    const { queries } = await runToEnd(run);
    console.log(((performance.now() - began) * 1000) / queries);`);
}

const CURVES: readonly (readonly [keyof Sizes, string, readonly number[]])[] = [
  ["count", "K", [1, 2, 4, 8, 16, 32]],
  ["radius", "M", [1, 2, 4, 8]],
  ["length", "L", [6, 12, 24, 48]],
  ["hidden", "H", [16, 32, 64, 128, 256]],
];

export async function curves(repetitions: number): Promise<Part[]> {
  const parts: Part[] = [];
  for (const [size, symbol, values] of CURVES) {
    const times = await alternate(
      Object.fromEntries(values.map((value) => [`${value}`, timed({ ...PAPER, [size]: value })])),
      6 * repetitions,
    );
    parts.push({
      part: "curves",
      title: `Cost of a query of gnn-lstm over ${symbol}; the others as in the paper: K = 4, M = 4, L = 6, H = 64`,
      rows: values.map((value) => {
        const { products, adam, others } = workOf({ ...PAPER, [size]: value }, 5);
        const time = times[`${value}`]!;
        return row(`${symbol} = ${value}: ${((products + adam + others) / 1e6).toFixed(2)} MFLOP`, "µs", time, {
          ratio: ratioOf(time, times[`${PAPER[size]}`]!),
          to: `${symbol} = ${PAPER[size]}`,
        });
      }),
    });
  }
  return parts;
}
