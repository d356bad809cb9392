import { test } from "uvu";
import * as assert from "uvu/assert";
import { Journal, type JournalParts } from "../../../../app/host/evaluations/journal.ts";
import { SharedEvaluations } from "../../../../app/host/evaluations/shared-evaluations.ts";
import { runSeed } from "../../../../app/host/run/run-seed.ts";
import type { JournalEntry } from "../../../../app/host/store/evaluation-store.ts";
import { RunStore } from "../../../../app/host/store/run-store.ts";
import type { StoredRun } from "../../../../app/host/store/stored-run.ts";
import type { Evaluator } from "../../../../core/plugin/evaluator.ts";
import type { Plugin } from "../../../../core/plugin/plugin.ts";
import type { SearchEvent } from "../../../../core/record/events.ts";
import { Limit } from "../../../../core/search/pace.ts";
import type { Architecture } from "../../../../core/space/architecture.ts";
import { around, composed, separable, small } from "../../../experiments.ts";

/** A journal in memory, all of whose entries are kept at once. */
function kept(entries: JournalEntry[] = []) {
  const keeper = {
    journal: () => [...entries],
    add: (_digest: string, _seed: number, more: readonly JournalEntry[]) => void entries.push(...more.map((entry) => ({ ...entry }))),
    cut: (_digest: string, _seed: number, from: number) => void entries.splice(from),
    forgetRejected: () => {},
  };
  return { entries, parts: { keeper } satisfies JournalParts };
}

/** Measures after a time that differs from one to the next; fails for a third, hangs for nobody. Counts what it is asked. */
function slow({ milliseconds = () => 0, concurrency = 1 }: { milliseconds?: (of: Architecture) => number; concurrency?: number } = {}) {
  const asked: string[] = [];
  const evaluator: Evaluator = {
    ...separable,
    concurrency,
    places: 4,
    async evaluate(architecture, fidelity, context) {
      asked.push(architecture.join());
      await new Promise((resolve) => setTimeout(resolve, milliseconds(architecture)));
      if (architecture.reduce((sum, one) => sum + one, 0) % 3 === 0)
        throw Object.assign(new Error("a third fails"), { log: `of ${architecture.join()}` });
      return { ...(await separable.evaluate(architecture, fidelity, context)), metrics: { latency: architecture[0]! } };
    },
  };
  return { asked, plugin: { ...around("evaluator", "slow", evaluator), failures: { retries: 1, remedy: "reject" } } as Plugin };
}

const manifest = { ...small, evaluator: "slow" };
const inPieces = (one: object) => JSON.parse(JSON.stringify(one));

async function ran(over: object, { plugin }: ReturnType<typeof slow>, parts: JournalParts, seed = 1) {
  const events: SearchEvent[] = [];
  const ended = await runSeed(
    await composed({ ...manifest, ...over }, [plugin]),
    seed,
    parts,
    ["evaluation.failed", "architecture.evaluated"],
    (event) => events.push(event),
  );
  if ("message" in ended) throw new Error(ended.message);
  const { wallSeconds: _, ...run } = ended;
  return { run: inPieces(run) as Omit<StoredRun, "wallSeconds">, events };
}

for (const order of ["as-proposed", "as-finished"])
  for (const concurrency of [1, 4])
    test(`a run that was killed after any of its evaluations goes on from there: ${order}, ${concurrency} under way`, async () => {
      const over = { order, controller: "random", subspaces: undefined };
      for (const change of [over, { order }]) {
        const whole = kept();
        const milliseconds = (architecture: Architecture) => (architecture[1]! * 7 + architecture[0]!) % 4;
        const first = slow({ milliseconds, concurrency });
        const { run, events } = await ran(change, first, whole.parts);
        assert.ok(events.some(({ type }) => type === "evaluation.failed"));
        const tries = ({ evaluated: { measurement, failures } }: JournalEntry) => failures.length + (measurement ? 1 : 0);
        assert.is(
          whole.entries.reduce((sum, entry) => sum + tries(entry), 0),
          first.asked.length,
        );
        const end = whole.entries.length;
        for (const kill of [...Array.from({ length: Math.ceil(end / 3) }, (_, i) => 3 * i), end]) {
          const part = kept(whole.entries.slice(0, kill).map(inPieces) as JournalEntry[]);
          const again = slow({ milliseconds: () => 0, concurrency });
          const resumed = await ran(change, again, part.parts);
          const left = whole.entries.slice(kill).reduce((sum, entry) => sum + tries(entry), 0);
          assert.is(again.asked.length, left, `killed after ${kill}`);
          if (order === "as-proposed" || concurrency === 1 || kill === end) {
            assert.equal(resumed.run, run, `killed after ${kill}`);
            assert.equal(resumed.events, events);
          }
        }
      }
    });

test("a look-up is not kept, and a quarter of a second of them is", async () => {
  const { entries, parts } = kept();
  const plugin = around("evaluator", "slow", separable);
  const cheap = { asked: [], plugin } as never;
  await ran({}, cheap, { keeper: parts.keeper });
  assert.equal(entries, []);
  const slower = around("evaluator", "slow", {
    ...separable,
    evaluate(...query) {
      const began = performance.now();
      while (performance.now() - began < 30);
      return separable.evaluate(...query);
    },
  });
  await ran({}, { asked: [], plugin: slower } as never, { keeper: parts.keeper });
  assert.is(entries.length, small.subspaces.count + 20); // the last ones with the end of the run
});

