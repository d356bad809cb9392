import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { importTable } from "../../../../app/host/tables/import/import-table.ts";
import { readSource } from "../../../../app/host/tables/source/read-source.ts";
import { architectureInvalid, EvokeError } from "../../../../core/errors/index.ts";
import { readTableImport } from "../../../../core/manifest/table-import.ts";
import type { Plugin } from "../../../../core/plugin/plugin.ts";
import type { Space } from "../../../../core/plugin/space.ts";
import { openChoices } from "../../../../core/space/choices.ts";
import { readTable, writeTable } from "../../../../core/table/table-file.ts";
import { listed } from "../../../experiments.ts";
import { tinySpace } from "../../../fixtures.ts";

/** Skipped or not; a kernel, where it is not skipped; a width. */
const blocks: Space = (() => {
  const choices = [
    ["no", "yes"],
    ["absent", "3", "5", "7"],
    ["8", "16"],
  ] as const;
  const conditions = [undefined, { component: 0, choices: [0] }, undefined];
  const contains = (a: readonly number[]) => a.length === 3 && a.every((choice, l) => isOpen(a, l, choice));
  const isOpen = (a: readonly number[], l: number, choice: number) => {
    const open = openChoices({ choices, conditions }, a, l);
    return open.length === 0 ? choice === 0 : open.includes(choice);
  };
  const encode = (a: readonly number[]) => a.map((choice, l) => choices[l]![choice]).join("/");
  const space: Space = {
    length: 3,
    choices,
    components: ["skip", "kernel", "width"],
    conditions,
    size: 8n,
    sample: (rng) => (rng.below(4) === 0 ? [1, 0, rng.below(2)] : [0, 1 + rng.below(3), rng.below(2)]),
    contains,
    modify(architecture, modifications) {
      const modified = [...architecture];
      for (const { component, operation } of modifications) modified[component] = operation;
      modified[1] = modified[0] === 1 ? 0 : Math.max(1, modified[1]!);
      return modified;
    },
    neighbours: () => [],
    encode,
    decode(text) {
      const architecture = text.split("/").map((name, l) => (choices[l] as readonly string[] | undefined)?.indexOf(name) ?? -1);
      if (!contains(architecture)) throw architectureInvalid("blocks", text, "skip/kernel/width");
      return architecture;
    },
    functionKey: encode,
  };
  return space;
})();

const plugins = { tiny: tinySpace(2, 3), blocks };
const catalogue = Object.entries(plugins).map(([name, space]) =>
  listed({
    kind: "space",
    name,
    summary: "Made up",
    options: { type: "object", properties: {} },
    needs: [],
    create: () => space,
  } as unknown as Plugin),
);
const TINY = ["0-0", "0-1", "0-2", "1-0", "1-1", "1-2", "2-0", "2-1", "2-2"];
const csv = (header: string, ...lines: string[]) => `${[header, ...lines].join("\n")}\n`;
/** Nine lines with a loss: 0.5, 1.5, and so on. */
const LOSSES = csv("arch,loss", ...TINY.map((text, i) => `${text},${i}.5`));
const LOSS = { name: "loss", unit: "nats", goal: "minimise", column: "loss" };
const DESCRIPTION = { name: "own", description: "Made up", space: "tiny", architecture: "arch", dataset: "apples", metrics: [LOSS] };

async function imported(content: string | Uint8Array, changes: object = {}) {
  const description = { ...DESCRIPTION, ...changes };
  const importModule = () => Promise.reject(new Error("nothing is imported"));
  const read = await readTableImport({ file: "own.json", text: JSON.stringify(description), catalogue, importModule });
  const source = await readSource(typeof content === "string" ? new TextEncoder().encode(content) : content, "file.csv");
  const result = importTable(source, read, plugins[read.space.plugin.name as keyof typeof plugins], { file: "file.csv" });
  const table = await readTable(await writeTable(result.table), "own");
  table.verify(plugins[read.space.plugin.name as keyof typeof plugins]);
  return { ...result, table, column: (name: string) => [...table.values(name)] };
}

async function refused(content: string, changes: object, code: string, ...says: readonly RegExp[]): Promise<void> {
  const error = await imported(content, changes).then(
    () => assert.unreachable(`accepted, where it should say ${says.join()}`),
    (thrown) => thrown,
  );
  assert.instance(error, EvokeError, String(error.stack));
  assert.is(error.code, code, error.message);
  for (const says_ of says) assert.match(error.message, says_);
}

