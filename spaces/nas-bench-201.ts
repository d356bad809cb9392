/**
 * The cell space of NAS-Bench-201: 4 nodes, an operation on each of the 6 edges j → i (j < i).
 *
 * Dong & Yang 2020, arXiv:2001.00326. Components are the edges 0→1, 0→2, 1→2, 0→3, 1→3, 2→3, in the
 * order of the textual form `|op~0|+|op~0|op~1|+|op~0|op~1|op~2|`.
 *
 * The network around the cell: 3×3 stem convolution with C channels; `stages` stages of N cells, each
 * stage with twice the channels and half the size of the one before, joined by residual blocks of
 * stride 2; global average pool; linear classifier. The options describe it; only `cost`, `network` and
 * `open` depend on them.
 *
 * Beyond the benchmark: with `reduction: "pool"` a 2×2 average pool and a 1×1 convolution join the
 * stages, so that in a small network the cells decide, not what is between them.
 *
 * @module
 */
import { architectureInvalid, nearest } from "../core/errors/index.ts";
import { plugin } from "../core/plugin/plugin.ts";
import type { Counts } from "../core/plugin/space.ts";
import type { Architecture } from "../core/space/architecture.ts";
import { alike } from "../core/space/choices.ts";
import type { Drawing } from "../core/space/drawing.ts";
import { countsOf } from "../core/space/features.ts";
import { type Network, NetworkWriter } from "../core/space/network.ts";
import { checkPartial, heaviest, type OpenNetwork, weightOf } from "../core/space/open-network.ts";

const OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"] as const;
const C = OPERATIONS.length;
const [NONE, SKIP, CONV_1X1, CONV_3X3, AVG_POOL] = [0, 1, 2, 3, 4];
const NODES = 3; // that compute something; node 0 is the input
const L = 6;
/** The nodes that each edge joins. */
const [FROM, TO] = [
  [0, 0, 1, 0, 1, 2],
  [1, 2, 2, 3, 3, 3],
];
const FORM = "|op~0|+|op~0|op~1|+|op~0|op~1|op~2|";

/** NODE_TEXT[i − 1] has, for each choice of the operations into node i, read as digits of base C, its part of the text. */
const NODE_TEXT = [1, 2, 3].map((inputs) =>
  strings(inputs).map((ops) => `|${ops.map((op, from) => `${OPERATIONS[op]}~${from}`).join("|")}|`),
);
const NODE_CODE = NODE_TEXT.map((texts) => new Map(texts.map((text, code) => [text, code])));
const NODE_OPERATIONS = [1, 2, 3].map(strings);
/** Texts that were asked for, by the cell's number in base C: a search asks for the same ones again and again. */
const texts: string[] = [];

export default plugin({
  kind: "space",
  name: "nas-bench-201",
  summary: "Cells of 4 nodes and 6 edges with 5 operations: 15,625 cells, 6,466 functions",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      channels: { type: "integer", minimum: 1, maximum: 4096, default: 16, description: "C, channels of the first stage" },
      cellsPerStage: { type: "integer", minimum: 1, maximum: 200, default: 5, description: "N, cells in each stage" },
      stages: {
        type: "integer",
        minimum: 1,
        maximum: 8,
        default: 3,
        description: "stages, each with twice the channels of the one before",
      },
      reduction: {
        enum: ["residual", "pool"],
        default: "residual",
        description: "what joins the stages: the benchmark's residual block, or an average pool and a 1×1 convolution",
      },
      imageSize: { type: "integer", minimum: 1, maximum: 4096, default: 32, description: "height and width of the input" },
      imageChannels: { type: "integer", minimum: 1, maximum: 4096, default: 3, description: "channels of the input" },
      classes: { type: "integer", minimum: 2, maximum: 65_536, default: 10, description: "outputs of the classifier" },
    },
  },
  needs: [],
  create(options) {
    return {
      length: L,
      ...alike(L, OPERATIONS),
      components: FROM.map((from, edge) => `${from} → ${TO[edge]}`),
      size: BigInt(C ** L),
      nodes: [[0], [1, 2], [3, 4, 5]],
      sample(rng) {
        const cell: number[] = [];
        for (let edge = 0; edge < L; edge++) cell.push(rng.below(C)); // a third of the time of Array.from
        return cell;
      },
      contains: (cell) => cell.length === L && cell.every((op) => Number.isInteger(op) && op >= 0 && op < C),
      modify(cell, modifications) {
        const modified = [...cell];
        for (const { component, operation } of modifications) modified[component] = operation;
        return modified;
      },
      neighbours(cell) {
        const neighbours: Architecture[] = [];
        for (let edge = 0; edge < L; edge++) for (let op = 0; op < C; op++) if (op !== cell[edge]) neighbours.push(cell.with(edge, op));
        return neighbours;
      },
      encode,
      decode,
      functionKey,
      cost: costOf(options),
      network: (cell) => networkOf(options, cell),
      open: (partial) => openNetwork(options, partial),
      drawing,
      features,
      paths: { count: FIRST_PATH[3]! + (C - 1) ** 3, most: ROUTES.length, of: pathsOf },
    };
  },
});

