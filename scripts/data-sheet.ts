/**
 * Makes docs/digits-201.md and its figures, from the table that comes with Evoke, and from a second training
 * of a sample with another seed, which it does first (some minutes; kept in results/).
 *
 *   npm run data-sheet
 *
 * @module
 */
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { loadTabulation } from "../app/host/experiment.ts";
import type { TableSummary } from "../app/host/tables/table-check.ts";
import { TableFolder } from "../app/host/tables/tables.ts";
import { BLUE, specification } from "../app/report/figures/figure.ts";
import { render } from "../app/report/figures/render.ts";
import { createdSpace } from "../core/plugin/checks/create.ts";
import { Numbering } from "../core/space/choices.ts";
import { mean, quantile, spearman, standardDeviation } from "../core/statistics/index.ts";
import type { Table, Values } from "../core/table/table.ts";
import { evoke } from "./command.ts";
import { wrapped } from "./pages/page.ts";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const NAME = "digits-201";
const MANIFEST = `manifests/tabulate/${NAME}.json`;
/** Functions of the sample that is trained again, with another seed. */
const SAMPLE = 150;
const DIGITS = 2;

const { space: slot, dataset, training, fidelities } = await loadTabulation({ file: MANIFEST, changes: [] });
const space = await createdSpace(slot);
const [low, high] = [fidelities[0]!.epochs, fidelities.at(-1)!.epochs];
const folder = new TableFolder(".");
const table = await folder.open(NAME);
const summary = JSON.parse(evoke("table", "check", NAME, "--json")) as TableSummary;

const again = ["tabulate", MANIFEST, "--set", `/fidelities=[{"epochs":${high},"seeds":[2]}]`, "--sample", String(SAMPLE), "--json"];
const second = await folder.open((JSON.parse(evoke(...again)) as { table: string }).table);

const accuracy = (of: Table, epochs: number, split: "validation" | "test"): Values =>
  of.metric({ name: "accuracy", dataset: "digits", split, epochs }).values;
/** The first row of each function. */
function functions(of: Table): number[] {
  const rows = new Map<string, number>();
  for (let row = 0; row < of.rows; row++) {
    const key = space.functionKey(space.decode(of.text(row)));
    if (!rows.has(key)) rows.set(key, row);
  }
  return [...rows.values()];
}
const at = (values: Values, rows: readonly number[]) => rows.map((row) => values[row]!);

const distinct = functions(table);
const [validation, test] = [accuracy(table, high, "validation"), accuracy(table, high, "test")];
const early = accuracy(table, low, "validation");

// The sample, by both seeds: the table's rows, and those of the second table.
const sampled = functions(second);
const rowOf = new Map(Array.from({ length: table.rows }, (_, row) => [table.text(row), row]));
const pairs = sampled.map((row) => ({
  first: validation[rowOf.get(second.text(row))!]!,
  second: accuracy(second, high, "validation")[row]!,
}));
const better = [...pairs].sort((a, b) => b.first - a.first).slice(0, Math.round(pairs.length / 2));
const agreement = (of: readonly { first: number; second: number }[]) =>
  spearman(
    of.map(({ first }) => first),
    of.map(({ second }) => second),
  ).rho;
const seedDeviation = Math.sqrt(mean(pairs.map(({ first, second }) => (first - second) ** 2)) / 2);

/** Mean and standard deviation of |R(α) − R(β)| over all pairs at each Hamming distance. */
function differencesByDistance() {
  const { length } = space;
  const numbering = new Numbering(space);
  const rowByCode = new Int32Array(numbering.count);
  const cells = Array.from({ length: table.rows }, (_, row) => space.decode(table.text(row)));
  for (const [row, cell] of cells.entries()) rowByCode[numbering.of(cell)] = row;
  const sums = Array.from({ length: length + 1 }, () => ({ n: 0, sum: 0, squares: 0 }));
  for (let a = 0; a < cells.length; a++) {
    const [one, value] = [cells[a]!, validation[a]!];
    for (let b = 0; b < a; b++) {
      const other = cells[b]!;
      let distance = 0;
      for (let i = 0; i < length; i++) if (one[i] !== other[i]) distance++;
      const difference = Math.abs(value - validation[b]!);
      const into = sums[distance]!;
      into.n++;
      into.sum += difference;
      into.squares += difference * difference;
    }
  }
  return sums.slice(1).map(({ n, sum, squares }, i) => ({
    distance: i + 1,
    mean: sum / n,
    std: Math.sqrt(squares / n - (sum / n) ** 2),
  }));
}
const distances = differencesByDistance();

