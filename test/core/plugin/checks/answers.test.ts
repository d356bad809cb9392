import { test } from "uvu";
import * as assert from "uvu/assert";
import { type ErrorCode, EvokeError } from "../../../../core/errors/index.ts";
import { checkedDistance } from "../../../../core/plugin/checks/answers.ts";
import { Blame, type Place } from "../../../../core/plugin/checks/blame.ts";
import type { Controller, Proposal } from "../../../../core/plugin/controller.ts";
import type { Evaluator } from "../../../../core/plugin/evaluator.ts";
import type { Kind, Kinds } from "../../../../core/plugin/plugin.ts";
import type { Space } from "../../../../core/plugin/space.ts";
import { OUTSIDE_A_RUN } from "../../../../core/search/evaluations.ts";
import { around, composed, runWith, separable, small, space } from "../../../experiments.ts";

const wholeSpace = { ...small, subspaces: undefined, controller: "random" };
const later = (value: unknown) => (async () => value) as never;

/** The error that ends a run, or its composition, with an odd plugin. */
async function told(kind: Kind, instance: object, manifest: object, extra: readonly Parameters<typeof around>[] = []): Promise<EvokeError> {
  const plugins = [around(kind, "odd", instance as never), ...extra.map((one) => around(...one))];
  const error = await runWith(manifest, plugins).then(
    ({ error }) => error,
    (error) => error,
  );
  assert.instance(error, EvokeError);
  return error as EvokeError;
}
async function refused(kind: Kind, instance: object, manifest: object, message: string, code: ErrorCode = "PLUGIN_ANSWER_INVALID") {
  const error = await told(kind, instance, manifest);
  assert.ok(error.message.includes(message), `${error.message}\ndoes not include\n${message}`);
  assert.is(error.code, code);
}

test("a score or seconds that are not finite numbers, and an invalid measurement, are named as what they are", async () => {
  for (const asynchronous of [false, true]) {
    for (const [answer, problem] of [
      [{ score: "93.1", seconds: 1 }, 'must give a finite number as "score"; it gave "93.1", a text.'],
      [{ score: Number.NaN, seconds: 1 }, 'must give a finite number as "score"; it gave NaN.'],
      [{ score: Number.POSITIVE_INFINITY, seconds: 1 }, 'must give a finite number as "score"; it gave Infinity.'],
      [{ seconds: 1 }, 'must give a finite number as "score"; it gave nothing.'],
      [{ score: 1, seconds: -1 }, 'must give a finite number from 0 as "seconds"; it gave -1.'],
      [{ score: 1, seconds: "1" }, 'must give a finite number from 0 as "seconds"; it gave "1", a text.'],
      [93.1, 'must give { "score", "seconds" }; it gave 93.1.'],
      [undefined, 'must give { "score", "seconds" }; it gave nothing.'],
    ] as const) {
      const evaluate = asynchronous ? later(answer) : () => answer;
      const message = `evaluator "odd" (built in) at /evaluator of test.json: its evaluate() ${problem}`;
      await refused("evaluator", { ...separable, evaluate }, { ...wholeSpace, evaluator: "odd" }, message);
    }
  }
});

test("a measurement may come in a promise of any make", async () => {
  const evaluate = (architecture: readonly number[]) => ({
    // biome-ignore lint/suspicious/noThenProperty: as promises of other makes have it
    then: (resolve: (measurement: unknown) => void) => resolve(separable.evaluate(architecture, undefined, OUTSIDE_A_RUN)),
  });
  const odd = around("evaluator", "odd", { ...separable, evaluate } as unknown as Evaluator);
  assert.equal((await runWith({ ...small, evaluator: "odd" }, [odd])).result, (await runWith(small)).result);
});

test("wrong measurements are failures like others: the policy says what becomes of them, and a run without any other says why", async () => {
  let calls = 0;
  const sometimes = () => ({ score: ++calls % 2 === 0 ? Number.NaN : 50, seconds: 1 });
  const manifest = { ...wholeSpace, evaluator: "odd", failures: { remedy: "reject" } };
  const { result, events } = await runWith(manifest, [around("evaluator", "odd", { ...separable, evaluate: sometimes })]);
  assert.is(result!.queries, 20);
  assert.is(events.filter(({ type }) => type === "evaluation.failed").length, 10);
  const never = { ...separable, evaluate: () => ({ score: Number.NaN, seconds: 1 }) };
  await refused("evaluator", never, manifest, "The last one failed: Cannot go on with evaluator", "EVALUATIONS_FAILED");
});

