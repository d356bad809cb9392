import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../core/errors/index.ts";
import { randomStream } from "../../../core/random/rng.ts";
import random from "../../../plugins/initial/random.ts";
import { initialContract } from "../../contracts/small-kinds.ts";
import { tinySpace } from "../../fixtures.ts";

const space = tinySpace(3, 4);
const create = (seed: number) => random.create({}, { space, rng: randomStream(seed, "/subspaces/initial"), feasible: () => true });
for (const [title, run] of initialContract("random", space, 5, create)) test(title, run);

test("random gives other centres for another seed", async () => {
  assert.not.equal(await (await create(1)).centres(10), await (await create(2)).centres(10));
});

test("random draws again what the limits do not admit, and gives up where they admit nothing", async () => {
  const drawn = (feasible: (architecture: readonly number[]) => boolean) =>
    random.create({}, { space, rng: randomStream(1, "/subspaces/initial"), feasible });
  const even = (architecture: readonly number[]) => architecture.every((operation) => operation % 2 === 0);
  assert.ok((await (await drawn(even)).centres(20)).every(even));
  const nothing = await drawn(() => false);
  assert.throws(
    () => nothing.centres(1),
    (error: EvokeError) => error.code === "LIMITS_UNMET",
  );
});

test.run();
