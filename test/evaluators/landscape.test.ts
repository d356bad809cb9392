import { readFile } from "node:fs/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../core/errors/index.ts";
import { mergePatch } from "../../core/json/merge-patch.ts";
import { problemsOf } from "../../core/json/schema.ts";
import type { Evaluator, Measurement } from "../../core/plugin/evaluator.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import { OUTSIDE_A_RUN } from "../../core/search/evaluations.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { CHOICES_SCHEMA, type ChoicesOptions } from "../../core/space/choices-space/language.ts";
import { describedSpace } from "../../core/space/choices-space/space.ts";
import { mean, standardDeviation } from "../../core/statistics/descriptive.ts";
import landscape from "../../evaluators/landscape.ts";
import { evaluatorContract } from "../contracts/evaluator.ts";
import { tinySpace } from "../fixtures.ts";

type Options = {
  readonly function: "nk" | "trap" | "plateau";
  readonly order: number;
  readonly noise?: number;
  readonly instance?: number;
};

function create(options: Options, space: Space, seed = 1): Evaluator {
  const complete = { ...options };
  assert.equal(problemsOf(landscape.options, complete), []);
  return landscape.create(complete as never, { space, seed }) as Evaluator;
}

function valueIn(evaluator: Evaluator): (architecture: Architecture) => number {
  return (architecture) => (evaluator.evaluate(architecture, undefined, OUTSIDE_A_RUN) as Measurement).score;
}

/** Components with 2, 3 and 4 choices in turn. */
const uneven = spaceOf([2, 3, 4, 2, 3, 4].map((count, i) => ({ name: `c${i}`, choices: range(count) })));
/** The last two components are there for one choice of the first. */
const conditional = spaceOf([
  { name: "a", choices: [0, 1, 2] },
  { name: "b", choices: [0, 1], when: { a: 1 } },
  { name: "c", choices: [0, 1, 2], when: { a: [1, 2] } },
  { name: "d", choices: [0, 1, 2, 3] },
]);

