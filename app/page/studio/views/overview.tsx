/**
 * All matrices and experiments of a folder: what runs, what is finished, what is left.
 *
 * @module
 */
import { counted } from "../../../report/format.ts";
import type { MatrixOverview, Overview, State, StoreOverview } from "../../../studio/api.ts";
import { Go, useAnswer, useLook, useStudio } from "../context.tsx";
import { Heading } from "../parts/heading.tsx";
import { Answered } from "../parts/notices.tsx";
import { offsetOf, Pager } from "../parts/pager.tsx";
import { ProgressLine } from "../parts/progress.tsx";
import { moment, STATES, scoreText } from "../parts/words.ts";
import { StateSelect } from "./state-select.tsx";

/** Cards of one store that are shown at once. */
const LIMIT = 60;
const EVERYTHING = {};

export function OverviewView() {
  const answer = useAnswer<Overview>("overview", {}, EVERYTHING);
  return (
    <>
      <Heading title="Searches" />
      <Answered answer={answer}>
        {({ out, stores }) => (
          <>
            <p class="soft">
              In <code>{out}</code>
            </p>
            <Filters states={new Set(stores.flatMap(({ matrices }) => matrices.flatMap(({ progress }) => progress?.state ?? [])))} />
            {stores.length === 0 && <p>No store is there yet: it appears here when a first run begins.</p>}
            {stores.map((store) => (
              <Store key={store.id} store={store} named={stores.length > 1} />
            ))}
          </>
        )}
      </Answered>
    </>
  );
}

/** By words and by state, where there is something to choose. */
function Filters({ states }: { readonly states: ReadonlySet<State> }) {
  const { query } = useStudio().route;
  const look = useLook();
  return (
    <search class="filters">
      <label>
        Name
        <input
          type="search"
          value={query.name ?? ""}
          onInput={({ currentTarget: { value } }) => look({ name: value || undefined, offset: undefined })}
        />
      </label>
      <StateSelect name="State" states={STATES} there={states} />
      <label>
        Order
        <select value={query.sort ?? ""} onChange={({ currentTarget: { value } }) => look({ sort: value || undefined })}>
          <option value="">changed last</option>
          <option value="name">by name</option>
        </select>
      </label>
    </search>
  );
}

function Store({ store, named }: { readonly store: StoreOverview; readonly named: boolean }) {
  const { query } = useStudio().route;
  const { name = "", state, sort } = query;
  const found = store.matrices
    .filter((matrix) => matrix.name.toLowerCase().includes(name.toLowerCase()) && (state === undefined || matrix.progress?.state === state))
    .sort(sort === "name" ? (a, b) => a.name.localeCompare(b.name, "en", { numeric: true }) : () => 0);
  // Each store has pages of its own: "offset" names the store where there are several.
  const key = named ? `offset ${store.id}` : "offset";
  const offset = offsetOf(query[key], LIMIT, found.length);
  return (
    <section aria-label={named ? store.file : "matrices and experiments"}>
      {named && <h2>{store.file}</h2>}
      {store.others > 0 && <p class="soft">{`${counted(store.others, "run")} in it belong to none of these, and are not shown.`}</p>}
      {found.length === 0 && !store.problem && (
        <p>{store.matrices.length === 0 ? "It has no matrix and no experiment yet." : "None is like that."}</p>
      )}
      <ul class="cards">
        {found.slice(offset, offset + LIMIT).map((matrix) => (
          <li key={matrix.id}>
            <Card matrix={matrix} heading={named ? "h3" : "h2"} />
          </li>
        ))}
      </ul>
      <Pager of="matrices" offset={offset} limit={LIMIT} total={found.length} name={key} />
    </section>
  );
}

function Card({ matrix, heading: Title }: { readonly matrix: MatrixOverview; readonly heading: "h2" | "h3" }) {
  const { id, name, question, single, cells, seeds, progress, best, metric, changed, problem } = matrix;
  return (
    <article class="card">
      <Title>
        <Go to={["matrix", id]}>{name}</Go>
      </Title>
      {question !== undefined && <p>{question}</p>}
      {progress && <ProgressLine progress={progress} label={name} />}
      {problem && <p class="soft">{problem.message}</p>}
      {best && (
        <p>
          best {scoreText(metric)(best.score)} in{" "}
          <Go to={["run", id, best.cell, best.seed]}>{single ? `seed ${best.seed}` : `${best.cell}, seed ${best.seed}`}</Go>
        </p>
      )}
      <p class="soft">
        {single ? "experiment" : counted(cells, "cell")}, {counted(seeds.count, "seed")};{" "}
        <time dateTime={new Date(changed).toISOString()}>{moment(changed)}</time>
      </p>
    </article>
  );
}
