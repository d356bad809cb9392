/**
 * What each kind of plugin creates: every member that its contract has, and what it must be. Code outside this package
 * is not type-checked.
 *
 * @module
 */
import { EVENT_TYPES } from "../../record/events.ts";
import { firstChoice } from "../../space/choices.ts";
import type { Evaluator } from "../evaluator.ts";
import type { FurtherMetric } from "../metric.ts";
import type { Kind, Kinds } from "../plugin.ts";
import type { Paths, ShrinkingPhase, Space } from "../space.ts";
import { found } from "./found.ts";
import { count, goal, index, list, method, must, object, optional, problemIn, type Rules, text, truth } from "./members.ts";
import { metricOf } from "./metric.ts";

const FURTHER = { name: text, unit: text, goal } as const;

const MEMBERS: { readonly [K in Kind]: Rules<Kinds[K]> } = {
  space: {
    length: count,
    choices: must("a list of lists of texts, one for each component: its choices", isChoices),
    operations: optional(must("a list of texts, the choices of every component", isTexts)),
    components: optional(must("a list of texts, one for each component", isTexts)),
    conditions: optional(must("a list with undefined, or an earlier component and choices of it, for each component", Array.isArray)),
    size: must("a bigint from 1n", (value) => typeof value === "bigint" && value >= 1n),
    nodes: optional(list(list(index))),
    sample: method,
    contains: method,
    modify: method,
    neighbours: method,
    encode: method,
    decode: method,
    functionKey: method,
    cost: optional(method),
    costs: optional(list(object<FurtherMetric>(FURTHER))),
    network: optional(method),
    open: optional(method),
    envelope: optional(list(list(index))),
    shrinking: optional(list(object<ShrinkingPhase>({ name: text, narrows: optional(truth), sample: method }))),
    drawing: optional(method),
    blocks: optional(method),
    features: optional(method),
    paths: optional(object<Paths>({ count, most: count, of: method })),
  },
  distance: { between: method },
  controller: {
    concurrency: optional(count),
    rounds: optional(truth),
    prepare: optional(method),
    propose: method,
    observe: method,
    answer: optional(method),
  },
  middleware: { around: method },
  reward: { shape: method, value: optional(method) },
  acceptance: { accepts: method, feasible: optional(method), admits: optional(method) },
  initial: { centres: method, another: optional(method) },
  evaluator: {
    metric: metricOf("validation"),
    metrics: optional(list(object<FurtherMetric>(FURTHER))),
    fidelities: optional(must("a list of ascending numbers of epochs", isAscending)),
    concurrency: optional(count),
    places: optional(must("a whole number from 1, or Infinity", isPlaces)),
    prepare: optional(method),
    evaluate: method,
    freeTests: optional(truth),
    trained: optional(method),
    test: optional(method),
    dispose: optional(method),
  },
  observer: {
    essential: optional(truth),
    types: optional(must(`a list of types of events, of ${EVENT_TYPES.join(", ")}`, isEventTypes)),
    next: method,
    finish: optional(method),
  },
};

/** What is wrong with an instance, as far as can be seen before it is used. */
export function problemOf<K extends Kind>(kind: K, instance: unknown): string | undefined {
  if (typeof instance !== "object" || instance === null) return `it must be an object; found ${found(instance)}`;
  const problem = problemIn(instance, MEMBERS[kind] as Rules<object>);
  if (problem !== undefined) return problem;
  if (kind === "space") return problemOfChoices(instance as Space);
  if (kind !== "evaluator") return undefined;
  const { fidelities, metric } = instance as Evaluator;
  const last = fidelities?.at(-1);
  if (last === undefined || last === metric.epochs) return undefined;
  return `the last of its "fidelities" must be the epochs of its metric, ${metric.epochs}; found ${last}`;
}

/** Whether the lists of components fit each other. */
function problemOfChoices({ length, choices, operations, components, conditions }: Space): string | undefined {
  for (const [name, list] of Object.entries({ choices, components, conditions }))
    if (list && list.length !== length)
      return `its "${name}" must have an entry for each of its ${length} components; found ${list.length}`;
  if (operations && !choices.every((own) => own === operations || own.join("\0") === operations.join("\0")))
    return 'its "operations" must be left out where components have other "choices"';
  for (const [component, condition] of (conditions ?? []).entries()) {
    if (condition === undefined) continue;
    const { component: other, choices: needed } = condition;
    const problem = `its "conditions[${component}]" must be an earlier component, and a list of choices of it`;
    if (!(Number.isInteger(other) && other >= 0 && other < component && Array.isArray(needed))) return problem;
    const first = firstChoice({ choices, conditions }, other);
    if (!needed.every((choice) => Number.isInteger(choice) && choice >= first && choice < choices[other]!.length)) return problem;
    if (choices[component]!.length < 2) return `its "choices[${component}]" must have one for its absence, the first, and others`;
  }
  return undefined;
}

function isChoices(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isTexts);
}

function isPlaces(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && (value as number) >= 1);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
}

/** Epochs can be 0 where that is all that there is: a table may have what was never trained. */
function isAscending(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || !value.every(Number.isFinite)) return false;
  return value.every((epochs, i) => (i === 0 ? epochs > 0 || (epochs === 0 && value.length === 1) : epochs > value[i - 1]));
}

function isEventTypes(value: unknown): boolean {
  return Array.isArray(value) && value.every((type) => EVENT_TYPES.includes(type));
}
