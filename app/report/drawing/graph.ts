/**
 * A cell as a graph: its nodes in a line, an edge to the next node straight, others in arcs above and below,
 * so that none crosses another where that can be.
 *
 * @module
 */
import type { DrawnEdge, GraphDrawing } from "../../../core/space/drawing.ts";
import { element, INK, LIGHT, label, labelWidth, middle, type Picture, PLAIN, SOFT } from "./svg.ts";

/** Of edges, by number: black and the colours of Okabe and Ito (2008) that are seen as lines on white. */
const COLOURS = [INK, "#0072B2", "#D55E00", "#009E73", "#CC79A7"] as const;
const NODE_HEIGHT = 34;
const CORNER = 14;
/** From one arc to the next one over it: room for a label. */
const LEVEL = 34;
const ARROW = { length: 9, half: 4 } as const;

/** An edge that passes over nodes, or beside another edge. */
interface Arc {
  readonly edge: DrawnEdge;
  readonly side: Side;
  /** 1 is next to the nodes. */
  readonly level: number;
}
type Side = "above" | "below";

export function drawGraph({ nodes, edges }: GraphDrawing): Picture {
  const nodeWidth = 24 + Math.max(...nodes.map((node) => labelWidth(node.label)));
  const gap = 44 + Math.max(0, ...edges.flatMap((edge) => (edge.label === undefined ? [] : [40, labelWidth(edge.label)])));
  const { straight, arcs } = laidOut(edges);
  const levels = (side: Side) => Math.max(0, ...arcs.map((arc) => (arc.side === side ? arc.level : 0)));
  const top = LEVEL * levels("above");
  const centre = top + NODE_HEIGHT / 2;
  const left = (node: number) => node * (nodeWidth + gap);

  const boxes = nodes.flatMap(({ label: text, colour, dead }, i) => [
    element("rect", {
      x: left(i),
      y: top,
      width: nodeWidth,
      height: NODE_HEIGHT,
      rx: 6,
      ...(colour === undefined ? PLAIN : { fill: LIGHT[colour % LIGHT.length], stroke: PLAIN.stroke }),
      opacity: dead ? "0.45" : undefined,
      "stroke-dasharray": dead ? "3 3" : undefined,
    }),
    label(text, left(i) + nodeWidth / 2, middle(centre), dead ? SOFT : undefined),
  ]);
  const lines = straight.flatMap((edge) => {
    const from = left(edge.from) + nodeWidth;
    const to = left(edge.to);
    const tip = arrow(to, centre, "right", edge);
    return [line(`M${from} ${centre}H${to - ARROW.length}`, edge), tip, ...edgeLabel(edge, (from + to) / 2, centre - 8)];
  });
  const curves = arcs.flatMap((arc) => {
    const { edge, side, level } = arc;
    const up = side === "above" ? -1 : 1;
    const start = side === "above" ? top : top + NODE_HEIGHT;
    const from = left(edge.from) + nodeWidth * port(arc, edge.from, arcs);
    const to = left(edge.to) + nodeWidth * port(arc, edge.to, arcs);
    const height = start + up * (LEVEL * level - 18);
    const path = `M${from.toFixed(1)} ${start}V${height - up * CORNER}q0 ${up * CORNER} ${CORNER} ${up * CORNER}H${(to - CORNER).toFixed(1)}q${CORNER} 0 ${CORNER} ${-up * CORNER}V${start + up * ARROW.length}`;
    const tip = arrow(to, start, side === "above" ? "down" : "up", edge);
    return [line(path, edge), tip, ...edgeLabel(edge, (from + to) / 2, up < 0 ? height - 6 : height + 15)];
  });
  const said = edges.map(
    ({ from, to, label, dead }) =>
      `${nodes[from]!.label} to ${nodes[to]!.label}${label === undefined ? "" : `: ${label}`}${dead ? " (dead)" : ""}`,
  );
  return {
    width: left(nodes.length - 1) + nodeWidth,
    height: top + NODE_HEIGHT + LEVEL * levels("below"),
    elements: [...lines, ...curves, ...boxes],
    description: said.length > 0 ? `${said.join("; ")}.` : "No edge computes anything.",
  };
}

/** The first edge from a node to the next one is straight. An arc goes where it crosses none, as near to the nodes as it can. */
function laidOut(edges: readonly DrawnEdge[]): { readonly straight: readonly DrawnEdge[]; readonly arcs: readonly Arc[] } {
  const straight = edges.filter((edge, i) => edge.to === edge.from + 1 && edges.findIndex((one) => between(one) === between(edge)) === i);
  const others = edges.filter((edge) => !straight.includes(edge)).sort((a, b) => a.to - a.from - (b.to - b.from));
  const arcs: Arc[] = [];
  for (const edge of others) {
    const [best] = (["above", "below"] as const)
      .map((side) => {
        const beside = arcs.filter((arc) => arc.side === side && arc.edge.from < edge.to && edge.from < arc.edge.to);
        const crossings = beside.filter((arc) => arc.edge.from < edge.from || arc.edge.to > edge.to).length;
        return { side, crossings, level: 1 + Math.max(0, ...beside.map(({ level }) => level)) };
      })
      .sort((a, b) => a.crossings - b.crossings || a.level - b.level);
    arcs.push({ edge, side: best!.side, level: best!.level });
  }
  return { straight, arcs };
}

function between({ from, to }: DrawnEdge): string {
  return `${from} ${to}`;
}

/** Where an arc meets the border of a node, from 0 to 1: first those that come in, then those that go out, without a crossing. */
function port(arc: Arc, node: number, arcs: readonly Arc[]): number {
  const there = arcs.filter(({ edge, side }) => side === arc.side && (edge.from === node || edge.to === node));
  const order = (one: Arc) => (one.edge.to === node ? one.level : 1e6 - one.level);
  const place = there.sort((a, b) => order(a) - order(b)).indexOf(arc);
  return (place + 1) / (there.length + 1);
}

function colourOf({ colour }: DrawnEdge): string {
  return COLOURS[colour % COLOURS.length]!;
}

function line(d: string, edge: DrawnEdge): string {
  const faint = edge.dead ? { "stroke-dasharray": "4 4", opacity: "0.45" } : {};
  return element("path", { d, fill: "none", stroke: colourOf(edge), "stroke-width": 2, ...faint });
}

/** With its tip at x, y. */
function arrow(x: number, y: number, to: "right" | "down" | "up", edge: DrawnEdge): string {
  const { length, half } = ARROW;
  const back = to === "down" ? -length : length;
  const points = to === "right" ? [x - length, y - half, x - length, y + half] : [x - half, y + back, x + half, y + back];
  const corners = [x, y, ...points].map((value) => Math.round(10 * value) / 10).join(" ");
  return element("polygon", { points: corners, fill: colourOf(edge), opacity: edge.dead ? "0.45" : undefined });
}

function edgeLabel(edge: DrawnEdge, x: number, y: number): string[] {
  return edge.label === undefined ? [] : [label(edge.label, x, y, edge.dead ? SOFT : undefined)];
}
