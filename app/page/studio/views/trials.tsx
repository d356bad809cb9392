/**
 * The trials of a run: in pages that the server puts in order and filters, and one of them in full.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Page, RunView, Trial, TrialLine, TrialSource, TrialState } from "../../../studio/api.ts";
import { TRIAL_SORTS } from "../../../studio/api.ts";
import { type DataColumn, DataTable } from "../../components/table/data-table.tsx";
import { useAnswer, useLook, useStudio } from "../context.tsx";
import { architectureColumn } from "../parts/architecture.tsx";
import { Chart } from "../parts/chart.tsx";
import { Drawing } from "../parts/drawing.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Log } from "../parts/failures.tsx";
import { Answered } from "../parts/notices.tsx";
import { useOrder } from "../parts/order.ts";
import { offsetOf, Pager } from "../parts/pager.tsx";
import { axisTitle, scoreText, seconds, whole } from "../parts/words.ts";
import { StateSelect } from "./state-select.tsx";

const LIMIT = 50;
/** Milliseconds after the last letter until what is typed is looked for. */
const TYPED = 300;
const STATES: Readonly<Record<TrialState, string>> = { measured: "measured", rejected: "failed", "stopped-early": "ended early" };

export function Trials({ view, source }: { readonly view: RunView; readonly source: TrialSource }) {
  return (
    <section aria-labelledby="trials">
      <h2 id="trials">Trials</h2>
      {source.from === "nowhere" ? <p>{source.why ?? "No trial of this run is kept."}</p> : <Kept view={view} />}
    </section>
  );
}

function Kept({ view }: { readonly view: RunView }) {
  const { matrix, cell, run, metric } = view;
  const { query } = useStudio().route;
  const look = useLook();
  const { sort, onSort, sortable } = useOrder(TRIAL_SORTS, "place");
  const offset = offsetOf(query.offset, LIMIT);
  const subject = { matrix: matrix.id, cell, seed: run.seed };
  const asked = {
    ...{ ...subject, sort: sort.column, order: sort.descending ? "descending" : "ascending" },
    ...{ state: query.state, text: query.text, offset, limit: LIMIT },
  };
  const answer = useAnswer<Page<TrialLine>>("trials", asked, subject);
  const open = query.trial;
  return (
    <>
      <search class="filters">
        <StateSelect name="Outcome" states={Object.keys(STATES) as TrialState[]} word={(state) => STATES[state]} />
        <TypedFilter
          label="Architecture has"
          value={query.text ?? ""}
          onValue={(value) => look({ text: value || undefined, offset: undefined })}
        />
      </search>
      <Answered answer={answer}>
        {({ rows, total }) => (
          <>
            <DataTable
              caption={`Trials of seed ${run.seed}`}
              columns={sortable(columnsOf(view, rows, (place) => look({ trial: String(place) })))}
              rows={rows}
              keyOf={({ place }) => place}
              sort={sort}
              onSort={onSort}
              classOf={({ place, improved, state }) =>
                [
                  ...(String(place) === open ? ["chosen"] : []),
                  ...(improved ? ["improved"] : []),
                  ...(state === "rejected" ? ["rejected"] : []),
                ].join(" ")
              }
              busy={answer.busy}
              empty="No trial is like that."
            />
            <Pager of="trials" offset={offset} limit={LIMIT} total={total} />
          </>
        )}
      </Answered>
      {open !== undefined && (
        <OneTrial key={open} view={view} place={open} metric={axisTitle(metric)} onClose={() => look({ trial: undefined })} />
      )}
    </>
  );
}

function TypedFilter({
  label,
  value,
  onValue,
}: {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const rests = setTimeout(() => onValue(typed), TYPED);
    return () => clearTimeout(rests);
  }, [typed]);
  return (
    <label>
      {label}
      <input type="search" value={typed} onInput={({ currentTarget }) => setTyped(currentTarget.value)} />
    </label>
  );
}

