/** Answers that a controller names itself, where that of the best score is not the one that it holds for best. @module */
import type { Controller } from "../plugin/controller.ts";
import type { Measurement } from "../plugin/evaluator.ts";
import type { Measured } from "../plugin/metric.ts";
import type { Space } from "../plugin/space.ts";
import type { Bus } from "../record/bus.ts";

/** What may be the answer of a run, and which of it the controller names. */
export class Answers {
  readonly #candidates: Measured[] = [];
  /** As they were measured. */
  readonly #measurements: Measurement[] = [];
  #named: number | undefined;

  add(candidate: Measured, measurement: Measurement): void {
    this.#candidates.push(candidate);
    this.#measurements.push(measurement);
  }

  /** Tells which one the controller names, where it is another than before. @param query  after which it is asked */
  ask({ controller, space, bus }: { controller: Controller; space: Space; bus: Bus }, query: number): void {
    if (this.#candidates.length === 0) return;
    const named = controller.answer!(this.#candidates);
    if (named === this.#named) return;
    this.#named = named;
    const { score, metrics } = this.#measurements[named]!;
    bus.publish("answer.named", () => ({
      query,
      architecture: space.encode(this.#candidates[named]!.architecture),
      score,
      ...(metrics && { metrics }),
    }));
  }
}
