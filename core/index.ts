/**
 * What a plugin author imports as "evoke-nas": the contracts, and what plugins build on.
 *
 * @module
 */
export * from "./architecture.ts";
export { architectureInvalid, type ErrorCode, EvokeError } from "./errors.ts";
export * from "./events.ts";
export * from "./plugin.ts";
export * from "./rng.ts";
export * from "./subspaces.ts";
export * from "./table.ts";
