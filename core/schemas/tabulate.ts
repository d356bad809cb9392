/**
 * The envelope of a manifest for `evoke tabulate` (JSON Schema, draft 2020-12).
 *
 * @module
 */
import { datasetSchema } from "../training/dataset-spec.ts";
import { BACKENDS, backendProperties, trainingSchema } from "../training/settings.ts";
import { experimentSchema, SLOTS } from "./experiment.ts";

const { plugins, $schema } = experimentSchema.properties;
/** The epochs are those of the fidelities. */
const { epochs: _, ...training } = trainingSchema.properties;
const seed = { type: "integer", minimum: 0, maximum: 2 ** 48 } as const;

export const tabulateSchema = {
  $schema: experimentSchema.$schema,
  $id: "tabulate.schema.json",
  title: "Evoke benchmark table to be made",
  type: "object",
  additionalProperties: false,
  required: ["name", "description", "space", "dataset", "fidelities"],
  properties: {
    $schema,
    name: {
      description: "Names the table: lower-case words joined by hyphens",
      type: "string",
      pattern: "^[a-z0-9]+(-[a-z0-9]+)*$",
      maxLength: 100,
    },
    description: { description: "What the table holds, in a line", type: "string", minLength: 1 },
    source: { description: "Who made it, and from what", type: "string", minLength: 1, default: "made by evoke tabulate" },
    licence: { description: "Of the table", type: "string", minLength: 1, default: "none stated" },
    plugins,
    space: { description: "What architectures there are: each of them gets a row", $ref: "#/$defs/space" },
    representative: {
      description: "Which architecture of those that compute one function is trained for all of them; of equal ones, the first",
      enum: ["fewest-convolutions", "first"],
      default: "fewest-convolutions",
    },
    dataset: datasetSchema,
    training: { ...trainingSchema, description: "How each network is trained", properties: training, default: {} },
    fidelities: {
      description: "Trainings of their own, not points of one: a search sees the first, its answer is reported by the last",
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["epochs"],
        properties: {
          epochs: { type: "integer", minimum: 1, maximum: 100_000 },
          seeds: {
            description: "A training with each; the table has the means",
            type: "array",
            items: seed,
            minItems: 1,
            uniqueItems: true,
            default: [1],
          },
        },
      },
    },
    ...backendProperties,
    backend: {
      description: "What computes: an implementation of TensorFlow.js, or PyTorch; a table is reproducible on one backend only",
      enum: BACKENDS,
      default: "wasm",
    },
  },
  $defs: SLOTS,
} as const;
