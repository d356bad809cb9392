/**
 * Members of a space, and what a space does that no space may do.
 *
 * A search looks at what it is given, not at each architecture that a space makes, which would cost as much as many a
 * query. Where something is wrong, the space is tried: if it is found to make such things itself, it is to blame.
 *
 * @module
 */
import { type Rng, randomStream } from "../../random/rng.ts";
import type { Architecture, Modification } from "../../space/architecture.ts";
import { operationsOf } from "../../space/choices.ts";
import type { Space } from "../space.ts";
import { found } from "./found.ts";

/** What a method has given in place of what it must, or that it has thrown. */
export type Fault =
  | { readonly method: string; readonly expected: string; readonly found: unknown }
  | { readonly method: string; readonly error: unknown };

/**
 * Tells the members of a space from whatever else a plugin may give. The space was tried: of whole numbers its `contains`
 * can tell. It was not tried on others, which would make the compiled code of `contains` slower for the whole search.
 */
export function membership(space: Space): (value: unknown) => value is Architecture {
  return (value): value is Architecture => isWhole(value, space) && space.contains(value) === true;
}

function isWhole(value: unknown, { length }: Space): value is Architecture {
  if (!Array.isArray(value) || value.length !== length) return false;
  for (let i = 0; i < length; i++) if (!Number.isInteger(value[i])) return false;
  return true;
}

/** What a member is, for errors. */
export function memberOf(space: Space): string {
  const operations = operationsOf(space);
  const numbers = operations
    ? `from 0 to ${operations.length - 1} which`
    : `below ${space.choices.map(({ length }) => length).join(", ")}, one each, which`;
  return `a member of the space, that is ${space.length} whole numbers ${numbers} its contains() takes`;
}

/** Tries what a space makes, on architectures of its own. @returns the first thing that is wrong */
export function faultOf(space: Space, tries: number): Fault | undefined {
  const rng = randomStream(0, "/checks/space");
  try {
    for (let n = 0; n < tries; n++) tryOnce(space, rng, 1 + (n % space.length));
    return undefined;
  } catch (wrong) {
    if (wrong instanceof Wrong) return wrong.fault;
    throw wrong;
  }
}

/** @throws Wrong */
function tryOnce(space: Space, rng: Rng, modifications: number): void {
  const choices = space.choices.map(({ length }) => length);
  const member = memberOf(space);
  const isMember = membership(space);
  const isShaped = (value: unknown) => isWhole(value, space) && value.every((one, component) => one >= 0 && one < choices[component]!);

  const architecture = ask("sample", member, () => space.sample(rng), isShaped);
  const contained = ask("contains", "true or false", () => space.contains(architecture), isAnswer);
  if (!contained) throw new Wrong({ method: "sample", expected: member, found: architecture });
  for (const stranger of strangers(architecture, choices))
    ask("contains", `false for ${found(stranger)}, which is not ${member}`, () => space.contains(stranger), isFalse);

  const text = ask("encode", "a text", () => space.encode(architecture), isText);
  const isSame = (decoded: unknown) => isMember(decoded) && decoded.join() === architecture.join();
  ask("decode", `[${architecture}] for ${found(text)}, as encode() has written it`, () => space.decode(text), isSame);
  ask("functionKey", "a text", () => space.functionKey(architecture), isText);

  const modification = (): Modification => {
    const component = rng.below(space.length);
    return { component, operation: rng.below(choices[component]!) };
  };
  const modified = Array.from({ length: modifications }, modification);
  ask("modify", member, () => space.modify(architecture, modified), isMember);
  const neighbours = ask("neighbours", "a list of members", () => space.neighbours(architecture), Array.isArray);
  for (const neighbour of neighbours) ask("neighbours", `only members, each ${member}`, () => neighbour, isMember);
}

/** What is no member of any such space, and is like one but for its length, or a component. */
function* strangers(like: Architecture, choices: readonly number[]): Generator<Architecture> {
  yield like.slice(1);
  yield [...like, 0];
  for (const component of like.keys()) for (const wrong of [choices[component]!, -1]) yield like.with(component, wrong);
}

class Wrong {
  readonly fault: Fault;
  constructor(fault: Fault) {
    this.fault = fault;
  }
}

/** Asks a space one thing. @throws Wrong */
function ask<T>(method: string, expected: string, answer: () => T, holds: (answer: T) => boolean): T {
  let given: T;
  let right: boolean;
  try {
    given = answer();
    right = holds(given);
  } catch (error) {
    throw new Wrong({ method, error });
  }
  if (!right) throw new Wrong({ method, expected, found: given });
  return given;
}

const isAnswer = (value: unknown) => typeof value === "boolean";
const isFalse = (value: unknown) => value === false;
const isText = (value: unknown) => typeof value === "string";