function encode(cell: Architecture): string {
  const [a, b, c, d, e, f] = cell as [number, number, number, number, number, number];
  const second = b * C + c;
  const third = (d * C + e) * C + f;
  const code = (a * C ** 2 + second) * C ** 3 + third;
  return (texts[code] ??= `${NODE_TEXT[0]![a]}+${NODE_TEXT[1]![second]}+${NODE_TEXT[2]![third]}`);
}

function decode(text: string): Architecture {
  const cell: number[] = [];
  const parts = text.split("+");
  for (let node = 0; node < NODES; node++) {
    const code = NODE_CODE[node]!.get(parts[node] ?? "");
    if (code === undefined) throw unreadable(text);
    cell.push(...NODE_OPERATIONS[node]![code]!);
  }
  if (parts.length !== NODES) throw unreadable(text);
  return cell;
}

function unreadable(text: string): Error {
  const found = /^\|([^|~]*)~0\|\+\|([^|~]*)~0\|([^|~]*)~1\|\+\|([^|~]*)~0\|([^|~]*)~1\|([^|~]*)~2\|$/.exec(text)?.slice(1);
  const wrong = found?.find((op) => !(OPERATIONS as readonly string[]).includes(op));
  if (wrong === undefined)
    return architectureInvalid("nas-bench-201", text, `the form ${FORM} with the operations ${OPERATIONS.join(", ")}`);
  const near = nearest(wrong, OPERATIONS);
  const hint = near ? `; did you mean "${near}"?` : "";
  return architectureInvalid(
    "nas-bench-201",
    text,
    `one of the operations ${OPERATIONS.join(", ")} where ${JSON.stringify(wrong)} stands${hint}`,
  );
}

/**
 * The function that a cell computes, as the benchmark's authors name it: the text of node i is the
 * sorted sum of its inputs; a skip passes the text of its node on, "#" is zero. 6,466 texts in all.
 *
 * It identifies cells that differ in the order of the inputs, in skips in place of the node they
 * copy, and in operations applied to a zero edge. It also puts together what trains differently: a
 * convolution whose output is added twice, and two convolutions (each with weights of its own) of
 * one input.
 *
 * It does not see that "#+#", a node with two zero inputs, is zero as well, that adding zero changes
 * nothing, or that sums can be regrouped: with these three rules 4,930 functions remain. A part of
 * the cell that does not reach the output leaves no trace in the text.
 */
function functionKey(cell: Architecture): string {
  const node = ["0"];
  for (let i = 1, edge = 0; i <= NODES; i++) {
    const inputs = node.map((input) => {
      const op = cell[edge++]!;
      if (op === NONE || input === "#") return "#";
      return op === SKIP ? input : `(${input})@${OPERATIONS[op]}`;
    });
    node.push(inputs.sort().join("+"));
  }
  return node[NODES]!;
}

/** The ways from node 0 to node 3, as edges in the order that they are taken. */
const ROUTES: readonly (readonly number[])[] = [[3], [0, 4], [1, 5], [0, 2, 5]];
/** FIRST_PATH[n] is the number of the first path of n edges: 4 have one edge, 16 two, 64 three. */
const FIRST_PATH = [0, 0, C - 1, C - 1 + (C - 1) ** 2];

/**
 * The paths of a cell, each numbered by its operations as digits of base 4, after the shorter ones. A skip is
 * an operation like others, so a path with it is longer than the one without. `none` cuts a path: it is
 * absent. Where two routes have the same operations they are one path.
 *
 * Different from White et al.'s naszilla, where `none` is an operation as well: 155 paths, of which every cell
 * has 2 to 4.
 */
