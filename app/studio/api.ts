/**
 * What `evoke studio` answers: the contract between its server and its page. Everything is JSON, by GET, at the paths of
 * `PATHS`, below the address that the command prints; a page uses them relative to itself, so that a token in that address
 * goes along. Numbers that are not known are left out, or null where JSON has no number.
 *
 * Matrices are named by `id`, cells by their names, runs by their seeds; nothing else of a request is looked up. An error
 * is an answer with status 400 (a parameter is wrong), 404 (there is no such thing, or no longer) or 503 (the store
 * cannot be read now) whose body is a `Problem`.
 *
 * @module
 */

export * from "./api/analysis.ts";
export * from "./api/events.ts";
export * from "./api/matrix.ts";
export * from "./api/overview.ts";
export * from "./api/requests.ts";
export * from "./api/run.ts";
