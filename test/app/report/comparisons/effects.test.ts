import { test } from "uvu";
import * as assert from "uvu/assert";
import type { StoredRun } from "../../../../app/host/store/stored-run.ts";
import { figuresOf } from "../../../../app/report/figures/figures.ts";
import { render } from "../../../../app/report/figures/render.ts";
import { reportFiles } from "../../../../app/report/files.ts";
import { effectSentences } from "../../../../app/report/pages/designs.ts";
import { effectsCsv, effectsTable, levelsCsv, levelsTable } from "../../../../app/report/tables/effects.ts";
import { nearlyNormal, randomStream } from "../../../../core/random/rng.ts";
import { mean } from "../../../../core/statistics/descriptive.ts";
import { factorialEffects } from "../../../../core/statistics/factorial.ts";
import { holm } from "../../../../core/statistics/holm.ts";
import { cell, metrics, readable, reported, run } from "../made-up-cells.ts";

const counts = [1, 4, 16];
const sizes = ["small", "large"];
const axes = [
  { pointer: "/subspaces/count", label: "count", values: counts },
  { pointer: "/size", label: "size", values: sizes },
];
/** A run whose test grows with the count where the size is large, and does not else. */
const value = (seed: number, count: number, size: string, variant: string) => {
  const noise = nearlyNormal(randomStream(seed, `/made-up/${count}/${size}/${variant}`));
  return 90 + seed / 10 + (size === "large" ? 0.4 * Math.log2(count) : 0) + (variant === "other" ? 1 : 0) + 0.2 * noise;
};
const seeds = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const runsOf = (count: number, size: string, variant = "base", n = 8): StoredRun[] =>
  seeds(n).map((seed) => run(seed, 80, value(seed, count, size, variant)));

/** Of axes alone: one panel. */
const grid = counts.flatMap((count) =>
  sizes.map((size) => {
    const name = `count=${count}, size=${size}`;
    return [
      cell(name, { variant: "base", baseline: "count=1, size=small", at: { "/subspaces/count": count, "/size": size } }),
      runsOf(count, size),
    ] as const;
  }),
);
const { document, cells } = reported(grid, { design: "factorial", axes });

test("the effects of a factorial of axes are those of core/statistics, over the seeds that all cells have", () => {
  const [group] = document.effects!;
  assert.equal([document.effects!.length, group!.seeds, group!.measure, group!.metric], [1, 8, "test", metrics.test]);
  assert.equal(group!.factors, [
    { name: "count", levels: counts },
    { name: "size", levels: sizes },
  ]);
  const values = seeds(8).map((seed) => counts.flatMap((count) => sizes.map((size) => value(seed, count, size, "base"))));
  const expected = factorialEffects(values, [3, 2]);
  const adjusted = holm(expected.map(({ p }) => p));
  assert.equal(
    group!.effects.map(({ factors, f, p, holm, method }) => ({ factors, f, p, holm, method })),
    expected.map(({ factors, f, p, method }, i) => ({
      factors: factors.map((at) => ["count", "size"][at]),
      f,
      p,
      holm: adjusted[i]!,
      method,
    })),
  );
  const { levels } = group!.effects[1]!;
  const large = mean(values.map((row) => mean([row[1]!, row[3]!, row[5]!])));
  assert.ok(Math.abs(levels[1]!.mean - large) < 1e-9);
  assert.ok(Math.abs(levels[0]!.deviation + levels[1]!.deviation) < 1e-6);
  assert.equal(
    group!.effects[2]!.levels.map(({ at }) => at),
    counts.flatMap((count) => sizes.map((size) => [count, size])),
  );
});

