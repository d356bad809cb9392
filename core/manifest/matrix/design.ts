/**
 * Which cells a matrix has: its design, applied to its tasks, its variants and the values of its axes.
 *
 * @module
 */
import { manifestInvalid } from "../../errors/index.ts";
import { keysOf, pointerOf } from "../../json/json-pointer.ts";
import type { Axis } from "./axes.ts";
import { Exclusions } from "./exclusions.ts";
import { NOT_OF_A_CELL, type RawMatrix } from "./raw-matrix.ts";
import { axisSteps, type Step, taskSteps, variantSteps } from "./steps.ts";
import { strayNulls } from "./stray-nulls.ts";

/** A cell before it is made. */
export interface Draft {
  readonly name: string;
  readonly variant: string;
  readonly panel: string;
  readonly task?: string;
  readonly steps: readonly Step[];
}

export interface Drafted {
  readonly drafts: readonly Draft[];
  /** The name of the cell, or in a factorial with variants of the variant, that the others are compared with. */
  readonly baseline: string | undefined;
  readonly problems: readonly string[];
}

/** What a design makes cells of. */
interface Ingredients {
  readonly raw: RawMatrix;
  readonly axes: readonly Axis[];
  readonly tasks: readonly Step[];
  readonly variants: readonly Step[];
  /** Of each axis. */
  readonly values: readonly (readonly Step[])[];
}

/** Cells of a matrix, each of which is read and composed, and changes that make all of them. */
const [MOST_CELLS, MOST_STEPS] = [2000, 200_000];
/** Characters of a value of an axis. */
const MOST_IN_LABEL = 500;

const DESIGNS = { "one-factor": oneFactor, "leave-one-out": leaveOneOut, factorial };

/** @throws EvokeError MANIFEST_INVALID with whatever makes no sense in this design */
export function draftsOf(file: string, raw: RawMatrix, axes: readonly Axis[]): Drafted {
  const misplaced = [...misplacedIn(raw)];
  if (misplaced.length > 0) throw manifestInvalid(file, misplaced);
  const large = [...largeIn(raw)];
  if (large.length > 0) throw manifestInvalid(file, large);
  const [tasks, variants, values] = [taskSteps(raw.tasks), variantSteps(raw.variants), axes.map(axisSteps)];
  const drafted = DESIGNS[raw.design]({ raw, axes, tasks, variants, values });
  if (drafted.problems.length > 0) throw manifestInvalid(file, drafted.problems);
  return drafted;
}

/** More cells than there may be, and values too long to name one. */
function* largeIn({ tasks, variants, axes, design }: RawMatrix): Generator<string> {
  const values = Object.values(axes).map((axis) => axis.length);
  const [inTasks, methods] = [Object.keys(tasks).length, Object.keys(variants).length + 1];
  const sum = values.reduce((sum, count) => sum + count, 0);
  const cells = {
    "one-factor": methods + sum,
    "leave-one-out": methods + values.length,
    factorial: product(values) * methods * (inTasks || 1),
  }[design];
  const steps = { "one-factor": 1, "leave-one-out": cells, factorial: values.length + 2 }[design];
  const fewer = "leave out values or variants, or make several matrices";
  if (cells > MOST_CELLS) yield `/: has ${cells} cells, and a matrix may have at most ${MOST_CELLS}; ${fewer}`;
  else if (cells * steps > MOST_STEPS) yield `/: makes ${cells * steps} changes in its cells, and may make at most ${MOST_STEPS}; ${fewer}`;
  for (const [pointer, axis] of Object.entries(axes))
    for (const [i, value] of axis.entries()) {
      const { length } = JSON.stringify(value);
      if (length > MOST_IN_LABEL)
        yield `${pointerOf("axes", pointer, i)}: a value names its cell, and may have at most ${MOST_IN_LABEL} characters; it has ${length}. Make a variant of it, which has a name`;
    }
}

function product(counts: readonly number[]): number {
  return counts.reduce((product, count) => product * count, 1);
}

