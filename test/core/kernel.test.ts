import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../core/errors/index.ts";
import { compose } from "../../core/kernel.ts";
import { NO_OPTIONS, type Plugin } from "../../core/plugin/plugin.ts";
import { around, composed, host, read, separable, small } from "../experiments.ts";

/** A controller that needs the given things and keeps what it was handed. */
const searching = (needs: readonly string[], handed: Record<string, unknown>[] = []) => {
  const create = (_: unknown, dependencies: Record<string, unknown>) => {
    handed.push(dependencies);
    return { propose: () => ({ architecture: [0, 0, 0, 0] }), observe() {} };
  };
  return { kind: "controller", name: "searching", summary: "", options: NO_OPTIONS, needs, create } as unknown as Plugin;
};
const wholeSpace = { ...small, subspaces: undefined, controller: "searching" };
const message = (promise: Promise<unknown>) =>
  promise.then(
    () => "no error",
    (error: Error) => error.message,
  );

test("a plugin is handed exactly what it needs", async () => {
  const handed: Record<string, unknown>[] = [];
  const plugin = searching(["space", "seed", "rng", "subspaces"], handed);
  const { run } = await (await composed({ ...small, controller: "searching" }, [plugin])).run(42);
  const { space, seed, rng, subspaces, ...rest } = handed.at(-1)!;
  assert.equal(Object.keys(rest), []);
  assert.is(space, run.space);
  assert.is(seed, 42);
  assert.is(subspaces, run.subspaces!.graph);
  assert.type((rng as { next: unknown }).next, "function");
});

test("a plugin that needs fidelities is handed the evaluator's", async () => {
  const handed: Record<string, unknown>[] = [];
  const rough = around("evaluator", "rough", { ...separable, metric: { ...separable.metric, epochs: 9 }, fidelities: [3, 9] });
  await composed({ ...wholeSpace, evaluator: "rough" }, [rough, searching(["fidelities"], handed)]);
  assert.equal(handed, [{ fidelities: [3, 9] }]);
});

test("a plugin that needs fidelities is an error where the evaluator has one: it names the plugin and its pointer", async () => {
  const single = around("evaluator", "single", { ...separable, fidelities: [1] });
  for (const evaluator of ["separable", "single"]) {
    const failed = composed({ ...wholeSpace, evaluator }, [single, searching(["fidelities"])]);
    const { code, message } = (await failed.catch((error) => error)) as EvokeError;
    assert.is(code, "FIDELITIES_MISSING");
    assert.match(message, /controller "searching" \(built in\) at \/controller of test\.json[\s\S]*evaluator benchmark[\s\S]*training/);
  }
});

test("a plugin that needs the limits is handed what all of them admit; without any, everything is", async () => {
  const limit = (name: string, operation: number) =>
    around("acceptance", name, { accepts: () => true, feasible: (architecture) => !architecture.includes(operation) });
  const handed: { feasible(architecture: readonly number[]): boolean }[] = [];
  const extra = [limit("no-1", 1), limit("no-2", 2), searching(["feasible"], handed as unknown as Record<string, unknown>[])];
  const feasible = async (manifest: object) => {
    await composed({ ...manifest, controller: "searching" }, extra);
    return [0, 1, 2].filter((operation) => handed.at(-1)!.feasible([0, 0, 0, operation]));
  };
  assert.equal(await feasible(wholeSpace), [0, 1, 2]);
  assert.equal(await feasible({ ...wholeSpace, constraints: ["no-1"] }), [0, 2]);
  const subspaces = { ...small.subspaces, accept: ["improvement", "no-1"] };
  assert.equal(await feasible({ ...small, subspaces, constraints: ["no-2"] }), [0]);
});

test("a rule under /constraints that is no limit is an error that names it and its pointer", async () => {
  const failed = composed({ ...small, constraints: ["improvement"] });
  const { code, message } = (await failed.catch((error) => error)) as EvokeError;
  assert.is(code, "CONSTRAINT_INVALID");
  assert.match(message, /acceptance "improvement" \(built in\) at \/constraints\/0 of test\.json/);
});

test("runs share the space and nothing that has a state", async () => {
  const handed: Record<string, unknown>[] = [];
  const plugin = searching(["space", "rng", "subspaces", "engine"], handed);
  const composition = await composed({ ...small, controller: "searching" }, [plugin]);
  const [first, second] = [await composition.run(1), await composition.run(1)];
  assert.is(first.run.space, second.run.space);
  const [a, b] = handed.slice(-2);
  for (const own of ["rng", "subspaces", "engine"]) assert.is.not(a![own], b![own]);
  assert.is.not(first.run.controller, second.run.controller);
});

test("an engine is used again after its run is over", async () => {
  const handed: Record<string, unknown>[] = [];
  const composition = await composed(wholeSpace, [searching(["engine"], handed)]);
  (await composition.run(1)).release();
  await composition.run(2);
  assert.is(handed.at(-1)!.engine, handed.at(-2)!.engine);
});

test("an evaluator is asked to prepare before a run, and on demand, but not to be composed: a dry run does no work", async () => {
  let prepared = 0;
  const prepare = async () => void prepared++;
  const slow = around("evaluator", "slow", { ...separable, prepare });
  const composition = await composed({ ...small, evaluator: "slow" }, [slow]);
  assert.is(composition.metric, separable.metric);
  assert.is(prepared, 0);
  await composition.prepare!();
  assert.is(prepared, 1);
  await composition.run(1);
  assert.is(prepared, 2);
  assert.is((await composed(small)).prepare, undefined);
});

