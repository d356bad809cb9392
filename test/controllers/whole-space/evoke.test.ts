import { suite } from "uvu";
import * as assert from "uvu/assert";
import evoke from "../../../controllers/whole-space/evoke.ts";
import type { Proposal } from "../../../core/plugin/controller.ts";
import { randomStream } from "../../../core/random/rng.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import { controllerContract, type Trial, tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { conditionalSpace, unevenSpace } from "../../contracts/uneven-spaces.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const test = suite("controllers/evoke");
/** All of the search in subspaces within few queries. */
const EVOKING = { whole: 0, initial: 5, patience: 8, nearest: 12, candidates: 60, restarts: 1, rung: 10, reduction: 2, perRound: 3 };

for (const [title, run] of controllerContract(evoke)) test(title, run);
for (const [title, run] of controllerContract(evoke, { ...EVOKING, batch: 4 })) test(`${title}, in subspaces, four at once`, run);
for (const [title, run] of optimumContract(evoke, { queries: 100 })) test(title, run);
for (const [title, run] of optimumContract(evoke, { queries: 100, space: unevenSpace() })) test(title, run);
for (const [title, run] of optimumContract(evoke, { queries: 150, options: { whole: 0 } })) test(`${title}, in subspaces`, run);

/** Where there is one fidelity. */
const trying = (trial: Trial) => tryController(evoke, { fidelities: [9], ...trial });
const texts = (proposals: readonly Proposal[]) => proposals.map(({ architecture }) => architecture.join("-"));

for (const options of [{}, { whole: 0 }, EVOKING])
  test(`a small space is gone through before anything is proposed again (${JSON.stringify(options)})`, async () => {
    const { search } = await trying({ space: tinySpace(3, 4), options: { ...options, whole: 64, batch: 1 } });
    const proposals = texts(search(70));
    assert.is(new Set(proposals.slice(0, 64)).size, 64);
  });

for (const [where, options] of [
  ["the whole space", {}],
  ["subspaces", EVOKING],
] as const) {
  test(`in ${where}, nothing is proposed that the limits do not admit`, async () => {
    const feasible = (architecture: Architecture) => architecture.reduce((sum, choice) => sum + choice, 0) <= 6;
    const { search } = await trying({ options, feasible });
    for (const { architecture } of search(100)) assert.ok(feasible(architecture), architecture.join());
  });

  test(`in ${where}, proposals that are under way at once differ from each other and from all before`, async () => {
    for (const space of [tinySpace(5, 4), conditionalSpace()]) {
      const { play } = await trying({ space, options: { ...options, batch: 8 } });
      const proposed = play(80, "as finished").flatMap((move) => ("proposed" in move ? [move.proposed] : []));
      assert.is(new Set(texts(proposed)).size, proposed.length);
    }
  });

  test(`in ${where}, what failed keeps it away from its like, by 4 standard errors (seeds 1 to 20)`, async () => {
    const space = tinySpace(6, 4);
    const value = separableValidation(space);
    const failing = (architecture: Architecture) => (architecture[0] === 0 ? Number.NaN : value(architecture));
    const shares: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const { search } = await trying({ space, options, seed, score: failing });
      shares.push(search(60).filter(({ architecture }) => architecture[0] === 0).length / 60);
    }
    const mean = shares.reduce((a, b) => a + b) / shares.length;
    const error = Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / 19 / 20);
    assert.ok(mean + 4 * error < 0.25, `${mean} ± ${error} of the proposals fail, where a quarter of the space does`);
  });
}

test("with noise as large as a step it still comes close to the best (seeds 1 to 10)", async () => {
  const space = tinySpace(5, 4);
  const value = separableValidation(space);
  let sum = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const noise = randomStream(seed, "/noise");
    const { search } = await trying({ space, seed, score: (one) => value(one) + 8 * (noise.next() - 0.5) });
    sum += Math.max(...search(80).map(({ architecture }) => value(architecture))) / 10;
  }
  assert.ok(sum > 88, `${sum}, the best being 90 and the next 86`);
});

test("it is patient: where nothing better comes, other subspaces are evoked after so many evaluations", async () => {
  const space = tinySpace(12, 4);
  const proposed = async (patience: number) => (await trying({ space, options: { ...EVOKING, patience }, score: () => 50 })).search(40);
  const [short, long] = [await proposed(8), await proposed(20)];
  const same = texts(short).findIndex((text, q) => text !== texts(long)[q]);
  assert.is(same, 9, "the first is better than none, and eight are not better than it");
});

