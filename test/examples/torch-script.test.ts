/**
 * The example of a training script in PyTorch: called as the evaluator `command` calls it, and its network compared with
 * what `evoke export --torch` writes.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadExperiment } from "../../app/host/experiment.ts";
import type { Plugin } from "../../core/plugin/plugin.ts";
import { torchModule } from "../../core/pytorch/torch-module.ts";
import nasBench201 from "../../spaces/nas-bench-201.ts";
import { spaceWith } from "../core/pytorch/networks.ts";
import { hasPython, hasTorch, PYTHON_ABSENT, python, TORCH_ABSENT } from "../python.ts";
import { when } from "../when.ts";

const example = fileURLToPath(new URL("../../examples/torch-script/", import.meta.url));
const manifest = JSON.parse(readFileSync(join(example, "search.json"), "utf8"));
const space = spaceWith(nasBench201 as Plugin<"space">, manifest.space.options);
const CELL = "|nor_conv_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_3x3~2|";
const folder = mkdtempSync(join(tmpdir(), "evoke-test-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const withTorch = when(test, hasTorch, TORCH_ABSENT);

when(
  test,
  hasPython,
  PYTHON_ABSENT,
)("the script and its model are Python", () => {
  python(["-c", "import ast; [ast.parse(open(name).read()) for name in ('train.py', 'model.py')]"], example);
});

test("the manifest of the example can be run, and the script knows how long a full training is", async () => {
  const { evaluator } = await loadExperiment({ file: join(example, "search.json"), changes: [] });
  const { epochs } = (evaluator.options as { metric: { epochs: number } }).metric;
  assert.match(readFileSync(join(example, "train.py"), "utf8"), new RegExp(`^EPOCHS = ${epochs} `, "m"));
});

withTorch("the script trains, goes on where a shorter training ended, and does nothing twice", () => {
  const [short, long] = ["short", "long"].map((name) => join(folder, name)) as [string, string];
  for (const place of [short, long]) mkdirSync(place);
  const request = (fidelity: number, place: string, previous: object | null) => ({
    ...{ evoke: 1, architecture: CELL, components: space.decode(CELL), seed: 1, attempt: 1, fidelity, folder: place, previous },
  });
  const requests = [request(1, short, null), request(9, long, { fidelity: 1, folder: short }), request(9, long, null)];
  const printed = python(["train.py"], example, requests.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const said = printed
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(
    said.map(({ epoch = "result" }) => epoch),
    [1, "result", 2, 3, 4, 5, 6, 7, 8, 9, "result", "result"],
  );
  assert.is(said[1].score, said[0].value);
  assert.is(said[10].score, said[9].value);
  assert.equal(said[11], said[10]);
  assert.ok(said[10].score > 90, `${said[10].score} % right after 9 epochs`);
});

/** Prints what both networks make of one image batch, the exported one's weights being in the other. */
const PROGRAM = `
import json, sys, torch
sys.path.insert(0, sys.argv[1])
import exported, model
torch.manual_seed(1)
theirs, ours = exported.Network(), model.Network(sys.argv[2])
for values in (theirs.state_dict().values(), ours.state_dict().values()): print(sum(v.numel() for v in values if v.dtype == torch.float32))
ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))
images = torch.rand(5, 1, 8, 8)
print((theirs(images) - ours(images)).abs().max().item())
`;

withTorch("the network of the example is the one that is exported", () => {
  const all = "|nor_conv_3x3~0|+|skip_connect~0|nor_conv_1x1~1|+|avg_pool_3x3~0|nor_conv_1x1~1|nor_conv_3x3~2|";
  for (const cell of [all, CELL.replace("nor_conv_1x1~0|skip_connect~1", "avg_pool_3x3~0|skip_connect~1")]) {
    const { code } = torchModule(space.network!(space.decode(cell)), { architecture: cell, space: "nas-bench-201" });
    writeFileSync(join(folder, "exported.py"), code);
    const [exported, written, apart] = python(["-c", PROGRAM, folder, cell], example).trim().split("\n").map(Number);
    assert.is(written, exported);
    assert.ok(apart! < 1e-5, `${apart} apart`);
  }
});

withTorch("the network of the example has the parameters that the space counts, for any cell", () => {
  const cells = [
    CELL,
    "|none~0|+|none~0|none~1|+|none~0|nor_conv_1x1~1|none~2|",
    "|skip_connect~0|+|none~0|none~1|+|none~0|none~1|none~2|",
  ];
  const program = `import sys; from model import Network
for cell in sys.argv[1:]: print(sum(p.numel() for p in Network(cell).parameters()))`;
  assert.equal(
    python(["-c", program, ...cells], example)
      .trim()
      .split("\n")
      .map(Number),
    cells.map((cell) => space.cost!(space.decode(cell)).parameters),
  );
});

test.run();
