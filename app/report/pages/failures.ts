/** What failed, and what was stopped early, as a section of a report; nothing where nothing was. @module */
import { type CellStatistics, nameWithin, type ReportDocument } from "../document.ts";
import { counted, percentage } from "../format.ts";
import type { Block, Section } from "./section.ts";

export function failureSections({ panels }: ReportDocument): Section[] {
  const cells = panels.flatMap(({ cells }) => cells);
  const failing = cells.flatMap(({ name, failures }) => (failures ? [{ name, ...failures }] : []));
  const stopping = cells.flatMap(({ name, stopped }) => (stopped ? [`${name}: ${stoppedText(stopped)}`] : []));
  const rows = (panel: (typeof panels)[number]) =>
    panel.cells.flatMap(({ name, failures }) =>
      (failures?.reasons ?? []).map((one) => [
        ...[nameWithin(panel.name, name), String(one.tries), String(one.rejected), one.reason, String(one.seed), one.architecture],
      ]),
    );
  const logs = failing.flatMap(({ name, reasons }) =>
    reasons.flatMap(({ log, seed, architecture }): Block[] =>
      log === undefined ? [] : [{ kind: "log", title: `${name}, seed ${seed}: ${architecture}`, text: log }],
    ),
  );
  const heads = ["cell", "tries", "rejected", "reason", "first seed", "first architecture"];
  return [
    ...(failing.length === 0
      ? []
      : [
          {
            title: "What failed",
            blocks: [
              { kind: "list", items: failing.map(failingText) },
              {
                kind: "table",
                title: "Reasons",
                table: {
                  columns: heads.map((head) => ({ head, words: !["tries", "rejected", "first seed"].includes(head) })),
                  groups: panels
                    .map((panel) => ({ ...(panels.length > 1 && { heading: panel.name }), rows: rows(panel) }))
                    .filter(({ rows }) => rows.length > 0),
                },
              },
              ...logs,
            ] satisfies Block[],
          },
        ]),
    ...(stopping.length === 0 ? [] : [{ title: "Trainings stopped early", blocks: [{ kind: "list", items: stopping } satisfies Block] }]),
  ];
}

/** What failed in a cell, in a sentence. */
export function failingText({ name, ...failures }: { readonly name: string } & NonNullable<CellStatistics["failures"]>): string {
  const { evaluations, tries, rejected, runs, reasons, further = 0 } = failures;
  const again = tries - rejected;
  const others = further > 0 ? `; ${counted(further, "other reason")} not listed` : "";
  return `${name}: in ${counted(runs, "run")} ${rejected} of ${counted(evaluations, "evaluation")} failed (${percentage(rejected / evaluations)}), and ${counted(again, "try", "tries")} that were made again, for ${counted(reasons.length + further, "reason")}${others}`;
}

function stoppedText({ trainings, epochs }: NonNullable<CellStatistics["stopped"]>): string {
  return `${counted(trainings, "training")} stopped, ${counted(epochs, "epoch")} saved`;
}
