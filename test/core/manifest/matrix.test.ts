import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { mergePatch } from "../../../core/json/merge-patch.ts";
import { read } from "../../experiments.ts";
import { base, differs, matrixOf, messageOf, names, oneFactor, variants } from "./matrices.ts";

test("one-factor: the base, the base with each variant, the base with each value; a value that is the base's own is the base", async () => {
  const matrix = await matrixOf({ ...oneFactor, variants, axes: { "/subspaces/count": [1, 3, 8], "/subspaces/radius": [1] } });
  assert.equal(names(matrix), ["base", "absolute-reward", "uniform", "slow-learner", "count=1", "count=8", "radius=1"]);
  assert.equal(
    matrix.cells.map(({ variant, panel, baseline }) => [variant, panel, baseline]),
    [
      ["base", "", "base"],
      ["absolute-reward", "", "base"],
      ["uniform", "", "base"],
      ["slow-learner", "", "base"],
      ["base", "", "base"],
      ["base", "", "base"],
      ["base", "", "base"],
    ],
  );
  const at = { "/subspaces/count": 3, "/subspaces/radius": 2 };
  assert.equal(matrix.cells[0]!.at, at);
  assert.equal(matrix.cells[1]!.at, at);
  assert.equal(matrix.cells[5]!.at, { ...at, "/subspaces/count": 8 });
  assert.equal(matrix.cells[5]!.origin, ["/axes/~1subspaces~1count/2"]);
});

test("what differs is told after defaults: values at their pointers, another plugin and a list as a whole", async () => {
  const matrix = await matrixOf({ ...oneFactor, variants, axes: { "/budget/seconds": [30] } });
  assert.equal(differs(matrix, "base"), []);
  assert.equal(differs(matrix, "absolute-reward"), [
    { pointer: "/reward", base: [{ use: "improvement", options: {} }], value: [{ use: "absolute", options: {} }] },
  ]);
  const [other] = differs(matrix, "uniform");
  assert.is(other!.pointer, "/controller");
  assert.is((other!.value as { use: string }).use, "uniform");
  assert.equal(differs(matrix, "slow-learner"), [{ pointer: "/controller/options/learningRate", base: 0.01, value: 0.001 }]);
  assert.equal(differs(matrix, "seconds=30"), [{ pointer: "/budget/seconds", value: 30 }], "a place that only the schema knows");
});

test("leave-one-out: the full cell, then all but one, whose order is that of the manifest", async () => {
  const matrix = await matrixOf({
    name: "m",
    base,
    design: "leave-one-out",
    variants: {
      a: { subspaces: { radius: 1, count: 9 } },
      b: { subspaces: { radius: 4 } },
      "absolute-reward": variants["absolute-reward"],
    },
    axes: { "/budget/queries": [50] },
  });
  assert.equal(
    names(matrix),
    ["full", "without a", "without b", "without absolute-reward", "without queries=50"].filter((name) => name),
  );
  assert.ok(matrix.cells.every(({ baseline }) => baseline === "full"));
  const radius = (name: string) => matrix.cells.find((cell) => cell.name === name)!.experiment.subspaces!.radius;
  assert.equal(["full", "without a", "without b", "without queries=50"].map(radius), [4, 4, 1, 4]);
  assert.equal(
    differs(matrix, "without a")
      .map(({ pointer }) => pointer)
      .sort(),
    ["/budget/queries", "/reward", "/subspaces/radius"],
  );
});

