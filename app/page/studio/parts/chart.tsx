/**
 * Lines that grow while they are looked at: the best so far, learning curves, entropies. What is of the report is drawn
 * by Vega (figures.tsx); these are drawn anew with each message.
 *
 * @module
 */
import { useId, useState } from "preact/hooks";
import { useWidth } from "./width.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** True if a value holds until the next one. */
  readonly steps?: boolean;
  /** True if each point has a dot. */
  readonly dots?: boolean;
}

/** Pixels, so that letters are as large as those of the page: the first width, the widest, and the heights. */
const WIDTH = { first: 560, most: 704 };
const HEIGHT = { least: 210, most: 270 };
const PAD = { top: 12, right: 16, bottom: 42, left: 62 };
/** Rows of values that are listed. */
const MOST_LISTED = 100;
/** Classes of colours: see studio.css. */
const COLOURS = 7;

interface Props {
  readonly series: readonly Series[];
  readonly x: string;
  readonly y: string;
  readonly label: string;
  readonly number: (y: number) => string;
  /** Where the axis of x ends, if not at the last point. */
  readonly end?: number | undefined;
  /** A vertical line. */
  readonly marked?: number | undefined;
}

/** Nothing where there is no point. */
export function Chart(props: Props) {
  return props.series.some(({ points }) => points.length > 0) ? <Drawn {...props} /> : null;
}

function Drawn(props: Props) {
  const { series, x, y, label, number, end, marked } = props;
  const [pointed, setPointed] = useState<number>();
  const clip = useId();
  const [box, room] = useWidth<HTMLElement>(WIDTH.first);
  const width = Math.min(WIDTH.most, room);
  const height = Math.min(HEIGHT.most, Math.max(HEIGHT.least, Math.round(0.45 * width)));
  const points = series.flatMap(({ points }) => points);
  const xs = extent([...points.map((point) => point.x), ...(end === undefined ? [] : [end])]);
  const ys = roomy(extent(points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y])));
  const atX = (value: number) => PAD.left + ((value - xs[0]) / (xs[1] - xs[0])) * (width - PAD.left - PAD.right);
  const atY = (value: number) => height - PAD.bottom - ((value - ys[0]) / (ys[1] - ys[0])) * (height - PAD.top - PAD.bottom);
  const byName = new Map(series.map((one, i) => [one.name, i % COLOURS]));
  return (
    <figure class="chart" ref={box}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={label}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const at = ((event.clientX - box.left) / box.width) * width;
          setPointed(xs[0] + ((at - PAD.left) / (width - PAD.left - PAD.right)) * (xs[1] - xs[0]));
        }}
        onPointerLeave={() => setPointed(undefined)}
      >
        <clipPath id={clip}>
          <rect x={PAD.left} y={PAD.top - 4} width={width - PAD.left - PAD.right} height={height - PAD.top - PAD.bottom + 8} />
        </clipPath>
        {ticks(ys, 5).map((tick) => (
          <g key={`y${tick}`}>
            <line class="grid" x1={PAD.left} x2={width - PAD.right} y1={atY(tick)} y2={atY(tick)} />
            <text class="tick" x={PAD.left - 8} y={atY(tick)} dy="0.35em" text-anchor="end">
              {tickText(tick)}
            </text>
          </g>
        ))}
        {ticks(xs, width / 90).map((tick) => (
          <text key={`x${tick}`} class="tick" x={atX(tick)} y={height - PAD.bottom + 18} text-anchor="middle">
            {tickText(tick)}
          </text>
        ))}
        <text class="axis-title" x={(PAD.left + width - PAD.right) / 2} y={height - 6} text-anchor="middle">
          {x}
        </text>
        <text class="axis-title" transform={`translate(14 ${(PAD.top + height - PAD.bottom) / 2}) rotate(-90)`} text-anchor="middle">
          {y}
        </text>
        <g clip-path={`url(#${clip})`}>
          {series.map((one) => (
            <g key={one.name} class={`series c${byName.get(one.name)}`}>
              {one.points.some(({ low }) => low !== undefined) && <path class="band" d={band(one.points, atX, atY)} />}
              <path class="line" d={line(one, atX, atY, end)} />
              {(one.dots || one.points.length === 1) &&
                one.points.map((point, i) => <circle key={i} class="dot" cx={atX(point.x)} cy={atY(point.y)} r={3.5} />)}
            </g>
          ))}
          {marked !== undefined && <line class="marked" x1={atX(marked)} x2={atX(marked)} y1={PAD.top} y2={height - PAD.bottom} />}
        </g>
        {pointed !== undefined && (
          <line class="pointed" x1={atX(clamp(pointed, xs))} x2={atX(clamp(pointed, xs))} y1={PAD.top} y2={height - PAD.bottom} />
        )}
      </svg>
      <figcaption>
        {series.length > 1 || pointed !== undefined ? (
          <ul class="legend">
            {series.map((one) => {
              const value = pointed === undefined ? undefined : valueAt(one, pointed);
              return (
                <li key={one.name} class={`c${byName.get(one.name)}`}>
                  <span>
                    {one.name}
                    {value && ` ${number(value.y)} at ${tickText(value.x)}`}
                  </span>
                </li>
              );
            })}
          </ul>
        ) : null}
        <Values {...{ series, x, y, number }} />
      </figcaption>
    </figure>
  );
}

