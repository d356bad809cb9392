/** The Pareto fronts of a run, as a fold over its events. @module */
import type { Space } from "../plugin/space.ts";
import { countsAsAnswer, type SearchEvent } from "./events.ts";
import { type Cost, type Fronts, paretoFront } from "./pareto.ts";

/** Folds the events of one run, given in their order, into the fronts of all that counts as an answer. */
export class FrontFold {
  readonly #scores = new Map<string, number>();

  next(event: SearchEvent): void {
    if (event.type !== "architecture.evaluated" || !countsAsAnswer(event)) return;
    const { architecture, score } = event;
    if (!(this.#scores.get(architecture)! >= score)) this.#scores.set(architecture, score);
  }

  /** Undefined where the space counts no costs. */
  fronts(space: Space): Fronts | undefined {
    if (!space.cost) return undefined;
    const found = [...this.#scores].map(([architecture, score]) => ({
      ...{ architecture, score, costs: space.cost!(space.decode(architecture)) },
    }));
    const against = (cost: Cost) =>
      paretoFront(found.map(({ architecture, score, costs }) => ({ architecture, cost: costs[cost], score })));
    return { madds: against("madds"), parameters: against("parameters") };
  }
}
