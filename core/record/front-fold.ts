/** The Pareto fronts of a run, as a fold over its events. @module */
import { type Measured, type Metric, type Objective, oriented } from "../plugin/metric.ts";
import type { Space } from "../plugin/space.ts";
import { countsAsAnswer, type SearchEvent } from "./events.ts";
import { type Front, type FrontPoint, paretoFront } from "./pareto.ts";

/** Two objectives of a run. */
export type ObjectivePair = readonly [Objective, Objective];

/** Folds the events of one run, given in their order, into the fronts of all that counts as an answer. */
export class FrontFold {
  readonly #pairs: readonly ObjectivePair[];
  readonly #metric: Metric;
  /** By architecture, of several measurements the one with the best score. */
  readonly #measured = new Map<string, Omit<Measured, "architecture">>();

  /** @param metric  that the run searches by */
  constructor(pairs: readonly ObjectivePair[], metric: Metric) {
    this.#pairs = pairs;
    this.#metric = metric;
  }

  next(event: SearchEvent): void {
    if (event.type !== "architecture.evaluated" || !countsAsAnswer(event)) return;
    const { architecture, metrics } = event;
    const score = oriented(event.score, this.#metric);
    const known = this.#measured.get(architecture);
    if (!known || score > known.score) this.#measured.set(architecture, { score, metrics });
  }

  /** One for each pair of objectives. */
  fronts(space: Space): Front[] {
    const found = [...this.#measured].map(([text, measured]) => ({ text, measured: { ...measured, architecture: space.decode(text) } }));
    return this.#pairs.map(([first, second]) => {
      const points = found.map(
        ({ text, measured }): FrontPoint => ({
          architecture: text,
          values: [first.value(measured), second.value(measured)],
        }),
      );
      const metrics = [described(first), described(second)] as const;
      return { metrics, points: paretoFront(points, metrics) };
    });
  }
}

function described({ name, unit, goal }: Objective): Front["metrics"][number] {
  return { name, unit, goal };
}
