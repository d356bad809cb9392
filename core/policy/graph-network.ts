/**
 * The global policy's view of the subspace graph: features of its nodes, by message passing along
 * edges that say how to turn one centre into another (Section III-B and the appendix of the paper).
 *
 * Axes: K subspaces, E = K (K − 1) / 2 edges, L components, C operations, H features,
 * F = L C + 1 inputs of a node.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import type { Initial } from "../engine/memory.ts";
import type { Part } from "../engine/tape.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Space } from "../plugin/space.ts";
import type { SubspaceGraph } from "../plugin/subspace-graph.ts";
import type { Architecture } from "../space/architecture.ts";
import { OneHot } from "../space/choices.ts";

/**
 * x, the inputs of the nodes: one-hot rows of the components of α, then R(α), the validation accuracy.
 * They are never laid out: a product with one-hot rows reads rows.
 *
 *   x_α W = Σ_l W[C_0 + … + C_{l−1} + α_l] + R(α) W[F − 1]
 */
export class NodeInputs {
  /** F. */
  readonly width: number;
  readonly #subspaces: SubspaceGraph;
  readonly #oneHot: OneHot;
  /** Rows of W that the components read.  [K, L] */
  readonly #rows: Int32Array;
  /** The centres and scores that were read last. */
  readonly #centres: Architecture[] = [];
  readonly #scores: Float64Array;

  constructor(space: Space, subspaces: SubspaceGraph) {
    this.#oneHot = new OneHot(space);
    this.width = this.#oneHot.width + 1;
    this.#subspaces = subspaces;
    this.#rows = new Int32Array(subspaces.count * space.length);
    this.#scores = new Float64Array(subspaces.count);
  }

