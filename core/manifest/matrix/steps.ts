/** What makes a cell of the base, one change after another: a task, a variant, or a value of an axis. @module */
import { pointerOf } from "../../json/json-pointer.ts";
import { mergePatch } from "../../json/merge-patch.ts";
import { setAt } from "../changes.ts";
import type { Axis } from "./axes.ts";
import type { RawMatrix } from "./raw-matrix.ts";

/** One change of the base. */
export interface Step {
  /** What made it: a pointer into the matrix manifest. */
  readonly origin: string;
  /** For names: "absolute-reward", "count=8". */
  readonly label: string;
  /** The axis and its value, if it is one of an axis. */
  readonly axis?: { readonly pointer: string; readonly value: unknown };
  apply(manifest: object): object;
}

export function variantSteps(variants: RawMatrix["variants"]): Step[] {
  return Object.entries(variants).map(([name, patch]) => patchStep(name, patch, pointerOf("variants", name)));
}

export function taskSteps(tasks: RawMatrix["tasks"]): Step[] {
  return Object.entries(tasks).map(([name, { experiment }]) => patchStep(name, experiment, pointerOf("tasks", name, "experiment")));
}

function patchStep(label: string, patch: object, origin: string): Step {
  return { origin, label, apply: (manifest) => mergePatch(manifest, patch) as object };
}

export function axisSteps({ pointer, label, values }: Axis): Step[] {
  return values.map((value, i) => ({
    origin: pointerOf("axes", pointer, i),
    label: `${label}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    axis: { pointer, value },
    apply(manifest) {
      const changed = structuredClone(manifest);
      setAt("the base", changed, pointer, structuredClone(value));
      return changed;
    },
  }));
}