test("where no first centre can be evaluated, or one that cannot be replaced, the run says what failed", async () => {
  let calls = 0;
  const evaluate = () => {
    calls++;
    throw new Error("no memory");
  };
  const manifest = { ...small, evaluator: "odd", failures: { remedy: "reject" } };
  await refused("evaluator", { ...separable, evaluate }, manifest, "The last one failed: no memory", "EVALUATIONS_FAILED");
  assert.ok(calls < 200, `${calls}`);
  const { count } = small.subspaces;
  const initial = { use: "given", options: { architectures: Array.from({ length: count }, () => "0-0-0-0") } };
  const given = { ...manifest, subspaces: { ...small.subspaces, initial } };
  await refused("evaluator", { ...separable, evaluate }, given, "gives no other in its place. It failed: no memory", "EVALUATIONS_FAILED");
});

test("a first centre whose evaluation fails is replaced by another draw, free of charge where first centres are", async () => {
  const evaluate = (architecture: readonly number[]) => {
    if (architecture[0] !== 1) throw new Error("only ones");
    return { score: 50, seconds: 1 };
  };
  const manifest = { ...small, evaluator: "odd", failures: { remedy: "reject" } };
  const { result, events } = await runWith(manifest, [around("evaluator", "odd", { ...separable, evaluate })]);
  const failed = events.filter((event) => event.type === "evaluation.failed" && event.query === -1);
  assert.ok(failed.length > 0);
  assert.is(result!.queries, 20);
  assert.ok((result!.failed ?? 0) >= failed.length);
});

test("a test must give a complete test metric and a finite number", async () => {
  const { metric } = separable.test!([0, 0, 0, 0]) as { metric: object };
  for (const [answer, problem] of [
    [{ metric, value: "93" }, 'must give a finite number as "value"; it gave "93", a text.'],
    [
      { metric: { ...metric, split: "validation" }, value: 93 },
      'must give a complete metric: its "metric.split" must be "test"; found "validation"',
    ],
    [{ value: 93 }, 'must give a complete metric: its "metric" must be an object; found nothing'],
    [undefined, 'must give { "metric", "value" }; it gave nothing.'],
  ] as const)
    for (const test of [() => answer, later(answer)])
      await refused("evaluator", { ...separable, test }, { ...small, evaluator: "odd" }, `its test() ${problem}`);
});

test("rewards, acceptance rules and distances must give numbers and answers, and none of them later", async () => {
  for (const [kind, instance, slots, problem] of [
    [
      "reward",
      { shape: () => "1" },
      { reward: ["odd"] },
      'reward "odd" (built in) at /reward/0 of test.json: its shape() must give a finite number; it gave "1", a text.',
    ],
    [
      "reward",
      { shape: (r: number) => r, value: () => Number.NaN },
      { reward: ["odd", "improvement"] },
      "its value() must give a finite number; it gave NaN.",
    ],
    [
      "reward",
      { shape: later(1) },
      { reward: ["odd"] },
      "its shape() gave a promise; of a plugin of kind reward only create may be asynchronous.",
    ],
    [
      "acceptance",
      { accepts: () => 1 },
      { subspaces: { ...small.subspaces, accept: ["odd"] } },
      "at /subspaces/accept/0 of test.json: its accepts() must give true or false; it gave 1.",
    ],
    [
      "acceptance",
      { accepts: later(true) },
      { subspaces: { ...small.subspaces, accept: ["odd"] } },
      "its accepts() gave a promise; of a plugin of kind acceptance only create may",
    ],
    [
      "acceptance",
      { accepts: () => true, feasible: () => undefined },
      { constraints: ["odd"] },
      "at /constraints/0 of test.json: its feasible() must give true or false; it gave nothing.",
    ],
    [
      "distance",
      { between: () => Number.NaN },
      { distance: "odd" },
      "at /distance of test.json: its between() must give a finite number from 0; it gave NaN.",
    ],
    [
      "distance",
      { between: later(1) },
      { distance: "odd" },
      "its between() gave a promise; of a plugin of kind distance only create may be asynchronous.",
    ],
    [
      "initial",
      { centres: () => 3 },
      { subspaces: { ...small.subspaces, initial: "odd" } },
      "its centres() must give a list of architectures; it gave 3.",
    ],
    [
      "initial",
      { centres: later([[0, 0, 0]]) },
      { subspaces: { ...small.subspaces, initial: "odd" } },
      "its centres() must give a member of the space, that is 4 whole numbers from 0 to 2 which its contains() takes; it gave [0,0,0].",
    ],
  ] as const)
    await refused(kind, instance, { ...small, ...slots }, problem);
});

