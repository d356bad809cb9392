/**
 * What choices do to the score: parallel coordinates of what was measured, and the importance of components.
 *
 * @module
 */
import { metricName } from "../../../report/format.ts";
import type { Coordinates, Importance } from "../../../studio/api.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { Go, useAnswer, useLook, useStudio } from "../context.tsx";
import { brushesText, isChosen, parseBrushes, toggled } from "../coordinates/axes.ts";
import { CoordinatesPlot } from "../coordinates/plot.tsx";
import { Heading } from "../parts/heading.tsx";
import { Answered } from "../parts/notices.tsx";
import { scoreText, whole } from "../parts/words.ts";

/** Lines that are listed, and pairs of components. */
const [MOST_LISTED, MOST_PAIRS] = [10, 10];
const LINES: Readonly<Record<Coordinates["of"], string>> = {
  trials: "trials",
  centres: "centres of subspaces",
  answers: "answers of runs",
};
/** What is long to compute is asked for at most so often. In milliseconds. */
const PAUSE = 10_000;

export function ChoicesView({ matrix, cell, seed }: { readonly matrix: string; readonly cell: string; readonly seed: number | undefined }) {
  const subject = { matrix, cell, ...(seed !== undefined && { seed }) };
  const coordinates = useAnswer<Coordinates>("coordinates", subject, subject, PAUSE);
  const importance = useAnswer<Importance>("importance", subject, subject, PAUSE);
  const above = [
    { name: "Searches", to: [] },
    { name: matrix, to: ["matrix", matrix] },
    { name: cell, to: ["cell", matrix, cell] },
    ...(seed === undefined ? [] : [{ name: `seed ${seed}`, to: ["run", matrix, cell, seed] }]),
  ];
  return (
    <>
      <Heading title={`Choices in ${cell}${seed === undefined ? "" : `, seed ${seed}`}`} above={above} />
      <section aria-labelledby="coordinates">
        <h2 id="coordinates">Choices against score</h2>
        <Answered answer={coordinates}>
          {(value) =>
            value.lines.length === 0 ? (
              <p>{value.why ?? "Nothing is measured yet."}</p>
            ) : (
              <Brushed coordinates={value} matrix={matrix} cell={cell} />
            )
          }
        </Answered>
      </section>
      <section aria-labelledby="importance">
        <h2 id="importance">Importance of components</h2>
        <Answered answer={importance}>
          {(value) =>
            value.components.length === 0 ? <p>{value.why ?? "Too little is measured yet."}</p> : <Important importance={value} />
          }
        </Answered>
      </section>
    </>
  );
}

