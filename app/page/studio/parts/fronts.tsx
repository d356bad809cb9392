/** The Pareto fronts of a run: each over two metrics, as a line and its points. @module */
import type { Front } from "../../../../core/record/pareto.ts";
import { frontTitle, scaleOf } from "../../../report/format.ts";
import { Chart } from "./chart.tsx";

export function Fronts({ fronts }: { readonly fronts: readonly Front[] }) {
  return (
    <section aria-labelledby="fronts">
      <h2 id="fronts">Pareto fronts</h2>
      <div class="beside">
        {fronts.map(({ metrics: [first, second], points }) => {
          const scales = [0, 1].map((i) => scaleOf(points.map(({ values }) => values[i]!)));
          const [a, b] = [frontTitle(first, scales[0]!), frontTitle(second, scales[1]!)];
          const line = points.map(({ values }) => ({ x: values[1] / scales[1]!, y: values[0] / scales[0]! })).sort((p, q) => p.x - q.x);
          return (
            <Chart
              key={`${a} ${b}`}
              series={[{ name: "front", points: line, dots: true }]}
              x={b}
              y={a}
              label={`Pareto front of ${points.length} architectures: ${a} against ${b}`}
              number={(value) => String(Number(value.toPrecision(5)))}
            />
          );
        })}
      </div>
    </section>
  );
}
