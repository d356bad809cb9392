/**
 * The subspace graph G = (V, E): K candidate subspaces, each given by its centre, and a directed edge
 * between every two of them, from the worse centre to the better one (Section III-B of the paper).
 *
 * The graph is the one mutable thing of a search. Replacing a centre changes that node and the
 * edges at it, nothing else.
 *
 * Axes: K subspaces, E = K (K − 1) / 2 edges.
 *
 * @module
 */
import type { Architecture } from "../space/architecture.ts";
import type { Measured } from "./metric.ts";

/** The subspaces of a run: their centres with scores, and the edges between them. */
export class SubspaceGraph {
  /** K. */
  readonly count: number;
  /** M: the search distance, and the number of single-component modifications per query. */
  readonly radius: number;
  /** Where each edge starts, at the worse centre.  [E] */
  readonly from: Int32Array;
  /** Where each edge ends, at the better centre.  [E] */
  readonly to: Int32Array;
  /** R(α), larger is better; NaN before the first evaluation.  [K] */
  readonly scores: Float64Array;
  /** How many centres were replaced. */
  updates = 0;
  readonly #centres: Architecture[] = [];
  readonly #metrics: Measured["metrics"][] = [];

  constructor(count: number, radius: number) {
    this.count = count;
    this.radius = radius;
    this.scores = new Float64Array(count).fill(Number.NaN);
    this.from = new Int32Array((count * (count - 1)) / 2);
    this.to = new Int32Array(this.from.length);
    for (let i = 1, e = 0; i < count; i++) for (let j = 0; j < i; j++, e++) this.#direct(e, j, i);
  }

  /** α of each subspace, by index.  [K] */
  get centres(): readonly Architecture[] {
    return this.#centres;
  }

  /** The centre of a subspace with all that was measured of it. */
  measured(subspace: number): Measured {
    const metrics = this.#metrics[subspace];
    return { architecture: this.#centres[subspace]!, score: this.scores[subspace]!, ...(metrics && { metrics }) };
  }

  /** Sets the first centre of a subspace. */
  evoke(subspace: number, architecture: Architecture, score: number, metrics?: Measured["metrics"]): void {
    this.#set(subspace, architecture, score, metrics);
  }

  /** Makes β the centre (Algorithm 1, line 4d). */
  replace(subspace: number, architecture: Architecture, score: number, metrics?: Measured["metrics"]): void {
    this.#set(subspace, architecture, score, metrics);
    this.updates++;
  }

  /** The subspace whose centre is best; the first of equals. */
  best(): number {
    let best = 0;
    for (let k = 1; k < this.count; k++) if (this.scores[k]! > this.scores[best]!) best = k;
    return best;
  }

  #set(k: number, architecture: Architecture, score: number, metrics: Measured["metrics"]): void {
    this.#centres[k] = architecture;
    this.scores[k] = score;
    this.#metrics[k] = metrics;
    // Edge (i, j), j < i, has the number i (i − 1) / 2 + j: only those at k can turn.
    for (let j = 0; j < k; j++) this.#direct((k * (k - 1)) / 2 + j, j, k);
    for (let i = k + 1; i < this.count; i++) this.#direct((i * (i - 1)) / 2 + k, k, i);
  }

  /** Between equals an edge runs to the later subspace. */
  #direct(edge: number, earlier: number, later: number): void {
    const down = this.scores[earlier]! > this.scores[later]!;
    this.from[edge] = down ? later : earlier;
    this.to[edge] = down ? earlier : later;
  }
}
