/**
 * Timing on a machine whose clock and whose other work cannot be relied on: what is to be compared runs
 * in alternation, and medians are taken.
 *
 * @module
 */

/** The middle of repeated measurements, and the quarters around it. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A case that ran in alternation with others. */
export interface Measured extends Spread {
  /** One for each repetition. */
  readonly values: readonly number[];
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/**
 * Measures cases in alternation, each once to warm up and then so many times.
 * @param cases  each does its work once and gives what it took, in any unit
 */
export async function alternate<N extends string>(
  cases: Readonly<Record<N, () => number | Promise<number>>>,
  repetitions: number,
): Promise<Record<N, Measured>> {
  const names = Object.keys(cases) as N[];
  const values: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let repetition = -1; repetition < repetitions; repetition++) {
    for (const name of names) {
      const value = await cases[name]();
      if (repetition >= 0) values[name]!.push(value);
    }
  }
  const measured = (name: N): Measured => ({ ...spreadOf(values[name]!), values: values[name]! });
  return Object.fromEntries(names.map((name) => [name, measured(name)])) as Record<N, Measured>;
}

/** How many times b's a is: the median of the ratios within each repetition, which shared disturbances leave alone. */
export function ratioOf(a: Measured, b: Measured): number {
  return spreadOf(a.values.map((value, i) => value / b.values[i]!)).median;
}

/**
 * A case for `alternate` out of something that is done again and again: as often as fits into a time slice.
 * @returns microseconds for one time
 */
export function repeated(work: () => unknown, milliseconds = 20): () => number {
  let times = 1;
  return () => {
    const began = performance.now();
    for (let i = 0; i < times; i++) work();
    const took = performance.now() - began;
    const each = took / times;
    times = Math.max(1, Math.round(milliseconds / each));
    return each * 1000;
  };
}
