import { test } from "uvu";
import * as assert from "uvu/assert";
import given from "../../../plugins/initial/given.ts";
import { initialContract } from "../../contracts/small-kinds.ts";
import { tinySpace } from "../../fixtures.ts";

const space = tinySpace(3, 4);
const architectures = ["0-1-2", "3-3-3"];
for (const [title, run] of initialContract("given", space, 2, () => given.create({ architectures }, { space }))) test(title, run);

test("given keeps the order of the manifest", async () => {
  const { centres } = await given.create({ architectures }, { space });
  assert.equal(await centres(2), [
    [0, 1, 2],
    [3, 3, 3],
  ]);
});

test("given refuses a text that is no architecture, at composition", () => {
  assert.throws(() => given.create({ architectures: ["0-1-9"] }, { space }), /0-1-9/);
});

test.run();