test("a column becomes a metric with its goal, and the search goes by it", async () => {
  const { table, column } = await imported(LOSSES, { complete: true });
  assert.equal(column("loss_apples_validation"), [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5]);
  assert.equal(
    table.metrics.map(({ metric }) => metric),
    [{ name: "loss", dataset: "apples", split: "validation", epochs: 0, trainedOn: "train", unit: "nats", goal: "minimise" }],
  );
  assert.equal(table.description.fidelity, { search: { name: "loss", epochs: 0 }, report: { name: "loss", epochs: 0 } });
  assert.equal([table.rows, table.description.complete, table.description.space], [9, true, { use: "tiny" }]);
});

test("the report's metric is the same one after the most epochs that a test metric has", async () => {
  const metrics = [
    { name: "accuracy", unit: "percent", epochs: 5, column: "val" },
    { name: "accuracy", unit: "percent", epochs: 5, split: "test", column: "test5" },
    { name: "accuracy", unit: "percent", epochs: 9, split: "test", column: "test9" },
  ];
  const { table } = await imported(csv("arch,val,test5,test9", "0-0,1,2,3"), { metrics });
  assert.equal(table.description.fidelity, { search: { name: "accuracy", epochs: 5 }, report: { name: "accuracy", epochs: 9 } });
});

test("fractions become percent, and an error an accuracy, to the digits that they have", async () => {
  const metrics = [
    { name: "accuracy", unit: "percent", column: "acc", factor: 100 },
    { name: "top-5", unit: "percent", column: "err", factor: -100, offset: 100 },
  ];
  const { column } = await imported(csv("arch,acc,err", "0-0,0.57,0.29"), { metrics });
  assert.equal([column("accuracy_apples_validation"), column("top-5_apples_validation")], [[57], [71]]);
});

test("architectures are read from a column for each component, by name, by place, and from one list", async () => {
  const lines = ["no,3,8,1", "no,7.0,16,2", "yes,,8,3"];
  const names = { skip: "s", kernel: "k", width: "w" };
  const blocksOf = async (content: string, architecture: object) => {
    const { table } = await imported(content, { space: "blocks", architecture });
    return Array.from({ length: table.rows }, (_, row) => table.text(row));
  };
  const expected = ["no/3/8", "no/7/16", "yes/absent/8"];
  assert.equal(await blocksOf(csv("s,k,w,loss", ...lines), { components: names }), expected);
  assert.equal(await blocksOf(csv("s,k,w,loss", ...lines), { components: ["s", "k", "w"] }), expected);
  const numbers = csv("a,loss", '"[0, 1, 0]",1', "0 3 1,2", "1;0;0,3");
  assert.equal(await blocksOf(numbers, { components: "a", values: "numbers" }), expected);
  const called = csv("s,k,w,loss", "keep,3,8,1");
  assert.equal(await blocksOf(called, { components: names, names: { keep: "no" } }), ["no/3/8"]);
  const none = csv("s,k,w,loss", "none,3,8,1");
  assert.equal(await blocksOf(none, { components: names, names: { none: "no" } }), ["no/3/8"], "what files call nothing may be a choice");
});

test("what a file says of a component that is not there means nothing, and may be a duplicate", async () => {
  const architecture = { components: { skip: "s", kernel: "k", width: "w" } };
  const { table } = await imported(csv("s,k,w,loss", "yes,3,8,1"), { space: "blocks", architecture });
  assert.is(table.text(0), "yes/absent/8");
  const twice = csv("s,k,w,loss", "yes,3,8,1", "yes,5,8,1");
  await refused(
    twice,
    { space: "blocks", architecture },
    "TABLE_INVALID",
    /line 3, column "s": the architecture of line 2 again, yes\/absent\/8/,
  );
});

test("columns of a learning curve are its points, and the last of them is the metric", async () => {
  const content = csv("arch,loss_e1,loss_e2,loss_e10", "0-0,3,2,1", "0-1,6,5,4");
  const { table, column } = await imported(content, { metrics: [{ ...LOSS, column: "loss_e{epoch}" }] });
  assert.equal(
    table.metrics.map(({ metric: { epochs, scheduled } }) => [epochs, scheduled]),
    [
      [10, undefined],
      [1, 10],
      [2, 10],
    ],
  );
  assert.equal(column("loss_apples_validation_2_of_10"), [2, 5]);
  const trainings = await imported(content, { metrics: [{ ...LOSS, column: "loss_e{epoch}", points: "trainings" }] });
  assert.equal(
    trainings.table.metrics.map(({ metric: { epochs, scheduled } }) => [epochs, scheduled]),
    [
      [10, undefined],
      [1, undefined],
      [2, undefined],
    ],
  );
});