test("the report tells main effects and interactions in words, tables, spreadsheets and figures", async () => {
  const [{ text, items }] = effectSentences(document) as [ReturnType<typeof effectSentences>[number]];
  assert.is(text, "Effects on test accuracy, CIFAR-10, 200 epochs of count (3 levels) and size (2 levels), over 8 seeds.");
  assert.match(
    items[0]!,
    /^count has a significant main effect: 0\.\d\d points from 1, which has the lowest mean, to 16, which has the highest \(F\(2, 14\) = .*, Holm p = 0\.023\)\. It interacts/,
  );
  assert.match(items[2]!, /^count × size interact significantly: what one does depends on the other \(F\(2, 14\) = /);
  assert.equal(
    effectsTable(document)!.groups[0]!.rows.map(([name]) => name),
    ["count", "size", "count × size"],
  );
  assert.equal(
    levelsTable(document)!.groups[0]!.rows.map(([name]) => name),
    ["count = 1", "count = 4", "count = 16", "size = small", "size = large"],
  );
  assert.is(effectsCsv(document)!.trim().split("\n").length, 1 + 3);
  assert.is(levelsCsv(document)!.trim().split("\n").length, 1 + 3 + 2 + 6);
  const figures = figuresOf(document, cells);
  for (const name of ["effects", "interaction-count-size"]) {
    const svg = await render(figures.find((figure) => figure.name === name)!.spec);
    assert.not.match(svg, /NaN|undefined|Infinity/);
    assert.match(svg, "large");
  }
});

/** With variants: a panel for each combination. */
const withVariants = (left: (variant: string, count: number) => boolean = () => false, changed: (size: string) => object = () => ({})) =>
  reported(
    counts.flatMap((count) =>
      sizes.flatMap((size) =>
        ["base", "other"]
          .filter((variant) => !left(variant, count))
          .map((variant) => {
            const panel = `count=${count}, size=${size}`;
            const at = { "/subspaces/count": count, "/size": size };
            return [
              cell(`${variant}, ${panel}`, { variant, panel, baseline: `base, ${panel}`, at, ...changed(size) }),
              runsOf(count, size, variant),
            ] as const;
          }),
      ),
    ),
    { design: "factorial", axes },
  ).document;

test("variants are a factor beside the axes, and interactions are of three factors too", () => {
  const [group] = withVariants().effects!;
  assert.equal(
    group!.factors.map(({ name }) => name),
    ["variant", "count", "size"],
  );
  assert.equal(
    group!.effects.map(({ factors }) => factors.length),
    [1, 1, 1, 2, 2, 2, 3],
  );
  assert.ok(Math.abs(group!.effects[0]!.levels[1]!.deviation - 0.5) < 0.1, "half of what the other variant is better by");
});

test("a level that does not come with all others is left out, and the report says so", () => {
  const document = withVariants((variant, count) => variant === "other" && count === 4);
  const [group] = document.effects!;
  assert.equal(group!.factors[1], { name: "count", levels: [1, 16], leftOut: [4] });
  assert.match(effectSentences(document)[0]!.text, "count = 4 is left out, since not all combinations have runs.");
});

test("cells of different metrics have effects of their own, in which what they differ by is no factor", () => {
  const mine = (size: string) => (size === "large" ? { testMetric: { ...metrics.test, dataset: "mine" } } : {});
  const { effects } = withVariants(undefined, mine);
  assert.equal(
    effects!.map(({ metric, factors }) => [metric!.dataset, factors.map(({ name }) => name)]),
    [
      ["cifar10", ["variant", "count"]],
      ["mine", ["variant", "count"]],
    ],
  );
});

for (const [what, document] of [
  ["another design", reported(grid, { design: "one-factor", axes }).document],
  [
    "one factor",
    reported(
      grid.filter(([{ at }]) => at["/size"] === "small"),
      { design: "factorial", axes },
    ).document,
  ],
  [
    "one seed",
    reported(
      grid.map(([cell, runs]) => [cell, runs.slice(0, 1)] as const),
      { design: "factorial", axes },
    ).document,
  ],
  [
    "no seed in common",
    reported(
      grid.map(([cell, runs], i) => [cell, runs.slice(i, i + 2)] as const),
      { design: "factorial", axes },
    ).document,
  ],
] as const) {
  test(`${what} has no effects, and no table of them`, () => {
    assert.equal(
      [document.effects, effectsTable(document), effectsCsv(document), effectSentences(document)],
      [undefined, undefined, undefined, []],
    );
  });
}

test("effects on which all seeds agree, and effects that are none, are told without a number that is not finite", async () => {
  const given = grid.map(
    ([cell]) => [cell, seeds(6).map((seed) => run(seed, 80, 90 + seed + (cell.at["/size"] === "large" ? 1 : 0)))] as const,
  );
  const { document, cells } = reported(given, { design: "factorial", axes });
  assert.equal(
    document.effects![0]!.effects.map(({ f, p, holm }) => [f, p, holm]),
    [
      [0, 1, 1],
      [null, 2 ** -5, 3 * 2 ** -5],
      [0, 1, 1],
    ],
  );
  for (const [path, file] of await reportFiles(document, cells)) {
    const content = readable(path, file);
    assert.not.match(content, /\b(?:NaN|Infinity|undefined)\b/, path);
    if (!path.endsWith(".json")) assert.not.match(content, /\bnull\b/, path);
  }
});

test("where so few seeds are there that no effect can be significant, the report says so", () => {
  const { document } = reported(
    grid.map(([cell, runs]) => [cell, runs.slice(0, 4)] as const),
    { design: "factorial", axes },
  );
  assert.match(
    effectSentences(document)[0]!.text,
    "With 4 seeds and 3 effects the least Holm-adjusted p that there can be is 0.375, so that none can be significant: more seeds are needed.",
  );
});

test.run();
