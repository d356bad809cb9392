/**
 * The best score so far against queries: that of the search which is shown, up to now, and those of the others.
 *
 * @module
 */
import { METHOD_NAMES, METHODS, type Method, QUERIES } from "../methods.ts";
import { percent } from "../words.ts";

export interface Curve {
  readonly method: Method;
  /** After each query, from the first. */
  readonly scores: readonly number[];
}

interface Props {
  readonly shown: Curve;
  readonly others: readonly Curve[];
  /** The best score of the whole space. */
  readonly best: number;
}

const [WIDTH, HEIGHT] = [400, 250];
const PLOT = { left: 34, right: 386, top: 12, bottom: 216 };
const [LOWEST, HIGHEST] = [30, 82];
const SCORES = [30, 40, 50, 60, 70, 80];
const TICKS = [0, 40, 80, 120, 160];

export function Curves({ shown, others, best }: Props) {
  const x = (query: number) => PLOT.left + (query / QUERIES) * (PLOT.right - PLOT.left);
  const y = (score: number) => PLOT.bottom - ((Math.max(score, LOWEST) - LOWEST) / (HIGHEST - LOWEST)) * (PLOT.bottom - PLOT.top);
  const line = (scores: readonly number[]) => {
    const steps = scores.map((score, i) => `${i === 0 ? `M${x(1)} ${y(score)}` : `V${y(score)}`}H${x(i + 1)}`);
    return steps.join("");
  };
  const all = [...others, shown];
  const ordered = METHOD_NAMES.flatMap((name) => all.find(({ method }) => method === name) ?? []);
  return (
    <>
      <svg class="figure" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Best score so far: ${ordered.map(worded).join(", ")}`}>
        {SCORES.map((score) => (
          <g key={score} class="grid">
            <line x1={PLOT.left} x2={PLOT.right} y1={y(score)} y2={y(score)} />
            <text class="end" x={PLOT.left - 5} y={y(score) + 4}>
              {score}
            </text>
          </g>
        ))}
        {TICKS.map((query) => (
          <text key={query} class="name" x={x(query)} y={PLOT.bottom + 17}>
            {query}
          </text>
        ))}
        <text class="name" x={(PLOT.left + PLOT.right) / 2} y={HEIGHT - 2}>
          queries
        </text>
        <line class="even" x1={PLOT.left} x2={PLOT.right} y1={y(best)} y2={y(best)} />
        {others.map(({ method, scores }) => (
          <path key={method} class={`curve ${method}`} d={line(scores)} />
        ))}
        <path class={`curve shown ${shown.method}`} d={line(shown.scores)} />
        {shown.scores.length > 0 && <circle class={`now ${shown.method}`} cx={x(shown.scores.length)} cy={y(shown.scores.at(-1)!)} r={4} />}
      </svg>
      <ul class="legend">
        {ordered.map((curve) => (
          <li key={curve.method} class={curve.method === shown.method ? "shown" : ""}>
            <span class={`key ${curve.method}`} />
            {METHODS[curve.method].title} <b>{curve.scores.length > 0 ? percent(curve.scores.at(-1)!) : "–"}</b>
          </li>
        ))}
        <li>
          <span class="key even" />
          best of the space <b>{percent(best)}</b>
        </li>
      </ul>
    </>
  );
}

function worded({ method, scores }: Curve): string {
  return `${METHODS[method].title} ${scores.length > 0 ? percent(scores.at(-1)!) : "not begun"} after ${scores.length} queries`;
}