test("a learning curve is the same from columns, lists, and rows, counted from 0 or from 1", async () => {
  const expected = { loss_apples_validation_3: [1, 4], loss_apples_validation_1_of_3: [3, 6], loss_apples_validation_2_of_3: [2, 5] };
  const metric = (changes: object) => ({ metrics: [{ ...LOSS, ...changes }] });
  const ways: readonly (readonly [string, object])[] = [
    [csv("arch,e1,e2,e3", "0-0,3,2,1", "0-1,6,5,4"), metric({ column: "e{epoch}" })],
    [csv("arch,e0,e1,e2", "0-0,3,2,1", "0-1,6,5,4"), { ...metric({ column: "e{epoch}" }), firstEpoch: 0 }],
    [csv("arch,loss", '0-0,"[3, 2, 1]"', "0-1,6 5 4"), metric({ list: "epochs" })],
    [csv("arch,t,loss", "0-0,1,3", "0-1,3,4", "0-0,2,2", "0-0,3,1", "0-1,1,6", "0-1,2,5"), { rows: { epoch: "t" } }],
    [csv("arch,t,loss", "0-0,0,3", "0-0,1,2", "0-0,2,1", "0-1,0,6", "0-1,1,5", "0-1,2,4"), { rows: { epoch: "t" }, firstEpoch: 0 }],
    ['[{ "arch": "0-0", "loss": [3, 2, 1] }, { "arch": "0-1", "loss": [6, 5, 4] }]', metric({ list: "epochs" })],
  ];
  for (const [content, changes] of ways) {
    const { column } = await imported(content, changes);
    for (const [name, values] of Object.entries(expected)) assert.equal(column(name), values, content);
  }
  const { table } = await imported(csv("arch,loss", "0-0,3 2 1"), metric({ list: "epochs", every: 5 }));
  assert.equal(
    table.metrics.map(({ metric: { epochs } }) => epochs),
    [15, 5, 10],
  );
});

test("of the rows of a curve the last one can be taken alone", async () => {
  const content = csv("arch,epoch,loss,test,s", "0-0,1,3,,10", "0-0,2,2,7,20");
  const metrics = [LOSS, { ...LOSS, split: "test", column: "test", epochs: 2, points: "last" }];
  const { table, column } = await imported(content, { rows: { epoch: "epoch" }, metrics, seconds: [{ column: "s" }] });
  assert.equal([column("loss_apples_test_2"), column("loss_apples_validation_2")], [[7], [2]]);
  assert.equal([table.seconds("apples", 2)!.values[0], table.seconds("apples", 1)!.factor], [20, 0.5]);
});

test("training seeds are kept beside their mean, from columns, lists, and rows; or only the mean", async () => {
  const metric = (changes: object) => ({ metrics: [{ ...LOSS, ...changes }] });
  const ways: readonly (readonly [string, object])[] = [
    [csv("arch,seed1,seed2", "0-0,1,3", "0-1,5,"), metric({ column: "seed{seed}" })],
    [csv("arch,loss", "0-0,1 3", "0-1,5"), metric({ list: "seeds" })],
    [csv("arch,seed,loss", "0-0,1,1", "0-1,1,5", "0-0,2,3"), { rows: { seed: "seed" } }],
  ];
  for (const [content, changes] of ways) {
    const { table, column } = await imported(content, changes);
    const [mean] = table.metrics;
    assert.equal(
      [[...mean!.values], mean!.seeds],
      [
        [2, 5],
        [1, 2],
      ],
      content,
    );
    assert.equal(
      table.seedsOf(mean!).map(({ values }) => [...values]),
      [
        [1, 5],
        [3, Number.NaN],
      ],
    );
    assert.equal(column("loss_apples_validation_seed_1"), [1, 5]);
    const means = await imported(content, { ...changes, seeds: "mean" });
    assert.equal([means.table.metrics.length, means.table.seedsOf(mean!)], [1, []]);
  }
});

