import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Evaluator } from "../../../core/plugin/evaluator.ts";
import type { EventType, SearchEvent } from "../../../core/record/events.ts";
import { ResultFold } from "../../../core/record/result.ts";
import { OUTSIDE_A_RUN } from "../../../core/search/evaluations.ts";
import { runToEnd } from "../../../core/search/run.ts";
import { around, composed, quality, runWith, separable, small, space } from "../../experiments.ts";
import { distanceBetween } from "../../fixtures.ts";

const wholeSpace = { ...small, subspaces: undefined, controller: "random" };
const named = (name: string, evaluator: Evaluator) => ({ evaluator: name, plugin: around("evaluator", name, evaluator) });

test("a search in subspaces tells Algorithm 1 as events, in its order", async () => {
  const { events, result } = await runWith({ ...small, budget: { queries: 1 } });
  const types = events.map(({ type }) => type).filter((type) => type !== "subspace.updated");
  const evoked: EventType[] = ["architecture.evaluated", "subspace.evoked"];
  const query: EventType[] = ["architecture.proposed", "architecture.evaluated", "reward.shaped", "policy.updated"];
  assert.equal(types, ["run.started", ...evoked, ...evoked, ...evoked, ...query, "run.finished"]);
  assert.equal(
    events.map(({ sequence }) => sequence),
    events.map((_, i) => i),
  );
  assert.is(result!.queries, 1);
});

test("a candidate replaces its centre exactly if it is better, and the reward is the improvement", async () => {
  const { events } = await runWith({ ...small, budget: { queries: 200 } });
  const centres: number[] = [];
  let updates = 0;
  let proposal: { subspace?: number; architecture: string } = { architecture: "" };
  let improvement = 0;
  for (const event of events) {
    if (event.type === "subspace.evoked") centres[event.subspace] = event.score;
    if (event.type === "architecture.proposed") proposal = event;
    if (event.type === "reward.shaped") {
      improvement = quality(space.decode(proposal.architecture)) - centres[proposal.subspace!]!;
      assert.is(event.reward, improvement);
    }
    if (event.type === "subspace.updated") {
      assert.ok(improvement > 0);
      assert.is(event.architecture, proposal.architecture);
      centres[event.subspace] = event.score;
      updates++;
      improvement = 0;
    }
    if (event.type === "policy.updated") assert.ok(improvement <= 0, "a better candidate was not accepted");
  }
  assert.ok(updates > 0);
});

test("a rejected candidate leaves the old centre in place: no architecture is changed after it was made", async () => {
  const { events, result } = await runWith({ ...small, budget: { queries: 50 }, subspaces: { ...small.subspaces, accept: ["never"] } });
  const evoked = events.flatMap((event) => (event.type === "subspace.evoked" ? [event.architecture] : []));
  assert.equal(result!.centres, evoked);
  assert.is(result!.updates, 0);
});

test("the answer is the best architecture that was evaluated, with its test metric", async () => {
  const { events, result } = await runWith({ ...wholeSpace, budget: { queries: 30 } });
  const scores = events.flatMap((event) => (event.type === "architecture.evaluated" ? [event.score] : []));
  assert.is(result!.best.score, Math.max(...scores));
  assert.is(result!.best.test, result!.best.score - 1);
});

test("a proposal in a subspace tells its distance from the centre there, by the distance of the manifest", async () => {
  const tenfold = around("distance", "tenfold", { between: (a, b) => 10 * distanceBetween(a, b) });
  const { events } = await runWith({ ...small, distance: "tenfold", budget: { queries: 100 } }, [tenfold]);
  const centres: string[] = [];
  const told = new Set<number>();
  for (const event of events) {
    if (event.type === "subspace.evoked" || event.type === "subspace.updated") centres[event.subspace] = event.architecture;
    if (event.type !== "architecture.proposed") continue;
    const [centre, candidate] = [centres[event.subspace!]!, event.architecture].map(space.decode) as [number[], number[]];
    assert.is(event.distance, 10 * distanceBetween(centre, candidate));
    told.add(event.distance!);
  }
  assert.equal([...told].sort(), [0, 10, 20]);
});

test("a proposal of the whole space tells no distance, and nobody asks for one where nobody listens", async () => {
  const { events } = await runWith(wholeSpace);
  assert.not.ok(events.some((event) => "distance" in event));
  let asked = 0;
  const silent = around("distance", "silent", { between: () => ++asked });
  const { run } = await (await composed({ ...small, distance: "silent" }, [silent])).run(1);
  await runToEnd(run);
  assert.is(asked, 0);
});

