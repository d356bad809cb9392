/**
 * Some members of a space that have every choice of every component between them.
 *
 * @module
 */
import type { Space } from "../../plugin/space.ts";
import type { Architecture, Modification } from "../architecture.ts";
import { type Network, shapesOf } from "../network.ts";

type Edited = Pick<Space, "choices" | "conditions" | "modify">;

/**
 * First the uniform ones: the n-th has the n-th choice everywhere, or the last where there are fewer; but those that others
 * depend on have the choice with which most are there. Then, of the first and the last of these, those that differ by one
 * choice, each choice of each component.
 */
export function* coveringMembers(space: Edited): Generator<Architecture, void> {
  const uniform = uniformMembers(space);
  yield* uniform;
  for (const base of [uniform[0]!, uniform.at(-1)!])
    for (const [component, { length }] of space.choices.entries())
      for (let choice = space.conditions?.[component] ? 1 : 0; choice < length; choice++)
        if (base[component] !== choice) yield space.modify(base, towards(space, base, component, choice));
}

/**
 * Those of some members whose networks have a weight of a size that none before has: where channels may be left out, every
 * one is the largest somewhere, and a projection may be there between layers of different widths only.
 */
export function withWeights(members: readonly Architecture[], networks: readonly Network[]): Architecture[] {
  const seen = new Set<string>();
  return members.filter((_, i) => {
    const sizes = sizesOf(networks[i]!).filter((size) => !seen.has(size));
    for (const size of sizes) seen.add(size);
    return sizes.length > 0;
  });
}

/** Kernel, channels, and channels before it of each layer with weights, and the channels of each part that is concatenated. */
function sizesOf(network: Network): string[] {
  const shapes = shapesOf(network);
  return network.layers.flatMap((layer, i) => {
    const inputs = layer.inputs.map((input) => shapes[input]![2]);
    if (layer.kind === "concatenation") return [`${layer.part} ${inputs}`];
    if (layer.weights === undefined) return [];
    return [`${layer.kind} ${layer.weights} ${"kernel" in layer ? layer.kernel : 1} ${inputs} ${shapes[i]![2]}`];
  });
}

function uniformMembers(space: Edited): Architecture[] {
  const begin = space.modify(Array<number>(space.choices.length).fill(0), []);
  const supporting = supportingChoices(space);
  const most = Math.max(...space.choices.map(({ length }) => length));
  return Array.from({ length: most }, (_, choice) =>
    space.modify(
      begin,
      space.choices.map(({ length }, component) => ({ component, operation: supporting[component] ?? Math.min(choice, length - 1) })),
    ),
  );
}

/** Makes a choice, and before it those that its component needs to be there. */
function towards(space: Edited, base: Architecture, component: number, operation: number): Modification[] {
  const condition = space.conditions?.[component];
  const needed =
    condition && !condition.choices.includes(base[condition.component]!)
      ? towards(space, base, condition.component, condition.choices[0]!)
      : [];
  return [...needed, { component, operation }];
}

/** For each component that others depend on, the choice with which most of them are there, and what depends on these in turn. */
function supportingChoices({ choices, conditions = [] }: Edited): (number | undefined)[] {
  const dependents = choices.map(({ length }) => Array<number>(length).fill(0));
  for (let component = choices.length - 1; component >= 0; component--) {
    const condition = conditions[component];
    const most = 1 + Math.max(...dependents[component]!);
    for (const choice of condition?.choices ?? []) dependents[condition!.component]![choice]! += most;
  }
  return dependents.map((counts) => (counts.some((count) => count > 0) ? counts.indexOf(Math.max(...counts)) : undefined));
}