test("factorial: the base by its name and each variant at every combination, compared within it", async () => {
  const matrix = await matrixOf({
    name: "m",
    base,
    baseName: "ase-nas",
    design: "factorial",
    variants: { uniform: variants.uniform },
    axes: { "/subspaces/count": [2, 3], "/budget/queries": [10, 20] },
    exclude: [{ variant: "uniform", at: { "/subspaces/count": 2, "/budget/queries": 10 } }],
  });
  assert.equal(
    matrix.cells.map(({ name, variant, panel, baseline }) => [name, variant, panel, baseline]),
    [
      ["ase-nas, count=2, queries=10", "ase-nas", "count=2, queries=10", "ase-nas, count=2, queries=10"],
      ["ase-nas, count=2, queries=20", "ase-nas", "count=2, queries=20", "ase-nas, count=2, queries=20"],
      ["uniform, count=2, queries=20", "uniform", "count=2, queries=20", "ase-nas, count=2, queries=20"],
      ["ase-nas, count=3, queries=10", "ase-nas", "count=3, queries=10", "ase-nas, count=3, queries=10"],
      ["uniform, count=3, queries=10", "uniform", "count=3, queries=10", "ase-nas, count=3, queries=10"],
      ["ase-nas, count=3, queries=20", "ase-nas", "count=3, queries=20", "ase-nas, count=3, queries=20"],
      ["uniform, count=3, queries=20", "uniform", "count=3, queries=20", "ase-nas, count=3, queries=20"],
    ],
  );
});

test("a factorial of axes alone is a grid; its baseline is the cell that is the base, if there is one", async () => {
  const grid = (axes: object) => matrixOf({ name: "m", base, design: "factorial", axes });
  const matrix = await grid({ "/subspaces/count": [2, 3], "/subspaces/radius": [1, 2] });
  assert.equal(names(matrix), ["count=2, radius=1", "count=2, radius=2", "count=3, radius=1", "count=3, radius=2"]);
  assert.ok(matrix.cells.every(({ panel, baseline }) => panel === "" && baseline === "count=3, radius=2"));
  assert.is((await grid({ "/subspaces/count": [7, 8] })).cells[1]!.baseline, "count=7");
});

test("the cells of a factorial are the variants and the base times the values, but what is excluded", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 3 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (methods, counts, radii, leaveOut) => {
        const chosen = Object.fromEntries(Object.entries(variants).slice(0, methods));
        const { cells } = await matrixOf({
          name: "m",
          base,
          design: "factorial",
          variants: chosen,
          axes: { "/subspaces/count": counts, "/subspaces/radius": radii },
          ...(leaveOut && methods > 0 && { exclude: [{ variant: "absolute-reward", at: { "/subspaces/count": counts[0] } }] }),
        });
        const expected = (methods + 1) * counts.length * radii.length - (leaveOut && methods > 0 ? radii.length : 0);
        assert.is(cells.length, expected);
        assert.is(new Set(cells.map(({ name }) => name)).size, expected);
        assert.is(new Set(cells.map(({ text }) => text)).size, expected);
        for (const { at, experiment } of cells) {
          assert.is(experiment.subspaces!.count, at["/subspaces/count"]);
          assert.is(experiment.subspaces!.radius, at["/subspaces/radius"]);
        }
      },
    ),
    { numRuns: 15, seed: 5 },
  );
});

test("seeds are the matrix's, else the base's; cells have all the same, and no observers", async () => {
  const seeded = { ...base, seeds: { first: 10, count: 4 }, observers: ["recorder"] };
  const matrix = await matrixOf({ ...oneFactor, base: seeded, variants, seeds: { count: 7 } });
  assert.equal(matrix.seeds, { first: 10, count: 7 });
  for (const { experiment } of matrix.cells) {
    assert.equal(experiment.seeds, { first: 10, count: 7 });
    assert.equal(experiment.observers, []);
  }
});

test("a base may be a path; then that file is what the paths in the cells are relative to", async () => {
  const matrix = await matrixOf({ ...oneFactor, base: "base.json", variants });
  assert.is(matrix.baseFile, "folder/base.json");
  assert.is((await matrixOf({ ...oneFactor, variants })).baseFile, "m.json");
});

