/**
 * `evoke report`: tables, statistics and figures from finished runs.
 *
 * @module
 */
import { join } from "node:path";
import { reportEmpty } from "../../../core/errors/index.ts";
import { aggregate } from "../../report/aggregate.ts";
import type { ReportDocument } from "../../report/document.ts";
import { writeReport } from "../../report/folder.ts";
import { counted } from "../../report/format.ts";
import { failingText } from "../../report/pages/failures.ts";
import { headlines, missing } from "../../report/pages/wording.ts";
import { openReportSource } from "../../report/source.ts";
import { reportDocument } from "../../report/statistics.ts";
import { effectsTable } from "../../report/tables/effects.ts";
import { plainTable } from "../../report/tables/table.ts";
import { briefTable } from "../../report/tables/tables.ts";
import { print } from "../streams.ts";
import { duration, progressLine, stderrTerminal } from "../terminal.ts";

export interface ReportOptions {
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function reportCommand(results: string, { json = false, quiet = false, ...options }: ReportOptions): Promise<void> {
  const source = await openReportSource(results);
  const { out = join(source.folder, "report") } = options;
  const began = performance.now();
  const status = progressLine(stderrTerminal(quiet));
  const all = source.cells.length;
  const doing = (what: string) => (done: number, of: number) => status.show(() => `${source.name}: ${what} ${done + 1} of ${of}`, false);
  const cells = (() => {
    try {
      return aggregate(source, (cell) => doing("reads the runs of cell")(cell, all));
    } finally {
      source.close();
    }
  })();
  if (cells.every(({ runs }) => runs.length === 0)) throw reportEmpty(source.folder);
  const document = reportDocument(source, cells, (cell) => doing("statistics of cell")(cell, all));
  const { reportFiles } = await import("../../report/files.ts");
  const files = await reportFiles(document, cells, doing("draws figure"));
  await writeReport(out, files, options.out ?? source.folder);
  status.show(() => `${source.name}: ${counted(all, "cell")} in ${duration((performance.now() - began) / 1000)}`, true);
  print(json ? files.get("statistics.json")! : terminalReport(document, out, [...files.keys()]));
}

function terminalReport(document: ReportDocument, out: string, files: readonly string[]): string {
  const gaps = missing(document);
  const failing = document.panels.flatMap(({ cells }) =>
    cells.flatMap(({ name, failures }) => (failures ? failingText({ name, ...failures }) : [])),
  );
  const effects = effectsTable(document);
  const figures = files.filter((file) => file.endsWith(".svg")).length;
  const first = files.filter((file) => !file.startsWith("figures/"));
  return [
    `${headlines(document).join("\n")}\n`,
    plainTable(briefTable(document)),
    ...(effects ? [plainTable(effects)] : []),
    ...(gaps.length > 0 ? [`${gaps.join("\n")}\n`] : []),
    ...(failing.length > 0 ? [`${failing.join("\n")}\n`] : []),
    `report: ${out}: ${first.join(", ")}${figures > 0 ? `, ${figures} figures` : ""}\n`,
  ].join("\n");
}
