/** How shared weights were trained, as tables. @module */
import type { AggregatedCell } from "../aggregate.ts";
import { type ReportDocument, withShortNames } from "../document.ts";
import { fixed, meanAndStd, percentage } from "../format.ts";
import { csv, type ReportTable } from "./table.ts";

const DIGITS = 3;

/** Where each cell that trained some has come to; undefined where none did. */
export function sharedWeightsTable({ panels }: ReportDocument): ReportTable | undefined {
  const curved = panels.some(({ cells }) => cells.some(({ sharedWeights }) => sharedWeights?.at(-1)?.curvature));
  const groups = panels.map(withShortNames).flatMap(({ name, cells }) => {
    const rows = cells.flatMap(({ name, sharedWeights }) => {
      const last = sharedWeights?.at(-1);
      if (!last) return [];
      const { epoch, loss, entropy, parameterFree, curvature } = last;
      const free = parameterFree.standardError === null ? "" : ` ± ${percentage(parameterFree.std)}`;
      return [
        [
          ...[name, String(loss.n), String(epoch), meanAndStd(loss, DIGITS), meanAndStd(entropy, DIGITS)],
          ...[`${percentage(parameterFree.mean)}${free}`, ...(curved ? [fixed(curvature?.mean, DIGITS)] : [])],
        ],
      ];
    });
    return rows.length > 0 ? [{ ...(panels.length > 1 && { heading: name }), rows }] : [];
  });
  const heads = ["n", "epochs", "loss", "entropy of an edge (nats)", "parameter-free operations", ...(curved ? ["curvature"] : [])];
  const columns = [{ head: "cell", words: true }, ...heads.map((head) => ({ head, words: false }))];
  return groups.length > 0 ? { columns, groups } : undefined;
}

/** `weights.csv`: one line an epoch of a run; undefined where there are none. */
export function weightsCsv(cells: readonly AggregatedCell[]): string | undefined {
  const rows = cells.flatMap(({ cell, sharedWeights = [] }) =>
    sharedWeights.flatMap(({ seed, epochs }) =>
      epochs.map(({ loss, entropy, parameterFree, curvature, architecture }, i) => [
        ...[cell.panel, cell.name, seed, i + 1, loss, entropy, parameterFree, curvature, architecture],
      ]),
    ),
  );
  const columns = ["panel", "cell", "seed", "epoch", "loss", "entropy", "parameter_free", "curvature", "architecture"];
  return rows.length > 0 ? csv(columns, rows) : undefined;
}

/** `ranked.csv`: one line an architecture that was measured by the shared weights of a run; undefined where there are none. */
export function rankedCsv(cells: readonly AggregatedCell[]): string | undefined {
  const rows = cells.flatMap(({ cell, sharedWeights = [] }) =>
    sharedWeights.flatMap(({ seed, ranked }) =>
      (ranked?.architectures ?? []).map((architecture, i) => [cell.panel, cell.name, seed, ranked!.accuracies[i], architecture]),
    ),
  );
  return rows.length > 0 ? csv(["panel", "cell", "seed", "accuracy", "architecture"], rows) : undefined;
}
