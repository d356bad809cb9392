/**
 * The network and its learning step apart from the search: work and the rate reached, the ratio to
 * PyTorch, and curves over K, M, L and H.
 *
 * @module
 */

import { loneController, PAPER, type Sizes } from "./lone-controller.ts";
import { alternate, microseconds } from "./measure.ts";
import { peakLoop } from "./peak.ts";
import { pytorchQueries } from "./pytorch.ts";
import { type Part, row } from "./report.ts";
import { workOf } from "./work.ts";

/** The larger network of the paper, on the MobileNet-like space's K and M. */
const TEN: Sizes = { ...PAPER, count: 10, radius: 3 };
const QUERIES = 200;

const title = ({ count, radius }: Sizes) => `gnn-lstm, K = ${count}, M = ${radius}`;

/** Microseconds a query, of one controller that goes on and on. */
function timed(sizes: Sizes, queries = QUERIES): () => Promise<number> {
  const query = loneController(sizes);
  return () =>
    microseconds(queries, () => {
      for (let i = 0; i < queries; i++) query();
    });
}

export async function work(repetitions: number): Promise<Part> {
  const loop = await peakLoop();
  const peak = async () => {
    const began = performance.now();
    const operations = loop(2_000_000);
    return operations / (performance.now() - began) / 1e6;
  };
  const times = await alternate({ peak, paper: timed(PAPER), ten: timed(TEN) }, 2 * repetitions);
  const rows = [row("multiply-add loop on registers", "GFLOP/s", times.peak)];
  for (const [sizes, { median }] of [
    [PAPER, times.paper],
    [TEN, times.ten],
  ] as const) {
    const { products, adam, others } = workOf(sizes);
    const rate = (products + adam + others) / median / 1000;
    rows.push(
      row(`${title(sizes)}: matrix products`, "MFLOP", products / 1e6),
      row(`${title(sizes)}: Adam`, "MFLOP", adam / 1e6),
      row(`${title(sizes)}: the rest`, "MFLOP", others / 1e6),
      row(`${title(sizes)}: time`, "µs", median),
      row(`${title(sizes)}: rate`, "GFLOP/s", rate, { ratio: rate / times.peak.median, to: "the loop" }),
    );
  }
  return { part: "work", title: "Floating-point work of a query, and the rate reached on one core", rows };
}

export async function pytorch(repetitions: number): Promise<Part> {
  const name = "The same network and step in PyTorch (bench/pytorch), one thread, in alternation";
  const rows = [];
  for (const sizes of [PAPER, TEN]) {
    const other = await pytorchQueries(sizes);
    if ("absent" in other) return { part: "pytorch", title: name, rows: [], skipped: other.absent };
    try {
      const { ours, theirs } = await alternate({ ours: timed(sizes), theirs: () => other.run(50) }, 2 * repetitions);
      rows.push(
        row(`${title(sizes)}: PyTorch ${other.version}`, "µs", theirs),
        row(`${title(sizes)}: Evoke`, "µs", ours, {
          ratio: theirs.median / ours.median,
          to: "faster",
          ...(sizes === PAPER && { goal: "20 × faster" }),
        }),
      );
    } finally {
      other.close();
    }
  }
  return { part: "pytorch", title: name, rows };
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
      Object.fromEntries(values.map((value) => [`${value}`, timed({ ...PAPER, [size]: value }, 60)])),
      2 * repetitions,
    );
    parts.push({
      part: "curves",
      title: `Cost of a query of gnn-lstm over ${symbol}; the others as in the paper: K = 4, M = 4, L = 6, H = 64`,
      rows: values.map((value) => {
        const { products, adam, others } = workOf({ ...PAPER, [size]: value }, 5);
        const median = times[`${value}`]!;
        return row(`${symbol} = ${value}: ${((products + adam + others) / 1e6).toFixed(2)} MFLOP`, "µs", median, {
          ratio: median.median / times[`${PAPER[size]}`]!.median,
          to: `${symbol} = ${PAPER[size]}`,
        });
      }),
    });
  }
  return parts;
}
