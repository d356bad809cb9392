import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Output } from "../../../core/plugin/dependencies.ts";
import { ResultFold } from "../../../core/record/result.ts";
import recorder from "../../../plugins/observer/recorder.ts";
import { observerContract, shortRun } from "../../contracts/small-kinds.ts";

/** What is finished, and what is begun, by path. */
const [files, begun] = [new Map<string, string>(), new Map<string, string>()];
const output: Output = {
  write: () => Promise.reject(new Error("a record grows")),
  begin(path) {
    begun.set(path, "");
    return {
      add: (text) => void begun.set(path, begun.get(path)! + text),
      async finish() {
        files.set(path, begun.get(path)!);
        begun.delete(path);
      },
      discard: () => void begun.delete(path),
    };
  },
};
const create = () => recorder.create({}, { output });
for (const [title, run] of observerContract("recorder", create)) test(title, run);

test("recorder keeps every event of a run, and the record folds into the result", async () => {
  files.clear();
  const observer = await create();
  for (const event of shortRun) await observer.next(event);
  assert.equal([...files.keys()], ["events/3.jsonl.gz"]);
  const events = files
    .get("events/3.jsonl.gz")!
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(
    events,
    shortRun.map((event) => structuredClone(event)),
  );
  const fold = new ResultFold();
  for (const event of events) fold.next(event);
  assert.equal(fold.result(), {
    seed: 3,
    best: { architecture: "0-1", score: 12, test: 11.5 },
    queries: 1,
    distinct: 1,
    cost: { seconds: 3 },
    updates: 1,
    centres: ["0-1"],
  });
});

test("recorder hands on each event as it comes, and leaves nothing of a run that was given up", async () => {
  files.clear();
  const observer = await create();
  for (const event of shortRun.slice(0, 4)) await observer.next(event);
  assert.is(begun.get("events/3.jsonl.gz")!.split("\n").length, 4 + 1);
  await observer.finish!();
  assert.equal([files.size, begun.size], [0, 0]);
});

test.run();
