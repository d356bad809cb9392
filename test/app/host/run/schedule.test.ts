import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Chunk, Schedule } from "../../../../app/host/run/schedule.ts";

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** Plays workers that take so long for a run of each experiment; gives the chunks in order, and when all is over. */
function play(schedule: Schedule, workers: number, secondsPerRun: readonly number[]) {
  const free = Array.from({ length: workers }, () => 0);
  const under: { ends: number; chunk: Chunk; worker: number }[] = [];
  const chunks: Chunk[] = [];
  for (;;) {
    const worker = free.findIndex((at) => at >= 0);
    const chunk = worker >= 0 ? schedule.next(workers) : undefined;
    if (chunk) {
      chunks.push(chunk);
      under.push({ ends: free[worker]! + chunk.seeds.length * secondsPerRun[chunk.experiment]!, chunk, worker });
      free[worker] = -1;
      continue;
    }
    const next = under.sort((a, b) => a.ends - b.ends).shift();
    if (!next) return { chunks, ends: Math.max(...free) };
    schedule.learn(next.chunk, next.chunk.seeds.length * secondsPerRun[next.chunk.experiment]!);
    free[next.worker] = next.ends;
    for (const [i, at] of free.entries()) if (at >= 0 && at < next.ends) free[i] = next.ends;
  }
}

test("every seed of every experiment is handed out once", () => {
  const { chunks } = play(new Schedule([seeds(50), [], seeds(7), seeds(1)]), 3, [0.01, 1, 0.3, 2]);
  for (const [experiment, count] of [50, 0, 7, 1].entries()) {
    const handed = chunks.filter((chunk) => chunk.experiment === experiment).flatMap((chunk) => chunk.seeds);
    assert.equal(handed, seeds(count));
  }
});

test("each experiment is tried with one run first; then the longest come first, in chunks of a quarter second", () => {
  const { chunks } = play(new Schedule([seeds(200), seeds(200), seeds(200)]), 1, [0.01, 0.05, 0.001]);
  assert.equal(
    chunks.slice(0, 3).map(({ experiment, seeds }) => [experiment, seeds.length]),
    [
      [0, 1],
      [1, 1],
      [2, 1],
    ],
  );
  assert.equal(
    chunks.slice(3, 5).map(({ experiment, seeds }) => [experiment, seeds.length]),
    [
      [1, 5],
      [1, 5],
    ],
  );
  const order = [...new Set(chunks.slice(3).map(({ experiment }) => experiment))];
  assert.equal(order, [1, 0, 2]);
});

test("workers end together: two need hardly more than half the time of one, also where a few runs are long", () => {
  const experiments = () => new Schedule([seeds(100), seeds(100), seeds(6)]);
  const costs = [0.02, 0.06, 1];
  const alone = play(experiments(), 1, costs).ends;
  assert.ok(Math.abs(alone - 14) < 1e-9);
  assert.ok(play(experiments(), 2, costs).ends < 0.54 * alone);
  assert.ok(play(experiments(), 4, costs).ends < 0.3 * alone);
});

test("what nobody knows is taken one at a time, and then estimated by the mean of the others", () => {
  const schedule = new Schedule([seeds(10), seeds(10)]);
  const [a, b, c] = [schedule.next(2)!, schedule.next(2)!, schedule.next(2)!];
  assert.equal(
    [a, b, c].map(({ experiment, seeds }) => [experiment, seeds]),
    [
      [0, [1]],
      [1, [1]],
      [0, [2]],
    ],
  );
  assert.is(schedule.secondsLeft, 0);
  schedule.learn(a, 2);
  assert.is(schedule.secondsLeft, 8 * 2 + 9 * 2);
  assert.is(schedule.left, 17);
});

test.run();
