/**
 * Shared weights without a network: losses are quadratic in the weights w and in the mixture m, so what a method does can
 * be computed by hand.
 *
 * @module
 */
import type { Space } from "../../core/plugin/space.ts";
import { type Rng, randomStream } from "../../core/random/rng.ts";
import { firstChoice, isPresent } from "../../core/space/choices.ts";
import { heaviest, type OpenEdge, type OpenNetwork, weightOf } from "../../core/space/open-network.ts";
import type {
  Images,
  Judged,
  Mixture,
  SharedWeights,
  Standing,
  WeightSchedule,
  WeightSharing,
  WeightSharingMethod,
} from "../../core/training/weight-sharing.ts";

/** L = ½ wᵀAw + mᵀBw + ½ mᵀHm + cᵀm; m is the mixture, edge after edge. What is left out is zero. */
export interface Quadratic {
  /** [weights][weights], symmetric. */
  readonly A?: Mixture;
  /** [operations of all edges][weights] */
  readonly B?: Mixture;
  /** [operations of all edges][operations of all edges], symmetric. */
  readonly H?: Mixture;
  /** [operations of all edges] */
  readonly c?: readonly number[];
}

export interface Toy {
  readonly edges: readonly OpenEdge[];
  readonly train: Quadratic;
  readonly validation: Quadratic;
  /** Where they begin. */
  readonly weights: readonly number[];
  readonly schedule: WeightSchedule;
  readonly steps: number;
  readonly seed: number;
  /** How far the slopes of a batch are from those of all images: up to so much, drawn. */
  readonly noise?: number;
  readonly rateFactor?: number;
}

const OF_ARCHITECTURE: Images = { of: "architecture" };

/** As `SharedWeights`, and what a host has to do with it. */
export interface ToySharedWeights extends SharedWeights {
  readonly rng: Rng;
  begin(epoch: number): void;
  /** w, and its momentum. */
  save(): readonly number[];
  restore(saved: readonly number[]): void;
  /** What was asked of it, in turn. */
  readonly asked: readonly { readonly to: "learn" | "judge"; readonly mixture: Mixture; readonly images: Images }[];
}

export function toySharedWeights(toy: Toy): ToySharedWeights {
  const { edges, schedule, steps, seed, noise = 0, rateFactor = 1 } = toy;
  let rng = randomStream(seed, "/epoch/0");
  let images = randomStream(seed, "/images/0");
  let w = [...toy.weights];
  let momentum = w.map(() => 0);
  let remembered = { w, momentum };
  let direction = momentum;
  const batches = { weights: 0, architecture: 0 };
  const asked: ToySharedWeights["asked"][number][] = [];

  function batch({ of, again = false }: Images): number {
    if (!again) batches[of] = noise * (2 * images.next() - 1);
    return batches[of];
  }
  /** The loss of a batch, and its gradients. */
  function found(mixture: Mixture, which: Images, all: boolean): Judged & { readonly byWeights: readonly number[] } {
    const { A, B, H, c } = which.of === "weights" ? toy.train : toy.validation;
    const m = mixture.flat();
    const shift = batch(which);
    const byWeights = w.map((_, i) => dot(A?.[i], w) + sum(m.map((weight, j) => weight * (B?.[j]?.[i] ?? 0))) + shift * (i + 1));
    const byMixture = m.map((_, j) => dot(B?.[j], w) + dot(H?.[j], m) + (c?.[j] ?? 0) + shift * (j % 3));
    const loss = sum(w.map((x, i) => (x * dot(A?.[i], w)) / 2)) + sum(m.map((x, j) => x * (byMixture[j]! - dot(H?.[j], m) / 2)));
    let at = 0;
    const rows = edges.map(({ operations }) => byMixture.slice(at, (at += operations.length)));
    return {
      loss,
      byWeights,
      gradient: rows.map((row, e) => row.map((slope, k) => (all || mixture[e]![k] !== 0 ? slope : Number.NaN))),
      outputs: rows.map((row) => sum(row) / row.length),
    };
  }

  return {
    edges,
    steps,
    schedule,
    rateFactor,
    learningRate: schedule.learningRate,
    get rng() {
      return rng;
    },
    asked,
    begin(epoch) {
      rng = randomStream(seed, `/epoch/${epoch}`);
      images = randomStream(seed, `/images/${epoch}`);
    },
    async learn(mixtures, { again = false, all = false, clip = true, together = false, rate = schedule.learningRate } = {}) {
      let held = w.map(() => 0);
      return mixtures.map((mixture, n) => {
        const images: Images = { of: "weights", again: again || (together && n > 0) };
        asked.push({ to: "learn", mixture, images });
        const { byWeights, ...judged } = found(mixture, images, all);
        held = held.map((slope, i) => slope + byWeights[i]!);
        if (together && n < mixtures.length - 1) return judged;
        const norm = Math.hypot(...held);
        const shorter = clip && schedule.clip > 0 && norm > schedule.clip ? schedule.clip / norm : 1;
        const slopes = held.map((slope, i) => shorter * slope + schedule.weightDecay * w[i]!);
        held = w.map(() => 0);
        momentum = momentum.map((m, i) => schedule.momentum * m + slopes[i]!);
        w = w.map((x, i) => x - rate * (schedule.nesterov ? slopes[i]! + schedule.momentum * momentum[i]! : momentum[i]!));
        return judged;
      });
    },
    async judge(mixture, { images: which = OF_ARCHITECTURE, all = false, keep = false } = {}) {
      asked.push({ to: "judge", mixture, images: which });
      const { byWeights, ...judged } = found(mixture, which, all);
      if (!keep) return judged;
      direction = [...byWeights];
      return { ...judged, norm: Math.hypot(...byWeights) };
    },
    async remember() {
      remembered = { w, momentum };
    },
    async recall() {
      ({ w, momentum } = remembered);
    },
    async move(times) {
      w = w.map((x, i) => x + times * direction[i]!);
    },
    accuracies: async (mixtures, count) =>
      mixtures.map((mixture) => {
        const { loss } = found(mixture, { of: "architecture", again: count === "all" }, false);
        return 100 / (1 + Math.exp(Math.max(-30, Math.min(30, loss))));
      }),
    save: () => [...w, ...momentum],
    restore(saved) {
      w = saved.slice(0, w.length);
      momentum = saved.slice(w.length);
    },
  };
}