function Brushed({ coordinates, matrix, cell }: { readonly coordinates: Coordinates; readonly matrix: string; readonly cell: string }) {
  const { components, lines, metric, of, total } = coordinates;
  const { route, theme } = useStudio();
  const look = useLook();
  const brushes = parseBrushes(route.query.brush);
  const brush = (next: typeof brushes) => look({ brush: brushesText(next) });
  const number = scoreText(metric);
  const scores = extent(lines.map(({ score }) => score));
  const chosen = lines.filter((line) => isChosen(brushes, line));
  const sign = metric.goal === "minimise" ? 1 : -1;
  const best = [...chosen].sort((a, b) => sign * (a.score - b.score)).slice(0, MOST_LISTED);
  const mean = chosen.reduce((sum, { score }) => sum + score, 0) / chosen.length;
  const asks = brushes.choices.size > 0 || brushes.scores !== undefined;
  return (
    <>
      <p>
        {total > lines.length ? `${whole(lines.length)} of ${whole(total)}` : whole(total)} {LINES[of]}
        {asks && `; ${whole(chosen.length)} chosen${chosen.length > 0 ? `, mean ${number(mean)}` : ""}`}.
        {" Press choices, or drag along the score."}{" "}
        {asks && (
          <button type="button" onClick={() => look({ brush: undefined })}>
            Choose all
          </button>
        )}
      </p>
      <CoordinatesPlot
        {...{ components, lines, scores, brushes, theme, number }}
        scoreName={metric.name}
        label={`parallel coordinates of ${components.length} components and ${metricName(metric, "score")}: ${lines.length} lines`}
        onToggle={(component, choice) => brush(toggled(brushes, component, choice, components[component]!.choices.length))}
        onScores={(next) => {
          const { scores: _, ...rest } = brushes;
          brush(
            next ? { ...rest, scores: next.map((score) => Number(score.toPrecision(5))) as unknown as readonly [number, number] } : rest,
          );
        }}
      />
      <details open={false}>
        <summary>Choose by lists</summary>
        <div class="filters brushes">
          {components.map(({ name, choices }, c) => (
            <fieldset key={name}>
              <legend>{name}</legend>
              {choices.map((choice, i) => (
                <label key={choice}>
                  <input
                    type="checkbox"
                    checked={brushes.choices.get(c)?.has(i) ?? false}
                    onChange={() => brush(toggled(brushes, c, i, choices.length))}
                  />
                  {choice}
                </label>
              ))}
            </fieldset>
          ))}
          <fieldset>
            <legend>{metric.name}</legend>
            {(["from", "to"] as const).map((end, i) => (
              <label key={end}>
                {end}
                <input
                  type="number"
                  step="any"
                  value={brushes.scores?.[i] ?? ""}
                  placeholder={number(scores[i])}
                  onChange={({ currentTarget }) => {
                    const ends = [...(brushes.scores ?? scores)] as [number, number];
                    ends[i] = currentTarget.value === "" ? scores[i]! : Number(currentTarget.value);
                    brush({ ...brushes, scores: ends[0] <= ends[1] ? ends : [ends[1], ends[0]] });
                  }}
                />
              </label>
            ))}
          </fieldset>
        </div>
      </details>
      <DataTable
        caption={`The best ${asks ? "chosen" : ""} ones`.replace("  ", " ")}
        columns={[
          { name: "score", head: "score", cell: ({ score }) => number(score) },
          { name: "seed", head: "seed", cell: ({ seed }) => <Go to={["run", matrix, cell, seed]}>{seed}</Go> },
          ...components.map(({ name, choices }, c) => ({
            name: name,
            head: name,
            words: true,
            cell: ({ choices: taken }: Coordinates["lines"][number]) => choices[taken[c]!] ?? "–",
          })),
        ]}
        rows={best.map((line, i) => ({ ...line, i }))}
        keyOf={({ i }) => i}
        empty="No line is chosen."
      />
    </>
  );
}

function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

function Important({ importance }: { readonly importance: Importance }) {
  const { method, of, n, explained, components, pairs } = importance;
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  return (
    <>
      <p>
        {`Shares of the variance of the score that go with each component, by ${method.name} with a forest of ${method.trees} trees that was learned from ${whole(n)} ${LINES[of]}. Source: ${method.source}.`}
        {explained !== null && ` Of the variance of architectures that it had not seen the forest explains ${share(explained)}.`}
        {explained !== null && explained < 0.5 && " That is little: take these shares with care."}
      </p>
      <DataTable
        caption="Share of each component"
        columns={[
          { name: "component", head: "component", words: true, cell: ({ name }) => name },
          { name: "share", head: "share", cell: (one) => share(one.share) },
          {
            name: "bar",
            head: "drawn",
            words: true,
            cell: (one) => <meter min={0} max={1} value={Math.max(0, one.share)} aria-label={`share of ${one.name}`} />,
          },
          {
            name: "choices",
            head: "mean score with each choice",
            words: true,
            cell: ({ choices }) => (
              <ul class="means">
                {choices.map(({ choice, mean, n }) => (
                  <li key={choice} title={`${n} architectures`}>
                    {choice} <b>{mean.toPrecision(5)}</b>
                  </li>
                ))}
              </ul>
            ),
          },
        ]}
        rows={components}
        keyOf={({ name }) => name}
      />
      {pairs.length > 0 && (
        <DataTable
          caption="What two do together, beyond each alone"
          columns={[
            { name: "first", head: "components", words: true, cell: ({ first, second }) => `${first} and ${second}` },
            { name: "share", head: "share", cell: (one) => share(one.share) },
          ]}
          rows={pairs.slice(0, MOST_PAIRS)}
          keyOf={({ first, second }) => `${first} ${second}`}
        />
      )}
    </>
  );
}
