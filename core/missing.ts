/**
 * What could not be created in an experiment, on its way through all that needs it: so everything else is created as
 * well, and all that is wrong is told at once. No promise that is rejected is left behind where something else throws.
 *
 * @module
 */
import { together } from "./errors/index.ts";

/** Stands for what could not be created, or was not, because something that it needs could not be. */
export class Missing {
  /** Why. */
  readonly errors: readonly unknown[];

  constructor(errors: readonly unknown[]) {
    this.errors = errors;
  }
}

type Made<T> = T | Missing;

/** A function that gives what another one throws, or rejects with, as missing; and does nothing where it is given something missing. */
export function attempt<A extends readonly unknown[], T>(
  make: (...values: A) => T | Promise<T>,
): (...values: A) => Made<T> | Promise<Made<T>> {
  return (...values) => {
    const errors = errorsIn(values);
    if (errors.length > 0) return new Missing(errors);
    try {
      const made = make(...values);
      return made instanceof Promise ? made.catch((error) => new Missing([error])) : made;
    } catch (error) {
      return new Missing([error]);
    }
  };
}

/** The values, if none of them is missing. @throws what is wrong with all of them, as one error about the manifest */
export function present<const V extends readonly unknown[]>(file: string, values: V): { [I in keyof V]: Exclude<V[I], Missing> } {
  const errors = errorsIn(values);
  if (errors.length > 0) throw together(file, errors);
  return values as { [I in keyof V]: Exclude<V[I], Missing> };
}

function errorsIn(values: readonly unknown[]): readonly unknown[] {
  return values.flatMap((value) => (value instanceof Missing ? value.errors : []));
}
