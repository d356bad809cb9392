/**
 * Which cells of NAS-Bench-201 are behind the published rows of Table I: they were found on CIFAR-10, and each was looked
 * up on three datasets. A row is the mean of three runs and their population deviation.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readToAdd } from "../../../app/host/tables/table-add.ts";
import { mean, standardDeviation } from "../../../core/statistics/index.ts";
import type { Table } from "../../../core/table/table.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";
import { sharedFile, whenShared } from "../../shared-data.ts";

const FILE = "nas-bench-201.csv.gz";
const DATASETS = ["cifar10", "cifar100", "imagenet16-120"];

const test = suite("controllers/weight-sharing/table-1");
const onTable = whenShared(test, FILE);
let table: Table;
test.before(async () => {
  if (existsSync(sharedFile(FILE))) table = (await readToAdd(sharedFile(FILE))).table;
});

/** Percent of the three datasets after 200 epochs, by the number of the cell in the benchmark. */
const accuraciesOf = (cell: number, split = "test") => DATASETS.map((dataset) => table.values(`${dataset}_${split}_200`)[cell]!);
const rounded = (numbers: readonly number[]) => numbers.map((number) => number.toFixed(2)).join(" ");

/** A row of Table I, of the cells that its three runs found. */
function row(cells: readonly number[], split?: string): readonly [means: string, deviations: string] {
  const byDataset = DATASETS.map((_, i) => cells.map((cell) => accuraciesOf(cell, split)[i]!));
  return [rounded(byDataset.map(mean)), rounded(byDataset.map(standardDeviation))];
}

onTable("DARTS found the cell of six skips, 1835, in all its runs", () => {
  assert.equal(table.text(1835), "|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|skip_connect~1|skip_connect~2|");
  assert.equal(row([1835, 1835, 1835]), ["54.30 15.61 16.32", "0.00 0.00 0.00"]);
  assert.equal(rounded(accuraciesOf(1835, "validation")), "39.77 15.03 16.43");
});

onTable("SETN found one function twice, and another once: all twelve numbers of its row follow", () => {
  const space = nasBench201.create({} as never, {} as never);
  const keyOf = (cell: number) => space.functionKey(space.decode(table.text(cell)));
  for (const cells of [
    [7941, 9935, 11618],
    [11054, 11159],
  ])
    assert.is(new Set(cells.map(keyOf)).size, 1);
  for (const twice of [7941, 9935, 11618])
    for (const once of [11054, 11159]) {
      assert.equal(row([twice, twice, once]), ["87.64 59.05 32.52", "0.00 0.24 0.21"]);
      assert.equal(row([twice, twice, once], "validation"), ["84.04 58.86 33.06", "0.28 0.06 0.02"]);
    }
});

onTable("of the runs of ENAS two found 1835; the third found a cell of skips and average pools", () => {
  const published = { means: [53.89, 13.96, 14.84], deviations: [0.58, 2.33, 2.1] };
  const twice = accuraciesOf(1835);
  const third = published.means.map((mean, i) => 3 * mean - 2 * twice[i]!);
  for (const [i, accuracy] of third.entries())
    assert.ok(Math.abs(standardDeviation([twice[i]!, twice[i]!, accuracy]) - published.deviations[i]!) < 0.006, `${accuracy}`);
  assert.equal(rounded(third), "53.08 10.67 11.88");
  const away = (cell: number) => Math.hypot(...accuraciesOf(cell).map((accuracy, i) => accuracy - third[i]!));
  const nearest = Array.from({ length: table.rows }, (_, cell) => cell).toSorted((a, b) => away(a) - away(b));
  assert.equal(nearest.slice(0, 2), [1125, 239]);
  for (const cell of nearest.slice(0, 2))
    assert.match(table.text(cell), /^(\+?\|(skip_connect|avg_pool_3x3)~\d(\|(skip_connect|avg_pool_3x3)~\d)*\|)+$/);
});

onTable("DrNAS and β-DARTS found 9930, the best cell of CIFAR-100", () => {
  assert.equal(row([9930]), ["94.36 73.51 46.34", "0.00 0.00 0.00"]);
  assert.is(accuraciesOf(9930)[1], Math.max(...table.values("cifar100_test_200")));
});

onTable("on other datasets, DARTS found skips but for one edge, and GDAS convolutions but for it", () => {
  assert.equal(rounded(accuraciesOf(2299).slice(1)), "38.97 18.41");
  assert.match(table.text(2299), /\|none~1\|/);
  assert.is(table.text(2299).replaceAll("none~1", "skip_connect~1"), table.text(1835));
  assert.is(rounded(accuraciesOf(138).slice(2)), "41.02");
  assert.is(
    table
      .text(138)
      .replaceAll(/none|nor_conv_3x3/g, "x")
      .replaceAll(/\D+/g, ""),
    "001012",
  );
  assert.match(table.text(138), /^\|nor_conv_3x3~0\|\+\|nor_conv_3x3~0\|none~1\|\+/);
});

onTable("what one operation everywhere reaches, and a cell that is drawn at random", () => {
  const everywhere = (operation: string) => {
    const text = `|${operation}~0|+|${operation}~0|${operation}~1|+|${operation}~0|${operation}~1|${operation}~2|`;
    return rounded(accuraciesOf(Array.from({ length: table.rows }, (_, cell) => cell).find((cell) => table.text(cell) === text)!));
  };
  assert.is(everywhere("nor_conv_3x3"), "93.76 71.11 41.44");
  assert.is(everywhere("nor_conv_1x1"), "89.37 65.71 35.48");
  assert.is(everywhere("avg_pool_3x3"), "49.02 10.20 9.35");
  assert.is(everywhere("none"), "10.00 1.00 0.83");
  assert.is(rounded(DATASETS.map((dataset) => mean([...table.values(`${dataset}_test_200`)]))), "87.06 61.41 33.59");
});

onTable("the best cell without weights is 4384", () => {
  const free = Array.from({ length: table.rows }, (_, cell) => cell).filter((cell) => !table.text(cell).includes("conv"));
  const best = free.reduce((best, cell) => (accuraciesOf(cell)[0]! > accuraciesOf(best)[0]! ? cell : best));
  assert.equal([best, rounded(accuraciesOf(best).slice(0, 1))], [4384, "86.80"]);
});

test.run();
