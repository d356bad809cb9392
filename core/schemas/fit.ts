/**
 * The envelope of a manifest for `evoke fit` (JSON Schema, draft 2020-12).
 *
 * @module
 */
import { SHOWN } from "../space/encoding.ts";
import { experimentSchema, SLOTS } from "./experiment.ts";

const { plugins, $schema } = experimentSchema.properties;
const seed = { type: "integer", minimum: 0, maximum: 2 ** 48, default: 1 } as const;

export const fitSchema = {
  $schema: experimentSchema.$schema,
  $id: "fit.schema.json",
  title: "Evoke predictor to be made",
  type: "object",
  additionalProperties: false,
  required: ["name", "space", "pairs"],
  properties: {
    $schema,
    name: {
      description: "Names the predictor's file: lower-case words joined by hyphens",
      type: "string",
      pattern: "^[a-z0-9]+(-[a-z0-9]+)*$",
      maxLength: 100,
    },
    plugins,
    space: { description: "What architectures there are", $ref: "#/$defs/space" },
    pairs: {
      description: "What is learnt from: architectures with their metric, from an evaluator and a sample, or from runs",
      type: "object",
      additionalProperties: false,
      properties: {
        evaluator: { description: "Measures the architectures of the sample", $ref: "#/$defs/evaluator" },
        sample: { description: "So many different architectures, drawn uniformly", type: "integer", minimum: 10, maximum: 1_000_000 },
        seed: { description: "Of the sample, and the evaluator's", ...seed },
        run: {
          description: "Records of finished runs, made by the observer recorder: a file relative to this manifest, or several",
          type: ["string", "array"],
          items: { type: "string", minLength: 1 },
          minItems: 1,
        },
      },
    },
    features: {
      description: "What the predictor sees of an architecture: what it computes, as the space says it, or its choices",
      enum: SHOWN,
      default: "computed",
    },
    heldOut: {
      description: "Share of the pairs that is not learnt from, to see how well the predictor does",
      type: "number",
      exclusiveMinimum: 0,
      maximum: 0.9,
      default: 0.2,
    },
    network: {
      description: "The perceptron",
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        layers: { description: "Hidden ones", type: "integer", minimum: 1, maximum: 16, default: 3 },
        width: { description: "Of each", type: "integer", minimum: 1, maximum: 4096, default: 128 },
        dropout: {
          description: "Share of the hidden numbers that a step leaves out",
          type: "number",
          minimum: 0,
          exclusiveMaximum: 1,
          default: 0.1,
        },
      },
    },
    training: {
      description: "By SGD with Nesterov's momentum, on the squared error of what is predicted in standard deviations",
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        epochs: { description: "How often every pair is seen", type: "integer", minimum: 1, maximum: 100_000, default: 200 },
        batchSize: { description: "Pairs in a step", type: "integer", minimum: 1, maximum: 65_536, default: 256 },
        learningRate: {
          description: "Of the first step; it falls to 0 as half a cosine",
          type: "number",
          exclusiveMinimum: 0,
          maximum: 100,
          default: 0.1,
        },
        momentum: { description: "Nesterov's", type: "number", minimum: 0, exclusiveMaximum: 1, default: 0.9 },
        weightDecay: {
          description: "Times the parameter, added to the gradient",
          type: "number",
          minimum: 0,
          maximum: 100,
          default: 0.00003,
        },
        seed: { description: "Of the division, the first weights, the order of the pairs and the dropout", ...seed },
      },
    },
  },
  $defs: SLOTS,
} as const;
