// The tape of the engine: operations that JavaScript has written down in memory, done one after the other, and the way back
// through them. One call does what would be hundreds; before V8 has compiled what makes these, that is most of a query.
//
// `core/engine/commands.ts` says what lies where. Slots as in kernels.ts.

import {
  adam, adamOfProduct, addRows, areZero, choose, chooseGradient, gather, groupMean, groupMeanGradient, linear, linearInputGradient,
  linearWeightGradient, lstm, lstmGradient, multiply, relu, reluGradient, scatter, sigmoid, sigmoidGradient, stackRows, tanh,
  tanhGradient, zero,
} from "./kernels.ts";
import {
  AFTER, AT, BEFORE, BLOCK, CHOOSE, COLS, DUE, DUE_DY, DUE_ROWS, DUE_X, ENTRY, EPSILON, ERROR, GATHER, GROUP_MEAN, HEAD, LINEAR, LISTED,
  LISTED_FIRST, LISTED_LAST, LISTED_ROWS, LOSS, LSTM, MULTIPLY, NEXT, PRODUCT, RATE, RELU, ROWS, SIGMOID, TANH, TERM, USED,
} from "../commands.ts";

export * from "./kernels.ts";

/** The integer, or the float, in a slot. */
// @ts-ignore: decorator
@inline function int(slot: u32): u32 { return load<u32>((<usize>slot) << 2); }
// @ts-ignore: decorator
@inline function float(slot: u32): f32 { return load<f32>((<usize>slot) << 2); }
// @ts-ignore: decorator
@inline function put(slot: u32, value: u32): void { store<u32>((<usize>slot) << 2, value); }

// ---------------------------------------------------------------------------- parameters

// @ts-ignore: decorator
@inline function gradientOfParameter(p: u32): u32 { return int(p + AT) + int(p + BLOCK); }

/** Adds the product that is due to the gradient of a parameter. */
export function takeDue(p: u32): void {
  const n = int(p + DUE_ROWS);
  if (!n) return;
  linearWeightGradient(gradientOfParameter(p), int(p + DUE_X), int(p + DUE_DY), n, int(p + ROWS), int(p + COLS), int(p + USED) != 0); // the first spares the zeros
  put(p + USED, 1);
  put(p + DUE_ROWS, 0);
}
export function takeAllDue(first: u32): void {
  for (let p = first; p; p = int(p + NEXT)) takeDue(p);
}

/** Makes a gradient ready for adding to it: the first since the last step adds to zeros. */
export function open(p: u32): void {
  takeDue(p);
  if (int(p + USED)) return;
  put(p + USED, 1);
  zero(gradientOfParameter(p), int(p + BLOCK));
}

/**
 * x^T dy is a share of the gradient that is due. One before it that is nothing but zeros, as a saturated decision sends back,
 * is forgotten: so the weights may take the shorter way through Adam.
 */
function due(p: u32, n: u32, x: u32, dy: u32): void {
  const before = int(p + DUE_ROWS);
  if (before && (int(p + USED) || !areZero(int(p + DUE_DY), before * int(p + COLS)))) takeDue(p);
  put(p + DUE_ROWS, n); put(p + DUE_X, x); put(p + DUE_DY, dy);
}

/** Puts [next | rows | x | dy | dx] on the list of the products of few rows whose gradients are taken together. */
function enlist(p: u32, entry: u32, dy: u32, dx: u32): void {
  put(entry, 0); put(entry + 3, dy); put(entry + 4, dx);
  if (int(p + LISTED_FIRST)) put(int(p + LISTED_LAST), entry); else put(p + LISTED_FIRST, entry);
  put(p + LISTED_LAST, entry);
  put(p + LISTED_ROWS, int(p + LISTED_ROWS) + int(entry + 1));
}

