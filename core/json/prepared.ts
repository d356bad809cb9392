/**
 * Checks that were compiled when the package was built, by the names of their schemas. Among the sources there are
 * none, and ajv compiles what is asked for; scripts/build.ts writes this module of dist/ anew.
 *
 * @module
 */

/** Fills in the defaults of a value, in place. @returns whether it is as its schema says */
export type Check = (value: unknown) => boolean;

export const prepared: Readonly<Record<string, Check>> = {};
