/**
 * Functional analysis of variance on a random forest: how much of the variance of a number goes with each component of
 * what it was measured of, over the whole space, and not over what happens to have been measured.
 *
 * Hutter, Hoos & Leyton-Brown 2014, "An Efficient Approach for Assessing Hyperparameter Importance", ICML, Algorithm 2:
 * the leaves of a regression tree are boxes, so that its marginals over all else are sums over leaves. Trees part a
 * component's choices in two by their means, which is the best parting of unordered choices for squared errors (Breiman
 * et al. 1984, Section 9.4).
 *
 * Axes: N samples, L components, C_l choices of component l.
 *
 * @module
 */
import { type Rng, randomStream } from "../random/rng.ts";
import { mean } from "./descriptive.ts";

/** The slot of the random stream, beside those of manifests. */
const STREAM = "/statistics/functional-anova";
/** A leaf has at least so many samples, and a node looks at this share of the components. */
const [LEAST_SAMPLES, LOOKED_AT] = [3, 5 / 6];
const MOST_DEPTH = 64;

/** What was measured: the number of the choice of each component, and the value. */
export interface AnovaSample {
  readonly choices: readonly number[];
  readonly value: number;
}

/** Σ over leaves is over boxes: which choices of each component are inside. */
interface Leaf {
  /** [L][C_l], 1 where the choice is inside. */
  readonly inside: readonly Uint8Array[];
  /** |S_l| / C_l, the share of the choices.  [L] */
  readonly shares: Float64Array;
  readonly value: number;
}

/** Part of the variance over the space. */
export interface AnovaShare {
  /** From 0 to 1. */
  readonly share: number;
}

export interface ComponentShare extends AnovaShare {
  readonly component: number;
  /** The mean with each choice, over all else.  [C_l] */
  readonly means: readonly number[];
}

export interface PairShare extends AnovaShare {
  readonly components: readonly [number, number];
}

export class AnovaForest {
  readonly #samples: readonly AnovaSample[];
  readonly #counts: readonly number[];
  readonly #rng: Rng;
  readonly #trees: Leaf[][] = [];
  /** Of each sample what trees say that it was left out of.  [N] */
  readonly #unseen: { sum: number; count: number }[];

  /**
   * @param counts  C_l  [L]
   * @param samples  at least two
   */
  constructor(counts: readonly number[], samples: readonly AnovaSample[], seed = 0) {
    this.#samples = samples;
    this.#counts = counts;
    this.#rng = randomStream(seed, STREAM);
    this.#unseen = samples.map(() => ({ sum: 0, count: 0 }));
  }