test("a journal that does not fit is cut where it does not, with a note, and the run ends as without", async () => {
  const whole = kept();
  const { run } = await ran({}, slow(), whole.parts);
  const odd = kept(whole.entries.map((entry, i) => (i === 9 ? { ...entry, architecture: "0-0-0-0" } : entry)));
  const notes: string[] = [];
  const again = slow();
  const resumed = await ran({}, again, { ...odd.parts, note: (line) => notes.push(line) });
  assert.equal(resumed.run, run);
  assert.is(notes.length, 1);
  assert.match(notes[0]!, /The run of seed 1 proposes another architecture than before/);
  assert.equal(
    inPieces(odd.entries.map(({ wallSeconds: _, ...entry }) => entry)),
    inPieces(whole.entries.map(({ wallSeconds: _, ...entry }) => entry)),
  );
});

test("a limit bounds the evaluations of all runs", async () => {
  let [underWay, most] = [0, 0];
  const one = slow();
  const evaluator = {
    ...separable,
    places: 8,
    concurrency: 8,
    async evaluate(...query: Parameters<Evaluator["evaluate"]>) {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay--;
      return separable.evaluate(...query);
    },
  };
  const limit = new Limit(3);
  const plugin = around("evaluator", "slow", evaluator);
  await Promise.all([1, 2, 3, 4].map((seed) => ran({ controller: "random", subspaces: undefined }, { ...one, plugin }, { limit }, seed)));
  assert.is(most, 3);
});

test("shared evaluations are done once, whichever run asks, and found again by another call", async () => {
  const store = await RunStore.inMemory();
  const shared = { shared: new SharedEvaluations(store.evaluations, store.claims) };
  const over = { evaluations: "shared", budget: { queries: 30 } };
  const alone = [];
  for (const seed of [1, 2, 3]) alone.push((await ran(over, slow(), {}, seed)).run);
  const once = slow({ milliseconds: () => 1 });
  const together = await Promise.all([1, 2, 3].map((seed) => ran(over, once, shared, seed)));
  assert.equal(
    together.map(({ run }) => run),
    alone,
  );
  const succeeded = once.asked.filter((text) => text.split(",").reduce((sum, one) => sum + Number(one), 0) % 3 !== 0);
  assert.is(new Set(succeeded).size, succeeded.length);
  const again = slow();
  assert.equal((await ran(over, again, shared, 2)).run, alone[1]);
  assert.equal(again.asked, []);
  store.close();
});

test("a run whose evaluations are shared is over when all of its journal is safe, and not before", async () => {
  const store = await RunStore.inMemory();
  const { entries, parts } = kept();
  let underWay = 0;
  const together = async (add: () => void) => {
    underWay++;
    await new Promise((resolve) => setTimeout(resolve, 5));
    add();
    underWay--;
  };
  const shared = new SharedEvaluations(store.evaluations, store.claims);
  await ran({ evaluations: "shared", budget: { queries: 10 } }, slow(), { ...parts, together, shared });
  assert.is(underWay, 0);
  assert.ok(entries.length >= 10, `${entries.length} are kept`);
  store.close();
});

test("what is shared does not follow from a run: the seed is the same for all", async () => {
  const seeds = new Set<number>();
  const plugin = {
    ...around("evaluator", "slow", separable),
    needs: ["seed"],
    create: (_: object, { seed }: { seed: number }) => {
      seeds.add(seed);
      return separable;
    },
  } as unknown as Plugin;
  const composition = await composed({ ...manifest, evaluations: "shared" }, [plugin]);
  for (const seed of [5, 6]) await composition.run(seed);
  assert.equal([...seeds], [0]);
});

test("an evaluation draws the same whatever was done before: after a kill, and by whichever run it is shared", async () => {
  const noisy: Evaluator = {
    ...separable,
    places: 2,
    evaluate(architecture, fidelity, context) {
      if (context.attempt === 1 && architecture[0] === 0) throw new Error("busy");
      const { score } = separable.evaluate(architecture, fidelity, context) as { score: number };
      return { score: score + context.rng.next(), seconds: 1 };
    },
  };
  const plugin = { asked: [], plugin: { ...around("evaluator", "slow", noisy), failures: { retries: 1, remedy: "reject" } } } as never;
  const whole = kept();
  const { run } = await ran({}, plugin, whole.parts);
  for (const kill of [0, 5, 12]) assert.equal((await ran({}, plugin, kept(whole.entries.slice(0, kill)).parts)).run, run);
  assert.not.equal((await ran({}, plugin, {}, 2)).run.result.best.score, run.result.best.score);
  const evaluations = { evaluations: "shared", budget: { queries: 30 } };
  const alone = (await ran(evaluations, plugin, {}, 2)).run;
  const store = await RunStore.inMemory();
  const shared = { shared: new SharedEvaluations(store.evaluations, store.claims) };
  for (const seed of [1, 3]) await ran(evaluations, plugin, shared, seed);
  assert.equal((await ran(evaluations, plugin, shared, 2)).run, alone);
  store.close();
});

