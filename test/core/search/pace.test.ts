import { firstValueFrom, lastValueFrom, map, tap, timer, toArray } from "rxjs";
import { TestScheduler } from "rxjs/testing";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asFinished, inOrder, Limit, Pace } from "../../../core/search/pace.ts";

/** Runs `count` turns of some work, and tells what was begun and ended, in which order. */
async function trace(
  count: number,
  concurrency: number,
  work: (turn: number) => number | Promise<number>,
  { rounds = false, order = inOrder }: { readonly rounds?: boolean; readonly order?: typeof inOrder } = {},
): Promise<string[]> {
  const told: string[] = [];
  let begun = 0;
  const pace = new Pace(() => begun < count, { concurrency, rounds });
  const turns = pace.turns.pipe(
    tap((turn) => {
      begun++;
      told.push(`begin ${turn}`);
    }),
    order(work),
    tap((turn) => told.push(`end ${turn}`)),
    tap(() => pace.finished()),
  );
  await lastValueFrom(turns, { defaultValue: undefined });
  return told;
}

const after = (milliseconds: number, value: number) => firstValueFrom(timer(milliseconds).pipe(map(() => value)));

test("turn i + concurrency begins directly after turn i ends, however long each takes", async () => {
  const expected = ["begin 0", "begin 1", "end 0", "begin 2", "end 1", "begin 3", "end 2", "end 3"];
  assert.equal(await trace(4, 2, (turn) => after(turn * 3, turn)), expected);
  assert.equal(await trace(4, 2, (turn) => after(12 - turn * 3, turn)), expected);
});

test("one turn at a time: proposals never run ahead of outcomes", async () => {
  const expected = ["begin 0", "end 0", "begin 1", "end 1"];
  assert.equal(await trace(2, 1, (turn) => turn), expected);
  assert.equal(await trace(2, 1, (turn) => after(1, turn)), expected);
});

test("100,000 synchronous turns are a loop, not a recursion", async () => {
  assert.is((await trace(100_000, 1, (turn) => turn)).length, 200_000);
});

test("inOrder() passes an error on, from a throw and from a rejection", async () => {
  const fails = (work: (turn: number) => number | Promise<number>) =>
    trace(3, 1, work).then(
      () => "no error",
      (error: Error) => error.message,
    );
  assert.is(
    await fails(() => {
      throw new Error("thrown");
    }),
    "thrown",
  );
  assert.is(await fails(() => Promise.reject(new Error("rejected"))), "rejected");
});

test("inOrder() is synchronous where the work is", () => {
  new TestScheduler((actual, expected) => assert.equal(actual, expected)).run(({ cold, expectObservable }) => {
    expectObservable(cold("--a--b-c|").pipe(inOrder((letter) => letter.toUpperCase()))).toBe("--A--B-C|");
  });
});

test("a synchronous result waits for the asynchronous one before it", async () => {
  const results = await lastValueFrom(new Pace(() => false, { concurrency: 1, rounds: false }).turns.pipe(toArray()));
  assert.equal(results, []);
  const told = await trace(2, 2, (turn) => (turn === 0 ? after(5, 0) : 1));
  assert.equal(told, ["begin 0", "begin 1", "end 0", "end 1"]);
});

test("in rounds the next turns begin when all of the last ones are over", async () => {
  const expected = ["begin 0", "begin 1", "end 0", "end 1", "begin 2", "begin 3", "end 2", "end 3", "begin 4", "end 4"];
  assert.equal(await trace(5, 2, (turn) => after(3 - (turn % 2) * 3, turn), { rounds: true }), expected);
});

test("a round has so many turns, also where some are over at once", async () => {
  const told = await trace(6, 3, (turn) => (turn === 0 ? 0 : after(1, turn)), { rounds: true });
  assert.equal(told, [
    "begin 0",
    "end 0",
    "begin 1",
    "begin 2",
    "end 1",
    "end 2",
    "begin 3",
    "begin 4",
    "begin 5",
    "end 3",
    "end 4",
    "end 5",
  ]);
});

test("asFinished() passes results on as they come, and keeps as many turns under way", async () => {
  const order: typeof inOrder = (work) => asFinished(work, () => undefined);
  const finish: ((turn: number) => void)[] = [];
  const told = trace(5, 2, (turn) => new Promise((resolve) => (finish[turn] = resolve)), { order });
  for (const turn of [1, 2, 0, 4, 3]) {
    await after(1, 0);
    finish[turn]!(turn);
  }
  assert.equal(await told, ["begin 0", "begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 0", "begin 4", "end 4", "end 3"]);
});

test("asFinished() repeats an order, whatever the speed of the work now", async () => {
  // Then: 1, 2, 0 were finished; 3 was under way.
  const places = new Map([
    [1, 0],
    [2, 1],
    [0, 2],
  ]);
  const order: typeof inOrder = (work) => asFinished(work, (turn) => places.get(turn as number));
  const expected = ["begin 0", "begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 0", "begin 4", "end 3", "end 4"];
  for (const work of [
    (turn: number) => (turn < 3 ? Promise.resolve(turn) : after(turn * 2, turn)),
    (turn: number) => (turn < 4 ? Promise.resolve(turn) : after(5, turn)), // 3 is there before its turn
  ])
    assert.equal(await trace(5, 2, work, { order }), expected);
});

test("asFinished() passes an error on", async () => {
  const order: typeof inOrder = (work) => asFinished(work, () => undefined);
  const failing = trace(3, 2, (turn) => (turn === 1 ? Promise.reject(new Error("rejected")) : after(1, turn)), { order });
  assert.is(await failing.catch((error: Error) => error.message), "rejected");
});

test("a limit begins what comes first, and no more at once than it may", async () => {
  const limit = new Limit(2);
  const told: string[] = [];
  let underWay = 0;
  const work = (name: string, milliseconds: number, fails = false) =>
    limit.run(async () => {
      told.push(name);
      assert.ok(++underWay <= 2);
      await after(milliseconds, 0);
      underWay--;
      if (fails) throw new Error(name);
      return name;
    });
  const done = await Promise.allSettled([work("a", 5), work("b", 1, true), work("c", 3), work("d", 1)]);
  assert.equal(told, ["a", "b", "c", "d"]);
  assert.equal(
    done.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled", "fulfilled"],
  );
  assert.is(
    limit.run(() => 7),
    7, // at once
  );
  assert.throws(() =>
    limit.run(() => {
      throw new Error("thrown");
    }),
  );
  assert.is(
    limit.run(() => 8),
    8,
  );
});

test.run();
