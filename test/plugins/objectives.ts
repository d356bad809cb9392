/**
 * What runs of tests are judged by: an accuracy in percent, a latency in milliseconds, the loss of a search that minimises,
 * and the costs of a tiny space.
 *
 * @module
 */
import type { Metric, Objectives } from "../../core/plugin/metric.ts";
import { objectivesOf } from "../../core/search/objectives.ts";
import { costly } from "../costly-space.ts";

const METRIC = { name: "accuracy", dataset: "tiny", split: "validation", epochs: 1, trainedOn: "train", unit: "percent" } as const;

/** @param metric  of the run, where it is another one */
export function objectivesFor(metric: Partial<Metric> = {}): Objectives {
  return objectivesOf(costly, { metric: { ...METRIC, ...metric }, metrics: [{ name: "latency", unit: "ms", goal: "minimise" }] });
}
