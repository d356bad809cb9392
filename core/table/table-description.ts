/**
 * Reads what a table says of itself: by hand and not with a JSON Schema, since compiling one takes
 * longer than loading the table.
 *
 * @module
 */
import { plainJson } from "../json/plain-json.ts";
import type { TableDescription } from "./table.ts";

/** Makes the error for a problem. */
export type Invalid = (problem: string, cause?: Error) => Error;
type Expect = (condition: boolean, pointer: string, expected: string) => void;

/** Reads a description. @throws what `invalid` makes of the first problem */
export function readDescription(json: string, invalid: Invalid): TableDescription {
  const expect: Expect = (condition, pointer, expected) => {
    if (!condition) throw invalid(`its description is wrong: ${pointer} must be ${expected}`);
  };
  const found = parse(json, invalid);
  if (found.version !== 1)
    throw invalid(`its format is version ${JSON.stringify(found.version)}, and this Evoke reads version 1: use a newer Evoke`);
  expect(isText(found.name) && isTableName(found.name), "/name", "lower-case words joined by hyphens");
  for (const key of ["description", "source", "licence"]) expect(isText(found[key]), `/${key}`, "a text");
  expect(typeof found.complete === "boolean", "/complete", "true or false");
  expect(isObject(found.provenance), "/provenance", "an object");
  expect(isObject(found.space) && isText(found.space.use), "/space", 'an object with "use"');
  for (const purpose of ["search", "report"]) {
    const fidelity = isObject(found.fidelity) ? found.fidelity[purpose] : undefined;
    expect(
      isObject(fidelity) && isText(fidelity.name) && isCount(fidelity.epochs),
      `/fidelity/${purpose}`,
      'an object with "name" and "epochs"',
    );
  }
  expect(isObject(found.columns), "/columns", "an object");
  const metrics = new Map<string, string>();
  for (const [name, column] of Object.entries(found.columns as object)) {
    const at = `/columns/${name}`;
    expect(isObject(column) && name !== "architecture", at, 'an object, and not of "architecture"');
    if (column.role === "metric") readMetric(column, at, metrics, expect);
    else if (column.role === "seconds") readSeconds(column, at, expect);
    else if (column.role === "madds" || column.role === "parameters") expect(isText(column.dataset), `${at}/dataset`, "a text");
    else expect(column.role === "code", `${at}/role`, "metric, seconds, madds, parameters or code");
  }
  return found as unknown as TableDescription;
}

/** @param metrics  the columns so far, by the metric that they hold: no two may hold the same */
function readMetric({ metric, seeds, seed }: Record<string, unknown>, at: string, metrics: Map<string, string>, expect: Expect): void {
  const of = isObject(metric) ? metric : {};
  for (const key of ["name", "dataset", "trainedOn", "unit"]) expect(isText(of[key]), `${at}/metric/${key}`, "a text");
  expect(of.split === "validation" || of.split === "test", `${at}/metric/split`, '"validation" or "test"');
  expect(isCount(of.epochs), `${at}/metric/epochs`, "a whole number");
  expect(of.goal === undefined || of.goal === "maximise" || of.goal === "minimise", `${at}/metric/goal`, '"maximise" or "minimise"');
  expect(seed === undefined || isCount(seed), `${at}/seed`, "a whole number, or left out");
  const { epochs, scheduled } = of as { epochs: number; scheduled?: unknown };
  expect(
    scheduled === undefined || (isCount(scheduled) && scheduled > epochs),
    `${at}/metric/scheduled`,
    "more than the epochs, or left out",
  );
  expect(Array.isArray(seeds) && seeds.length === 2 && seeds.every(isCount), `${at}/seeds`, "two numbers, the least and the most");
  const address = JSON.stringify([of.dataset, of.name, of.split, epochs, scheduled, seed]);
  expect(!metrics.has(address), at, `another metric than ${metrics.get(address)}`);
  metrics.set(address, at);
}

function readSeconds({ epochs, datasets, of }: Record<string, unknown>, at: string, expect: Expect): void {
  expect(isCount(epochs), `${at}/epochs`, "a whole number");
  const factors = isObject(datasets) ? Object.values(datasets) : [undefined];
  expect(
    factors.every((factor) => typeof factor === "number" && factor > 0),
    `${at}/datasets`,
    "an object of positive factors",
  );
  expect(isText(of), `${at}/of`, "a text");
}

function parse(json: string, invalid: Invalid): Record<string, unknown> {
  try {
    const found: unknown = plainJson(json);
    if (isObject(found)) return found;
  } catch (error) {
    throw invalid("its description is not JSON", error as Error);
  }
  throw invalid("its description is not an object");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

/** True for lower-case words joined by hyphens. */
export function isTableName(name: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
}
