import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { RunStore } from "../../../../app/host/store/run-store.ts";
import { installedSqlite } from "../../../../app/host/store/sqlite.ts";
import { Scratch } from "../../cli/command.ts";

const scratch = new Scratch();
const sqlite = await installedSqlite();

test("a told evaluation that is not as it was written counts as not there", async () => {
  const out = scratch.folder;
  const store = await RunStore.open(join(out, "runs.sqlite"), "write");
  store.asked.keep("d", 1, { query: 0, attempt: 1, asked: 5, told: { failed: "it" } });
  store.asked.keep("d", 1, { query: 1, attempt: 1, asked: 4 });
  store.asked.keep("d", 2, { query: 7, attempt: 1, asked: 4 });
  const expected = [
    { query: 1, attempt: 1, asked: 4 },
    { query: 0, attempt: 1, asked: 5, told: { failed: "it" } },
  ];
  assert.equal(store.asked.of("d", 1), expected);
  store.close();
  const database = sqlite.open(join(out, "runs.sqlite"));
  database.exec(`UPDATE asked SET told = '{"score":99,"seconds":0}' WHERE query = 0`);
  database.close();
  const again = await RunStore.open(join(out, "runs.sqlite"), "write");
  assert.equal(again.asked.of("d", 1), expected.slice(0, 1));
  again.asked.forget("d", 1, [1]);
  assert.equal(again.asked.of("d", 1), []);
  assert.is(again.asked.of("d", 2).length, 1);
  again.close();
});

test.run();
