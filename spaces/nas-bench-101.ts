/**
 * The cell space of NAS-Bench-101: up to 7 vertices and 9 edges, an operation on each vertex between input and output.
 *
 * Ying et al. 2019, "NAS-Bench-101: Towards Reproducible Neural Architecture Search", arXiv:1902.09635. Components are
 * the edges i → j (i < j), row by row of the authors' matrix, then the operations of the vertices from 1 on. The
 * textual form is that matrix right of its diagonal and the operations: `110010,00001,0001,…:conv3x3-bn-relu,…`.
 *
 * Members have at most 9 edges, and a way from the input to the output. A vertex that is on no such way is dead,
 * whatever its operation: cells of fewer vertices are those with dead ones. `functionKey` is the authors' hash of the
 * cell without them. There are 423,624 functions.
 *
 * Modifications are made together. Where that gives no member they are made one after the other, and one that would
 * leave no member (it adds a tenth edge, or cuts the last way to the output) waits for the others; what still would
 * in the end is not made.
 *
 * The network: a 3×3 convolution; stacks of cells, each stack with twice the channels of the one before and, after a
 * 2×2 max-pool, half its size; global average pool; linear classifier. In a cell, edges from the input are normalised
 * 1×1 convolutions, vertices add up what leads into them, and the output is the concatenation of what leads into it,
 * between which the channels are divided. The options describe it; only `cost` and `network` depend on them.
 *
 * Different from the benchmark: the authors count the edges of a cell without its dead vertices, so a member here
 * has at most 9 with those that lead nowhere. The functions are the same.
 *
 * @module
 */
import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { architectureInvalid, nearest } from "../core/errors/index.ts";
import { plugin } from "../core/plugin/plugin.ts";
import type { Counts } from "../core/plugin/space.ts";
import type { Architecture, Modification } from "../core/space/architecture.ts";
import type { Drawing } from "../core/space/drawing.ts";
import { countsOf } from "../core/space/features.ts";
import { costOf, type Network, NetworkWriter } from "../core/space/network.ts";

/** In the order of the authors, by which their hash labels them. */
const OPERATIONS = ["conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"] as const;
const C = OPERATIONS.length;
const [CONV_3X3, CONV_1X1, MAX_POOL] = [0, 1, 2];
const MOST_EDGES = 9;
const MOST_VERTICES = 7;

/** What follows from the number of vertices: how many graphs are members, and how many paths one of them has at most. */
const BY_VERTICES: Readonly<Record<number, { readonly graphs: number; readonly mostPaths: number }>> = {
  3: { graphs: 5, mostPaths: 2 },
  4: { graphs: 47, mostPaths: 4 },
  5: { graphs: 840, mostPaths: 7 },
  6: { graphs: 24_060, mostPaths: 8 },
  7: { graphs: 573_494, mostPaths: 8 },
};

/** Hashes that were asked for, by the cell without dead vertices: a search asks for the same ones again and again. */
const hashes = new Map<string, string>();

const count = { type: "integer", minimum: 1, maximum: 4096 } as const;

export default plugin({
  kind: "space",
  name: "nas-bench-101",
  summary: "Cells of up to 7 vertices and 9 edges with 3 operations: 423,624 functions",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      vertices: { type: "integer", minimum: 3, maximum: 7, default: 7, description: "vertices of a cell, input and output included" },
      channels: { type: "integer", minimum: 5, maximum: 4096, default: 128, description: "channels of the first stack" },
      stacks: { ...count, maximum: 8, default: 3, description: "stacks, each with twice the channels of the one before" },
      cellsPerStack: { ...count, maximum: 200, default: 3, description: "cells in each stack" },
      imageSize: { ...count, default: 32, description: "height and width of the input" },
      imageChannels: { ...count, default: 3, description: "channels of the input" },
      classes: { type: "integer", minimum: 2, maximum: 65_536, default: 10, description: "outputs of the classifier" },
    },
  },
  needs: [],
  create(options) {
    const { vertices } = options;
    const edges = edgesOf(vertices);
    const length = edges.length + vertices - 2;
    const choices = Array.from({ length }, (_, component) => (component < edges.length ? ["absent", "present"] : OPERATIONS));
    const { graphs, mostPaths } = BY_VERTICES[vertices]!;
    const paths = (C ** (vertices - 1) - 1) / (C - 1);
    const contains = (cell: Architecture) =>
      cell.length === length &&
      cell.every((choice, component) => Number.isInteger(choice) && choice >= 0 && choice < choices[component]!.length) &&
      isMember(cell, vertices);

    return {
      length,
      choices,
      components: [...edges.map(([from, to]) => `${from} → ${to}`), ...interior(vertices).map((vertex) => `vertex ${vertex}`)],
      size: BigInt(graphs) * BigInt(C) ** BigInt(vertices - 2),
      nodes: [...interior(vertices), vertices - 1].map((vertex) => [
        ...edges.flatMap(([, to], edge) => (to === vertex ? [edge] : [])),
        ...(vertex < vertices - 1 ? [edges.length + vertex - 1] : []),
      ]),
      sample(rng) {
        for (;;) {
          const bits = rng.below(2 ** edges.length);
          const cell = edges.map((_, edge) => (bits >> edge) & 1);
          if (isMember(cell, vertices)) return [...cell, ...interior(vertices).map(() => rng.below(C))];
        }
      },
      contains,
      modify: (cell, modifications) => modify(cell, modifications, contains),
      neighbours: (cell) =>
        cell.flatMap((present, component) =>
          choices[component]!.flatMap((_, choice) => {
            const neighbour = choice === present ? cell : cell.with(component, choice);
            return neighbour !== cell && isMember(neighbour, vertices) ? [neighbour] : [];
          }),
        ),
      encode: (cell) => encode(cell, vertices),
      decode: (text) => decode(text, vertices),
      functionKey: (cell) => hashOf(liveCell(cell, vertices)),
      cost: (cell) => costOf(networkOf(liveCell(cell, vertices), options)),
      network: (cell) => networkOf(liveCell(cell, vertices), options),
      envelope: envelopeOf(vertices),
      drawing: (cell) => drawingOf(cell, vertices),
      features: (cell) => featuresOf(liveCell(cell, vertices), paths),
      paths: { count: paths, most: mostPaths, of: (cell) => different(waysOf(liveCell(cell, vertices))) },
    };
  },
});

