/** Parts of a described network, from what they write and from other parts. @module */
import type { Condition } from "../../plugin/space.ts";
import type { Component } from "./components.ts";
import { isAbsentWith, writeParts } from "./mixing.ts";
import { type Draft, OPEN, type Part } from "./part.ts";
import type { Read } from "./values.ts";

/** A layer with these values. @param values  in the order in which they are mixed: those that its shape depends on first */
export function single(at: string, values: readonly Read<number | string>[], write: Part["write"]): Part {
  const reads = values.flatMap(({ component }) => (component === undefined ? [] : [component]));
  return {
    at,
    reads,
    acts: (component, choice) => (reads.includes(component) ? String(choice) : ""),
    vanishes: () => false,
    write,
  };
}

/** A convolution and the normalisation after it: choices of the one are choices of both. */
export function normalised(convolution: Part, normalisation: Part): Part {
  return { ...convolution, write: (draft, from) => normalisation.write(draft, convolution.write(draft, from)) };
}

/** Parts one after the other. */
export function sequence(at: string, parts: readonly Part[]): Part {
  const always = parts.some(({ decides }) => decides === undefined);
  return {
    at,
    reads: [],
    decides: always ? undefined : [...new Set(parts.flatMap(({ decides }) => decides!))],
    ends: parts.some(({ ends }) => ends),
    acts: (component, choice) => parts.map((part) => part.acts(component, choice)).join(),
    vanishes: (architecture) => parts.every((part) => part.vanishes(architecture)),
    write: (draft, from) => writeParts(parts, draft, from),
  };
}

/** Parts side by side. @param join  writes what becomes of their outputs */
export function branching(at: string, branches: readonly Part[], join: (draft: Draft, outputs: readonly number[]) => number): Part {
  return {
    at,
    reads: [],
    acts: (component, choice) => branches.map((branch) => branch.acts(component, choice)).join(";"),
    vanishes: () => false,
    write: (draft, from) =>
      join(
        draft,
        branches.map((branch) => branch.write(draft, from)),
      ),
  };
}

/** A part that is there only where a component has certain choices. */
export function conditional(at: string, condition: Condition, part: Part, components: readonly Component[]): Part {
  const { component, choices } = condition;
  return {
    ...part,
    at,
    condition,
    reads: [component],
    decides: [component, ...(part.decides ?? [])],
    acts(other, choice) {
      const isThere = other === component ? choices.includes(choice) : !isAbsentWith(components, component, other, choice);
      return isThere ? `(${part.acts(other, choice)})` : "-";
    },
    vanishes: (architecture) =>
      architecture[component] !== OPEN && (!choices.includes(architecture[component]!) || part.vanishes(architecture)),
    write: (draft, from) => (choices.includes(draft.architecture[component]!) ? part.write(draft, from) : from),
  };
}
