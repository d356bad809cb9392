/**
 * Checks that were compiled when the package was built, by the names of their schemas; each is loaded where it is
 * needed. Among the sources there are none, and ajv compiles what is asked for; scripts/build.ts writes this module of
 * dist/ anew.
 *
 * @module
 */

/** Fills in the defaults of a value, in place. @returns whether it is as its schema says */
export type Check = (value: unknown) => boolean;

export const prepared: Readonly<Record<string, () => Promise<{ readonly default: Check }>>> = {};