/** The edges that there can be, row by row of the matrix. */
function edgesOf(vertices: number): [from: number, to: number][] {
  return Array.from({ length: vertices }, (_, from) =>
    Array.from({ length: vertices - 1 - from }, (_, i): [number, number] => [from, from + 1 + i]),
  ).flat();
}

/** The vertices between input and output. */
function interior(vertices: number): number[] {
  return Array.from({ length: vertices - 2 }, (_, i) => 1 + i);
}

/** Cells with one vertex between input and output, as wide as it gets there, and an edge beside it. */
function envelopeOf(vertices: number): Architecture[] {
  const edges = edgesOf(vertices);
  return interior(vertices).flatMap((vertex) =>
    [CONV_3X3, CONV_1X1].map((operation) => {
      const way = [0, vertex, vertices - 1];
      const matrix = edges.map(([from, to]) => (way.includes(from) && way.includes(to) ? 1 : 0));
      return [...matrix, ...interior(vertices).map(() => operation!)];
    }),
  );
}

/** True of at most 9 edges among which is a way to the output. @param cell  the operations may be left out */
function isMember(cell: Architecture, vertices: number): boolean {
  let edge = 0;
  let present = 0;
  /** A bit for each vertex that a way leads to. */
  let reached = 1;
  for (let from = 0; from < vertices - 1; from++)
    for (let to = from + 1; to < vertices; to++) {
      if (!cell[edge++]) continue;
      present++;
      if ((reached >> from) & 1) reached |= 1 << to;
    }
  return present <= MOST_EDGES && reached >> (vertices - 1) === 1;
}

function modify(cell: Architecture, modifications: readonly Modification[], isMember: (cell: Architecture) => boolean): Architecture {
  const choices = new Map(modifications.map(({ component, operation }) => [component, operation]));
  const together = cell.map((present, component) => choices.get(component) ?? present);
  if (isMember(together)) return together;
  let modified = cell;
  for (let waiting = choices.size + 1; choices.size < waiting; ) {
    waiting = choices.size;
    for (const [component, choice] of choices) {
      const next = modified.with(component, choice);
      if (!isMember(next)) continue;
      modified = next;
      choices.delete(component);
    }
  }
  return modified;
}

function encode(cell: Architecture, vertices: number): string {
  const rows: string[] = [];
  let at = 0;
  for (let width = vertices - 1; width > 0; width--) rows.push(cell.slice(at, (at += width)).join(""));
  return `${rows}:${cell.slice(at).map((operation) => OPERATIONS[operation])}`;
}

