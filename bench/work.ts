/**
 * The floating-point work of a query, counted at the kernels: each call is counted by the formula of its
 * operation from the sizes it is called with.
 *
 * Axes as in core/engine/kernels.ts: n rows, k inputs, m outputs or elements.
 *
 * @module
 */
import type { Kernels } from "../core/engine/kernels.ts";
import { referenceCommands } from "../test/core/engine/reference-commands.ts";
import { built } from "./built.ts";
import { loneController, type Sizes } from "./lone-controller.ts";

/** Floating-point operations; a multiply-add counts as two. */
export interface Work {
  /** Matrix products, forward and backward. */
  products: number;
  /** Steps of Adam. */
  adam: number;
  /** The rest: sums of rows, non-linearities, softmaxes. */
  others: number;
}

const { Engine } = await built<typeof import("../core/engine/engine.ts")>("core/engine/engine.js");
const { wasmKernels } = await built<typeof import("../core/engine/kernels.ts")>("core/engine/kernels.js");

/** Floating-point operations that a tanh or a sigmoid is counted as: a rational function of degree 13 over 6. */
const TRANSCENDENTAL = 24;

/** Kernels that count what they do. */
export function countingKernels(work: Work): Kernels {
  const kernels = wasmKernels();
  type Count<F> = F extends (...args: infer A) => unknown ? (...args: A) => void : never;
  const counts: { readonly [N in keyof Kernels]?: Count<Kernels[N]> } = {
    // y = start + x w: n k m multiply-adds
    linear: (_y, _x, _w, _start, _step, n, k, m) => (work.products += 2 * n * k * m),
    linearInputGradient: (_dx, _dy, _w, n, k, m) => (work.products += 2 * n * k * m),
    linearWeightGradient: (_dw, _x, _dy, n, k, m) => (work.products += 2 * n * k * m),
    // dx_r = dy_r wᵀ for those rows where it is wanted
    stackRows(list, n, _w, k, m) {
      let wanted = 0;
      for (let r = 0; r < n; r++) if (kernels.integers[list + 2 * n + r] !== 0) wanted++;
      work.products += 2 * wanted * k * m;
    },
    // x Wx [k, 4m] and, from the second step on, h Wh [m, 4m]
    lstm(_out, _x, h, _c, _wx, _wh, _bx, _bh, k, m) {
      work.products += 8 * k * m + (h ? 8 * m * m : 0);
      work.others += (5 * TRANSCENDENTAL + 12) * m;
    },
    lstmGradient(_out, _dout, _c, _dc0, dx, dh0, _wx, _wh, _dbx, _dbh, k, m) {
      work.products += (dx ? 8 * k * m : 0) + (dh0 ? 8 * m * m : 0);
      work.others += 30 * m;
    },
    addRows: (_y, _x, n, m) => (work.others += n * m),
    gather: (_y, _x, _index, _scale, n, count, m) => (work.others += 2 * n * count * m),
    scatter: (_dx, _dy, _index, _scale, n, count, m) => (work.others += 2 * n * count * m),
    groupMean: (_y, _x, _group, _share, n, _groups, m) => (work.others += 2 * n * m),
    groupMeanGradient: (_dx, _dy, _group, _share, n, m) => (work.others += 2 * n * m),
    relu: (_y, _x, m) => (work.others += m),
    reluGradient: (_dx, _dy, _y, m) => (work.others += m),
    tanh: (_y, _x, m) => (work.others += TRANSCENDENTAL * m),
    tanhGradient: (_dx, _dy, _y, m) => (work.others += 4 * m),
    multiply: (_y, _a, _b, m) => (work.others += 2 * m),
    choose: (_out, _z, m) => (work.others += 3 * TRANSCENDENTAL * m),
    chooseGradient: (_dz, _out, m) => (work.others += 8 * m),
    // g + λ w, m, v, √v + ε, the quotient, w: 13 operations on each parameter
    adam: (_at, _block, size) => (work.adam += 13 * size),
    adamOfProduct(_at, _block, _x, _dy, n, k, m) {
      work.products += 2 * n * k * m;
      work.adam += 13 * k * m;
    },
  };
  const counting = Object.create(kernels) as Record<string, unknown>;
  for (const [name, count] of Object.entries(counts) as [keyof Kernels, (...args: unknown[]) => void][]) {
    const kernel = kernels[name] as (...args: unknown[]) => unknown;
    counting[name] = (...args: unknown[]) => {
      count(...args);
      return kernel(...args);
    };
  }
  // Growing the memory replaces the views, which therefore are read where they are kept.
  counting.reserve = (slots: number) => kernels.reserve(slots);
  return Object.assign(counting, referenceCommands(counting as unknown as Kernels)) as unknown as Kernels;
}

/** The mean work of a query of `gnn-lstm`. */
export function workOf(sizes: Sizes, queries = 20): Work {
  const work: Work = { products: 0, adam: 0, others: 0 };
  const query = loneController(sizes, new Engine(countingKernels(work)));
  query();
  work.products = work.adam = work.others = 0;
  for (let i = 0; i < queries; i++) query();
  return { products: work.products / queries, adam: work.adam / queries, others: work.others / queries };
}
