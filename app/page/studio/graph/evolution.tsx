/**
 * The subspace graph as it evolves: a slider over the queries of a run, the graph at that moment, its centres in a table,
 * and how decided the search was.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import type { Metric } from "../../../../core/plugin/metric.ts";
import type { EntropyCourse, Subspaces } from "../../../studio/api.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { useLook, useStudio } from "../context.tsx";
import { architectureColumn } from "../parts/architecture.tsx";
import { Chart, type Series } from "../parts/chart.tsx";
import { axisTitle, scoreText, whole } from "../parts/words.ts";
import { changes, type Moment, momentAt } from "./moments.ts";
import { SubspaceGraph } from "./subspace-graph.tsx";

/** Lines of centres that are drawn, and rows that are listed. */
const [MOST_LINES, MOST_ROWS] = [7, 50];
/** Milliseconds between two moments while they are played, and until the address says which one is looked at. */
const [BEAT, SETTLED] = [120, 250];

export function Evolution(props: {
  readonly subspaces: Subspaces;
  readonly entropy: EntropyCourse | undefined;
  readonly metric: Metric;
  /** Queries charged so far. */
  readonly queries: number;
}) {
  const { subspaces, entropy, metric } = props;
  const end = Math.max(1, Math.ceil(props.queries), Math.ceil(subspaces.steps.at(-1)?.queries ?? 0));
  const { at, follows, go, playing, play } = useSlider(end);
  const moment = momentAt(subspaces, at);
  const number = scoreText(metric);
  const jumps = changes(subspaces);
  return (
    <section aria-labelledby="subspaces">
      <h2 id="subspaces">Subspaces</h2>
      <div class="slider">
        <label for="step">After query</label>
        <input
          id="step"
          type="range"
          min={0}
          max={end}
          value={at}
          aria-valuetext={`${at} of ${end}`}
          onInput={({ currentTarget }) => go(Number(currentTarget.value))}
        />
        <output for="step">
          {at} of {end}
        </output>
        <button type="button" onClick={() => go(jumps.findLast((one) => one < at) ?? 0)}>
          Previous change
        </button>
        <button type="button" onClick={() => go(Math.ceil(jumps.find((one) => one > at) ?? end))}>
          Next change
        </button>
        <button type="button" aria-pressed={playing} onClick={play}>
          Play
        </button>
        <button type="button" aria-pressed={follows} onClick={() => go(undefined)}>
          Latest
        </button>
      </div>
      <div class="beside">
        <figure class="chart graph">
          <SubspaceGraph
            centres={moment.centres}
            goal={metric.goal ?? "maximise"}
            evoked={moment.evoked}
            label={`subspace graph after query ${at}: ${inWords(moment, number)}`}
            number={number}
          />
          <figcaption>
            {`An edge runs from each centre to every better one; larger is better. ${inWords(moment, number)}.`}
            {subspaces.chosen === undefined && " Which subspace a query was proposed in is known from records: with the observer recorder."}
          </figcaption>
        </figure>
        <div>
          <Chart
            series={courses(subspaces)}
            x="queries"
            y={axisTitle(metric)}
            label={`centres over time: ${axisTitle(metric)}`}
            number={number}
            end={end}
            marked={at}
          />
          {entropy && <Entropy entropy={entropy} marked={entropy.of === "chosen-subspaces" ? at : undefined} />}
        </div>
      </div>
      <DataTable
        caption={`Centres after query ${at}`}
        columns={[
          { name: "subspace", head: "subspace", cell: ({ subspace }) => subspace + 1 },
          { name: "score", head: "score", cell: ({ score }) => number(score) },
          { name: "since", head: "since query", cell: ({ queries }) => whole(queries) },
          architectureColumn("centre"),
        ]}
        rows={moment.centres.slice(0, MOST_ROWS)}
        keyOf={({ subspace }) => subspace}
        classOf={({ subspace }) => (subspace === moment.evoked?.subspace ? "chosen" : undefined)}
      />
    </section>
  );
}

function Entropy({ entropy, marked }: { readonly entropy: EntropyCourse; readonly marked: number | undefined }) {
  const { of, window, most, points, unit } = entropy;
  const edges = of === "edges";
  const what = edges ? "entropy of the operations of an edge" : `entropy of the subspaces chosen in the last ${window} queries`;
  return (
    <Chart
      series={[
        { name: what, points: points.map(({ at, value }) => ({ x: at, y: value })) },
        ...(most !== undefined && points.length > 0
          ? [{ name: "of a uniform choice", points: [points[0]!, points.at(-1)!].map(({ at }) => ({ x: at, y: most })) }]
          : []),
      ]}
      x={edges ? "epochs" : "queries"}
      y={`entropy (${unit})`}
      label={what}
      number={(value) => value.toFixed(3)}
      marked={marked}
    />
  );
}

/** Of each subspace, or of the best ones where there are many. */
function courses({ steps }: Subspaces): Series[] {
  const bySubspace = new Map<number, { x: number; y: number }[]>();
  for (const { subspace, queries, score } of steps) {
    if (!bySubspace.has(subspace)) bySubspace.set(subspace, []);
    bySubspace.get(subspace)!.push({ x: queries, y: score });
  }
  const all = [...bySubspace].sort(([a], [b]) => a - b);
  const moved = [...all].sort(([, a], [, b]) => b.length - a.length).slice(0, MOST_LINES);
  return all.filter((one) => moved.includes(one)).map(([subspace, points]) => ({ name: `subspace ${subspace + 1}`, points, steps: true }));
}

function inWords({ centres, evoked }: Moment, number: (score: number) => string): string {
  if (centres.length === 0) return "No centre is known yet";
  const known = centres.map(({ score }) => score);
  const scores = `${centres.length} centres, ${number(Math.min(...known))} to ${number(Math.max(...known))}`;
  if (!evoked) return scores;
  const became = evoked.replaced ? "its candidate became the centre" : "its candidate did not become the centre";
  const far = evoked.distance === undefined ? "" : `, ${evoked.distance} away`;
  return `${scores}; subspace ${evoked.subspace + 1} was evoked, ${became}${far}`;
}

/** Where a slider stands: in the address once it rests, at the end where that says nothing. */
function useSlider(end: number) {
  const { query } = useStudio().route;
  const look = useLook();
  const said = query.step;
  const [held, setHeld] = useState<number | undefined>(said === undefined ? undefined : Number(said) || 0);
  const [playing, setPlaying] = useState(false);
  const at = Math.min(end, Math.max(0, held ?? end));
  useEffect(() => setHeld(said === undefined ? undefined : Number(said) || 0), [said]);
  useEffect(() => {
    const text = held === undefined ? undefined : String(held);
    if (playing || text === said) return;
    const settled = setTimeout(() => look({ step: text }), SETTLED);
    return () => clearTimeout(settled);
  }, [held, playing]);
  useEffect(() => {
    if (!playing) return;
    const beat = setInterval(() => setHeld((last = 0) => Math.min(end, last + Math.max(1, Math.round(end / 400)))), BEAT);
    return () => clearInterval(beat);
  }, [playing, end]);
  useEffect(() => {
    if (playing && held === end) setPlaying(false);
  }, [playing, held, end]);
  return {
    at,
    follows: held === undefined,
    playing,
    go: (to: number | undefined) => {
      setPlaying(false);
      setHeld(to);
    },
    play: () => {
      if (!playing && at === end) setHeld(0);
      setPlaying(!playing);
    },
  };
}
