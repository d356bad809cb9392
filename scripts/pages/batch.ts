/**
 * What batches of proposals cost: ASE-NAS at batch 1, 2, 4 and 8 on NAS-Bench-201.
 *
 * @module
 */
import type { CellStatistics, ReportDocument } from "../../app/report/document.ts";
import { between, compared, datasetOf, fixed, lessBaseline, meanStd, table, titleOf } from "./markdown.ts";

const batchOf = ({ variant }: CellStatistics) => Number(variant.replace("batch-", ""));

/** A table for each data set, and what it says. */
export function batches({ panels }: ReportDocument): string {
  return panels
    .map(({ cells }) => {
      const ordered = cells.toSorted((a, b) => batchOf(a) - batchOf(b));
      const rows = ordered.map((cell) => [
        ...[batchOf(cell), meanStd(cell.test!), fixed(cell.test!.standardError!, 3)],
        ...[lessBaseline(cell.comparison?.test, 3), between(cell.comparison?.test?.interval, 3)],
        ...[meanStd(cell.score!), lessBaseline(cell.comparison?.score, 3), fixed(cell.updates!.mean, 1)],
      ]);
      const said = ordered.flatMap((cell) =>
        cell.comparison?.test ? [compared(`Batch ${batchOf(cell)}`, "batch 1", cell.comparison.test)] : [],
      );
      const columns = [">B", ">test", ">s.e.", ">less B = 1 (Holm p)", ">95 % CI", ">score", ">less B = 1 (Holm p)", ">new subspaces"];
      return `### ${titleOf(datasetOf(ordered[0]!))}\n\n${table(columns, rows)}\n\n${said.join(" ")}`;
    })
    .join("\n\n");
}
