/**
 * One run: its best so far, its subspaces, what is under way, its trials.
 *
 * @module
 */
import { metricName } from "../../../report/format.ts";
import type { RunView as Run } from "../../../studio/api.ts";
import { Go, useAnswer } from "../context.tsx";
import { Evolution } from "../graph/evolution.tsx";
import { ArchitectureCard } from "../parts/architecture.tsx";
import { Chart } from "../parts/chart.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { FailureReasons } from "../parts/failures.tsx";
import { Fronts } from "../parts/fronts.tsx";
import { Heading } from "../parts/heading.tsx";
import { Answered } from "../parts/notices.tsx";
import { StateMark } from "../parts/progress.tsx";
import { UnderWayList } from "../parts/under-way.tsx";
import { axisTitle, scoreText, seconds, whole } from "../parts/words.ts";
import { Trials } from "./trials.tsx";

export function RunView({ matrix, cell, seed }: { readonly matrix: string; readonly cell: string; readonly seed: number }) {
  const subject = { matrix, cell, seed };
  const answer = useAnswer<Run>("run", subject, subject);
  const above = [
    { name: "Searches", to: [] },
    { name: answer.value?.matrix.name ?? matrix, to: ["matrix", matrix] },
    { name: cell, to: ["cell", matrix, cell] },
  ];
  return (
    <>
      <Heading title={`${cell}, seed ${seed}`} above={above} />
      <Answered answer={answer}>{(view) => <Shown view={view} />}</Answered>
    </>
  );
}

function Shown({ view }: { readonly view: Run }) {
  const {
    matrix,
    cell,
    metric,
    testMetric,
    budget,
    run,
    incumbent,
    subspaces,
    entropy,
    weights,
    fronts,
    failures,
    underWay,
    best,
    trials,
  } = view;
  const number = scoreText(metric);
  const queries = run.queries ?? incumbent.at(-1)?.queries ?? 0;
  return (
    <>
      <Facts>
        <Fact name="state">
          <StateMark state={run.state} />
        </Fact>
        <Fact name="queries">
          {whole(run.queries)}
          {budget.queries !== undefined && ` of ${whole(budget.queries)}`}
        </Fact>
        <Fact name={metricName(metric, "score")}>{number(run.score)}</Fact>
        {run.test !== undefined && testMetric && <Fact name={metricName(testMetric, "test")}>{scoreText(testMetric)(run.test)}</Fact>}
        {run.distinct !== undefined && <Fact name="different architectures">{whole(run.distinct)}</Fact>}
        {run.updates !== undefined && run.updates > 0 && <Fact name="new subspaces">{whole(run.updates)}</Fact>}
        {run.rejected + run.retried > 0 && <Fact name="failures">{`${run.rejected} rejected, ${run.retried} tried again`}</Fact>}
        {run.seconds !== undefined && <Fact name="charged">{seconds(run.seconds)}</Fact>}
        {run.wallSeconds !== undefined && <Fact name="took">{seconds(run.wallSeconds)}</Fact>}
      </Facts>
      <p>
        <Go to={["choices", matrix.id, cell, run.seed]}>Choices against score</Go>
      </p>
      <div class="beside">
        <section aria-labelledby="best-so-far">
          <h2 id="best-so-far">Best so far</h2>
          {incumbent.length === 0 ? (
            <p>Nothing is measured yet.</p>
          ) : (
            <Chart
              series={[
                { name: "score", points: incumbent.map(({ queries, score }) => ({ x: queries, y: score })), steps: true },
                ...(incumbent.some(({ test }) => test !== undefined)
                  ? [
                      {
                        name: "test",
                        points: incumbent.flatMap(({ queries, test }) => (test === undefined ? [] : [{ x: queries, y: test }])),
                        steps: true,
                      },
                    ]
                  : []),
              ]}
              x="queries"
              y={axisTitle(metric)}
              label={`the best so far: ${number(incumbent.at(-1)!.score)} after ${whole(incumbent.at(-1)!.queries)} queries`}
              number={number}
              end={queries}
            />
          )}
        </section>
        {best && (
          <section aria-labelledby="best">
            <h2 id="best">Best architecture</h2>
            <ArchitectureCard best={best} score={number} />
          </section>
        )}
      </div>
      <UnderWayList underWay={underWay} metric={metric} />
      {subspaces && subspaces.steps.length > 0 && <Evolution subspaces={subspaces} entropy={entropy} metric={metric} queries={queries} />}
      {weights && weights.length > 0 && <Weights weights={weights} />}
      {fronts && fronts.length > 0 && <Fronts fronts={fronts} />}
      {failures && <FailureReasons failures={failures} />}
      <Trials view={view} source={trials} />
    </>
  );
}

/** Of a search that trains shared weights. */
function Weights({ weights }: { readonly weights: NonNullable<Run["weights"]> }) {
  const over = (name: string, unit: string, of: (epoch: (typeof weights)[number]) => number | undefined, digits = 3) => {
    const points = weights.flatMap((epoch, i) => {
      const y = of(epoch);
      return y === undefined ? [] : [{ x: i + 1, y }];
    });
    return (
      <Chart
        key={name}
        series={[{ name, points }]}
        x="epochs"
        y={unit === "" ? name : `${name} (${unit})`}
        label={`${name} after each epoch`}
        number={(value) => value.toFixed(digits)}
      />
    );
  };
  return (
    <section aria-labelledby="weights">
      <h2 id="weights">Shared weights</h2>
      <div class="beside">
        {over("loss", "nats", ({ loss }) => loss)}
        {over("entropy", "nats", ({ entropy }) => entropy)}
        {over("edges without weights", "share", ({ parameterFree }) => parameterFree, 2)}
        {over("curvature", "", ({ curvature }) => curvature)}
      </div>
      <p>
        After epoch {weights.length} the probabilities come to <code class="architecture">{weights.at(-1)!.architecture}</code>
      </p>
    </section>
  );
}
