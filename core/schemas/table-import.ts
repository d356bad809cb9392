/**
 * The envelope of a description by which `evoke table add` imports a file of numbers (JSON Schema, draft 2020-12).
 *
 * @module
 */
import { WORD } from "../plugin/metric.ts";
import { experimentSchema, SLOTS } from "./experiment.ts";

const { plugins, $schema } = experimentSchema.properties;
const word = WORD;
const words = (description: string) => ({ ...word, description });
const epochs = { type: "integer", minimum: 0, maximum: 1_000_000 } as const;
const count = { type: "integer", minimum: 1, maximum: 1_000_000 } as const;
const factor = {
  description: "What each number of the file is multiplied by, for example 100 from 0 … 1 to percent",
  type: "number",
} as const;

const fidelity = {
  type: "object",
  additionalProperties: false,
  required: ["name", "epochs"],
  properties: { name: words("Of a metric below"), epochs: { ...epochs, description: "Training epochs before it" } },
} as const;

const metric = {
  type: "object",
  additionalProperties: false,
  required: ["name", "unit", "column"],
  properties: {
    name: words("For example accuracy, loss, or latency"),
    dataset: words("What it is measured on; left out, the dataset of the whole table"),
    split: {
      description: "A search sees validation metrics only; test metrics are for its report",
      enum: ["validation", "test"],
      default: "validation",
    },
    epochs: {
      ...epochs,
      description: "Training epochs before it; 0, if left out, where none are known; of a curve, the last of its epochs",
    },
    scheduled: { ...count, description: "Epochs of the whole training, where it went on after the measurement" },
    trainedOn: { ...word, description: "What was trained on, for example train+validation", default: "train" },
    unit: words('For example percent, whose numbers are checked to be from 0 to 100, or "nats"'),
    goal: { description: "Whether more of it is better, or less", enum: ["maximise", "minimise"], default: "maximise" },
    column: words("The file's column; {epoch} and {seed} in its name stand for numbers: a column for each"),
    list: { description: "What a column of lists has an entry for; left out, its entries are numbers", enum: ["epochs", "seeds"] },
    every: { ...count, description: "Epochs between the entries of a list of epochs", default: 1 },
    points: {
      description:
        "What metrics at several epochs are: points on the way of one training, ends of trainings of their own, or nothing but the last",
      enum: ["curve", "trainings", "last"],
      default: "curve",
    },
    factor: { ...factor, default: 1 },
    offset: {
      description: "Added after the factor: factor -100 and offset 100 make an accuracy in percent of an error from 0 to 1",
      type: "number",
      default: 0,
    },
    range: {
      description: "The least and the most that it can be, in its unit; left out, 0 and 100 for percent, else any number",
      type: "array",
      items: { type: "number" },
      minItems: 2,
      maxItems: 2,
    },
    meanOf: {
      description: "Over how many training seeds each number of the file is the mean: the least and the most",
      type: "array",
      items: count,
      minItems: 2,
      maxItems: 2,
      default: [1, 1],
    },
    as: { $ref: "#/$defs/columnName" },
  },
} as const;

const cost = (of: string) =>
  ({
    description: `${of} of each architecture; checked to be what its space counts, where that can`,
    type: "object",
    additionalProperties: false,
    required: ["column"],
    properties: {
      column: words("The file's"),
      dataset: words("Whose inputs and classes they are for; left out, that of the table"),
      factor: { ...factor, default: 1 },
    },
  }) as const;

