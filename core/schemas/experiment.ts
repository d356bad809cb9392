/**
 * The envelope of an experiment manifest (JSON Schema, draft 2020-12). What stands under `options`
 * is checked against the schema of the plugin that the slot names.
 *
 * @module
 */
import { KINDS, type Kind } from "../plugin/plugin.ts";
import { COST_MODELS } from "../search/budget.ts";
import { sharedWeightsSchema } from "../training/weight-sharing.ts";

/** A slot: the name of a plugin, alone or with its options. */
const SLOT = {
  anyOf: [
    { type: "string", minLength: 1 },
    {
      type: "object",
      additionalProperties: false,
      required: ["use"],
      properties: { use: { type: "string", minLength: 1 }, options: { type: "object" } },
    },
  ],
} as const;
/** The slots of each kind, by the kind. They do not know the plugins; those of core/schemas/installed.ts do. */
export const SLOTS = Object.fromEntries(KINDS.map((kind) => [kind, SLOT])) as Readonly<Record<Kind, typeof SLOT>>;

const slot = (kind: Kind, description: string) => ({ description, $ref: `#/$defs/${kind}` });
const slots = (kind: Kind, description: string) => ({ description, type: "array", items: { $ref: `#/$defs/${kind}` }, maxItems: 100 });

export const experimentSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "experiment.schema.json",
  title: "Evoke experiment",
  type: "object",
  additionalProperties: false,
  required: ["name", "space", "evaluator", "controller", "budget"],
  properties: {
    $schema: { type: "string" },
    name: {
      description: "Names the experiment's results: lower-case words joined by hyphens",
      type: "string",
      pattern: "^[a-z0-9]+([-.][a-z0-9]+)*$",
      maxLength: 100,
      examples: ["my-search"],
    },
    question: { description: "What the experiment is to answer", type: "string" },
    plugins: {
      description: "Modules with plugins of your own: files relative to this manifest, or packages. Naming one runs its code",
      type: "array",
      items: { type: "string", minLength: 1 },
      maxItems: 1000,
      examples: [["./my-plugin.ts"]],
      default: [],
    },
    space: slot("space", "What architectures there are"),
    distance: { ...slot("distance", "D(α, β)"), default: "hamming" },
    evaluator: slot("evaluator", "Measures an architecture"),
    failures: {
      description: "What to do when an evaluation fails; what is left out is as the evaluator has it: see evoke plugins",
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        retries: { description: "Tries after the first", type: "integer", minimum: 0, maximum: 100 },
        remedy: { description: "After the last try", enum: ["reject", "stop"] },
      },
    },
    evaluations: {
      description:
        "own: each run does its own; shared: what was evaluated once is found again by all runs of a store with the same evaluator, and then the evaluator is told no seed of a run",
      enum: ["own", "shared"],
      default: "own",
    },
    order: {
      description:
        "The order in which outcomes are learned from: as-finished keeps evaluators busy whose evaluations differ in time, and the same manifest and seed then give the same result only by the order that was recorded",
      enum: ["as-proposed", "as-finished"],
      default: "as-proposed",
    },
    subspaces: {
      description: "The candidate subspaces; left out, the search is one of the whole space",
      type: "object",
      additionalProperties: false,
      required: ["count", "radius"],
      examples: [{ count: 4, radius: 4 }],
      properties: {
        count: { description: "K, candidate subspaces", type: "integer", minimum: 1, maximum: 1000 },
        radius: { description: "M, search distance and modifications per query", type: "integer", minimum: 1, maximum: 1000 },
        initial: { ...slot("initial", "The K first centres"), default: "random" },
        accept: { ...slots("acceptance", "The rules that all must agree for β to become the centre"), default: ["improvement"] },
      },
    },
    controller: slot("controller", "Proposes architectures and learns from the outcome"),
    sharedWeights: {
      description: "One network whose weights all architectures share, for controllers that train it and choose by it",
      ...sharedWeightsSchema,
    },
    middleware: { ...slots("middleware", "What the controller is wrapped in, the first one outermost"), default: [] },
    reward: { ...slots("reward", "What the controller learns from, a chain that begins with R(β)"), minItems: 1 },
    constraints: slots(
      "acceptance",
      "Limits that the answer and every centre must keep: acceptance rules that say which architectures they admit",
    ),
    fronts: {
      description:
        'Pairs of metrics whose Pareto fronts are reported, for example ["accuracy", "latency"]. Left out, the metric of the search with each other one, where the manifest has constraints, the evaluator further metrics, or a plugin looks at them',
      type: "array",
      uniqueItems: true,
      maxItems: 100,
      examples: [[["accuracy", "latency"]]],
      items: { type: "array", minItems: 2, maxItems: 2, uniqueItems: true, items: { type: "string", minLength: 1 } },
    },
    budget: {
      description: "When a run ends",
      type: "object",
      additionalProperties: false,
      anyOf: [{ required: ["queries"] }, { required: ["seconds"] }],
      examples: [{ queries: 160 }],
      properties: {
        queries: {
          description: "Evaluations; 0 to evaluate the first centres only, where these are free",
          type: "integer",
          minimum: 0,
          maximum: 1_000_000_000,
        },
        seconds: {
          description: "Seconds of evaluation, as the evaluator reports them",
          type: "number",
          exclusiveMinimum: 0,
          maximum: 1e12,
        },
        cost: {
          description: "What is charged: the name of a cost model, or one of your own",
          default: "official",
          anyOf: [
            { enum: Object.keys(COST_MODELS) },
            {
              type: "object",
              additionalProperties: false,
              required: ["initial", "repeats", "overshoot"],
              properties: {
                initial: { description: "The first centres", enum: ["free", "charged"] },
                repeats: { description: "Architectures evaluated before in this run", enum: ["free", "charged"] },
                failures: { description: "Architectures that were rejected; charged if left out", enum: ["free", "charged"] },
                overshoot: { description: "Whether the query that exceeds the budget counts", type: "boolean" },
              },
            },
          ],
        },
      },
    },
    seeds: {
      description: "The runs: one for each seed",
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        first: { type: "integer", minimum: 0, maximum: 2 ** 48, default: 1 },
        count: { type: "integer", minimum: 1, maximum: 1_000_000, default: 1 },
      },
    },
    observers: { ...slots("observer", "What listens to the events; never changes a result"), default: [] },
  },
  $defs: SLOTS,
} as const;
