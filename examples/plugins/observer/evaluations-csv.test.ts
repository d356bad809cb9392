import assert from "node:assert/strict";
import { test } from "node:test";
import { observerContract, shortRun } from "evoke-nas/contracts";
import observer from "./evaluations-csv.ts";

const files = new Map();
const create = () =>
  observer.create(
    {},
    {
      output: {
        write: async (path, content) => void files.set(path, content),
        begin(path) {
          let text = "";
          return { add: (more) => void (text += more), finish: async () => void files.set(path, text), discard() {} };
        },
      },
    },
  );

for (const [title, run] of observerContract(observer.name, create)) test(title, run);

test("a run becomes a file with a line for each evaluation", async () => {
  files.clear();
  const listening = create();
  for (const event of shortRun) await listening.next(event);
  assert.deepEqual([...files], [["evaluations/3.csv", 'query,architecture,score,seconds\n-1,"0-0",10,0\n0,"0-1",12,3\n']]);
});
