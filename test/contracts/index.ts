/**
 * The contract suites for plugin authors, imported as "evoke-nas/contracts". Each gives plain cases,
 * a title and a function, that any test runner can run. They need the package `fast-check`.
 *
 * @module
 */
export { tinySpace } from "../fixtures.ts";
export type { Case } from "./case.ts";
export * from "./controller.ts";
export * from "./distance.ts";
export * from "./evaluator.ts";
export * from "./middleware.ts";
export * from "./open-network.ts";
export * from "./optimum.ts";
export * from "./policy.ts";
export { acceptanceContract, initialContract, observerContract, rewardContract, shortRun } from "./small-kinds.ts";
export * from "./space.ts";