test("seeds and epochs may both be in the name of a column, or one of them in the rows", async () => {
  const one = await imported(csv("arch,s1_e1,s1_e2,s2_e1,s2_e2", "0-0,1,2,3,4"), { metrics: [{ ...LOSS, column: "s{seed}_e{epoch}" }] });
  const other = await imported(csv("arch,seed,e1,e2", "0-0,1,1,2", "0-0,2,3,4"), {
    rows: { seed: "seed" },
    metrics: [{ ...LOSS, column: "e{epoch}" }],
  });
  for (const { column } of [one, other])
    assert.equal(
      ["2", "1_of_2", "2_seed_2", "1_of_2_seed_2"].map((name) => column(`loss_apples_validation_${name}`)[0]),
      [3, 2, 4, 3],
    );
});

test("a placeholder that is in the name of a column twice stands for one number", async () => {
  const metrics = [{ ...LOSS, column: "e{epoch}/loss_{epoch}" }];
  const { column, table } = await imported(csv("arch,e1/loss_1,e2/loss_2,e2/loss_3", "0-0,1,2,3"), { metrics });
  assert.equal(column("loss_apples_validation_2"), [2]);
  assert.not.ok("loss_apples_validation_3" in table.description.columns);
});

test("a Parquet file is imported like a text", async () => {
  const file = readFileSync(new URL("../../../fixtures/tables/polars.parquet", import.meta.url));
  const { column, table } = await imported(file, { complete: true, metrics: [{ ...LOSS, column: "curve", list: "epochs" }] });
  assert.equal(
    [table.rows, column("loss_apples_validation_2").slice(0, 2), column("loss_apples_validation_1_of_2")[0]],
    [9, [0.5, 0.625], 2],
  );
});

test("an architecture that lacks a number is refused, or left out", async () => {
  const content = csv("arch,loss", "0-0,1", "0-1,NaN", "0-2,", "1-0,2");
  await refused(
    content,
    {},
    "TABLE_INVALID",
    /2 problems/,
    /line 3, column "loss": it is empty\. Take the architecture out, or set "missing"/,
    /line 4/,
  );
  const { table, leftOut } = await imported(content, { missing: "leave-out" });
  assert.equal([table.rows, leftOut, table.text(1)], [2, 2, "1-0"]);
  await refused(LOSSES.replace("8.5", ""), { missing: "leave-out", complete: true }, "TABLE_INVALID", /says that the table is complete/);
  const rows = csv("arch,epoch,loss", "0-0,1,3", "0-0,2,2", "0-1,1,3");
  await refused(rows, { rows: { epoch: "epoch" } }, "TABLE_INVALID", /line 4, column "loss": 0-1 has no row for the epoch 2/);
});

test("each wrong cell is told with its line, its column and what stands there; of many in a column the first five", async () => {
  const percent = { metrics: [{ name: "accuracy", unit: "percent", column: "loss", range: [0, 90] }] };
  await refused(
    csv("arch,loss", "0-0,x", "0-1,91", "9-9,1", "0-1,2", ",2"),
    percent,
    "TABLE_INVALID",
    /Cannot import file\.csv as own\.json describes it: 5 problems/,
    /line 2, column "loss": "x" is not a number/,
    /line 3, column "loss": 91 is outside 0 … 90/,
    /line 4, column "arch": Cannot read "9-9" as an architecture of the tiny space\. Expected/,
    /line 5, column "arch": the architecture of line 3 again, 0-1\. Take one of them out; or/,
    /line 6, column "arch": it is empty/,
  );
  await refused(
    csv("arch,loss", ...TINY.map((text) => `${text},x`), ...TINY.map((text) => `${text},1`), ...TINY),
    {},
    "TABLE_INVALID",
    /line 20: it has 1 fields/,
  );
  const many = csv("arch,loss", ...Array.from({ length: 50 }, (_, i) => `3-${i},1`));
  await refused(many, {}, "TABLE_INVALID", /50 problems/, /line 6, .*\n {2}and 45 more/);
});

test("a table that calls itself complete has every architecture", async () => {
  await refused(
    csv("arch,loss", "0-0,1", "0-1,2"),
    { complete: true },
    "TABLE_INVALID",
    /it has 2 of the 9 architectures of its space, for example not \d-\d\. Add/,
  );
});

