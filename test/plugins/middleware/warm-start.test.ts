import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import warmStart from "../../../plugins/middleware/warm-start.ts";
import { middlewareContract } from "../../contracts/middleware.ts";
import { read, runWith, small } from "../../experiments.ts";
import { tinySpace } from "../../fixtures.ts";

const two = (seed: number) => [randomStream(seed, "/test"), randomStream(seed + 1, "/test")];
for (const [title, run] of middlewareContract(warmStart, (space) => ({
  architectures: two(1).map((rng) => space.encode(space.sample(rng))),
})))
  test(title, run);

const given = ["1-1-0-0", "0-1-1-1"];
const warm = {
  ...small,
  subspaces: undefined,
  controller: "random",
  middleware: [{ use: "warm-start", options: { architectures: given } }],
};
const proposed = async (manifest: object) =>
  (await runWith(manifest)).events.flatMap((event) => (event.type === "architecture.proposed" ? [event.architecture] : []));

test("warm-start proposes the given architectures first, then what the controller proposes", async () => {
  const cold = await proposed({ ...warm, middleware: [] });
  assert.equal(await proposed(warm), [...given, ...cold.slice(0, -2)]);
});

test("warm-start's proposals are charged as any other", async () => {
  const { result } = await runWith({ ...warm, budget: { queries: 2 } });
  assert.equal(result, {
    seed: 1,
    best: { architecture: "0-1-1-1", score: 80, test: 79 },
    queries: 2,
    distinct: 2,
    cost: { seconds: 4 },
    updates: 0,
    centres: [],
  });
});

test("the controller observes what was given", async () => {
  // A population of one mutates what it has: the second given architecture, since the first has died.
  const evolution = { use: "regularized-evolution", options: { population: 1, tournament: 1 } };
  const third = (await proposed({ ...warm, controller: evolution, budget: { queries: 3 } }))[2]!;
  const apart = third.split("-").filter((operation, component) => operation !== given[1]!.split("-")[component]);
  assert.is(apart.length, 1, third);
});

test("no-repeats remembers what was given, whichever of the two is the outer one", async () => {
  const repeats = {
    ...warm,
    middleware: [{ use: "warm-start", options: { architectures: ["1-1-0-0", "1-1-0-0"] } }],
    budget: { queries: 5 },
  };
  assert.is((await runWith(repeats)).result!.distinct, 4);
  for (const middleware of [
    ["no-repeats", ...repeats.middleware],
    [...repeats.middleware, "no-repeats"],
  ]) {
    const space = tinySpace(4, 3);
    const { events } = await runWith({ ...repeats, middleware, budget: { queries: 60 } });
    const charged = events.flatMap((event) =>
      event.type === "architecture.evaluated" && event.charged.queries > 0 ? [event.architecture] : [],
    );
    const again = charged.filter((text, i) => charged.indexOf(text) < i && i > 1);
    assert.equal(again, [], `${charged.map((text) => space.decode(text))}`);
  }
});

test("warm-start refuses a text that is no architecture, and a manifest with subspaces", async () => {
  assert.throws(() => warmStart.create({ architectures: ["0-1-9"] }, { space: tinySpace(3, 4) }), /0-1-9/);
  const message = await read({ ...warm, controller: "uniform", subspaces: small.subspaces }).then(
    () => "it was taken",
    (error: Error) => error.message,
  );
  assert.match(
    message,
    /Cannot compose middleware "warm-start" \(built in\) at \/middleware\/0 of test\.json: it is for a search of the whole space/,
  );
});

test.run();
