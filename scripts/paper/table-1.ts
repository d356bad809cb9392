/**
 * Table I: the search methods on NAS-Bench-201, and on the table that comes with Evoke.
 *
 * @module
 */
import type { CellStatistics, ReportDocument } from "../../app/report/document.ts";
import { differenceInStandardErrors } from "../../core/statistics/index.ts";
import { datasetOf, fixed, lessBaseline, type MeanStd, meanStd, signed, table, titleOf } from "./markdown.ts";

/** Runs of the paper's table. */
const PAPER_RUNS = 500;
interface Method {
  readonly title: string;
  /** Test accuracy in percent over 500 runs (Table I of the paper), where it has the method. */
  readonly paper?: Readonly<Record<string, MeanStd>>;
}
const published = (...[cifar10, cifar100, imagenet]: readonly ([number, number] | undefined)[]) =>
  Object.fromEntries(
    Object.entries({ cifar10, cifar100, "imagenet16-120": imagenet }).flatMap(([dataset, found]) =>
      found ? [[dataset, { mean: found[0], std: found[1] }]] : [],
    ),
  );
const METHODS: Readonly<Record<string, Method>> = {
  "ase-nas": { title: "ASE-NAS", paper: published([94.23, 0.22], [72.76, 0.8], [46.13, 0.67]) },
  "ase-nas-plus": { title: "ASE-NAS+", paper: published(undefined, [73.12, 0.61], [46.66, 0.52]) },
  "random-search": { title: "Random search", paper: published([93.88, 0.27], [71.54, 1.04], [45.19, 1.06]) },
  reinforce: { title: "REINFORCE (LSTM)", paper: published([93.85, 0.37], [71.71, 1.09], [45.24, 1.18]) },
  pnas: { title: "PNAS", paper: published([93.71, 0.29], [70.89, 0.99], [44.75, 0.8]) },
  cnas: { title: "CNAS", paper: published([93.95, 0.28], [71.73, 1.05], [45.46, 0.97]) },
  "reinforce-logits": { title: "REINFORCE (logits)" },
  "regularized-evolution": { title: "Regularized evolution" },
  "local-search": { title: "Local search" },
  alphax: { title: "AlphaX" },
  lanas: { title: "LaNAS" },
  bananas: { title: "BANANAS" },
  hyperband: { title: "Hyperband" },
  bohb: { title: "BOHB" },
};

interface Row extends Method {
  /** The method's cells by dataset. */
  readonly cells: ReadonlyMap<string, CellStatistics>;
}

/** A row for each method, in the order of METHODS. */
function rowsOf({ panels }: ReportDocument): Row[] {
  const cells = panels.flatMap((panel) => panel.cells);
  const unknown = cells.find(({ variant }) => !METHODS[variant]);
  if (unknown) throw new Error(`scripts/paper/table-1.ts has no title for ${unknown.variant}`);
  return Object.entries(METHODS).flatMap(([name, method]) => {
    const own = cells.filter(({ variant }) => variant === name);
    return own.length > 0 ? [{ ...method, cells: new Map(own.map((cell) => [datasetOf(cell), cell])) }] : [];
  });
}

const datasetsOf = ({ panels }: ReportDocument) => [...new Set(panels.flatMap(({ cells }) => cells.map(datasetOf)))];

/** Test accuracies beside the paper's. */
export function accuracies(document: ReportDocument): string {
  const datasets = datasetsOf(document);
  const rows = rowsOf(document);
  const inPaper = rows.some(({ paper }) => datasets.some((dataset) => paper?.[dataset]));
  const columns = datasets.flatMap((dataset) => [`>${titleOf(dataset)}`, ">s.e.", ...(inPaper ? [">paper", ">off by (s.e.)"] : [])]);
  return table(
    ["method", ...columns],
    rows.map(({ title, paper, cells }) => [
      title,
      ...datasets.flatMap((dataset) => {
        const test = cells.get(dataset)?.test;
        const theirs = paper?.[dataset];
        const ours = test ? [meanStd(test), fixed(test.standardError!, 3)] : ["–", "–"];
        if (!inPaper) return ours;
        return [
          ...ours,
          theirs ? meanStd(theirs) : "–",
          theirs && test ? signed(differenceInStandardErrors(test, { ...theirs, n: PAPER_RUNS }), 1) : "–",
        ];
      }),
    ]),
  );
}

/** What is significant: paired differences from ASE-NAS, and ranks. */
export function comparisons(document: ReportDocument): string {
  const datasets = datasetsOf(document);
  const columns = datasets.flatMap((dataset) => [`>${titleOf(dataset)}: less ASE-NAS (Holm p)`, ">95 % CI", ">rank", ">score"]);
  const ranks = new Map(document.panels.flatMap(({ ranks }) => Object.entries(ranks?.mean ?? {})));
  return table(
    ["method", ...columns],
    rowsOf(document).map(({ title, cells }) => [
      title,
      ...datasets.flatMap((dataset) => {
        const cell = cells.get(dataset);
        const difference = cell?.comparison?.test;
        const rank = cell && ranks.get(cell.name);
        return [
          lessBaseline(difference),
          difference?.interval ? `${fixed(difference.interval.low)} to ${fixed(difference.interval.high)}` : "–",
          rank === undefined ? "–" : fixed(rank),
          cell ? fixed(cell.score!.mean) : "–",
        ];
      }),
    ]),
  );
}

/** What a search costs: queries until the target, simulated training, and its own computing time. */
export function costs(document: ReportDocument, dataset: string, overhead: ReadonlyMap<string, number>): string {
  const rows = rowsOf(document).filter(({ cells }) => cells.has(dataset));
  const least = overhead.get(rows.find(({ title }) => title === METHODS["random-search"]!.title)!.cells.get(dataset)!.name)!;
  return table(
    ["method", ...(document.targets?.test === undefined ? [] : [">queries to the target (reached by)"])].concat([
      ">training a query stands for (s)",
      ">computing a query (ms)",
      ">× random search",
    ]),
    rows.map(({ title, cells }) => {
      const { name, targets, seconds, queries } = cells.get(dataset)!;
      const found = targets?.test;
      const milliseconds = overhead.get(name)!;
      return [
        title,
        ...(document.targets?.test === undefined
          ? []
          : [found ? `${found.medianQueries ?? "–"} (${Math.round(100 * found.reached)} %)` : "–"]),
        seconds && queries ? fixed(seconds.mean / queries.mean, 1) : "–",
        fixed(milliseconds, 3),
        fixed(milliseconds / least, 0),
      ];
    }),
  );
}