function columnsOf({ metric }: RunView, rows: readonly TrialLine[], open: (place: number) => void): DataColumn<TrialLine>[] {
  const score = scoreText(metric);
  const some = (key: keyof TrialLine) => rows.some((row) => row[key] !== undefined);
  return [
    {
      name: "query",
      head: "query",
      cell: ({ query, place }) => (
        <button type="button" class="link" onClick={() => open(place)}>
          {queryName(query)}
        </button>
      ),
    },
    { name: "place", head: "finished as", cell: ({ place }) => whole(place + 1) },
    { name: "state", head: "outcome", words: true, cell: ({ state, improved }) => (improved ? "best so far" : STATES[state]) },
    { name: "score", head: "score", cell: (trial) => score(trial.score) },
    ...(some("subspace")
      ? [{ name: "subspace", head: "subspace", cell: ({ subspace }: TrialLine) => (subspace === undefined ? "" : subspace + 1) }]
      : []),
    ...(some("distance")
      ? [{ name: "distance", head: "distance", title: "from the centre", cell: ({ distance }: TrialLine) => distance }]
      : []),
    ...(some("fidelity") ? [{ name: "fidelity", head: "epochs", cell: ({ fidelity }: TrialLine) => fidelity ?? "all" }] : []),
    { name: "seconds", head: "charged", cell: (trial) => seconds(trial.seconds) },
    { name: "wallSeconds", head: "took", cell: (trial) => seconds(trial.wallSeconds) },
    architectureColumn("architecture"),
    ...(rows.some(({ failures }) => failures > 0)
      ? [
          { name: "failures", head: "failed tries", cell: ({ failures }: TrialLine) => (failures > 0 ? whole(failures) : "") },
          { name: "reason", head: "reason", words: true, cell: ({ reason }: TrialLine) => <span class="reason">{reason}</span> },
        ]
      : []),
  ];
}

const queryName = (query: number) => (query < 0 ? `first ${-query}` : String(query));

function OneTrial(props: { readonly view: RunView; readonly place: string; readonly metric: string; readonly onClose: () => void }) {
  const { view, place, metric, onClose } = props;
  const subject = { matrix: view.matrix.id, cell: view.cell, seed: view.run.seed };
  const answer = useAnswer<Trial>("trial", { ...subject, place }, subject);
  const heading = useRef<HTMLHeadingElement>(null);
  const number = scoreText(view.metric);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="detail" aria-labelledby="trial">
      <h3 id="trial" ref={heading} tabIndex={-1}>
        {answer.value ? `Query ${queryName(answer.value.query)}` : "Trial"}
      </h3>
      <button type="button" onClick={onClose}>
        Close
      </button>
      <Answered answer={answer}>
        {(trial) => (
          <>
            <p>
              <code class="architecture">{trial.architecture}</code>
            </p>
            <Facts>
              <Fact name="outcome">{STATES[trial.state]}</Fact>
              {trial.score !== undefined && <Fact name="score">{number(trial.score)}</Fact>}
              {Object.entries(trial.metrics ?? {}).map(([name, value]) => (
                <Fact key={name} name={name}>
                  {String(Number(value.toPrecision(6)))}
                </Fact>
              ))}
              {trial.seconds !== undefined && <Fact name="charged">{seconds(trial.seconds)}</Fact>}
              {trial.wallSeconds !== undefined && <Fact name="took">{seconds(trial.wallSeconds)}</Fact>}
            </Facts>
            {trial.curve && trial.curve.length > 0 && (
              <Chart
                series={[{ name: "score", points: trial.curve.map(({ epoch, value }) => ({ x: epoch, y: value })) }]}
                x="epochs"
                y={metric}
                label={`learning curve of query ${queryName(trial.query)}`}
                number={number}
              />
            )}
            {trial.tries.length > 0 && (
              <ul class="failures">
                {trial.tries.map(({ attempt, reason, remedy, log }) => (
                  <li key={attempt}>
                    <pre>{reason}</pre>
                    <p class="soft">{`try ${attempt}, then ${REMEDIES[remedy]}`}</p>
                    <Log text={log} />
                  </li>
                ))}
              </ul>
            )}
            <Log text={trial.log} />
            {trial.drawing !== undefined && <Drawing path={trial.drawing} architecture={trial.architecture} />}
          </>
        )}
      </Answered>
    </section>
  );
}

const REMEDIES = { retry: "tried again", reject: "rejected", stop: "the run was stopped" } as const;
