/**
 * What is received by way of Redis, where anyone may have written it who can write to the queue: whether it has what a call
 * or a worker reads of it. What else is in it is left alone.
 *
 * @module
 */
import { problemsOf } from "../../../core/json/schema.ts";
import type { CurvePoint } from "../../../core/plugin/evaluator.ts";
import type { CallPresence, Job, Outcome, WorkerPresence } from "./messages.ts";
import { checkEvents, type PackedEvents } from "./packed-events.ts";

const text = { type: "string" } as const;
const number = { type: "number" } as const;
const seconds = { type: "number", minimum: 0 } as const;
const count = { type: "integer", minimum: 0 } as const;
const whole = { type: "integer" } as const;
const texts = { type: "array", items: text } as const;
const objects = { type: "array", items: { type: "object" } } as const;

/** A schema of an object with these members, and those that may be left out. */
function withMembers(needed: object, further: object = {}) {
  return { type: "object", required: Object.keys(needed), properties: { ...needed, ...further } };
}

const point = withMembers({ epoch: number, value: number });
const curve = { type: "array", items: point };
const numbers = { type: "object", additionalProperties: number };
const best = withMembers({ architecture: text, score: number }, { test: number, metrics: numbers });
const result = withMembers({
  ...{ seed: count, best, queries: number, distinct: count, updates: count },
  cost: withMembers({ seconds: number }),
  centres: { type: "array", items: { type: ["string", "null"] } },
});
const run = withMembers({
  result,
  trajectory: withMembers({ incumbent: objects, centres: objects, distances: objects }),
  wallSeconds: seconds,
});

/** By the member that says what an outcome is. */
const OUTCOMES = {
  run: withMembers({
    ...{ run, seconds, events: texts, notes: texts },
    others: { type: "array", items: withMembers({ digest: text, run }) },
  }),
  measurement: withMembers({
    measurement: withMembers({ score: number, seconds }, { metrics: numbers, curve, stoppedAfter: number, log: text }),
  }),
  test: withMembers({ test: { anyOf: [{ type: "null" }, withMembers({ metric: { type: "object" }, value: number })] } }),
  training: withMembers({
    training: withMembers({
      seconds,
      curve: { type: "array", minItems: 1, items: { type: "array", minItems: 3, maxItems: 3, items: number } },
    }),
  }),
  failed: withMembers(
    {
      failed: withMembers(
        { message: text },
        { code: text, thrown: text, stack: text, reason: text, log: text, final: { type: "boolean" } },
      ),
    },
    { events: texts, notes: texts },
  ),
  refused: withMembers({ refused: withMembers({ worker: text, name: text, reason: text }) }),
};

/** @throws if it is none */
export function outcomeIn(value: unknown): Outcome {
  const kind = (Object.keys(OUTCOMES) as (keyof typeof OUTCOMES)[]).find((kind) => Object.hasOwn(Object(value), kind));
  if (!kind) throw new Error("it is no outcome");
  const [problem] = problemsOf(OUTCOMES[kind], value);
  if (problem !== undefined) throw new Error(problem);
  const { events = [] } = value as { readonly events?: PackedEvents };
  checkEvents(events);
  return value as Outcome;
}

const ofCall = { call: text, parcel: text, digest: text, seed: count, outcome: text };
const seeds = { type: "array", minItems: 1, items: count };
const { seed: _, outcome: __, ...ofRuns } = ofCall;
const request = { query: whole, architecture: { type: "array", items: whole } };
const floors = { floors: curve };

const JOBS: Readonly<Record<Job["kind"], object>> = {
  runs: withMembers({
    ...ofRuns,
    ...{ seeds, outcomes: { type: "array", minItems: 1, items: text }, types: { type: "array", items: text } },
  }),
  try: withMembers({
    ...ofCall,
    attempt: count,
    request: withMembers(request, { ...floors, fidelity: whole, lower: withMembers({ query: whole, fidelity: whole }, floors) }),
  }),
  test: withMembers({ ...ofCall, architecture: text }),
  training: withMembers({ ...ofCall, architecture: text, epochs: count }),
};

/** What is wrong with a job; undefined if nothing is. */
export function jobProblem(value: unknown): string | undefined {
  const { kind, seeds, outcomes } = Object(value) as Readonly<Record<string, unknown>>;
  if (typeof kind !== "string" || !Object.hasOwn(JOBS, kind)) return "it is of no kind that there is";
  const [problem] = problemsOf(JOBS[kind as Job["kind"]], value);
  if (problem !== undefined || kind !== "runs") return problem;
  return (seeds as unknown[]).length === (outcomes as unknown[]).length ? undefined : "it has not an outcome for each seed";
}

const common = { id: text, host: text, pid: whole, evoke: text, since: number, done: number };
const PRESENCES = {
  worker: withMembers({
    ...common,
    ...{ runs: count, evaluations: count, runtime: text, trusts: { type: "boolean" }, failed: number, seconds: number },
    doing: { type: "array", items: withMembers({ what: text, seconds: number }) },
  }),
  call: withMembers({ ...common, call: text, name: text, under: number }, { of: number }),
};
export interface Presences {
  readonly worker: WorkerPresence;
  readonly call: CallPresence;
}

/** Nothing if it is none. */
export function presenceIn<K extends keyof Presences>(kind: K, json: string): Presences[K] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return problemsOf(PRESENCES[kind], value).length === 0 ? (value as Presences[K]) : undefined;
  } catch {
    return undefined;
  }
}

export function isPoint(value: unknown): value is CurvePoint {
  const { epoch, value: reached } = Object(value) as Partial<CurvePoint>;
  return Number.isFinite(epoch) && Number.isFinite(reached);
}