  /** Grows one tree more, on as many samples drawn with replacement. */
  grow(): void {
    const n = this.#samples.length;
    const drawn = Array.from({ length: n }, () => this.#rng.below(n));
    const leaves: Leaf[] = [];
    const whole = this.#counts.map((count) => new Uint8Array(count).fill(1));
    this.#split(
      drawn.map((i) => this.#samples[i]!),
      whole,
      0,
      leaves,
    );
    this.#trees.push(leaves);
    const seen = new Set(drawn);
    for (const [i, { choices }] of this.#samples.entries()) {
      if (seen.has(i)) continue;
      const leaf = leaves.find(({ inside }) => choices.every((choice, l) => inside[l]![choice] === 1))!;
      this.#unseen[i]!.sum += leaf.value;
      this.#unseen[i]!.count++;
    }
  }

  /**
   * The share of the variance of samples that trees explain which had not seen them (out of bag); it may be negative. NaN
   * where all values are equal, or no tree has left out any.
   */
  explained(): number {
    const pairs = this.#samples.flatMap(({ value }, i) => {
      const { sum, count } = this.#unseen[i]!;
      return count === 0 ? [] : [{ value, told: sum / count }];
    });
    const centre = mean(pairs.map(({ value }) => value));
    const squares = (of: (pair: { readonly value: number; readonly told: number }) => number) =>
      pairs.reduce((sum, pair) => sum + of(pair) ** 2, 0);
    return 1 - squares(({ value, told }) => value - told) / squares(({ value }) => value - centre);
  }

  /** V_l / V of each component, mean over the trees that have a variance, in the order of the components. */
  components(): ComponentShare[] {
    return this.#counts.map((count, component) => {
      const marginals = this.#trees.map((leaves) => ({ leaves, means: marginal(leaves, component, count) }));
      const shares = marginals.flatMap(({ leaves, means }) => {
        const { centre, variance } = spread(leaves);
        return variance > 0 ? [mean([...means].map((one) => (one - centre) ** 2)) / variance] : [];
      });
      return {
        component,
        share: shares.length > 0 ? mean(shares) : 0,
        means: Array.from({ length: count }, (_, choice) => mean(marginals.map(({ means }) => means[choice]!))),
      };
    });
  }

  /** The same of what two components do together beyond each alone. */
  pair(first: number, second: number): PairShare {
    const shares = this.#trees.flatMap((leaves) => {
      const { centre, variance } = spread(leaves);
      if (variance === 0) return [];
      const [countA, countB] = [this.#counts[first]!, this.#counts[second]!];
      const [alone, other] = [marginal(leaves, first, countA), marginal(leaves, second, countB)];
      const joint = new Float64Array(countA * countB);
      for (const { inside, shares, value } of leaves) {
        const weight = (value * product(shares)) / (shares[first]! * shares[second]!);
        for (let a = 0; a < countA; a++)
          if (inside[first]![a] === 1) for (let b = 0; b < countB; b++) if (inside[second]![b] === 1) joint[a * countB + b]! += weight;
      }
      const beyond = [...joint].map((value, at) => value - alone[Math.floor(at / countB)]! - other[at % countB]! + centre);
      return [mean(beyond.map((one) => one ** 2)) / variance];
    });
    return { components: [first, second], share: shares.length > 0 ? mean(shares) : 0 };
  }

  #split(samples: readonly AnovaSample[], inside: readonly Uint8Array[], depth: number, leaves: Leaf[]): void {
    const found = samples.length >= 2 * LEAST_SAMPLES && depth < MOST_DEPTH ? this.#bestSplit(samples, inside) : undefined;
    if (!found) {
      const shares = Float64Array.from(inside, (own) => own.reduce((sum, one) => sum + one, 0) / own.length);
      leaves.push({ inside, shares, value: mean(samples.map(({ value }) => value)) });
      return;
    }
    const { component, left } = found;
    const side = (within: (choice: number) => boolean) =>
      inside.map((own, l) => (l === component ? own.map((one, choice) => (one === 1 && within(choice) ? 1 : 0)) : own));
    const isLeft = ({ choices }: AnovaSample) => left.has(choices[component]!);
    this.#split(
      samples.filter(isLeft),
      side((choice) => left.has(choice)),
      depth + 1,
      leaves,
    );
    this.#split(
      samples.filter((sample) => !isLeft(sample)),
      side((choice) => !left.has(choice)),
      depth + 1,
      leaves,
    );
  }

  /** The parting that takes most from the squared error; undefined where none takes anything. */
  #bestSplit(
    samples: readonly AnovaSample[],
    inside: readonly Uint8Array[],
  ): { readonly component: number; readonly left: ReadonlySet<number> } | undefined {
    const total = samples.reduce((sum, { value }) => sum + value, 0);
    const base = total ** 2 / samples.length;
    let best: { readonly component: number; readonly left: ReadonlySet<number>; readonly gain: number } | undefined;
    for (const component of this.#lookedAt()) {
      const count = this.#counts[component]!;
      const [sums, sizes] = [new Float64Array(count), new Int32Array(count)];
      for (const { choices, value } of samples) {
        sums[choices[component]!]! += value;
        sizes[choices[component]!]!++;
      }
      const order = Array.from({ length: count }, (_, choice) => choice)
        .filter((choice) => sizes[choice]! > 0)
        .sort((a, b) => sums[a]! / sizes[a]! - sums[b]! / sizes[b]! || a - b);
      let [sum, size] = [0, 0];
      for (const [at, choice] of order.slice(0, -1).entries()) {
        sum += sums[choice]!;
        size += sizes[choice]!;
        const rest = samples.length - size;
        if (size < LEAST_SAMPLES || rest < LEAST_SAMPLES) continue;
        const gain = sum ** 2 / size + (total - sum) ** 2 / rest - base;
        if (gain <= (best?.gain ?? 1e-12 * Math.max(1, Math.abs(base)))) continue;
        const left = new Set(order.slice(0, at + 1));
        // Choices that no sample here has go where more samples are.
        if (size > rest) for (let c = 0; c < count; c++) if (sizes[c] === 0 && inside[component]![c] === 1) left.add(c);
        best = { component, left, gain };
      }
    }
    return best;
  }

  /** A part of the components, drawn without replacement. */
  #lookedAt(): number[] {
    const all = this.#counts.map((_, component) => component);
    const looked = Math.max(1, Math.ceil(LOOKED_AT * all.length));
    for (let i = 0; i < looked; i++) {
      const j = i + this.#rng.below(all.length - i);
      [all[i], all[j]] = [all[j]!, all[i]!];
    }
    return all.slice(0, looked);
  }
}

/** a_l(c), the mean with each choice over all else.  [C_l] */
function marginal(leaves: readonly Leaf[], component: number, count: number): Float64Array {
  const means = new Float64Array(count);
  for (const { inside, shares, value } of leaves) {
    const weight = (value * product(shares)) / shares[component]!;
    for (let choice = 0; choice < count; choice++) if (inside[component]![choice] === 1) means[choice]! += weight;
  }
  return means;
}

/** Mean and variance of a tree over the whole space. */
function spread(leaves: readonly Leaf[]): { readonly centre: number; readonly variance: number } {
  const centre = leaves.reduce((sum, { shares, value }) => sum + value * product(shares), 0);
  return { centre, variance: leaves.reduce((sum, { shares, value }) => sum + (value - centre) ** 2 * product(shares), 0) };
}

function product(shares: Float64Array): number {
  return shares.reduce((all, share) => all * share, 1);
}
