/**
 * Makes docs/weight-sharing.md and its figures: the rows of Table I that search by weight sharing, why such searches fail,
 * and which directions that are expected of them are so. Every number of ours, and every sentence that compares, is
 * computed from the runs of the matrices; published numbers are quoted.
 *
 *   npm run weight-sharing                          the table nas-bench-201 must be imported (evoke table add)
 *   npm run weight-sharing -- --as-is --out DIR     with the runs that there are in DIR, and starting none
 *   npm run weight-sharing -- --seeds 2 --out DIR   fewer seeds, to see that it works: prints the page and writes only into DIR
 *
 * Runs are kept in --out (results), so a call that was interrupted goes on where it stopped.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { TableFolder } from "../../app/host/tables/tables.ts";
import type { ReportDocument } from "../../app/report/document.ts";
import { fixed, listed, table } from "./markdown.ts";
import { figure, matrixIfStarted, seeds } from "./matrices.ts";
import { wrapped } from "./page.ts";
import { answersOf, cellOf, tauOfShortTraining } from "./weight-sharing/cells.ts";
import { byArgmaxInWords, directionsInWords, directionsList, expectations, judged } from "./weight-sharing/directions.ts";
import { costInWords, foundInWords, foundTable, publishedSeconds, publishedTable, type Scale, titleOf } from "./weight-sharing/found.ts";
import { BEHIND, SOURCES } from "./weight-sharing/published.ts";
import { courseTable, momentsTable, rankingTable, sameWeights, tausInOrder } from "./weight-sharing/ranking.ts";
import { type Runs, runsOf } from "./weight-sharing/runs.ts";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));

const CIFAR10 = "paper/table-1-weight-sharing-cifar10";
const DIGITS = "paper/table-1-weight-sharing";
const NO_RUNS = "There are no runs yet.";

const tables = new TableFolder(".");
const [nasBench, digitsTable] = [await tables.open("nas-bench-201"), await tables.open("digits-201")];
const documents = [DIGITS, CIFAR10, "weight-sharing/choices", "weight-sharing/collapse"].map((path) => matrixIfStarted(path));
const [digits, cifar10, choices, collapse] = documents;
const runs = (document: ReportDocument | undefined): Runs => (document ? runsOf(document) : new Map());

const onDigits = answersOf(digitsTable, "digits");
const ofBenchmark = ["cifar10", "cifar100", "imagenet16-120"].map((dataset) => answersOf(nasBench, dataset));
const scales: readonly Scale[] = [
  { title: "digits", runs: runs(digits), answers: [{ title: "digits", of: onDigits }] },
  {
    title: "CIFAR-10",
    runs: runs(cifar10),
    answers: ["CIFAR-10", "CIFAR-100", "ImageNet16"].map((title, at) => ({ title, of: ofBenchmark[at]! })),
  },
];
const searched = scales.filter(({ runs }) => runs.size > 0);
const choicesRuns = runs(choices);
const directions = judged(
  expectations({ digits: scales[0]!.runs, cifar10: scales[1]!.runs, choices: choicesRuns, collapse: runs(collapse), answers: onDigits }),
);

/** Where methods have the same weights. */
const sharedPaths = searched
  .filter(({ runs }) => sameWeights(runs, "rsps", "setn"))
  .map(
    ({ title }) =>
      `On ${title} SETN trained its weights along the paths that RSPS drew under the same seed, so their weights are the same.`,
  )
  .join("\n");

/** How many of the runs that the matrices ask for are there. */
const runsThere = documents
  .flatMap((document) => document ?? [])
  .map(({ name, seeds, panels }) => {
    const cells = panels.flatMap((panel) => panel.cells);
    return `${cells.reduce((sum, { n }) => sum + n, 0)} of ${cells.length * seeds.count} of ${name}`;
  });

/** The cells behind published rows, with what the benchmark has of them. */
function behind(): string {
  const rows = BEHIND.map(({ row, edges }) => [row, ...ofBenchmark.map((answers) => fixed(answers.of(cellOf(edges))))]);
  return table(
    ["row", ">CIFAR-10", ">CIFAR-100", ">ImageNet16"],
    [...rows, ["mean of all 15,625 cells", ...ofBenchmark.map(({ mean }) => fixed(mean))]],
  );
}

