/**
 * Artificial spaces whose components differ: in their choices, and in whether they are there.
 *
 * @module
 */
import { architectureInvalid } from "../../core/errors/index.ts";
import type { Condition, Space } from "../../core/plugin/space.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { firstChoice, isPresent, Numbering } from "../../core/space/choices.ts";

interface Component {
  readonly choices: readonly string[];
  readonly condition?: Condition;
}

/** Components of 2 to 6 choices; 720 architectures. */
export function unevenSpace(): Space {
  return spaceOf([2, 6, 3, 4, 5].map((count) => ({ choices: Array.from({ length: count }, (_, choice) => `choice ${choice}`) })));
}

/**
 * Two blocks, each of which may be absent or has components of its own, one of them dependent on another of these; 384
 * architectures.
 */
export function conditionalSpace(): Space {
  return spaceOf([
    { choices: ["convolution", "pooling", "skip"] },
    { choices: ["none", "kernel 3", "kernel 5", "kernel 7"], condition: { component: 0, choices: [0] } },
    { choices: ["none", "dense", "dilated"], condition: { component: 1, choices: [2, 3] } },
    { choices: ["none", "maximum", "mean"], condition: { component: 0, choices: [1] } },
    { choices: ["skip", "convolution"] },
    { choices: ["none", "kernel 3", "kernel 5", "kernel 7"], condition: { component: 4, choices: [1] } },
    { choices: ["8 channels", "16 channels", "32 channels", "64 channels"] },
    { choices: ["rate 0.1", "rate 0.2", "rate 0.3"] },
  ]);
}

function spaceOf(components: readonly Component[]): Space {
  const choices = components.map((component) => component.choices);
  const conditions = components.map(({ condition }) => condition);
  const own = { choices, ...(conditions.some(Boolean) && { conditions }) };
  const contains = (architecture: Architecture) =>
    architecture.length === choices.length &&
    architecture.every((choice, component) =>
      isPresent(own, architecture, component)
        ? Number.isInteger(choice) && choice >= firstChoice(own, component) && choice < choices[component]!.length
        : choice === 0,
    );
  const numbering = new Numbering(own);
  const members = Array.from({ length: numbering.count }, (_, number) => numbering.architecture(number)).filter(contains);
  const encode = (architecture: Architecture) => architecture.join("-");
  const modify: Space["modify"] = (architecture, modifications) => {
    const modified = [...architecture];
    for (const { component, operation } of modifications) modified[component] = Math.max(operation, firstChoice(own, component));
    for (let component = 0; component < modified.length; component++)
      modified[component] = isPresent(own, modified, component) ? Math.max(modified[component]!, firstChoice(own, component)) : 0;
    return modified;
  };
  return {
    length: choices.length,
    ...own,
    size: BigInt(members.length),
    sample: (rng) => members[rng.below(members.length)]!,
    contains,
    modify,
    neighbours(architecture) {
      const reached = choices.flatMap((of, component) => of.map((_, operation) => modify(architecture, [{ component, operation }])));
      const found = new Map(reached.map((neighbour) => [encode(neighbour), neighbour]));
      found.delete(encode(architecture));
      return [...found.values()];
    },
    encode,
    decode(text) {
      const architecture = text.split("-").map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
      if (!contains(architecture) || encode(architecture) !== text)
        throw architectureInvalid("the uneven space", text, `${choices.length} numbers of choices that can be together, joined by "-"`);
      return architecture;
    },
    functionKey: encode,
  };
}
