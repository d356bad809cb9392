import { firstValueFrom, lastValueFrom, map, tap, timer, toArray } from "rxjs";
import { TestScheduler } from "rxjs/testing";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { inOrder, Pace } from "../../../core/search/pace.ts";

/** Runs `count` turns of some work, and tells what was begun and ended, in which order. */
async function trace(count: number, concurrency: number, work: (turn: number) => number | Promise<number>): Promise<string[]> {
  const told: string[] = [];
  let begun = 0;
  const pace = new Pace(() => begun < count, concurrency);
  const turns = pace.turns.pipe(
    tap((turn) => {
      begun++;
      told.push(`begin ${turn}`);
    }),
    inOrder(work),
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
  const results = await lastValueFrom(new Pace(() => false, 1).turns.pipe(toArray()));
  assert.equal(results, []);
  const told = await trace(2, 2, (turn) => (turn === 0 ? after(5, 0) : 1));
  assert.equal(told, ["begin 0", "begin 1", "end 0", "end 1"]);
});

test.run();