function decode(text: string, vertices: number): Architecture {
  const invalid = (expected: string) => architectureInvalid("nas-bench-101", text, expected);
  const [matrix = "", names = "", ...more] = text.split(":");
  const rows = matrix.split(",");
  const operations = names.split(",");
  const isTriangle = rows.length === vertices - 1 && rows.every((row, i) => row.length === vertices - 1 - i && /^[01]*$/.test(row));
  if (!isTriangle || operations.length !== vertices - 2 || more.length > 0) {
    const widths = Array.from({ length: vertices - 1 }, (_, row) => vertices - 1 - row).join(", ");
    throw invalid(`rows of ${widths} zeros and ones with commas between, a colon, and ${vertices - 2} operations with commas between`);
  }
  const wrong = operations.find((name) => !(OPERATIONS as readonly string[]).includes(name));
  if (wrong !== undefined) {
    const near = nearest(wrong, OPERATIONS);
    throw invalid(`one of ${OPERATIONS.join(", ")} where ${JSON.stringify(wrong)} stands${near ? `; did you mean "${near}"?` : ""}`);
  }
  const edges = [...rows.join("")].map(Number);
  const present = edges.filter((edge) => edge === 1).length;
  if (present > MOST_EDGES) throw invalid(`at most ${MOST_EDGES} edges; found ${present}`);
  if (!isMember(edges, vertices)) throw invalid("edges that lead from the input to the output");
  return [...edges, ...operations.map((name) => OPERATIONS.indexOf(name as (typeof OPERATIONS)[number]))];
}

/** A cell without what is dead. Its vertices are in order, the input first and the output last. */
interface LiveCell {
  /** Their numbers in the whole cell.  [V] */
  readonly numbers: readonly number[];
  /** Those that lead into each, by their places here.  [V][…] */
  readonly into: readonly (readonly number[])[];
  /** The operation of each; −1 of the input, −2 of the output.  [V] */
  readonly labels: readonly number[];
}

function liveCell(cell: Architecture, vertices: number): LiveCell {
  const last = vertices - 1;
  /** A bit for each vertex that leads into it. */
  const sources = Array<number>(vertices).fill(0);
  let fed = 1;
  for (let from = 0, edge = 0; from < last; from++)
    for (let to = from + 1; to < vertices; to++) {
      if (!cell[edge++]) continue;
      sources[to]! |= 1 << from;
      if ((fed >> from) & 1) fed |= 1 << to;
    }
  let needed = 1 << last;
  for (let to = last; to > 0; to--) if ((needed >> to) & 1) needed |= sources[to]!;
  const numbers: number[] = [];
  for (let vertex = 0; vertex < vertices; vertex++) if (((fed & needed) >> vertex) & 1) numbers.push(vertex);
  const operations = cell.length - (vertices - 2);
  return {
    numbers,
    into: numbers.map((vertex) => {
      const into: number[] = [];
      for (const [place, from] of numbers.entries()) if ((sources[vertex]! >> from) & 1) into.push(place);
      return into;
    }),
    labels: numbers.map((vertex) => (vertex === 0 ? -1 : vertex === last ? -2 : cell[operations + vertex - 1]!)),
  };
}

/**
 * The hash by which the benchmark's files name a cell, as the authors' `hash_module` computes it: of each vertex
 * that of its numbers of edges and its label; then as often as there are vertices that of its own and its neighbours'
 * hashes; at last that of all. Cells that are the same graph have the same, and for cells of this size only they do.
 */
function hashOf(cell: LiveCell): string {
  const key = `${cell.labels}:${cell.into.join(";")}`;
  let hash = hashes.get(key);
  if (hash === undefined) hashes.set(key, (hash = hashModule(cell)));
  return hash;
}

function hashModule({ into, labels }: LiveCell): string {
  const vertices = labels.map((_, vertex) => vertex);
  const outOf = vertices.map((vertex) => vertices.filter((to) => into[to]!.includes(vertex)));
  const sorted = (hashes: readonly string[], places: readonly number[]) =>
    places
      .map((place) => hashes[place]!)
      .sort()
      .join("");
  let hashes = vertices.map((vertex) => digest(`(${outOf[vertex]!.length}, ${into[vertex]!.length}, ${labels[vertex]})`));
  for (let round = 0; round < vertices.length; round++) {
    const before = hashes;
    hashes = vertices.map((vertex) => digest(`${sorted(before, into[vertex]!)}|${sorted(before, outOf[vertex]!)}|${before[vertex]}`));
  }
  return digest(`['${hashes.sort().join("', '")}']`);
}

function digest(text: string): string {
  return bytesToHex(md5(utf8ToBytes(text)));
}

