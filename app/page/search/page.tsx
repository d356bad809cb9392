/** The page: one search, from all sides. @module */
import { useEffect, useMemo, useReducer, useState } from "preact/hooks";
import type { Table } from "../../../core/table/table.ts";
import { mapLayout } from "./cells.ts";
import { METHODS, QUERIES, type Settings } from "./methods.ts";
import { Cell } from "./parts/cell.tsx";
import { Controls } from "./parts/controls.tsx";
import { Curves } from "./parts/curves.tsx";
import { Scale, SpaceMap } from "./parts/map.tsx";
import { Modifications } from "./parts/modifications.tsx";
import { Subspaces } from "./parts/subspaces.tsx";
import { Player } from "./player.ts";
import { linesOf, percent, sentenceOf } from "./words.ts";

const FIRST: Settings = { method: "ase-nas", subspaces: 4, radius: 4, seed: 1 };
/** The metric that the searches go by. */
const SCORES = "digits_validation_4";

export function Page({ table }: { readonly table: Table }) {
  const [, changed] = useReducer((count: number) => count + 1, 0);
  const [settings, setSettings] = useState(FIRST);
  const player = useMemo(() => new Player(table, () => changed(undefined)), [table]);
  const scores = table.values(SCORES);
  const layout = useMemo(() => mapLayout(scores), [scores]);
  const best = useMemo(() => Math.max(...scores), [scores]);
  useEffect(() => void player.start(settings), [player, settings]);
  const { session, moment } = player;
  const whole = session?.settings.method !== "ase-nas";
  return (
    <>
      <Controls player={player} settings={settings} change={setSettings} />
      {player.failure !== undefined && <p role="alert">{player.failure}</p>}
      {session && moment && (
        <div class={whole ? "panels whole" : "panels"}>
          <section class="steps">
            <h2>
              {whole ? METHODS[session.settings.method].title : "Algorithm 1"}
              <small>
                query {moment.query ? moment.query.number + 1 : moment.queries} of {QUERIES}
              </small>
            </h2>
            <ol>
              {linesOf(session.settings).map(({ line, text, inner }, i) => (
                <li key={line} class={inner ? "inner" : ""} {...(line === moment.line && { "aria-current": "step" })}>
                  <span>{whole ? i + 1 : line}</span> {text}
                </li>
              ))}
            </ol>
            <p class="now" aria-live={player.playing ? "off" : "polite"}>
              {sentenceOf(moment, session.settings, best)}
            </p>
          </section>
          <section class="space">
            <h2>
              The space <Scale scores={scores} />
            </h2>
            <SpaceMap course={session.course} moment={moment} settings={session.settings} layout={layout} scores={scores} />
          </section>
          {moment.centres.length > 0 && (
            <section class="subspaces">
              <h2>
                The subspaces
                {moment.query?.evoked && (
                  <small>
                    entropy {moment.query.evoked.entropy.toFixed(3)} of {Math.log(moment.centres.length).toFixed(3)}
                  </small>
                )}
              </h2>
              <Subspaces moment={moment} first={session.course.moments[0]!.centres} />
              <p class="readout">
                Each centre at the height of its score, edges from the worse to the better; below, the probability by which the policy
                evokes each.
              </p>
            </section>
          )}
          <Candidate player={player} />
          <section class="course">
            <h2>The best so far</h2>
            <Curves
              shown={{ method: session.settings.method, scores: session.course.bestScores.slice(0, moment.queries) }}
              others={player.others.map(({ settings: { method }, course: { bestScores } }) => ({ method, scores: bestScores }))}
              best={best}
            />
          </section>
        </div>
      )}
    </>
  );
}

/** What is proposed; when nothing is, the best. */
function Candidate({ player: { moment } }: { readonly player: Player }) {
  const { query, best } = moment!;
  if (!query) return best ? <CellSection title="The best cell" score={best.score} cell={best.cell} /> : null;
  const { candidate, from, score } = query;
  if (candidate === undefined) return <CellSection title="The centre α" score={from!.score} cell={from!.cell} />;
  return (
    <CellSection title="The candidate β" score={score} cell={candidate} from={from?.cell}>
      {query.modifications && <Modifications query={query} />}
    </CellSection>
  );
}

interface CellSectionProps {
  readonly title: string;
  readonly score: number | undefined;
  readonly cell: number;
  readonly from?: number | undefined;
  readonly children?: preact.ComponentChildren;
}

function CellSection({ title, score, cell, from, children }: CellSectionProps) {
  return (
    <section class="candidate-cell">
      <h2>
        {title}
        <small>{score === undefined ? "not measured yet" : percent(score)}</small>
      </h2>
      <Cell cell={cell} from={from} />
      {children}
    </section>
  );
}
