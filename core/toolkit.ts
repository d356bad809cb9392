/**
 * What the built-in plugins are made of, as "evoke-nas/toolkit": none of them does what a plugin outside this
 * repository could not.
 *
 * @module
 */
export { Engine } from "./engine/engine.ts";
export * from "./engine/exact-math.ts";
export type { Tensor } from "./engine/tensor.ts";
export * from "./errors/index.ts";
export * from "./json/canonical-json.ts";
export { comparable, isBetter, oriented } from "./plugin/metric.ts";
export { KINDS } from "./plugin/plugin.ts";
export { SubspaceGraph } from "./plugin/subspace-graph.ts";
export * from "./policy/awaited.ts";
export * from "./policy/decisions.ts";
export * from "./policy/graph-network.ts";
export * from "./policy/non-dominated.ts";
export * from "./policy/policy-gradient.ts";
export * from "./policy/predictor.ts";
export * from "./policy/regression-tree.ts";
export * from "./policy/successive-halving.ts";
export * from "./policy/upper-confidence.ts";
export { MLP } from "./predictor/mlp.ts";
export * from "./predictor/predictor-file.ts";
export * from "./random/rng.ts";
export { countsAsAnswer } from "./record/events.ts";
export * from "./record/pareto.ts";
export * from "./record/progress-line.ts";
export { OUTSIDE_A_RUN } from "./search/evaluations.ts";
export * from "./search/objectives.ts";
export { differing } from "./space/architecture.ts";
export * from "./space/choices.ts";
export { CHOICES_SCHEMA, type ChoicesOptions } from "./space/choices-space/language.ts";
export { describedSpace } from "./space/choices-space/space.ts";
export * from "./space/draw.ts";
export * from "./space/drawing.ts";
export * from "./space/encoding.ts";
export * from "./space/features.ts";
export { freeChoices } from "./space/free-choices.ts";
export * from "./space/mobile-network.ts";
export * from "./space/modifications.ts";
export * from "./space/network.ts";
export * from "./space/network-document.ts";
export * from "./space/open-network.ts";
export * from "./table/table.ts";
export { type NewTable, readTable, writeTable } from "./table/table-file.ts";
export * from "./training/dataset-spec.ts";
export * from "./training/settings.ts";
export * from "./training/supernet.ts";
export * from "./training/trained-network.ts";
export * from "./training/trainer.ts";