const proposing = (proposal: unknown, more: object = {}): Controller => ({ propose: () => proposal, observe() {}, ...more }) as Controller;

test("a proposal must be of the space, name a subspace that there is, know a number, and be at a lower fidelity", async () => {
  const member = [0, 0, 0, 0];
  const inSubspaces = { ...small, controller: "odd" };
  const whole = { ...wholeSpace, controller: "odd" };
  for (const [proposal, manifest, problem] of [
    [undefined, whole, 'must give { "architecture" }; it gave nothing.'],
    [{}, whole, "must give a member of the space, that is 4 whole numbers from 0 to 2 which its contains() takes; it gave nothing."],
    [{ architecture: "0-0-0-0" }, whole, 'it gave "0-0-0-0", a text.'],
    [{ architecture: [0, 0, 0] }, whole, "it gave [0,0,0]."],
    [{ architecture: [0, 0, 0, 0.5] }, whole, "it gave [0,0,0,0.5]."],
    [{ architecture: [0, 0, 0, Number.NaN] }, whole, "it gave [0,0,0,NaN]."],
    [{ architecture: ["0", 0, 0, 0] }, whole, 'it gave ["0",0,0,0].'],
    [{ architecture: member, subspace: 0 }, whole, 'must give no "subspace" where the manifest has no /subspaces; it gave 0.'],
    [{ architecture: member, subspace: 3 }, inSubspaces, 'must give a whole number from 0 to 2 as "subspace"; it gave 3.'],
    [{ architecture: member, subspace: 0.5 }, inSubspaces, 'must give a whole number from 0 to 2 as "subspace"; it gave 0.5.'],
    [{ architecture: member, known: "90" }, whole, 'must give a finite number as "known"; it gave "90", a text.'],
    [{ architecture: member, fidelity: 1 }, whole, 'must give no "fidelity" where the evaluator has one only; it gave 1.'],
  ] as const)
    await refused(
      "controller",
      proposing(proposal),
      manifest,
      `controller "odd" (built in) at /controller of test.json: its propose() ${problem.startsWith("it gave") ? "must give a member" : problem}`,
    );
  const promised = proposing(undefined, { propose: later({ architecture: member }) });
  await refused(
    "controller",
    promised,
    whole,
    "its propose() gave a promise; of a plugin of kind controller only create and prepare may be asynchronous.",
  );
  const observing = proposing({ architecture: member }, { observe: later(undefined) });
  await refused(
    "controller",
    observing,
    whole,
    "its observe() gave a promise; of a plugin of kind controller only create and prepare may be asynchronous.",
  );
});

test("a wrong proposal is blamed on whoever made it: the controller, or the middleware around it", async () => {
  const handing = (change: (proposal: Proposal) => Proposal): Kinds["middleware"] => ({
    around: (controller) => ({ ...controller, propose: () => change(controller.propose()) }),
  });
  const spoiling = handing(() => ({ architecture: [9, 9, 9, 9] }));
  const passing = handing((proposal) => proposal);
  const manifest = { ...wholeSpace, middleware: ["passing", "spoiling"] };
  const byMiddleware = await runWith(manifest, [around("middleware", "passing", passing), around("middleware", "spoiling", spoiling)]);
  assert.match(
    byMiddleware.error!.message,
    'middleware "spoiling" (built in) at /middleware/1 of test.json: its propose() must give a member',
  );
  const stray = around("controller", "stray", proposing({ architecture: [9, 9, 9, 9] }));
  const byController = await runWith({ ...wholeSpace, middleware: ["passing"], controller: "stray" }, [
    around("middleware", "passing", passing),
    stray,
  ]);
  assert.match(byController.error!.message, 'controller "stray" (built in) at /controller of test.json: its propose() must give a member');
});

