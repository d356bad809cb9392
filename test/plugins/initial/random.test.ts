import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/rng.ts";
import random from "../../../plugins/initial/random.ts";
import { initialContract } from "../../contracts/small-kinds.ts";
import { tinySpace } from "../../fixtures.ts";

const space = tinySpace(3, 4);
const create = (seed: number) => random.create({}, { space, rng: randomStream(seed, "/subspaces/initial") });
for (const [title, run] of initialContract("random", space, 5, create)) test(title, run);

test("random gives other centres for another seed", async () => {
  assert.not.equal(await (await create(1)).centres(10), await (await create(2)).centres(10));
});

test.run();
