/**
 * Events from outside, from a record or another machine: whether each has what is folded from events of its type.
 *
 * @module
 */
import { problemsOf } from "../json/schema.ts";
import type { EventType, SearchEvent } from "./events.ts";

const text = { type: "string" } as const;
const number = { type: "number" } as const;
const whole = { type: "integer" } as const;
const from0 = { type: "integer", minimum: 0, maximum: 2 ** 48 } as const;
/** More subspaces than any manifest may have. */
const subspace = { type: "integer", minimum: 0, maximum: 100_000 } as const;
const charged = { type: "object", required: ["queries", "seconds"], properties: { queries: number, seconds: number } } as const;
const numbers = { type: "object", additionalProperties: number } as const;
const metric = {
  type: "object",
  required: ["name", "dataset", "split", "epochs", "trainedOn", "unit"],
  properties: {
    ...{ name: text, dataset: text, trainedOn: text, unit: text, epochs: from0, scheduled: from0 },
    split: { enum: ["validation", "test"] },
    goal: { enum: ["maximise", "minimise"] },
  },
} as const;
/** Of Pareto fronts: see pareto.ts. */
const fronts = {
  type: "array",
  items: {
    type: "object",
    properties: {
      points: {
        type: "array",
        items: { type: "object", properties: { architecture: text, values: { type: "array", items: number } } },
      },
    },
  },
} as const;
const curve = {
  type: "array",
  items: { type: "object", required: ["epoch", "value"], properties: { epoch: number, value: number } },
} as const;

/** By type, the members that are needed, and those that may be left out. */
const MEMBERS: Readonly<Record<EventType, readonly [needed: object, further?: object]>> = {
  "run.started": [{ metric }, { answer: { const: "named" } }],
  "weights.trained": [{ loss: number, entropy: number, architecture: text, parameterFree: number }, { curvature: number }],
  "weights.ranked": [{ architectures: { type: "array", items: text }, accuracies: { type: "array", items: number } }],
  "search.prepared": [{ charged }],
  "subspace.evoked": [{ subspace, architecture: text, score: number }],
  "architecture.proposed": [
    { query: whole, architecture: text },
    { subspace, distance: number, fidelity: from0 },
  ],
  "architecture.evaluated": [
    { query: whole, architecture: text, score: number, charged },
    { fidelity: from0, stopped: from0, feasible: { type: "boolean" }, metrics: numbers, curve },
  ],
  "evaluation.failed": [
    { query: whole, architecture: text, attempt: from0, reason: text, remedy: { enum: ["retry", "reject", "stop"] }, charged },
    { fidelity: from0 },
  ],
  "reward.shaped": [{ query: whole, reward: number }],
  "subspace.updated": [{ query: whole, subspace, architecture: text, score: number }],
  "policy.updated": [{ query: whole }],
  "answer.named": [{ query: whole, architecture: text, score: number }, { metrics: numbers }],
  "run.finished": [
    { reason: { enum: ["budget", "stalled"] } },
    {
      test: { type: "object", required: ["metric", "value"], properties: { metric, value: number } },
      incumbentTests: { type: "array", items: number },
      fronts,
    },
  ],
  "run.failed": [{ reason: text }],
};

const schemas = new Map(
  Object.entries(MEMBERS).map(([type, [needed, further = {}]]) => {
    const common = { type: { const: type }, run: text, seed: from0, sequence: from0 };
    const required = [...Object.keys(common), ...Object.keys(needed)];
    return [type, { type: "object", required, properties: { ...common, ...needed, ...further } }];
  }),
);

/** What is wrong with an event; undefined if nothing is. */
export function eventProblem(event: unknown): string | undefined {
  const { type } = (event ?? {}) as Partial<SearchEvent>;
  const schema = schemas.get(type ?? "");
  if (!schema) return `it is of no type of events; found ${JSON.stringify(type)?.slice(0, 40) ?? "none"}`;
  return problemsOf(schema, event)[0];
}
