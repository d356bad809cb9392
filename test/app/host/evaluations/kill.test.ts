/**
 * A search whose evaluations are done by a program, killed again and again. The program is a script of the shell, which
 * writes down what it begins and ends.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { RunDocument } from "../../../../app/host/documents/run-document.ts";
import { RunStore } from "../../../../app/host/store/run-store.ts";
import { randomStream } from "../../../../core/random/rng.ts";
import { thorough } from "../../../when.ts";
import { Scratch } from "../../cli/command.ts";

const scratch = new Scratch();
const QUERIES = 45;
const CENTRES = 5;
const EVALUATIONS = QUERIES + CENTRES;
const SLOTS = 3;
const KILLS = thorough ? 20 : 4;

/** The score follows from the architecture. Each (run, query) has a folder of its own, which is its name here. */
const script = `
read -r request || exit 1
folder=\${request##*'"folder":"'}
folder=\${folder%%'"'*}
name=\${folder##*/evaluations/}
architecture=\${request##*'"architecture":"'}
architecture=\${architecture%%'"'*}
echo "begin $name" >> "$LOG"
sleep 0.05
score=$(printf %s "$architecture" | cksum)
score=\${score%% *}
echo "end $name" >> "$LOG"
echo "{\\"epoch\\": 1, \\"value\\": 1}"
echo "{\\"score\\": $((score % 10000)).5, \\"metrics\\": {\\"latency\\": 3}}"
`;
scratch.write("evaluate.sh", script);

function experiment(out: string): string {
  return scratch.write(`${out}.json`, {
    name: "killed",
    space: "nas-bench-201",
    evaluator: {
      use: "command",
      options: {
        command: ["/bin/sh", "evaluate.sh"],
        environment: { LOG: join(scratch.folder, `${out}.log`) },
        metric: { name: "accuracy", dataset: "none", epochs: 1, unit: "percent" },
        slots: SLOTS,
        charge: "nothing",
      },
    },
    subspaces: { count: CENTRES, radius: 2 },
    controller: { use: "gnn-lstm", options: { hidden: 8, batch: SLOTS } },
    budget: { queries: QUERIES },
  });
}

const told = (out: string) => {
  const file = join(scratch.folder, `${out}.log`);
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
};

/** The result without what differs from one time to the next: seconds, and the digest, in which the name of the log is. */
const resultOf = (stdout: string) => {
  const [{ wallSeconds: _, ...run }] = (JSON.parse(stdout) as RunDocument).runs as [RunDocument["runs"][number]];
  return JSON.stringify(run);
};

/** What the store has of the runs that are not finished, by the name of the evaluation. */
async function keptNames(out: string): Promise<string[]> {
  const file = join(scratch.folder, out, "runs.sqlite");
  if (!existsSync(file)) return [];
  const digest = told(out)[0]?.split(" ")[1]?.split("/")[0];
  if (digest === undefined) return [];
  const { default: Database } = await import("libsql");
  const database = new Database(file);
  const rows = database.prepare("SELECT digest, query FROM evaluations").all() as { digest: string; query: number }[];
  database.close();
  return rows.map(({ digest, query }) => `${digest.slice(0, 16)}/seed-1/${query < 0 ? `centre-${-query}` : `query-${query}`}`);
}

test("SIGKILL at random moments: what was kept is never done again, what was under way at most once more, and the result is the same", async () => {
  const undisturbed = await scratch.evoke("run", experiment("whole"), "--json", "--out", "whole", "--quiet");
  assert.is(undisturbed.status, 0, undisturbed.stderr);
  assert.is(told("whole").filter((line) => line.startsWith("end ")).length, EVALUATIONS);

  const manifest = experiment("out");
  const args = ["run", manifest, "--json", "--out", "out"];
  const rng = randomStream(Date.now() % 2 ** 32, "/kills");
  const keptBefore: { readonly line: number; readonly names: readonly string[] }[] = [];
  let kills = 0;
  for (; kills < KILLS; kills++) {
    let enough = false;
    const begun = told("out").length;
    const goal = begun + 1 + rng.below(5); // somewhere in the next evaluations
    const watching = (async () => {
      while (told("out").length < goal) await setTimeout(5);
      await setTimeout(rng.below(60));
      enough = true;
    })();
    await scratch.interrupt("SIGKILL", () => enough, ...args);
    enough = true;
    await setTimeout(100); // what was under way may end
    keptBefore.push({ line: told("out").length, names: await keptNames("out") });
    if (told("out").length < goal) break; // it had come to its end
    await watching;
  }
  const resumed = await scratch.evoke(...args);
  assert.is(resumed.status, 0, resumed.stderr);
  assert.is(resultOf(resumed.stdout), resultOf(undisturbed.stdout));

  const lines = told("out");
  for (const { line, names } of keptBefore)
    for (const name of names) assert.not.ok(lines.slice(line).includes(`begin ${name}`), `${name} was kept, and done again`);
  const times = new Map<string, number>();
  for (const text of lines) if (text.startsWith("end ")) times.set(text, (times.get(text) ?? 0) + 1);
  assert.is(times.size, EVALUATIONS);
  const again = [...times.values()].reduce((sum, count) => sum + count - 1, 0);
  assert.ok(again <= kills * SLOTS, `${again} evaluations were done again after ${kills} kills`);
  const store = await RunStore.open(join(scratch.folder, "out", "runs.sqlite"), "read");
  const digest = (JSON.parse(resumed.stdout) as RunDocument).digest;
  const journal = store.evaluations.journal(digest, 1);
  store.close();
  assert.is(journal.length, EVALUATIONS);
  assert.ok(journal.every(({ evaluated }) => evaluated.measurement!.metrics!.latency === 3 && evaluated.measurement!.curve!.length === 1));
});

test.run();