const ranked = [...distinct].sort((a, b) => validation[b]! - validation[a]!);
const best = ranked.slice(0, Math.ceil(ranked.length / 100));
const fixed = (value: number) => value.toFixed(DIGITS);
const spreadOf = (values: readonly number[]) => [0, 0.1, 0.5, 0.9, 1].map((share) => fixed(quantile(values, share))).join(" | ");
const byValidation = ranked[0]!;
const byTest = distinct.reduce((best, row) => (test[row]! > test[best]! ? row : best));
const byEarly = distinct.reduce((best, row) => (early[row]! > early[best]! ? row : best));
const random = mean(Array.from(test));
const seconds = table
  .columns("seconds")
  .map(([column]) => ({ column, total: at(table.values(column), distinct).reduce((a, b) => a + b, 0) }));
const bytes = statSync(`tables/${NAME}.arrow.gz`).size;

const whole = (value: number) => value.toLocaleString("en");
const { split, augmentation, copies } = dataset;
const images = split.train! + split.validation! + split.test!;
const validationSpread = quantile(at(validation, distinct), 0.9) - quantile(at(validation, distinct), 0.1);
const rank = (a: Values, b: Values) => spearman(at(a, distinct), at(b, distinct)).rho.toFixed(3);
const betterDeviation = Math.sqrt(mean(better.map(({ first, second }) => (first - second) ** 2)) / 2);

const page = `# Data sheet: the table \`${NAME}\`

Made by \`npm run data-sheet\`; do not edit. The table comes with Evoke: in a
clone it is an Arrow file in \`tables/\` (${Math.round(bytes / 1000)} kB), in the package it has the same
rows in a smaller form.

**What it is.** Every one of the ${whole(table.rows)} cells of NAS-Bench-201 in a small network, trained by Evoke itself on
handwritten digits: a benchmark that needs no download, that anybody can make again, and that is no copy of another's numbers. It is for
examples, tests and ablations. It cannot support a claim about images in general: the data are ${whole(images)} images of 8 × 8 pixels.

**How it was made.** \`evoke tabulate ${MANIFEST}\`: the network has a 3 × 3 convolution to 8 channels, two stages of one cell (8 × 8 × 8
and 4 × 4 × 16) joined by a 2 × 2 average pool and a 1 × 1 convolution, global average pool, linear classifier. ${low} and ${high} epochs
are two separate trainings, each with a cosine schedule of its own (a point in the middle of a cosine ranks badly), of batch
${training.batchSize}, SGD with Nesterov's momentum ${training.momentum}, first rate ${training.learningRate}, weight decay
${training.weightDecay}. Images are moved by up to ${augmentation.shift} pixel and get Gaussian noise of deviation ${augmentation.noise},
since clean digits are too easy: training images anew at each step, validation and test images once, in ${copies} copies.
${split.train} images train, ${split.validation} validate (${whole(split.validation! * copies)} with copies), ${split.test} test
(${whole(split.test! * copies)}). Everything is in the table's own description: \`evoke table check ${NAME}\`.

**Which cell is trained.** ${whole(table.rows)} cells are ${whole(distinct.length)} functions, by the space's \`functionKey\`. Of each
function one cell is trained, the one with the fewest convolutions when dead parts are left out, and of these the first in the order of
their codes; all others of the function have its numbers. Cells of different functions whose live networks are equal are trained once.

**What a search sees.** By default the validation accuracy after ${low} epochs; the report has the test accuracy after ${high}. Seconds are
those of the machines and the hours in which the table was made, beside other work, and differ each time; all other columns come out equal
to the last bit with the same backend and processor class.

## What kind of benchmark it is

Over the ${whole(distinct.length)} functions, in percent:

| | min | 10 % | median | 90 % | max |
|---|---|---|---|---|---|
| validation, ${low} epochs | ${spreadOf(at(early, distinct))} |
| validation, ${high} epochs | ${spreadOf(at(validation, distinct))} |
| test, ${high} epochs | ${spreadOf(at(test, distinct))} |

![Validation accuracy of all functions](figures/digits-201-spread.svg)

- The 10th and the 90th percentile of validation accuracy after ${high} epochs are ${fixed(validationSpread)} points apart. The best 1 %
(${best.length} functions) lie between ${fixed(validation[best.at(-1)!]!)} and ${fixed(validation[best[0]!]!)}, with
${new Set(best.map((row) => validation[row]!)).size} different values.
- A cell drawn uniformly has a mean test accuracy of ${fixed(random)}. The best test accuracy is ${fixed(test[byTest]!)}; the cell with the
best validation accuracy after ${high} epochs tests at ${fixed(test[byValidation]!)}, the one with the best after ${low} at
${fixed(test[byEarly]!)}: so much is the choice by validation accuracy worth, made among all cells at once.
- Spearman's rank correlation over all functions: validation to test after ${high} epochs ${rank(validation, test)}; validation after
${low} to validation after ${high} epochs ${rank(early, validation)}; validation after ${low} to test after ${high} ${rank(early, test)}.

**Seeds.** ${pairs.length} functions drawn at random were trained again for ${high} epochs with seed 2, which changes the first weights, the
order of the images and their augmentation. Spearman's correlation of the validation accuracies is **${agreement(pairs).toFixed(3)}**, in the
better half ${agreement(better).toFixed(3)}. The standard deviation of one training is ${fixed(seedDeviation)} points, in the better half
${fixed(betterDeviation)}.

![Two trainings of the same cells](figures/digits-201-seeds.svg)

**Distance.** The mean absolute difference of validation accuracy after ${high} epochs between two cells, over all pairs, as in Figure 6 of the paper:

| D(α, β) | ${distances.map(({ distance }) => distance).join(" | ")} |
|---|${distances.map(() => "---").join("|")}|
| mean difference | ${distances.map(({ mean }) => fixed(mean)).join(" | ")} |
| standard deviation | ${distances.map(({ std }) => fixed(std)).join(" | ")} |

![Difference against distance](figures/digits-201-distance.svg)

**Cost.** Training took ${seconds.map(({ column, total }) => `${whole(Math.round(total))} s (\`${column}\`)`).join(" and ")} on one core, summed over the functions.