/** The weights' ranking in a sentence. */
function rankingInWords({ title, runs, answers }: Scale): string {
  const taus = tausInOrder(runs, answers[0]!.of);
  if (taus.length === 0) return `On ${title} nothing has been ranked yet.`;
  const said = ({ method, tau }: (typeof taus)[number]) => `${titleOf(method)} (${fixed(tau)})`;
  return `On ${title} the shared weights of ${said(taus[0]!)} rank cells best, by Kendall's τ with the table, and those of ${said(taus.at(-1)!)} worst.`;
}

const manifestOf = (path: string) => JSON.parse(readFileSync(`manifests/${path}.json`, "utf8"));

/** How long the methods of a matrix train; those that train single paths for longer. */
function epochsOf(path: string): string {
  const { base, variants } = manifestOf(path);
  const most = base.sharedWeights.schedule.epochs;
  const epochs = Object.entries<{ readonly sharedWeights?: typeof base.sharedWeights }>(variants).flatMap(([method, { sharedWeights }]) =>
    sharedWeights === null ? [] : [{ method, epochs: sharedWeights?.schedule.epochs ?? most }],
  );
  const others = epochs.filter(({ epochs }) => epochs !== most);
  const long = [base.name, ...epochs.filter((one) => !others.includes(one)).map(({ method }) => method)];
  const [shorter] = new Set(others.map(({ epochs }) => epochs));
  return `${shorter} epochs (${most} of ${listed(long.map(titleOf))})`;
}

/** The published search as a manifest. */
function atTheRealScale(): string {
  const { base } = manifestOf(CIFAR10);
  const manifest = {
    name: "darts-as-published",
    space: { use: "nas-bench-201", options: { channels: 16, cellsPerStage: 5, imageSize: 32 } },
    evaluator: base.evaluator,
    controller: "darts",
    sharedWeights: {
      dataset: {
        name: "cifar10",
        folder: "cifar-10-batches-bin",
        split: { train: 25_000, validation: 25_000 },
        augmentation: { shift: 4, flip: true },
      },
      backend: "pytorch",
    },
    budget: base.budget,
    seeds: { first: 1, count: 3 },
  };
  return JSON.stringify(manifest, null, 2);
}

const shownFigure = (document: ReportDocument | undefined, name: string, caption: string) =>
  document ? figure(name, "shared-weights", caption) : NO_RUNS;

const page = `# Searches by weight sharing

Made by \`npm run weight-sharing\` from \`manifests/${DIGITS}.json\`, \`manifests/${CIFAR10}.json\`,
\`manifests/weight-sharing/choices.json\` and \`manifests/weight-sharing/collapse.json\`; do not edit. Every number of ours, and every
sentence that compares, is computed; published numbers are quoted. How such a search is written and run: the
[guide](guide/shared-weights/weight-sharing.md).

## In short

${searched.map((scale) => `- ${foundInWords(scale)}`).join("\n")}
${searched.map((scale) => `- ${rankingInWords(scale)}`).join("\n")}
- ${directionsInWords(directions)}

The protocol: a method searches by shared weights and names one cell. What that cell is worth stands in a table in which it was trained by
itself, so nothing of the shared weights is in what is reported. There are two scales. On digits the network of \`digits-201\` is searched
(8 channels, two stages of one cell, 8 × 8 pixels) in ${epochsOf(DIGITS)}, each of 450 images for the weights and 450 for the architecture, and the answer is that of \`digits-201\` after 10 epochs. On CIFAR-10 a small copy of NAS-Bench-201's network is searched (8 channels, three stages of one
cell, 4,000 images reduced to 16 × 16 pixels) in ${epochsOf(CIFAR10)}, each of 1,500 and 1,500 images, and the answer is NAS-Bench-201's after 200 epochs;
the same cell's on CIFAR-100 and ImageNet16-120 stand beside it. The learning rate of the architecture is such that rate × steps is what
is published. ${
  searched.length === 0 ? NO_RUNS : `Measured: ${searched.map(costInWords).join(", and ")}, with others at work on the same two cores.`
}

The runs that this page has: ${listed(runsThere) || "none"}.

## What is published, beside ours

Bold: the rows of the paper's Table I. They are of two protocols, which nobody should compare:

${Object.values(SOURCES)
  .map(({ title, about }) => `- ${title}: ${about}`)
  .join("\n")}

Published values are mean ± population standard deviation; s is thousands of seconds on one GPU. Ours are mean ± standard error, of
small networks and short searches, so only what is above or below a uniform cell can be compared. A dash: no row that we trust, or no run. ImageNet16 is ImageNet16-120.

${publishedTable(scales)}

What lies behind some of the published numbers, in NAS-Bench-201's table: DARTS's row is one single cell, that of skips alone.

${behind()}

## What the cells are worth

Mean ± standard error of the test accuracy in percent. "Less uniform" is the difference from the exact mean of all cells of the table. Its
p, with Holm's correction over the methods, is that of n cells drawn uniformly having a mean as far out, from 100,000 draws. A method below
that mean is worse than a coin. "Free" is the share of edges whose operation has no weights (\`none\`, a skip, a pool): 60 % of a uniform
cell; s is the seconds of a search. The row of one uniform cell is a check of the draw.

${scales.map((scale) => `### Cells found on ${scale.title}\n\n${scale.runs.size === 0 ? NO_RUNS : foundTable(scale)}\n`).join("\n")}
## How searches go

