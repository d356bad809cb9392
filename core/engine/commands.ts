/**
 * How operations are written down in memory, for `Kernels.forward` and `Kernels.backward`, which do them (assembly/tape.ts,
 * which is compiled with what stands here).
 *
 * A command is a list of slots: [operation | the command before | the command after | operands …], 0 where there is none.
 * An operand that has a gradient takes two: [where it lies | the record of its parameter, 0 if it is a value]. An operand
 * that is left out is 0. Numbers are integers, but `scale`, `squash` and `slopes`.
 *
 * @module
 */

/** Where a command says which is before it, and which after. */
export const BEFORE = 1;
export const AFTER = 2;
/** Slots before the operands. */
export const HEAD = 3;

/** [n | m | y | bias, 2 | products | for each of them: x, 2 | w, 2 | k | how, see below | rectified | entry] */
export const LINEAR = 0;
/** [y | x, 2 | size], as the next two. */
export const RELU = 1;
export const TANH = 2;
export const SIGMOID = 3;
/** [y | a, 2 | b, 2 | size] */
export const MULTIPLY = 4;
/** [n | m | y | terms | for each of them: from, 2 | index | count | begins | scale] */
export const GATHER = 5;
/** [n | groups | m | y | x, 2 | group | share] */
export const GROUP_MEAN = 6;
/** [k | m | out | x, 2 | h, 2 | c, 2 | wx, 2 | wh, 2 | bx, 2 | bh, 2 | entry of wx | entry of wh] */
export const LSTM = 7;
/** [m | z, 2 | out | choice, −1 until it is taken | squash], as the next; the one adds to `logp`, the other to `loss`. */
export const CHOOSE = 8;
export const LOSS = 9;
/** [m | x, 2 | slopes: where the gradient of a loss lies] */
export const ERROR = 10;

/** Slots of a product, of a term, and of an entry, which `backward` puts on a list: [next | rows | x | dy | dx]. */
export const PRODUCT = 12;
export const TERM = 6;
export const ENTRY = 5;

/** When the gradient of a weight is taken: at once, by the optimizer, or with those of other products of few rows. */
export const AT_ONCE = 0;
export const DUE = 1;
export const LISTED = 2;

// The record of a parameter, slot by slot.

/** The record of the next parameter, 0 if there is none. */
export const NEXT = 0;
/** Where the parameter lies. */
export const AT = 1;
/** From its values to its gradient, and on to each of the moments. */
export const BLOCK = 2;
export const ROWS = 3;
export const COLS = 4;
/** 1 if it has got a gradient since the last step. */
export const USED = 5;
/** How many rows the product has that is due, 0 if none is; its x, and its dy. */
export const DUE_ROWS = 6;
export const DUE_X = 7;
export const DUE_DY = 8;
/** The first entry on its list and the last, 0 if there is none, and the rows of all of them. */
export const LISTED_FIRST = 9;
export const LISTED_LAST = 10;
export const LISTED_ROWS = 11;
/** Of the next step of Adam, corrected for the number of steps: two floats. */
export const RATE = 12;
export const EPSILON = 13;
/** Slots of a record. */
export const RECORD = 16;
