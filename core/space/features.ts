/**
 * What architectures compute, as sparse counts, for whatever learns from them.
 *
 * A space says its own features, or has these: its choices, and where its architectures are networks, what stands in
 * them. Dead parts of a network are left out, so architectures that differ in such parts alone are the same in the second.
 *
 * @module
 */
import { digestOf } from "../json/canonical-json.ts";
import type { Counts, Space } from "../plugin/space.ts";
import type { Architecture } from "./architecture.ts";
import { isPresent, OneHot } from "./choices.ts";
import { type Activation, type LayerKind, liveParts, type Network, shapesOf } from "./network.ts";

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
    for (let component = 0; component < architecture.length; component++)
      if (isPresent(space, architecture, component)) features.push(begins[component]! + architecture[component]!);
    return { features, counts: Array<number>(features.length).fill(1) };
  };
}

/**
 * The features of Weisfeiler and Lehman: how often each kind of layer stands in a network without its dead parts, and
 * how often each kind after layers of which kinds, to a depth of `refinements`.
 *
 * Ru et al. 2021, "Interpretable Neural Architecture Search via Bayesian Optimisation with Weisfeiler-Lehman Kernels",
 * arXiv:2006.07556. Here a layer is refined by those that feed it; sums and normalisations are layers as others.
 * A feature's number is the beginning of the digest of what it stands for.
 */
export function graphFeatures(refinements = 1): (network: Network) => Counts {
  /** Labels are numbered as they come; the feature that each one is, is the same everywhere. */
  const features: number[] = [];
  const named = (name: readonly number[]) => features.push(Number.parseInt(digestOf(name).slice(0, DIGITS), 16)) - 1;
  const [kinds, refined] = [new Sequences(named), new Sequences((labels) => named(labels.map((label) => features[label]!)))];
  return (network) => {
    const { layers } = network;
    const { kept, inputs, isZero } = liveParts(network);
    const counts = new Map<number, number>();
    /** Of each layer; of those that are left. */
    let labels: number[] = [];
    for (const i of kept) labels[i] = kinds.label(isZero[i] ? kindOf({ kind: "zero", shape: shapesOf(network)[i]! }) : kindOf(layers[i]!));
    for (let depth = 0; ; depth++) {
      for (const i of kept) counts.set(features[labels[i]!]!, (counts.get(features[labels[i]!]!) ?? 0) + 1);
      if (depth === refinements) break;
      const before = labels;
      labels = [];
      for (const i of kept) {
        const fed = isZero[i] ? [] : inputs[i]!.map((input) => before[input]!);
        if (fed.length > 1) fed.sort((a, b) => features[a]! - features[b]!);
        labels[i] = refined.label([before[i]!, ...fed]);
      }
    }
    return countsOf(counts);
  };
}

/** Hexadecimal digits of a digest that make the number of a feature: few enough for twice the number to be exact, and more. */
const DIGITS = 12;

/** Labels of sequences, each given once. */
class Sequences {
  readonly #labelOf: (sequence: readonly number[]) => number;
  readonly #root: Place = { longer: new Map() };

  constructor(labelOf: (sequence: readonly number[]) => number) {
    this.#labelOf = labelOf;
  }

  label(sequence: readonly number[]): number {
    let place = this.#root;
    for (const one of sequence) {
      let longer = place.longer.get(one);
      if (!longer) place.longer.set(one, (longer = { longer: new Map() }));
      place = longer;
    }
    return (place.label ??= this.#labelOf(sequence));
  }
}

/** Where a sequence ends, and those that begin with it go on. */
interface Place {
  label?: number;
  readonly longer: Map<number, Place>;
}

/** Counts by feature, as a space gives them. */
export function countsOf(counted: ReadonlyMap<number, number>): Counts {
  const features = [...counted.keys()].sort((a, b) => a - b);
  return { features, counts: features.map((feature) => counted.get(feature)!) };
}

const KINDS: Readonly<Record<LayerKind["kind"], number>> = {
  ...{ image: 0, zero: 1, convolution: 2, depthwise: 3, batchNorm: 4, activation: 5, "average-pool": 6, "max-pool": 7, shift: 8 },
  ...{ sum: 9, concatenation: 10, truncation: 11, scale: 12, "global-average-pool": 13, linear: 14, shuffle: 15, mixture: 16 },
};
const ACTIVATIONS: Readonly<Record<Activation, number>> = { relu: 0, "hard-swish": 1, "hard-sigmoid": 2 };

/** What a layer does, whatever feeds it. */
function kindOf(layer: LayerKind): number[] {
  const kind = KINDS[layer.kind];
  switch (layer.kind) {
    case "image":
    case "zero":
      return [kind, ...layer.shape];
    case "convolution":
      return [kind, layer.kernel, layer.stride, layer.dilation ?? 1, layer.channels];
    case "depthwise":
      return [kind, layer.kernel, layer.stride, layer.dilation ?? 1];
    case "activation":
      return [kind, ACTIVATIONS[layer.activation]];
    case "average-pool":
    case "max-pool":
      return [kind, layer.kernel, layer.stride];
    case "truncation":
      return layer.from ? [kind, layer.channels, layer.from] : [kind, layer.channels];
    case "shuffle":
      return [kind, layer.groups];
    case "mixture":
      return [kind, layer.edge];
    case "linear":
      return [kind, layer.outputs];
    case "batchNorm":
    case "shift":
    case "sum":
    case "concatenation":
    case "scale":
    case "global-average-pool":
      return [kind];
  }
}

/** Features of two kinds side by side: even numbers are the first's, odd ones the second's. */
function joined(first: Counts, second: Counts): Counts {
  const [features, counts]: [number[], number[]] = [[], []];
  let other = 0;
  const take = (from: Counts, i: number, kind: 0 | 1) => {
    features.push(2 * from.features[i]! + kind);
    counts.push(from.counts[i]!);
  };
  for (let i = 0; i < first.features.length; i++) {
    while (second.features[other]! < first.features[i]!) take(second, other++, 1);
    take(first, i, 0);
  }
  while (other < second.features.length) take(second, other++, 1);
  return { features, counts };
}
