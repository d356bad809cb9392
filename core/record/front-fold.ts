/** The Pareto fronts of a run, as a fold over its events. @module */
import type { Space } from "../plugin/space.ts";
import { countsAsAnswer, type SearchEvent } from "./events.ts";
import { type Cost, type Fronts, paretoFront } from "./pareto.ts";

/** Folds the events of one run, given in their order, into the fronts of all that counts as an answer. */
export class FrontFold {
  readonly #validations = new Map<string, number>();

  next(event: SearchEvent): void {
    if (event.type !== "architecture.evaluated" || !countsAsAnswer(event)) return;
    const { architecture, validation } = event;
    if (!(this.#validations.get(architecture)! >= validation)) this.#validations.set(architecture, validation);
  }

  /** Undefined where the space counts no costs. */
  fronts(space: Space): Fronts | undefined {
    if (!space.cost) return undefined;
    const found = [...this.#validations].map(([architecture, validation]) => ({
      ...{ architecture, validation, costs: space.cost!(space.decode(architecture)) },
    }));
    const against = (cost: Cost) =>
      paretoFront(found.map(({ architecture, validation, costs }) => ({ architecture, cost: costs[cost], validation })));
    return { madds: against("madds"), parameters: against("parameters") };
  }
}
