/**
 * Table I: the search methods on NAS-Bench-201, and on the table that comes with Evoke.
 *
 * @module
 */
import type { CellStatistics, Panel, ReportDocument } from "../../app/report/document.ts";
import { differenceInStandardErrors } from "../../core/statistics/index.ts";
import type { Table } from "../../core/table/table.ts";
import {
  between,
  datasetOf,
  fixed,
  lessBaseline,
  listed,
  type MeanStd,
  meanStd,
  signed,
  significance,
  table,
  titleOf,
} from "./markdown.ts";

/** Runs of the paper's table. */
const PAPER_RUNS = 500;
/** How many standard errors our mean may be off the paper's and still count as the same. */
const AGREES = 3;

interface Method {
  readonly title: string;
  /** Test accuracy in percent over 500 runs (Table I of the paper), where it has the method. */
  readonly paper?: Readonly<Record<string, MeanStd>>;
  /** What is known of how ours and the paper's may differ. */
  readonly about?: string;
}
const published = (...[cifar10, cifar100, imagenet]: readonly ([number, number] | undefined)[]) =>
  Object.fromEntries(
    Object.entries({ cifar10, cifar100, "imagenet16-120": imagenet }).flatMap(([dataset, found]) =>
      found ? [[dataset, { mean: found[0], std: found[1] }]] : [],
    ),
  );
const METHODS: Readonly<Record<string, Method>> = {
  "ase-nas": {
    title: "ASE-NAS",
    paper: published([94.23, 0.22], [72.76, 0.8], [46.13, 0.67]),
    about:
      "The benchmark holds several training runs of each architecture, and the paper may have drawn among them; the table used here has the means after 200 epochs.",
  },
  "ase-nas-plus": {
    title: "ASE-NAS+",
    paper: published(undefined, [73.12, 0.61], [46.66, 0.52]),
    about:
      "It starts from the final centres of ASE-NAS on CIFAR-10. A search comes nearer and nearer to the cell with the best score, whose test accuracy is under each table.",
  },
  "random-search": { title: "Random search", paper: published([93.88, 0.27], [71.54, 1.04], [45.19, 1.06]) },
  reinforce: {
    title: "REINFORCE (LSTM)",
    paper: published([93.85, 0.37], [71.71, 1.09], [45.24, 1.18]),
    about:
      "Ours is an LSTM of 64 units with the settings that the paper names for its own method (learning rate 0.01, entropy weight 7.5e-4, baseline 0.9); the paper does not give those of its REINFORCE.",
  },
  pnas: {
    title: "PNAS",
    paper: published([93.71, 0.29], [70.89, 0.99], [44.75, 0.8]),
    about:
      "The paper has no settings for it. Ours grows by components: level b holds the cells that differ from the empty one in b places, and 25 of a level are evaluated. It starts from the same cell under every seed, so the standard error understates the uncertainty.",
  },
  cnas: {
    title: "CNAS",
    paper: published([93.95, 0.28], [71.73, 1.05], [45.46, 0.97]),
    about: "It has its authors' settings, which were made for longer searches.",
  },
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
  readonly cell: CellStatistics;
  /** By the test metric, among the methods of the data set. */
  readonly rank: number | undefined;
}

/** A row for each method of a data set, in the order of METHODS. */
function rowsOf({ panels }: ReportDocument, dataset: string): Row[] {
  const cells = panels.flatMap((panel) => panel.cells).filter((cell) => datasetOf(cell) === dataset);
  const unknown = cells.find(({ variant }) => !METHODS[variant]);
  if (unknown) throw new Error(`scripts/pages/table-1.ts has no title for ${unknown.variant}`);
  const ranks = new Map(panels.flatMap(({ ranks }) => Object.entries(ranks?.mean ?? {})));
  return Object.entries(METHODS).flatMap(([name, method]) => {
    const cell = cells.find(({ variant }) => variant === name);
    return cell ? [{ ...method, cell, rank: ranks.get(cell.name) }] : [];
  });
}

export const datasetsOf = ({ panels }: ReportDocument) => [...new Set(panels.flatMap(({ cells }) => cells.map(datasetOf)))];

/** How far our mean is off the paper's, in its standard errors. */
const offBy = (test: CellStatistics["test"], paper: MeanStd) => differenceInStandardErrors(test!, { ...paper, n: PAPER_RUNS });