test("labels are the shortest ends of pointers that tell the axes apart", async () => {
  const labels = async (...pointers: string[]) =>
    (
      await matrixOf({ ...oneFactor, base: { ...base, controller: "loose" }, axes: Object.fromEntries(pointers.map((one) => [one, [9]])) })
    ).axes.map(({ label }) => label);
  assert.equal(await labels("/subspaces/count", "/subspaces/radius"), ["count", "radius"]);
  assert.equal(await labels("/subspaces/count", "/controller/options/count"), ["subspaces/count", "options/count"]);
});

test("changes are made in the matrix before it is read", async () => {
  const matrix = await matrixOf({ ...oneFactor, variants }, [
    { pointer: "/seeds/count", value: 3 },
    { pointer: "/axes/~1subspaces~1count", value: [5] },
  ]);
  assert.is(matrix.seeds.count, 3);
  assert.ok(names(matrix).includes("count=5"));
});

/** A matrix, what is changed in it, and what its error must say. */
const WRONG: readonly (readonly [string, object, readonly string[]])[] = [
  [
    "an unknown pointer, told once for all its values, with what was meant",
    { axes: { "/subspaces/cuont": [1, 2, 5] } },
    ['/axes/~1subspaces~1cuont/0: cell "cuont=1": ', 'unknown property "cuont". Did you mean "count"?', "(and 2 more cells)", "1 problem."],
  ],
  [
    "an unknown option of a plugin",
    { axes: { "/controller/options/learningRte": [1] } },
    ['cell "learningRte=1"', '/controller/options: unknown property "learningRte". Did you mean "learningRate"?'],
  ],
  ["a pointer through a value", { axes: { "/subspaces/count/x": [1] } }, ["/axes/~1subspaces~1count~1x/0", "there is nothing at"]],
  ["a text that is no pointer", { axes: { "subspaces/count": [1] } }, ["/axes/subspaces~1count: is no JSON pointer"]],
  ["a wrong value", { axes: { "/subspaces/count": [0] } }, ["/axes/~1subspaces~1count/0", "/subspaces/count: must be >= 1; found 0"]],
  [
    "an unknown plugin in a variant",
    { variants: { odd: { controller: { use: "unifrom" } } } },
    ["/variants/odd", 'Cannot load controller "unifrom"', 'Did you mean "uniform"?'],
  ],
  ["a variant that changes nothing", { variants: { odd: { subspaces: { count: 3 } } } }, ["/variants/odd: changes nothing in the base"]],
  [
    "a variant that spells out a default",
    { variants: { odd: { reward: ["improvement"] } } },
    ["/variants/odd: changes nothing in the base"],
  ],
  ["an axis of the base's value alone", { axes: { "/subspaces/count": [3] } }, ["/axes/~1subspaces~1count: changes nothing in the base"]],
  [
    "two variants that are one",
    { variants: { a: { subspaces: { count: 9 } }, b: { subspaces: { count: 9 } } } },
    ['the cells "a" (/variants/a) and "b" (/variants/b) are the same experiment'],
  ],
  [
    "a variant and a value that are one",
    { variants: { a: { subspaces: { count: 9 } } }, axes: { "/subspaces/count": [9] } },
    ['the cells "a" (/variants/a) and "count=9" (/axes/~1subspaces~1count/0) are the same experiment'],
  ],
  [
    "a variant called as the base",
    { variants: { base: variants.uniform } },
    ['the cells "base" and "base" (/variants/base) have one name'],
  ],
  [
    "values that are written alike",
    { base: { ...base, controller: { use: "loose" } }, axes: { "/controller/options/anything": [1, "1"] } },
    ["have one name"],
  ],
  ["a value given twice", { axes: { "/subspaces/count": [5, 5] } }, ["/axes/~1subspaces~1count", "duplicate items"]],
  ["an invalid name", { variants: { "Absolute Reward": variants.uniform } }, ["/variants: a name in it must match pattern"]],
  [
    "seeds of its own",
    { variants: { odd: { seeds: { count: 3 } } } },
    ["/variants/odd/seeds: /seeds belongs to the matrix or changes no result"],
  ],
  [
    "nulls that take away nothing",
    { variants: { odd: { usbspaces: null, subspaces: { raduis: null }, controller: { optoins: null }, constraints: null } } },
    [
      '/variants/odd/usbspaces: null takes away what an experiment cannot have. Did you mean "subspaces"?',
      '/variants/odd/subspaces/raduis: null takes away what an experiment cannot have. Did you mean "radius"?',
      '/variants/odd/controller/optoins: null takes away what an experiment cannot have. Did you mean "options"?',
    ],
  ],
  ["an axis of seeds", { axes: { "/seeds/first": [1, 2] } }, ["/axes/~1seeds~1first: /seeds/first belongs to the matrix"]],
  ["nothing to vary", { variants: {} }, ['there is nothing to vary; add "variants" or "axes"']],
  ["an unknown baseline", { variants, baseline: "unifrom" }, ['/baseline: there is no cell "unifrom". Did you mean "uniform"?']],
  ["an exclusion outside a factorial", { variants, exclude: [{ variant: "uniform" }] }, ["/exclude: only a factorial leaves cells out"]],
  [
    "a family of the matrix with one panel",
    { variants, family: "matrix" },
    ["/family: only a factorial of variants with axes or tasks has several panels"],
  ],
  ["an unknown family", { variants, family: "matrices" }, ["/family: must be one of panel, matrix"]],
  ["a wrong base", { base: { ...base, budgett: 1 }, variants }, ["the base of m.json", 'unknown property "budgett"']],
  ["an unknown design", { variants, design: "one-facter" }, ["/design: must be one of one-factor", 'Did you mean "one-factor"?']],
];
for (const [title, change, sentences] of WRONG) {
  test(`refused: ${title}`, async () => {
    const message = await messageOf({ ...oneFactor, ...change });
    for (const sentence of sentences) assert.ok(message.includes(sentence), `${sentence}\n is not in\n${message}`);
  });
}