test("middleware must make a controller, at once", async () => {
  for (const [made, problem] of [
    [undefined, "its around() must give a controller: it must be an object; found nothing."],
    [{ propose() {} }, 'its around() must give a controller: it has no method "observe".'],
    [Promise.resolve({}), "its around() gave a promise; of a plugin of kind middleware only create may be asynchronous."],
  ] as const)
    await refused("middleware", { around: () => made }, { ...wholeSpace, middleware: ["odd"] }, problem);
});

test("what a space makes wrongly from the beginning is told before anything runs, with the method", async () => {
  for (const [changes, problem] of [
    [{ sample: later([0, 0, 0, 0]) }, "its sample() gave a promise; of a plugin of kind space only create may be asynchronous."],
    [{ sample: () => [0, 0, 0] }, "its sample() must give a member of the space, that is 4 whole numbers from 0 to 2"],
    [{ contains: () => 1 }, "its contains() must give true or false; it gave 1."],
    [{ contains: () => false }, "its sample() must give a member of the space"],
    [{ contains: () => true }, "its contains() must give false for ["],
    [{ contains: (a: readonly number[]) => a.length === 4 && a.every((one) => one < 3) }, "its contains() must give false for ["],
    [{ encode: () => 7 }, "its encode() must give a text; it gave 7."],
    [{ decode: () => [0, 1] }, "its decode() must give ["],
    [{ functionKey: later("") }, "its functionKey() gave a promise"],
    [
      { modify: () => undefined },
      "its modify() must give a member of the space, that is 4 whole numbers from 0 to 2 which its contains() takes; it gave nothing.",
    ],
    [{ neighbours: () => [[0, 0, 0, 3]] }, "its neighbours() must give only members, each a member of the space"],
    [{ neighbours: later([]) }, "its neighbours() gave a promise"],
  ] as const) {
    const error = (await composed({ ...wholeSpace, space: "odd" }, [around("space", "odd", { ...space, ...changes } as Space)]).catch(
      (error) => error,
    )) as EvokeError;
    assert.ok(error.message.startsWith(`Cannot go on with space "odd" (built in) at /space of test.json: ${problem}`), error.message);
  }
  const throwing = { ...space, encode: () => assert.unreachable("no words") as never };
  const error = await composed({ ...wholeSpace, space: "odd" }, [around("space", "odd", throwing)]).catch((error) => error);
  assert.match(error.message, /space "odd" .*: its encode\(\) threw: no words\n {2}Thrown at .*answers\.test\.ts/);
});

/** A space in which something goes wrong only now and then. */
const seldom = (changes: (count: () => number) => Partial<Space>): Space => {
  let calls = 0;
  return { ...space, ...changes(() => ++calls) };
};

test("where a space makes now and then what it does not have, it is to blame, whoever handed that on", async () => {
  const modify = seldom((count) => ({
    modify: (a, modifications) => (count() % 7 === 0 ? [...a, 0] : space.modify(a, modifications)),
  }));
  const sample = seldom((count) => ({ sample: (rng) => (count() % 5 === 0 ? [0, 0, 0, 3] : space.sample(rng)) }));
  const neighbours = seldom((count) => ({ neighbours: (a) => (count() % 3 === 0 ? (undefined as never) : space.neighbours(a)) }));
  for (const [instance, manifest, method] of [
    [modify, small, "modify"],
    [sample, { ...wholeSpace, budget: { queries: 50 } }, "sample"],
    [sample, { ...small, subspaces: { count: 20, radius: 1 } }, "sample"],
    [neighbours, { ...wholeSpace, controller: "regularized-evolution", budget: { queries: 100 } }, "neighbours"],
  ] as const)
    await refused(
      "space",
      instance,
      { ...manifest, space: "odd" },
      `space "odd" (built in) at /space of test.json: its ${method}() must give`,
    );
});

