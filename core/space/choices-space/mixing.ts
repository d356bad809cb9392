/**
 * How lists of layers are written: for an architecture, or with choices left open.
 *
 * A component that is open where a part reads it is mixed there, and only there: the part is written once for each
 * choice, and what comes of it is a mixture. Several parts are written for each choice
 *
 * - where they are alternatives: `when`s in a row, about one component, each about other choices of it;
 * - where the choices give different shapes: as many of the list as it takes until they are of one shape.
 *
 * A component that another depends on is mixed around it.
 *
 * @module
 */
import { spaceInvalid } from "../../errors/index.ts";
import { grouped } from "../../json/grouped.ts";
import type { Architecture } from "../architecture.ts";
import type { Component } from "./components.ts";
import { MOST_LAYERS } from "./language.ts";
import { type Draft, OPEN, type Part } from "./part.ts";

/** Writes the parts of a list one after the other. */
export function writeParts(parts: readonly Part[], draft: Draft, from: number): number {
  let last = from;
  for (let i = 0; i < parts.length; ) {
    const open = openIn(parts[i]!, draft);
    if (open === undefined) last = parts[i++]!.write(draft, last);
    else [last, i] = writeMixed(parts, i, open, draft, last);
  }
  return last;
}

/** Whether a component is absent where another has a certain choice. */
export function isAbsentWith(components: readonly Component[], component: number, other: number, choice: number): boolean {
  for (let next = components[component]!.condition; next; next = components[next.component]!.condition)
    if (next.component === other) return !next.choices.includes(choice);
  return false;
}

/** The open component that a part waits for: one that it reads, or the first that this depends on. */
function openIn({ reads }: Part, { architecture, components }: Draft): number | undefined {
  let open: number | undefined;
  for (const component of reads) if (architecture[component] === OPEN) open ??= component; // every closed network comes by here
  if (open === undefined) return undefined;
  for (let next = components[open]!.condition; next; next = components[next.component]!.condition)
    if (architecture[next.component] === OPEN) open = next.component;
  return open;
}

/**
 * Writes a mixture of what the choices of a component make of some parts.
 * @returns its layer, and the index of the part that comes next
 */
function writeMixed(
  parts: readonly Part[],
  begin: number,
  component: number,
  draft: Draft,
  from: number,
): readonly [to: number, next: number] {
  const { net, components } = draft;
  const { name, choices, condition } = components[component]!;
  const first = condition ? 1 : 0;
  const open = [...choices.keys()].slice(first);
  let next = begin + 1;
  while (next < parts.length && isAlternative(parts.slice(begin, next), parts[next]!, component)) next++;
  const alternatives = parts.slice(begin, next);
  const groups = grouped(open, (choice) => alternatives.map((part) => part.acts(component, choice)).join("\n"));
  const branches = groups.map((own) => ({ own, architecture: chosen(draft, component, own[0]!), to: from }));

  const extend = (part: Part) => {
    const writing = branches.filter(({ architecture }) => !part.vanishes(architecture));
    for (const branch of writing) {
      const suffix = writing.length > 1 ? `${draft.suffix}, ${name}=${choices[branch.own[0]!]}` : draft.suffix;
      branch.to = writeParts([part], { ...draft, architecture: branch.architecture, suffix }, branch.to);
    }
  };
  const shapes = () => [...new Set(branches.map(({ to }) => net.shape(to).join(" × ")))];
  const isAlike = (part: Part) => branches.every(({ own }) => new Set(own.map((choice) => part.acts(component, choice))).size === 1);

  for (const part of alternatives) extend(part);
  while (shapes().length > 1 && next < parts.length && !parts[next]!.ends && isAlike(parts[next]!)) extend(parts[next++]!);
  if (shapes().length > 1)
    throw spaceInvalid(
      parts[begin]!.at,
      `"${name}" cannot be left open: its choices give images of ${shapes().join(", ")}, which cannot be mixed`,
      "Take it out of the components, or have a layer of a fixed size follow in the same list: searches by weight sharing mix images of one shape.",
    );
  if (branches.length === 1) return [branches[0]!.to, next];
  const layers = open.map((choice) => branches.find(({ own }) => own.includes(choice))!.to);
  const mixture = net.mixture(component, layers);
  if (mixture > MOST_LAYERS)
    throw spaceInvalid(
      parts[begin]!.at,
      `with all choices left open there are more than ${MOST_LAYERS} layers`,
      "Let fewer components choose in one layer, or have fewer choices.",
    );
  return [mixture, next];
}

/** Whether a part is another choice in the same place. */
function isAlternative(those: readonly Part[], part: Part, component: number): boolean {
  const { condition } = part;
  return (
    condition?.component === component &&
    those.every(
      (other) => other.condition?.component === component && other.condition.choices.every((one) => !condition.choices.includes(one)),
    )
  );
}

/** The architecture with a component chosen, and what is absent then. */
function chosen({ architecture, components }: Draft, component: number, choice: number): Architecture {
  return architecture
    .with(component, choice)
    .map((own, other) => (own === OPEN && isAbsentWith(components, other, component, choice) ? 0 : own));
}