function pathsOf(cell: Architecture): readonly number[] {
  const paths = ROUTES.filter((route) => route.every((edge) => cell[edge] !== NONE)).map(
    (route) => route.reduce((number, edge) => number * (C - 1) + cell[edge]! - 1, 0) + FIRST_PATH[route.length]!,
  );
  return [...new Set(paths)].sort((a, b) => a - b);
}

/**
 * How often each sequence of operations leads from the input to the output. A skip is not an operation here, and `none`
 * ends a way, so cells of one function have the same.
 */
function features(cell: Architecture): Counts {
  const counts = new Map<number, number>();
  for (const route of ROUTES) {
    if (route.some((edge) => cell[edge] === NONE)) continue;
    // The sequence as digits of base 4, none of them 0
    const number = route.reduce((number, edge) => (cell[edge] === SKIP ? number : number * 4 + cell[edge]! - 1), 0);
    counts.set(number, (counts.get(number) ?? 0) + 1);
  }
  return countsOf(counts);
}

/** The cell as a graph. What is zero, or does not reach the output, is dead. */
function drawing(cell: Architecture): Drawing {
  const edges = cell.map((op, edge) => ({ op, from: FROM[edge]!, to: TO[edge]! })).filter(({ op }) => op !== NONE);
  const fed = new Set([0]);
  for (const { from, to } of edges) if (fed.has(from)) fed.add(to);
  const needed = new Set([NODES]);
  for (const { from, to } of edges.toReversed()) if (needed.has(to)) needed.add(from);
  const dead = (...nodes: readonly number[]) => !nodes.every((node) => fed.has(node) && needed.has(node));
  return {
    kind: "graph",
    title: `The cell ${encode(cell)} of NAS-Bench-201`,
    nodes: ["input", "node 1", "node 2", "output"].map((label, node) => ({ label, dead: dead(node) })),
    edges: edges.map(({ op, from, to }) => ({ from, to, label: OPERATIONS[op]!, colour: op - 1, dead: dead(from, to) })),
  };
}

interface Skeleton {
  readonly channels: number;
  readonly cellsPerStage: number;
  readonly stages: number;
  readonly reduction: "residual" | "pool";
  readonly imageSize: number;
  readonly imageChannels: number;
  readonly classes: number;
}

/**
 * Multiply-adds and parameters of the whole network, counted as the benchmark does: every edge of the
 * cell, also those that do not reach the output; convolutions and the classifier for the multiply-adds
 * (no batch normalisation, no pooling); two parameters a channel for each batch normalisation.
 */
function costOf({ channels, cellsPerStage, stages, reduction, imageSize, imageChannels, classes }: Skeleton) {
  let madds = 0;
  let parameters = 0;
  const perEdge = { madds: [0, 0, 0, 0, 0], parameters: [0, 0, 0, 0, 0] };
  const convolution = (kernel: number, from: number, to: number, size: number) => {
    const weights = kernel ** 2 * from * to;
    madds += weights * size ** 2;
    parameters += weights;
  };
  const normalisation = (width: number) => {
    parameters += 2 * width;
  };

  convolution(3, imageChannels, channels, imageSize);
  normalisation(channels);
  let width = channels;
  let size = imageSize;
  for (let stage = 0; stage < stages; stage++) {
    if (stage > 0) {
      size = Math.ceil(size / 2);
      convolution(1, width, 2 * width, size); // of the residual block, the shortcut
      normalisation(2 * width);
      if (reduction === "residual") {
        convolution(3, width, 2 * width, size);
        convolution(3, 2 * width, 2 * width, size);
        normalisation(2 * width);
      }
      width *= 2;
    }
    for (const [op, kernel] of [[CONV_1X1, 1] as const, [CONV_3X3, 3] as const]) {
      perEdge.madds[op!]! += cellsPerStage * (kernel * width * size) ** 2;
      perEdge.parameters[op!]! += cellsPerStage * ((kernel * width) ** 2 + 2 * width);
    }
  }
  normalisation(width);
  madds += width * classes;
  parameters += (width + 1) * classes;

  const total = (fixed: number, each: readonly number[], cell: Architecture) => cell.reduce((sum, op) => sum + each[op]!, fixed);
  return (cell: Architecture) => ({
    madds: total(madds, perEdge.madds, cell),
    parameters: total(parameters, perEdge.parameters, cell),
  });
}