test("what a run has under way is told when the run is given up", async () => {
  let aborted = false;
  const evaluator: Evaluator = {
    ...separable,
    concurrency: 2,
    places: 2,
    evaluate: (architecture, _fidelity, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => void (aborted = true));
        if (architecture[0] === 0) setTimeout(() => reject(new Error("broken")), 1);
      }),
  };
  const plugin = around("evaluator", "slow", evaluator);
  const over = { controller: "random", subspaces: undefined, failures: { remedy: "stop" }, budget: { queries: 64 } };
  const composition = await composed({ ...manifest, ...over }, [plugin]);
  assert.instance(await Journal.open(composition, 1, {}), Journal);
  const ended = await runSeed(composition, 4, {});
  assert.ok("message" in ended && ended.message.includes("broken"));
  assert.ok(aborted);
});

test("as-finished: evaluations that are finished in one turn are learned from in the order in which they are kept", async () => {
  const waiting: (() => void)[] = [];
  const answerAll = () => {
    for (const answer of waiting.splice(0).reverse()) answer();
  };
  const evaluator: Evaluator = {
    ...separable,
    concurrency: 3,
    places: 2, // so that some wait for a place, and take longer to be told
    evaluate: (...query) =>
      new Promise((resolve) => {
        waiting.push(() => resolve(separable.evaluate(...query)));
        setTimeout(answerAll, 1);
      }),
  };
  const plugin = { asked: [], plugin: around("evaluator", "slow", evaluator) } as never;
  const limit = new Limit(2);
  const over = { order: "as-finished", controller: "regularized-evolution", subspaces: undefined, budget: { queries: 40 } };
  const whole = kept();
  const { run, events } = await ran(over, plugin, { ...whole.parts, limit });
  assert.is(whole.entries.length, 40);
  const notes: string[] = [];
  const again = await ran(over, plugin, {
    ...kept(whole.entries.map(inPieces) as JournalEntry[]).parts,
    limit,
    note: (line) => notes.push(line),
  });
  assert.equal(notes, []);
  assert.equal(again.run, run);
  assert.equal(again.events, events);
});

test("a run in which nothing could be evaluated is done again: what was rejected is tried again, what succeeded is kept", async () => {
  let broken = true;
  const asked: string[] = [];
  const evaluator: Evaluator = {
    ...separable,
    places: 1,
    evaluate(architecture, ...query) {
      asked.push(architecture.join());
      if (broken && asked.length > 1) throw new Error("no driver");
      return separable.evaluate(architecture, ...query);
    },
  };
  const plugin = { ...around("evaluator", "slow", evaluator), failures: { retries: 0, remedy: "reject" } } as Plugin;
  const keeper = (await RunStore.inMemory()).evaluations;
  const composition = await composed(manifest, [plugin]);
  const failed = await runSeed(composition, 1, { keeper });
  assert.ok("message" in failed && failed.code === "EVALUATIONS_FAILED");
  assert.is(keeper.journal(composition.digest, 1).length, 1);
  broken = false;
  const first = asked[0]!;
  asked.length = 0;
  const ended = await runSeed(composition, 1, { keeper });
  assert.ok("result" in ended);
  assert.is(asked.length, small.subspaces.count - 1 + 20);
  assert.not.ok(asked.slice(0, 2).includes(first));
});

test("what waits for a place when its run has failed is not begun", async () => {
  const asked: string[] = [];
  const evaluator: Evaluator = {
    ...separable,
    concurrency: 8,
    places: 8,
    async evaluate(architecture) {
      asked.push(architecture.join());
      await new Promise((resolve) => setTimeout(resolve, 2));
      throw new Error("broken");
    },
  };
  const plugin = around("evaluator", "slow", evaluator);
  const composition = await composed({ ...manifest, subspaces: { count: 6, radius: 1 } }, [plugin]);
  const ended = await runSeed(composition, 1, { limit: new Limit(1) });
  assert.ok("message" in ended && ended.message.includes("broken"));
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.ok(asked.length <= 2, `${asked.length} were begun`); // one may have got the place just before
});

test("evaluations that end in one turn are kept together, and are there for whoever reads or closes before", async () => {
  const store = await RunStore.inMemory();
  const entry = (place: number) => ({
    place,
    query: place,
    architecture: "a",
    evaluated: { measurement: undefined, failures: [] },
    wallSeconds: 1,
  });
  const order: string[] = [];
  const add = (seed: number) => store.evaluations.together(() => store.evaluations.add("d", seed, [entry(0)]));
  const first = add(1).then(() => order.push("first"));
  const second = add(2).then(() => order.push("second"));
  assert.is(store.evaluations.journal("d", 1).length, 1, "read before it was committed");
  await Promise.all([first, second]);
  assert.equal(order, ["first", "second"]);
  assert.is(store.evaluations.journal("d", 2).length, 1);
  store.close();
});

test.run();