test("the whole space is left for subspaces when more is known than a model learns from", async () => {
  const space = tinySpace(5, 4);
  const proposed = async (options: object) => texts((await trying({ space, options: { nearest: 20, ...options } })).search(40));
  const [both, all] = [await proposed({}), await proposed({ nearest: 100 })];
  assert.equal(both.slice(0, 20), all.slice(0, 20));
  assert.not.equal(both, all);
});

const WHOLE = { initial: 5, whole: 20_000 };
const ABLATIONS = [
  { acquisition: "upper-confidence" },
  { acquisition: "upper-confidence", beta: 0.5 },
  { acquisition: "thompson" },
  { linears: [1], localLinears: [1] },
  { incumbent: "value" },
  { incumbent: "believed" },
  { choices: 0 },
  { features: "choices" },
  { features: "both" },
  { warping: "ranks", localWarping: "ranks" },
  { answer: "expected" },
];
for (const [where, options] of [
  ["the whole space", WHOLE],
  ["subspaces", EVOKING],
] as const) {
  for (const ablation of ABLATIONS)
    for (const [title, run] of optimumContract(evoke, {
      queries: 150,
      options: { whole: 0, ...ablation, ...(options === WHOLE && WHOLE) },
    }))
      test(`${title}, in ${where}, with ${JSON.stringify(ablation)}`, run);

  test(`in ${where}, each acquisition proposes something else, and so do other kernels, warpings and incumbents`, async () => {
    // Components whose choices are alike have the same model by any features.
    const same = ["features", "answer", ...(options === EVOKING ? ["incumbent", "choices"] : [])];
    const others = ABLATIONS.filter((ablation) => !same.some((name) => name in ablation));
    const proposed = await Promise.all(
      [{}, ...others].map(async (ablation) => texts((await trying({ options: { ...options, ...ablation } })).search(40)).join()),
    );
    assert.is(new Set(proposed).size, proposed.length);
  });

  test(`in ${where}, what is new is begun at the lowest fidelity, and only the best are measured at higher ones`, async () => {
    const space = tinySpace(6, 4);
    const { play } = await tryController(evoke, { space, options, fidelities: [1, 10], score: separableValidation(space) });
    const low = new Map<string, number>();
    const full: number[] = [];
    for (const move of play(110, "one at a time")) {
      if (!("observed" in move)) continue;
      const { architecture, fidelity, score } = move.observed;
      if (fidelity === 1) low.set(architecture.join(), score);
      else {
        assert.is(low.get(architecture.join()), score, "it was measured at the lowest before");
        full.push(score);
      }
    }
    assert.is(low.size + full.length, 110, "nothing is measured twice at one fidelity");
    assert.ok(full.length >= 9 && full.length <= 20, `${full.length} of ${low.size}`);
    const ranked = [...low.values()].sort((a, b) => b - a);
    assert.ok(full.includes(ranked[0]!), "the best of all is among them");
    assert.ok(full.reduce((sum, score) => sum + score) / full.length > ranked[30]!);
  });
}

test("asked for the full fidelity only, it names no other", async () => {
  const { search } = await tryController(evoke, { options: { fidelities: "full" } });
  assert.ok(search(60).every(({ fidelity }) => fidelity === undefined));
});

test("it names its answer itself only if it is to be what the model expects most of", async () => {
  assert.is((await trying({})).controller.answer, undefined);
  const { controller } = await trying({ options: { answer: "expected" } });
  assert.is(
    controller.answer!([
      { architecture: [0, 0, 0, 0, 0], score: 1 },
      { architecture: [1, 1, 1, 1, 1], score: 9 },
    ]),
    1,
  );
});

test("functions are drawn for the exponential kernel of what is computed alone, and that is said", async () => {
  for (const [options, named] of [
    [{ linears: [0, 1] }, '"linears": [0, 1]'],
    [{ choices: 0.1 }, '"choices": 0.1'],
  ] as const) {
    const told = await trying({ options: { acquisition: "thompson", ...options } }).catch((error: Error) => error.message);
    const said = `Cannot use "acquisition": "thompson" with ${named}: functions are drawn for`;
    assert.ok(String(told).includes(said), String(told));
  }
});

test.run();
