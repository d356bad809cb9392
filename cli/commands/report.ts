/**
 * `evoke report`: tables, statistics and figures from finished runs.
 *
 * @module
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { cannotWriteFile, reportEmpty } from "../../core/errors.ts";
import { aggregate } from "../report/aggregate.ts";
import type { ReportDocument } from "../report/document.ts";
import { openReportSource } from "../report/source.ts";
import { reportDocument } from "../report/statistics.ts";
import { plainTable } from "../report/table.ts";
import { briefTable } from "../report/tables.ts";
import { headline, missing } from "../report/wording.ts";

export interface ReportOptions {
  readonly out?: string;
  readonly json?: boolean;
}

export async function reportCommand(folder: string, { out = join(folder, "report"), json = false }: ReportOptions): Promise<void> {
  const source = await openReportSource(folder);
  const cells = (() => {
    try {
      return aggregate(source);
    } finally {
      source.close();
    }
  })();
  if (cells.every(({ runs }) => runs.length === 0)) throw reportEmpty(folder);
  const document = reportDocument(source, cells);
  const { reportFiles } = await import("../report/files.ts");
  const files = await reportFiles(document, cells);
  for (const [path, content] of files) await write(join(out, path), content);
  process.stdout.write(json ? files.get("statistics.json")! : terminalReport(document, out, [...files.keys()]));
}

/** Replaces the file as one step. */
async function write(file: string, content: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, content);
    await rename(`${file}.new`, file);
  } catch (error) {
    throw cannotWriteFile(file, error as NodeJS.ErrnoException);
  }
}

function terminalReport(document: ReportDocument, out: string, files: readonly string[]): string {
  const gaps = missing(document);
  const figures = files.filter((file) => file.endsWith(".svg")).length;
  const first = files.filter((file) => !file.startsWith("figures/"));
  return [
    `${document.panels.map(headline).join("\n")}\n`,
    plainTable(briefTable(document)),
    ...(gaps.length > 0 ? [`${gaps.join("\n")}\n`] : []),
    `report: ${out}: ${first.join(", ")}${figures > 0 ? `, ${figures} figures` : ""}\n`,
  ].join("\n");
}
