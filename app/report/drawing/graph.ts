/**
 * Cells as graphs, from left to right: nodes in layers, such that few edges cross, and each label in its edge. The layout
 * is that of dagre (Gansner et al. 1993, "A Technique for Drawing Directed Graphs").
 *
 * @module
 */
import { Graph, layout } from "@dagrejs/dagre";
import type { DrawnEdge, GraphDrawing, GraphsDrawing } from "../../../core/space/drawing.ts";
import { element, FONT_SIZE, INK, LIGHT, label, labelWidth, middle, type Picture, PLAIN, SOFT } from "./svg.ts";

/** Of edges, by number: black and the colours of Okabe and Ito (2008) that are seen as lines on white. */
const COLOURS = [INK, "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9"] as const;
const NODE_HEIGHT = 34;
const LABEL_HEIGHT = FONT_SIZE + 8;
/** Between the layers of nodes, with the arrows, and between what stands in one. */
const GAPS = { ranksep: 90, nodesep: 26, edgesep: 12 } as const;
const ARROW = { length: 9, half: 4 } as const;
/** Between graphs, and from the name of a graph to it. */
const [BETWEEN, BELOW_NAME] = [30, 26];

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Graphs with their names above them, from top to bottom. */
export function drawGraphs({ graphs }: GraphsDrawing): Picture {
  const elements: string[] = [];
  const said: string[] = [];
  let [width, y] = [0, 0];
  for (const graph of graphs) {
    const picture = drawGraph(graph, { x: 0, y: y + BELOW_NAME });
    elements.push(label(graph.label, 0, y + FONT_SIZE, SOFT, "start"), ...picture.elements);
    said.push(`${graph.label}: ${picture.description}`);
    width = Math.max(width, picture.width, labelWidth(graph.label));
    y += BELOW_NAME + picture.height + BETWEEN;
  }
  return { width, height: y - BETWEEN, elements, description: said.join(" ") };
}

