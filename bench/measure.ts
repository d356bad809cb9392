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

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/**
 * Measures cases in alternation, each once to warm up and then so many times.
 * @param cases  each does its work once and gives what it took, in any unit; or several parts of it
 */
export async function alternate<N extends string>(
  cases: Readonly<Record<N, () => number | Promise<number>>>,
  repetitions: number,
): Promise<Record<N, Spread>> {
  const names = Object.keys(cases) as N[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<N, number[]>;
  for (let repetition = -1; repetition < repetitions; repetition++) {
    for (const name of names) {
      const value = await cases[name]();
      if (repetition >= 0) values[name].push(value);
    }
  }
  return Object.fromEntries(names.map((name) => [name, spreadOf(values[name])])) as Record<N, Spread>;
}

/** Microseconds that the work took, divided by how often it was done. */
export async function microseconds(times: number, work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return ((performance.now() - began) * 1000) / times;
}