## Provenance

- Source: ${summary.source}; licence of the table: ${summary.licence}.
- Trainings \`${String(summary.provenance.trainings)}\`, Evoke ${String(summary.provenance.evoke)}; inputs ${Object.entries(
  summary.provenance.inputs as Record<string, string>,
)
  .map(([name, digest]) => `${name} \`${digest}\``)
  .join(", ")}.
- SHA-256 of the table \`${summary.digest}\`.

To check it, train 20 of its functions again and compare:

\`\`\`console
$ evoke tabulate ${MANIFEST} --sample 20 --compare ${NAME}
\`\`\`
`;

async function figure(name: string, title: string, subtitle: string, body: object): Promise<void> {
  writeFileSync(`docs/figures/${NAME}-${name}.svg`, await render(specification(title, [subtitle], body)));
}

mkdirSync("docs/figures", { recursive: true });
const bins = (values: readonly number[]) => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(Math.floor(value), (counts.get(Math.floor(value)) ?? 0) + 1);
  return [...counts].map(([from, count]) => ({ from, to: from + 1, count }));
};
await figure(
  "spread",
  `${NAME}: validation accuracy after ${high} epochs`,
  `${distinct.length.toLocaleString("en")} functions, in bins of one point`,
  {
    width: 560,
    height: 220,
    data: { values: bins(at(validation, distinct)) },
    mark: { type: "bar", color: BLUE },
    encoding: {
      x: { field: "from", type: "quantitative", title: "validation accuracy (%)" },
      x2: { field: "to" },
      y: { field: "count", type: "quantitative", title: "functions" },
    },
  },
);
await figure(
  "seeds",
  `Two trainings of ${pairs.length} cells`,
  `validation accuracy after ${high} epochs; Spearman ${agreement(pairs).toFixed(3)}`,
  {
    width: 340,
    height: 340,
    data: { values: pairs },
    layer: [
      {
        data: {
          values: [
            { first: 10, second: 10 },
            { first: 95, second: 95 },
          ],
        },
        mark: { type: "line", color: "#bbb", clip: true },
        encoding: { x: { field: "first", type: "quantitative" }, y: { field: "second", type: "quantitative" } },
      },
      {
        mark: { type: "point", color: BLUE, filled: true, opacity: 0.6, size: 30 },
        encoding: {
          x: { field: "first", type: "quantitative", title: "seed 1 (%)", scale: { domain: [10, 95] } },
          y: { field: "second", type: "quantitative", title: "seed 2 (%)", scale: { domain: [10, 95] } },
        },
      },
    ],
  },
);
await figure("distance", "Difference against distance", "all pairs of cells: mean, and one standard deviation to each side", {
  width: 420,
  height: 240,
  data: { values: distances.map(({ distance, mean, std }) => ({ distance, mean, low: mean - std, high: mean + std })) },
  encoding: { x: { field: "distance", type: "ordinal", title: "distance D(α, β): components that differ", axis: { labelAngle: 0 } } },
  layer: [
    {
      mark: { type: "rule", color: BLUE, opacity: 0.5, strokeWidth: 2 },
      encoding: { y: { field: "low", type: "quantitative", title: "difference of validation accuracy (points)" }, y2: { field: "high" } },
    },
    { mark: { type: "point", color: BLUE, filled: true, size: 70 }, encoding: { y: { field: "mean", type: "quantitative" } } },
  ],
});
writeFileSync(`docs/${NAME}.md`, wrapped(page));
process.stdout.write(
  `spread ${fixed(quantile(at(validation, distinct), 0.9) - quantile(at(validation, distinct), 0.1))}, seeds ${agreement(pairs).toFixed(3)}, standard deviation over functions ${fixed(standardDeviation(at(validation, distinct)))}\n`,
);