  /** Reads the present centres. @returns whether any is another one than before, or has another score */
  refresh(): boolean {
    const { centres, scores } = this.#subspaces;
    const { begins } = this.#oneHot;
    let changed = false;
    for (let k = 0; k < centres.length; k++) {
      const centre = centres[k]!;
      if (centre === this.#centres[k] && scores[k] === this.#scores[k]) continue;
      changed = true;
      this.#centres[k] = centre;
      this.#scores[k] = scores[k]!;
      for (let l = 0; l < begins.length; l++) this.#rows[k * begins.length + l] = begins[l]! + centre[l]!;
    }
    return changed;
  }

  /**
   * x W + bias
   * @param w  [F, H]
   * @param bias  [1, H]
   * @returns [K, H]
   */
  times(engine: Engine, w: Tensor, bias?: Tensor): Tensor {
    const { count, scores } = this.#subspaces;
    const accuracy = engine.linear([[engine.input(count, 1, scores), engine.row(w, this.width - 1)]], bias);
    return engine.gather(count, [{ from: accuracy }, { from: w, rows: this.#rows }]);
  }
}

/** Rows of H numbers that both layers lay out for an edge, and as many again for their gradients. */
const ROWS_PER_EDGE = 20;

/**
 * Two layers of GraphSAGE with edge features.
 *
 *   h⁰_α = x_α N + b_N,   e⁰_αα' = (x_α' − x_α) E + b_E where the edge α → α' exists, else 0
 *   n_α  = mean over α' of ReLU(ReLU(P · [h_α ; e_αα' ; e_α'α]) · S + b_S)      Eq. 5
 *   h_α  ← ReLU(Q · [h_α ; n_α])                                               Eq. 6
 *   e_αα' ← ReLU(W · [e_αα' ; h_α ; h_α'])                                     Eq. 7
 *
 * Different from Eq. 5: the linear map S and its ReLU come before the mean, as in the authors' code.
 *
 * What is not computed, without a change in the result but for rounding:
 * - A product with a concatenation is the sum of products with its parts, P · [h ; e ; e'] =
 *   P_h h + P_e e + P_e' e', so P_h h is computed once a node and not once an edge; as is W_h h.
 * - Of e_αα' and e_α'α one exists, so an edge gives to each of its ends one of P_e e and P_e' e, and
 *   both come from one product with [P_e | P_e'].
 * - e⁰ is linear in x: with d_α = x_α E, P_e e⁰_αα' = P_e d_α' − P_e d_α + P_e b_E. So the first layer
 *   has products of K nodes and not of E edges; as for W_e e⁰.
 * - Nobody reads the edges after the last layer, so it has no Eq. 7.
 */
export class GraphNetwork {
  readonly #engine: Engine;
  readonly #subspaces: SubspaceGraph;
  readonly #inputs: NodeInputs;
  readonly #node: Tensor;
  readonly #nodeBias: Tensor;
  readonly #edge: Tensor;
  readonly #edgeBias: Tensor;
  readonly #first: MessageWeights;
  readonly #last: MessageWeights;
  readonly #zeroEdges: boolean;
  /** W of the first layer, by its parts: e's [H, H], and those of both ends side by side [H, 2H]. */
  readonly #updateEdge: Tensor;
  readonly #updateEnds: Tensor;
  /** Row numbers for the gathers along the edges; see `#readEdges`. */
  readonly #rows: EdgeRows;
  /** The operations of both layers, as they were last. */
  #part: Part | undefined;

  /**
   * @param hidden  H
   * @param zeroEdges  leaves e = 0 in both layers, an ablation; the parameters are declared all the same, so that
   *   everything starts from the same numbers as with edges
   */
  constructor(engine: Engine, initial: Initial, space: Space, subspaces: SubspaceGraph, hidden: number, zeroEdges = false) {
    const edges = subspaces.from.length;
    engine.checkRoom(2 * ROWS_PER_EDGE * (hidden + 1) * edges, "Lower /subspaces/count, or hidden.");
    this.#engine = engine;
    this.#zeroEdges = zeroEdges;
    this.#subspaces = subspaces;
    this.#inputs = new NodeInputs(space, subspaces);
    const { width } = this.#inputs;
    this.#node = engine.parameter(width, hidden, initial);
    this.#nodeBias = engine.parameter(1, hidden, initial);
    this.#edge = engine.parameter(width, hidden, initial);
    this.#edgeBias = engine.parameter(1, hidden, initial);
    this.#first = messageWeights(engine, initial, hidden);
    this.#updateEdge = engine.parameter(hidden, hidden, initial);
    this.#updateEnds = engine.parameter(hidden, 2 * hidden, initial);
    this.#last = messageWeights(engine, initial, hidden);
    this.#rows = edgeRows(edges);
  }

  /** h, the features of the nodes after both layers, for the graph as it is now.  [K, H] */
  nodes(): Tensor {
    const changed = this.#inputs.refresh();
    if (changed) this.#readEdges();
    this.#part = this.#engine.part(changed ? undefined : this.#part, () => this.#layers());
    return this.#part.result;
  }

  #layers(): Tensor {
    const engine = this.#engine;
    const rows = this.#rows;
    const edges = this.#subspaces.from.length;
    let h = this.#inputs.times(engine, this.#node, this.#nodeBias);
    if (edges === 0) {
      for (const { nodeToNode } of [this.#first, this.#last]) h = engine.relu(engine.linear([[h, nodeToNode]]));
      return h;
    }
    if (this.#zeroEdges) return this.#layer(this.#layer(h, this.#first, []), this.#last, []);
    const d = this.#inputs.times(engine, this.#edge);

    // Layer 1; its edges are those of e⁰ = d_α' − d_α + b_E.
    const ends = this.#bothSlots(d, this.#first.edgeToMessage);
    const offset = this.#bothSlots(this.#edgeBias, this.#first.edgeToMessage);
    h = this.#layer(h, this.#first, [
      { from: ends, rows: rows.endsAhead },
      { from: ends, rows: rows.endsBehind, scale: -1 },
      { from: offset, rows: rows.slot },
    ]);
    const w = engine.linear([[d, this.#updateEdge]]);
    const hw = this.#bothSlots(h, this.#updateEnds);
    const e = engine.relu(
      engine.gather(edges, [
        { from: w, rows: this.#subspaces.to },
        { from: w, rows: this.#subspaces.from, scale: -1 },
        { from: engine.linear([[this.#edgeBias, this.#updateEdge]]), rows: rows.zeros },
        { from: hw, rows: rows.tail },
        { from: hw, rows: rows.head },
      ]),
    );

    // Layer 2: row 2 e + s of the edges' part is what slot s of P makes of edge e.
    return this.#layer(h, this.#last, [{ from: this.#bothSlots(e, this.#last.edgeToMessage) }]);
  }

  /**
   * Eq. 5 and 6. Edge e sends two messages, row 2 e to the node that it leaves, whose slot e_αα' it
   * fills, and row 2 e + 1 to the node that it enters, whose slot e_α'α it fills.
   * @param h  [K, H]
   * @param edgePart  terms that sum up to P_e e and P_e' e  [2E, H]
   * @returns [K, H]
   */
  #layer(h: Tensor, weights: MessageWeights, edgePart: readonly { from: Tensor; rows?: Int32Array; scale?: number }[]): Tensor {
    const engine = this.#engine;
    const { receiver } = this.#rows;
    const nodePart = { from: engine.linear([[h, weights.nodeToMessage]]), rows: receiver };
    const messages = engine.relu(engine.gather(receiver.length, [...edgePart, nodePart]));
    const mapped = engine.relu(engine.linear([[messages, weights.messageMap]], weights.messageBias));
    const n = engine.groupMean(mapped, h.rows, receiver);
    return engine.relu(
      engine.linear([
        [h, weights.nodeToNode],
        [n, weights.messageToNode],
      ]),
    );
  }

  /** x [w₀ | w₁] with its halves as rows: row 2 i + s is x_i w_s.  x [n, H] → [2n, H] */
  #bothSlots(x: Tensor, w: Tensor): Tensor {
    return this.#engine.reshape(this.#engine.linear([[x, w]]), 2 * x.rows, w.cols / 2);
  }

  #readEdges(): void {
    const { from, to } = this.#subspaces;
    const { receiver, endsAhead, endsBehind, tail, head } = this.#rows;
    for (let e = 0; e < from.length; e++) {
      const worse = from[e]!;
      const better = to[e]!;
      receiver[2 * e] = worse;
      receiver[2 * e + 1] = better;
      endsAhead[2 * e] = 2 * better;
      endsAhead[2 * e + 1] = 2 * better + 1;
      endsBehind[2 * e] = 2 * worse;
      endsBehind[2 * e + 1] = 2 * worse + 1;
      tail[e] = 2 * worse;
      head[e] = 2 * better + 1;
    }
  }
}

/** The weights of Eq. 5 and 6. */
interface MessageWeights {
  /** P_h  [H, H] */
  readonly nodeToMessage: Tensor;
  /** [P_e | P_e']  [H, 2H] */
  readonly edgeToMessage: Tensor;
  /** S  [H, H] */
  readonly messageMap: Tensor;
  readonly messageBias: Tensor;
  /** Q_h  [H, H] */
  readonly nodeToNode: Tensor;
  /** Q_n  [H, H] */
  readonly messageToNode: Tensor;
}

function messageWeights(engine: Engine, initial: Initial, hidden: number): MessageWeights {
  return {
    nodeToMessage: engine.parameter(hidden, hidden, initial),
    edgeToMessage: engine.parameter(hidden, 2 * hidden, initial),
    messageMap: engine.parameter(hidden, hidden, initial),
    messageBias: engine.parameter(1, hidden, initial),
    nodeToNode: engine.parameter(hidden, hidden, initial),
    messageToNode: engine.parameter(hidden, hidden, initial),
  };
}

interface EdgeRows {
  /** The node that gets message m.  [2E] */
  readonly receiver: Int32Array;
  /** For message m in slot s: row 2 α + s of the end that the edge runs to, or from.  [2E] */
  readonly endsAhead: Int32Array;
  readonly endsBehind: Int32Array;
  /** s for message m.  [2E] */
  readonly slot: Int32Array;
  /** Row 2 α of the node that edge e leaves, 2 α' + 1 of the one that it enters.  [E] */
  readonly tail: Int32Array;
  readonly head: Int32Array;
  /** [E] */
  readonly zeros: Int32Array;
}

function edgeRows(edges: number): EdgeRows {
  const rows = (n: number) => new Int32Array(n);
  return {
    receiver: rows(2 * edges),
    endsAhead: rows(2 * edges),
    endsBehind: rows(2 * edges),
    slot: Int32Array.from({ length: 2 * edges }, (_, m) => m % 2),
    tail: rows(edges),
    head: rows(edges),
    zeros: rows(edges),
  };
}
