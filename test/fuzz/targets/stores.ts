/** Stores that are damaged: no run and no evaluation is another one than was kept, and all goes on. @module */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { RunStore } from "../../../app/host/store/run-store.ts";
import type { StoredRun } from "../../../app/host/store/stored-run.ts";
import { EvokeError } from "../../../core/errors/index.ts";
import { editedBytes } from "../mutations.ts";
import { target, WrongResult } from "../target.ts";

const DIGEST = "d".repeat(64);
const ALL = { first: 0, count: 100 };
const RUNS = [1, 2, 3].map(
  (seed): StoredRun => ({
    result: {
      seed,
      best: { architecture: `é-${seed}`, score: 80 + 1 / seed, test: 90 },
      ...{ queries: 9, distinct: 9, cost: { seconds: seed }, updates: 3, centres: ["a", "b"] },
    },
    trajectory: { incumbent: [{ queries: seed, seconds: 1, score: 80 }], centres: [], distances: [] },
    wallSeconds: 0.25,
  }),
);
const EVALUATIONS = [0, 1].map((place) => ({
  ...{ place, query: place, architecture: `é-${place}`, wallSeconds: 2 },
  evaluated: { measurement: { score: place, seconds: 1 }, failures: [] },
}));
const SHARED = { key: "k", evaluated: EVALUATIONS[0]!.evaluated, wallSeconds: 3 };

export default target<Uint8Array>({
  name: "stores",
  async inputs() {
    const folder = mkdtempSync(join(tmpdir(), "evoke-fuzz-store-"));
    const file = join(folder, "runs.sqlite");
    const store = await RunStore.open(file, "write");
    store.add(DIGEST, RUNS);
    store.evaluations.add(DIGEST, 4, EVALUATIONS);
    store.evaluations.share(SHARED);
    store.asked.keep(DIGEST, 5, { query: 0, attempt: 1, asked: 5, told: { failed: "é" } });
    store.close();
    const bytes = readFileSync(file);
    rmSync(folder, { recursive: true });
    return editedBytes(bytes, 3);
  },
  async act(bytes, { folder }) {
    const file = join(folder, "runs.sqlite");
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, bytes);
    await inWords(async () => using(await RunStore.open(file, "read"), (store) => look(store)));
    await inWords(async () =>
      using(await RunStore.open(file, "write"), (store) => {
        store.discardDamaged(DIGEST);
        look(store);
        store.add(DIGEST, RUNS);
        look(store);
      }),
    );
  },
});

/** What is refused may be refused: what comes after it is tried all the same. */
async function inWords(act: () => Promise<void>): Promise<void> {
  await act().catch((error) => {
    if (!(error instanceof EvokeError)) throw error;
  });
}

function using(store: RunStore, act: (store: RunStore) => void): void {
  try {
    act(store);
  } finally {
    store.close();
  }
}

function look(store: RunStore): void {
  store.seeds(DIGEST);
  for (const run of store.runs(DIGEST, ALL)) same(run, RUNS[run.result.seed - 1]);
  for (const entry of store.evaluations.journal(DIGEST, 4)) same(entry, EVALUATIONS[entry.place]);
  const shared = store.evaluations.shared("k");
  if (shared) same(shared, SHARED);
  for (const asked of store.asked.of(DIGEST, 5)) same(asked.told, { failed: "é" });
}

function same(found: unknown, kept: unknown): void {
  if (!isDeepStrictEqual(found, kept)) throw new WrongResult(`${JSON.stringify(found)} was read for ${JSON.stringify(kept)}`);
}
