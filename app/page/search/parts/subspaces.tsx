/**
 * The graph of the subspaces, each at the height of its centre's score, above the probabilities that the policy gives them.
 *
 * @module
 */
import type { Centre, Moment } from "../course.ts";

const [WIDTH, HEIGHT] = [400, 330];
const LEFT = 34;
/** Where heights for scores, and bars for probabilities, begin and end. */
const SCORES = { top: 16, bottom: 220 };
const BARS = { top: 246, bottom: 306 };
const STEP = 10;
const HIGHEST = 80;

interface Props {
  readonly moment: Moment;
  /** The first centres. */
  readonly first: readonly Centre[];
}

export function Subspaces({ moment, first }: Props) {
  const { centres, query } = moment;
  const lowest = Math.floor(Math.min(...first.map(({ score }) => score)) / STEP) * STEP;
  const ticks = Array.from({ length: (HIGHEST - lowest) / STEP + 1 }, (_, i) => lowest + i * STEP);
  const evoked = query?.evoked;
  const x = (subspace: number) => LEFT + ((WIDTH - LEFT) * (subspace + 0.5)) / centres.length;
  const y = (score: number) => SCORES.bottom - ((score - lowest) / (HIGHEST - lowest)) * (SCORES.bottom - SCORES.top);
  const bar = (probability: number) => probability * (BARS.bottom - BARS.top);
  const pairs = centres.flatMap((_, i) => centres.slice(0, i).map((_, j) => (centres[j]!.score > centres[i]!.score ? [i, j] : [j, i])));
  const width = Math.min(44, ((WIDTH - LEFT) / centres.length) * 0.6);
  return (
    <svg class="figure" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={described(moment)}>
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M1 1L7 4L1 7" />
        </marker>
      </defs>
      {ticks.map((tick) => (
        <g key={tick} class="grid">
          <line x1={LEFT} x2={WIDTH} y1={y(tick)} y2={y(tick)} />
          <text x={LEFT - 5} y={y(tick) + 4} class="end">
            {tick}
          </text>
        </g>
      ))}
      {moment.line !== "2" &&
        pairs.map(([worse, better]) => (
          <Edge key={`${worse} ${better}`} from={[x(worse!), y(centres[worse!]!.score)]} to={[x(better!), y(centres[better!]!.score)]} />
        ))}
      {centres.map(({ score }, k) => (
        <g
          key={k}
          class={`node s${k} ${query?.subspace === k ? "evoked" : ""}`}
          style={{ transform: `translate(${x(k)}px, ${y(score)}px)` }}
        >
          <circle r={13} />
          <text y={4.5}>{k + 1}</text>
        </g>
      ))}
      <line class="axis" x1={LEFT} x2={WIDTH} y1={BARS.bottom} y2={BARS.bottom} />
      {evoked && (
        <>
          {evoked.probabilities.map((probability, k) => (
            <g key={k} class={`bar s${k} ${evoked.chosen === k ? "evoked" : ""}`}>
              <rect x={x(k) - width / 2} width={width} y={BARS.bottom - bar(probability)} height={bar(probability)} />
              <text x={x(k)} y={BARS.bottom - bar(probability) - 4}>
                {probability.toFixed(3)}
              </text>
            </g>
          ))}
          <line class="even" x1={LEFT} x2={WIDTH} y1={BARS.bottom - bar(1 / centres.length)} y2={BARS.bottom - bar(1 / centres.length)} />
        </>
      )}
      {centres.map((_, k) => (
        <text key={k} class="name" x={x(k)} y={BARS.bottom + 17}>
          {k + 1}
        </text>
      ))}
    </svg>
  );
}

/** Ends short of the circles. */
function Edge({ from: [x1, y1], to: [x2, y2] }: { readonly from: readonly [number, number]; readonly to: readonly [number, number] }) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [dx, dy] = [((x2 - x1) / length) * 16, ((y2 - y1) / length) * 16];
  return <line class="edge" x1={x1 + dx} y1={y1 + dy} x2={x2 - dx} y2={y2 - dy} marker-end="url(#arrow)" />;
}

function described({ centres, query }: Moment): string {
  const scores = centres.map(({ score }, k) => `${k + 1}: ${score.toFixed(1)} %`).join(", ");
  const policy = query?.evoked?.probabilities.map((probability, k) => `${k + 1}: ${probability.toFixed(3)}`).join(", ");
  return `Scores of the centres: ${scores}${policy ? `. Probabilities of the policy: ${policy}` : ""}`;
}