test("where tests are free, the end tells the test metric of every architecture that was the best so far", async () => {
  const { evaluator, plugin } = named("free", { ...separable, freeTests: true });
  const improvements: number[] = [];
  const { events, result } = await runWith({ ...wholeSpace, evaluator, budget: { queries: 60 } }, [plugin]);
  for (const event of events) {
    if (event.type === "architecture.evaluated" && event.score > (improvements.at(-1) ?? 0)) improvements.push(event.score);
  }
  const finished = events.at(-1) as SearchEvent<"run.finished">;
  assert.ok(improvements.length > 1);
  assert.equal(
    finished.incumbentTests,
    improvements.map((score) => score - 1),
  );
  assert.is(finished.test!.value, result!.best.test);
  assert.is(finished.incumbentTests!.at(-1), result!.best.test);
});

test("the test metric is asked for once, after the last query", async () => {
  const asked: string[] = [];
  const { evaluator, plugin } = named("watched", {
    ...separable,
    evaluate: (architecture) => {
      asked.push("score");
      return separable.evaluate(architecture, undefined, OUTSIDE_A_RUN);
    },
    test: (architecture) => {
      asked.push("test");
      return separable.test!(architecture);
    },
  });
  const { events } = await runWith({ ...small, evaluator }, [plugin]);
  assert.is((events.at(-1) as SearchEvent<"run.finished">).incumbentTests, undefined);
  assert.is(asked.indexOf("test"), 23);
  assert.is(asked.length, 24);
});

test("an asynchronous evaluator gives the same result as a synchronous one, also out of order and several at once", async () => {
  let calls = 0;
  const later = (concurrency: number, delay: (call: number) => number): Evaluator => ({
    ...separable,
    concurrency,
    evaluate: async (architecture) => {
      await new Promise((resolve) => setTimeout(resolve, delay(calls++)));
      return separable.evaluate(architecture, undefined, OUTSIDE_A_RUN);
    },
  });
  for (const manifest of [small, wholeSpace]) {
    const expected = (await runWith(manifest)).result;
    for (const [concurrency, delay] of [
      [1, 1],
      [4, 5],
    ] as const) {
      const { evaluator, plugin } = named(
        "later",
        later(concurrency, (call) => (call * 7) % delay),
      );
      assert.equal((await runWith({ ...manifest, evaluator }, [plugin])).result, expected);
    }
  }
});

test("the outcomes that a controller sees come in the order of its proposals", async () => {
  const told: string[] = [];
  const controller = around("controller", "counting", {
    concurrency: 3,
    propose: () => {
      const n = told.filter((line) => line.startsWith("propose")).length;
      told.push(`propose ${n}`);
      return { architecture: [n % 3, 0, 0, 0] };
    },
    observe: ({ architecture }) => told.push(`observe ${architecture[0]}`),
  });
  const { evaluator, plugin } = named("slow-first", {
    ...separable,
    concurrency: 3,
    evaluate: async (architecture) => {
      await new Promise((resolve) => setTimeout(resolve, 6 - 3 * architecture[0]!));
      return separable.evaluate(architecture, undefined, OUTSIDE_A_RUN);
    },
  });
  await runWith({ ...wholeSpace, controller: "counting", evaluator, budget: { queries: 5 } }, [controller, plugin]);
  assert.equal(told, [
    ...["propose 0", "propose 1", "propose 2", "observe 0", "propose 3", "observe 1", "propose 4"],
    ...["observe 2", "observe 0", "observe 1"],
  ]);
});

test("an evaluation that fails for good is rejected, and the search goes on without a reward for it", async () => {
  let calls = 0;
  const { evaluator, plugin } = named("flaky", {
    ...separable,
    evaluate: (architecture) => {
      if (++calls > 3 && calls % 2 === 0) throw new Error("no memory");
      return separable.evaluate(architecture, undefined, OUTSIDE_A_RUN);
    },
  });
  const rewards: number[] = [];
  const controller = around("controller", "listening", {
    propose: () => ({ architecture: [1, 1, 1, 1] }),
    observe: ({ reward }) => rewards.push(reward),
  });
  const rejecting = { ...wholeSpace, controller: "listening", evaluator, budget: { queries: 6 }, failures: { remedy: "reject" } };
  const { result, events } = await runWith(rejecting, [plugin, controller]);
  assert.is(result!.queries, 6, "a rejected architecture was a query too");
  assert.equal(rewards, [90, 90, 90, Number.NaN, 90, Number.NaN]);
  assert.equal(
    events.filter(({ type }) => type === "evaluation.failed").map((event) => ("remedy" in event ? event.remedy : "")),
    ["reject", "reject"],
  );
});

