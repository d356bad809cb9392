/**
 * The map of the space: every cell by its score, and on it the search.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { architectureOf, CELLS, distanceOf, type MapLayout, SIDE } from "../cells.ts";
import type { Course, Moment } from "../course.ts";
import { POPULATION, type Settings } from "../methods.ts";
import { EDGE_NAMES, OPERATION_NAMES, percent } from "../words.ts";

interface Props {
  readonly course: Course;
  readonly moment: Moment;
  readonly settings: Settings;
  readonly layout: MapLayout;
  /** By cell. */
  readonly scores: ArrayLike<number>;
}

/** Stops of the scale of scores, in the order of the style sheet's `--map-0` … */
const STOPS = 5;
/** How much of a cell's colour is left outside of the evoked subspace. */
const OUTSIDE = 0.35;

/** What the colours of the map stand for. */
export function Scale({ scores }: Pick<Props, "scores">) {
  return (
    <small class="scale">
      {percent(Math.min(...Array.from(scores)), 0)} <span /> {percent(Math.max(...Array.from(scores)), 0)}
    </small>
  );
}

export function SpaceMap({ course, moment, settings, layout, scores }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hovered, setHovered] = useState<number>();
  const centre = moment.query?.from?.cell;
  const dark = useDark();
  useEffect(() => {
    if (canvas.current) paint(canvas.current, layout, scores, centre, settings.radius);
  }, [layout, scores, centre, settings.radius, dark]);

  const at = (cell: number) => ({ x: layout.column[cell]! + 0.5, y: layout.row[cell]! + 0.5 });
  const evaluated = course.evaluations.slice(0, moment.evaluations);
  const alive = settings.method === "evolution" ? evaluated.length - POPULATION : Number.POSITIVE_INFINITY;
  const cellUnder = (event: PointerEvent) => {
    const { left, top, width, height } = (event.currentTarget as Element).getBoundingClientRect();
    const place = (of: number) => Math.min(SIDE - 1, Math.max(0, Math.floor(of * SIDE)));
    return layout.cell[place((event.clientY - top) / height) * SIDE + place((event.clientX - left) / width)]!;
  };
  const candidate = moment.query?.candidate;
  return (
    <>
      <div class="map">
        <canvas ref={canvas} width={SIDE} height={SIDE} />
        <svg
          viewBox={`0 0 ${SIDE} ${SIDE}`}
          role="img"
          aria-label={`Map of ${CELLS.toLocaleString("en")} cells; ${evaluated.length} are measured`}
          onPointerMove={(event) => setHovered(cellUnder(event))}
          onPointerLeave={() => setHovered(undefined)}
        >
          {evaluated.map(({ cell, subspace }, i) => {
            const { x, y } = at(cell);
            return (
              <circle
                key={i}
                class={`seen ${subspace === undefined ? "" : `s${subspace}`} ${i >= alive ? "alive" : ""}`}
                cx={x}
                cy={y}
                r={i >= alive ? 1.5 : 0.9}
              />
            );
          })}
          {course.moves.slice(0, moment.moves).map(({ subspace, from, to }, i) => (
            <line key={i} class={`move s${subspace}`} x1={at(from).x} y1={at(from).y} x2={at(to).x} y2={at(to).y} />
          ))}
          {moment.best && <circle class="best" cx={at(moment.best.cell).x} cy={at(moment.best.cell).y} r={4.4} />}
          {moment.centres.map(({ cell }, subspace) => (
            <g
              key={subspace}
              class={`centre s${subspace} ${moment.query?.subspace === subspace ? "evoked" : ""}`}
              style={{ transform: `translate(${at(cell).x}px, ${at(cell).y}px)` }}
            >
              <circle r={3} />
              <text y={1.3}>{subspace + 1}</text>
            </g>
          ))}
          {candidate !== undefined && (
            <g class="candidate" style={{ transform: `translate(${at(candidate).x}px, ${at(candidate).y}px)` }}>
              <path d="M-3.4 0H-1.2M1.2 0H3.4M0 -3.4V-1.2M0 1.2V3.4" />
              <circle r={1.9} />
            </g>
          )}
        </svg>
      </div>
      <p class="readout">{hovered === undefined ? legend(layout, settings) : `${wordsOf(hovered)}: ${percent(scores[hovered]!)}`}</p>
    </>
  );
}

function legend({ edges }: MapLayout, { method }: Settings): string {
  const names = (of: readonly number[]) => of.map((edge) => EDGE_NAMES[edge]).join(", then ");
  const shown = {
    "ase-nas": " Numbers are the centres; what lies outside of the evoked subspace is veiled.",
    evolution: " Large dots are the population.",
    random: "",
    evoke: "",
  }[method];
  return `Across: the operations on ${names(edges.column)}; upwards: on ${names(edges.row)}.${shown} Dots are measured cells, the cross is β, the large ring is around the best.`;
}

function wordsOf(cell: number): string {
  return architectureOf(cell)
    .map((operation, edge) => `${EDGE_NAMES[edge]} ${OPERATION_NAMES[operation]}`)
    .join(", ");
}

/** Whether the page is dark now. */
function useDark(): boolean {
  const query = matchMedia("(prefers-color-scheme: dark)");
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const changed = () => setDark(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, []);
  return dark;
}

type Colour = readonly [number, number, number];

/** @param centre  of the evoked subspace, of this radius; the whole space if left out */
function paint(canvas: HTMLCanvasElement, layout: MapLayout, scores: ArrayLike<number>, centre: number | undefined, radius: number): void {
  const style = getComputedStyle(canvas);
  const colour = (name: string): Colour => hexColour(style.getPropertyValue(name).trim());
  const stops = Array.from({ length: STOPS }, (_, i) => colour(`--map-${i}`));
  const veil = colour("--map-veil");
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(SIDE, SIDE);
  const least = Math.min(...Array.from(scores));
  const most = Math.max(...Array.from(scores));
  for (let place = 0; place < CELLS; place++) {
    const cell = layout.cell[place]!;
    const share = ((scores[cell]! - least) / (most - least)) * (STOPS - 1);
    const stop = Math.min(STOPS - 2, Math.floor(share));
    const inside = centre === undefined || distanceOf(cell, centre) <= radius;
    for (let c = 0; c < 3; c++) {
      const own = stops[stop]![c]! + (stops[stop + 1]![c]! - stops[stop]![c]!) * (share - stop);
      image.data[4 * place + c] = inside ? own : own * OUTSIDE + veil[c]! * (1 - OUTSIDE);
    }
    image.data[4 * place + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** @param text  "#rrggbb" */
function hexColour(text: string): Colour {
  const number = Number.parseInt(text.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}