/**
 * The whole network around a cell: a convolution of the cell is ReLU, convolution, normalisation.
 * @param cell  undefined where its edges are open: on each stand all operations, mixed
 * @param partial  1 / the share of the channels that goes along open edges; the others pass by, and all are shuffled
 */
function networkOf(
  { channels, cellsPerStage, stages, reduction, imageSize, imageChannels, classes }: Skeleton,
  cell?: Architecture,
  partial = 1,
): Network {
  const net = new NetworkWriter([imageSize, imageSize, imageChannels]);
  const relu = (from: number) => net.activation(from, "relu");
  const normalised = (name: string, from: number, kernel: number, width: number, stride = 1) =>
    net.batchNorm(net.convolution(from, kernel, width, stride, name), name);

  const cellAfter = (name: string, input: number, width: number) => {
    const nodes = [input];
    const mixed = width / partial;
    /** Of each node the channels that operations see, their activation, which serves all convolutions, and the others. */
    const [seen, active, others]: [number[], number[], number[]] = [[], [], []];
    const operation = (edge: number, from: number, of: number, op: number) => {
      if (op === NONE) return net.zero(of);
      if (op === SKIP) return of;
      if (op === AVG_POOL) return net.averagePool(of, 3);
      return normalised(`${name}/edge ${edge}/${OPERATIONS[op]}`, (active[from] ??= relu(of)), op === CONV_1X1 ? 1 : 3, mixed);
    };
    const along = (edge: number, from: number) => {
      const node = nodes[from]!;
      if (cell) return operation(edge, from, node, cell[edge]!);
      const of = partial === 1 ? node : (seen[from] ??= net.truncate(node, mixed));
      const to = net.mixture(
        edge,
        OPERATIONS.map((_, op) => operation(edge, from, of, op)),
      );
      if (partial === 1) return to;
      const all = net.concatenate([to, (others[from] ??= net.truncate(node, width - mixed, mixed))]);
      return net.mixture(L + edge, [net.shuffle(all, partial)]);
    };
    for (let to = 1, edge = 0; to <= NODES; to++) nodes.push(net.sum(nodes.slice(0, to).map((_, from) => along(edge++, from))));
    return nodes[NODES]!;
  };
  const reduced = (name: string, input: number, width: number) => {
    const shortcut = `${name}/shortcut`;
    const pooled = net.convolution(net.averagePool(input, 2, 2), 1, width, 1, shortcut);
    if (reduction === "pool") return net.batchNorm(pooled, shortcut);
    const first = normalised(`${name}/first`, relu(input), 3, width, 2);
    return net.sum([normalised(`${name}/second`, relu(first), 3, width), pooled]);
  };
  const part = (name: string, write: (name: string, input: number, width: number) => number, input: number, width: number) =>
    net.within(name, () => write(name, input, width));

  let features = net.within("stem", () => normalised("stem", net.image, 3, channels));
  for (let stage = 0, width = channels; stage < stages; stage++, width *= 2) {
    if (stage > 0) features = part(`stage ${stage}/reduction`, reduced, features, width);
    for (let i = 0; i < cellsPerStage; i++) features = part(`stage ${stage}/cell ${i}`, cellAfter, features, width);
  }
  net.within("head", () => net.linear(net.globalAveragePool(relu(net.batchNorm(features, "last"))), classes, "classifier"));
  return net.network();
}

/** Edges in the order of the components; with partial channels, then the weight of each edge itself. */
function openNetwork(options: Skeleton, partial = 1): OpenNetwork {
  checkPartial(options.channels, partial);
  const parameterFree = OPERATIONS.map((_, op) => op !== CONV_1X1 && op !== CONV_3X3);
  const edges = FROM.map((from, edge) => {
    const node = `${TO[edge]}`;
    return { name: `${from} → ${node}`, operations: OPERATIONS, parameterFree, none: NONE, skip: SKIP, node };
  });
  return {
    edges: partial === 1 ? edges : [...edges, ...edges.map(weightOf)],
    network: networkOf(options, undefined, partial),
    derive: (weights) => edges.map((_, edge) => heaviest(weights[edge]!)),
    operationsOf: (cell) => (partial === 1 ? cell : [...cell, ...edges.map(() => 0)]),
  };
}

/** All strings of `length` operations, in the order of the numbers of base C that they write. */
function strings(length: number): number[][] {
  if (length === 0) return [[]];
  return strings(length - 1).flatMap((head) => OPERATIONS.map((_, op) => [...head, op]));
}
