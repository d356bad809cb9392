import { test } from "uvu";
import * as assert from "uvu/assert";
import type { SearchEvent } from "../../../core/record/events.ts";
import progress from "../../../plugins/observer/progress.ts";
import { observerContract, shortRun } from "../../contracts/small-kinds.ts";

/** An observer, what it has written, and a clock in the test's hand. */
async function watched(interactive: boolean, runs: number, queries = 1) {
  const written: string[] = [];
  const clock = { now: 0 };
  const terminal = { interactive, columns: 80, write: (text: string) => void written.push(text) };
  const observer = await progress.create({ seconds: 10 }, { terminal, clock: () => clock.now, plan: { runs, queries } });
  return { observer, written, clock };
}

for (const interactive of [true, false]) {
  const create = async () => (await watched(interactive, 2)).observer;
  for (const [title, run] of observerContract(`progress (${interactive ? "terminal" : "lines"})`, create)) test(title, run);
}

test("progress rewrites one line on a terminal, with the time that is left", async () => {
  const { observer, written, clock } = await watched(true, 2);
  for (const event of shortRun) {
    clock.now += 5000;
    observer.next(event);
  }
  const line = written.at(-1)!;
  assert.match(line, "█");
  assert.not.match(line, "\n");
  assert.match(line, "1 of 2 runs, 45 s, 45 s left, best 12.00");
});

test("progress takes nothing for the best that cannot be the answer", async () => {
  const { observer, written, clock } = await watched(true, 2);
  const better = { ...shortRun[4]!, score: 99 };
  for (const event of [...shortRun.slice(0, 5), { ...better, fidelity: 1 }, { ...better, feasible: false as const }]) {
    clock.now += 5000;
    observer.next(event as SearchEvent);
  }
  assert.match(written.at(-1)!, "best 12.00");
});

test("progress counts runs where these have no queries", async () => {
  const { observer, written, clock } = await watched(true, 2, 0);
  for (const event of [...shortRun, { ...shortRun[0]!, seed: 4 }, { ...shortRun[1]!, seed: 4 }]) {
    clock.now += 1000;
    observer.next(event);
  }
  assert.match(written.at(-1)!, "1 of 2 runs, 11 s, 11 s left, best 12.00");
});

test("progress writes a line each ten seconds where there is no terminal", async () => {
  const { observer, written, clock } = await watched(false, 100);
  const finished = shortRun.at(-1) as SearchEvent;
  for (let run = 0; run < 100; run++) {
    clock.now += 250;
    observer.next({ ...finished, seed: run });
  }
  observer.finish?.();
  assert.equal(written, ["40 of 100 runs, 10 s, 15 s left\n", "80 of 100 runs, 20 s, 5.0 s left\n", "100 of 100 runs, 25 s\n"]);
});

test("progress listens to single queries only where runs are few", async () => {
  assert.ok((await watched(false, 3)).observer.types?.includes("architecture.evaluated"));
  assert.not.ok((await watched(false, 500)).observer.types?.includes("architecture.evaluated"));
});

test.run();