/** Pointers that are none, changes of what a cell does not have, and what the design has no use for. */
function* misplacedIn({ tasks, variants, axes, design, exclude, family }: RawMatrix): Generator<string> {
  const why = "belongs to the matrix or changes no result, so that a cell cannot have its own";
  const patches = [
    ...Object.entries(variants).map(([name, patch]) => [pointerOf("variants", name), patch] as const),
    ...Object.entries(tasks).map(([name, { experiment }]) => [pointerOf("tasks", name, "experiment"), experiment] as const),
  ];
  for (const [at, patch] of patches)
    for (const key of Object.keys(patch)) if (NOT_OF_A_CELL.includes(key)) yield `${at}${pointerOf(key)}: /${key} ${why}`;
  for (const [at, patch] of patches) yield* strayNulls(patch, at);
  for (const pointer of Object.keys(axes)) {
    const [first] = keysOf(pointer) ?? [];
    if (first === undefined) yield `${pointerOf("axes", pointer)}: is no JSON pointer; write it like /subspaces/count (RFC 6901)`;
    else if (NOT_OF_A_CELL.includes(first)) yield `${pointerOf("axes", pointer)}: ${pointer} ${why}`;
  }
  if (Object.keys(variants).length + Object.keys(axes).length === 0) yield '/: there is nothing to vary; add "variants" or "axes"';
  if (design !== "factorial" && exclude.length > 0)
    yield "/exclude: only a factorial leaves cells out; take the variant or the value away instead";
  const [inTasks, several] = [Object.keys(tasks).length > 0, Object.keys(axes).length + Object.keys(tasks).length > 0];
  if (inTasks && (design !== "factorial" || Object.keys(variants).length === 0))
    yield '/tasks: only a factorial compares variants on tasks; set "design" to "factorial", and have "variants"';
  if (family === "matrix" && (design !== "factorial" || Object.keys(variants).length === 0 || !several))
    yield '/family: only a factorial of variants with axes or tasks has several panels; all others are one family already, so leave "family" out';
}

/** The base; the base with each variant; the base with each value of each axis. */
function oneFactor({ raw: { baseName = "base", baseline = baseName }, variants, values }: Ingredients): Drafted {
  const drafts = [
    { name: baseName, variant: baseName, panel: "", steps: [] },
    ...variants.map((step) => ({ name: step.label, variant: step.label, panel: "", steps: [step] })),
    ...values.flat().map((step) => ({ name: step.label, variant: baseName, panel: "", steps: [step] })),
  ];
  return { drafts, baseline, problems: [] };
}

/** Everything together, then all but one. */
function leaveOneOut({ raw: { baseName, baseline = "full" }, axes, variants, values }: Ingredients): Drafted {
  const problems = axes
    .filter((axis) => axis.values.length !== 1)
    .map(({ pointer }) => `${pointerOf("axes", pointer)}: in leave-one-out an axis has one value, which is there or left out`);
  if (baseName !== undefined) problems.push("/baseName: leave-one-out has no cell of the base");
  const steps = [...variants, ...values.map(([step]) => step!)];
  const drafts = [
    { name: "full", variant: "full", panel: "", steps },
    ...steps.map((left) => {
      const name = `without ${left.label}`;
      return { name, variant: name, panel: "", steps: steps.filter((step) => step !== left) };
    }),
  ];
  return { drafts, baseline, problems };
}

/** The base and each variant, in each task, with every combination of the values; but what is excluded. */
function factorial({ raw, axes, tasks, variants, values }: Ingredients): Drafted {
  const { baseName = "base" } = raw;
  const grid = variants.length === 0; // of axes alone: its cells have no variant to be named by
  const baseline = raw.baseline ?? (grid ? undefined : baseName);
  const methods = [{ name: baseName, steps: [] as Step[] }, ...variants.map((step) => ({ name: step.label, steps: [step] }))];
  const exclusions = new Exclusions(raw.exclude);
  const wrong = exclusions.wrong(
    methods.map(({ name }) => name),
    tasks.map(({ label }) => label),
    axes,
  );
  if (wrong.length > 0) return { drafts: [], baseline, problems: wrong };
  /** Without tasks everything is in one, which changes nothing and has no name. */
  const within: readonly (readonly Step[])[] = tasks.length > 0 ? tasks.map((task) => [task]) : [[]];
  const drafts = within.flatMap((inTask) =>
    combinations(values).flatMap((combination) => {
      const place = [...inTask, ...combination].map(({ label }) => label).join(", ");
      const task = inTask[0]?.label;
      return methods
        .filter(({ name }) => !exclusions.has(name, task, combination))
        .map(({ name: variant, steps }) => ({
          name: grid ? place : [variant, place].filter((part) => part !== "").join(", "),
          variant,
          panel: grid ? "" : place,
          ...(task !== undefined && { task }),
          steps: [...inTask, ...steps, ...combination],
        }));
    }),
  );
  return { drafts, baseline, problems: [...exclusions.idle(), ...(drafts.length === 0 ? ["/exclude: leaves no cell"] : [])] };
}

/** Every way to take one of each list. */
function combinations<T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return lists.reduce<readonly (readonly T[])[]>((all, list) => all.flatMap((one) => list.map((next) => [...one, next])), [[]]);
}
