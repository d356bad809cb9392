/**
 * Every error that a user can meet, by what it is about.
 *
 * @module
 */
export * from "./backend.ts";
export * from "./command.ts";
export * from "./evoke-error.ts";
export * from "./files.ts";
export * from "./manifest.ts";
export * from "./parts/error-thrown.ts";
export * from "./parts/error-value.ts";
export * from "./parts/thrown-at.ts";
export * from "./plugin.ts";
export * from "./queue.ts";
export * from "./results.ts";
export * from "./search.ts";
export * from "./space.ts";
export * from "./table.ts";
export * from "./told.ts";
export * from "./training.ts";