/** The same as a table, for those who cannot see it. */
function Values({
  series,
  x,
  y,
  number,
}: {
  readonly series: readonly Series[];
  readonly x: string;
  readonly y: string;
  readonly number: (y: number) => string;
}) {
  const [open, setOpen] = useState(false);
  const rows = series.flatMap(({ name, points }) => points.map((point) => ({ name, point })));
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Values</summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by the keyboard too
        <section class="wide" aria-label="values" tabIndex={0}>
          <table>
            <caption>{rows.length > MOST_LISTED ? `The last ${MOST_LISTED} of ${rows.length} values` : "All values"}</caption>
            <thead>
              <tr>
                {series.length > 1 && <th scope="col" class="words" />}
                <th scope="col">{x}</th>
                <th scope="col">{y}</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(-MOST_LISTED).map(({ name, point }, i) => (
                <tr key={i}>
                  {series.length > 1 && <td class="words">{name}</td>}
                  <td>{tickText(point.x)}</td>
                  <td>{number(point.y)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}

/** A small line with its band, without axes, for a row of a table. */
export function Spark({ points, label }: { readonly points: readonly Point[]; readonly label: string }) {
  const [width, height] = [120, 28];
  if (points.length < 2) return null;
  const xs = extent(points.map(({ x }) => x));
  const ys = roomy(extent(points.slice(Math.floor(points.length / 10)).flatMap(({ y, low = y, high = y }) => [low, high])));
  const atX = (x: number) => 2 + ((x - xs[0]) / (xs[1] - xs[0])) * (width - 4);
  const atY = (y: number) => height - 2 - ((clamp(y, ys) - ys[0]) / (ys[1] - ys[0])) * (height - 4);
  return (
    <svg class="spark series c1" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
      {points.some(({ low }) => low !== undefined) && <path class="band" d={band(points, atX, atY)} />}
      <path class="line" d={line({ points }, atX, atY)} />
    </svg>
  );
}

type Scale = (value: number) => number;

function line({ points, steps }: Pick<Series, "points" | "steps">, atX: Scale, atY: Scale, end?: number): string {
  const at = ({ x, y }: Point) => `${round(atX(x))} ${round(atY(y))}`;
  const parts = points.map((point, i) =>
    i === 0 ? `M${at(point)}` : steps ? `H${round(atX(point.x))}V${round(atY(point.y))}` : `L${at(point)}`,
  );
  return parts.join("") + (steps && end !== undefined ? `H${round(atX(end))}` : "");
}

function band(points: readonly Point[], atX: Scale, atY: Scale): string {
  const known = points.filter(({ low }) => low !== undefined);
  const edge = (of: (point: Point) => number) => known.map((point) => `${round(atX(point.x))} ${round(atY(of(point)))}`);
  return `M${edge(({ high, y }) => high ?? y).join("L")}L${edge(({ low, y }) => low ?? y)
    .reverse()
    .join("L")}Z`;
}

/** The last point that is not after x. */
function valueAt({ points }: Series, x: number): Point | undefined {
  let found: Point | undefined;
  for (const point of points) if (point.x <= x) found = point;
  return found;
}

function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high > low ? [low, high] : [low - 0.5, low + 0.5];
}

const roomy = ([low, high]: readonly [number, number]): [number, number] => [low - 0.06 * (high - low), high + 0.06 * (high - low)];
const clamp = (value: number, [low, high]: readonly [number, number]) => Math.min(high, Math.max(low, value));
const round = (length: number) => Math.round(10 * length) / 10;
const tickText = (value: number) =>
  (Object.is(value, -0) ? 0 : value).toLocaleString("en-US", { maximumSignificantDigits: 6 }).replace("-", "−");

/** Some n round numbers of a range. */
function ticks([low, high]: readonly [number, number], n: number): number[] {
  const rough = (high - low) / n;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough)!;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
