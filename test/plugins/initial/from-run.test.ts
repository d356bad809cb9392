import { test } from "uvu";
import * as assert from "uvu/assert";
import fromRun from "../../../plugins/initial/from-run.ts";
import { initialContract } from "../../contracts/small-kinds.ts";
import { tinySpace } from "../../fixtures.ts";

const space = tinySpace(3, 4);
const asked: string[] = [];
const runs = {
  open: async (experiment: string) => void asked.push(`open ${experiment}`),
  centres: async (experiment: string, seed: number) => {
    asked.push(`centres ${experiment} ${seed}`);
    return [`0-0-${seed % 4}`, "1-1-1"];
  },
};
const create = (seed: number) => fromRun.create({ experiment: "other.json" }, { space, seed, runs });
for (const [title, run] of initialContract("from-run", space, 2, create)) test(title, run);

test("from-run takes the final centres of the run of its own seed", async () => {
  asked.length = 0;
  assert.equal(await (await create(3)).centres(2), [
    [0, 0, 3],
    [1, 1, 1],
  ]);
  assert.equal(asked, ["open other.json", "centres other.json 3"]);
});

test.run();