test("what a plugin throws is told with it, and with the method; an error that was foreseen is told as it is", async () => {
  const boom = () => {
    throw new TypeError("boom");
  };
  const foreseen = () => {
    throw new EvokeError("LIMITS_UNMET", "Cannot do it.");
  };
  for (const [kind, instance, slots, method] of [
    ["reward", { shape: boom }, { reward: ["odd"] }, "shape"],
    ["acceptance", { accepts: boom }, { subspaces: { ...small.subspaces, accept: ["odd"] } }, "accepts"],
    ["distance", { between: boom }, { distance: "odd" }, "between"],
    ["initial", { centres: boom }, { subspaces: { ...small.subspaces, initial: "odd" } }, "centres"],
    ["controller", proposing(0, { propose: boom }), { controller: "odd" }, "propose"],
    ["controller", proposing({ architecture: [0, 0, 0, 0] }, { observe: boom }), { controller: "odd" }, "observe"],
    ["middleware", { around: boom }, { middleware: ["odd"] }, "around"],
    ["evaluator", { ...separable, evaluate: boom }, { evaluator: "odd" }, "evaluate"],
    ["evaluator", { ...separable, prepare: boom }, { evaluator: "odd" }, "prepare"],
    ["evaluator", { ...separable, test: boom }, { evaluator: "odd" }, "test"],
  ] as const)
    await refused(
      kind,
      instance,
      { ...small, ...slots },
      `: its ${method}() threw: boom\n  Thrown at test/core/plugin/checks/answers.test.ts:`,
      "PLUGIN_FAILED",
    );
  assert.is((await told("reward", { shape: foreseen }, { ...small, reward: ["odd"] })).message, "Cannot do it.");
});

test("an observer that throws, or rejects, is named; what else it gives means nothing", async () => {
  const failing = () => {
    throw new Error("enough");
  };
  for (const [next, settles] of [
    [failing, false],
    [async () => failing(), false],
    [() => 5, true],
    [async () => 5, true],
  ] as const) {
    const odd = around("observer", "odd", { next } as never);
    const [{ observer } = assert.unreachable() as never] = await (await composed({ ...small, observers: ["odd"] }, [odd])).observers();
    const told = await (async () => observer.next({} as never))().catch((error: Error) => error.message);
    if (settles) assert.is(told, undefined);
    else assert.match(told!, /observer "odd" \(built in\) at \/observers\/0 of test\.json: its next\(\) threw: enough\n/);
  }
});

const place = (kind: Kind, url?: string): Place => ({
  ...{ plugin: { kind, name: kind }, pointer: `/${kind}`, file: "test.json" },
  ...(url !== undefined && { module: { file: url.split("/").at(-1)!, url } }),
});
const thrownIn = (...urls: readonly string[]) =>
  Object.assign(new Error("boom"), { stack: `Error: boom\n${urls.map((url) => `    at f (${url}:1:2)`).join("\n")}` });

test("the plugin whose code is the first on the stack is to blame, not the one that called it", () => {
  const [controller, space] = [place("controller", "file:///c.js"), place("space", "file:///s.js")];
  const blame = new Blame([controller, space]);
  const message = (error: Error) => error.message.split(":")[0];
  assert.is(
    message(blame.threw(controller, "propose", thrownIn("file:///s.js", "file:///c.js"))),
    'Cannot go on with space "space" (s.js) at /space of test.json',
  );
  assert.is(
    message(blame.threw(controller, "propose", thrownIn("file:///c.js", "file:///s.js"))),
    'Cannot go on with controller "controller" (c.js) at /controller of test.json',
  );
  assert.is(
    message(blame.threw(controller, "propose", thrownIn("file:///x.js"))),
    'Cannot go on with controller "controller" (c.js) at /controller of test.json',
  );
  const both = new Blame([place("space", "file:///c.js"), controller]);
  assert.match(
    both.threw(controller, "propose", thrownIn("file:///c.js")).message,
    'controller "controller"',
    "of two in one module it is the one called",
  );
});

test("what nobody watched is blamed on the plugin whose code it was, if it was one's", () => {
  const blame = new Blame([place("space", "file:///s.js"), place("reward")]);
  assert.match(
    (blame.unforeseen(thrownIn("file:///x.js", "file:///s.js")) as Error).message,
    /space "space" \(s\.js\) .*: its code threw: boom\n {2}Thrown at s\.js:1:2/,
  );
  const defect = thrownIn("file:///x.js");
  assert.is(blame.unforeseen(defect), defect);
});

test("a promise that is refused does not go on to reject unheard", async () => {
  const rejecting = { between: async () => Promise.reject(new Error("unheard")) } as never;
  const { between } = checkedDistance(rejecting, place("distance"), new Blame([]));
  assert.throws(() => between([0], [1]), /gave a promise/);
  await new Promise((resolve) => setTimeout(resolve, 1));
});

test.run();
