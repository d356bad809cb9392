/** What a method of weight sharing gives and asks for is looked at, and told by the controller's name. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EvokeError } from "../../../../core/errors/index.ts";
import { Blame } from "../../../../core/plugin/checks/blame.ts";
import { checkedMethod, checkMethod } from "../../../../core/plugin/checks/weight-sharing.ts";
import type { Mixture, SharedWeights, WeightSharingMethod } from "../../../../core/training/weight-sharing.ts";
import { drawnToy, toyOpenNetwork, toySharedWeights } from "../../../contracts/toy-shared-weights.ts";
import { space } from "../../../experiments.ts";
import { ToyMethod } from "../../../support/weight-sharing-toy.ts";

const open = toyOpenNetwork(space);
const place = { plugin: { kind: "controller", name: "mine" }, pointer: "/controller", file: "m.json" } as const;
const owner = { place, blame: new Blame([place], space) };
const even = open.edges.map(({ operations }) => operations.map(() => 1 / operations.length));
const spoilt = (value: number): Mixture => even.with(0, even[0]!.with(0, value));
const standing = { loss: 1, probabilities: even };

type Changes = { readonly [M in keyof WeightSharingMethod]?: unknown };

function methodWith(changes: Changes): WeightSharingMethod {
  const toy = new ToyMethod(open);
  const { schedule, publishedSteps } = toy;
  return {
    ...{ schedule, publishedSteps, save: () => [1], restore() {}, epoch: async () => standing, rank: async () => [space.sample(rng())] },
    ...(changes as object),
  };
}

const rng = () => toy().rng;
function toy(): SharedWeights & { begin(epoch: number): void } {
  const weights = toySharedWeights(drawnToy(open.edges, { ...new ToyMethod(open).schedule, epochs: 2 }, 1));
  weights.begin(1);
  return Object.assign(weights, { recall: () => new Promise<void>((resolve) => setTimeout(resolve, 5)) });
}

/** What the first epoch and the ranking of a method come to. */
async function failure(changes: Changes): Promise<string> {
  try {
    const method = methodWith(changes);
    checkMethod(method, place);
    const checked = checkedMethod(method, open, space, owner);
    const weights = toy();
    await checked.epoch(1, weights);
    checked.restore(checked.save());
    await checked.rank(weights, open);
    return "none";
  } catch (error) {
    assert.instance(error, EvokeError);
    return (error as Error).message;
  }
}

const asking = (ask: (weights: SharedWeights) => unknown): Changes => ({
  epoch: async (_: number, weights: SharedWeights) => {
    await ask(weights);
    return standing;
  },
});
const { schedule } = new ToyMethod(open);
const epochs = (given: unknown): Changes => ({ epoch: async () => given });

test("a method that is right goes through as it is", async () => {
  assert.is(await failure({}), "none");
  const own = new ToyMethod(open);
  const checked = checkedMethod(own, open, space, owner);
  assert.equal(await checked.epoch(1, toy()), await new ToyMethod(open).epoch(1, toy()));
  assert.equal(checked.save(), own.save());
});

const WRONG: readonly (readonly [what: string, changes: Changes, told: RegExp])[] = [
  ["no schedule", { schedule: undefined }, /prepare\(\) must search by a method: its "schedule" must be an object; found nothing/],
  ["half a schedule", { schedule: { epochs: 2 } }, /its schedule: the property "batchSize" is missing/],
  ["an impossible schedule", { schedule: { ...schedule, epochs: 0 } }, /its schedule\/epochs: must be >= 1; found 0/],
  ["no steps", { publishedSteps: 0 }, /its "publishedSteps" must be a finite number above 0; found 0/],
  ["a fractional share", { partial: 0.5 }, /its "partial" must be a whole number from 1; found 0\.5/],
  ["no ranking", { rank: undefined }, /it has no method "rank"/],
  ["an epoch that gives nothing", epochs(undefined), /epoch\(\) must give a promise of \{ "loss", "probabilities" \}; it gave nothing/],
  ["a loss that is a text", epochs({ ...standing, loss: "1" }), /epoch\(\) must give a number as "loss"; it gave "1", a text/],
  [
    "too few edges",
    epochs({ loss: 1, probabilities: even.slice(1) }),
    /as "probabilities" .*that is 3 \+ .* numbers; it gave 3 \+ .* numbers/,
  ],
  ["negative shares", epochs({ loss: 1, probabilities: spoilt(-1) }), /epoch\(\) must give "probabilities" from 0/],
  [
    "shares that diverged",
    epochs({ loss: 1, probabilities: spoilt(Number.NaN) }),
    /in epoch 1 the weights of the operations were not finite/,
  ],
  ["an end that is a text", epochs({ ...standing, ended: "yes" }), /must give true or false as "ended", or none; it gave "yes"/],
  ["a thrown text", asking(() => Promise.reject("boom")), /its epoch\(\) threw: boom/],
  ["a bare mixture", asking((weights) => weights.learn(even as never)), /epoch\(\) must give learn\(\) mixtures, each a number for each/],
  ["no mixtures", asking((weights) => weights.learn(undefined as never)), /must give learn\(\) a list of mixtures; it gave nothing/],
  ["a mixture that diverged", asking((weights) => weights.judge(spoilt(Number.NaN))), /the weights of the operations were not finite/],
  [
    "strange images",
    asking((weights) => weights.judge(even, { images: { of: "test" as never } })),
    /must give judge\(\) images of "weights"/,
  ],
  ["images of nothing", asking((weights) => weights.judge(even, { images: {} as never })), /must give judge\(\) images of "weights"/],
  ["no images", asking((weights) => weights.accuracies([even], 0)), /must give accuracies\(\) a whole number of images from 1, or "all"/],
  ["recall before remember", asking((weights) => weights.recall()), /its epoch\(\) calls recall\(\) before remember\(\)/],
  ["a move without direction", asking((weights) => weights.move(1)), /its epoch\(\) calls move\(\) before judge\(\) with "keep"/],
  [
    "what is not awaited",
    asking((weights) => weights.remember().then(() => void weights.recall())),
    /ends before it is answered: await each call/,
  ],
  ["nothing saved", { save: () => undefined }, /save\(\) must give a list of numbers; it gave nothing/],
  ["a restore that throws", { restore: () => ([] as string[]).at(0)!.length }, /its restore\(\) threw: Cannot read/],
  ["no answer", { rank: async () => [] }, /rank\(\) must give a promise of a list of architectures; it gave \[\]/],
  ["an answer that is no member", { rank: async () => [[9]] }, /rank\(\) must give a member of the space, .*; it gave \[9\]/],
];
for (const [what, changes, told] of WRONG)
  test(`${what}: it is told which method gave it, and of which controller`, async () => {
    const message = await failure(changes);
    assert.match(message, told);
    if (!message.includes("not finite")) assert.match(message, 'controller "mine" (built in) at /controller of m.json');
  });

test("weights that are asked after the epoch refuse, so nothing goes on unseen", async () => {
  let kept: SharedWeights | undefined;
  await failure(asking((weights) => void (kept = weights)));
  const error = await kept!.learn([even]).then(
    () => undefined,
    (error: Error) => error,
  );
  assert.match(error!.message, "ends before it is answered");
});

test.run();