/** The gradients of all that is listed, rows stacked: dX = dY W^T, and dW = X^T dY is due. Returns where the scratch memory is free. */
function takeListed(p: u32, scratch: u32): u32 {
  const n = int(p + LISTED_ROWS), k = int(p + ROWS), m = int(p + COLS);
  let r: u32 = 0;
  for (let entry = int(p + LISTED_FIRST); entry; entry = int(entry)) {
    const rows = int(entry + 1), dx = int(entry + 4);
    for (let i: u32 = 0; i < rows; i++, r++) {
      put(scratch + r, int(entry + 2) + i * k);
      put(scratch + n + r, int(entry + 3) + i * m);
      put(scratch + 2 * n + r, dx);
    }
  }
  put(p + LISTED_FIRST, 0); put(p + LISTED_LAST, 0); put(p + LISTED_ROWS, 0);
  const x = scratch + ((3 * n + 3) & ~3);
  stackRows(scratch, n, int(p + AT), k, m, x);
  due(p, n, x, x + n * k);
  return x + ((n * (2 * k + m) + 3) & ~3);
}

/** One step of Adam on each parameter that has a gradient. The last product that is due is taken while the weights move. */
export function adamOfAll(first: u32, weightDecay: f32, beta1: f32, beta2: f32): void {
  for (let p = first; p; p = int(p + NEXT)) {
    const n = int(p + DUE_ROWS), at = int(p + AT), block = int(p + BLOCK), k = int(p + ROWS), m = int(p + COLS);
    if (!n && !int(p + USED)) continue;
    if (n && m % 8 == 0 && (k % 2 == 0 || n % 4 != 0)) {
      adamOfProduct(at, block, int(p + DUE_X), int(p + DUE_DY), n, k, m, int(p + USED) != 0, float(p + RATE), weightDecay, beta1, beta2, float(p + EPSILON));
      put(p + DUE_ROWS, 0);
    } else {
      takeDue(p);
      adam(at, block, (k * m + 3) & ~3, float(p + RATE), weightDecay, beta1, beta2, float(p + EPSILON));
    }
    put(p + USED, 0);
  }
}

// ---------------------------------------------------------------------------- forward

export function forward(first: u32, u: f64): i32 {
  let choice: i32 = 0;
  for (let c = first; c; c = int(c + AFTER)) {
    const o = c + HEAD;
    switch (int(c)) {
      case LINEAR: {
        const n = int(o), m = int(o + 1), y = int(o + 2), products = int(o + 5);
        let start = int(o + 3), step: u32 = 0;
        for (let i: u32 = 0, p = o + 6; i < products; i++, p += PRODUCT) {
          linear(y, int(p), int(p + 2), start, step, n, int(p + 4), m);
          start = y;
          step = m;
        }
        break;
      }
      case RELU: relu(int(o), int(o + 1), int(o + 3)); break;
      case TANH: tanh(int(o), int(o + 1), int(o + 3)); break;
      case SIGMOID: sigmoid(int(o), int(o + 1), int(o + 3)); break;
      case MULTIPLY: multiply(int(o), int(o + 1), int(o + 3), int(o + 5), false); break;
      case GATHER: {
        const n = int(o), m = int(o + 1), y = int(o + 2), terms = int(o + 3);
        for (let i: u32 = 0, t = o + 4; i < terms; i++, t += TERM) {
          const from = int(t), index = int(t + 2), begins = int(t + 4), scale = float(t + 5);
          if (!begins) gather(y, from, index, scale, n, int(t + 3), m, i > 0);
          else for (let r: u32 = 0; r < n; r++) {
            const begin = int(begins + r), count = int(begins + r + 1) - begin;
            if (count) gather(y + r * m, from, index + begin, scale, 1, count, m, i > 0);
            else if (!i) zero(y + r * m, m);
          }
        }
        break;
      }
      case GROUP_MEAN: groupMean(int(o + 3), int(o + 4), int(o + 6), int(o + 7), int(o), int(o + 1), int(o + 2)); break;
      case LSTM:
        lstm(int(o + 2), int(o + 3), int(o + 5), int(o + 7), int(o + 9), int(o + 11), int(o + 13), int(o + 15), int(o), int(o + 1));
        break;
      case CHOOSE: case LOSS: {
        choice = choose(int(o + 3), int(o + 1), int(o), float(o + 5), u, <i32>int(o + 4));
        put(o + 4, choice);
        break;
      }
    }
  }
  return choice;
}

// ---------------------------------------------------------------------------- backward

