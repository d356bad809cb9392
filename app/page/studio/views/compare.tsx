/**
 * Two runs, or two cells, side by side.
 *
 * @module
 */
import { type Comparison, MEASURES } from "../../../report/document.ts";
import { digitsFor, interval, meanAndStd, metricName, percentage, probability, signed } from "../../../report/format.ts";
import type { Compared, ComparedSide } from "../../../studio/api.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { Go, useAnswer, useStudio } from "../context.tsx";
import { ArchitectureCard } from "../parts/architecture.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Figures } from "../parts/figures.tsx";
import { Heading } from "../parts/heading.tsx";
import { Answered } from "../parts/notices.tsx";
import { StateMark } from "../parts/progress.tsx";
import { scoreText, whole } from "../parts/words.ts";

const PARAMETERS = ["matrix", "cell", "seed", "matrix2", "cell2", "seed2"] as const;
const FIGURES_PAUSE = 5000;

export function CompareView() {
  const { query } = useStudio().route;
  const asked = Object.fromEntries(PARAMETERS.map((name) => [name, query[name]]));
  // Either side may change: any change of the first one's matrix is enough where both are of one.
  const subject = query.matrix === query.matrix2 && query.matrix !== undefined ? { matrix: query.matrix } : {};
  const answer = useAnswer<Compared>("compare", asked, subject, FIGURES_PAUSE);
  const above = [
    { name: "Searches", to: [] },
    ...(query.matrix === undefined ? [] : [{ name: query.matrix, to: ["matrix", query.matrix] }]),
  ];
  return (
    <>
      <Heading title="Side by side" above={above} />
      <Answered answer={answer}>{(compared) => <Shown compared={compared} />}</Answered>
    </>
  );
}

function Shown({ compared }: { readonly compared: Compared }) {
  const { sides, comparison, components, figures } = compared;
  const differ = components?.filter(({ choices: [first, second] }) => first !== second);
  const names = sides.map(nameOf);
  return (
    <>
      <div class="sides">
        {sides.map((side, i) => (
          <Side key={i} side={side} />
        ))}
      </div>
      {comparison && <Differences comparison={comparison} sides={sides} />}
      {components && differ && (
        <section aria-labelledby="components">
          <h2 id="components">Components of the best architectures</h2>
          {differ.length === 0 ? (
            <p>{`Both chose the same for all ${components.length} components.`}</p>
          ) : (
            <>
              <p>{`They differ in ${differ.length} of ${components.length} components.`}</p>
              <DataTable
                caption="Where they differ"
                columns={[
                  { name: "component", head: "component", words: true, cell: ({ component }) => component },
                  { name: "first", head: names[0]!, words: true, cell: ({ choices }) => choices[0] ?? "–" },
                  { name: "second", head: names[1]!, words: true, cell: ({ choices }) => choices[1] ?? "–" },
                ]}
                rows={differ}
                keyOf={({ component }) => component}
              />
            </>
          )}
        </section>
      )}
      <section aria-labelledby="figures">
        <h2 id="figures">Figures</h2>
        <Figures figures={figures} empty="There are figures when first runs are finished." />
      </section>
    </>
  );
}

const nameOf = ({ cell, seed }: ComparedSide) => (seed === undefined ? cell : `${cell}, seed ${seed}`);

function Side({ side }: { readonly side: ComparedSide }) {
  const { matrix, cell, seed, n, metric, testMetric, score, test, run, best } = side;
  const number = scoreText(metric);
  return (
    <section aria-label={nameOf(side)}>
      <h2>
        <Go to={seed === undefined ? ["cell", matrix.id, cell] : ["run", matrix.id, cell, seed]}>{nameOf(side)}</Go>
      </h2>
      <p class="soft">{matrix.name}</p>
      <Facts>
        {run ? (
          <>
            <Fact name="state">
              <StateMark state={run.state} />
            </Fact>
            <Fact name={metricName(metric, "score")}>{number(run.score)}</Fact>
            {run.test !== undefined && <Fact name={metricName(testMetric, "test")}>{scoreText(testMetric)(run.test)}</Fact>}
            <Fact name="queries">{whole(run.queries)}</Fact>
            <Fact name="new subspaces">{whole(run.updates)}</Fact>
          </>
        ) : (
          <>
            <Fact name="finished runs">{whole(n)}</Fact>
            {score && <Fact name={metricName(metric, "score")}>{meanAndStd(score, digitsFor([score.standardError]))}</Fact>}
            {test && <Fact name={metricName(testMetric, "test")}>{meanAndStd(test, digitsFor([test.standardError]))}</Fact>}
          </>
        )}
      </Facts>
      {best && (
        <>
          <h3>Best architecture</h3>
          <ArchitectureCard best={best} score={number} />
        </>
      )}
    </section>
  );
}

function Differences({
  comparison,
  sides,
}: {
  readonly comparison: NonNullable<Compared["comparison"]>;
  readonly sides: Compared["sides"];
}) {
  const rows = MEASURES.flatMap((measure) => {
    const of = comparison[measure];
    return of ? [{ measure, of }] : [];
  });
  if (rows.length === 0) return null;
  const digits = ({ standardError }: Comparison) => digitsFor([standardError]);
  const [first] = sides;
  return (
    <section aria-labelledby="difference">
      <h2 id="difference">{`${nameOf(sides[0])} less ${nameOf(sides[1])}`}</h2>
      <DataTable
        caption="Over the seeds that both have"
        columns={[
          {
            name: "measure",
            head: "metric",
            words: true,
            cell: ({ measure }) => metricName(measure === "test" ? first.testMetric : first.metric, measure),
          },
          { name: "n", head: "pairs", cell: ({ of }) => of.n },
          { name: "difference", head: "difference", cell: ({ of }) => signed(of.difference, digits(of)) },
          { name: "interval", head: "CI", cell: ({ of }) => interval(of.interval, digits(of), signed) },
          { name: "p", head: "Wilcoxon p", cell: ({ of }) => probability(of.wilcoxon.p) },
          { name: "delta", head: "Cliff’s δ", cell: ({ of }) => signed(of.cliffsDelta, 2) },
          { name: "effect", head: "d_z", cell: ({ of }) => signed(of.pairedEffectSize, 2) },
          { name: "rate", head: "win rate", cell: ({ of }) => percentage(of.winRate) },
        ]}
        rows={rows}
        keyOf={({ measure }) => measure}
      />
    </section>
  );
}
