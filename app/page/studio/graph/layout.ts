/**
 * Where the subspaces of a graph are drawn: on a ring, each in the same place through the whole run, so that what moves
 * is what has changed.
 *
 * Axes: K subspaces. Lengths are those of the drawing's own coordinates.
 *
 * @module
 */
export interface Centre {
  readonly subspace: number;
  readonly score: number;
  readonly architecture: string;
}

export interface Spot extends Centre {
  readonly x: number;
  readonly y: number;
  /** 0 for the worst centre, 1 for the best: by rank, since scores lie close together. */
  readonly standing: number;
}

/** From a worse centre to a better one: the way that decisions of a policy may follow. */
export interface Edge {
  readonly from: Spot;
  readonly to: Spot;
}

export interface Ring {
  readonly width: number;
  readonly height: number;
  readonly spots: readonly Spot[];
  readonly edges: readonly Edge[];
}

export const WIDTH = 460;
export const HEIGHT = 380;
/** What names beside the spots need. */
const ROOM = { x: 74, y: 46 };
/** More edges than those of so many subspaces hide each other: then only those at one subspace are drawn. */
const ALL_EDGES_UP_TO = 16;

/**
 * @param centres  as they are at one moment, ascending by subspace
 * @param goal  of their scores
 * @param chosen  the subspace whose edges are drawn where there are too many to draw all
 */
export function ring(centres: readonly Centre[], goal: "maximise" | "minimise", chosen?: number): Ring {
  const worse = (a: Centre, b: Centre) => (goal === "minimise" ? b.score - a.score : a.score - b.score);
  const ranked = [...centres].sort((a, b) => worse(a, b) || b.subspace - a.subspace);
  const spots = centres.map((centre, i) => {
    const angle = (2 * Math.PI * i) / centres.length - Math.PI / 2;
    return {
      ...centre,
      x: WIDTH / 2 + (WIDTH / 2 - ROOM.x) * Math.cos(angle),
      y: HEIGHT / 2 + (HEIGHT / 2 - ROOM.y) * Math.sin(angle),
      standing: centres.length > 1 ? ranked.indexOf(centre) / (centres.length - 1) : 1,
    };
  });
  const all = spots.length <= ALL_EDGES_UP_TO;
  const edges = spots.flatMap((later, i) =>
    spots.slice(0, i).flatMap((earlier): Edge[] => {
      if (!all && later.subspace !== chosen && earlier.subspace !== chosen) return [];
      // Between equals an edge runs to the later subspace, as in core/plugin/subspace-graph.ts.
      return [worse(earlier, later) > 0 ? { from: later, to: earlier } : { from: earlier, to: later }];
    }),
  );
  return { width: WIDTH, height: HEIGHT, spots, edges };
}

/** The path of an edge, bent towards the middle, from rim to rim. @param radius  of a spot */
export function edgePath({ from, to }: Edge, radius: (spot: Spot) => number): string {
  const bend = 0.82;
  const middle = {
    x: WIDTH / 2 + ((from.x + to.x) / 2 - WIDTH / 2) * bend,
    y: HEIGHT / 2 + ((from.y + to.y) / 2 - HEIGHT / 2) * bend,
  };
  const start = towards(from, middle, radius(from));
  const end = towards(to, middle, radius(to) + 5);
  return `M${start}Q${round(middle.x)} ${round(middle.y)} ${end}`;
}

function towards(from: Spot, to: { readonly x: number; readonly y: number }, length: number): string {
  const far = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return `${round(from.x + ((to.x - from.x) * length) / far)} ${round(from.y + ((to.y - from.y) * length) / far)}`;
}

const round = (length: number) => Math.round(10 * length) / 10;