/** Where the gradient of an operand [where it lies | its parameter, or 0] is, for adding to it. */
function opened(operand: u32, shift: u32): u32 {
  const at = int(operand), p = int(operand + 1);
  if (!p) return at + shift;
  open(p);
  return at + int(p + BLOCK);
}

export function backward(last: u32, shift: u32, dLogp: f32, dEntropy: f32, parameters: u32, scratch: u32): void {
  for (let c = last; c; c = int(c + BEFORE)) {
    const o = c + HEAD;
    switch (int(c)) {
      case LINEAR: {
        const n = int(o), m = int(o + 1), dy = int(o + 2) + shift, products = int(o + 5);
        if (int(o + 3)) addRows(opened(o + 3, shift), dy, n, m);
        for (let i: u32 = 0, p = o + 6; i < products; i++, p += PRODUCT) {
          const x = int(p), w = int(p + 3), k = int(p + 4), how = int(p + 5);
          linearInputGradient(opened(p, shift), dy, int(p + 2), n, k, m, int(p + 6) ? x : 0);
          if (how == LISTED) enlist(w, p + 7, dy, 0);
          else if (how == DUE) due(w, n, x, dy);
          else linearWeightGradient(opened(p + 2, shift), x, dy, n, k, m, true);
        }
        break;
      }
      case RELU: reluGradient(opened(o + 1, shift), int(o) + shift, int(o), int(o + 3)); break;
      case TANH: tanhGradient(opened(o + 1, shift), int(o) + shift, int(o), int(o + 3)); break;
      case SIGMOID: sigmoidGradient(opened(o + 1, shift), int(o) + shift, int(o), int(o + 3)); break;
      case MULTIPLY: {
        const dy = int(o) + shift, size = int(o + 5);
        multiply(opened(o + 1, shift), dy, int(o + 3), size, true);
        multiply(opened(o + 3, shift), dy, int(o + 1), size, true);
        break;
      }
      case GATHER: {
        const n = int(o), m = int(o + 1), dy = int(o + 2) + shift, terms = int(o + 3);
        for (let i: u32 = 0, t = o + 4; i < terms; i++, t += TERM) {
          const to = opened(t, shift), index = int(t + 2), begins = int(t + 4), scale = float(t + 5);
          if (!begins) scatter(to, dy, index, scale, n, int(t + 3), m);
          else for (let r: u32 = 0; r < n; r++) {
            const begin = int(begins + r);
            scatter(to, dy + r * m, index + begin, scale, 1, int(begins + r + 1) - begin, m);
          }
        }
        break;
      }
      case GROUP_MEAN: groupMeanGradient(opened(o + 4, shift), int(o + 3) + shift, int(o + 6), int(o + 7), int(o), int(o + 2)); break;
      case LSTM: {
        // A parameter's gradient has no reader on the tape, so it can wait for the products of all steps.
        const k = int(o), m = int(o + 1), out = int(o + 2), later = int(o + 4), h = int(o + 5), dout = out + shift, gates = dout + 2 * m;
        const dx = opened(o + 3, shift), dh = h ? opened(o + 5, shift) : 0, dc = h ? opened(o + 7, shift) : 0;
        const dInputBias = opened(o + 13, shift), dRecurrentBias = opened(o + 15, shift);
        lstmGradient(out, dout, int(o + 7), dc, later ? 0 : dx, dh, int(o + 9), int(o + 11), dInputBias, dRecurrentBias, k, m);
        enlist(int(o + 10), o + 17, gates, later ? dx : 0);
        if (h) enlist(int(o + 12), o + 17 + ENTRY, gates, 0);
        break;
      }
      case CHOOSE: chooseGradient(opened(o + 1, shift), int(o + 3), int(o), <i32>int(o + 4), float(o + 5), dLogp, dEntropy); break;
      case LOSS: chooseGradient(opened(o + 1, shift), int(o + 3), int(o), <i32>int(o + 4), float(o + 5), -1, 0); break;
      case ERROR: gather(opened(o + 1, shift), int(o + 3), 0, 1, 1, 1, int(o), true); break;
    }
  }
  for (let p = parameters; p; p = int(p + NEXT)) if (int(p + LISTED_FIRST)) scratch = takeListed(p, scratch);
}