function different(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** The ways from input to output, each numbered by its operations as digits of base 3, after the shorter ones. */
function waysOf({ into, labels }: LiveCell): number[] {
  const ways: number[][] = [[0]];
  for (let vertex = 1; vertex < labels.length; vertex++) {
    const own: number[] = [];
    for (const from of into[vertex]!) for (const way of ways[from]!) own.push(from === 0 ? way : way * C + labels[from]! + 1);
    ways.push(own);
  }
  return ways.at(-1)!;
}

/**
 * How often each sequence of operations leads from the input to the output, and how often each operation, or the output,
 * is of a sum or concatenation of which others: the features of Weisfeiler and Lehman for the cell, to a depth of 1.
 */
function featuresOf(cell: LiveCell, paths: number): Counts {
  const { into, labels } = cell;
  const counts = new Map<number, number>();
  const count = (feature: number) => counts.set(feature, (counts.get(feature) ?? 0) + 1);
  for (const way of waysOf(cell)) count(way);
  for (let vertex = 1; vertex < labels.length; vertex++) {
    const label = labels[vertex]!;
    let feature = label < 0 ? C : label;
    /** What leads into the vertex by its labels, the input first. */
    for (let sought = -1; sought < C; sought++) {
      let sources = 0;
      for (const from of into[vertex]!) if (labels[from] === sought) sources++;
      feature = feature * MOST_VERTICES + sources;
    }
    count(paths + feature);
  }
  return countsOf(counts);
}

/** Operations on the vertices. What is on no way from the input to the output is dead. */
function drawingOf(cell: Architecture, vertices: number): Drawing {
  const live = new Set(liveCell(cell, vertices).numbers);
  const operations = cell.slice(-(vertices - 2));
  return {
    kind: "graph",
    title: `The cell ${encode(cell, vertices)} of NAS-Bench-101`,
    nodes: Array.from({ length: vertices }, (_, vertex) => {
      const operation = operations[vertex - 1];
      const label = vertex === 0 ? "input" : operation === undefined ? "output" : `${vertex}: ${OPERATIONS[operation]}`;
      return { label, dead: !live.has(vertex), ...(vertex > 0 && operation !== undefined && { colour: operation }) };
    }),
    edges: edgesOf(vertices)
      .filter((_, edge) => cell[edge])
      .map(([from, to]) => ({ from, to, label: "", dead: !live.has(from) || !live.has(to) })),
  };
}

interface Skeleton {
  readonly channels: number;
  readonly stacks: number;
  readonly cellsPerStack: number;
  readonly imageSize: number;
  readonly imageChannels: number;
  readonly classes: number;
}

/**
 * How many channels each vertex has: those that lead into the output share its channels, the first ones with one more
 * where that is uneven; others have as many as the widest that they lead into.  [V]
 */
function channelsOf({ into }: LiveCell, channels: number): number[] {
  const last = into.length - 1;
  const parts = into[last]!.filter((from) => from > 0);
  const widths = Array<number>(into.length).fill(0);
  for (const [i, part] of parts.entries()) widths[part] = Math.floor(channels / parts.length) + (i < channels % parts.length ? 1 : 0);
  for (let vertex = last - 1; vertex > 0; vertex--)
    if (!parts.includes(vertex)) widths[vertex] = Math.max(...widths.filter((_, to) => into[to]!.includes(vertex)));
  return widths;
}

/** The whole network around a cell; weights are named by the vertex's number in the whole cell. */
function networkOf(cell: LiveCell, { channels, stacks, cellsPerStack, imageSize, imageChannels, classes }: Skeleton): Network {
  const { numbers, into, labels } = cell;
  const last = numbers.length - 1;
  const net = new NetworkWriter([imageSize, imageSize, imageChannels]);
  const normalised = (name: string, from: number, kernel: number, width: number) =>
    net.activation(net.batchNorm(net.convolution(from, kernel, width, 1, name), name), "relu");

  const cellAfter = (name: string, input: number, width: number) => {
    const widths = channelsOf(cell, width);
    const outputs = [input];
    for (let vertex = 1; vertex < last; vertex++) {
      const own = `${name}/vertex ${numbers[vertex]}`;
      const summands = into[vertex]!.map((from) => {
        if (from === 0) return normalised(`${own}/projection`, input, 1, widths[vertex]!);
        return widths[from]! > widths[vertex]! ? net.truncate(outputs[from]!, widths[vertex]!) : outputs[from]!;
      });
      const sum = net.sum(summands);
      const operation = labels[vertex]!;
      outputs.push(
        operation === MAX_POOL
          ? net.maxPool(sum, 3)
          : normalised(`${own}/${OPERATIONS[operation]}`, sum, operation === CONV_3X3 ? 3 : 1, widths[vertex]!),
      );
    }
    const parts = into[last]!.filter((from) => from > 0).map((from) => outputs[from]!);
    const projected = into[last]!.includes(0) ? [normalised(`${name}/output/projection`, input, 1, width)] : [];
    return net.sum([...(parts.length > 0 ? [net.concatenate(parts)] : []), ...projected]);
  };

  let features = net.within("stem", () => normalised("stem", net.image, 3, channels));
  for (let stack = 0, width = channels; stack < stacks; stack++, width *= 2) {
    if (stack > 0) features = net.within(`stack ${stack}`, () => net.maxPool(features, 2, 2));
    for (let i = 0; i < cellsPerStack; i++) {
      const name = `stack ${stack}/cell ${i}`;
      features = net.within(name, () => cellAfter(name, features, width));
    }
  }
  net.within("head", () => net.linear(net.globalAveragePool(features), classes, "classifier"));
  return net.network();
}
