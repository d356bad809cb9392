/**
 * A cell: four nodes, and on each edge an operation. What was changed stands out.
 *
 * @module
 */
import { architectureOf } from "../cells.ts";
import { changesOf, EDGE_NAMES, OPERATION_NAMES } from "../words.ts";

const [WIDTH, HEIGHT] = [400, 214];
const NODES = [
  { x: 30, label: "in" },
  { x: 143, label: "1" },
  { x: 257, label: "2" },
  { x: 370, label: "out" },
];
const MIDDLE = 122;
/** Each edge as a path, and where its operation is written. */
const EDGES = [
  { path: "M48 122H122", x: 86, y: MIDDLE },
  { path: "M38 105C70 40 212 40 246 104", x: 142, y: 57 },
  { path: "M161 122H236", x: 200, y: MIDDLE },
  { path: "M30 103C40 -16 360 -16 370 100", x: 200, y: 14 },
  { path: "M154 138C190 206 330 206 362 141", x: 258, y: 188 },
  { path: "M275 122H349", x: 314, y: MIDDLE },
];

/** @param from  the cell that it was made from, if there is one */
export function Cell({ cell, from }: { readonly cell: number; readonly from?: number | undefined }) {
  const operations = architectureOf(cell);
  const changed = new Map((from === undefined ? [] : changesOf(from, cell)).map((change) => [change.edge, change]));
  const described = operations.map((operation, edge) => `${EDGE_NAMES[edge]} ${OPERATION_NAMES[operation]}`).join(", ");
  return (
    <svg class="figure" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Cell: ${described}`}>
      <defs>
        <marker id="flow" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto">
          <path d="M1 1L7 4L1 7" />
        </marker>
      </defs>
      {EDGES.map(({ path, x, y }, edge) => {
        const operation = operations[edge]!;
        const name = OPERATION_NAMES[operation]!;
        const width = name.length * 6.6 + 12;
        return (
          <g key={edge} class={`operation o${operation} ${changed.has(edge) ? "changed" : ""}`}>
            <path d={path} marker-end="url(#flow)" />
            <rect x={x - width / 2} y={y - 10} width={width} height={20} rx={10} />
            <text x={x} y={y + 4}>
              {name}
            </text>
          </g>
        );
      })}
      {NODES.map(({ x, label }) => (
        <g key={label} class="vertex">
          <circle cx={x} cy={MIDDLE} r={18} />
          <text x={x} y={MIDDLE + 4.5}>
            {label}
          </text>
        </g>
      ))}
    </svg>
  );
}