test("what is known beforehand has to be so", async () => {
  const checks = (known: object) => ({ checks: known });
  await refused(LOSSES, checks({ architectures: 10 }), "TABLE_INVALID", /it has 9 architectures, and 10 are known/);
  await refused(
    LOSSES,
    checks({ minima: { loss: 0.4 } }),
    "TABLE_INVALID",
    /column "loss": the smallest number is 0\.5, and is known to be 0\.4/,
  );
  await imported(LOSSES, checks({ maxima: { loss: 8.5003 }, minima: { loss: 0.5 }, architectures: 9 }));
  const keyed = (last: string) => csv("arch,loss,key", "0-0,1,a", "0-1,2,b", `0-2,3,${last}`);
  await imported(keyed("c"), checks({ functionKey: "key" }));
  await refused(keyed("a"), checks({ functionKey: "key" }), "TABLE_INVALID", /line 4, column "key": the file and the space do not agree/);
});

test("a description that does not fit the file is an error at its pointer", async () => {
  const fits: readonly (readonly [string, object, RegExp])[] = [
    [LOSSES, { metrics: [{ ...LOSS, column: "los" }] }, /\/metrics\/0\/column: file\.csv has no column "los"\. Did you mean "loss"\?/],
    [LOSSES, { architecture: "cell" }, /\/architecture: file\.csv has no column "cell"\. It has arch, loss\./],
    [LOSSES, { architecture: { components: ["arch"] } }, /\/architecture\/components: has 1 columns, and .* 2 components/],
    [
      LOSSES,
      { space: "blocks", architecture: { components: { skp: "arch" } } },
      /no component "skp"\. Did you mean "skip"\?[\s\S]*skip, kernel, width are missing/,
    ],
    [LOSSES, { metrics: [LOSS, LOSS] }, /two columns of the table would be called "loss_apples_validation"/],
    [LOSSES, { metrics: [{ ...LOSS, split: "test" }] }, /none of them has "split": "validation"/],
    [LOSSES, { metrics: [{ ...LOSS, goal: "minimize" }] }, /Did you mean "minimise"\?/],
    [LOSSES, { search: { name: "los", epochs: 0 } }, /\/search\/name: no validation metric is called "los"\. Did you mean "loss"\?/],
    [
      csv("arch,e1,e2", "0-0,1,2"),
      { metrics: [{ ...LOSS, column: "e{epoch}", epochs: 3 }] },
      /\/metrics\/0\/epochs: must be one of the epochs that the file has, 1, 2; found 3/,
    ],
    [
      csv("arch,e1,e2", "0-0,1,2"),
      { metrics: [{ ...LOSS, column: "e{epoch}", epochs: 1 }] },
      /1 is not the last: leave it out, or set "points": "last"/,
    ],
    [
      csv("arch,epoch,e1", "0-0,1,2"),
      { rows: { epoch: "epoch" }, metrics: [{ ...LOSS, column: "e{epoch}" }] },
      /the epochs of the column are told in two ways/,
    ],
    [LOSSES, { space: "tinny" }, /Did you mean "tiny"\?/],
  ];
  for (const [content, changes, says] of fits)
    await refused(content, changes, says.source.includes("tiny") ? "PLUGIN_UNKNOWN" : "MANIFEST_INVALID", says);
});

test("rows of one architecture are told apart", async () => {
  const rows = { rows: { seed: "seed" } };
  await refused(
    csv("arch,seed,loss", "0-0,1,1", "0-0,1,2"),
    rows,
    "TABLE_INVALID",
    /line 3, column "seed": 0-0 has seed 1 in line 2 already\. Take one/,
  );
  await refused(csv("arch,seed,loss", "0-0,x,1"), rows, "TABLE_INVALID", /line 2, column "seed": "x" is not a whole number/);
  const costs = csv("arch,seed,loss,p", "0-0,1,1,5", "0-0,2,1,6");
  await refused(
    costs,
    { ...rows, parameters: { column: "p" } },
    "TABLE_INVALID",
    /line 3, column "p": "6" for 0-0, which has "5" in line 2/,
  );
});

test("fractions that are said to be percent are a note, and no error", async () => {
  const metrics = [{ name: "accuracy", unit: "percent", column: "loss" }];
  const { notes } = await imported(csv("arch,loss", "0-0,0.5", "0-1,0.75"), { metrics });
  assert.match(notes.join(), /All numbers of "loss" are between 0 and 1/);
  assert.equal((await imported(LOSSES)).notes, []);
});

test.run();
