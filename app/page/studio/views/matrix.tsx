/**
 * A matrix as it stands: how far its cells are, what they found, and how they compare so far.
 *
 * @module
 */
import { counted } from "../../../report/format.ts";
import type { CellSummary, FiguresView, MatrixView as Matrix, PanelView } from "../../../studio/api.ts";
import { useAnswer, useLook, useStudio } from "../context.tsx";
import { Figures } from "../parts/figures.tsx";
import { Heading } from "../parts/heading.tsx";
import { Answered, ProblemNotice } from "../parts/notices.tsx";
import { ProgressLine, ProgressSaid } from "../parts/progress.tsx";
import { CellsTable } from "./cells.tsx";
import { ComparisonTable } from "./comparison.tsx";
import { SideBySide } from "./side-by-side.tsx";

/** Figures are drawn again at most so often: they are long to make, and nobody reads what jumps. In milliseconds. */
const FIGURES_PAUSE = 5000;

export function MatrixView({ id }: { readonly id: string }) {
  const answer = useAnswer<Matrix>("matrix", { matrix: id }, { matrix: id });
  return (
    <>
      <Heading title={answer.value?.name ?? id} above={[{ name: "Searches", to: [] }]} />
      <Answered answer={answer}>{(matrix) => <Shown matrix={matrix} />}</Answered>
    </>
  );
}

function Shown({ matrix }: { readonly matrix: Matrix }) {
  const { id, name, question, progress, problem, panels, cells, seeds, design } = matrix;
  const { query } = useStudio().route;
  const look = useLook();
  const text = query.name ?? "";
  return (
    <>
      {question !== undefined && <p class="question">{question}</p>}
      {problem && <ProblemNotice problem={problem} />}
      {progress && (
        <>
          <ProgressLine progress={progress} label={name} />
          <ProgressSaid progress={progress} label={name} />
        </>
      )}
      <p class="soft">
        {counted(cells, "cell")}, {counted(seeds.count, "seed")} of each
        {design !== undefined && `, ${design} design`}
      </p>
      {cells > 8 && (
        <search class="filters">
          <label>
            Cells with
            <input
              type="search"
              value={text}
              onInput={({ currentTarget: { value } }) => look({ name: value || undefined, offset: undefined })}
            />
          </label>
        </search>
      )}
      <SideBySide picks={query.pick} of="cells" matrix={id} />
      {panels.map((panel) => (
        <PanelSection key={panel.name} panel={measured(panel)} matrix={matrix} text={text.toLowerCase()} />
      ))}
      <MatrixFigures id={id} finished={progress?.state === "finished"} />
    </>
  );
}

/** By the score, until a first run tells what it is tested on. */
const measured = (panel: PanelView): PanelView => (panel.metrics[panel.measure] ? panel : { ...panel, measure: "score" });

function PanelSection({ panel, matrix, text }: { readonly panel: PanelView; readonly matrix: Matrix; readonly text: string }) {
  const several = matrix.panels.length > 1;
  const shown = (cell: CellSummary) => cell.name.toLowerCase().includes(text);
  const cells = panel.cells.filter(shown);
  if (cells.length === 0 && text !== "") return null;
  return (
    <section aria-label={several ? panel.name : "cells"}>
      {several && <h2>{panel.name}</h2>}
      <div class="beside tables">
        <div>
          <CellsTable matrix={matrix} panel={panel} cells={cells} />
        </div>
        <div>
          <ComparisonTable matrix={matrix} panel={panel} cells={cells} />
        </div>
      </div>
    </section>
  );
}

function MatrixFigures({ id, finished }: { readonly id: string; readonly finished: boolean }) {
  const answer = useAnswer<FiguresView>("figures", { matrix: id }, { matrix: id }, FIGURES_PAUSE);
  return (
    <section aria-labelledby="figures">
      <h2 id="figures">{finished ? "Figures" : "Figures so far"}</h2>
      <Answered answer={answer}>
        {({ figures }) => <Figures figures={figures} empty="There are figures when first runs are finished." />}
      </Answered>
    </section>
  );
}
