import { gunzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ResultFold } from "../../../core/record/result.ts";
import recorder from "../../../plugins/observer/recorder.ts";
import { observerContract, shortRun } from "../../contracts/small-kinds.ts";

const files = new Map<string, string | Uint8Array>();
const output = { write: async (path: string, content: string | Uint8Array) => void files.set(path, content) };
const create = () => recorder.create({}, { output });
for (const [title, run] of observerContract("recorder", create)) test(title, run);

test("recorder keeps every event of a run, and the record folds into the result", async () => {
  files.clear();
  const observer = await create();
  for (const event of shortRun) await observer.next(event);
  assert.equal([...files.keys()], ["events/3.jsonl.gz"]);
  const lines = gunzipSync(files.get("events/3.jsonl.gz") as Uint8Array).toString("utf8");
  const events = lines
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

test.run();
