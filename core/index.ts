/**
 * What a plugin author imports as "evoke-nas": the contracts of the plugin kinds, and little else. What the built-in
 * plugins are made of is "evoke-nas/toolkit" (core/toolkit.ts).
 *
 * @module
 */
export { type ErrorCode, EvokeError } from "./errors/evoke-error.ts";
export { architectureInvalid } from "./errors/search.ts";
export type * from "./plugin/acceptance.ts";
export type * from "./plugin/controller.ts";
export type * from "./plugin/dependencies.ts";
export type * from "./plugin/distance.ts";
export type * from "./plugin/evaluator.ts";
export type * from "./plugin/initial.ts";
export type * from "./plugin/metric.ts";
export type * from "./plugin/middleware.ts";
export type * from "./plugin/observer.ts";
export { type FailurePolicy, type Kind, type Kinds, NO_OPTIONS, type Plugin, type PluginLiteral, plugin } from "./plugin/plugin.ts";
export type * from "./plugin/processes.ts";
export type * from "./plugin/reward.ts";
export type * from "./plugin/space.ts";
export type { SubspaceGraph } from "./plugin/subspace-graph.ts";
export type { Rng } from "./random/rng.ts";
export type { EventType, SearchEvent } from "./record/events.ts";
export type { Architecture, Modification } from "./space/architecture.ts";