/** The methods on a data set: accuracies, beside the paper's if it has any, and what differs from ASE-NAS. */
export function methods(document: ReportDocument, dataset: string): string {
  const rows = rowsOf(document, dataset);
  const inPaper = rows.some(({ paper }) => paper?.[dataset]);
  const columns = [">test", ">s.e.", ...(inPaper ? [">paper", ">off by"] : []), ">less ASE-NAS", ">95 % CI", ">rank", ">score"];
  const lines = rows.map(({ title, paper, cell: { test, score, comparison }, rank }) => {
    const theirs = paper?.[dataset];
    const difference = comparison?.test;
    return [
      ...[title, meanStd(test!), fixed(test!.standardError!, 3)],
      ...(inPaper ? (theirs ? [meanStd(theirs), signed(offBy(test, theirs), 1)] : ["–", "–"]) : []),
      lessBaseline(difference),
      between(difference?.interval),
      ...[rank === undefined ? "–" : fixed(rank), fixed(score!.mean)],
    ];
  });
  const others = rows.flatMap(({ title, cell: { comparison } }) => (comparison?.test ? [{ title, comparison: comparison.test }] : []));
  return `${table(["method", ...columns], lines)}

${significance("ASE-NAS", others)}`;
}

/** What the best of all cells by score, the first of equals, is worth by the test metric. */
export function bestByScore(cells: Table, { metrics: { score, test } }: Panel): string {
  const scores = Array.from(cells.metric(score!).values);
  const tests = cells.metric(test!).values;
  const best = scores.reduce((best, value, row) => (value > scores[best]! ? row : best), 0);
  return `Of all cells, the one with the best score (${fixed(scores[best]!)}) has a test accuracy of ${fixed(tests[best]!)}.`;
}

/** Which means agree with the paper's, and what is known of those that do not. */
export function againstPaper(document: ReportDocument): string {
  const rows = datasetsOf(document).flatMap((dataset) =>
    rowsOf(document, dataset).flatMap(({ title, about, paper, cell: { test } }) => {
      const theirs = paper?.[dataset];
      if (!theirs) return [];
      const agrees = Math.abs(offBy(test, theirs)) <= AGREES;
      return [{ title, about, agrees, dataset: titleOf(dataset), difference: test!.mean - theirs.mean }];
    }),
  );
  const of = (title: string, agrees: boolean) => rows.filter((row) => row.title === title && row.agrees === agrees);
  const titles = [...new Set(rows.map(({ title }) => title))];
  const alike = titles.flatMap((title) => {
    const where = of(title, true);
    return where.length > 0 ? [`${title} (${listed(where.map(({ dataset }) => dataset))})`] : [];
  });
  const apart = titles.flatMap((title) => {
    const where = of(title, false);
    if (where.length === 0) return [];
    const differences = listed(where.map(({ dataset, difference }) => `${signed(difference)} on ${dataset}`));
    return [`- **${title}**: ${differences}. ${where[0]!.about ?? ""}`.trimEnd()];
  });
  return `Within ${AGREES} standard errors of the paper's mean: ${listed(alike) || "none"}. Further off, in points:

${apart.join("\n")}`;
}

/** What a search costs: queries until the target, simulated training, and its own computing time. */
export function costs(document: ReportDocument, dataset: string, overhead: ReadonlyMap<string, number>): string {
  const rows = rowsOf(document, dataset);
  const least = overhead.get(rows.find(({ title }) => title === METHODS["random-search"]!.title)!.cell.name)!;
  const target = document.targets?.test !== undefined;
  return table(
    ["method", ...(target ? [">queries to the target (reached by)"] : []), ">s a query stands for", ">ms a query", ">× random search"],
    rows.map(({ title, cell: { name, targets, seconds, queries } }) => {
      const found = targets?.test;
      const milliseconds = overhead.get(name)!;
      return [
        title,
        ...(target ? [found ? `${found.medianQueries ?? "–"} (${Math.round(100 * found.reached)} %)` : "–"] : []),
        seconds && queries ? fixed(seconds.mean / queries.mean, 1) : "–",
        fixed(milliseconds, 3),
        fixed(milliseconds / least, 0),
      ];
    }),
  );
}