test("an evaluation that fails for good ends the run with run.failed, and its reason", async () => {
  const { evaluator, plugin } = named("broken", {
    ...separable,
    evaluate: () => {
      throw new Error("the disk is full");
    },
  });
  for (const manifest of [small, wholeSpace]) {
    const { error, events } = await runWith({ ...manifest, evaluator }, [plugin]);
    assert.match(
      error!.message,
      /evaluator "broken" \(built in\) at \/evaluator of test\.json: its evaluate\(\) threw: the disk is full\n/,
    );
    assert.equal(events.at(-1), { ...events.at(-1), type: "run.failed", reason: error!.message });
    const failure = events.find(({ type }) => type === "evaluation.failed");
    assert.is((failure as SearchEvent<"evaluation.failed">).reason, "the disk is full");
  }
});

test("the same seed gives the same events, another seed others; a composition is good for many runs", async () => {
  const composition = await composed({ ...small, controller: "gnn-lstm" });
  const eventsOf = async (seed: number) => {
    const { run, release } = await composition.run(seed);
    const events: unknown[] = [];
    run.bus.on().subscribe((event) => events.push(event));
    await runToEnd(run);
    release();
    return events;
  };
  const first = await eventsOf(1);
  assert.not.equal(await eventsOf(2), first);
  assert.equal(await eventsOf(1), first);
});

test("swapping one plugin does not shift the random numbers of another", async () => {
  const evoked = async (controller: string) =>
    (await runWith({ ...small, controller })).events.flatMap((event) => (event.type === "subspace.evoked" ? [event.architecture] : []));
  assert.equal(await evoked("gnn-lstm"), await evoked("uniform"));
});

test("folding the recorded events, through JSON, gives the run's result", async () => {
  for (const manifest of [small, wholeSpace, { ...small, controller: "gnn-lstm" }]) {
    const { events, result } = await runWith(manifest);
    const fold = new ResultFold();
    for (const event of events) fold.next(JSON.parse(JSON.stringify(event)));
    assert.is(JSON.stringify(fold.result()), JSON.stringify(result));
  }
});

test("a budget of 0 queries evaluates the first centres, and the best of them is the answer", async () => {
  for (const cost of ["official", { initial: "free", repeats: "free", overshoot: false }]) {
    const { result, events } = await runWith({ ...small, budget: { queries: 0, cost } });
    const evoked = events.flatMap((event) => (event.type === "subspace.evoked" ? [event] : []));
    assert.is(evoked.length, 3);
    const best = evoked.reduce((best, event) => (event.score > best.score ? event : best));
    assert.equal(result, {
      seed: 1,
      best: { architecture: best.architecture, score: best.score, test: best.score - 1 },
      queries: 0,
      distinct: 0,
      cost: { seconds: 0 },
      updates: 0,
      centres: evoked.map(({ architecture }) => architecture),
    });
    assert.equal(events.at(-1), { ...events.at(-1), type: "run.finished", reason: "budget" });
    assert.not.ok(events.some(({ type }) => type === "architecture.proposed"));
  }
});

test("first centres that do not fit are refused: too few, and strangers to the space", async () => {
  const given = (architectures: string[]) => ({
    ...small,
    subspaces: { count: 2, radius: 1, initial: { use: "given", options: { architectures } } },
  });
  assert.match((await runWith(given(["0-0-0-0"]))).error!.message, "they are 1, and /subspaces/count is 2");
  const stray = around("initial", "stray", {
    centres: () => [
      [0, 0, 0, 0],
      [0, 0, 0, 7],
    ],
  });
  assert.match(
    (await runWith({ ...given([]), subspaces: { count: 2, radius: 1, initial: "stray" } }, [stray])).error!.message,
    /^Cannot go on with initial "stray" \(built in\) at \/subspaces\/initial of test\.json: its centres\(\) must give a member.*; it gave \[0,0,0,7\]/,
  );
});

test.run();
