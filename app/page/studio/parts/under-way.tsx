/**
 * Evaluations and trainings that are under way, with their learning curves.
 *
 * @module
 */
import type { Metric } from "../../../../core/plugin/metric.ts";
import { counted } from "../../../report/format.ts";
import type { UnderWay } from "../../../studio/api.ts";
import { Chart } from "./chart.tsx";
import { axisTitle, moment, scoreText } from "./words.ts";

/** Curves in one chart, and evaluations in the list. */
const [MOST_CURVES, MOST_LISTED] = [7, 50];

export function UnderWayList({
  underWay,
  metric,
  seeds = false,
}: {
  readonly underWay: readonly UnderWay[];
  readonly metric: Metric;
  readonly seeds?: boolean;
}) {
  if (underWay.length === 0) return null;
  const number = scoreText(metric);
  const named = underWay.map((one, i) => ({ ...one, name: nameOf(one, i, seeds) }));
  const curves = named.filter(({ curve }) => curve.length > 0);
  return (
    <section aria-labelledby="under-way">
      <h2 id="under-way">Under way</h2>
      {curves.length > 0 && (
        <Chart
          series={curves
            .slice(0, MOST_CURVES)
            .map(({ name, curve }) => ({ name, points: curve.map(({ epoch, value }) => ({ x: epoch, y: value })) }))}
          x="epochs"
          y={axisTitle(metric)}
          label={`learning curves of ${counted(curves.length, "training")} under way`}
          number={number}
        />
      )}
      <ul class="under-way">
        {named.slice(0, MOST_LISTED).map(({ name, architecture, fidelity, began, changed, stopped, curve, epochs, loss }) => (
          <li key={name}>
            <strong>{name}</strong> {architecture !== undefined && <code class="architecture">{architecture}</code>}
            <span class="soft">
              {curve.length > 0 && `; ${number(curve.at(-1)!.value)} after ${counted(curve.at(-1)!.epoch, "epoch")}`}
              {epochs !== undefined && curve.length === 0 && `; ${counted(epochs, "epoch")} done`}
              {loss !== undefined && `; loss ${loss.toPrecision(4)}`}
              {fidelity !== undefined && `; of ${counted(fidelity, "epoch")}`}
              {stopped
                ? `; stopped, the next call goes on with it`
                : began === undefined
                  ? `; last heard of ${moment(changed)}`
                  : `; since ${moment(began)}`}
            </span>
          </li>
        ))}
      </ul>
      {named.length > MOST_LISTED && <p class="soft">{`The first ${MOST_LISTED} of ${named.length}.`}</p>}
    </section>
  );
}

function nameOf({ seed, query }: UnderWay, i: number, seeds: boolean): string {
  if (query === undefined) return `training ${i + 1}`;
  const what = query < 0 ? `first centre ${-query}` : `query ${query}`;
  return seeds && seed !== undefined ? `seed ${seed}, ${what}` : what;
}
