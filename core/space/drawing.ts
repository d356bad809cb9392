/**
 * What an architecture looks like, without saying how it is drawn: a space describes it, the command draws it.
 *
 * @module
 */

/** A cell as a graph, several cells, or a network layer by layer. */
export type Drawing = GraphDrawing | GraphsDrawing | LayersDrawing;

/** One graph. */
export interface GraphDrawing extends Graph {
  readonly kind: "graph";
  /** Names the architecture, for those who cannot see it. */
  readonly title: string;
}

/** Graphs from top to bottom. */
export interface GraphsDrawing {
  readonly kind: "graphs";
  /** Names the architecture, for those who cannot see it. */
  readonly title: string;
  readonly graphs: readonly DrawnGraph[];
}

/** One of several graphs, under its label. */
export interface DrawnGraph extends Graph {
  readonly label: string;
}

/** Nodes from left to right; each edge leads to a later one. Edges that compute nothing are left out. */
interface Graph {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

/** A node of a graph. */
export interface DrawnNode {
  readonly label: string;
  /** Number of a colour, from 0, where operations are on the nodes; plain if left out. */
  readonly colour?: number;
  /** True if the output does not depend on it. */
  readonly dead?: boolean;
}

/** From one node to a later one, by their numbers. */
export interface DrawnEdge {
  readonly from: number;
  readonly to: number;
  /** Empty where operations are on the nodes. */
  readonly label: string;
  /** Number of a colour, from 0: the same for the same operation in all architectures of the space. Plain if left out. */
  readonly colour?: number;
  /** True if the output does not depend on it. */
  readonly dead?: boolean;
}

/** Rows of layers from top to bottom, in each from left to right. */
export interface LayersDrawing {
  readonly kind: "layers";
  /** Names the architecture, for those who cannot see it. */
  readonly title: string;
  /** The shape of the image; "" where rows are choices, and nothing passes from one to the next. */
  readonly input: string;
  readonly rows: readonly DrawnRow[];
  /** What the colours mean, in their order. */
  readonly colours: readonly string[];
  /** What the labels mean. */
  readonly note?: string;
}

/** Layers side by side. */
export interface DrawnRow {
  readonly label: string;
  readonly layers: readonly DrawnLayer[];
  /** The shape of what leaves the row. */
  readonly output: string;
}

/** A box in a row. */
export interface DrawnLayer {
  readonly label: string;
  /** In parts of the widest layer's width, above 0 and up to 1. */
  readonly width: number;
  /** Number of a colour, from 0; plain if left out. */
  readonly colour?: number;
}
