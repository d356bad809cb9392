/**
 * The statistics of ablations: portable, without dependencies, checked against SciPy and R.
 *
 * @module
 */
export * from "./bootstrap.ts";
export * from "./correlation.ts";
export * from "./descriptive.ts";
export * from "./distributions.ts";
export * from "./effect-size.ts";
export * from "./factorial.ts";
export * from "./functional-anova.ts";
export * from "./holm.ts";
export * from "./hypervolume.ts";
export * from "./incumbent.ts";
export * from "./paired-tests.ts";
export * from "./ranks.ts";
export * from "./variances.ts";