export const tableImportSchema = {
  $schema: experimentSchema.$schema,
  $id: "table-import.schema.json",
  title: "Evoke benchmark table to be imported",
  type: "object",
  additionalProperties: false,
  required: ["name", "description", "space", "architecture", "dataset", "metrics"],
  properties: {
    $schema,
    name: {
      description: "Names the table: lower-case words joined by hyphens",
      type: "string",
      pattern: "^[a-z0-9]+(-[a-z0-9]+)*$",
      maxLength: 100,
    },
    description: { description: "What the table holds, in a line", ...word },
    source: { description: "Who made it, and from what", ...word, default: "none stated" },
    licence: { description: "Of the numbers", ...word, default: "none stated" },
    provenance: { description: "How the numbers came about: whatever is worth keeping with them", type: "object", default: {} },
    plugins,
    space: { description: "What architectures there are", $ref: "#/$defs/space" },
    complete: { description: "Whether every architecture of the space has to be there", type: "boolean", default: false },
    architecture: {
      description:
        'The column with its text, as the space writes it; "$key" where a JSON object has the architectures as its keys; or its components',
      anyOf: [{ ...word }, { $ref: "#/$defs/components" }],
    },
    rows: {
      description: "Of files with several rows for each architecture: the columns that tell them apart",
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      properties: { epoch: words("The column with the epoch"), seed: words("The column with the training seed") },
    },
    firstEpoch: { description: "What the file calls the first epoch", enum: [0, 1], default: 1 },
    dataset: words("What all metrics are measured on that name no other"),
    metrics: { description: "The columns that are metrics of an architecture", type: "array", items: metric, minItems: 1 },
    seconds: {
      description: "What trainings take",
      type: "array",
      default: [],
      items: {
        type: "object",
        additionalProperties: false,
        required: ["column"],
        properties: {
          column: words("The file's"),
          epochs: { ...epochs, description: "Training epochs that take so long; left out, those of the metric that a search goes by" },
          datasets: {
            description: "The datasets that they are of, each with a factor; left out, that of the table, with 1",
            type: "object",
            minProperties: 1,
            additionalProperties: { type: "number", exclusiveMinimum: 0 },
          },
          of: { ...word, description: "What takes so long, for example training on one GPU", default: "training" },
          factor: { ...factor, default: 1, exclusiveMinimum: 0 },
          as: { $ref: "#/$defs/columnName" },
        },
      },
    },
    madds: cost("Multiply-adds"),
    parameters: cost("Parameters"),
    search: { description: "What a search goes by where its manifest does not say; left out, the first validation metric", ...fidelity },
    report: {
      description: "What its answer is reported by; left out, that metric after the most epochs that a test metric has",
      ...fidelity,
    },
    seeds: {
      description: "Of several training seeds: kept makes columns of them beside their mean, for searches that draw one",
      enum: ["kept", "mean"],
      default: "kept",
    },
    missing: {
      description: "What is done with an architecture that lacks a number: the file is refused, or the architecture left out",
      enum: ["refuse", "leave-out"],
      default: "refuse",
    },
    checks: {
      description: "What is known of the file beforehand, and has to be so",
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        architectures: { ...count, maximum: 1_000_000_000, description: "How many there are" },
        maxima: { description: "The largest number of a column of the file", type: "object", additionalProperties: { type: "number" } },
        minima: { description: "The smallest number of a column of the file", type: "object", additionalProperties: { type: "number" } },
        within: { description: "How far these may be off", type: "number", minimum: 0, default: 0.0005 },
        functionKey: words("A column that is the same for two architectures exactly where the space finds that they compute the same"),
      },
    },
  },
  $defs: {
    ...SLOTS,
    columnName: {
      description: "What the table calls its column; left out, made from what it holds",
      type: "string",
      pattern: "^[A-Za-z0-9][A-Za-z0-9._+-]*$",
    },
    components: {
      type: "object",
      additionalProperties: false,
      required: ["components"],
      properties: {
        components: {
          description:
            "A column for each component: by the component's name, or in the order of the space; or one column of lists, or of texts with spaces or commas between the components",
          anyOf: [
            { ...word },
            { type: "array", items: word, minItems: 1 },
            { type: "object", additionalProperties: word, minProperties: 1 },
          ],
        },
        values: {
          description: "What stands in them: the names of choices, or their numbers from 0; names if left out",
          enum: ["names", "numbers"],
        },
        names: {
          description: "What a choice is called in the file, and in the space",
          type: "object",
          additionalProperties: word,
        },
      },
    },
  },
} as const;
