import { test } from "uvu";
import * as assert from "uvu/assert";
import { describeSource, type KnownSpace } from "../../../../app/host/tables/describe/describe.ts";
import { readSource } from "../../../../app/host/tables/source/read-source.ts";
import { problemsOf } from "../../../../core/json/schema.ts";
import { tableImportSchema } from "../../../../core/schemas/table-import.ts";
import { costly } from "../../../costly-space.ts";
import { tinySpace } from "../../../fixtures.ts";

const TINY: KnownSpace = { slot: "tiny", space: tinySpace(2, 3) };
const OTHER: KnownSpace = { slot: "other", space: tinySpace(3, 2) };
const named: KnownSpace = { slot: "named", space: { ...tinySpace(2, 3), components: ["Kernel", "Width"] } };
const csv = (header: string, ...lines: string[]) => `${[header, ...lines].join("\n")}\n`;
/** Cells in an order of no meaning, with an index before. */
const CELLS = ["1-2", "0-0", "2-1", "0-2"];

async function described(content: string, spaces: readonly KnownSpace[] = [OTHER, TINY], file = "my results.csv") {
  const { description, notes } = describeSource(await readSource(new TextEncoder().encode(content), file), spaces);
  assert.equal(problemsOf(tableImportSchema, structuredClone(description)), []);
  return { ...(description as Record<string, unknown>), notes: notes.join("\n") } as Record<string, unknown> & { notes: string };
}

test("the column is found whose texts are architectures of a space, and the table is named after its file", async () => {
  const found = await described(csv("id,cell,val_acc", ...CELLS.map((cell, i) => `${i},${cell},0.${i + 5}`)));
  assert.equal([found.name, found.space, found.architecture, found.complete], ["my-results", "tiny", "cell", false]);
  assert.equal(found.metrics, [{ name: "accuracy", unit: "percent", column: "val_acc", factor: 100 }]);
  assert.match(found.notes, /Fractions from 0 to 1 are taken to percent/);
  const whole = ["0-0", "0-1", "0-2", "1-0", "1-1", "1-2", "2-0", "2-1", "2-2"].map((cell, i) => `${cell},${i}`);
  assert.is((await described(csv("cell,loss", ...whole))).complete, true);
});

test("columns are metrics, seconds or costs by what they are called, with split, dataset, epochs and goal", async () => {
  const header = "cell,cifar10_val_loss_12e,cifar10_test_acc,latency_ms,train_hours,flops,params,train_acc,mystery";
  const found = await described(csv(header, ...CELLS.map((cell, i) => `${cell},${i}.5,9${i},${i}.25,1,100,20,50,${i}.7`)));
  assert.equal(found.metrics, [
    { name: "loss", dataset: "cifar10", epochs: 12, unit: "nats", goal: "minimise", column: "cifar10_val_loss_12e" },
    { name: "accuracy", dataset: "cifar10", split: "test", unit: "percent", column: "cifar10_test_acc" },
    { name: "latency", unit: "ms", goal: "minimise", column: "latency_ms" },
  ]);
  assert.equal(
    [found.seconds, found.madds, found.parameters, found.dataset],
    [[{ column: "train_hours", of: "training", factor: 3600 }], { column: "flops" }, { column: "params" }, "cifar10"],
  );
  assert.match(found.notes, /column "train_acc" is left out/);
  assert.match(found.notes, /column "mystery" is left out/);
});

test("a cost that the space counts otherwise is a metric", async () => {
  const texts = [0, 1].map((i) => costly.encode(Array.from({ length: costly.length }, () => i)));
  const found = await described(csv("cell,params,acc", ...texts.map((text) => `"${text}",7,50`)), [{ slot: "costly", space: costly }]);
  assert.is(found.parameters, undefined);
  assert.equal((found.metrics as object[])[0], { name: "parameters", unit: "none stated", goal: "minimise", column: "params" });
});

test("columns that differ in a seed or an epoch are one metric, and rows of one architecture are told apart", async () => {
  const columns = await described(csv("cell,val_acc_seed1,val_acc_seed2,loss_e1,loss_e2", ...CELLS.map((cell) => `${cell},50,60,3,2`)));
  assert.equal(
    (columns.metrics as { column: string }[]).map(({ column }) => column),
    ["val_acc_seed{seed}", "loss_e{epoch}"],
  );
  assert.match(columns.notes, /taken as points of one training/);
  const rows = await described(
    csv("cell,seed,epoch,loss", ...CELLS.flatMap((cell) => [`${cell},1,1,3`, `${cell},1,2,2`, `${cell},2,1,3`])),
  );
  assert.equal([rows.rows, (rows.metrics as object[]).length], [{ epoch: "epoch", seed: "seed" }, 1]);
  assert.match(String(rows.description), /^4 architectures/);
});

test("columns called as the components of a space are its components", async () => {
  const found = await described(csv("width,kernel,acc", "0,1,50", "1,1,60"), [named]);
  assert.equal([found.space, found.architecture], ["named", { components: { Kernel: "kernel", Width: "width" } }]);
});

test("where no space reads a column, a space of choices is made of the columns with few values", async () => {
  const found = await described(csv("kernel,act,val_loss", "5,relu,0.5", "3,gelu,0.4", "3,relu,0.3", "5,gelu,0.2"));
  assert.equal(found.space, {
    use: "choices",
    options: {
      components: [
        { name: "kernel", choices: [3, 5] },
        { name: "act", choices: ["relu", "gelu"] },
      ],
    },
  });
  assert.equal([found.architecture, found.complete], [{ components: { kernel: "kernel", act: "act" } }, true]);
  assert.match(found.notes, /made of the columns with few different values: kernel, act/);
});

test("a column that is empty beside certain values of another is a conditional component, and texts may be none", async () => {
  const found = await described(
    csv(
      "kernel,op,batch_size,Latency (ms),dev",
      "3,conv,8,1,1",
      ",none,8,2,2",
      "5,conv,8,3,3",
      "3,conv,16,4,4",
      ",none,16,5,5",
      "5,conv,16,6,6",
    ),
  );
  assert.equal(found.space, {
    use: "choices",
    options: {
      components: [
        { name: "op", choices: ["conv", "none"] },
        { name: "batch_size", choices: [8, 16] },
        { name: "kernel", choices: [3, 5], when: { op: ["conv"] } },
      ],
    },
  });
  assert.is(found.complete, true, "2 · (2 + 1) architectures");
  assert.match(found.notes, /"kernel" is there only for op conv/);
  assert.equal(found.metrics, [
    { name: "latency", unit: "ms", goal: "minimise", column: "Latency (ms)" },
    { name: "score", unit: "none stated", column: "dev" },
  ]);
  const unexplained = await described(csv("kernel,op,loss", "3,conv,1", ",conv,2", "5,pool,3", ",pool,4"));
  assert.match(unexplained.notes, /"kernel" is empty in some rows: say with "when"/);
});

test("what cannot be guessed is told", async () => {
  const found = describeSource(await readSource(new TextEncoder().encode(csv("a,b", "x,0.25", "y,0.75")), "f.csv"), [TINY]);
  assert.match(found.notes.join("\n"), /"architecture" is a guess[\s\S]*No column is called as a metric is/);
});

test.run();