The share of parameter-free edges in the architecture that the parameters come to, after the first epoch, a quarter of them, half and
all, and the mean entropy of an edge's operations, of five equal ones ${fixed(Math.log(5))} nats. RSPS has no parameters and is left
out here, and in the figure its lines are flat; ENAS's probabilities are the shares among paths of its policy.

${[
  ["digits", digits],
  ["CIFAR-10", cifar10],
]
  .map(([title, document]) => `### Searches on ${title}\n\n${document ? courseTable(document as ReportDocument) : NO_RUNS}\n`)
  .join("\n")}
${shownFigure(digits, "table-1-weight-sharing", "Searches on digits, epoch by epoch")}

### When DARTS collapses

\`manifests/weight-sharing/collapse.json\`: DARTS on three cells a stage with reductions that learn; with one cell; with pools for
reductions; and what others do there. The third panel of the figure is the largest eigenvalue of the second derivatives of the validation
loss by the architecture's parameters (RobustDARTS, Zela et al. 2020).

${collapse ? courseTable(collapse) : NO_RUNS}

${collapse ? figure("collapse", "shared-weights", "DARTS and others, epoch by epoch") : ""}

## How shared weights rank

After the search 100 cells that are drawn uniformly are measured by the shared weights on the validation images. "Loss" is that of the
weights in the last epoch, in nats; "accuracy" the mean of those cells in percent, of ten classes; τ is Kendall's, with the test accuracy
in the table; all mean ± standard error over seeds. For comparison: the short trainings of each cell by itself, which other searches of
these tables go by, have τ ${fixed(tauOfShortTraining(digitsTable, "digits"))} on digits-201 and ${fixed(tauOfShortTraining(nasBench, "cifar10"))} on CIFAR-10 of NAS-Bench-201, over all cells.

${sharedPaths}

${rankingTable(scales.map(({ title, runs, answers }) => ({ title, runs, answers: answers[0]!.of })))}

### The moments of normalisations

RSPS on digits (\`manifests/weight-sharing/choices.json\`), cells measured by the moments of their own batch, by running ones of all cells
that were trained, or by such as are estimated for each. Differences are paired by seed, p by Wilcoxon's test.

${
  choicesRuns.size === 0
    ? NO_RUNS
    : momentsTable(choicesRuns, onDigits, { rsps: "batch", "running-moments": "running", "estimated-moments": "estimated" })
}

## Directions that were expected

From the papers and their critics, written down before these runs. Two-sided tests over seeds, with Holm's correction over all that were
tested; shown means p below 0.05 in the direction that was expected, opposite in the other one. \`none\` is counted over ${byArgmaxInWords()}.

${directionsList(directions)}

Not tested:

- How often operations are trained: strict fairness trains each equally often by construction, which tests of the suite count.
- Orders among DrNAS, β-DARTS and DARTS−, the digits of any table, and what CIFAR-100 does, are not to be expected of a scale as small.

## The real scale

The same manifest with other numbers: 16 channels, five cells a stage, all 50,000 images at 32 × 32, and the schedule that DARTS is published
with in NAS-Bench-201, by PyTorch. The published searches took
${publishedSeconds()} s on a GPU. Nothing of this was run here.

\`\`\`json file=darts-as-published.json
${atTheRealScale()}
\`\`\`

\`\`\`sh skip="needs CIFAR-10, the table nas-bench-201 and a GPU"
evoke run darts-as-published.json
\`\`\`
`;

if (seeds === undefined) writeFileSync("docs/weight-sharing.md", wrapped(page).replaceAll(/\n{3,}/g, "\n\n"));
else process.stdout.write(wrapped(page));