test("the family of comparisons is the panel's unless a factorial of several panels says otherwise", async () => {
  const factorial = { name: "m", base, design: "factorial", variants, axes: { "/subspaces/count": [1, 2] } };
  assert.is((await matrixOf(factorial)).family, "panel");
  assert.is((await matrixOf({ ...factorial, family: "matrix" })).family, "matrix");
  for (const without of [{ variants: {} }, { axes: {} }])
    assert.match(
      await messageOf({ ...factorial, ...without, family: "matrix" }),
      '/family: only a factorial of variants with axes or tasks has several panels; all others are one family already, so leave "family" out',
    );
});

test("refused: in leave-one-out an axis of several values, and what changes nothing where all the others are there", async () => {
  const leaveOneOut = { name: "m", base, design: "leave-one-out" };
  assert.match(await messageOf({ ...leaveOneOut, axes: { "/subspaces/count": [1, 2] } }), "in leave-one-out an axis has one value");
  const hidden = { a: { subspaces: { radius: 1 } }, b: { subspaces: { radius: 4 } }, c: variants.uniform };
  assert.match(await messageOf({ ...leaveOneOut, variants: hidden }), "/variants/a: changes nothing where all the others are there");
});

test("refused: exclusions of an unknown variant, axis or value, and one that excludes nothing", async () => {
  const factorial = { name: "m", base, design: "factorial", variants, axes: { "/subspaces/count": [1, 2] } };
  const message = await messageOf({
    ...factorial,
    exclude: [{ variant: "unifrom" }, { at: { "/subspaces/cuont": 1 } }, { at: { "/subspaces/count": 7 } }],
  });
  assert.match(message, '/exclude/0/variant: there is no variant "unifrom". Did you mean "uniform"?');
  assert.match(message, '/exclude/1/at/~1subspaces~1cuont: there is no axis /subspaces/cuont. Did you mean "/subspaces/count"?');
  assert.match(message, "/exclude/2/at/~1subspaces~1count: the axis has no value 7.");
  assert.match(
    await messageOf({ ...factorial, exclude: [{ variant: "uniform" }, { variant: "uniform" }, { at: {} }] }),
    "/exclude/2/at: must have at least 1 property",
  );
  const everything = [{ at: { "/subspaces/count": 1 } }, { at: { "/subspaces/count": 2 } }];
  assert.match(await messageOf({ ...factorial, exclude: everything }), "/exclude: leaves no cell");
  assert.match(
    await messageOf({ ...factorial, exclude: [{ variant: "base", at: { "/subspaces/count": 1 } }] }),
    '/baseline: there is no cell "base" at count=1.',
  );
});

