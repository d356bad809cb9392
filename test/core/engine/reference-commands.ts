/**
 * The commands of the engine again, one call of a kernel after the other: the reference for assembly/tape.ts, and the way in
 * which kernels in JavaScript do them.
 *
 * @module
 */
import * as command from "../../../core/engine/commands.ts";
import type { Kernels } from "../../../core/engine/kernels.ts";
import { padded } from "../../../core/engine/tensor.ts";

type Commands = Pick<Kernels, "forward" | "backward" | "open" | "takeDue" | "takeAllDue" | "adamOfAll">;
export type SingleKernels = Omit<Kernels, keyof Commands>;

/** An operand with a gradient: where it lies, and its parameter or 0. */
interface Operand {
  readonly at: number;
  readonly parameter: number;
}

/** @param kernels  what does each of them */
export function referenceCommands(kernels: SingleKernels): Commands {
  const int = (slot: number) => kernels.integers[slot]!;
  const put = (slot: number, value: number) => void (kernels.integers[slot] = value);

  // ------------------------------------------------------------------------ parameters: see RECORD of commands.ts

  const { DUE_X, DUE_DY, LISTED_FIRST, LISTED_LAST, LISTED_ROWS } = command;
  const all = (first: number) => {
    const found: number[] = [];
    for (let p = first; p !== 0; p = int(p + command.NEXT)) found.push(p);
    return found;
  };
  const parameterOf = (p: number) => ({
    ...{ at: int(p + command.AT), block: int(p + command.BLOCK), k: int(p + command.ROWS), m: int(p + command.COLS) },
  });

  function takeDue(p: number): void {
    const n = int(p + command.DUE_ROWS);
    if (n === 0) return;
    const { at, block, k, m } = parameterOf(p);
    kernels.linearWeightGradient(at + block, int(p + DUE_X), int(p + DUE_DY), n, k, m, int(p + command.USED) !== 0);
    put(p + command.USED, 1);
    put(p + command.DUE_ROWS, 0);
  }
  function open(p: number): void {
    takeDue(p);
    const { at, block } = parameterOf(p);
    if (int(p + command.USED) === 0) kernels.zero(at + block, block);
    put(p + command.USED, 1);
  }
  function due(p: number, n: number, x: number, dy: number): void {
    const before = int(p + command.DUE_ROWS);
    if (before > 0 && (int(p + command.USED) !== 0 || !kernels.areZero(int(p + DUE_DY), before * parameterOf(p).m))) takeDue(p);
    for (const [i, value] of [n, x, dy].entries()) put(p + command.DUE_ROWS + i, value);
  }
  function enlist(p: number, entry: number, dy: number, dx: number): void {
    for (const [i, value] of [0, int(entry + 1), int(entry + 2), dy, dx].entries()) put(entry + i, value);
    put(int(p + LISTED_FIRST) === 0 ? p + LISTED_FIRST : int(p + LISTED_LAST), entry);
    put(p + LISTED_LAST, entry);
    put(p + LISTED_ROWS, int(p + LISTED_ROWS) + int(entry + 1));
  }
  /** @returns where the scratch memory is free */
  function takeListed(p: number, scratch: number): number {
    const { at, k, m } = parameterOf(p);
    const rows: [x: number, dy: number, dx: number][] = [];
    for (let entry = int(p + LISTED_FIRST); entry !== 0; entry = int(entry))
      for (let r = 0; r < int(entry + 1); r++) rows.push([int(entry + 2) + r * k, int(entry + 3) + r * m, int(entry + 4)]);
    for (const slot of [LISTED_FIRST, LISTED_LAST, LISTED_ROWS]) put(p + slot, 0);
    const n = rows.length;
    for (const [r, row] of rows.entries()) for (const [i, slot] of row.entries()) put(scratch + i * n + r, slot);
    const x = scratch + padded(3 * n);
    kernels.stackRows(scratch, n, at, k, m, x);
    due(p, n, x, x + n * k);
    return x + padded(n * (2 * k + m));
  }

  // ------------------------------------------------------------------------ operations

  const operand = (slot: number): Operand => ({ at: int(slot), parameter: int(slot + 1) });
  const listOf = <V>(count: number, from: number, size: number, read: (slot: number) => V) =>
    Array.from({ length: count }, (_, i) => read(from + i * size));

  function read(c: number) {
    const o = c + command.HEAD;
    const [a, b, d, e] = [int(o), int(o + 1), int(o + 2), int(o + 3)];
    const products = () =>
      listOf(int(o + 5), o + 6, command.PRODUCT, (p) => ({
        x: operand(p),
        w: operand(p + 2),
        k: int(p + 4),
        how: int(p + 5),
        rectified: int(p + 6),
        entry: p + 7,
      }));
    const terms = () =>
      listOf(e, o + 4, command.TERM, (t) => ({
        ...{ from: operand(t), index: int(t + 2), count: int(t + 3), begins: int(t + 4), scale: kernels.floats[t + 5]! },
      }));
    return { o, a, b, d, e, products, terms };
  }
  const mapped = { [command.RELU]: "relu", [command.TANH]: "tanh", [command.SIGMOID]: "sigmoid" } as const;

  function forward(first: number, u: number): number {
    let choice = 0;
    for (let c = first; c !== 0; c = int(c + command.AFTER)) {
      const { o, a, b, d, e, products, terms } = read(c);
      const operation = int(c);
      if (operation === command.LINEAR) {
        let [start, step] = [e, 0];
        for (const { x, w, k } of products()) {
          kernels.linear(d, x.at, w.at, start, step, a, k, b);
          [start, step] = [d, b];
        }
      } else if (operation === command.RELU || operation === command.TANH || operation === command.SIGMOID) {
        kernels[mapped[operation]](a, b, e);
      } else if (operation === command.MULTIPLY) {
        kernels.multiply(a, b, e, int(o + 5), false);
      } else if (operation === command.GATHER) {
        for (const [t, { from, index, count, begins, scale }] of terms().entries()) {
          if (begins === 0) kernels.gather(d, from.at, index, scale, a, count, b, t > 0);
          else
            for (let r = 0; r < a; r++) {
              const many = int(begins + r + 1) - int(begins + r);
              if (many > 0) kernels.gather(d + r * b, from.at, index + int(begins + r), scale, 1, many, b, t > 0);
              else if (t === 0) kernels.zero(d + r * b, b);
            }
        }
      } else if (operation === command.GROUP_MEAN) {
        kernels.groupMean(e, int(o + 4), int(o + 6), int(o + 7), a, b, d);
      } else if (operation === command.LSTM) {
        const [x, h, state, wx, wh, bx, bh] = listOf(7, o + 3, 2, int) as [number, number, number, number, number, number, number];
        kernels.lstm(d, x, h, state, wx, wh, bx, bh, a, b);
      } else if (operation === command.CHOOSE || operation === command.LOSS) {
        choice = kernels.choose(e, b, a, kernels.floats[o + 5]!, u, int(o + 4));
        put(o + 4, choice);
      }
    }
    return choice;
  }

  function backward(last: number, shift: number, dLogp: number, dEntropy: number, parameters: number, scratch: number): void {
    const opened = ({ at, parameter }: Operand) => {
      if (parameter === 0) return at + shift;
      open(parameter);
      return at + parameterOf(parameter).block;
    };
    for (let c = last; c !== 0; c = int(c + command.BEFORE)) {
      const { o, a, b, d, e, products, terms } = read(c);
      const operation = int(c);
      if (operation === command.LINEAR) {
        if (e !== 0) kernels.addRows(opened(operand(o + 3)), d + shift, a, b);
        for (const { x, w, k, how, rectified, entry } of products()) {
          kernels.linearInputGradient(opened(x), d + shift, w.at, a, k, b, rectified ? x.at : 0);
          if (how === command.LISTED) enlist(w.parameter, entry, d + shift, 0);
          else if (how === command.DUE) due(w.parameter, a, x.at, d + shift);
          else kernels.linearWeightGradient(opened(w), x.at, d + shift, a, k, b, true);
        }
      } else if (operation === command.RELU || operation === command.TANH || operation === command.SIGMOID) {
        kernels[`${mapped[operation]}Gradient`](opened(operand(o + 1)), a + shift, a, e);
      } else if (operation === command.MULTIPLY) {
        const size = int(o + 5);
        kernels.multiply(opened(operand(o + 1)), a + shift, e, size, true);
        kernels.multiply(opened(operand(o + 3)), a + shift, b, size, true);
      } else if (operation === command.GATHER) {
        for (const { from, index, count, begins, scale } of terms()) {
          const to = opened(from);
          if (begins === 0) kernels.scatter(to, d + shift, index, scale, a, count, b);
          else
            for (let r = 0; r < a; r++) {
              const begin = int(begins + r);
              kernels.scatter(to, d + shift + r * b, index + begin, scale, 1, int(begins + r + 1) - begin, b);
            }
        }
      } else if (operation === command.GROUP_MEAN) {
        kernels.groupMeanGradient(opened(operand(o + 4)), e + shift, int(o + 6), int(o + 7), a, d);
      } else if (operation === command.LSTM) {
        const [x, h, state, wx, wh, bx, bh] = listOf(7, o + 3, 2, operand) as [
          Operand,
          Operand,
          Operand,
          Operand,
          Operand,
          Operand,
          Operand,
        ];
        const later = x.parameter !== 0;
        const gates = d + shift + 2 * b;
        const [dx, dh, dc] = [opened(x), h.at && opened(h), h.at && opened(state)];
        kernels.lstmGradient(d, d + shift, state.at, dc, later ? 0 : dx, dh, wx.at, wh.at, opened(bx), opened(bh), a, b);
        enlist(wx.parameter, o + 17, gates, later ? dx : 0);
        if (h.at) enlist(wh.parameter, o + 17 + command.ENTRY, gates, 0);
      } else if (operation === command.CHOOSE || operation === command.LOSS) {
        const [logp, entropy] = operation === command.CHOOSE ? [dLogp, dEntropy] : [-1, 0];
        kernels.chooseGradient(opened(operand(o + 1)), e, a, int(o + 4), kernels.floats[o + 5]!, logp, entropy);
      } else {
        kernels.gather(opened(operand(o + 1)), e, 0, 1, 1, 1, a, true);
      }
    }
    let free = scratch;
    for (const p of all(parameters)) if (int(p + LISTED_FIRST) !== 0) free = takeListed(p, free);
  }

  return {
    forward,
    backward,
    open,
    takeDue,
    takeAllDue: (first) => all(first).forEach(takeDue),
    adamOfAll(first, weightDecay, beta1, beta2) {
      for (const p of all(first)) {
        const [n, used] = [int(p + command.DUE_ROWS), int(p + command.USED)];
        const { at, block, k, m } = parameterOf(p);
        const [rate, epsilon] = [kernels.floats[p + command.RATE]!, kernels.floats[p + command.EPSILON]!];
        if (n > 0 && m % 8 === 0 && (k % 2 === 0 || n % 4 !== 0)) {
          kernels.adamOfProduct(at, block, int(p + DUE_X), int(p + DUE_DY), n, k, m, used !== 0, rate, weightDecay, beta1, beta2, epsilon);
          put(p + command.DUE_ROWS, 0);
        } else if (n > 0 || used !== 0) {
          takeDue(p);
          kernels.adam(at, block, padded(k * m), rate, weightDecay, beta1, beta2, epsilon);
        }
        put(p + command.USED, 0);
      }
    },
  };
}
