/** Reads `matrix.json`, as `evoke run` and `evoke matrix` write it. @module */
import { resultsInvalid } from "../../../core/errors/index.ts";
import { plainJson } from "../../../core/json/plain-json.ts";
import { problemsOf } from "../../../core/json/schema.ts";
import { MOST } from "../../../training/files/limits.ts";
import { readNamedText } from "../../../training/files/named-file.ts";
import type { MatrixDocument } from "./matrix-document.ts";

export const DOCUMENT = "matrix.json";

/** @throws EvokeError CANNOT_READ */
export function readResultsText(path: string): string {
  return readNamedText({ path, what: "the results", most: MOST.results });
}

/** What was run. @throws EvokeError CANNOT_READ, RESULTS_INVALID */
export function readMatrixDocument(file: string): MatrixDocument {
  const text = readResultsText(file);
  let document: MatrixDocument;
  try {
    document = plainJson(text) as MatrixDocument;
  } catch (error) {
    throw resultsInvalid(file, [(error as Error).message]);
  }
  const problems = problemsOf(documentSchema, document);
  if (problems.length > 0) throw resultsInvalid(file, problems);
  return document;
}

const digest = { type: "string", pattern: "^[0-9a-f]{64}$" } as const;
const name = { type: "string", minLength: 1 } as const;
const number = { type: "number" } as const;
const metric = {
  type: "object",
  required: ["name", "dataset", "split", "epochs", "trainedOn", "unit"],
  properties: {
    name,
    dataset: name,
    split: { enum: ["validation", "test"] },
    epochs: number,
    scheduled: number,
    unit: { type: "string" },
    goal: { enum: ["maximise", "minimise"] },
  },
} as const;
const byMeasure = { type: "object", properties: { test: number, score: number } } as const;
const budget = { type: "object", properties: { queries: number, seconds: number } } as const;

const documentSchema = {
  type: "object",
  required: ["matrix", "evoke", "store", "seeds", "axes", "cells"],
  properties: {
    matrix: name,
    question: { type: "string" },
    evoke: name,
    store: name,
    design: { enum: ["one-factor", "leave-one-out", "factorial"] },
    family: { enum: ["panel", "matrix"] },
    seeds: { type: "object", required: ["first", "count"], properties: { first: number, count: number } },
    best: byMeasure,
    targets: byMeasure,
    tasks: { type: "object", additionalProperties: { type: "object", properties: { best: byMeasure, targets: byMeasure } } },
    reference: { type: "object", additionalProperties: number },
    axes: {
      type: "array",
      items: {
        type: "object",
        required: ["pointer", "label", "values"],
        properties: { pointer: { type: "string" }, label: name, values: { type: "array" } },
      },
    },
    cells: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["name", "digest", "variant", "at", "panel", "baseline", "differs", "metric", "budget", "space"],
        properties: {
          ...{
            name,
            digest,
            variant: name,
            panel: { type: "string" },
            task: name,
            baseline: name,
            metric,

            budget,
            space: name,
            spaceOptions: { type: "object" },
          },
          at: { type: "object" },
          differs: { type: "array", items: { type: "object", required: ["pointer"], properties: { pointer: { type: "string" } } } },
        },
      },
    },
  },
} as const;
