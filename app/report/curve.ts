/**
 * Averages of step functions: what each run had reached at a time, over runs.
 *
 * @module
 */

/** A step of a run: from `at` on it has `value`, until the next one. */
export interface Step {
  readonly at: number;
  readonly value: number;
}

/** The runs at one time: their mean, and mean ± 1.96 standard errors, which one run has not. */
export interface CurvePoint {
  readonly at: number;
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
}

/** Half the width of a 95 % interval of a normal mean, in standard errors. */
export const MARGIN = 1.96;

/**
 * The mean of step functions at each time of a grid. Times at which a run has no value yet are left
 * out; a run that is over keeps its last value.
 *
 * @param runs  the steps of each run, by time
 * @param grid  ascending
 */
export function averageSteps(runs: readonly (readonly Step[])[], grid: readonly number[]): CurvePoint[] {
  if (runs.length === 0) return [];
  const next = runs.map(() => 0);
  const points: CurvePoint[] = [];
  for (const at of grid) {
    let n = 0;
    let mean = 0;
    let squares = 0;
    for (const [r, steps] of runs.entries()) {
      while (next[r]! < steps.length && steps[next[r]!]!.at <= at) next[r]!++;
      const value = steps[next[r]! - 1]?.value;
      if (value === undefined) break;
      n++;
      const away = value - mean;
      mean += away / n;
      squares += away * (value - mean);
    }
    if (n < runs.length) continue;
    const margin = MARGIN * Math.sqrt(squares / (n - 1) / n);
    points.push(n > 1 ? { at, mean, low: mean - margin, high: mean + margin } : { at, mean });
  }
  return points;
}

/** Whole numbers from 0 to the first that is not below `charged`; where these are more than `most`, that many, evenly spread. */
export function queryGrid(charged: number, most = 200): number[] {
  const end = Math.ceil(charged); // lower fidelities are charged by their share
  const count = Math.min(end, most);
  return [...new Set(Array.from({ length: count + 1 }, (_, i) => Math.round((i * end) / Math.max(1, count))))];
}

/** Whole numbers from 1 to the first that is not below `charged`, evenly spread on a logarithmic scale, and the milestones. */
export function logarithmicGrid(charged: number, most = 200): number[] {
  const end = Math.max(1, Math.ceil(charged));
  const spread = Array.from({ length: most + 1 }, (_, i) => Math.round(end ** (i / most)));
  return [...new Set([...spread, ...milestones(end)])].sort((a, b) => a - b);
}

/** 10, 20, 50, 100, 200, 500 and so on, as far as they are below the end, and the end. */
export function milestones(end: number): number[] {
  const steps: number[] = [];
  for (let ten = 10; ten < end; ten *= 10) steps.push(...[ten, 2 * ten, 5 * ten].filter((one) => one < end));
  return [...steps, end];
}

/** So many steps from 0 to `end`. */
export function evenGrid(end: number, steps = 200): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => (i * end) / steps);
}
