/**
 * The subspace graph at one moment of a search: K centres on a ring, an edge from each to every better one, the subspace
 * that the policy evoked, and the candidate that was found there.
 *
 * @module
 */
import { useId } from "preact/hooks";
import { type Centre, edgePath, HEIGHT, ring, type Spot, WIDTH } from "./layout.ts";

/** What the query of this moment did. */
export interface Evoked {
  readonly subspace: number;
  /** D(α, β) of its candidate; left out where it is not known. */
  readonly distance?: number;
  /** True if the candidate became the centre. */
  readonly replaced?: boolean;
}

const LEAST = 7;
const radius = ({ standing }: Spot) => LEAST + 9 * standing;
/** With more subspaces only those that matter have their number. */
const NAMED_UP_TO = 24;

export function SubspaceGraph(props: {
  readonly centres: readonly Centre[];
  readonly goal: "maximise" | "minimise";
  readonly evoked?: Evoked | undefined;
  /** In words, for those who cannot see it. */
  readonly label: string;
  readonly number: (score: number) => string;
}) {
  const { centres, goal, evoked, label, number } = props;
  const id = useId();
  const { spots, edges } = ring(centres, goal, evoked?.subspace);
  const chosen = spots.find(({ subspace }) => subspace === evoked?.subspace);
  const named = (spot: Spot) => spots.length <= NAMED_UP_TO || spot === chosen || spot.standing === 1;
  const marker = (name: string) => `${id}-${name}`;
  return (
    <svg class="subspaces" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <defs>
        {["edge", "edge-chosen"].map((name) => (
          <marker key={name} id={marker(name)} viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path class={`${name}-head`} d="M0 0L8 4L0 8Z" />
          </marker>
        ))}
      </defs>
      {edges.map((edge) => {
        const name = edge.from === chosen || edge.to === chosen ? "edge-chosen" : "edge";
        const key = `${edge.from.subspace} ${edge.to.subspace}`;
        return <path key={key} class={name} d={edgePath(edge, radius)} marker-end={`url(#${marker(name)})`} />;
      })}
      {chosen && <circle class="halo" cx={chosen.x} cy={chosen.y} r={radius(chosen) + 9} />}
      {spots.map((spot) => (
        <g key={spot.subspace}>
          <circle class={spot === chosen ? "spot chosen" : "spot"} cx={spot.x} cy={spot.y} r={radius(spot)}>
            <title>{`subspace ${spot.subspace + 1}: ${spot.architecture}, ${number(spot.score)}`}</title>
          </circle>
          {named(spot) && <Name spot={spot} text={number(spot.score)} />}
        </g>
      ))}
      {chosen && evoked && <Candidate at={chosen} evoked={evoked} />}
    </svg>
  );
}

/** Outside of the ring: the number of a subspace, and the score of its centre. */
function Name({ spot, text }: { readonly spot: Spot; readonly text: string }) {
  const [right, down] = [(spot.x - WIDTH / 2) / WIDTH, (spot.y - HEIGHT / 2) / HEIGHT];
  const far = radius(spot) + 12;
  const aside = Math.abs(right) > 0.12;
  const anchor = aside ? (right > 0 ? "start" : "end") : "middle";
  const x = spot.x + (aside ? Math.sign(right) * far : 0);
  const y = spot.y + (aside ? 0 : Math.sign(down) * (far + 8));
  return (
    <text class="spot-name" x={x} y={y} text-anchor={anchor}>
      <tspan x={x} dy="-0.2em" class="spot-number">
        {spot.subspace + 1}
      </tspan>
      <tspan x={x} dy="1.15em">
        {text}
      </tspan>
    </text>
  );
}

/** Towards the middle: a dot that is filled if it became the centre. */
function Candidate({ at, evoked }: { readonly at: Spot; readonly evoked: Evoked }) {
  const far = Math.hypot(WIDTH / 2 - at.x, HEIGHT / 2 - at.y) || 1;
  const out = radius(at) + 9;
  const [x, y] = [at.x + ((WIDTH / 2 - at.x) * out) / far, at.y + ((HEIGHT / 2 - at.y) * out) / far];
  const became = evoked.replaced ? "became the centre" : "did not become the centre";
  return (
    <circle class={evoked.replaced ? "candidate kept" : "candidate"} cx={x} cy={y} r={5}>
      <title>{`the candidate${evoked.distance === undefined ? "" : `, ${evoked.distance} away`}: ${became}`}</title>
    </circle>
  );
}
