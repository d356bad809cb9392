import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { NetworkWriter } from "../../core/space/network.ts";
import type { BackendName, BackendOptions } from "../../core/training/settings.ts";
import type { Workload } from "../../core/training/workload.ts";
import { backendOf, backendsThere } from "../../training/backends.ts";
import { fastestBackend } from "../../training/fastest.ts";
import type { Answer, Task } from "../../training/messages.ts";
import { timeStep } from "../../training/timing.ts";

const root = await mkdtemp(join(tmpdir(), "evoke-fastest-"));

function workOf(channels = 8): Workload {
  const net = new NetworkWriter([8, 8, 2]);
  const stem = net.activation(net.batchNorm(net.convolution(net.image, 3, channels)), "relu");
  net.linear(net.globalAveragePool(net.convolution(stem, 3, channels)), 5);
  return { network: net.network(), batchSize: 16, optimizer: "sgd", shared: false };
}

/** Instead of worker threads: what is there, and what a step takes. */
class FakeThreads {
  readonly timed: BackendName[] = [];
  readonly notes: string[] = [];
  readonly #seconds: Partial<Record<BackendName, number | Error>>;
  readonly #version: string;
  constructor(seconds: Partial<Record<BackendName, number | Error>>, version = "1") {
    this.#seconds = seconds;
    this.#version = version;
  }

  fastest(folder?: string, work = workOf(), options: BackendOptions = {}): Promise<BackendName> {
    const ask = async (task: Task): Promise<Answer> => {
      const names = Object.keys(this.#seconds) as BackendName[];
      if ("compared" in task) return { there: names.map((name) => ({ name, version: `${name} ${this.#version}` })) };
      const name = task.backend.backend as BackendName;
      this.timed.push(name);
      const seconds = this.#seconds[name]!;
      if (typeof seconds !== "number") throw seconds;
      return { stepSeconds: seconds };
    };
    return fastestBackend(ask, options, work, folder, (line) => this.notes.push(line));
  }
}

test("the fastest on the networks at hand is chosen, and by how much is told", async () => {
  const threads = new FakeThreads({ "tfjs-node": 0.00461234, wasm: 0.002 });
  assert.is(await threads.fastest(), "wasm");
  assert.equal(threads.notes, ["wasm, 2.3 × tfjs-node on these networks"]);
});

test("where there is one, nothing is timed and nothing told", async () => {
  const threads = new FakeThreads({ wasm: 1 });
  assert.is(await threads.fastest(), "wasm");
  assert.equal([threads.timed, threads.notes], [[], []]);
});

test("of those that are about as fast, it is the first", async () => {
  assert.is(await new FakeThreads({ "tfjs-node": 0.105, wasm: 0.1, cpu: 0.101 }).fastest(), "tfjs-node");
});

test("PyTorch is timed first, which is likely the fastest where steps take long; of equals it is the last", async () => {
  const threads = new FakeThreads({ wasm: 0.1, pytorch: 0.1 });
  assert.is(await threads.fastest(), "wasm");
  assert.equal(threads.timed, ["pytorch", "wasm"]);
});

test("one that fails is told and left out; if all do, it is the first", async () => {
  const threads = new FakeThreads({ webgpu: new Error("no memory\nat all"), wasm: 1, cpu: 3 });
  assert.is(await threads.fastest(), "wasm");
  assert.equal(threads.notes, ["webgpu cannot be used: no memory", "wasm, 3.0 × cpu on these networks"]);
  assert.is(await new FakeThreads({ webgpu: new Error("no"), wasm: new Error("no") }).fastest(), "webgpu");
});

test("the answer is kept, for these networks and these versions, and is read again unless it is damaged", async () => {
  const folder = join(root, "timings");
  const first = new FakeThreads({ "tfjs-node": 1, wasm: 2 });
  assert.is(await first.fastest(folder), "tfjs-node");
  const later = new FakeThreads({ "tfjs-node": 2, wasm: 1 });
  assert.is(await later.fastest(folder), "tfjs-node", "another time it might come out otherwise");
  assert.equal([later.timed, later.notes], [[], first.notes]);
  const [file] = await readdir(folder);
  for (const damaged of ["", "{", '{"wasm":"fast"}', "null"]) {
    await writeFile(join(folder, file!), damaged);
    const again = new FakeThreads({ "tfjs-node": 2, wasm: 1 });
    assert.is(await again.fastest(folder), "wasm");
    assert.is(again.timed.length, 2);
  }
  for (const [version, work, options] of [
    ["2", workOf(), {}],
    ["1", workOf(4), {}],
    ["1", { ...workOf(), batchSize: 8 }, {}],
    ["1", workOf(), { threads: 2 }],
  ] as const) {
    const other = new FakeThreads({ "tfjs-node": 1, wasm: 2 }, version);
    assert.is(await other.fastest(folder, work, options), "tfjs-node");
    assert.is(other.timed.length, 2);
  }
});

test("where the answer cannot be kept, that is told, and it is taken all the same; nothing is kept where all fail", async () => {
  await writeFile(join(root, "no-folder"), "");
  const threads = new FakeThreads({ "tfjs-node": 1, wasm: 2 });
  assert.is(await threads.fastest(join(root, "no-folder")), "tfjs-node");
  assert.match(threads.notes[0]!, /^the next call has to time them again\. Cannot write /);
  await new FakeThreads({ "tfjs-node": new Error("no"), wasm: new Error("no") }).fastest(join(root, "none"));
  assert.not(existsSync(join(root, "none")));
});

test("a step is timed on any backend: wasm is faster than cpu", async () => {
  const there = await backendsThere({}, false);
  assert.ok(there.some(({ name, version }) => name === "wasm" && /^wasm \d/.test(version)));
  assert.not(there.some(({ name }) => name === "cpu"));
  const threaded = await backendsThere({ threads: 2 }, false).catch(() => []);
  assert.not(
    threaded.some(({ name }) => name === "wasm"),
    "it has no threads",
  );
  const work = { ...workOf(16), batchSize: 4 };
  const wasm = await timeStep(work, await backendOf({ backend: "wasm" }));
  const cpu = await timeStep(work, await backendOf({ backend: "cpu" }));
  assert.ok(wasm > 0 && wasm < cpu, `${wasm} and ${cpu} seconds`);
});

test.after(() => rm(root, { recursive: true }));
test.run();
