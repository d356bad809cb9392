/**
 * What a plugin author imports as "evoke-nas": the contracts, and what plugins build on.
 *
 * @module
 */
export * from "./architecture.ts";
export * from "./draw.ts";
export * from "./drawing.ts";
export { Engine, type EngineState, type Tensor } from "./engine/engine.ts";
export { architectureInvalid, type ErrorCode, EvokeError } from "./errors.ts";
export * from "./events.ts";
export * from "./modifications.ts";
export { type Activation, costOf, type Layer, type Network, NetworkWriter, type Shape, shapesOf } from "./network.ts";
export * from "./plugin.ts";
export * from "./policy/decisions.ts";
export * from "./policy/graph-network.ts";
export * from "./policy/policy-gradient.ts";
export * from "./rng.ts";
export * from "./subspaces.ts";
export * from "./table.ts";