test("a matrix and its base are read with comments; what is there twice in one of them is refused with both places", async () => {
  const commented = (manifest: object) => `\uFEFF// of mine\r\n${JSON.stringify(manifest).replace(/}$/, ",\r\n}")}`;
  const { cells } = await matrixOf(commented({ ...oneFactor, base: "base.jsonc", variants }), [], commented(base));
  assert.equal(cells, (await matrixOf({ ...oneFactor, base: "base.jsonc", variants })).cells);
  const twice = JSON.stringify({ ...oneFactor, variants: { a: variants.uniform } }).replace('"a":', '"a":{},"a":');
  assert.match(await messageOf(twice), /m\.json: 1 problem\.\n {2}\/variants\/a: is there twice, at line 1, column \d+ and at line 1, /);
  const wrongBase = JSON.stringify(base).replace('"count":', '"count": 1,\n"count":');
  assert.match(
    await messageOf({ ...oneFactor, base: "base.json", variants }, wrongBase),
    /folder\/base\.json: 1 problem\.\n {2}\/subspaces\/count: is there twice, at line 1, column \d+ and at line 2, column 1\./,
  );
});

test("null takes away: as a change of the matrix, and as a value of an axis", async () => {
  const matrix = await matrixOf({ ...oneFactor, variants, targets: { test: 1 } }, [{ pointer: "/targets", value: null }]);
  assert.is(matrix.targets, undefined);
  const whole = { ...base, controller: "random" };
  const { cells } = await matrixOf({ name: "m", base: whole, design: "factorial", axes: { "/subspaces": [null, base.subspaces] } });
  assert.is(cells[0]!.name, "subspaces=null");
  assert.is(cells[0]!.experiment.subspaces, undefined);
  assert.equal(cells[0]!.at, { "/subspaces": null });
});

test("of a cell with several problems each is told, and those of several cells once", async () => {
  const message = await messageOf({
    ...oneFactor,
    variants: { a: { subspaces: { count: 0, radius: 0 } }, b: { subspaces: { count: 0 } }, c: { controller: { use: "unifrom" } } },
  });
  assert.is(
    message.replace(/Known.*\n/, ""),
    `Cannot use the manifest m.json: 3 problems.
  /variants/a: cell "a": /subspaces/count: must be >= 1; found 0 (and 1 more cells)
  /variants/a: cell "a": /subspaces/radius: must be >= 1; found 0
  /variants/c: cell "c": Cannot load controller "unifrom" at /controller of the cell "c" of m.json: no plugin has that name.
    Did you mean "uniform"?  See all with: evoke plugins`,
  );
});

test("a cell is the experiment that the manifest is which has the change in it", async () => {
  const { cells } = await matrixOf({ ...oneFactor, variants });
  for (const [name, patch] of Object.entries({ "absolute-reward": variants["absolute-reward"], uniform: variants.uniform })) {
    const cell = cells.find((cell) => cell.name === name)!;
    const written = mergePatch(mergePatch(base, patch), { seeds: { count: 1 }, observers: [] });
    assert.equal(cell.experiment.resolved, (await read(written as object)).resolved);
  }
});

test.run();
