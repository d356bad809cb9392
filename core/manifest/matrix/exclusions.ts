/** Cells of a factorial that are left out. @module */
import { listed, nearest } from "../../errors/index.ts";
import { pointerOf } from "../../json/json-pointer.ts";
import type { Axis } from "./axes.ts";
import { equal } from "./differences.ts";
import type { RawMatrix } from "./raw-matrix.ts";
import type { Step } from "./steps.ts";

export class Exclusions {
  readonly #exclude: RawMatrix["exclude"];
  readonly #used = new Set<number>();
  constructor(exclude: RawMatrix["exclude"]) {
    this.#exclude = exclude;
  }

  /** Whether a cell is left out. */
  has(variant: string, task: string | undefined, combination: readonly Step[]): boolean {
    const matching = this.#exclude.flatMap((one, i) => {
      const there = Object.entries(one.at ?? {}).every(([pointer, value]) =>
        combination.some(({ axis }) => axis?.pointer === pointer && equal(axis.value, value)),
      );
      return there && (one.variant ?? variant) === variant && (one.task ?? task) === task ? [i] : [];
    });
    for (const i of matching) this.#used.add(i);
    return matching.length > 0;
  }

  /** Exclusions of what does not exist. */
  wrong(variants: readonly string[], tasks: readonly string[], axes: readonly Axis[]): string[] {
    const pointers = axes.map(({ pointer }) => pointer);
    const unknown = (kind: "variant" | "task", name: string | undefined, known: readonly string[], i: number) =>
      name === undefined || known.includes(name)
        ? []
        : [`${pointerOf("exclude", i, kind)}: there is no ${kind} "${name}". ${hint(name, known)}`];
    return this.#exclude.flatMap(({ variant, task, at = {} }, i) => [
      ...unknown("variant", variant, variants, i),
      ...unknown("task", task, tasks, i),
      ...Object.entries(at).flatMap(([pointer, value]) => {
        const axis = axes.find((one) => one.pointer === pointer);
        const place = pointerOf("exclude", i, "at", pointer);
        if (!axis) return [`${place}: there is no axis ${pointer}. ${hint(pointer, pointers)}`];
        if (axis.values.some((one) => equal(one, value))) return [];
        return [`${place}: the axis has no value ${JSON.stringify(value)}. ${hint(String(value), axis.values.map(String))}`];
      }),
    ]);
  }

  /** Exclusions that have left nothing out. */
  idle(): string[] {
    return this.#exclude.flatMap((_, i) =>
      this.#used.has(i) ? [] : [`${pointerOf("exclude", i)}: excludes nothing that is not excluded before`],
    );
  }
}

function hint(wanted: string, known: readonly string[]): string {
  const near = nearest(wanted, known);
  if (known.length === 0) return "There are none.";
  return near ? `Did you mean "${near}"?` : `Known: ${listed(known)}.`;
}