function spaceOf(components: ChoicesOptions["components"]): Space {
  return describedSpace({ components, costs: {}, imageSize: 8, imageChannels: 1, classes: 10 });
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Each once. */
function membersOf(space: Space): Architecture[] {
  const all = space.choices.reduce<number[][]>((some, own) => some.flatMap((one) => range(own.length).map((c) => [...one, c])), [[]]);
  const members = all.filter((one) => space.contains(one));
  assert.is(BigInt(members.length), space.size);
  return members;
}

const LANDSCAPES: readonly Options[] = [
  ...[1, 2, 3, 5].map((order): Options => ({ function: "nk", order })),
  ...[1, 2, 4].map((order): Options => ({ function: "trap", order })),
  ...[1, 3].map((order): Options => ({ function: "plateau", order })),
];

for (const options of LANDSCAPES.filter(({ order }) => order === 3 || order === 2))
  for (const [title, run] of evaluatorContract(`landscape ${options.function}`, tinySpace(5, 4), () => create(options, tinySpace(5, 4))))
    test(title, run);
for (const [title, run] of evaluatorContract("noisy landscape", uneven, () => create({ function: "nk", order: 1, noise: 3 }, uneven)))
  test(title, run);

test("the best of all architectures has 100 on each landscape, whatever its instance, and none has less than 0", () => {
  for (const space of [uneven, tinySpace(5, 3), conditional]) {
    const members = membersOf(space);
    for (const options of LANDSCAPES.filter(({ function: name, order }) => (space === conditional ? name !== "nk" && order < 4 : true)))
      for (const instance of [1, 2, 3]) {
        const values = members.map(valueIn(create({ ...options, instance }, space)));
        assert.is(Math.max(...values), 100, JSON.stringify(options));
        assert.ok(Math.min(...values) >= 0, JSON.stringify(options));
        if (options.function === "nk") assert.is(Math.min(...values), 0, JSON.stringify(options));
      }
  }
});

test("nk with order 1 is a sum over components, and with order 2 a sum over neighbours", () => {
  const interaction = (order: number, [i, j]: readonly [number, number]) => {
    const value = valueIn(create({ function: "nk", order }, uneven));
    const at = (a: number, b: number) => value(range(6).map((l) => (l === i ? a : l === j ? b : 0)));
    return Math.abs(at(1, 1) - at(1, 0) - at(0, 1) + at(0, 0));
  };
  assert.ok(interaction(1, [2, 3]) < 1e-12);
  assert.ok(interaction(2, [2, 3]) > 0.1);
  assert.ok(interaction(2, [1, 3]) < 1e-12);
});

test("trap has the values of Deb and Goldberg where there are two choices, and leads away from its optimum where there are more", () => {
  const two = tinySpace(4, 2);
  const value = valueIn(create({ function: "trap", order: 4 }, two));
  const right = membersOf(two).find((one) => value(one) === 100)!;
  const byRight = new Map(membersOf(two).map((one) => [one.filter((choice, l) => choice === right[l]).length, value(one)]));
  assert.equal(
    [0, 1, 2, 3, 4].map((count) => Math.round(1e9 * byRight.get(count)!) / 1e9),
    [80, 53.333333333, 26.666666667, 0, 100],
  );

  const four = tinySpace(6, 4);
  const deceptive = valueIn(create({ function: "trap", order: 6 }, four));
  const climbed = range(20).map((seed) => climb(four, deceptive, four.sample(randomStream(seed, "/test"))));
  assert.ok(climbed.filter((value) => value === 80).length > 15, `${climbed}`);
});

/** The value of the local optimum that steps to the best neighbour lead to. */
function climb(space: Space, value: (architecture: Architecture) => number, from: Architecture): number {
  const best = space.neighbours(from).reduce((a, b) => (value(b) > value(a) ? b : a));
  return value(best) > value(from) ? climb(space, value, best) : value(from);
}

test("plateau is 0 for nearly all architectures, and rises in equal steps near its optimum", () => {
  const space = tinySpace(6, 4);
  const values = membersOf(space).map(valueIn(create({ function: "plateau", order: 3 }, space)));
  const counts = [0, 100 / 3, 200 / 3, 100].map((step) => values.filter((value) => value === step).length);
  assert.equal(counts, [4096 - 135 - 18 - 1, 135, 18, 1]); // C(6, 4) 3² = 135, C(6, 5) 3 = 18
});

test("noise has the wanted deviation around the value, which the test metric is", () => {
  const evaluator = create({ function: "nk", order: 2, noise: 5 }, uneven);
  const exact = create({ function: "nk", order: 2 }, uneven);
  const [architecture] = membersOf(uneven);
  const tested = evaluator.test!(architecture!) as { readonly value: number };
  assert.is(tested.value, valueIn(exact)(architecture!));
  const scores = range(2000).map((query) => {
    const context = { ...OUTSIDE_A_RUN, rng: randomStream(1, `/evaluator#${query}`) };
    return (evaluator.evaluate(architecture!, undefined, context) as Measurement).score;
  });
  // 4 standard errors: of the mean 5/√2000, of the deviation 5/√4000.
  assert.ok(Math.abs(mean(scores) - tested.value) < 4 * 0.112);
  assert.ok(Math.abs(standardDeviation(scores) - 5) < 4 * 0.079);
});

test("a run has a landscape of its own, unless an instance is given", () => {
  const valuesOf = (options: Options, seed: number) => membersOf(uneven).map(valueIn(create(options, uneven, seed)));
  const options: Options = { function: "nk", order: 2 };
  assert.equal(valuesOf(options, 1), valuesOf(options, 1));
  assert.not.equal(valuesOf(options, 1), valuesOf(options, 2));
  assert.equal(valuesOf({ ...options, instance: 7 }, 1), valuesOf({ ...options, instance: 7 }, 2));
});

test("a landscape that cannot be made in a space is an error that says what can", () => {
  const messageOf = (options: Options, space: Space) => {
    try {
      create(options, space);
    } catch (error) {
      assert.is((error as EvokeError).code, "LANDSCAPE_INVALID");
      return (error as EvokeError).message;
    }
    return "";
  };
  assert.match(messageOf({ function: "nk", order: 2 }, conditional), /not every combination.*\n.*trap or plateau/s);
  assert.match(messageOf({ function: "trap", order: 7 }, uneven), /its order is 7.*6 at most/s);
  assert.match(messageOf({ function: "plateau", order: 6 }, uneven), /5 at most/);
  assert.match(messageOf({ function: "nk", order: 12 }, tinySpace(12, 4)), /4194304 combinations/);
});

test("the constrained task of the benchmark of searches says the best value that its limit admits", async () => {
  const { base, tasks } = JSON.parse(await readFile("manifests/search-benchmark.json", "utf8"));
  const { experiment, best } = tasks.constrained;
  const merged = mergePatch(base, experiment) as typeof base;
  assert.equal(problemsOf(CHOICES_SCHEMA, merged.space.options), []); // with the defaults
  const space = describedSpace(merged.space.options);
  const value = valueIn(create(merged.evaluator.options, space));
  const limit = merged.constraints[0].options.most;
  const first = space.choices.map(() => 0);
  /** Of an architecture with the first choices but in some places. */
  const of = (changes: Readonly<Record<number, number>>) =>
    Object.entries(changes).reduce((a, [l, choice]) => a.with(Number(l), choice), first);
  const costAt = (l: number, choice: number) => space.cost!(of({ [l]: choice })).cost! - space.cost!(first).cost!;
  const spent = space.cost!(first).cost!;
  // With runs of two, what a choice adds depends on the one before it alone. So of those with one last choice and one cost the best will do.
  type State = { readonly cost: number; readonly value: number; readonly architecture: Architecture };
  let states: State[] = [{ cost: spent, value: value(first), architecture: [] }];
  for (const [l, choices] of space.choices.entries()) {
    const next = new Map<string, State>();
    for (const { cost, value: before, architecture } of states)
      for (const choice of choices.keys()) {
        const last = l > 0 ? { [l - 1]: architecture.at(-1)! } : {};
        const state = {
          cost: cost + costAt(l, choice),
          value: before + value(of({ ...last, [l]: choice })) - value(of(last)),
          architecture: [...architecture, choice],
        };
        const key = `${choice} ${state.cost}`;
        if (state.cost <= limit && state.value > (next.get(key)?.value ?? Number.NEGATIVE_INFINITY)) next.set(key, state);
      }
    states = [...next.values()];
  }
  const found = states.reduce((a, b) => (b.value > a.value ? b : a));
  assert.ok(Math.abs(found.value - value(found.architecture)) < 1e-9);
  assert.is(value(found.architecture), best.test);
  assert.ok(best.test < 100);
});

test.run();
