/** What the members of an object must be: rules, each of which tells what is wrong with one. @module */
import { found } from "./found.ts";

/** @returns what is wrong with a member, told with its name; undefined if nothing is */
export type Rule = (value: unknown, member: string) => string | undefined;

/** A rule for each member of T, so that none is forgotten. */
export type Rules<T> = { readonly [M in keyof Required<T>]: Rule };

export function must(be: string, holds: (value: unknown) => boolean): Rule {
  return (value, member) => (holds(value) ? undefined : `its "${member}" must be ${be}; found ${found(value)}`);
}

export const method: Rule = (value, member) => {
  if (typeof value === "function") return undefined;
  return value === undefined ? `it has no method "${member}"` : `its "${member}" must be a method; found ${found(value)}`;
};

/** The member may be left out. */
export function optional(rule: Rule): Rule {
  return (value, member) => (value === undefined ? undefined : rule(value, member));
}

/** An object whose members follow rules. */
export function object<T extends object>(rules: Rules<T>): Rule {
  return (value, member) => {
    if (typeof value !== "object" || value === null) return `its "${member}" must be an object; found ${found(value)}`;
    return problemIn(value, rules, `${member}.`);
  };
}

/** A list of what follows a rule. */
export function list(rule: Rule): Rule {
  return (value, member) => {
    if (!Array.isArray(value)) return `its "${member}" must be a list; found ${found(value)}`;
    for (const [i, item] of value.entries()) {
      const problem = rule(item, `${member}[${i}]`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** The first thing that is wrong with an object. @param within  how its members' names begin */
export function problemIn<T extends object>(value: object, rules: Rules<T>, within = ""): string | undefined {
  for (const [member, rule] of Object.entries<Rule>(rules)) {
    const problem = rule((value as Record<string, unknown>)[member], within + member);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

export const text = must("a text that is not empty", (value) => typeof value === "string" && value !== "");
export const truth = must("true or false", (value) => typeof value === "boolean");
export const count = must("a whole number from 1", (value) => Number.isSafeInteger(value) && (value as number) >= 1);
export const index = must("a whole number from 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0);
export const amount = must("a finite number from 0", (value) => Number.isFinite(value) && (value as number) >= 0);
export const goal = must('"maximise" or "minimise"', (value) => value === "maximise" || value === "minimise");
