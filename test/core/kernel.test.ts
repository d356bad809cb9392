import { test } from "uvu";
import * as assert from "uvu/assert";
import { compose } from "../../core/kernel.ts";
import { NO_OPTIONS, type Plugin } from "../../core/plugin.ts";
import { around, composed, host, read, separable, small } from "../experiments.ts";

/** An evaluator that needs the given things and keeps what it was handed. */
function curious(needs: readonly string[]): { plugin: Plugin; handed: Record<string, unknown>[] } {
  const handed: Record<string, unknown>[] = [];
  const create = (_: unknown, dependencies: Record<string, unknown>) => {
    handed.push(dependencies);
    return separable;
  };
  return { handed, plugin: { kind: "evaluator", name: "curious", summary: "", options: NO_OPTIONS, needs, create } as unknown as Plugin };
}
const message = (promise: Promise<unknown>) =>
  promise.then(
    () => "no error",
    (error: Error) => error.message,
  );

test("a plugin is handed exactly what it needs", async () => {
  const { plugin, handed } = curious(["space", "seed", "rng", "subspaces"]);
  const { run } = await (await composed({ ...small, evaluator: "curious" }, [plugin])).run(42);
  const { space, seed, rng, subspaces, ...rest } = handed.at(-1)!;
  assert.equal(Object.keys(rest), []);
  assert.is(space, run.space);
  assert.is(seed, 42);
  assert.is(subspaces, run.subspaces!.graph);
  assert.type((rng as { next: unknown }).next, "function");
});

test("runs share the space and nothing that has a state", async () => {
  const { plugin, handed } = curious(["space", "rng", "subspaces", "engine"]);
  const composition = await composed({ ...small, evaluator: "curious" }, [plugin]);
  const [first, second] = [await composition.run(1), await composition.run(1)];
  assert.is(first.run.space, second.run.space);
  const [a, b] = handed.slice(-2);
  for (const own of ["rng", "subspaces", "engine"]) assert.is.not(a![own], b![own]);
  assert.is.not(first.run.controller, second.run.controller);
});

test("an engine is used again after its run is over", async () => {
  const { plugin, handed } = curious(["engine"]);
  const composition = await composed({ ...small, evaluator: "curious" }, [plugin]);
  (await composition.run(1)).release();
  await composition.run(2);
  assert.is(handed.at(-1)!.engine, handed.at(-2)!.engine);
});

test("a missing dependency is an error at composition that names the plugin and its pointer", async () => {
  const { plugin } = curious(["output"]);
  assert.match(
    await message(composed({ ...small, evaluator: "curious" }, [plugin])),
    /evaluator "curious" at \/evaluator.*needs "output"[\s\S]*--out/,
  );
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
  const inputs = new Map([["table nas-bench-201", "abc"]]);
  assert.is.not((await compose(await read(small), { ...host, inputs })).digest, base);
});

test.run();