test("a missing dependency is an error at composition that names the plugin and its pointer", async () => {
  const { observers } = await composed({ ...small, observers: ["recorder"] });
  assert.match(await message(observers()), /observer "recorder" \(built in\) at \/observers\/0 of test\.json.*needs "output"[\s\S]*--out/);
});

test("a plugin whose own code fails when it is created is named, with its pointer and the line that threw", async () => {
  const failing = (create: () => never) => ({ ...around("reward", "failing", {} as never), create }) as Plugin;
  const late = (async () => {
    throw new Error("boom later");
  }) as never;
  for (const [create, problem] of [
    [
      () => {
        throw new TypeError("boom");
      },
      "boom",
    ],
    [late, "boom later"],
  ] as const) {
    const told = await message(composed({ ...small, reward: ["failing"] }, [failing(create)]));
    const expected = `^Cannot create reward "failing" \\(built in\\) at /reward/0 of test\\.json: ${problem}\n  Thrown at test/core/kernel\\.test\\.ts:\\d+:`;
    assert.match(told, new RegExp(expected));
  }
});

test("the first middleware of the manifest is the outermost, the last one next to the controller", async () => {
  const asked: string[] = [];
  const wholeSpace = { ...small, subspaces: undefined, controller: "random" };
  const telling = (name: string) =>
    around("middleware", name, {
      around: (controller) => ({
        ...controller,
        propose() {
          asked.push(name);
          return controller.propose();
        },
      }),
    });
  const composition = await composed({ ...wholeSpace, middleware: ["outer", "inner"] }, [telling("inner"), telling("outer")]);
  (await composition.run(1)).run.controller.propose();
  assert.equal(asked, ["outer", "inner"]);
});

test("the digest follows whatever changes a result, and nothing else", async () => {
  const digest = async (changes: object) => (await composed({ ...small, ...changes })).digest;
  const base = await digest({});
  for (const same of [
    { name: "other" },
    { question: "why?" },
    { seeds: { first: 9, count: 3 } },
    { observers: [] },
    { controller: { use: "uniform" } },
    { middleware: [] },
    { constraints: [] },
  ]) {
    assert.is(await digest(same), base, JSON.stringify(same));
  }
  for (const other of [
    { budget: { queries: 21 } },
    { budget: { queries: 20, cost: "every-query" } },
    { controller: "gnn-lstm" },
    { subspaces: { count: 4, radius: 2 } },
    { reward: ["absolute"] },
    { middleware: ["no-repeats"] },
    { middleware: [{ use: "no-repeats", options: { attempts: 3 } }] },
    { failures: { remedy: "reject" } },
  ]) {
    assert.is.not(await digest(other), base, JSON.stringify(other));
  }
  const limit = around("acceptance", "limit", { accepts: () => true, feasible: () => true });
  assert.is.not((await composed({ ...small, constraints: ["limit"] }, [limit])).digest, base);
  const inputs = new Map([["table nas-bench-201", "abc"]]);
  assert.is.not((await compose(await read(small), { ...host, inputs })).digest, base);
});

/** A plugin of a kind that cannot be created, at once or later. */
const failing = (kind: "controller" | "evaluator" | "observer" | "reward", name: string, later: boolean, needs: readonly string[] = []) => {
  const create = () => {
    const error = new Error(`${name} fails`);
    if (later) return Promise.reject(error);
    throw error;
  };
  return { kind, name, summary: "", options: NO_OPTIONS, needs, create } as unknown as Plugin;
};

test("two plugins that fail, one at once and one later, are two problems of one error, and no promise is left behind", async () => {
  const stray: unknown[] = [];
  const hear = (reason: unknown) => stray.push(reason);
  process.on("unhandledRejection", hear);
  const extra = [failing("evaluator", "late", true), failing("controller", "early", false), failing("observer", "deaf", true)];
  for (const manifest of [
    { ...small, evaluator: "late", controller: "early" },
    { ...small, evaluator: "late", controller: "early", observers: ["deaf"] },
  ]) {
    const error = (await composed(manifest, extra).catch((error) => error)) as EvokeError;
    assert.is(error.code, "MANIFEST_INVALID");
    assert.is(error.problems.length, "observers" in manifest ? 3 : 2);
    for (const name of ["late", "early"])
      assert.ok(
        error.problems.some((problem) => problem.includes(`${name} fails`)),
        name,
      );
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off("unhandledRejection", hear);
  assert.equal(stray, []);
});

test("what a plugin lacks because another one fails is no problem of its own", async () => {
  const extra = [failing("evaluator", "late", true), searching(["objectives", "fidelities", "feasible"])];
  const { code, message } = (await composed({ ...wholeSpace, evaluator: "late" }, extra).catch((error) => error)) as EvokeError;
  assert.is(code, "PLUGIN_FAILED");
  assert.match(message, /late fails/);
});

test("what is wrong in the envelope, in options and in names is told at once", async () => {
  const manifest = {
    ...small,
    controller: { use: "gnn-lstm", options: { hiden: 3 } },
    evaluator: "seperable",
    middleware: [{ use: "no-repeats", options: { attempts: 0 } }],
  };
  const problems = async (more: object) => ((await read({ ...manifest, ...more }).catch((error) => error)) as EvokeError).problems;
  const inSlots = await problems({});
  assert.is(inSlots.length, 3);
  for (const [i, found] of [/separable/, /hidden/, /attempts: must be >= 1/].entries()) assert.match(inSlots[i]!, found);
  const all = await problems({ budget: { queries: -1 } });
  assert.match(all[0]!, /\/budget\/queries/);
  assert.equal(all.slice(1), inSlots);
});

test.run();
