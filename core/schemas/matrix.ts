/**
 * The manifest of an ablation matrix (JSON Schema, draft 2020-12). What is in the base and what the
 * variants and axes make of it is checked as any experiment is.
 *
 * @module
 */
import { experimentSchema } from "./experiment.ts";

const word = "^[a-z0-9]+(-[a-z0-9]+)*$";
const { first, count } = experimentSchema.properties.seeds.properties;
const byMeasure = { test: { type: "number" }, score: { type: "number" } } as const;
const best = {
  description: "The best test or score that there is, or that is known: cells are compared by it, and the report shows regrets",
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: byMeasure,
} as const;
const targets = {
  description: "Metrics to be reached: the report says after how many queries",
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  properties: byMeasure,
} as const;
/** Without their defaults: what is left out is the base's. */
const seed = { type: first.type, minimum: first.minimum, maximum: first.maximum };
const seeds = { type: count.type, minimum: count.minimum, maximum: count.maximum };

export const matrixSchema = {
  $schema: experimentSchema.$schema,
  $id: "matrix.schema.json",
  title: "Evoke ablation matrix",
  type: "object",
  additionalProperties: false,
  required: ["name", "base", "design"],
  properties: {
    $schema: { type: "string" },
    name: {
      description: "Names the matrix and the folder of its results: lower-case words joined by hyphens",
      type: "string",
      pattern: word,
      maxLength: 100,
    },
    question: { description: "What the matrix is to answer", type: "string" },
    base: {
      description:
        "The experiment that the cells are made from: its manifest, or a path to it, relative to this file. Files that it names are relative to it",
      anyOf: [
        { type: "string", minLength: 1 },
        { type: "object", $ref: "#/$defs/experiment" },
      ],
    },
    baseName: {
      description: "What the base is called among the cells; in a factorial of methods, the name of its method",
      type: "string",
      pattern: word,
      maxLength: 100,
    },
    variants: {
      description:
        "Changes of the base, each with a name: JSON Merge Patches (RFC 7396), where null takes away and a list is replaced whole",
      type: "object",
      default: {},
      propertyNames: { pattern: word, maxLength: 100 },
      additionalProperties: { type: "object", $ref: "#/$defs/patch" },
    },
    axes: {
      description: "JSON Pointers (RFC 6901) into the base, each with the values to be put there; null takes away what is there",
      type: "object",
      default: {},
      additionalProperties: { type: "array", minItems: 1, uniqueItems: true },
      $ref: "#/$defs/axes",
    },
    tasks: {
      description: "What methods are compared on, in a factorial: each is a panel of its own, with all variants and values of axes",
      type: "object",
      default: {},
      propertyNames: { pattern: word, maxLength: 100 },
      additionalProperties: {
        type: "object",
        additionalProperties: false,
        required: ["experiment"],
        properties: {
          experiment: {
            description: "What the task changes in the base, before the variants: a JSON Merge Patch",
            type: "object",
            $ref: "#/$defs/patch",
          },
          best,
          targets,
        },
      },
    },
    design: {
      description:
        "one-factor: the base, the base with each variant, the base with each value. " +
        "leave-one-out: all variants and values together, then all but one. " +
        "factorial: the base and each variant, with every combination of the values, in each task",
      enum: ["one-factor", "leave-one-out", "factorial"],
    },
    exclude: {
      description:
        "Cells of a factorial that are left out: those of a variant, of a task, at some values of the axes, or of several of these",
      type: "array",
      default: [],
      items: {
        type: "object",
        additionalProperties: false,
        minProperties: 1,
        properties: {
          variant: { description: "The name of a variant or of the base", type: "string" },
          task: { description: "The name of a task", type: "string" },
          at: { description: "By pointer, one of the values of the axis", type: "object", minProperties: 1 },
        },
      },
    },
    baseline: {
      description:
        "The cell that the others are compared with; in a factorial with variants, the variant. Default: the base, and in leave-one-out the full cell",
      type: "string",
      minLength: 1,
    },
    family: {
      description:
        "What Holm's correction is over, in a factorial with variants: the comparisons of each panel, or of the whole matrix, where its panels ask one question",
      enum: ["panel", "matrix"],
      default: "panel",
    },
    seeds: {
      description: "The runs of each cell, the same seeds for all: cells are compared seed by seed. What is left out is the base's",
      type: "object",
      additionalProperties: false,
      default: {},
      properties: { first: seed, count: seeds },
    },
    reference: {
      description:
        "By metric, the worst value of interest: hypervolumes of Pareto fronts are measured from there. Default: the worst on any front of the panel",
      type: "object",
      minProperties: 1,
      additionalProperties: { type: "number" },
    },
    best,
    targets,
  },
  /** What depends on which plugins there are: core/schemas/installed.ts knows it, and the check of the cells finds it. */
  $defs: { experiment: { type: "object" }, patch: { type: "object" }, axes: { type: "object" } },
} as const;