/** The components of a space as edges; where the space has nodes, these are the edges' too. */
export function toyOpenNetwork(space: Space, partial = 1): OpenNetwork {
  const edges = space.choices.map((operations, component): OpenEdge => {
    const node = space.nodes?.findIndex((components) => components.includes(component));
    return {
      name: `edge ${component}`,
      operations,
      parameterFree: operations.map((_, k) => k % 2 === 0),
      ...(operations.length > 2 && { none: 0 }),
      skip: operations.length - 1,
      ...(node !== undefined && { node: `${node}` }),
    };
  });
  return {
    edges: partial === 1 ? edges : [...edges, ...edges.map(weightOf)],
    get network(): never {
      throw new Error("a toy has no network");
    },
    derive(weights) {
      const architecture: number[] = [];
      for (const component of space.choices.keys()) {
        const first = firstChoice(space, component);
        architecture.push(isPresent(space, architecture, component) ? first + heaviest(weights[component]!.slice(first)) : 0);
      }
      return architecture;
    },
    operationsOf: (architecture) => architecture.map((choice, l) => (isPresent(space, architecture, l) ? choice : undefined)),
  };
}

/** A small toy with these edges, all of it drawn by the seed. */
export function drawnToy(edges: readonly OpenEdge[], schedule: WeightSchedule, seed: number): Toy {
  const rng = randomStream(seed, "/toy");
  const operations = edges.reduce((count, { operations }) => count + operations.length, 0);
  const weights = 3;
  const uniform = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.next() - 0.5));
  const quadratic = (): Quadratic => ({
    A: [
      [2, 0.5, 0],
      [0.5, 1, 0],
      [0, 0, 1],
    ],
    B: uniform(operations, weights),
    c: uniform(1, operations)[0]!,
  });
  return { edges, train: quadratic(), validation: quadratic(), weights: [1, -1, 0.5], schedule, steps: 3, seed, noise: 0.1 };
}

/** Few epochs of a toy, as the host trains: what controllers are handed that need `sharedWeights`. */
export function toyWeightSharing(space: Space, seed: number, epochs = 4): WeightSharing {
  return {
    open: (partial) => toyOpenNetwork(space, partial),
    async search(method) {
      const open = toyOpenNetwork(space, method.partial);
      const weights = toySharedWeights(drawnToy(open.edges, { ...method.schedule, epochs }, seed));
      await trained(method, weights);
      weights.begin(epochs + 1);
      return { ranked: await method.rank(weights, open), seconds: 1 };
    },
  };
}

/** Trains for all epochs from one on, or until the method ends. @returns how it stood after each */
export async function trained(method: WeightSharingMethod, weights: ToySharedWeights, from = 1): Promise<readonly Standing[]> {
  const standings: Standing[] = [];
  for (let epoch = from; epoch <= weights.schedule.epochs && !standings.at(-1)?.ended; epoch++) {
    weights.begin(epoch);
    standings.push(await method.epoch(epoch, weights));
  }
  return standings;
}

function dot(a: readonly number[] | undefined, b: readonly number[]): number {
  return a === undefined ? 0 : sum(a.map((x, i) => x * b[i]!));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
