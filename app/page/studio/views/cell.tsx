/**
 * One cell: what its runs found, what is under way, why evaluations failed.
 *
 * @module
 */
import { counted, digitsFor, interval, meanAndStd, metricName } from "../../../report/format.ts";
import type { CellView as Cell, Page, RunLine } from "../../../studio/api.ts";
import { RUN_SORTS } from "../../../studio/api.ts";
import { type DataColumn, DataTable } from "../../components/table/data-table.tsx";
import { Go, useAnswer, useStudio } from "../context.tsx";
import { architectureColumn } from "../parts/architecture.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { FailureReasons } from "../parts/failures.tsx";
import { Figures } from "../parts/figures.tsx";
import { Heading } from "../parts/heading.tsx";
import { Answered } from "../parts/notices.tsx";
import { useOrder } from "../parts/order.ts";
import { offsetOf, Pager } from "../parts/pager.tsx";
import { ProgressLine, ProgressSaid, StateMark } from "../parts/progress.tsx";
import { UnderWayList } from "../parts/under-way.tsx";
import { STATES, scoreText, seconds, whole } from "../parts/words.ts";
import { Pick, SideBySide } from "./side-by-side.tsx";
import { StateSelect } from "./state-select.tsx";

const LIMIT = 50;
const FIGURES_PAUSE = 3000;

export function CellView({ matrix, cell }: { readonly matrix: string; readonly cell: string }) {
  const answer = useAnswer<Cell>("cell", { matrix, cell }, { matrix, cell }, FIGURES_PAUSE);
  const above = [
    { name: "Searches", to: [] },
    { name: answer.value?.matrix.name ?? matrix, to: ["matrix", matrix] },
  ];
  return (
    <>
      <Heading title={cell} above={above} />
      <Answered answer={answer}>{(view) => <Shown view={view} />}</Answered>
    </>
  );
}

function Shown({ view }: { readonly view: Cell }) {
  const { matrix, cell, panel, metric, testMetric, budget, space, failures, underWay, figures } = view;
  const digits = digitsFor([cell[panel.measure]?.standardError]);
  const limits = [
    ...(budget.queries === undefined ? [] : [counted(budget.queries, "query", "queries")]),
    ...(budget.seconds === undefined ? [] : [`${whole(budget.seconds)} s charged`]),
  ];
  return (
    <>
      <ProgressLine progress={cell.progress} label={cell.name} />
      <ProgressSaid progress={cell.progress} label={cell.name} />
      <Facts>
        <Fact name="searched on">{metricName(metric, "score")}</Fact>
        {cell.score && <Fact name="score">{`${meanAndStd(cell.score, digits)} (n = ${cell.score.n})`}</Fact>}
        {testMetric && <Fact name="tested on">{metricName(testMetric, "test")}</Fact>}
        {cell.test && <Fact name="test">{`${meanAndStd(cell.test, digits)} (n = ${cell.test.n})`}</Fact>}
        {cell[panel.measure]?.interval && (
          <Fact name={`interval of the mean ${panel.measure}`}>{interval(cell[panel.measure]!.interval, digits)}</Fact>
        )}
        <Fact name="space">{space}</Fact>
        <Fact name="budget">{limits.join(", ")}</Fact>
      </Facts>
      <p>
        <Go to={["choices", matrix.id, cell.name]}>Choices against score, and importance of components</Go>
      </p>
      <UnderWayList underWay={underWay} metric={metric} seeds />
      <Runs view={view} />
      {failures && (
        <FailureReasons failures={failures} seed={(seed) => <Go to={["run", matrix.id, cell.name, seed]}>{`seed ${seed}`}</Go>} />
      )}
      <section aria-labelledby="figures">
        <h2 id="figures">{cell.progress.state === "finished" ? "Figures" : "Figures so far"}</h2>
        <Figures figures={figures} empty="There are figures when a first run is finished." />
      </section>
    </>
  );
}

function Runs({ view }: { readonly view: Cell }) {
  const { matrix, cell, metric, testMetric } = view;
  const { query } = useStudio().route;
  const { sort, onSort, sortable } = useOrder(RUN_SORTS, "seed");
  const offset = offsetOf(query.offset, LIMIT);
  const asked = {
    ...{ matrix: matrix.id, cell: cell.name, sort: sort.column, order: sort.descending ? "descending" : "ascending" },
    ...{ state: query.state, offset, limit: LIMIT },
  };
  const answer = useAnswer<Page<RunLine>>("runs", asked, { matrix: matrix.id, cell: cell.name });
  const total = answer.value?.total ?? 0;
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">Runs</h2>
      <search class="filters">
        <StateSelect name="State" states={STATES} />
      </search>
      <SideBySide picks={query.pick} of="runs" matrix={matrix.id} cell={cell.name} />
      <Answered answer={answer}>
        {({ rows }) => (
          <DataTable
            caption={`Runs of ${cell.name}`}
            columns={sortable(columnsOf(view, scoreText(metric), testMetric && scoreText(testMetric)))}
            rows={rows}
            keyOf={({ seed }) => seed}
            sort={sort}
            onSort={onSort}
            busy={answer.busy}
            empty="No run is like that."
          />
        )}
      </Answered>
      <Pager of="runs" offset={offset} limit={LIMIT} total={total} />
    </section>
  );
}

type Text = (value: number | undefined) => string;

function columnsOf({ matrix, cell }: Cell, score: Text, test: Text | undefined): DataColumn<RunLine>[] {
  return [
    { name: "seed", head: "seed", cell: ({ seed }) => <Go to={["run", matrix.id, cell.name, seed]}>{seed}</Go> },
    { name: "pick", head: "side by side", cell: ({ seed }) => <Pick name={String(seed)} of="runs" /> },
    { name: "state", head: "state", words: true, cell: ({ state }) => <StateMark state={state} /> },
    { name: "score", head: "score", cell: (run) => score(run.score) },
    ...(test ? [{ name: "test", head: "test", cell: (run: RunLine) => test(run.test) }] : []),
    { name: "queries", head: "queries", cell: ({ queries }) => whole(queries) },
    { name: "distinct", head: "different", title: "different architectures", cell: ({ distinct }) => whole(distinct) },
    { name: "updates", head: "new subspaces", cell: ({ updates }) => whole(updates) },
    {
      name: "failed",
      head: "failures",
      title: "architectures that were rejected, and tries that were made again",
      cell: ({ rejected, retried }) => whole(rejected + retried),
    },
    { name: "seconds", head: "charged", cell: (run) => seconds(run.seconds) },
    { name: "wallSeconds", head: "took", cell: (run) => seconds(run.wallSeconds) },
    architectureColumn("best architecture"),
  ];
}