/** @param at  its upper left corner */
export function drawGraph({ nodes, edges }: Pick<GraphDrawing, "nodes" | "edges">, at: Point = { x: 0, y: 0 }): Picture {
  const nodeWidth = 24 + Math.max(...nodes.map((node) => labelWidth(node.label)));
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", ...GAPS });
  for (const node of nodes.keys()) graph.setNode(String(node), { width: nodeWidth, height: NODE_HEIGHT });
  for (const [i, { from, to, label }] of edges.entries()) {
    const box = label === "" ? { width: 0, height: 0 } : { width: labelWidth(label) + 8, height: LABEL_HEIGHT };
    graph.setEdge(String(from), String(to), { ...box, labelpos: "c" }, String(i));
  }
  layout(graph);

  const laid = edges.map(({ from, to }, i) => graph.edge(String(from), String(to), String(i)) as Point & { points: Point[] });
  // An edge without a label may lie above or below all that dagre counts.
  const heights = laid.flatMap(({ points }) => points.map(({ y }) => y));
  const top = Math.min(0, ...heights);
  const moved = ({ x, y }: Point): Point => ({ x: x + at.x, y: y + at.y - top });
  const centres = nodes.map((_, node) => moved(graph.node(String(node)) as Point));
  const labelAt = laid.map((edge, i) => (edges[i]!.label === "" ? undefined : moved(edge)));
  /** Half the width of each layer, of nodes or of labels, by where its middle is: there all edges are level. */
  const halves = new Map(centres.map(({ x }) => [x, nodeWidth / 2]));
  for (const [i, at] of labelAt.entries()) if (at) halves.set(at.x, Math.max(halves.get(at.x) ?? 0, labelWidth(edges[i]!.label) / 2));
  const ways = laid.map(({ points }) =>
    points
      .slice(1, -1)
      .map(moved)
      .flatMap(({ x, y }) => {
        const half = halves.get(x);
        return half === undefined ? { x, y } : [-half, half].map((aside) => ({ x: x + aside, y }));
      }),
  );
  /** Where edges meet the border of a node: those that lead to what is higher, or come from there, are higher. */
  const port = (side: "from" | "to", i: number): Point => {
    const node = edges[i]![side];
    const next = (edge: number) => {
      const way = ways[edge]!;
      const [near, far] = side === "from" ? [way[0], centres[edges[edge]!.to]] : [way.at(-1), centres[edges[edge]!.from]];
      return (near ?? far)!.y;
    };
    const there = edges.flatMap((edge, other) => (edge[side] === node ? [other] : [])).sort((a, b) => next(a) - next(b));
    const { x, y } = centres[node]!;
    const share = (there.indexOf(i) + 1) / (there.length + 1) - 0.5;
    return { x: x + (side === "from" ? nodeWidth / 2 : -nodeWidth / 2), y: y + share * (NODE_HEIGHT - 6) };
  };
  const lines = edges.flatMap((edge, i) => {
    const tip = port("to", i);
    const way = ways[i]!;
    const points = [port("from", i), ...way, { x: tip.x - ARROW.length, y: tip.y }];
    return [line(points, edge), arrow(tip, edge)];
  });
  const labels = edges.flatMap((edge, i) => (labelAt[i] ? labelled(edge, labelAt[i]) : []));
  const boxes = nodes.flatMap(({ label: text, colour, dead }, i) => {
    const { x, y } = centres[i]!;
    return [
      element("rect", {
        x: x - nodeWidth / 2,
        y: y - NODE_HEIGHT / 2,
        width: nodeWidth,
        height: NODE_HEIGHT,
        rx: 6,
        ...(colour === undefined ? PLAIN : { fill: LIGHT[colour % LIGHT.length], stroke: PLAIN.stroke }),
        ...(dead && { "stroke-dasharray": "3 3", opacity: "0.45" }),
      }),
      label(text, x, middle(y), dead ? SOFT : undefined),
    ];
  });
  const name = (node: number) => nodes[node]!.label;
  const said = edges.map(
    ({ from, to, label, dead }) => `${name(from)} to ${name(to)}${label === "" ? "" : `: ${label}`}${dead ? " (dead)" : ""}`,
  );
  const { width, height } = graph.graph() as { width: number; height: number };
  return {
    width,
    height: Math.max(height, ...heights) - top,
    elements: [...lines, ...labels, ...boxes],
    description: said.length > 0 ? `${said.join("; ")}.` : "No edge computes anything.",
  };
}

function colourOf({ colour }: DrawnEdge): string {
  return colour === undefined ? PLAIN.stroke : COLOURS[colour % COLOURS.length]!;
}

/** A curve that is level at each of the points. */
function line([first, ...rest]: readonly Point[], edge: DrawnEdge): string {
  let { x, y } = first!;
  const pieces = rest.map((next) => {
    const half = (x + next.x) / 2;
    const piece = `C${[half, y, half, next.y, next.x, next.y].map((value) => Math.round(10 * value) / 10).join(" ")}`;
    ({ x, y } = next);
    return piece;
  });
  const faint = edge.dead ? { "stroke-dasharray": "4 4", opacity: "0.45" } : {};
  const d = `M${first!.x.toFixed(1)} ${first!.y.toFixed(1)}${pieces.join("")}`;
  return element("path", { d, fill: "none", stroke: colourOf(edge), "stroke-width": 2, ...faint });
}

function arrow({ x, y }: Point, edge: DrawnEdge): string {
  const { length, half } = ARROW;
  const corners = [x, y, x - length, y - half, x - length, y + half].map((value) => Math.round(10 * value) / 10).join(" ");
  return element("polygon", { points: corners, fill: colourOf(edge), opacity: edge.dead ? "0.45" : undefined });
}

/** A label on white, in its edge. */
function labelled({ label: text, dead }: DrawnEdge, { x, y }: Point): string[] {
  const width = labelWidth(text);
  const ground = { x: x - width / 2, y: y - LABEL_HEIGHT / 2, width, height: LABEL_HEIGHT, fill: "#ffffff" };
  return [element("rect", ground), label(text, x, middle(y), dead ? SOFT : undefined)];
}
