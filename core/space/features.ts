/**
 * What architectures compute, as sparse counts, for whatever learns from them.
 *
 * A space says its own features, or has these: its choices, and where its architectures are networks, what stands in
 * them. Dead parts of a network are left out, so architectures that differ in such parts alone are the same in the second.
 *
 * @module
 */
import type { Counts, Space } from "../plugin/space.ts";
import type { Architecture } from "./architecture.ts";
import { isPresent, OneHot } from "./choices.ts";
import { type Layer, live, type Network } from "./network.ts";

/** What a space says of its architectures, or what is said of any. Architectures that were asked for are remembered. */
export function featuresOf(space: Space): (architecture: Architecture) => Counts {
  if (space.features) return (architecture) => space.features!(architecture);
  const choices = choiceFeatures(space);
  if (!space.network) return choices;
  const graph = graphFeatures();
  return (architecture) => joined(choices(architecture), graph(space.network!(architecture)));
}

/** Its choices, and beside them what the space says. */
export function allFeatures(space: Space): (architecture: Architecture) => Counts {
  const [choices, computed] = [choiceFeatures(space), featuresOf(space)];
  return (architecture) => joined(choices(architecture), computed(architecture));
}

/** A feature for each choice of each component; none for one that is not there. */
export function choiceFeatures(space: Pick<Space, "choices" | "conditions">): (architecture: Architecture) => Counts {
  const { begins } = new OneHot(space);
  return (architecture) => {
    const features: number[] = [];
    for (const [component, choice] of architecture.entries())
      if (isPresent(space, architecture, component)) features.push(begins[component]! + choice);
    return { features, counts: features.map(() => 1) };
  };
}

/**
 * The features of Weisfeiler and Lehman: how often each kind of layer stands in a network without its dead parts, and
 * how often each kind after layers of which kinds, to a depth of `refinements`.
 *
 * Ru et al. 2021, "Interpretable Neural Architecture Search via Bayesian Optimisation with Weisfeiler-Lehman Kernels",
 * arXiv:2006.07556. Here a layer is refined by those that feed it; sums and normalisations are layers as others.
 *
 * @returns gives features their numbers as they come, so that they mean something among its own only
 */
export function graphFeatures(refinements = 1): (network: Network) => Counts {
  const numbers = new Map<string, number>();
  const numberOf = (label: string) => {
    let number = numbers.get(label);
    if (number === undefined) numbers.set(label, (number = numbers.size));
    return number;
  };
  return (network) => {
    const { layers } = live(network);
    const counts = new Map<number, number>();
    let labels = layers.map((layer) => numberOf(kindOf(layer)));
    for (let depth = 0; ; depth++) {
      for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
      if (depth === refinements) break;
      const before = labels;
      labels = layers.map(({ inputs }, i) => numberOf(`${before[i]}(${inputs.map((input) => before[input]!).sort((a, b) => a - b)})`));
    }
    return countsOf(counts);
  };
}

/** Counts by feature, as a space gives them. */
export function countsOf(counted: ReadonlyMap<number, number>): Counts {
  const features = [...counted.keys()].sort((a, b) => a - b);
  return { features, counts: features.map((feature) => counted.get(feature)!) };
}

/** What a layer does, whatever feeds it. */
function kindOf({ inputs: _, weights: __, part: ___, ...kind }: Layer): string {
  return JSON.stringify(kind);
}

/** Features of two kinds side by side: even numbers are the first's, odd ones the second's. */
function joined(first: Counts, second: Counts): Counts {
  const entries = [first, second].flatMap(({ features, counts }, kind) =>
    features.map((feature, i) => [2 * feature + kind, counts[i]!] as const),
  );
  entries.sort(([a], [b]) => a - b);
  return { features: entries.map(([feature]) => feature), counts: entries.map(([, count]) => count) };
}
