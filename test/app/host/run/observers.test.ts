import { test } from "uvu";
import * as assert from "uvu/assert";
import { ObserverGroup } from "../../../../app/host/run/observers.ts";
import type { Observer } from "../../../../core/plugin/observer.ts";
import type { SearchEvent } from "../../../../core/record/events.ts";
import { shortRun } from "../../../contracts/small-kinds.ts";

const ofSeed = (seed: number) => shortRun.map((event) => ({ ...event, seed }) as SearchEvent);
/** Fails at the third event of seed 3. */
function failing(heard: SearchEvent[], parts: Partial<Observer>, later: boolean): Observer {
  const fail = () => {
    throw new Error("no room");
  };
  return {
    ...parts,
    next(event) {
      heard.push(event);
      if (event.seed !== 3 || event.sequence !== 2) return;
      return later ? Promise.resolve().then(fail) : fail();
    },
  };
}

for (const later of [false, true]) {
  const how = later ? "later" : "at once";
  test(`a run for which an essential observer fails ${how} is not done, and the others are`, async () => {
    const [heard, said] = [[] as SearchEvent[], [] as string[]];
    const group = new ObserverGroup([{ name: "keeper", observer: failing(heard, { essential: true }, later) }], (line) => said.push(line));
    for (const seed of [2, 3, 4]) {
      for (const event of ofSeed(seed)) group.next(event);
      const error = await group.settled(seed).then(
        () => undefined,
        ({ message }: Error) => message,
      );
      assert.is(error, seed === 3 ? "no room" : undefined);
    }
    await group.finish();
    assert.equal(said, []);
    assert.is(heard.filter(({ seed }) => seed === 4).length, shortRun.length);
    if (!later) assert.is(heard.filter(({ seed }) => seed === 3).length, 3);
  });

  test(`an observer that is not essential and fails ${how} is told once and detached, and costs no run`, async () => {
    const [heard, said] = [[] as SearchEvent[], [] as string[]];
    const group = new ObserverGroup([{ name: "guest", observer: failing(heard, {}, later) }], (line) => said.push(line));
    for (const seed of [3, 4]) {
      for (const event of ofSeed(seed)) group.next(event);
      await group.settled(seed);
    }
    await group.finish();
    assert.equal(said, ['The observer "guest" is detached, and the runs go on. no room']);
    assert.is(heard.filter(({ seed }) => seed === 4).length, 0);
  });
}

test("what an essential observer fails of in the end is told, however often the end is told", async () => {
  let ends = 0;
  const observer: Observer = {
    essential: true,
    next() {},
    finish() {
      ends++;
      throw new Error("no room");
    },
  };
  const group = new ObserverGroup([{ name: "keeper", observer }], () => {});
  for (let i = 0; i < 2; i++)
    await group.finish().then(
      () => assert.unreachable(),
      ({ message }: Error) => assert.is(message, "no room"),
    );
  assert.is(ends, 1);
});

test.run();
