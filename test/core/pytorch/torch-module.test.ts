import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { torchModule } from "../../../core/pytorch/torch-module.ts";
import { VERSION } from "../../../core/version.ts";
import { hasPython, PYTHON_ABSENT, python } from "../../python.ts";
import { when } from "../../when.ts";
import { examples, golden } from "./networks.ts";

const modules = examples.map((example) => torchModule(example.network, example));

test("the code of a cell is as it was", () => {
  const { code } = torchModule(golden.network, golden);
  assert.is(code.replace(VERSION, "VERSION"), readFileSync(new URL("golden.py", import.meta.url), "utf8"));
});

test("no line has more than 100 columns, but for the text of an architecture", () => {
  for (const { code } of modules)
    assert.equal(
      code
        .split("\n")
        .slice(4)
        .filter((line) => line.length > 100),
      [],
    );
});

when(
  test,
  hasPython,
  PYTHON_ABSENT,
)("what is written is Python", () => {
  const folder = mkdtempSync(join(tmpdir(), "evoke-test-"));
  for (const [i, { code }] of modules.entries()) writeFileSync(join(folder, `module_${i}.py`), code);
  python(["-m", "py_compile", ...modules.map((_, i) => `module_${i}.py`)], folder);
  rmSync(folder, { recursive: true });
});

test.run();
